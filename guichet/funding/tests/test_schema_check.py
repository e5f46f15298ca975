"""What is wrong with a form, told to who builds it."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given

from guichet.funding.schema import SchemaError, check_schema, evaluate, parse_schema

from .forms import BUDGET, EVERY_TYPE, OPTIONS, anything, asks, form, forms, when


def budget(**changes):
    return {**copy.deepcopy(BUDGET), **changes}


def test_form_of_every_type_is_sound():
    assert check_schema(form(*EVERY_TYPE)) == []


@pytest.mark.parametrize(
    ("questions", "said"),
    [
        pytest.param([], "ne pose aucune question", id="no question"),
        pytest.param([asks("n", "note")], "ne pose aucune question", id="notes alone"),
        pytest.param([asks("a"), asks("a")], "sert deux fois", id="key twice"),
        pytest.param([asks("Clé")], "est mal écrite", id="key with capitals"),
        pytest.param([asks("")], "est mal écrite", id="no key"),
        pytest.param([asks("a", "colour")], "type inconnu", id="unknown type"),
        pytest.param([{"key": "a", "type": "text"}], "n’a pas de libellé", id="no label"),
        pytest.param([asks("a", condition=when("b"))], "n’existe pas", id="unknown question"),
        pytest.param([asks("a", condition=when("a"))], "elle-même", id="itself"),
        pytest.param(
            [asks("a", condition=when("b")), asks("b", condition=when("c")), asks("c", condition=when("a"))],
            "en boucle",
            id="loop",
        ),
        pytest.param([asks("a"), asks("b", condition=when("a", "above", "3"))], "ne convient pas", id="above a text"),
        pytest.param([asks("a", "note"), asks("b", condition=when("a", "filled"))], "ne convient pas", id="a note"),
        pytest.param([asks("a"), asks("b", condition=when("a", "sings"))], "ne convient pas", id="unknown test"),
        pytest.param(
            [asks("a", "choice", options=OPTIONS), asks("b", condition=when("a", "is", "z"))],
            "réponse impossible",
            id="unknown option",
        ),
        pytest.param([asks("a"), asks("b", condition=when("a", "is", ""))], "réponse impossible", id="no value"),
        pytest.param(
            [asks("a", "date"), asks("b", condition=when("a", "above", "12"))], "réponse impossible", id="no date"
        ),
        pytest.param([asks("a", "choice")], "n’offre aucun choix", id="no options"),
        pytest.param([asks("a", "choice", options=[OPTIONS[0], OPTIONS[0]])], "sert deux fois", id="option twice"),
        pytest.param([asks("a", "choice", options=[{"key": "x"}])], "choix sans texte", id="option without words"),
        pytest.param([asks("a", "choices", options=OPTIONS, minimum=5)], "plus de choix", id="too many to choose"),
        pytest.param(
            [asks("a", "choices", options=OPTIONS, minimum=2, maximum=1)], "dépasse le maximum", id="choices"
        ),
        pytest.param([asks("a", "number", minimum="5", maximum="4")], "dépasse le maximum", id="number"),
        pytest.param([asks("a", "amount", minimum="beaucoup")], "est illisible", id="unreadable limit"),
        pytest.param(
            [asks("a", "date", earliest="2027-05-01", latest="2027-04-01")], "dépasse le maximum", id="dates"
        ),
        pytest.param([asks("a", "file", max_files=0)], "n’accepte aucun fichier", id="no file"),
        pytest.param([asks("a", "table")], "aucune colonne", id="no column"),
        pytest.param(
            [asks("a", "table", columns=[{"key": "c", "label": "C", "type": "file"}])], "type inconnu", id="column"
        ),
        pytest.param(
            [asks("a", "table", columns=[{"key": "c", "label": "C"}], min_rows=9, max_rows=2)],
            "dépasse le maximum",
            id="rows",
        ),
        pytest.param(
            [asks("a", "table", columns=[{"key": "c", "label": "C"}]), asks("a-rows")], "se confondent", id="names"
        ),
        pytest.param(
            [budget(revenues=[{"key": key, "label": key, "kind": "lscq"} for key in ("x", "y")])],
            "sur deux lignes",
            id="two lines of the body",
        ),
        pytest.param(
            [budget(expenses=[{"key": "lscq", "label": "Achats", "kind": "cash"}])], "sert deux fois", id="line twice"
        ),
        pytest.param([budget(expenses=[{"key": "r0", "label": "R", "kind": "cash"}])], "est réservée", id="reserved"),
        pytest.param([budget(expenses=[{"key": "x", "label": "X", "kind": "own"}])], "sorte inconnue", id="kind"),
        pytest.param([budget(expenses=[], free_expenses=0)], "aucune ligne de dépense", id="no expense"),
        pytest.param([budget(), budget(key="other")], "deux budgets", id="two budgets"),
        pytest.param([asks("a", "from_fiche", field="shoe_size")], "que la fiche n’a pas", id="unknown field"),
    ],
)
def test_mistake_of_a_form_is_told(questions, said):
    assert [sentence for sentence in check_schema(form(*questions)) if said in sentence]


def test_section_that_depends_on_its_own_question_is_told():
    assert check_schema(form(asks("a", "yes_no"), condition=when("a"))) == [
        "La section «\u00a0Section\u00a0» dépend d’une de ses propres questions."
    ]


def test_loop_through_a_section_is_told():
    data = {
        "sections": [
            {"key": "s", "title": "S", "questions": [asks("a", "yes_no", condition=when("b"))]},
            {"key": "t", "title": "T", "condition": when("a"), "questions": [asks("b", "yes_no")]},
        ]
    }
    assert [sentence for sentence in check_schema(data) if "en boucle" in sentence]


def test_long_chain_of_conditions_is_no_loop():
    chain = [asks("q0", "yes_no")]
    chain += [asks(f"q{number}", "yes_no", condition=when(f"q{number - 1}")) for number in range(1, 1500)]
    data = form(*reversed(chain))
    assert check_schema(data) == []
    answers = {f"q{number}": "yes" for number in range(1499)}
    assert len(evaluate(parse_schema(data), answers).visible) == 1500
    assert len(evaluate(parse_schema(data), {**answers, "q700": "no"}).visible) == 701


@given(data=forms())
def test_random_forms_have_no_loop(data):
    assert [sentence for sentence in check_schema(data) if "boucle" in sentence] == []


@given(data=anything)
def test_any_data_are_checked(data):
    assert check_schema(data) != []


@given(part=anything)
def test_any_part_of_a_form_is_checked(part):
    for data in ({"sections": part}, {"sections": [part]}, form(part), form(asks("a", condition=part))):
        assert isinstance(check_schema(data), list)


def test_loop_of_a_form_that_nobody_checked_hides_and_does_not_crash():
    schema = parse_schema(form(asks("a", condition=when("b")), asks("b", condition=when("a")), asks("c")))
    assert evaluate(schema, {"a": "yes", "b": "yes"}).visible == {"c"}


def test_data_that_are_no_form_are_refused():
    with pytest.raises(SchemaError):
        parse_schema([])
    with pytest.raises(SchemaError):
        parse_schema(form(asks("a", "colour")))
