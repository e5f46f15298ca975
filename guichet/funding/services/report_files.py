"""The files of a report: invoices, pictures; as its form allows, kept out of anybody's reach but the fiche's."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guichet.core.errors import InvalidState
from guichet.core.uploads import CleanFile

from ..models import Application, Report, ReportFile
from ..schema import Question, QuestionType
from .reports import keep_answers, lock_report, schema_of_report


def report_file_question(report: Report, key: str) -> Question:
    """The question of this key, which takes files. Raises InvalidState for another."""
    question = schema_of_report(report).questions.get(key)
    if question is None or question.type != QuestionType.FILE:
        raise InvalidState(_("Le formulaire ne demande pas de fichier ici."))
    return question


def _ids(report: Report, key: str) -> list[int]:
    """The files that the answer names now."""
    raw: Any = report.answers.get(key)
    return [pk for pk in raw if isinstance(pk, int)] if isinstance(raw, list) else []


def require_report_room(report: Report, question: Question) -> None:
    """Raise InvalidState when the question has its number of files."""
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

    Raises PermissionDenied, AlreadyMoved, or InvalidState for what the question does not take.
    """
    report = lock_report(application, actor)
    question = report_file_question(report, question_key)
    require_report_room(report, question)
    ids = _ids(report, question_key)
    extension = clean.extension.removeprefix(".")
    # A picture is made anew: whichever sort of picture the form takes is that one.
    pictures = {"jpg", "jpeg", "png", "webp"}
    takes = set(question.extensions)
    if takes and extension not in takes and not (extension in pictures and takes & pictures):
        raise InvalidState(_("Ce genre de fichier n’est pas accepté ici : %(kinds)s.") % {"kinds": ", ".join(takes)})
    if clean.size > question.max_bytes:
        raise InvalidState(_("Ce fichier est trop lourd : %(limit)s Mo au plus.") % {"limit": question.max_mb})
    if report.pk is None:
        report.save()
    stored = ReportFile(
        report=report,
        question=question_key,
        name=clean.name,
        content_type=clean.content_type,
        size=clean.size,
        sha256=clean.fingerprint(),
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
