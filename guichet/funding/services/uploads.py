"""Heavy files, in parts: begun, gone on with after whatever cut them off, joined and attached like any other file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import PurePath

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from guichet.core.errors import InvalidState
from guichet.core.uploads import DOCUMENT_EXTENSIONS, TABLE_EXTENSION, shown_name
from guichet.organizations.import_models import private_storage

from ..models import PARTS_FOLDER, UPLOAD_KEPT_FOR, Application, PartialUpload
from ..schema import Question
from .base import lock_application
from .drafts import require_open
from .files import attach_file, check_promise, check_upload, file_question, require_room
from .report_files import receive_report_file, report_file_question, require_report_room
from .reports import lock_report

# What one request brings; less only at the end, so that nobody makes a thousand parts of a file.
PART_BYTES = 1024 * 1024
PART_BYTES_AT_LEAST = 256 * 1024
# What one person may leave unfinished at once in an application, or in its report.
AT_ONCE = 5


class WrongOffset(InvalidState):
    """The part does not begin where the last one ended: another tab has sent it, or an answer was lost."""

    def __init__(self) -> None:
        super().__init__(_("Une partie de ce fichier est déjà arrivée. Reprenez l’envoi."))


class PartTooLong(InvalidState):
    """The part is longer than what is left, or than a part may be."""

    def __init__(self) -> None:
        super().__init__(_("Cette partie du fichier est plus longue que prévu. Annulez l’envoi, puis recommencez."))


class PartTooShort(InvalidState):
    """A file in such parts would have too many of them."""

    def __init__(self) -> None:
        super().__init__(_("Cette partie du fichier est plus courte que prévu. Annulez l’envoi, puis recommencez."))


class UploadGone(InvalidState):
    """It was cancelled, or waited too long."""

    def __init__(self) -> None:
        super().__init__(_("Cet envoi a été annulé ou a trop attendu. Choisissez de nouveau le fichier."))


@transaction.atomic
def begin_upload(
    *,
    application: Application,
    for_report: bool,
    question_key: str,
    name: str,
    size: int,
    modified: int,
    actor,
    now: dt.datetime | None = None,
) -> PartialUpload:
    """Begin to receive a file for a question of the application, or of its report; or find the one that was begun.

    ``modified``: when the file was last changed, as its browser says it. A file of the same name, size and date is the
    same: whoever missed the answer, or opened the page again, goes on.
    Raises ValidationError for what the question does not take; PermissionDenied; AlreadyMoved when the application is
    locked; InvalidState when the question has its number, or this person `AT_ONCE` others.
    """
    now = now or timezone.now()
    question = _question_with_room(application, question_key, actor, for_report=for_report)
    _check_promise(question, name, size)
    about = {
        "application": application,
        "for_report": for_report,
        "question": question_key,
        "user": actor,
        "name": shown_name(name),
        "size": size,
        "modified": modified,
    }
    begun = PartialUpload.objects.live(now)
    known = begun.filter(**about).first()
    if known is not None:
        return known
    names = [one.name for one in uploads_begun(application, actor, for_report=for_report)]
    if len(names) >= AT_ONCE:
        raise InvalidState(
            _("Vous avez déjà %(count)d envois commencés : %(names)s. Terminez-en un, ou annulez-le.")
            % {"count": len(names), "names": ", ".join(names)}
        )
    return PartialUpload.objects.create(**about, started_at=now, expires_at=now + UPLOAD_KEPT_FOR)


def _check_promise(question: Question, name: str, size: int) -> None:
    check_promise(question, name=name, size=size)
    if not size:
        raise ValidationError(_("Ce fichier est vide. Choisissez-en un autre."), code="empty")
    if PurePath(name).suffix.lower() not in (*DOCUMENT_EXTENSIONS, TABLE_EXTENSION):
        raise ValidationError(
            _("Ce genre de fichier n’est pas accepté. Envoyez un PDF, un document Word ou Excel, ou une photo."),
            code="extension",
        )


def _question_with_room(application: Application, key: str, actor, *, for_report: bool) -> Question:
    """The question, in the caller's transaction and under its locks, once the actor may add a file to its answer."""
    if for_report:
        report = lock_report(application, actor)
        question = report_file_question(report, key)
        require_report_room(report, question)
        return question
    application = lock_application(application)
    require_open(application, actor)
    question = file_question(application, key)
    require_room(application, question)
    return question


def append_part(
    *, upload: PartialUpload, offset: int, data: bytes, actor, now: dt.datetime | None = None
) -> PartialUpload:
    """Add the part that begins at ``offset``. The last one attaches the file, by the verb that attaches any.

    ``upload``: as it was found just now, so that what another tab has finished is not taken for one file too many.
    Raises WrongOffset, PartTooLong, PartTooShort, UploadGone; ValidationError, at the end, for a file that is not what
    it says, which is then forgotten; and what `begin_upload` raises, when things changed meanwhile: what has come in
    is kept then.
    """
    now = now or timezone.now()
    if offset != upload.offset:
        raise WrongOffset
    if offset + len(data) > upload.size or len(data) > PART_BYTES:
        raise PartTooLong
    if offset + len(data) < upload.size:
        if len(data) < PART_BYTES_AT_LEAST:
            raise PartTooShort
        return _keep_part(upload, offset, data, actor, now)
    return _finish(upload, offset, data, actor, now)


def _keep_part(upload: PartialUpload, offset: int, data: bytes, actor, now: dt.datetime) -> PartialUpload:
    """Write the part while nobody waits for us, then say that it counts."""
    upload, _question = _ready(upload, offset, actor, now)
    storage = private_storage()
    name = storage.save(f"{upload.folder}/{len(upload.parts):05d}", ContentFile(data))
    try:
        with transaction.atomic():
            upload = _lock(upload, offset, actor, now)
            upload.parts = [*upload.parts, name]
            upload.offset += len(data)
            upload.expires_at = now + UPLOAD_KEPT_FOR
            upload.save(update_fields=["parts", "offset", "expires_at"])
    except InvalidState:
        storage.delete(name)
        raise
    return upload


def _finish(upload: PartialUpload, offset: int, data: bytes, actor, now: dt.datetime) -> PartialUpload:
    """Join and look at the whole while nobody waits for us; then attach it, unless another tab was quicker.

    The last part is not kept by itself: either the upload is whole and attached, or neither.
    """
    upload, question = _ready(upload, offset, actor, now)
    with _joined(upload, data) as whole:
        try:
            clean = check_upload(question, whole)
        except ValidationError:
            cancel_upload(upload=upload, actor=actor)
            raise
        attach = receive_report_file if upload.for_report else attach_file
        with transaction.atomic():
            lock_application(upload.application)
            upload = _lock(upload, offset, actor, now)
            attach(application=upload.application, question_key=upload.question, clean=clean, actor=actor)
            upload.parts, upload.offset, upload.done_at = [], upload.size, now
            upload.save(update_fields=["parts", "offset", "done_at"])
            _delete_parts(upload)
    return upload


@transaction.atomic
def _ready(upload: PartialUpload, offset: int, actor, now: dt.datetime) -> tuple[PartialUpload, Question]:
    """The upload as it is now, and its question, which still takes it."""
    question = _question_with_room(upload.application, upload.question, actor, for_report=upload.for_report)
    return _lock(upload, offset, actor, now), question


def _lock(upload: PartialUpload, offset: int, actor, now: dt.datetime) -> PartialUpload:
    """The upload as it is now, locked; always after its application, when that is locked too."""
    if upload.user_id != actor.pk:
        raise PermissionDenied
    locked = PartialUpload.objects.select_for_update(of=("self",)).filter(pk=upload.pk, expires_at__gt=now).first()
    if locked is None:
        raise UploadGone
    if locked.offset != offset:
        raise WrongOffset
    locked.application = upload.application
    return locked


@contextmanager
def _joined(upload: PartialUpload, last: bytes) -> Iterator[TemporaryUploadedFile]:
    """The parts and the last one as one file of the disk."""
    storage = private_storage()
    with closing(TemporaryUploadedFile(upload.name, "application/octet-stream", upload.size, None)) as whole:
        try:
            for name in upload.parts:
                with storage.open(name) as part:
                    for piece in part.chunks():
                        whole.write(piece)
        except FileNotFoundError as problem:
            # Another tab was quicker, between our look and now: it cancelled, or sent the last part.
            is_there = PartialUpload.objects.filter(pk=upload.pk).exists()
            raise (WrongOffset if is_there else UploadGone) from problem
        whole.write(last)
        whole.flush()
        whole.seek(0)
        yield whole


@transaction.atomic
def cancel_upload(*, upload: PartialUpload, actor) -> None:
    """Forget an upload and what has come of it, whatever became of the application.

    Raises PermissionDenied; InvalidState when it came to its end meanwhile.
    """
    if upload.user_id != actor.pk:
        raise PermissionDenied
    locked = PartialUpload.objects.select_for_update(of=("self",)).filter(pk=upload.pk).first()
    if locked is not None and locked.done_at is not None:
        raise InvalidState(_("Ce fichier est déjà joint. Retirez-le plutôt."))
    _delete_parts(locked or upload)
    PartialUpload.objects.filter(pk=upload.pk).delete()


def uploads_begun(application: Application, actor, *, for_report: bool) -> list[PartialUpload]:
    """What this person began to send for the application, or its report, and may go on with."""
    return list(PartialUpload.objects.live().filter(application=application, for_report=for_report, user=actor))


def forget_old_uploads(*, now: dt.datetime | None = None) -> int:
    """Delete the uploads that nobody went on with, and parts that no upload has any more; return how many uploads."""
    now = now or timezone.now()
    with transaction.atomic():
        old = PartialUpload.objects.filter(expires_at__lte=now)
        count = old.count()
        for upload in old:
            _delete_parts(upload)
        old.delete()
    # What a killed process or a deleted application left. A row is always there before its folder.
    folders = set(_listed(PARTS_FOLDER)[0])
    for name in folders - {key.hex for key in PartialUpload.objects.values_list("key", flat=True)}:
        _empty(f"{PARTS_FOLDER}/{name}")
    return count


def _delete_parts(upload: PartialUpload) -> None:
    """Delete what has come in once the transaction stands."""
    transaction.on_commit(lambda folder=upload.folder: _empty(folder))


def _listed(folder: str) -> tuple[list[str], list[str]]:
    try:
        return private_storage().listdir(folder)
    except FileNotFoundError:
        return [], []


def _empty(folder: str) -> None:
    storage = private_storage()
    for name in _listed(folder)[1]:
        storage.delete(f"{folder}/{name}")
    # Not empty when a part comes in at this very moment; nothing names it, and the night takes it.
    with suppress(OSError):
        storage.delete(folder)
