"""Controls and tables as the templates draw them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from .amounts import parse_date
from .parts import Column, Question, QuestionType

# More options than that make a list that opens.
RADIOS_AT_MOST = 7
# What the script puts a row's place for, from zero in names, from one in words.
BLANK_INDEX, BLANK_NUMBER = "__row__", "__number__"


@dataclass(frozen=True)
class OptionState:
    """An option, chosen or not."""

    key: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class Input:
    """A control. Its id is its name. ``widget``: text, date, select, radio, checkbox or textarea."""

    name: str
    label: str
    value: str = ""
    widget: str = "text"
    inputmode: str = ""
    options: tuple[OptionState, ...] = ()
    described_by: str = ""
    error: str = ""
    refused: bool = False
    least: str = ""
    most: str = ""
    # Whether a list may be left without a choice.
    may_be_empty: bool = True

    @property
    def errors(self) -> list[str]:
        """What is wrong with this part of an answer."""
        return [self.error] if self.error else []

    @property
    def is_refused(self) -> bool:
        """Whether it is drawn as wrong."""
        return self.refused or bool(self.error)


@dataclass(frozen=True)
class Cell:
    """A cell of a table."""

    heading: str
    input: Input
    required: bool


@dataclass(frozen=True)
class TableRow:
    """A row of a table, numbered from one for people. ``index``: from zero, or a mark for the script."""

    number: str
    index: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class BoundTable:
    """A table to fill. ``blank``: the row that the script copies."""

    columns: tuple[Column, ...]
    rows: tuple[TableRow, ...]
    blank: TableRow
    has_room: bool
    most: int


def options_of(options: Iterable[tuple[str, str]], chosen: list[str]) -> tuple[OptionState, ...]:
    """Options with what is chosen; one that is gone stays in the list, so that nothing is lost unseen."""
    known = list(options)
    gone = [(key, key) for key in chosen if key and key not in dict(known)] if known else []
    return tuple(OptionState(key, label, key in chosen) for key, label in [*known, *gone])


def widget_of(kind: str, value: str, *, options: int = 0) -> tuple[str, str]:
    """The widget of a type, and the keyboard that a phone shows."""
    if kind in {QuestionType.NUMBER, QuestionType.AMOUNT}:
        # Not of the type « number »: a browser throws away what it cannot read.
        return "text", "decimal"
    if kind == QuestionType.DATE:
        return ("date" if _is_browsers_date(value) else "text"), ""
    if kind == QuestionType.CHOICES:
        return "checkbox", ""
    if kind in {QuestionType.CHOICE, QuestionType.YES_NO}:
        return ("select" if options > RADIOS_AT_MOST else "radio"), ""
    return "text", ""


def _is_browsers_date(value: str) -> bool:
    """Whether a browser's calendar can show it; it would show nothing for « demain », and lose it."""
    if not value.strip():
        return True
    try:
        return parse_date(value).isoformat() == value
    except ValidationError:
        return False


def bind_table(question: Question, name: str, raw: list[dict[str, str]], errors: Mapping[str, str]) -> BoundTable:
    """A table with its rows; with an empty one at least."""
    least = max(1, question.at_least)
    rows = [*raw, *({} for _number in range(least - len(raw)))][: question.rows_at_most]
    return BoundTable(
        columns=question.columns,
        rows=tuple(_row(question, name, str(number), row, errors) for number, row in enumerate(rows)),
        blank=_row(question, name, BLANK_INDEX, {}, {}),
        has_room=len(rows) < question.rows_at_most,
        most=question.rows_at_most,
    )


def number_of(index: str) -> str:
    """A row's number, for people."""
    return BLANK_NUMBER if index == BLANK_INDEX else str(int(index) + 1)


def _row(question: Question, name: str, index: str, row: Mapping[str, str], errors: Mapping[str, str]) -> TableRow:
    number = number_of(index)
    cells = []
    for column in question.columns:
        value = row.get(column.key, "")
        is_choice = column.type == QuestionType.CHOICE
        widget, mode = ("select", "") if is_choice else widget_of(column.type, value)
        label = _("%(column)s, ligne %(number)s") % {"column": column.label, "number": number}
        path = f"{index}-{column.key}"
        options = options_of([(one.key, one.label) for one in column.options], [value.strip()])
        cells.append(
            Cell(column.label, control(name, path, label, value, errors, widget, mode, options), column.required)
        )
    return TableRow(number, index, tuple(cells))


def control(
    name: str,
    path: str,
    label: str,
    value: str,
    errors: Mapping[str, str],
    widget: str = "text",
    mode: str = "",
    options: tuple[OptionState, ...] = (),
    *,
    may_be_empty: bool = True,
) -> Input:
    """A control that is a part of an answer, with what is wrong with it."""
    full, error = f"{name}-{path}", errors.get(path, "")
    described_by = f"error-{full}" if error else ""
    return Input(full, label, value, widget, mode, options, described_by, error, may_be_empty=may_be_empty)
