"""Writes the demo's applications, many at a time: what people wrote, handed in, and what they attached.

They are written as they are, since the services only know of now; what they write is computed by the same functions.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from guichet.accounts.models import User
from guichet.core.models import Event
from guichet.organizations.demo.files import PDF
from guichet.organizations.demo.moments import DAY, HOUR

from ..models import Application, ApplicationFile, Call, Dossier, FormVersion, ReportFile, Submission
from ..schema import FileInfo, Limits, Question, QuestionType, Schema, Verdict, evaluate, parse_schema
from ..services.drafts import newest_version, title_of
from ..services.reading import fiche_words, limits_of, to_cents
from ..services.sending import fingerprint_of
from .answers import Author, Pen
from .plans import UNSENT, Plan, S
from .projects import PROJECTS, SWIMMING

SHA256 = hashlib.sha256(PDF).hexdigest()
STATEMENT = (
    "Je déclare que les renseignements de cette demande sont vrais et complets, et que j’ai le pouvoir de la "
    "présenter au nom de « {fiche} »."
)
WITHDRAWN_REASONS = [
    "Le projet est remis à l’an prochain : la salle n’est plus libre.",
    "La municipalité paie finalement tout le projet.",
    "La personne qui portait le projet a quitté le comité.",
]


@dataclass
class Told:
    """One application, as it is being written."""

    plan: Plan
    row: Application
    pen: Pen
    verdict: Verdict | None = None
    submission: Submission | None = None
    # In the order of the form.
    files: list[ApplicationFile] = field(default_factory=list)

    @property
    def manager(self) -> User:
        """Who hands in for the fiche."""
        return self.plan.applicant.managers[0]


@dataclass
class Timeline:
    """Events to write together."""

    events: list[Event] = field(default_factory=list)

    def add(self, verb: str, row: Application, at: dt.datetime, actor: User | None, **data: Any) -> None:
        """What the fiche reads."""
        self._add(verb, row, at, actor, Application._meta.label_lower, data)

    def add_for_staff(self, verb: str, row: Application, at: dt.datetime, actor: User, **data: Any) -> None:
        """What staff alone read."""
        self._add(verb, row, at, actor, Dossier._meta.label_lower, data)

    def _add(self, verb: str, row: Application, at: dt.datetime, actor: User | None, of: str, data: dict) -> None:
        reason = data.pop("reason", "")
        self.events.append(
            Event(
                verb=f"funding.{verb}",
                at=at,
                actor=actor,
                actor_name=str(actor) if actor else "",
                subject_type=of,
                subject_id=row.pk,
                subject_name=str(row)[:250],
                reason=reason,
                data=data,
            )
        )

    def write(self) -> None:
        """In the order in which it happened."""
        Event.objects.bulk_create(sorted(self.events, key=lambda event: event.at))


class Forms:
    """The form of each call, read once, and the words of each fiche."""

    def __init__(self) -> None:
        self._versions: dict[int, tuple[FormVersion, Schema]] = {}
        self._words: dict[int, dict[str, str]] = {}
        self._limits: dict[int, Limits] = {}

    def of(self, call: Call) -> tuple[FormVersion, Schema]:
        """The version that applications are written in."""
        if call.form_id not in self._versions:
            version = newest_version(call)
            self._versions[call.form_id] = version, parse_schema(version.schema)
        return self._versions[call.form_id]

    def words(self, told: Told) -> dict[str, str]:
        """What the form takes over from the fiche; every form of the demo takes the same."""
        organization = told.plan.applicant.organization
        if organization.pk not in self._words:
            self._words[organization.pk] = fiche_words(self.of(told.plan.call)[1], organization)
        return self._words[organization.pk]

    def verdict(self, told: Told, files: dict[int, FileInfo]) -> Verdict:
        """What its answers are worth."""
        call = told.plan.call
        limits = self._limits.setdefault(call.pk, limits_of(call))
        return evaluate(self.of(call)[1], told.row.answers, limits=limits, fiche=self.words(told), files=files)


class Shelf:
    """Where the files' contents are: what was handed in shares one content, since nothing deletes it any more."""

    def __init__(self) -> None:
        self._shared: dict[type, str] = {}

    def put(self, row: ApplicationFile | ReportFile, *, is_final: bool) -> None:
        """Give a row its content."""
        shared = self._shared.get(type(row))
        if is_final and shared:
            row.file.name = shared
            return
        row.file.save("piece.pdf", ContentFile(PDF), save=False)
        if is_final:
            self._shared[type(row)] = row.file.name


def write_applications(plans: Iterable[Plan], chance: random.Random, timeline: Timeline) -> list[Told]:
    """Write the applications, their files and what was handed in."""
    forms = Forms()
    tales = [_begin(plan, chance, forms) for plan in plans]
    _number(tales)
    Application.objects.bulk_create(told.row for told in tales)
    _attach(tales, forms)
    for told in tales:
        _tell(told, timeline)
    handed_in = [told for told in tales if told.row.submitted_at]
    for told in handed_in:
        told.submission = _submission(told, forms.words(told))
    Submission.objects.bulk_create(told.submission for told in handed_in)
    return tales


def _begin(plan: Plan, chance: random.Random, forms: Forms) -> Told:
    version, schema = forms.of(plan.call)
    slug = plan.call.program.slug
    author = plan.applicant.author
    project = SWIMMING[slug] if plan.is_main else chance.choice(PROJECTS[slug])
    pen = Pen(
        chance,
        Author(plan.applicant.organization, project, str(author), author.email, author.job_title),
        plan.call,
    )
    answers = pen.answers(schema)
    if plan.status == S.DRAFT:
        answers = _part_of(schema, answers, 3 if plan.is_main else chance.randint(1, len(schema.sections)))
    row = Application(
        organization=plan.applicant.organization,
        call=plan.call,
        form_version=version,
        status=plan.status,
        title=title_of(schema, answers),
        answers=answers,
        started_by=author,
        started_at=plan.started_at,
        saved_at=plan.submitted_at - HOUR / 2,
    )
    if plan.status not in UNSENT:
        row.submitted_at = plan.submitted_at
        last = timezone.localdate(max(plan.call.closes_at, plan.submitted_at))
        row.decision_due_on = last + plan.call.decision_days * DAY
    elif plan.status == S.AWAITING_MANAGER:
        row.sent_to_managers_at, row.sent_to_managers_by = plan.submitted_at, author
    if plan.status == S.WITHDRAWN:
        row.withdrawn_at = plan.after(2)
        row.withdrawn_reason = chance.choice(WITHDRAWN_REASONS)
    return Told(plan, row, pen)


def _part_of(schema: Schema, answers: dict[str, Any], sections: int) -> dict[str, Any]:
    """The answers of the first sections: somebody is still writing."""
    written = {question.key for section in schema.sections[:sections] for question in section.questions}
    return {key: answer for key, answer in answers.items() if key in written}


def _number(tales: list[Told]) -> None:
    """Give each its number, in the order in which they were handed in."""
    for told in sorted(tales, key=lambda told: told.plan.submitted_at):
        if told.row.submitted_at:
            call = told.plan.call
            call.last_number += 1
            told.row.number = f"{call.code}-{call.last_number:04d}"
    Call.objects.bulk_update({told.plan.call.pk: told.plan.call for told in tales}.values(), ["last_number"])


def _attach(tales: list[Told], forms: Forms) -> None:
    """Attach what the form asks for, leave out what it does not show, and add up what was handed in."""
    shelf = Shelf()
    for told in tales:
        schema = forms.of(told.plan.call)[1]
        shows = forms.verdict(told, {}).visible
        told.row.answers = {key: answer for key, answer in told.row.answers.items() if key in shows}
        if told.plan.status == S.DRAFT:
            continue
        for _section, question in schema:
            if question.type == QuestionType.FILE and question.required and question.key in shows:
                told.files.append(_file(told, question))
                shelf.put(told.files[-1], is_final=bool(told.row.submitted_at))
    ApplicationFile.objects.bulk_create(file for told in tales for file in told.files)
    for told in tales:
        told.row.answers |= {file.question: [file.pk] for file in told.files}
        hand = [told.row.started_by_id, str(told.row.started_by), told.row.saved_at.isoformat(timespec="seconds")]
        told.row.touched = dict.fromkeys(told.row.answers, hand)
        told.verdict = forms.verdict(told, {file.pk: FileInfo(file.name, file.size) for file in told.files})
        if told.row.submitted_at:
            told.row.requested = to_cents(told.verdict.requested)
            told.row.total_cost = to_cents(told.verdict.total_cost)


def _file(told: Told, question: Question) -> ApplicationFile:
    return ApplicationFile(
        application=told.row,
        question=question.key,
        name=f"{question.key}.pdf",
        content_type="application/pdf",
        size=len(PDF),
        sha256=SHA256,
        uploaded_by=told.row.started_by,
        uploaded_at=told.row.saved_at,
    )


def _submission(told: Told, words: dict[str, str]) -> Submission:
    row = told.row
    submission = Submission(
        application=row,
        form_version=row.form_version,
        at=row.submitted_at,
        by=told.manager,
        by_name=str(told.manager),
        statement=STATEMENT.format(fiche=row.organization.name),
        answers=row.answers,
        fiche={"name": row.organization.name, **words},
        files=[[file.pk, file.name, file.size, file.sha256] for file in told.files],
        requested=row.requested,
        total_cost=row.total_cost,
    )
    submission.fingerprint = fingerprint_of(submission)
    return submission


def _tell(told: Told, timeline: Timeline) -> None:
    row, plan = told.row, told.plan
    timeline.add("application_started", row, plan.started_at, row.started_by)
    if plan.status == S.AWAITING_MANAGER:
        timeline.add("application_sent_to_managers", row, plan.submitted_at, row.started_by)
    if row.submitted_at:
        timeline.add("application_submitted", row, plan.submitted_at, told.manager, number=row.number)
    if row.withdrawn_at:
        timeline.add("application_withdrawn", row, row.withdrawn_at, told.manager, reason=row.withdrawn_reason)
