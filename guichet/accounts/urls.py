"""Addresses of the person: allauth's flows under French addresses, the profile.

Only the flows in use are reachable; allauth's own names stay, since its code reverses them.
"""

import functools
from collections.abc import Callable

from allauth.account import views as allauth_views
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path, re_path

from . import views


def all_or_nothing(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """What a form of allauth changes and the messages that it causes: one transaction."""

    @functools.wraps(view)
    def wrapped(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        with transaction.atomic():
            return view(request, *args, **kwargs)

    return wrapped


allauth_urlpatterns = [
    path("connexion/", views.sign_in, name="account_login"),
    path("inscription/", views.sign_up, name="account_signup"),
    path("deconnexion/", allauth_views.logout, name="account_logout"),
    path("compte-inactif/", allauth_views.account_inactive, name="account_inactive"),
    path("merci/", allauth_views.email_verification_sent, name="account_email_verification_sent"),
    re_path(
        r"^confirmer-courriel/(?P<key>[-:\w]+)/$",
        all_or_nothing(views.confirm_email),
        name="account_confirm_email",
    ),
    path("mot-de-passe/oublie/", all_or_nothing(allauth_views.password_reset), name="account_reset_password"),
    path("mot-de-passe/oublie/envoye/", allauth_views.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^mot-de-passe/nouveau/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        all_or_nothing(allauth_views.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "mot-de-passe/nouveau/fait/",
        allauth_views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("profil/courriel/", all_or_nothing(allauth_views.email), name="account_email"),
    path("profil/mot-de-passe/", all_or_nothing(allauth_views.password_change), name="account_change_password"),
    path("profil/mot-de-passe/definir/", all_or_nothing(allauth_views.password_set), name="account_set_password"),
]

app_name = "accounts"
urlpatterns = [path("profil/", views.profile, name="profile")]
