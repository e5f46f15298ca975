"""What shows: conditions on the answers. What is hidden counts as empty, whatever was typed in it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.core.exceptions import ValidationError

from .amounts import parse_amount, parse_date, parse_number
from .parts import DECIMALS_AT_MOST, Clause, Condition, Question, QuestionType, Relation, Schema, Section
from .raw import is_filled, shaped

_PRESENCE = frozenset({Relation.FILLED, Relation.EMPTY})
_EQUALITY = frozenset({Relation.IS, Relation.IS_NOT}) | _PRESENCE
_ORDER = frozenset({Relation.BELOW, Relation.ABOVE}) | _EQUALITY
_WORDS = frozenset({Relation.CONTAINS}) | _EQUALITY
# The tests that make sense, by type of question.
TESTS: dict[str, frozenset[Relation]] = {
    QuestionType.NOTE: frozenset(),
    QuestionType.TEXT: _WORDS,
    QuestionType.LONG_TEXT: _WORDS,
    QuestionType.FROM_FICHE: _WORDS,
    QuestionType.NUMBER: _ORDER,
    QuestionType.AMOUNT: _ORDER,
    QuestionType.DATE: _ORDER,
    QuestionType.CHOICE: _EQUALITY,
    QuestionType.CHOICES: _WORDS,
    QuestionType.YES_NO: _EQUALITY,
    QuestionType.DECLARATION: _EQUALITY,
    QuestionType.FILE: _PRESENCE,
    QuestionType.TABLE: _PRESENCE,
    QuestionType.BUDGET: _PRESENCE,
}


def holds(test: Clause, question: Question | None, raw: Any) -> bool:
    """Whether one test is true of a raw answer. A hidden answer, or one of a question that is gone, is None."""
    answer = shaped(question, raw) if question else ""
    if test.test in _PRESENCE:
        return bool(question and is_filled(question, raw)) == (test.test == Relation.FILLED)
    if test.test == Relation.IS_NOT:
        return not _is(test, question, answer)
    if test.test == Relation.IS:
        return _is(test, question, answer)
    if test.test == Relation.CONTAINS:
        return _contains(test, answer)
    found, limit = _both(test, question, answer)
    if found is None or limit is None:
        return False
    return found < limit if test.test == Relation.BELOW else found > limit


def _is(test: Clause, question: Question | None, answer: Any) -> bool:
    if isinstance(answer, list):
        return answer == [test.value]
    found, wanted = _both(test, question, answer)
    if found is not None and wanted is not None:
        return found == wanted
    return isinstance(answer, str) and bool(test.value) and answer.strip().casefold() == test.value.casefold()


def _both(test: Clause, question: Question | None, answer: Any) -> tuple[Any, Any]:
    """The answer and the value of the test, to be compared. An answer with more decimals than asked is none."""
    decimals = question.decimals if question else 0
    return comparable(test.type, answer, decimals), comparable(test.type, test.value)


def _contains(test: Clause, answer: Any) -> bool:
    if isinstance(answer, list):
        return test.value in answer
    return isinstance(answer, str) and bool(test.value) and test.value.casefold() in answer.casefold()


def comparable(kind: str, text: Any, decimals: int = DECIMALS_AT_MOST) -> Any:
    """A number, an amount or a date that can be compared; None for anything else.

    ``decimals``: of a number; one in a condition or a limit may have as many as any question takes.
    """
    if not isinstance(text, str) or not text.strip():
        return None
    try:
        if kind == QuestionType.AMOUNT:
            return parse_amount(text)
        if kind == QuestionType.NUMBER:
            return parse_number(text, decimals)
        if kind == QuestionType.DATE:
            return parse_date(text)
    except ValidationError:
        return None
    return None


def is_met_by(condition: Condition | None, held: Collection[Clause]) -> bool:
    """Whether a condition is true when these tests are; no condition always is."""
    if condition is None:
        return True
    outcomes = [test in held for test in condition.tests]
    return any(outcomes) if condition.match == "any" else all(outcomes)


def asked_by(section: Section, question: Question) -> list[str]:
    """The questions whose answers decide whether this one shows."""
    conditions = (section.condition, question.condition)
    return list(dict.fromkeys(test.question for condition in conditions if condition for test in condition.tests))


def in_order_of_need(schema: Schema) -> tuple[list[str], list[str]]:
    """The questions, each after those that its conditions ask; and, if any, the keys of one loop.

    By hand and not by recursion: a chain of a thousand conditions is a form too.
    """
    needs = {question.key: asked_by(section, question) for section, question in schema}
    order: list[str] = []
    done: set[str] = set()
    loop: list[str] = []
    for start in needs:
        path: list[str] = []
        waiting = [(start, False)]
        while waiting:
            key, is_ready = waiting.pop()
            if is_ready:
                path.pop()
                done.add(key)
                order.append(key)
            elif key in path:
                loop = loop or path[path.index(key) :]
            elif key not in done:
                path.append(key)
                waiting.append((key, True))
                waiting += [(need, False) for need in needs[key] if need in needs and need not in done]
    return order, loop


def look(
    schema: Schema, answers: Mapping[str, Any], fiche: Mapping[str, str]
) -> tuple[frozenset[str], frozenset[Clause]]:
    """The questions that show, and the tests that hold.

    In a loop, which no checked form has, what is not decided yet counts as hidden.
    """
    places = {question.key: (section, question) for section, question in schema}
    visible: set[str] = set()
    held: set[Clause] = set()

    def answer(key: str) -> Any:
        if key not in visible:
            return None
        question = places[key][1]
        return fiche.get(question.field, "") if question.type == QuestionType.FROM_FICHE else answers.get(key)

    def is_met(condition: Condition | None) -> bool:
        tests = condition.tests if condition else ()
        held.update(test for test in tests if holds(test, schema.questions.get(test.question), answer(test.question)))
        return is_met_by(condition, held)

    for key in in_order_of_need(schema)[0]:
        section, question = places[key]
        if is_met(section.condition) and is_met(question.condition):
            visible.add(key)
    return frozenset(visible), frozenset(held)
