"""Messages with the body, on an application of the fiche."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from guichet.core.downloads import stored_answer
from guichet.organizations.models import Organization
from guichet.organizations.views.scope import area_context, fiche_view

from .. import perms
from ..forms.conversation import ClientMessageForm
from ..models import MessageFile
from ..services import conversation
from .scope import find_application


@require_http_methods(["GET", "HEAD", "POST"])
@fiche_view(keeps_form=True, back="funding:applications")
def thread(request: HttpRequest, organization: Organization, pk: int) -> HttpResponse:
    """What was written on both sides, and what to write now. Opening it marks it as read."""
    application = find_application(organization, pk)
    can_write = perms.can_write_to_body(request.user, application) and application.submitted_at is not None
    form = ClientMessageForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        conversation.write_to_body(
            application=application,
            text=form.cleaned_data["text"],
            files=form.cleaned_data["files"],
            actor=request.user,
        )
        messages.success(request, _("Votre message est envoyé."))
        return redirect("funding:messages", organization.pk, application.pk)
    written = list(application.thread.prefetch_related("files"))
    if can_write:
        conversation.note_read(application=application, actor=request.user)
    return render(
        request,
        "funding/messages_page.html",
        {
            **area_context(request, organization, "applications"),
            "application": application,
            "written": written,
            "can_write": can_write,
            "form": form,
        },
    )


@require_safe
@fiche_view(back="funding:applications")
def file(request: HttpRequest, organization: Organization, pk: int, file_id: int) -> HttpResponse:
    """A file of a message, always as a download."""
    application = find_application(organization, pk)
    return stored_answer(get_object_or_404(MessageFile, pk=file_id, message__application=application))


urlpatterns = [
    path("<int:pk>/messages/", thread, name="messages"),
    path("<int:pk>/messages/fichiers/<int:file_id>/", file, name="message_file"),
]
