"""Raw answers, as people typed them: brought to the shape that their question expects, whatever the JSON holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .parts import EXPENSE_KINDS, FREE_REVENUE_KINDS, Question, QuestionType

# Of one value. It is more than any question takes: a text that was cut is seen to be too long.
VALUE_AT_MOST = 20_000
FILES_AT_MOST = 100
CHOICES_AT_MOST = 200
COLUMNS = ("planned", "real")
FREE_KINDS = {"revenues": FREE_REVENUE_KINDS, "expenses": EXPENSE_KINDS}


def shaped(question: Question, raw: Any) -> Any:
    """A raw answer of the right shape. What cannot be one is left out; what was typed stays as it was typed."""
    if question.type == QuestionType.CHOICES:
        return list(dict.fromkeys(one for one in map(clean, _list(raw)[:CHOICES_AT_MOST]) if one))
    if question.type == QuestionType.FILE:
        return list(dict.fromkeys(one for one in _list(raw) if type(one) is int))[:FILES_AT_MOST]
    if question.type == QuestionType.TABLE:
        # One more than it may hold, so that the others are missed and told.
        names = [column.key for column in question.columns]
        return [_texts(row, names) for row in _list(raw)[: question.rows_at_most + 1]]
    if question.type == QuestionType.BUDGET:
        return _budget(question, raw if isinstance(raw, Mapping) else {})
    return clean(raw)


def clean(raw: Any) -> str:
    """One value: text as it was typed, without what no database takes, and with one sort of line ends."""
    if not isinstance(raw, str):
        return ""
    plain = raw[: VALUE_AT_MOST * 2].replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")
    # Half a character, which JSON can say and UTF-8 cannot.
    return plain[:VALUE_AT_MOST].encode("utf-8", "ignore").decode()


def _list(raw: Any) -> list[Any]:
    return raw if isinstance(raw, list) else []


def _texts(row: Any, names: Iterable[str]) -> dict[str, str]:
    found = row if isinstance(row, Mapping) else {}
    return {name: clean(found.get(name)) for name in names}


def _budget(question: Question, raw: Mapping[str, Any]) -> dict[str, Any]:
    lines = raw.get("lines")
    lines = lines if isinstance(lines, Mapping) else {}
    known = [line.key for line in (*question.revenues, *question.expenses)]
    rooms = {"revenues": question.free_revenues, "expenses": question.free_expenses}
    shape: dict[str, Any] = {"lines": {key: _texts(lines.get(key), COLUMNS) for key in known}}
    for side, room in rooms.items():
        rows = [_texts(row, ("label", "kind", *COLUMNS)) for row in _list(raw.get(side))[:room]]
        shape[side] = [{**row, "kind": row["kind"] or str(FREE_KINDS[side][0])} for row in rows]
    shape["hours"] = _texts(raw.get("hours") if question.volunteer_hours else {}, COLUMNS)
    return shape


def is_blank(row: Mapping[str, str]) -> bool:
    """Whether nobody wrote in a row. Its kind says nothing: a list always chooses one."""
    return not any(value.strip() for name, value in row.items() if name != "kind")


def is_filled(question: Question, raw: Any) -> bool:
    """Whether a raw answer says something."""
    answer = shaped(question, raw)
    if isinstance(answer, str):
        return bool(answer.strip())
    if question.type == QuestionType.TABLE:
        return not all(map(is_blank, answer))
    if question.type == QuestionType.BUDGET:
        rows = [*answer["lines"].values(), *answer["revenues"], *answer["expenses"], answer["hours"]]
        return not all(map(is_blank, rows))
    return bool(answer)
