"""The verdict on answers: what shows, what is missing, what is wrong, and a reference that says the same."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given, settings

from guichet.funding.schema import FileInfo, evaluate, parse_schema

from .forms import ANSWERS, OPTIONS, answers, anything, asks, every_type, form, forms, when

FILES = {7: FileInfo("soumission.pdf", 1000)}
FICHE = {"neq": "1112345678"}


def verdict_of(question, answer, **more):
    return evaluate(parse_schema(form(question)), {question["key"]: answer}, **more)


def messages(verdict):
    return [problem.message for problem in verdict.problems]


def test_careful_answers_are_complete():
    verdict = evaluate(every_type(), ANSWERS, fiche=FICHE, files=FILES)
    assert verdict.problems == ()
    assert verdict.is_complete
    assert verdict.values["people"] == 1200
    assert verdict.values["price"] == Decimal("5.50")
    assert verdict.values["start"] == dt.date(2027, 12, 1)
    assert verdict.values["kinds"] == ("a", "c")
    assert verdict.values["new"] is True
    assert verdict.values["quotes"] == (7,)
    assert verdict.values["team"] == (
        {"name": "Ana Roy", "hours": Decimal("12.5"), "wage": 25, "from": dt.date(2027, 12, 1), "at": "b"},
    )
    assert verdict.values["neq"] == "1112345678"
    (progress,) = verdict.progress
    assert (progress.done, progress.total, progress.problems, progress.is_done) == (5, 5, 0, True)


def test_empty_answers_miss_what_is_required_and_nothing_is_wrong():
    verdict = evaluate(every_type(), {})
    assert [(problem.question_key, problem.missing) for problem in verdict.problems] == [
        (key, True) for key in ("title", "place", "budget", "truth", "neq")
    ]
    (progress,) = verdict.progress
    assert (progress.done, progress.total, progress.problems) == (0, 5, 0)


@pytest.mark.parametrize(
    ("question", "answer", "said"),
    [
        (asks("q", max_length=3), "abcd", "4 caractères"),
        (asks("q", "long_text", max_length=5), "é" * 6, "Gardez-en 5"),
        (asks("q", "number"), "12 abc", "seulement des chiffres"),
        (asks("q", "number", minimum="1"), "0", "Le minimum est 1"),
        (asks("q", "number", maximum="10"), "11", "Le maximum est 10"),
        (asks("q", "amount", minimum="10.00"), "9,99", "Le minimum est 10,00\u00a0$"),
        (asks("q", "amount"), "-1", "négatif"),
        (asks("q", "date", earliest="2027-04-01"), "2027-03-31", "1er\u00a0avril\u00a02027 ou un jour plus tard"),
        (asks("q", "date", latest="2027-04-01"), "2027-04-02", "un jour plus tôt"),
        (asks("q", "date"), "hier", "année-mois-jour"),
        (asks("q", "choice", options=OPTIONS), "z", "un élément de la liste"),
        (asks("q", "choices", options=OPTIONS), ["a", "z"], "un élément de la liste"),
        (asks("q", "choices", options=OPTIONS, minimum=2), ["a"], "au moins 2"),
        (asks("q", "choices", options=OPTIONS, maximum=1), ["a", "b"], "1 au plus"),
        (asks("q", "yes_no"), "maybe", "oui ou par non"),
        (asks("q", "declaration"), "maybe", "Cochez la case"),
        (asks("q", "file"), [8], "introuvable"),
        (asks("q", "file", max_files=1), [7, 9], "il y en a 2"),
        (asks("q", "file", extensions=["png"]), [7], "type accepté"),
        (asks("q", "file", max_mb=1), [9], "trop lourd"),
    ],
)
def test_wrong_answer_is_told_and_left_out_of_the_values(question, answer, said):
    files = {**FILES, 9: FileInfo("plan.pdf", 2 * 1024 * 1024)}
    verdict = verdict_of(question, answer, files=files)
    assert [problem.missing for problem in verdict.problems] == [False]
    assert said in verdict.problems[0].message
    assert verdict.values == {}
    assert verdict.progress[0].problems == 1


def table(**more):
    columns = [{"key": "name", "label": "Nom", "required": True}, {"key": "pay", "label": "Paie", "type": "amount"}]
    return asks("q", "table", columns=columns, **more)


@pytest.mark.parametrize(
    ("question", "rows", "told"),
    [
        (table(), [{"name": "Ana"}, {"pay": "5"}], [("q-q-1-name", "Remplissez «\u00a0Nom\u00a0».")]),
        (
            table(),
            [{"name": "Ana", "pay": "1e5"}],
            [("q-q-0-pay", "Écrivez seulement des chiffres, par exemple 1234,50\u00a0: ni lettres ni autres signes.")],
        ),
        (table(min_rows=2), [{"name": "Ana"}, {"name": " "}], [("q-q", "Remplissez au moins 2 lignes.")]),
        (table(max_rows=1), [{"name": "Ana"}, {"name": "Léo"}], [("q-q", "Gardez 1 ligne au plus.")]),
        (table(), [{}, {"name": ""}], []),
    ],
)
def test_table_is_checked_cell_by_cell(question, rows, told):
    assert [(problem.input_id, problem.message) for problem in verdict_of(question, rows).problems] == told


def test_required_question_hidden_by_a_condition_is_not_missing():
    schema = parse_schema(
        form(
            asks("new", "yes_no"),
            asks("why", required=True, condition=when("new")),
            asks("more", required=True, condition=when("why", "filled")),
        )
    )
    hidden = evaluate(schema, {"new": "no", "why": "Parce que", "more": "Encore"})
    assert hidden.visible == {"new"}
    assert hidden.values == {"new": False}
    assert hidden.is_complete
    assert [problem.question_key for problem in evaluate(schema, {"new": "yes"}).problems] == ["why"]


def test_condition_looks_forward_and_at_the_fiche():
    schema = parse_schema(
        form(
            asks("a", condition=when("b", "above", "10")),
            asks("b", "amount"),
            asks("c", condition=when("d", "is", "Association")),
            asks("d", "from_fiche", field="kind"),
        )
    )
    assert evaluate(schema, {"b": "10,01 $"}, fiche={"kind": "association"}).visible == {"a", "b", "c", "d"}
    assert evaluate(schema, {"b": "10"}).visible == {"b", "d"}


def test_text_that_was_cut_is_still_too_long():
    assert "20\u00a0000" in messages(verdict_of(asks("q", "long_text", max_length=20_000), "a" * 10_000_000))[0]


# --- Against a reference --------------------------------------------------------------------------


def read(kind, raw):
    """What an answer is worth, written again in the plainest way, for the few texts of `forms.words`."""
    if not isinstance(raw, str):
        return None
    raw = raw.strip()
    numbers = {"3": Decimal(3), "-3": Decimal(-3), "10,50": Decimal("10.50"), "1 234,50 $": Decimal("1234.50")}
    if kind == "number":
        return numbers[raw] if raw in {"3", "-3"} else None
    if kind == "amount":
        return numbers[raw] if raw in {"3", "10,50", "1 234,50 $"} else None
    if kind == "date":
        return dt.date(2027, 5, 1) if raw == "2027-05-01" else None
    return None


def value_in_test(kind, value):
    return Decimal("10.50") if kind == "number" and value == "10,50" else read(kind, value)


def holds(test, kind, raw):
    name, wanted = test["test"], test["value"]
    items = list(dict.fromkeys(one for one in raw if one)) if kind == "choices" and isinstance(raw, list) else []
    text = raw.strip() if isinstance(raw, str) and kind != "choices" else ""
    filled = bool(items) if kind == "choices" else bool(text)
    mine, theirs = read(kind, text), value_in_test(kind, wanted)
    if kind == "choices":
        same = items == [wanted]
    elif mine is not None and theirs is not None:
        same = mine == theirs
    else:
        same = text.lower() == wanted.lower()
    comparable = mine is not None and theirs is not None
    return {
        "is": same,
        "is_not": not same,
        "contains": wanted in items if kind == "choices" else wanted.lower() in text.lower(),
        "filled": filled,
        "empty": not filled,
        "below": comparable and mine < theirs,
        "above": comparable and mine > theirs,
    }[name]


def is_wrong(question, raw):
    kind = question["type"]
    text = raw.strip() if isinstance(raw, str) else ""
    if kind in {"text", "long_text"} or (kind != "choices" and not text):
        return False
    if kind == "choices":
        return isinstance(raw, list) and any(one not in {"", "a", "b", "c"} for one in raw)
    if kind in {"number", "amount", "date"}:
        return read(kind, raw) is None
    return text not in ({"a", "b", "c"} if kind == "choice" else {"yes", "no"})


def reference(data, raws):
    """Visibility by asking again and again, and the problems; no order, no memory."""
    questions = {q["key"]: (s, q) for s in data["sections"] for q in s["questions"]}

    def met(condition):
        if not condition:
            return True
        outcomes = [
            holds(
                test,
                questions[test["question"]][1]["type"],
                raws.get(test["question"]) if shows(test["question"]) else None,
            )
            for test in condition["tests"]
        ]
        return all(outcomes) if condition["match"] == "all" else any(outcomes)

    def shows(key):
        section, question = questions[key]
        return met(section.get("condition")) and met(question["condition"])

    visible = {key for key in questions if shows(key)}
    problems = set()
    for key in visible:
        question, raw = questions[key][1], raws.get(key)
        filled = holds({"test": "filled", "value": ""}, question["type"], raw)
        refused = question["type"] == "declaration" and isinstance(raw, str) and raw.strip() == "no"
        if question["required"] and (not filled or refused):
            problems.add((key, True))
        elif filled and is_wrong(question, raw):
            problems.add((key, False))
    return visible, problems


@settings(max_examples=300, deadline=None)
@given(data=forms(), raws=answers)
def test_verdict_equals_the_reference(data, raws):
    verdict = evaluate(parse_schema(data), raws)
    visible, problems = reference(data, raws)
    assert verdict.visible == visible
    assert {(problem.question_key, problem.missing) for problem in verdict.problems} == problems
    assert set(verdict.values) <= visible
    assert verdict.is_complete is (not problems)


@settings(max_examples=200, deadline=None)
@given(answer=anything)
def test_any_answers_get_a_verdict(answer):
    schema = every_type()
    evaluate(schema, answer)
    evaluate(schema, dict.fromkeys(schema.questions, answer), column="real")
