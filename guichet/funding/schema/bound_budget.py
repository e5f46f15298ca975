"""A budget as the templates draw it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from .amounts import format_amount
from .bound_parts import BLANK_INDEX, Input, control, number_of, options_of
from .parts import Question
from .problems import BudgetTotals, Limits
from .raw import COLUMNS, FREE_KINDS, is_blank
from .showing import amount_in_words, kind_in_words

_PREFIX = {"revenues": "r", "expenses": "e"}


@dataclass(frozen=True)
class BudgetLine:
    """A line of a budget. ``named``: what the client calls it, on a line of theirs; ``planned``: in words, beside the
    real amount; ``kept``: the planned amount as it was typed, which the form sends back.
    """

    label: str
    amount: Input
    kind: str = ""
    note: str = ""
    named: Input | None = None
    chosen_kind: Input | None = None
    planned: str = ""
    kept: tuple[str, str] | None = None
    eligible: bool = True


@dataclass(frozen=True)
class BudgetSide:
    """The revenues or the expenses. ``blank``: the line that the script copies; ``most``: of these, at most."""

    key: str
    title: str
    lines: tuple[BudgetLine, ...]
    has_room: bool
    blank: BudgetLine | None
    most: int


@dataclass(frozen=True)
class BoundBudget:
    """A budget to fill. ``columns``: the amounts that it sends; ``totals``: key, words and label of each."""

    sides: tuple[BudgetSide, ...]
    hours: BudgetLine | None
    rate: str
    rate_words: str
    totals: tuple[tuple[str, str, str], ...]
    columns: tuple[str, ...]
    is_real: bool


@dataclass(frozen=True)
class _Maker:
    """Makes the lines of one budget."""

    question: Question
    name: str
    raw: Mapping[str, Any]
    errors: Mapping[str, str]
    column: str

    def line(self, key: str, label: str, texts: Mapping[str, str], **more: Any) -> BudgetLine:
        """A line with its amount."""
        is_real = self.column == "real"
        spoken = (_("%(line)s : montant réel") if is_real else _("%(line)s : montant prévu")) % {"line": label}
        planned = texts.get("planned", "") if is_real else ""
        return BudgetLine(
            label=label,
            amount=self.control(f"{key}-{self.column}", spoken, texts.get(self.column, ""), mode="decimal"),
            planned=amount_in_words(planned),
            kept=(f"{self.name}-{key}-planned", planned) if is_real else None,
            **more,
        )

    def control(self, path: str, label: str, value: str, **more: Any) -> Input:
        """A control of this budget."""
        return control(self.name, path, label, value, self.errors, **more)

    def free_line(self, side: str, index: str, row: Mapping[str, str]) -> BudgetLine:
        """A line that the client names."""
        key = f"{_PREFIX[side]}{index}"
        label = _("Autre ligne %(number)s") % {"number": number_of(index)}
        kinds = [(str(kind), str(kind.label)) for kind in FREE_KINDS[side]]
        kind = row.get("kind") or kinds[0][0]
        named = self.control(f"{key}-label", _("%(line)s : nom") % {"line": label}, row.get("label", ""))
        chosen_kind = self.control(
            f"{key}-kind",
            _("%(line)s : sorte") % {"line": label},
            kind,
            widget="select",
            options=options_of(kinds, [kind]),
            may_be_empty=False,
        )
        return self.line(key, label, row, kind=kind, named=named, chosen_kind=chosen_kind)

    def side(self, side: str, title: str, room: int) -> BudgetSide:
        """The programme's lines, the client's, and one more to fill while there is room."""
        lines = [
            self.line(
                one.key,
                one.label,
                self.raw["lines"][one.key],
                kind=one.kind,
                note=_note(side, one.kind, eligible=one.eligible),
                eligible=one.eligible,
            )
            for one in getattr(self.question, side)
        ]
        free = list(self.raw[side])
        if len(free) < room and not (free and is_blank(free[-1])):
            free.append({})
        lines += [self.free_line(side, str(number), row) for number, row in enumerate(free)]
        blank = self.free_line(side, BLANK_INDEX, {}) if room else None
        return BudgetSide(side, title, tuple(lines), len(free) < room, blank, room)


def _note(side: str, kind: str, *, eligible: bool) -> str:
    words = kind_in_words(kind)
    return words if eligible or side == "revenues" else _("%(kind)s, non admissible") % {"kind": words}


def bind_budget(
    question: Question,
    name: str,
    raw: Mapping[str, Any],
    errors: Mapping[str, str],
    *,
    totals: BudgetTotals,
    limits: Limits,
    column: str,
) -> BoundBudget:
    """A budget with its lines and its totals. ``column``: the one that is filled."""
    maker = _Maker(question, name, raw, errors, column)
    return BoundBudget(
        sides=(
            maker.side("revenues", _("Revenus"), question.free_revenues),
            maker.side("expenses", _("Dépenses"), question.free_expenses),
        ),
        hours=maker.line("hours", _("Heures de bénévolat"), raw["hours"]) if question.volunteer_hours else None,
        rate=str(limits.volunteer_rate or 0),
        rate_words=format_amount(limits.volunteer_rate) if limits.volunteer_rate else "",
        totals=tuple(_totals(question, totals)),
        columns=COLUMNS if column == "real" else (column,),
        is_real=column == "real",
    )


def _totals(question: Question, totals: BudgetTotals) -> list[tuple[str, str, str]]:
    """The sums under a budget."""
    rows = [
        ("revenues", totals.revenues, _("Total des revenus")),
        ("expenses", totals.expenses, _("Total des dépenses")),
        ("balance", totals.balance, _("Écart")),
        ("eligible", totals.eligible, _("Dépenses admissibles")),
    ]
    if question.volunteer_hours:
        rows = [
            ("volunteer_value", totals.volunteer_value, _("Valeur du bénévolat")),
            ("revenues", totals.revenues, _("Total des revenus, bénévolat compris")),
            ("expenses", totals.expenses, _("Total des dépenses, bénévolat compris")),
            *rows[2:],
        ]
    return [(key, format_amount(amount), label) for key, amount, label in rows]
