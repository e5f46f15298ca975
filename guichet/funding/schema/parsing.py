"""A form's JSON, as typed parts. What a form does not say has a default: an old version stays readable."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .parts import (
    DECIMALS_AT_MOST,
    LONG_TEXT_LENGTH,
    TEXT_LENGTH,
    Clause,
    Column,
    Condition,
    Line,
    LineKind,
    Option,
    Question,
    QuestionType,
    Schema,
    Section,
)


class SchemaError(ValueError):
    """The data are no form. `check_schema` says why."""


def parse_schema(data: Any) -> Schema:
    """The form that these data describe. Raises SchemaError when they describe none."""
    sections = mapping(data).get("sections")
    types = {
        text(mapping(question), "key"): text(mapping(question), "type")
        for section in items(sections)
        for question in items(mapping(section).get("questions"))
    }
    return Schema(tuple(_section(mapping(section), types) for section in items(sections)))


def mapping(value: Any) -> Mapping[str, Any]:
    """A part that has to be an object."""
    if not isinstance(value, Mapping):
        raise SchemaError(type(value).__name__)
    return value


def items(value: Any) -> list[Any]:
    """A part that has to be a list; nothing is an empty one."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise SchemaError(type(value).__name__)
    return value


def text(data: Mapping[str, Any], name: str) -> str:
    """A part in words; a number is written as it stands."""
    value = data.get(name)
    return "" if value is None or isinstance(value, list | dict) else str(value)


def whole(data: Mapping[str, Any], name: str, default: int | None) -> int | None:
    """A whole number that is not negative; something else is the default."""
    written = text(data, name).strip()
    return int(written) if written.isascii() and written.isdigit() and len(written) < 10 else default


def _section(data: Mapping[str, Any], types: Mapping[str, str]) -> Section:
    return Section(
        key=text(data, "key"),
        title=text(data, "title"),
        help=text(data, "help"),
        condition=_condition(data.get("condition"), types),
        questions=tuple(_question(mapping(question), types) for question in items(data.get("questions"))),
    )


def _condition(data: Any, types: Mapping[str, str]) -> Condition | None:
    if not data:
        return None
    tests = tuple(_clause(mapping(test), types) for test in items(mapping(data).get("tests")))
    # Nothing to test: nothing hides it.
    return Condition("any" if text(data, "match") == "any" else "all", tests) if tests else None


def _clause(data: Mapping[str, Any], types: Mapping[str, str]) -> Clause:
    key = text(data, "question")
    return Clause(key, text(data, "test"), text(data, "value").strip(), types.get(key, ""))


def _question(data: Mapping[str, Any], types: Mapping[str, str]) -> Question:
    kind = text(data, "type")
    if kind not in QuestionType.values:
        raise SchemaError(kind)
    is_table = kind == QuestionType.TABLE
    is_counted = is_table or kind == QuestionType.CHOICES
    is_date = kind == QuestionType.DATE
    return Question(
        key=text(data, "key"),
        type=kind,
        label=text(data, "label"),
        help=text(data, "help"),
        required=bool(data.get("required")),
        condition=_condition(data.get("condition"), types),
        kept=bool(data.get("kept", True)),
        max_length=_length(data, LONG_TEXT_LENGTH if kind == QuestionType.LONG_TEXT else TEXT_LENGTH),
        minimum=text(data, "earliest" if is_date else "minimum").strip(),
        maximum=text(data, "latest" if is_date else "maximum").strip(),
        decimals=min(whole(data, "decimals", 0), DECIMALS_AT_MOST),
        unit=text(data, "unit"),
        options=_options(data),
        at_least=whole(data, "min_rows" if is_table else "minimum", 0) if is_counted else 0,
        at_most=whole(data, "max_rows" if is_table else "maximum", None) if is_counted else None,
        extensions=tuple(str(one).lower().lstrip(".") for one in items(data.get("extensions"))),
        max_mb=whole(data, "max_mb", 20),
        max_files=whole(data, "max_files", 1),
        columns=tuple(_column(mapping(column)) for column in items(data.get("columns"))),
        revenues=_lines(data, "revenues", LineKind.OWN),
        expenses=_lines(data, "expenses", LineKind.CASH),
        free_revenues=whole(data, "free_revenues", 0),
        free_expenses=whole(data, "free_expenses", 0),
        volunteer_hours=bool(data.get("volunteer_hours")),
        must_balance=bool(data.get("must_balance")),
        field=text(data, "field"),
    )


def _length(data: Mapping[str, Any], default: int) -> int:
    return min(whole(data, "max_length", None) or default, LONG_TEXT_LENGTH)


def _options(data: Mapping[str, Any]) -> tuple[Option, ...]:
    found = [mapping(option) for option in items(data.get("options"))]
    return tuple(Option(text(option, "key"), text(option, "label")) for option in found)


def _column(data: Mapping[str, Any]) -> Column:
    kind = text(data, "type") or QuestionType.TEXT
    return Column(text(data, "key"), text(data, "label"), kind, _options(data), bool(data.get("required")))


def _lines(data: Mapping[str, Any], name: str, default: str) -> tuple[Line, ...]:
    found = [mapping(line) for line in items(data.get(name))]
    return tuple(
        Line(text(line, "key"), text(line, "label"), text(line, "kind") or default, bool(line.get("eligible", True)))
        for line in found
    )
