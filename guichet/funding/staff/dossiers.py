"""The frame of an application's screens: found once, closed to whoever is in conflict of interest."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from guichet.core.errors import InvalidState
from guichet.core.perms import is_agent
from guichet.core.staff_frame import render_page

from .. import perms
from ..models import Application
from .queue import ICON

HANDED_IN = Application.objects.handed_in().select_related(
    "organization__municipality__mrc", "call__program", "form_version", "officer", "started_by"
)


def dossier_view(
    *, runs: bool = False, back: str = "staff_application"
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Wrap a screen of one application that was handed in: ``view(request, application, **kwargs)``.

    ``runs``: only for whoever runs its programme. A conflict of interest is told with its reason (403). A service's
    InvalidState is told on the page ``back``, a URL name that takes the application.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @functools.wraps(view)
        def wrapped(request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
            if not is_agent(request.user):
                raise PermissionDenied
            application = get_object_or_404(HANDED_IN, pk=pk)
            if perms.has_conflict(request.user, application):
                return _closed(request, application)
            if runs and not perms.can_run_program(request.user, application.call.program):
                return not_theirs(request, application)
            try:
                return view(request, application, **kwargs)
            except InvalidState as problem:
                messages.error(request, str(problem))
                return redirect(back, pk=pk)

        return wrapped

    return decorate


def trail(application: Application | None = None) -> list[tuple[str, str]]:
    """From the list to the application."""
    path = [(_("Demandes"), reverse("staff_applications"))]
    if application is None:
        return path
    return [*path, (application.number, reverse("staff_application", args=[application.pk]))]


def _closed(request: HttpRequest, application: Application) -> HttpResponse:
    declared = application.conflicts.filter(user=request.user.pk).first()
    return render_page(
        request,
        "funding/staff/conflict_closed.html",
        title=application.number,
        icon=ICON,
        trail=trail(),
        application=application,
        declared=declared,
        status=403,
    )


def not_theirs(request: HttpRequest, application: Application) -> HttpResponse:
    """What an employee is told who may read the application, and not work on it."""
    return render_page(
        request,
        "funding/staff/not_theirs.html",
        title=application.number,
        icon=ICON,
        trail=trail(application),
        application=application,
        officers=list(application.call.program.officers.all()),
        status=403,
    )


def dossier_form_page(
    request: HttpRequest, application: Application, form: Form, *, title: str, button: str, note: str = ""
) -> HttpResponse:
    """A form of its own about an application: shown, or shown again with what is wrong."""
    return render_page(
        request,
        "funding/staff/dossier_form.html",
        title=title,
        icon=ICON,
        trail=trail(application),
        application=application,
        form=form,
        button=button,
        note=note,
    )
