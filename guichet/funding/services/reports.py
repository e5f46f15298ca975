"""The final report: written by the fiche's people, sent by a gestionnaire, taken in or returned by the body."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guichet.core.errors import InvalidState
from guichet.core.events import record
from guichet.core.templatetags.guichet import day

from .. import perms
from ..enums import ApplicationStatus
from ..messages import following as messages
from ..models import Application, FormVersion, Report
from ..schema import (
    FileInfo,
    Limits,
    QuestionType,
    Schema,
    ShownSection,
    Verdict,
    evaluate,
    parse_schema,
    planned_on,
    shown,
)
from .base import AlreadyMoved, lock_application, move, require
from .drafts import note_visit
from .reading import fiche_words
from .reminders import note_step
from .writing import Saved, merge_typed, put_answers, section_of


class IncompleteReport(InvalidState):
    """Something is missing or wrong in it."""

    def __init__(self, verdict: Verdict) -> None:
        count = len(verdict.problems)
        super().__init__(
            ngettext(
                "Il reste %(count)d réponse à donner ou à corriger dans la reddition de comptes.",
                "Il reste %(count)d réponses à donner ou à corriger dans la reddition de comptes.",
                count,
            )
            % {"count": count}
        )


def report_of(application: Application) -> Report:
    """Its report, or the one that would begin now, not yet in the database.

    Raises InvalidState when the call asks for none.
    """
    known = Report.objects.filter(application=application).select_related("form_version").first()
    if known is not None:
        known.application = application
        return known
    form = application.call.report_form
    version = form.versions.order_by("-number").first() if form else None
    if version is None:
        raise InvalidState(_("Cet appel ne demande pas de reddition de comptes."))
    report = Report(application=application, form_version=version)
    report.answers = _planned_budgets(schema_of_report(report), application)
    return report


def schema_of_report(report: Report) -> Schema:
    """The form that it answers."""
    return parse_schema(report.form_version.schema)


def _planned_budgets(schema: Schema, application: Application) -> dict[str, Any]:
    """The budget as it was handed in, to stand beside the real one; by its key, or the only one for the only one."""
    submission = application.submissions.order_by("pk").last()
    if submission is None:
        return {}
    asked = {
        question.key: question
        for _section, question in parse_schema(submission.form_version.schema)
        if question.type == QuestionType.BUDGET
    }
    wanted = [question for _section, question in schema if question.type == QuestionType.BUDGET]
    if len(asked) == len(wanted) == 1:
        pairs = [(wanted[0], *asked.values())]
    else:
        pairs = [(question, asked[question.key]) for question in wanted if question.key in asked]
    answers = submission.answers
    return {to.key: planned_on(to, source, answers[source.key]) for to, source in pairs if source.key in answers}


def with_planned(report: Report, posted: Mapping[str, Any]) -> dict[str, Any]:
    """What somebody posted, with the planned amounts as they were handed in, whatever the page sent back."""
    frozen = _planned_budgets(schema_of_report(report), report.application)
    return {key: _put_planned(raw, frozen.get(key)) if key in frozen else raw for key, raw in posted.items()}


def _put_planned(raw: Any, frozen: Any) -> Any:
    if not isinstance(raw, Mapping) or not isinstance(frozen, Mapping):
        return raw

    def planned(row: Any) -> str:
        return row.get("planned", "") if isinstance(row, Mapping) else ""

    known = frozen.get("lines", {})
    answer = {
        **raw,
        "lines": {key: {**row, "planned": planned(known.get(key))} for key, row in raw.get("lines", {}).items()},
        "hours": {**raw.get("hours", {}), "planned": planned(frozen.get("hours"))},
    }
    for side in ("revenues", "expenses"):
        left = [row for row in frozen.get(side, []) if isinstance(row, Mapping)]
        rows = []
        for row in raw.get(side, []):
            same = next((one for one in left if one.get("label") == row.get("label")), None)
            if same is not None:
                left.remove(same)
            rows.append({**row, "planned": planned(same)})
        # A line that was planned stays, even when nothing of it is real.
        answer[side] = [*rows, *left]
    return answer


def shown_report(report: Report) -> list[ShownSection]:
    """The report in words, section by section."""
    return shown(schema_of_report(report), report.answers, verdict_of_report(report), files_of_report(report))


def files_of_report(report: Report) -> dict[int, FileInfo]:
    """Every file that came with it, by its key."""
    files = report.files.all() if report.pk else ()
    return {file.pk: FileInfo(name=file.name, size=file.size) for file in files}


def verdict_of_report(report: Report, *, answers: Mapping[str, Any] | None = None) -> Verdict:
    """What its answers are worth now; ``answers``: others than its own.

    The real costs are what they are: the call's limits bound what one asks.
    """
    schema = schema_of_report(report)
    return evaluate(
        schema,
        report.answers if answers is None else answers,
        limits=Limits(volunteer_rate=report.application.call.volunteer_rate),
        fiche=fiche_words(schema, report.application.organization),
        files=files_of_report(report),
        column="real",
    )


def lock_report(application: Application, actor) -> Report:
    """The report as it is now, begun if need be, for who may write in it.

    Raises PermissionDenied, AlreadyMoved when it is not due, or InvalidState while it waits for a gestionnaire.
    """
    application = lock_application(application)
    require(perms.can_read_application(actor, application))
    if application.status != ApplicationStatus.REPORT_DUE:
        raise AlreadyMoved(application)
    require(perms.can_edit_report(actor, application))
    report = report_of(application)
    if report.awaiting_manager:
        raise InvalidState(_("La reddition de comptes attend un gestionnaire : elle ne change plus d’ici là."))
    return report


@transaction.atomic
def save_report(
    *,
    application: Application,
    section_key: str,
    answers: Mapping[str, Any],
    base: Mapping[str, str],
    actor,
    version: FormVersion | None = None,
    now: dt.datetime | None = None,
) -> Saved:
    """Save what somebody wrote in one section of the report, as `drafts.save_answers` does in an application.

    The planned amounts stay as they were handed in. Raises PermissionDenied, AlreadyMoved, or InvalidState.
    """
    now = now or timezone.now()
    report = lock_report(application, actor)
    section = section_of(parse_schema((version or report.form_version).schema), section_key)
    merged, conflicts = merge_typed(report, section, with_planned(report, answers), base)
    if merged.changed:
        keep_answers(report, merged.answers, merged.changed, actor, now)
    note_visit(application=report.application, section_key=section_key, actor=actor, now=now)
    return Saved(merged.answers, merged.changed, conflicts, report.saved_at)


def keep_answers(
    report: Report, answers: Mapping[str, Any], changed: set[str], actor, now: dt.datetime | None = None
) -> None:
    """Write a locked report's answers, and who changed which. Raises TooMuchText."""
    put_answers(report, answers, changed, actor, now or timezone.now())
    report.save()


def _require_complete(report: Report) -> None:
    verdict = verdict_of_report(report)
    if not verdict.is_complete:
        raise IncompleteReport(verdict)


@transaction.atomic
def send_report_to_managers(*, application: Application, actor) -> Report:
    """Say that it is ready: nobody writes in it any more, and the gestionnaires are asked to send it."""
    report = lock_report(application, actor)
    if not report.application.organization.accesses.active_managers().exists():
        raise InvalidState(_("Votre fiche n’a pas de gestionnaire pour transmettre la reddition : écrivez-nous."))
    _require_complete(report)
    report.awaiting_manager = True
    report.sent_by = actor
    report.return_text = ""
    report.save()
    record(verb="funding.report_sent_to_managers", actor=actor, subject=report.application)
    messages.report_to_submit(report, sender=actor)
    return report


@transaction.atomic
def give_back_report(*, application: Application, remark: str, actor) -> Report:
    """A gestionnaire gives it back to those who write, with what is to be mended."""
    application = lock_application(application)
    require(perms.can_submit_report(actor, application))
    report = report_of(application)
    if application.status != ApplicationStatus.REPORT_DUE or not report.awaiting_manager:
        raise AlreadyMoved(application)
    if not remark.strip():
        raise InvalidState(_("Écrivez ce qui est à corriger : vos collègues le liront."))
    report.awaiting_manager = False
    report.return_text = remark.strip()
    report.returned_at = timezone.now()
    report.save()
    record(verb="funding.report_given_back", actor=actor, subject=application, reason=report.return_text)
    messages.report_given_back(report, by=actor)
    return report


@transaction.atomic
def submit_report(*, application: Application, actor) -> Report:
    """Send it to the body. The same gestionnaire twice is once.

    Raises PermissionDenied, AlreadyMoved, or IncompleteReport.
    """
    application = lock_application(application)
    require(perms.can_submit_report(actor, application))
    report = report_of(application)
    if application.status == ApplicationStatus.REPORT_SUBMITTED and report.submitted_by == actor:
        return report
    move(application, ApplicationStatus.REPORT_SUBMITTED)
    _require_complete(report)
    report.awaiting_manager = False
    report.submitted_at = timezone.now()
    report.submitted_by, report.submitted_by_name = actor, str(actor)
    report.return_text = ""
    report.save()
    application.save(update_fields=["status"])
    record(verb="funding.report_submitted", actor=actor, subject=application)
    messages.report_submitted(report)
    return report


@transaction.atomic
def return_report(*, application: Application, text: str, due_on: dt.date, actor) -> Report:
    """Ask the fiche to mend it, until when; its people write in it again.

    Raises PermissionDenied, AlreadyMoved, or InvalidState without a text or for a date that has passed.
    """
    application = lock_application(application)
    require(perms.can_follow(actor, application))
    move(application, ApplicationStatus.REPORT_DUE)
    if not text.strip():
        raise InvalidState(_("Écrivez ce qui est à corriger : l’organisme le lira."))
    _require_to_come(due_on)
    report = report_of(application)
    report.return_text = text.strip()
    report.returned_at = timezone.now()
    report.save()
    _set_due(application, due_on)
    record(verb="funding.report_returned", actor=actor, subject=application, reason=report.return_text)
    messages.report_returned(report)
    return report


@transaction.atomic
def extend_report(*, application: Application, due_on: dt.date, reason: str, actor) -> Application:
    """Give more time, and say why. Raises PermissionDenied, AlreadyMoved, or InvalidState."""
    application = lock_application(application)
    require(perms.can_follow(actor, application))
    if application.status not in (ApplicationStatus.ACCEPTED, ApplicationStatus.REPORT_DUE):
        raise AlreadyMoved(application)
    _require_to_come(due_on)
    if not reason.strip():
        raise InvalidState(_("Écrivez pourquoi : cela reste dans l’historique."))
    _set_due(application, due_on)
    record(
        verb="funding.report_extended",
        actor=actor,
        subject=application,
        reason=reason.strip(),
        data={"date": day(due_on)},
    )
    messages.report_extended(application, reason=reason.strip())
    return application


def _require_to_come(due_on: dt.date) -> None:
    if due_on < timezone.localdate():
        raise InvalidState(_("Cette date est passée : choisissez-en une à venir."))


def _set_due(application: Application, due_on: dt.date) -> None:
    """The new date; what was just said counts as the reminder that would be due."""
    application.report_due_on = due_on
    application.save(update_fields=["status", "report_due_on"])
    note_step(application, today=timezone.localdate())
