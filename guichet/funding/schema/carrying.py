"""What an earlier application gives to the draft of a new one, in the same form or in another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from .merging import digest
from .parts import Column, Option, Question, QuestionType, Schema
from .planned import planned_on, same_words
from .raw import shaped

# An acceptance is given for each application; a file goes along as a file, see `carried_files`.
NEVER_CARRIED = frozenset({QuestionType.FILE, QuestionType.DECLARATION})
Part = TypeVar("Part", Question, Option, Column)


def asked_alike(old: Schema, new: Schema) -> dict[str, Question]:
    """For the questions of the new form, by key, the one of the old form that asks the same.

    The same key and type, as in a copy of a form; else the same words and type; else the only budget of each.
    """
    found = {
        question.key: same
        for _section, question in new
        if (same := old.questions.get(question.key)) and same.type == question.type and question.is_answered_here
    }
    left = [question for _section, question in old if question.is_answered_here and question.key not in found]
    others = [question for _section, question in new if question.is_answered_here and question.key not in found]
    for question in others:
        same = next((one for one in left if one.type == question.type and same_words(one, question)), None)
        if same is not None:
            found[question.key] = same
            left.remove(same)
    budgets = [
        [one for one in questions if one.type == QuestionType.BUDGET]
        for questions in (left, [question for question in others if question.key not in found])
    ]
    if [len(some) for some in budgets] == [1, 1]:
        found[budgets[1][0].key] = budgets[0][0]
    return found


def kept_answers(
    old_schema: Schema, answers: Mapping[str, Any], new_schema: Schema, *, whole: bool = False
) -> dict[str, Any]:
    """The answers of an earlier application that the draft of a new one begins with, files left out.

    The new form says what is kept from one year to the next; ``whole``: all that it asks, for a project that did not
    take place. A choice that is gone falls away; so do the real amounts of a budget.
    """
    alike = asked_alike(old_schema, new_schema)
    kept = {}
    for _section, question in new_schema:
        old = alike.get(question.key)
        if old and (whole or question.kept) and question.type not in NEVER_CARRIED:
            answer = _carried(old, question, answers.get(old.key))
            if digest(answer) != digest(None):
                kept[question.key] = answer
    return kept


def carried_files(old_schema: Schema, answers: Mapping[str, Any], new_schema: Schema) -> dict[str, list[int]]:
    """The files that answered a question of files that the new form asks too, by its key there."""
    alike = asked_alike(old_schema, new_schema)
    found = {key: shaped(old, answers.get(old.key)) for key, old in alike.items() if old.type == QuestionType.FILE}
    return {key: files for key, files in found.items() if files}


def _carried(old: Question, new: Question, raw: Any) -> Any:
    """What of an answer has its place in another question of the same type."""
    answer = shaped(old, raw)
    if new.type == QuestionType.CHOICE:
        return _option(old.options, new.options, answer.strip())
    if new.type == QuestionType.CHOICES:
        return [key for one in answer if (key := _option(old.options, new.options, one))]
    if new.type == QuestionType.TABLE:
        columns = [
            (column, same)
            for column in new.columns
            if (same := _like(column, old.columns)) and same.type == column.type
        ]
        rows = [
            {column.key: _cell(same, column, row[same.key]) for column, same in columns}
            for row in answer[: new.rows_at_most]
        ]
        return [row for row in rows if digest(row) != digest(None)]
    if new.type == QuestionType.BUDGET:
        budget = planned_on(new, old, raw)
        return {
            "lines": {key: _planned(row) for key, row in budget["lines"].items()},
            "revenues": [_planned(row) for row in budget["revenues"]],
            "expenses": [_planned(row) for row in budget["expenses"]],
            "hours": _planned(budget["hours"]),
        }
    return answer


def _like(part: Part, among: Iterable[Part]) -> Part | None:
    """The part of the same key, else of the same words."""
    among = list(among)
    return next((one for one in among if one.key == part.key), None) or next(
        (one for one in among if same_words(one, part)), None
    )


def _option(old: Iterable[Option], new: Iterable[Option], key: str) -> str:
    """A choice among the options of the new form; nothing when it is gone."""
    chosen = next((option for option in old if option.key == key), None)
    same = _like(chosen, new) if chosen else None
    return same.key if same else ""


def _cell(old: Column, new: Column, text: str) -> str:
    if new.type == QuestionType.CHOICE:
        return _option(old.options, new.options, text.strip())
    return text


def _planned(row: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in row.items() if name != "real"}
