"""The files of an application: received for a question, within its limits, taken away while it is open."""

from __future__ import annotations

import datetime as dt
from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guichet.core.errors import InvalidState
from guichet.core.events import record
from guichet.core.uploads import CleanFile, clean_document, heaviest

from ..models import Application, ApplicationFile
from ..schema import Question, QuestionType, parse_schema
from .base import lock_application
from .drafts import is_question_open, require_open, write_answers

MEGABYTE = 1024 * 1024
# Whatever the form says; those that were taken away but handed in once are counted too.
FILES_AT_MOST = 100
# Two ends of a name for one kind of file.
SAME = {"jpeg": "jpg"}


def check_upload(question: Question, upload: UploadedFile) -> CleanFile:
    """A file made safe, of a kind and a weight that the question takes. Raises ValidationError."""
    check_promise(question, name=upload.name or "", size=upload.size or 0)
    return clean_document(upload, at_most=question.max_bytes)


def check_promise(question: Question, *, name: str, size: int) -> None:
    """Raise ValidationError for a file that the question does not take, by its name and weight alone."""
    extension = _kind(PurePath(name).suffix)
    if question.extensions and extension not in {_kind(one) for one in question.extensions}:
        raise ValidationError(
            _("« %(name)s » n’est pas d’un type accepté : %(types)s."),
            params={"name": name, "types": ", ".join(question.extensions)},
        )
    most = heaviest(name, question.max_bytes)
    if size > most:
        raise ValidationError(
            _("« %(name)s » est trop lourd : %(most)d Mo au plus."),
            params={"name": name, "most": most // MEGABYTE},
        )


def _kind(extension: str) -> str:
    plain = extension.lower().lstrip(".")
    return SAME.get(plain, plain)


@transaction.atomic
def attach_file(*, application: Application, question_key: str, clean: CleanFile, actor) -> ApplicationFile:
    """Add a file that was made safe to the answer of a question.

    The same content twice is one file. Raises PermissionDenied; AlreadyMoved when the application is locked;
    InvalidState when the question takes no file (any more), is not open, or has its number.
    """
    application = lock_application(application)
    require_open(application, actor)
    question = file_question(application, question_key)
    fingerprint = clean.fingerprint()
    twin = _files_of(application, question).filter(sha256=fingerprint).first()
    if twin is not None:
        return twin
    require_room(application, question)
    file = ApplicationFile(
        application=application,
        question=question_key,
        name=clean.name,
        content_type=clean.content_type,
        size=clean.size,
        sha256=fingerprint,
        uploaded_by=actor,
    )
    file.file.save(f"file{clean.extension}", clean.content, save=False)
    file.save()
    keys = _files_of(application, question).values_list("pk", flat=True)
    _answer(application, question_key, [*keys, file.pk], actor)
    record(verb="funding.file_attached", actor=actor, subject=application, data={"file": file.name})
    return file


def _files_of(application: Application, question: Question) -> QuerySet[ApplicationFile]:
    return application.files.filter(pk__in=keys_of(application.answers.get(question.key)))


def require_room(application: Application, question: Question) -> None:
    """Raise InvalidState when the question, or the application, has its number of files."""
    if _files_of(application, question).count() >= question.max_files:
        raise InvalidState(
            ngettext(
                "« %(question)s » : %(count)d fichier au plus. Retirez-le d’abord.",
                "« %(question)s » : %(count)d fichiers au plus. Retirez-en un d’abord.",
                question.max_files,
            )
            % {"question": question.label, "count": question.max_files}
        )
    if application.files.count() >= FILES_AT_MOST:
        raise InvalidState(_("Cette demande a déjà beaucoup de fichiers : aucun ne s’ajoute. Écrivez-nous."))


@transaction.atomic
def remove_file(*, application: Application, file: ApplicationFile, actor) -> None:
    """Take a file out of the answer. It is deleted, unless it was handed in: what was handed in stays whole.

    Raises PermissionDenied; AlreadyMoved when the application is locked; InvalidState when its question is not open.
    """
    application = lock_application(application)
    require_open(application, actor)
    file_question(application, file.question)
    keys = [key for key in keys_of(application.answers.get(file.question)) if key != file.pk]
    _answer(application, file.question, keys, actor)
    record(verb="funding.file_removed", actor=actor, subject=application, data={"file": file.name})
    if not was_handed_in(file):
        # Once the transaction stands: a row without content would be worse than the reverse. A draft that began with
        # another application's files shares their content.
        if not ApplicationFile.objects.filter(file=file.file.name).exclude(pk=file.pk).exists():
            transaction.on_commit(lambda storage=file.file.storage, name=file.file.name: storage.delete(name))
        file.delete()


def was_handed_in(file: ApplicationFile) -> bool:
    """Whether a submission names the file."""
    named = file.application.submissions.values_list("files", flat=True)
    return any(one[0] == file.pk for files in named for one in files)


def keys_of(raw: object) -> list[int]:
    """The keys in the raw answer to a question of files."""
    return [key for key in raw if type(key) is int] if isinstance(raw, list) else []


def file_question(application: Application, key: str) -> Question:
    """The question of this key, which takes files and is open. Raises InvalidState for another."""
    question = parse_schema(application.form_version.schema).questions.get(key)
    if question is None or question.type != QuestionType.FILE:
        raise InvalidState(_("Le formulaire ne demande plus ce fichier."))
    if not is_question_open(application, question):
        raise InvalidState(_("« %(question)s » n’est pas ouvert à la modification.") % {"question": question.label})
    return question


def _answer(application: Application, key: str, keys: list[int], actor, now: dt.datetime | None = None) -> None:
    write_answers(application, {**application.answers, key: keys}, [key], actor, now or timezone.now())
