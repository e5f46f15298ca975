"""Several people on one draft: what each answer was, who changed what; and what next year's draft keeps."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .parts import Question, QuestionType, Schema, Section
from .raw import clean, shaped

DIGEST_LENGTH = 12
# A budget's amounts are four levels down; deeper is no answer of ours.
_DEPTH = 6
# An acceptance is given again every year; a file belongs to the application that it was sent with.
NEVER_KEPT = frozenset({QuestionType.FILE, QuestionType.DECLARATION})


def digest(raw: Any) -> str:
    """A mark of one raw answer. Answers that say the same have the same: nothing, an empty text, an empty row."""
    said = json.dumps(_canonical(raw, _DEPTH), sort_keys=True, default=str)
    return hashlib.sha256(said.encode()).hexdigest()[:DIGEST_LENGTH]


def _canonical(raw: Any, depth: int) -> Any:
    """What an answer says, without what says nothing; None for nothing."""
    if isinstance(raw, str):
        return clean(raw).strip() or None
    if not depth:
        return None
    if isinstance(raw, Mapping):
        parts = {str(name): _canonical(value, depth - 1) for name, value in raw.items()}
        said = {name: value for name, value in parts.items() if value is not None}
        # The list of a free line of a budget always chooses a kind.
        return said if said.keys() - {"kind"} else None
    if isinstance(raw, list):
        return [part for part in (_canonical(value, depth - 1) for value in raw) if part is not None] or None
    return raw


@dataclass(frozen=True)
class Merge:
    """The answers after somebody's save.

    ``changed``: the keys that this save changed; ``conflicts``: what somebody else saved meanwhile, by key, where both
    changed: it stays in ``answers``, and the page shows both.
    """

    answers: dict[str, Any]
    changed: set[str]
    conflicts: dict[str, Any]


def merge(section: Section, stored: Mapping[str, Any], posted: Mapping[str, Any], base: Mapping[str, str]) -> Merge:
    """Put what one person posted into what is stored. ``base``: the digests of what their page showed.

    A key that was not posted stays as it is. Without a digest, an answer only takes the place of nothing.
    """
    answers, changed, conflicts = dict(stored), set(), {}
    for question in section.questions:
        key = question.key
        if key not in posted or not question.is_answered_here:
            continue
        was, now, mine = base.get(key, digest(None)), digest(stored.get(key)), digest(posted[key])
        if mine in (now, was):
            continue
        if now == was:
            answers[key] = posted[key]
            changed.add(key)
        else:
            conflicts[key] = stored.get(key)
    return Merge(answers, changed, conflicts)


def differences(schema: Schema, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Question]:
    """The questions whose answers differ, in the form's order."""
    return [
        question
        for _section, question in schema
        if question.is_answered_here and digest(before.get(question.key)) != digest(after.get(question.key))
    ]


def kept_answers(old_schema: Schema, answers: Mapping[str, Any], new_schema: Schema) -> dict[str, Any]:
    """The answers of an earlier application that the draft of a new one begins with.

    The new form says what is kept. A choice that is gone falls away; so do the real amounts of a budget.
    """
    kept = {}
    for _section, question in new_schema:
        old = old_schema.questions.get(question.key)
        if (
            old
            and old.type == question.type
            and question.kept
            and question.is_answered_here
            and question.type not in NEVER_KEPT
        ):
            answer = _carried(question, shaped(question, answers.get(question.key)))
            if digest(answer) != digest(None):
                kept[question.key] = answer
    return kept


def _carried(question: Question, answer: Any) -> Any:
    """What of an answer still has its place in a question."""
    options = {option.key for option in question.options}
    if question.type == QuestionType.CHOICE:
        return answer if answer in options else ""
    if question.type == QuestionType.CHOICES:
        return [key for key in answer if key in options]
    if question.type == QuestionType.TABLE:
        lists = {
            column.key: {option.key for option in column.options}
            for column in question.columns
            if column.type == QuestionType.CHOICE
        }
        rows = [
            {name: "" if name in lists and value not in lists[name] else value for name, value in row.items()}
            for row in answer[: question.rows_at_most]
        ]
        return [row for row in rows if digest(row) != digest(None)]
    if question.type == QuestionType.BUDGET:
        return {
            "lines": {key: _planned(row) for key, row in answer["lines"].items()},
            "revenues": [_planned(row) for row in answer["revenues"]],
            "expenses": [_planned(row) for row in answer["expenses"]],
            "hours": _planned(answer["hours"]),
        }
    return answer


def _planned(row: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in row.items() if name != "real"}
