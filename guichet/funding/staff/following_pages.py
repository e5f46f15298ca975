"""What the screens after the decision share: one application, its trail, a form that a service may still refuse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from guichet.core.errors import InvalidState
from guichet.core.staff_frame import render_page

from .. import perms
from ..enums import ENDED, FOLLOWED
from ..models import Application

ICON = "pick"


def followed() -> Any:
    """The applications whose decision is known, for ever."""
    return Application.objects.handed_in().filter(status__in=[*FOLLOWED, *ENDED])


def find(pk: int) -> Application:
    """One of them, or 404."""
    found = followed().select_related("organization__municipality__mrc", "call__program", "call__report_form")
    return get_object_or_404(found, pk=pk)


def require_open(request: HttpRequest, application: Application) -> None:
    """Raise PermissionDenied for whoever is in conflict of interest: what follows is closed to them as the rest is."""
    if not perms.can_open_dossier(request.user, application):
        raise PermissionDenied


def require_follow(request: HttpRequest, application: Application) -> None:
    """Raise PermissionDenied unless the person runs its programme, without a conflict of interest."""
    if not perms.can_follow(request.user, application):
        raise PermissionDenied


def trail(application: Application) -> list[tuple[str, str]]:
    """From the list to the application's page."""
    return [
        (_("Suites et archives"), reverse("staff_followings")),
        (application.number, reverse("staff_following", args=[application.pk])),
    ]


def done(form: forms.Form, act: Callable[[], Any]) -> bool:
    """Do it; a refusal of the service becomes an error of the form, and nothing that was typed is lost."""
    try:
        act()
    except InvalidState as problem:
        form.add_error(None, str(problem))
        return False
    return True


def ask(
    request: HttpRequest,
    application: Application,
    form: forms.Form,
    act: Callable[[dict[str, Any]], Any],
    *,
    title: str,
    button: str,
    success: str,
    text: str = "",
    serious: bool = False,
) -> HttpResponse:
    """A page that asks what an action needs, does it, and leads back to the application."""
    require_follow(request, application)
    if request.method == "POST" and form.is_valid() and done(form, lambda: act(form.cleaned_data)):
        messages.success(request, success)
        return redirect("staff_following", pk=application.pk)
    return render_page(
        request,
        "funding/staff/ask.html",
        title=title,
        icon=ICON,
        trail=trail(application),
        application=application,
        form=form,
        text=text,
        button=button,
        serious=serious,
    )
