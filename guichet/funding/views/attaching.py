"""The files of a section of an application, by its form: received, taken away, and what came of the heavy ones."""

from __future__ import annotations

from collections import defaultdict

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from guichet.core.errors import InvalidState

from .. import services
from ..models import Application
from ..schema import BegunUpload, Problem, QuestionType, Section


def remove(request: HttpRequest, found: Application, key: str, pk: int) -> None:
    """« Retirer »."""
    file = found.files.filter(pk=pk, question=key).first()
    if file is None:
        raise Http404
    try:
        services.remove_file(application=found, file=file, actor=request.user)
    except InvalidState as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("Le fichier « %(name)s » est retiré.") % {"name": file.name})


def receive(request: HttpRequest, found: Application, here: Section) -> list[Problem]:
    """Keep the files that came with the form; what is wrong with the others."""
    problems = []
    for question in here.questions:
        if question.type != QuestionType.FILE:
            continue
        name = f"q-{question.key}"
        said = [_("Un fichier est trop lourd.")] if name in getattr(request, "too_big", []) else []
        for upload in request.FILES.getlist(name):
            try:
                clean = services.check_upload(question, upload)
                services.attach_file(application=found, question_key=question.key, clean=clean, actor=request.user)
            except ValidationError as problem:
                said += problem.messages
            except InvalidState as problem:
                said.append(str(problem))
        problems += [Problem(question.key, here.key, "", message) for message in said]
    return problems


def begun_uploads(request: HttpRequest, found: Application, *, for_report: bool) -> dict[str, list[BegunUpload]]:
    """What this person began to send, by question."""
    begun = defaultdict(list)
    for upload in services.uploads_begun(found, request.user, for_report=for_report):
        url = reverse("funding:upload", args=[found.organization_id, found.pk, upload.pk])
        begun[upload.question].append(
            BegunUpload(upload.pk, upload.name, upload.size, upload.offset, upload.modified, url)
        )
    return begun


def cancel(request: HttpRequest, found: Application, pk: int) -> None:
    """« Annuler », of what came in part."""
    upload = get_object_or_404(found.uploads.filter(user=request.user), pk=pk)
    services.cancel_upload(upload=upload, actor=request.user)
    messages.success(request, _("L’envoi de « %(name)s » est annulé.") % {"name": upload.name})
