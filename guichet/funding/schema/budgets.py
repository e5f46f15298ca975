"""Budgets: amounts read line by line, totals, and what the programme allows."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from .amounts import CENT, format_amount, format_percent, parse_amount, parse_number
from .parts import LineKind, Question
from .problems import ZERO, BudgetRow, BudgetTotals, BudgetValue, Flaw, Limits
from .raw import COLUMNS, FREE_KINDS, is_blank

TENTH = Decimal("0.1")
# A place for each person of a region, for a year.
HOURS_AT_MOST = Decimal(1_000_000)
LABEL_LENGTH = 120
_PREFIX = {"revenues": "r", "expenses": "e"}
_SIDES = ("revenues", "expenses")


def read_budget(question: Question, answer: dict[str, Any], column: str) -> tuple[BudgetValue, list[Flaw]]:
    """A shaped answer, with cleaned amounts, and what is wrong in the column that is being filled."""
    flaws: list[Flaw] = []
    rows: list[BudgetRow] = []

    def read(texts: dict[str, str], path: str) -> dict[str, Decimal | None]:
        found = {}
        for name in COLUMNS:
            found[name], problem = _amount(texts[name])
            if problem and name == column:
                flaws.append(Flaw(problem, f"{path}-{name}"))
        return found

    for side in _SIDES:
        for line in getattr(question, side):
            amounts = read(answer["lines"][line.key], line.key)
            rows.append(BudgetRow(side, line.key, line.label, line.kind, line.eligible, **amounts))
        for number, texts in enumerate(answer[side]):
            if is_blank(texts):
                continue
            path = f"{_PREFIX[side]}{number}"
            flaws += _flaws_of_free_line(side, texts, path)
            amounts = read(texts, path)
            rows.append(BudgetRow(side, path, texts["label"].strip(), texts["kind"], True, **amounts))
    hours = {}
    for name in COLUMNS:
        hours[name], problem = _hours(answer["hours"][name])
        if problem and name == column:
            flaws.append(Flaw(problem, f"hours-{name}"))
    return BudgetValue(tuple(rows), hours["planned"], hours["real"]), flaws


def _amount(text: str) -> tuple[Decimal | None, str]:
    if not text.strip():
        return None, ""
    try:
        return parse_amount(text), ""
    except ValidationError as problem:
        return None, problem.messages[0]


def _hours(text: str) -> tuple[Decimal | None, str]:
    if not text.strip():
        return None, ""
    try:
        hours = parse_number(text, 2)
    except ValidationError as problem:
        return None, problem.messages[0]
    if not 0 <= hours <= HOURS_AT_MOST:
        return None, _("Écrivez un nombre d’heures entre 0 et 1 000 000.")
    return hours, ""


def _flaws_of_free_line(side: str, texts: dict[str, str], path: str) -> list[Flaw]:
    flaws = []
    if not texts["label"].strip():
        flaws.append(Flaw(_("Nommez cette ligne."), f"{path}-label"))
    elif len(texts["label"].strip()) > LABEL_LENGTH:
        flaws.append(
            Flaw(_("Nommez cette ligne en %(most)d caractères au plus.") % {"most": LABEL_LENGTH}, f"{path}-label")
        )
    if texts["kind"] not in FREE_KINDS[side]:
        flaws.append(Flaw(_("Choisissez un élément de la liste."), f"{path}-kind"))
    return flaws


def add_up(value: BudgetValue, *, limits: Limits, column: str) -> BudgetTotals:
    """The totals of one column, to the cent."""
    hours = getattr(value, f"hours_{column}") or ZERO
    volunteer = ((limits.volunteer_rate or ZERO) * hours).quantize(CENT, ROUND_HALF_UP)

    def total(side: str, kinds: Iterable[str] = LineKind.values, *, eligible: bool = False) -> Decimal:
        rows = [row for row in value.rows if row.side == side and row.kind in kinds and (row.eligible or not eligible)]
        return sum((getattr(row, column) or ZERO for row in rows), ZERO)

    revenues, expenses = total("revenues") + volunteer, total("expenses") + volunteer
    eligible = total("expenses", eligible=True)
    requested = total("revenues", [LineKind.LSCQ])
    own = total("revenues", [LineKind.OWN, LineKind.IN_KIND]) + volunteer
    public = requested + total("revenues", [LineKind.PUBLIC])
    return BudgetTotals(
        revenues=revenues,
        expenses=expenses,
        cash=total("expenses", [LineKind.CASH]),
        in_kind=total("expenses", [LineKind.IN_KIND]) + volunteer,
        volunteer_value=volunteer,
        eligible=eligible,
        balance=revenues - expenses,
        requested=requested,
        own=own,
        public=public,
        share_requested=share(requested, eligible),
        share_public=share(public, expenses),
        share_own=share(own, expenses),
    )


def share(part: Decimal, whole: Decimal) -> Decimal:
    """A percent, to a tenth; of nothing, nothing."""
    return (part * 100 / whole).quantize(TENTH, ROUND_HALF_UP) if whole else Decimal("0.0")


def check_totals(question: Question, totals: BudgetTotals, limits: Limits) -> list[Flaw]:
    """What the programme does not allow. Shares are compared unrounded: 50,04 % is more than 50 %."""
    flaws = []
    if question.must_balance and totals.balance:
        flaws.append(
            Flaw(
                _("Les revenus (%(revenues)s) et les dépenses (%(expenses)s) doivent être égaux.")
                % {"revenues": format_amount(totals.revenues), "expenses": format_amount(totals.expenses)}
            )
        )
    if limits.max_amount is not None and totals.requested > limits.max_amount:
        flaws.append(
            Flaw(
                _("Vous demandez %(requested)s. Le programme accorde au plus %(most)s.")
                % {"requested": format_amount(totals.requested), "most": format_amount(limits.max_amount)}
            )
        )
    if limits.max_share is not None and totals.requested * 100 > limits.max_share * totals.eligible:
        flaws.append(
            Flaw(
                _("L’aide demandée dépasse %(most)s des dépenses admissibles, qui font %(eligible)s.")
                % {"most": format_percent(limits.max_share), "eligible": format_amount(totals.eligible)}
            )
        )
    if limits.max_public_share is not None and totals.public * 100 > limits.max_public_share * totals.expenses:
        flaws.append(
            Flaw(
                _("L’argent public, %(public)s en tout, dépasse %(most)s du coût du projet.")
                % {"public": format_amount(totals.public), "most": format_percent(limits.max_public_share)}
            )
        )
    if limits.min_own_share is not None and totals.own * 100 < limits.min_own_share * totals.expenses:
        flaws.append(
            Flaw(
                _("Votre contribution, %(own)s, doit faire au moins %(least)s du coût du projet.")
                % {"own": format_amount(totals.own), "least": format_percent(limits.min_own_share)}
            )
        )
    return flaws
