"""The files of a report: invoices, pictures; as its form allows, kept out of anybody's reach but the fiche's."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guichet.core.errors import InvalidState
from guichet.core.uploads import CleanFile

from ..models import Application, Report, ReportFile
from ..schema import Question, QuestionType
from .files import FILES_AT_MOST, keys_of
from .reports import keep_answers, lock_report, schema_of_report


def report_file_question(report: Report, key: str) -> Question:
    """The question of this key, which takes files. Raises InvalidState for another."""
    question = schema_of_report(report).questions.get(key)
    if question is None or question.type != QuestionType.FILE:
        raise InvalidState(_("Le formulaire ne demande pas de fichier ici."))
    return question


def _ids(report: Report, key: str) -> list[int]:
    """The files that the answer names now."""
    return keys_of(report.answers.get(key))


def require_report_room(report: Report, question: Question) -> None:
    """Raise InvalidState when the question has its number of files, or the report, those taken off it included."""
    if report.pk and report.files.count() >= FILES_AT_MOST:
        raise InvalidState(_("Cette reddition a déjà beaucoup de fichiers : aucun ne s’ajoute. Écrivez-nous."))
    if len(_ids(report, question.key)) >= question.max_files:
        raise InvalidState(
            ngettext(
                "Au plus %(count)d fichier ici. Retirez-le pour en mettre un autre.",
                "Au plus %(count)d fichiers ici. Retirez-en un pour en mettre un autre.",
                question.max_files,
            )
            % {"count": question.max_files}
        )


@transaction.atomic
def receive_report_file(*, application: Application, question_key: str, clean: CleanFile, actor) -> ReportFile:
    """Add a file that was made safe to the answer of a question.

    ``clean``: of `check_upload`, which knows what the question takes. The same content twice is one file.
    Raises PermissionDenied, AlreadyMoved, or InvalidState when there is no room.
    """
    report = lock_report(application, actor)
    question = report_file_question(report, question_key)
    ids, sha256 = _ids(report, question_key), clean.fingerprint()
    twin = report.files.filter(pk__in=ids, sha256=sha256).first() if report.pk else None
    if twin is not None:
        return twin
    require_report_room(report, question)
    if report.pk is None:
        report.save()
    stored = ReportFile(
        report=report,
        question=question_key,
        name=clean.name,
        content_type=clean.content_type,
        size=clean.size,
        sha256=sha256,
        uploaded_by=actor,
    )
    stored.file.save(f"file{clean.extension}", clean.content, save=False)
    stored.save()
    keep_answers(report, {**report.answers, question_key: [*ids, stored.pk]}, {question_key}, actor)
    return stored


@transaction.atomic
def remove_report_file(*, application: Application, question_key: str, file_id: int, actor) -> None:
    """Take a file off the answer. Its row stays: the body may have seen it."""
    report = lock_report(application, actor)
    report_file_question(report, question_key)
    left = [pk for pk in _ids(report, question_key) if pk != file_id]
    keep_answers(report, {**report.answers, question_key: left}, {question_key}, actor)
