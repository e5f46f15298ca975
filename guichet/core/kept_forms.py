"""A form left open overnight: the session has ended, what was typed is not lost.

A POST that arrives without a session is kept, less its secrets, in the visitor's new session; signing in
leads back to the same address, which shows the form filled in again.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

SESSION_KEY = "kept_form"
OWNER_COOKIE = "guichet_owner"
MAX_BYTES = 50_000
MAX_AGE_SECONDS = 60 * 60
NEVER_KEPT = ("password", "csrfmiddlewaretoken")


def mark_of(user_id: object) -> str:
    """Who last was signed in on this browser, in a form that says nothing to anybody else."""
    return salted_hmac("guichet.core.kept_forms", str(user_id)).hexdigest()


def keep_typed(request: HttpRequest) -> None:
    """Remember the posted fields for the page's own address and for who typed them, for an hour, secrets left out."""
    owner = request.COOKIES.get(OWNER_COOKIE)
    if not owner:
        return
    data = request.POST.copy()
    for name in list(data):
        if any(word in name for word in NEVER_KEPT):
            del data[name]
    encoded = data.urlencode()
    if len(encoded) <= MAX_BYTES:
        request.session[SESSION_KEY] = {"path": request.path, "data": encoded, "at": int(time.time()), "owner": owner}


def take_kept(request: HttpRequest) -> QueryDict | None:
    """What was typed at this address before the session ended, once; None when there is nothing."""
    kept = request.session.get(SESSION_KEY)
    if request.method != "GET" or not kept or kept["path"] != request.path:
        return None
    del request.session[SESSION_KEY]
    # On a computer that several people use, one never finds what another had typed.
    if time.time() - kept["at"] > MAX_AGE_SECONDS or kept["owner"] != mark_of(request.user.pk):
        return None
    messages.warning(
        request, _("Votre session avait pris fin. Ce que vous aviez écrit est toujours là : vérifiez, puis envoyez.")
    )
    return QueryDict(kept["data"])


def typed_in(request: HttpRequest) -> QueryDict | None:
    """What a page's form is bound to: what is posted now, or what was typed before the session ended."""
    return request.POST if request.method == "POST" else take_kept(request)


def keeps_typed_form(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Mark a view whose page shows, on GET, the form that it takes by POST (see `sign_in_first`)."""
    view.keeps_typed_form = True
    return view


def sign_in_first(request: HttpRequest, *, keep: bool) -> HttpResponse:
    """Send a visitor to the sign-in page; ``keep`` what they had typed, when the address can show it again."""
    if keep and request.method == "POST":
        keep_typed(request)
    return redirect_to_login(request.path if request.method == "POST" else request.get_full_path())


def signed_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Only for signed-in people; a page that takes a form keeps what was typed."""

    @functools.wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        return sign_in_first(request, keep=getattr(view, "keeps_typed_form", False))

    return wrapped
