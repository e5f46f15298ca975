"""Messages with the fiche, on an application; the same message to several fiches at once."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from guichet.core.staff_frame import render_page, staff_view

from .. import perms
from ..forms.conversation import MessageForm
from ..models import Application, MessageFile
from ..services import conversation
from .dossier_actions import download
from .dossiers import dossier_view, not_theirs, trail
from .evaluating_forms import CannedMixin, ToManyForm
from .queue import ICON, chosen, listing_of


class StaffMessageForm(MessageForm, CannedMixin):
    """A message to the fiche."""

    purpose = ToManyForm.purpose

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["canned", "text", "files"])


@require_http_methods(["GET", "HEAD", "POST"])
@dossier_view(back="staff_application_messages")
def thread(request: HttpRequest, application: Application) -> HttpResponse:
    """What was written on both sides, and what to write now. Opening it marks it as read."""
    can_write = perms.can_run_program(request.user, application.call.program)
    if request.method == "POST" and not can_write:
        return not_theirs(request, application)
    form = StaffMessageForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and "insert" in request.POST:
        form = StaffMessageForm(initial={"text": form.with_canned()})
    elif request.method == "POST" and form.is_valid():
        conversation.write_to_fiche(
            application=application,
            text=form.cleaned_data["text"],
            files=form.cleaned_data["files"],
            actor=request.user,
        )
        messages.success(request, _("Le message est envoyé."))
        return redirect("staff_application_messages", pk=application.pk)
    written = list(application.thread.prefetch_related("files"))
    conversation.note_read(application=application, actor=request.user)
    return render_page(
        request,
        "funding/staff/thread.html",
        title=_("Messages"),
        icon=ICON,
        trail=trail(application),
        application=application,
        written=written,
        can_write=can_write,
        form=form,
    )


@require_safe
@dossier_view()
def file(request: HttpRequest, application: Application, file_id: int) -> HttpResponse:
    """A file of a message."""
    return download(get_object_or_404(MessageFile, pk=file_id, message__application=application))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_view(back="staff_applications")
def write_to_many(request: HttpRequest) -> HttpResponse:
    """Write, see to how many, send: each fiche gets it in the thread of its own application."""
    applications = chosen(request, at_most=conversation.MANY_AT_MOST)
    # `perms.can_work_on`, without a query for each.
    reachable = [one for one in applications if one.is_run and not one.in_conflict]
    form = ToManyForm(request.POST or None)
    step = "write"
    if request.method == "POST" and "insert" in request.POST:
        form = ToManyForm(initial={"text": form.with_canned()})
    elif request.method == "POST" and "write" not in request.POST and form.is_valid():
        if request.POST.get("seen") == _seen(reachable):
            return _sent(request, reachable, form.cleaned_data["text"])
        step = "preview"
    return _many_page(
        request,
        title=_("Écrire à plusieurs organismes"),
        form=form,
        step=step,
        reachable=reachable,
        left_out=len(applications) - len(reachable),
        seen=_seen(reachable),
    )


def _seen(applications: list[Application]) -> str:
    """The list that a page showed: what is sent is what was seen."""
    return ",".join(str(one.pk) for one in applications)


def _sent(request: HttpRequest, applications: list[Application], text: str) -> HttpResponse:
    results = conversation.write_to_many(applications=applications, text=text, actor=request.user)
    return _many_page(
        request,
        title=_("Messages envoyés"),
        step="done",
        sent=sum(not problem for _one, problem in results),
        problems=[(one, problem) for one, problem in results if problem],
    )


def _many_page(request: HttpRequest, *, title: str, **context) -> HttpResponse:
    back = listing_of(request)
    return render_page(
        request,
        "funding/staff/write_to_many.html",
        title=title,
        icon=ICON,
        trail=[(_("Demandes"), back)],
        back=back,
        **context,
    )


urlpatterns = [
    path("demandes/ecrire/", write_to_many, name="staff_applications_write"),
    path("demandes/<int:pk>/messages/", thread, name="staff_application_messages"),
    path("demandes/<int:pk>/messages/fichiers/<int:file_id>/", file, name="staff_message_file"),
]
