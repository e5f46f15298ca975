"""What a browser posted for one section, as raw answers; and the digests that its page carried."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Protocol

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from .merging import digest
from .parts import Question, QuestionType, Section
from .raw import COLUMNS, FREE_KINDS, clean, is_blank

BASE = "base"
_BASE_LENGTH = 100_000
_FREE_PREFIX = {"revenues": "r", "expenses": "e"}


class Posted(Protocol):
    """What is asked of a QueryDict."""

    def __contains__(self, name: str) -> bool: ...

    def get(self, name: str, default: Any = None) -> Any:
        """The last value of a name."""

    def getlist(self, name: str) -> list[Any]:
        """Every value of a name."""


def name_of(question: Question) -> str:
    """The name of a question's input, or the beginning of its inputs' names."""
    return f"q-{question.key}"


def read_posted(section: Section, data: Posted) -> dict[str, Any]:
    """The raw answers that a page of this section sent, by key.

    A question that the page did not send is left out, so that what is stored stays; files have verbs of their own. A
    row action is already done in what is returned.
    """
    keep_blank = row_action(section, data)
    answers = {}
    for question in section.questions:
        if question.type == QuestionType.FILE or not question.is_answered_here:
            continue
        name = name_of(question)
        if question.type == QuestionType.TABLE:
            if _number(data.get(f"{name}-rows")) is not None:
                answers[question.key] = _read_table(question, data, keep_blank=keep_blank)
        elif question.type == QuestionType.BUDGET:
            if f"{name}-rows" in data:
                answers[question.key] = _read_budget(question, data, keep_blank=keep_blank)
        elif name in data:
            is_list = question.type == QuestionType.CHOICES
            answers[question.key] = (
                [one for one in map(clean, data.getlist(name)) if one] if is_list else clean(data.get(name))
            )
    return answers


def row_action(section: Section, data: Posted) -> bool:
    """Whether a button that adds or removes a row sent this page: its form is shown again."""
    names = []
    for question in section.questions:
        if question.type == QuestionType.TABLE:
            names += [f"{name_of(question)}-add", f"{name_of(question)}-remove"]
        elif question.type == QuestionType.BUDGET:
            names.append(f"{name_of(question)}-add")
    return any(name in data for name in names)


def removed_file(section: Section, data: Posted) -> tuple[str, int] | None:
    """The question and the file whose button « Retirer » sent this page."""
    return _pressed(section, data, "remove")


def cancelled_upload(section: Section, data: Posted) -> tuple[str, int] | None:
    """The question and the upload, which came in part, whose button « Annuler » sent this page."""
    return _pressed(section, data, "cancel")


def _pressed(section: Section, data: Posted, button: str) -> tuple[str, int] | None:
    for question in section.questions:
        pk = _number(data.get(f"{name_of(question)}-{button}"))
        if question.type == QuestionType.FILE and pk is not None:
            return question.key, pk
    return None


def _number(text: Any) -> int | None:
    is_number = isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < 18
    return int(text) if is_number else None


def _read_table(question: Question, data: Posted, *, keep_blank: bool) -> list[dict[str, str]]:
    name = name_of(question)
    most = question.rows_at_most
    rows = [
        {column.key: clean(data.get(f"{name}-{number}-{column.key}")) for column in question.columns}
        for number in range(min(_number(data.get(f"{name}-rows")) or 0, most))
    ]
    removed = _number(data.get(f"{name}-remove"))
    if removed is not None:
        rows = rows[:removed] + rows[removed + 1 :]
    if f"{name}-add" in data and len(rows) < most:
        rows.append({column.key: "" for column in question.columns})
    return rows if keep_blank else [row for row in rows if not is_blank(row)]


def _read_budget(question: Question, data: Posted, *, keep_blank: bool) -> dict[str, Any]:
    name = name_of(question)
    # A form of the project has one column of amounts, a final report two.
    columns = [column for column in COLUMNS if column in data.getlist(f"{name}-rows")]

    def amounts(line: str) -> dict[str, str]:
        return {column: clean(data.get(f"{name}-{line}-{column}")) for column in columns}

    answer: dict[str, Any] = {
        "lines": {line.key: amounts(line.key) for line in (*question.revenues, *question.expenses)}
    }
    added = data.get(f"{name}-add")
    for side, room in (("revenues", question.free_revenues), ("expenses", question.free_expenses)):
        rows = []
        for number in range(room):
            line = f"{_FREE_PREFIX[side]}{number}"
            if f"{name}-{line}-label" in data:
                words = {part: clean(data.get(f"{name}-{line}-{part}")) for part in ("label", "kind")}
                rows.append({**words, **amounts(line)})
        if added == side and len(rows) < room:
            rows.append({"label": "", "kind": str(FREE_KINDS[side][0]), **amounts("")})
        answer[side] = rows if keep_blank else [row for row in rows if not is_blank(row)]
    answer["hours"] = amounts("hours") if question.volunteer_hours else {}
    return answer


def base_input(section: Section, answers: Mapping[str, Any]) -> SafeString:
    """The digests of the stored answers, to be sent back with the page; the first thing in its form.

    With them, the button that the key « Enter » presses: the first of a form, which would otherwise be the one that
    removes a row.
    """
    digests = {question.key: digest(answers.get(question.key)) for question in section.questions}
    return format_html(
        '<input type="hidden" name="{}" value="{}">'
        '<button class="visually-hidden" type="submit" tabindex="-1" aria-hidden="true">{}</button>',
        BASE,
        json.dumps(digests, separators=(",", ":")),
        _("Enregistrer"),
    )


def read_base(data: Posted) -> dict[str, str]:
    """The digests that a page sent back; rubbish is none, and then nothing stored is replaced."""
    try:
        found = json.loads(str(data.get(BASE, ""))[:_BASE_LENGTH])
    except (ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {key: value for key, value in found.items() if isinstance(value, str)}
