"""Answers as people read them, in their language."""

from __future__ import annotations

import copy
from decimal import Decimal

from django.utils.translation import override
from hypothesis import given, settings

from guichet.funding.schema import FileInfo, Limits, evaluate, parse_schema, shown

from .forms import ANSWERS, anything, asks, every_type, form, when

FILES = {7: FileInfo("soumission.pdf", 1000)}


def items_of(answers, schema=None):
    schema = schema or every_type()
    limits = Limits(volunteer_rate=Decimal(20))
    verdict = evaluate(schema, answers, files=FILES, limits=limits, fiche={"neq": "1112345678"})
    return {item.key: item for section in shown(schema, answers, verdict, FILES) for item in section.items}


def test_answers_are_shown_in_words():
    items = items_of(ANSWERS)
    assert {key: item.words for key, item in items.items() if item.kind in {"words", "files"}} == {
        "title": "Patiner ensemble",
        "story": "Une patinoire\net des bancs.",
        "people": "1\u00a0200\u00a0personnes",
        "price": "5,50\u00a0$",
        "start": "1er\u00a0décembre\u00a02027",
        "place": "Aréna",
        "kinds": "Aréna, Centre",
        "new": "Oui",
        "quotes": "soumission.pdf",
        "truth": "Accepté",
        "neq": "1112345678",
    }
    assert items["team"].headings == ("Nom", "Heures", "Salaire", "Dès le", "Lieu")
    assert items["team"].rows == (("Ana Roy", "12,5", "25,00\u00a0$", "1er\u00a0décembre\u00a02027", "Bibliothèque"),)
    assert items["team"].headed_rows[0][:2] == [("Nom", "Ana Roy"), ("Heures", "12,5")]


def test_answers_are_shown_in_english():
    with override("en"):
        items = items_of(ANSWERS)
        assert (items["price"].words, items["new"].words) == ("$5.50", "Yes")
        assert items["start"].words == "December 1, 2027"


def test_budget_is_shown_line_by_line_with_its_totals():
    budget = items_of(ANSWERS)["budget"].budget
    revenues, expenses = budget.sides
    assert [(line.label, line.kind, line.planned) for line in revenues.lines] == [
        ("Aide demandée", "Aide demandée", "1\u00a0000,00\u00a0$"),
        ("Contribution du club", "Votre contribution", "500,00\u00a0$"),
        ("Municipalité", "Autre aide publique", "300,00\u00a0$"),
        ("Prêt de la salle", "En nature", "150,00\u00a0$"),
    ]
    assert (revenues.planned, expenses.planned) == ("1\u00a0950,00\u00a0$", "1\u00a0950,00\u00a0$")
    assert budget.hours.planned == "10"
    assert budget.has_real is False
    assert dict(budget.facts)["Part de l’aide dans les dépenses admissibles"] == "60,6\u00a0%"


def test_real_amounts_stand_beside_the_planned_ones():
    answers = copy.deepcopy(ANSWERS)
    answers["budget"]["lines"]["gear"]["real"] = "1550,25"
    budget = items_of(answers)["budget"].budget
    assert budget.has_real is True
    assert budget.sides[1].lines[0].real == "1\u00a0550,25\u00a0$"
    assert budget.sides[1].real == "1\u00a0550,25\u00a0$"


def test_what_cannot_be_read_is_shown_as_it_was_typed():
    answers = {"people": "12 abc", "price": "-5", "start": "demain", "place": "gone", "new": "maybe"}
    items = items_of(answers)
    assert {key: items[key].words for key in answers} == answers | {"people": "12 abc\u00a0personnes"}


def test_hidden_answers_and_empty_sections_are_left_out():
    schema = parse_schema(
        {
            "sections": [
                {"key": "one", "title": "Une", "questions": [asks("a", "yes_no"), asks("b", condition=when("a"))]},
                {"key": "two", "title": "Deux", "condition": when("a"), "questions": [asks("c")]},
            ]
        }
    )
    answers = {"a": "no", "b": "hidden", "c": "hidden"}
    assert list(items_of(answers, schema)) == ["a"]
    assert [section.title for section in shown(schema, answers, evaluate(schema, answers))] == ["Une"]


@settings(max_examples=50, deadline=None)
@given(raw=anything)
def test_any_answers_are_shown(raw):
    schema = every_type()
    assert len(items_of(dict.fromkeys(schema.questions, raw))) == len(schema.questions) - 1


def test_form_without_answers_is_shown_empty():
    assert {item.words for item in items_of({}, parse_schema(form(asks("a"), asks("b", "date")))).values()} == {""}
