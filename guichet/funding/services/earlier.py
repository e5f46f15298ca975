"""An application of the fiche as a start for another one: what it gives, and what it does not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef

from guichet.organizations.models import Organization

from ..enums import ApplicationStatus
from ..models import Application, ApplicationFile, Call, FormVersion, Submission
from ..schema import (
    FileInfo,
    Question,
    Schema,
    asked_alike,
    carried_files,
    clean_answer,
    digest,
    kept_answers,
    parse_schema,
)

# The project did not take place: all of it may be asked for elsewhere, its budget and its files too.
NOT_DONE = (ApplicationStatus.REFUSED, ApplicationStatus.WITHDRAWN)


@dataclass(frozen=True)
class Former:
    """An application as it was said last: its form, its answers, when, and the files that may go along."""

    application: Application
    schema: Schema
    answers: Mapping[str, Any]
    at: dt.datetime
    files: Mapping[int, ApplicationFile]

    @property
    def is_whole(self) -> bool:
        """Everything may be taken from it, not only what the new form keeps from one year to the next."""
        return self.application.status in NOT_DONE


@dataclass(frozen=True)
class Earlier:
    """What an earlier application gives to a new one.

    ``kept``: the new form's questions that begin with an answer, by files too; ``cleared``: those that were answered
    and are asked anew; ``left``: what the old form asked and the new one does not; ``files``: by the new question.
    """

    former: Former
    answers: dict[str, Any]
    kept: list[Question] = field(default_factory=list)
    cleared: list[Question] = field(default_factory=list)
    left: list[Question] = field(default_factory=list)
    files: dict[str, list[ApplicationFile]] = field(default_factory=dict)

    @property
    def file_count(self) -> int:
        """How many files go along."""
        return sum(map(len, self.files.values()))


def last_application(call: Call, organization: Organization) -> Application | None:
    """What the fiche last handed in to the same programme, to another call."""
    submission = (
        Submission.objects.filter(application__organization=organization, application__call__program=call.program_id)
        .exclude(application__call=call)
        .select_related("application__call__program", "application__form_version")
        .order_by("-at", "-pk")
        .first()
    )
    return submission.application if submission else None


def former_of(application: Application) -> Former:
    """What it says, read once for any number of forms: as it was handed in; as it was left when it was withdrawn."""
    submission = None
    if application.status != ApplicationStatus.WITHDRAWN:
        submission = application.submissions.select_related("form_version").order_by("-at", "-pk").first()
    said = submission or application
    files = application.files.all() if application.status in NOT_DONE else ()
    return Former(
        application,
        parse_schema(said.form_version.schema),
        said.answers,
        submission.at if submission else application.saved_at,
        {file.pk: file for file in files},
    )


def what_it_gives(former: Former, version: FormVersion) -> Earlier:
    """What of it the draft in this form begins with."""
    schema = parse_schema(version.schema)
    answers = kept_answers(former.schema, former.answers, schema, whole=former.is_whole)
    files = _files_for(former, schema)
    alike = asked_alike(former.schema, schema)
    answered = {key for key, raw in former.answers.items() if digest(raw) != digest(None)}
    asked = [question for _section, question in schema if question.is_answered_here]
    given = answers.keys() | files.keys()
    used = {one.key for one in alike.values()}
    return Earlier(
        former,
        answers,
        kept=[question for question in asked if question.key in given],
        cleared=[
            question
            for question in asked
            if question.key not in given and question.key in alike and alike[question.key].key in answered
        ],
        left=[
            question
            for _section, question in former.schema
            if question.is_answered_here and question.key in answered and question.key not in used
        ],
        files=files,
    )


def _files_for(former: Former, schema: Schema) -> dict[str, list[ApplicationFile]]:
    """The files that the new form's questions take: their kind, their weight, their number."""
    found = {
        key: [
            file
            for pk in keys
            if (file := former.files.get(pk)) is not None and _is_taken(file, schema.questions[key])
        ][: schema.questions[key].max_files]
        for key, keys in carried_files(former.schema, former.answers, schema).items()
    }
    return {key: files for key, files in found.items() if files}


def _is_taken(file: ApplicationFile, question: Question) -> bool:
    _value, flaws = clean_answer(question, [file.pk], {file.pk: FileInfo(name=file.name, size=file.size)})
    return not flaws


def take_files(application: Application, earlier: Earlier) -> None:
    """Give a new draft the files that go along: rows of its own, whose content stands once in the storage."""
    taken: dict[str, list[int]] = {}
    for key, files in earlier.files.items():
        for file in files:
            copy = ApplicationFile.objects.create(
                application=application,
                question=key,
                file=file.file.name,
                name=file.name,
                content_type=file.content_type,
                size=file.size,
                sha256=file.sha256,
                uploaded_by=file.uploaded_by,
                uploaded_at=file.uploaded_at,
            )
            taken.setdefault(key, []).append(copy.pk)
    if taken:
        application.answers = {**application.answers, **taken}
        application.save(update_fields=["answers"])


def newest_versions(forms: Iterable[int]) -> dict[int, FormVersion]:
    """The version that a new application is written in, by form."""
    newer = FormVersion.objects.filter(form=OuterRef("form"), number__gt=OuterRef("number"))
    return {one.form_id: one for one in FormVersion.objects.filter(~Exists(newer), form__in=forms)}
