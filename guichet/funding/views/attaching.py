"""The files of a section, by its form: received, taken away, and what came of the heavy ones."""

from __future__ import annotations

from collections import defaultdict

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from guichet.core.errors import InvalidState

from .. import services
from ..schema import BegunUpload, Problem, QuestionType, Section
from .writing import Draft


def remove(request: HttpRequest, draft: Draft, key: str, pk: int) -> None:
    """« Retirer »."""
    try:
        name = draft.remove(key, pk, request.user)
    except InvalidState as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("Le fichier « %(name)s » est retiré.") % {"name": name})


def receive(request: HttpRequest, draft: Draft, here: Section) -> list[Problem]:
    """Keep the files that came with the form; what is wrong with the others, each by its name."""
    problems = []
    for question in here.questions:
        if question.type != QuestionType.FILE:
            continue
        name = f"q-{question.key}"
        said = [_("Un fichier est trop lourd.")] if name in getattr(request, "too_big", []) else []
        for upload in request.FILES.getlist(name):
            try:
                draft.attach(question.key, draft.check(question, upload), request.user)
            except ValidationError as problem:
                said += [_named(upload, message) for message in problem.messages]
            except InvalidState as problem:
                said.append(_named(upload, str(problem)))
        problems += [Problem(question.key, here.key, "", message) for message in said]
    return problems


def _named(upload: UploadedFile, message: str) -> str:
    """What is wrong with a file, with its name."""
    if upload.name in message:
        return message
    return _("%(name)s : %(problem)s") % {"name": upload.name, "problem": message}


def begun_uploads(request: HttpRequest, draft: Draft) -> dict[str, list[BegunUpload]]:
    """What this person began to send, by question."""
    begun = defaultdict(list)
    for upload in services.uploads_begun(draft.found, request.user, for_report=draft.is_report):
        url = reverse("funding:upload", args=[draft.found.organization_id, draft.found.pk, upload.pk])
        begun[upload.question].append(
            BegunUpload(upload.pk, upload.name, upload.size, upload.offset, upload.modified, url)
        )
    return begun


def cancel(request: HttpRequest, draft: Draft, pk: int) -> None:
    """« Annuler », of what came in part."""
    upload = get_object_or_404(draft.found.uploads.filter(user=request.user), pk=pk)
    try:
        services.cancel_upload(upload=upload, actor=request.user)
    except InvalidState as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("L’envoi de « %(name)s » est annulé.") % {"name": upload.name})
