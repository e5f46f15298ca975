"""Budgets: sums to the cent whatever is typed, shares, and what the programme does not allow."""

from __future__ import annotations

import copy
from decimal import ROUND_HALF_UP, Decimal

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from guichet.funding.schema import Limits, evaluate, format_amount, parse_schema

from .forms import ANSWERS, BUDGET, form

RATE = Limits(volunteer_rate=Decimal("20.00"))
LINES = ["lscq", "own", "town", "gear", "food", "hall"]


def verdict_of(answer, *, limits=RATE, column="planned", **changes):
    schema = parse_schema(form({**copy.deepcopy(BUDGET), **changes}))
    return evaluate(schema, {"budget": answer}, limits=limits, column=column)


def answer_of(hours="", revenues=(), expenses=(), column="planned", **lines):
    return {
        "lines": {key: {column: text} for key, text in lines.items()},
        "revenues": list(revenues),
        "expenses": list(expenses),
        "hours": {column: hours},
    }


def told(verdict):
    return [(problem.path, problem.message) for problem in verdict.problems]


def test_totals_of_a_budget():
    totals = verdict_of(ANSWERS["budget"]).budget
    assert totals.revenues == Decimal("2150.00")
    assert totals.expenses == Decimal("2150.00")
    assert totals.cash == Decimal("1850.00")
    assert totals.in_kind == Decimal("300.00")
    assert totals.volunteer_value == Decimal("200.00")
    assert totals.eligible == Decimal("1650.00")
    assert totals.balance == 0
    assert totals.requested == Decimal("1000.00")
    assert totals.own == Decimal("850.00")
    assert totals.public == Decimal("1300.00")
    assert totals.share_requested == Decimal("60.6")
    assert totals.share_public == Decimal("60.5")
    assert totals.share_own == Decimal("39.5")


def test_verdict_says_what_is_asked_and_what_it_costs():
    verdict = verdict_of(ANSWERS["budget"])
    assert (verdict.requested, verdict.total_cost) == (Decimal(1000), Decimal(2150))
    assert verdict.is_complete
    empty = evaluate(parse_schema(form({"key": "a", "type": "text", "label": "A"})), {})
    assert (empty.budget, empty.requested, empty.total_cost) == (None, 0, 0)


def test_budget_that_nobody_filled_is_missing():
    assert [problem.missing for problem in verdict_of({}).problems] == [True]
    assert verdict_of({}, required=False).is_complete


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("-5", "négatif"),
        ("0,001", "au cent près"),
        ("1,234", "de deux façons"),
        ("100 000 000", "trop grand"),
        ("9" * 40, "trop grand"),
        ("٣", "chiffres 0 à 9"),
        ("1e9", "ni lettres"),
        ("NaN", "ni lettres"),
    ],
)
def test_bad_amount_is_told_on_its_line_and_counts_for_nothing(typed, said):
    verdict = verdict_of(answer_of(gear=typed, own="10"))
    ((path, message),) = told(verdict)
    assert path == "gear-planned"
    assert said in message
    assert verdict.budget.expenses == 0
    assert verdict.budget.revenues == 10
    assert verdict.values == {}


def test_line_that_the_client_adds_needs_a_name_and_a_kind():
    row = {"label": " ", "kind": "lscq", "planned": "10"}
    verdict = verdict_of(answer_of(revenues=[row], gear="10"))
    assert [path for path, _message in told(verdict)] == ["r0-label", "r0-kind"]


@pytest.mark.parametrize("typed", ["-1", "1000001", "abc", "1,255"])
def test_bad_hours_are_told(typed):
    assert [path for path, _message in told(verdict_of(answer_of(hours=typed)))] == ["hours-planned"]


def test_unbalanced_budget_is_told_with_both_totals():
    verdict = verdict_of(answer_of(own="10", gear="12,50"))
    assert told(verdict) == [("", "Les revenus (10,00\u00a0$) et les dépenses (12,50\u00a0$) doivent être égaux.")]
    assert verdict.budget.balance == Decimal("-2.50")
    assert verdict_of(answer_of(own="10", gear="12,50"), must_balance=False).is_complete


@pytest.mark.parametrize(
    ("limits", "lines", "said"),
    [
        (Limits(max_amount=Decimal(500)), {"lscq": "500,01", "gear": "500,01"}, "accorde au plus 500,00\u00a0$"),
        (Limits(max_share=Decimal(50)), {"lscq": "50,01", "own": "50", "gear": "100,01"}, "dépasse 50\u00a0%"),
        (Limits(max_share=Decimal(50)), {"lscq": "50", "own": "50", "food": "100"}, "des dépenses admissibles"),
        (
            Limits(max_public_share=Decimal(80)),
            {"lscq": "50", "town": "30,01", "own": "20", "gear": "100,01"},
            "L’argent public, 80,01\u00a0$",
        ),
        (Limits(min_own_share=Decimal(20)), {"own": "19,99", "town": "80,01", "gear": "100"}, "au moins 20\u00a0%"),
    ],
)
def test_what_the_programme_does_not_allow_is_told(limits, lines, said):
    ((path, message),) = told(verdict_of(answer_of(**lines), limits=limits))
    assert path == ""
    assert said in message


def test_what_the_programme_allows_to_the_cent_is_accepted():
    limits = Limits(Decimal(500), Decimal(50), Decimal(80), Decimal(20), Decimal(20))
    # Ten hours at 20 $ are the applicant's fifth of 1 000 $.
    verdict = verdict_of(answer_of(lscq="400", town="400", gear="800", hours="10"), limits=limits)
    assert verdict.problems == ()
    assert (verdict.budget.share_requested, verdict.budget.share_public) == (Decimal(50), Decimal(80))
    assert verdict.budget.share_own == Decimal(20)


def test_largest_sums_do_not_overflow():
    most = "99 999 999,99"
    rows = [{"label": "Encore", "kind": "cash", "planned": most}] * 2
    verdict = verdict_of(
        answer_of(gear=most, food=most, hall=most, expenses=rows, hours="1000000"), must_balance=False
    )
    assert verdict.budget.expenses == Decimal("99999999.99") * 5 + 20_000_000
    assert verdict.is_complete


def test_real_column_is_checked_in_its_turn():
    answer = copy.deepcopy(ANSWERS["budget"])
    answer["lines"]["gear"]["planned"] = "was wrong"
    answer["lines"]["own"]["real"] = answer["lines"]["gear"]["real"] = "75,25"
    verdict = verdict_of(answer, column="real")
    assert verdict.is_complete
    assert verdict.budget.expenses == Decimal("75.25")
    rows = {row.key: row for row in verdict.values["budget"].rows}
    assert (rows["gear"].planned, rows["gear"].real) == (None, Decimal("75.25"))
    assert rows["r0"].label == "Prêt de la salle"


cents = st.integers(0, 9_999_999_999)
junk = st.sampled_from(["", " ", "abc", "-5", "1,234", "0,001", "NaN", "1e3", "١"])


@settings(max_examples=200, deadline=None)
@given(
    lines=st.dictionaries(st.sampled_from(LINES), st.one_of(cents, junk)),
    free=st.lists(st.one_of(cents, junk), max_size=2),
    hours=st.integers(0, 100_000_000),
    rate=st.integers(0, 10_000),
)
def test_amounts_add_up_to_the_cent_whatever_is_typed(lines, free, hours, rate):
    def typed(value):
        return value if isinstance(value, str) else format_amount(Decimal(value) / 100)

    def worth(values):
        return sum(value for value in values if isinstance(value, int))

    answer = answer_of(
        hours=str(Decimal(hours) / 100),
        expenses=[{"label": "L", "kind": "cash", "planned": typed(value)} for value in free],
        **{key: typed(value) for key, value in lines.items()},
    )
    totals = verdict_of(answer, limits=Limits(volunteer_rate=Decimal(rate) / 100)).budget
    volunteer = int((Decimal(hours) * Decimal(rate) / 100).quantize(Decimal(1), ROUND_HALF_UP))
    revenues = worth(lines.get(key) for key in LINES[:3]) + volunteer
    expenses = worth(lines.get(key) for key in LINES[3:]) + worth(free) + volunteer
    assert totals.volunteer_value * 100 == volunteer
    assert totals.revenues * 100 == revenues
    assert totals.expenses * 100 == expenses
    assert totals.balance * 100 == revenues - expenses
    assert totals.cash + totals.in_kind == totals.expenses
    assert totals.eligible * 100 == worth([lines.get("gear")]) + worth(free)
