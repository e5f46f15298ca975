"""The verdict on an application's answers, with all that it takes to give it: limits, fiche, files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from guichet.organizations.content import FIELDS
from guichet.organizations.models import Organization
from guichet.organizations.values import content_of, in_words

from .models import Application, ApplicationFile, Call
from .schema import FileInfo, Limits, QuestionType, Schema, Verdict, evaluate, parse_schema


def limits_of(call: Call) -> Limits:
    """What the call pays, and for how much."""
    return Limits(
        max_amount=call.max_amount,
        max_share=call.max_share,
        max_public_share=call.max_public_share,
        min_own_share=call.min_own_share,
        volunteer_rate=call.volunteer_rate,
    )


def fiche_words(organization: Organization, schema: Schema) -> dict[str, str]:
    """The words of the fiche's fields that a form takes over, by their name."""
    asked = {question.field for _section, question in schema if question.type == QuestionType.FROM_FICHE}
    names = [name for name in FIELDS if name in asked]
    return {name: in_words(name, value) for name, value in content_of(organization, names).items()} if names else {}


def file_infos(files: Iterable[ApplicationFile]) -> dict[int, FileInfo]:
    """What the schema has to know of files, by their key."""
    return {file.pk: FileInfo(file.name, file.size) for file in files}


def verdict_of(
    application: Application,
    *,
    schema: Schema | None = None,
    answers: Mapping[str, Any] | None = None,
    files: Iterable[ApplicationFile] | None = None,
) -> Verdict:
    """What the answers are worth now. What the caller has at hand already is not read again."""
    schema = schema or parse_schema(application.form_version.schema)
    return evaluate(
        schema,
        application.answers if answers is None else answers,
        limits=limits_of(application.call),
        fiche=fiche_words(application.organization, schema),
        files=file_infos(application.files.all() if files is None else files),
    )
