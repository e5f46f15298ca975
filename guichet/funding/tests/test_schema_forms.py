"""Questions drawn and read back: what a page shows is what its form sends."""

from __future__ import annotations

import copy
import json
from decimal import Decimal

import hypothesis.strategies as st
import pytest
from bs4 import BeautifulSoup
from django.http import QueryDict
from django.template import Context, Template
from hypothesis import given, settings

from guichet.funding.schema import (
    FileInfo,
    Limits,
    base_input,
    bound_questions,
    digest,
    evaluate,
    merge,
    parse_schema,
    read_base,
    read_posted,
    removed_file,
    row_action,
)
from guichet.funding.schema.raw import shaped

from .forms import ANSWERS, OPTIONS, anything, asks, every_type, form, when

PAGE = Template("{% load questions %}{{ base }}{% for bound in all %}{% question bound %}{% endfor %}")
FILES = {7: FileInfo("soumission.pdf", 1000)}
LIMITS = Limits(volunteer_rate=Decimal(20))
# What a form sends: files and the fiche have verbs of their own.
SENT = [key for key in ANSWERS if key != "quotes"]


def page_of(section, answers, verdict=None, **more):
    context = {
        "all": bound_questions(section, answers, verdict, files=FILES, **more),
        "base": base_input(section, answers),
    }
    return BeautifulSoup(PAGE.render(Context(context)), "html.parser")


def drawn(answers, **more):
    schema = every_type()
    verdict = evaluate(schema, answers, files=FILES, limits=LIMITS, fiche={"neq": "1112345678"})
    return page_of(schema.sections[0], answers, verdict, limits=LIMITS, **more)


def posted_by(soup, button=None) -> QueryDict:
    """What a browser sends of a page, with the button that was pressed."""
    for template in soup.find_all("template"):
        template.extract()
    data = QueryDict(mutable=True)
    for control in soup.find_all(["input", "textarea", "select"]):
        name, kind = control.get("name"), control.get("type")
        if not name or kind == "file" or (kind in {"radio", "checkbox"} and not control.has_attr("checked")):
            continue
        if control.name == "select":
            chosen = control.find("option", selected=True) or control.find("option")
            data.appendlist(name, chosen["value"])
        elif control.name == "textarea":
            # A browser leaves out the first line end, and sends the others as two characters.
            data.appendlist(name, control.text.removeprefix("\n").replace("\n", "\r\n"))
        else:
            data.appendlist(name, control.get("value", ""))
    if button:
        data.appendlist(*button)
    return data


def digests(answers, keys=tuple(SENT)):
    return {key: digest(answers.get(key)) for key in keys}


# --- Round trip -----------------------------------------------------------------------------------


def test_every_type_is_sent_as_it_was_typed():
    section = every_type().sections[0]
    read = read_posted(section, posted_by(drawn(ANSWERS)))
    assert list(read) == SENT
    assert digests(read) == digests(ANSWERS)
    assert {key: read[key] for key in SENT if key not in {"budget"}} == {
        key: ANSWERS[key] for key in SENT if key != "budget"
    }


def test_empty_form_sends_nothing():
    read = read_posted(every_type().sections[0], posted_by(drawn({})))
    assert list(read) == SENT
    assert digests(read) == digests({})


def test_final_report_sends_planned_and_real_amounts():
    schema = every_type()
    answers = copy.deepcopy(ANSWERS)
    answers["budget"]["lines"]["gear"]["real"] = "1 550,25"
    answers["budget"]["hours"]["real"] = "12 heures"
    soup = page_of(schema.sections[0], answers, evaluate(schema, answers, column="real"), column="real")
    assert digests(read_posted(schema.sections[0], posted_by(soup))) == digests(answers)
    assert soup.find(id="q-budget-gear-real")["value"] == "1 550,25"
    assert soup.find(id="q-budget-gear-planned") is None
    assert soup.find(id="error-q-budget-hours-real")


typed = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=12)


@settings(max_examples=50, deadline=None)
@given(
    texts=st.fixed_dictionaries(dict.fromkeys(("title", "people", "price", "start"), typed)),
    place=st.sampled_from(["", "a", "c", "gone"]),
    kinds=st.lists(st.sampled_from(["a", "b", "gone"]), unique=True),
    rows=st.lists(st.fixed_dictionaries(dict.fromkeys(("name", "hours", "wage", "from"), typed)), max_size=3),
    amounts=st.dictionaries(st.sampled_from(["lscq", "own", "gear"]), typed),
)
def test_whatever_is_typed_comes_back(texts, place, kinds, rows, amounts):
    lines = {key: {"planned": text} for key, text in amounts.items()}
    answers = {**texts, "place": place, "kinds": kinds, "team": rows, "budget": {"lines": lines}}
    read = read_posted(every_type().sections[0], posted_by(drawn(answers)))
    answers["kinds"] = [key for key in ("a", "b", "gone") if key in kinds]
    assert digests(read) == digests(answers)


@settings(max_examples=30, deadline=None)
@given(raw=anything)
def test_any_answers_are_drawn(raw):
    schema = every_type()
    answers = dict.fromkeys(schema.questions, raw)
    read = read_posted(schema.sections[0], posted_by(drawn(answers)))
    for key in set(SENT) - {"team", "budget", "kinds", "new", "truth"}:
        assert digest(read[key]) == digest(shaped(schema.questions[key], raw))


def test_date_that_no_calendar_shows_stays_as_it_was_typed():
    soup = drawn({"start": "demain"})
    assert (soup.find(id="q-start")["type"], soup.find(id="q-start")["value"]) == ("text", "demain")
    assert drawn({}).find(id="q-start")["type"] == "date"


# --- Rows -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("button", "names"),
    [
        (("q-team-add", "1"), ["Ana", "Léo", ""]),
        (("q-team-remove", "0"), ["Léo"]),
        (("q-team-remove", "9"), ["Ana", "Léo"]),
        (("q-team-remove", "x"), ["Ana", "Léo"]),
    ],
)
def test_rows_are_added_and_removed_without_script(button, names):
    section = every_type().sections[0]
    data = posted_by(drawn({"team": [{"name": "Ana"}, {"name": "Léo"}]}), button)
    assert row_action(section, data)
    assert [row["name"] for row in read_posted(section, data)["team"]] == names


def test_table_takes_no_more_rows_than_it_may():
    section = every_type().sections[0]
    data = posted_by(drawn({"team": [{"name": name} for name in "abc"]}), ("q-team-add", "1"))
    data["q-team-rows"] = "99999999999999999999"
    assert "team" not in read_posted(section, data)
    data["q-team-rows"] = "9999"
    assert [row["name"] for row in read_posted(section, data)["team"]] == ["a", "b", "c"]


def test_line_of_a_budget_is_added_without_script():
    section = every_type().sections[0]
    answers = {"budget": {"revenues": [{"label": "Vente", "kind": "private", "planned": "5"}]}}
    soup = drawn(answers)
    assert soup.find(id="q-budget-r1-label")
    assert not row_action(section, posted_by(soup))
    data = posted_by(drawn({}), ("q-budget-add", "revenues"))
    assert row_action(section, data)
    assert len(read_posted(section, data)["budget"]["revenues"]) == 2


@pytest.mark.parametrize(
    ("extensions", "accepted"),
    [
        (["pdf", "jpg", "png"], ".pdf,.jpg,.png,image/jpeg,image/png"),
        (["jpg", "jpeg"], ".jpg,.jpeg,image/jpeg"),
        (["pdf", "docx"], ".pdf,.docx"),
    ],
)
def test_pictures_are_asked_for_by_their_type_for_phones_to_offer_a_camera(extensions, accepted):
    section = parse_schema(form(asks("photo", "file", extensions=extensions))).sections[0]
    control = page_of(section, {}).find("input", attrs={"type": "file"})
    assert control["accept"] == accepted
    # Whoever has the picture already chooses it in the list.
    assert not control.has_attr("capture")


def test_button_of_a_file_says_which():
    section = every_type().sections[0]
    soup = drawn(ANSWERS)
    button = soup.find("button", attrs={"name": "q-quotes-remove"})
    assert removed_file(section, posted_by(soup, (button["name"], button["value"]))) == ("quotes", 7)
    assert removed_file(section, QueryDict("q-quotes-remove=x")) is None
    assert removed_file(section, QueryDict("")) is None


# --- What is posted badly ---------------------------------------------------------------------------


def test_page_that_came_incomplete_leaves_the_rest_as_it_is():
    section = every_type().sections[0]
    assert read_posted(section, QueryDict("q-title=Rink&q-unknown=1")) == {"title": "Rink"}


def test_values_are_cut_and_cleaned():
    section = every_type().sections[0]
    data = QueryDict(mutable=True)
    data["q-title"] = "a\0b"
    data["q-story"] = "é" * 100_000
    data.setlist("q-kinds", ["a"] * 5000)
    read = read_posted(section, data)
    assert read["title"] == "ab"
    assert len(read["story"]) == 20_000
    assert len(json.dumps(read["kinds"])) < 50_000


@pytest.mark.parametrize("rubbish", ["", "{", "[]", '{"title": 3}', "[" * 50_000, "null", "é"])
def test_digests_that_are_rubbish_are_none(rubbish):
    data = QueryDict(mutable=True)
    data["base"] = rubbish
    assert read_base(data) == {}
    assert read_base(QueryDict("")) == {}


def test_page_carries_the_digests_of_what_it_showed():
    soup = drawn(ANSWERS)
    base = read_base(posted_by(soup))
    assert {key: base[key] for key in SENT} == digests(ANSWERS)
    section = every_type().sections[0]
    assert merge(section, ANSWERS, read_posted(section, posted_by(soup)), base).changed == set()


# --- What is shown ----------------------------------------------------------------------------------


def test_wrong_answers_are_told_beside_their_fields():
    soup = drawn(
        {"people": "12 abc", "team": [{"name": "", "wage": "1e5"}], "budget": {"lines": {"gear": {"planned": "x"}}}}
    )
    for name in ("q-people", "q-team-0-name", "q-team-0-wage", "q-budget-gear-planned"):
        control = soup.find(id=name)
        assert control["aria-invalid"] == "true"
        assert soup.find(id=f"error-{name}").text.strip()
        assert f"error-{name}" in control["aria-describedby"]
    assert soup.find(id="q-people")["value"] == "12 abc"
    assert soup.find(id="error-q-title") is None


def test_what_is_missing_is_told_when_asked():
    soup = drawn({}, missing=True)
    assert [soup.find(id=f"error-q-{key}") is not None for key in ("title", "place", "budget", "truth")] == [True] * 4


def test_hidden_question_is_there_with_its_condition():
    schema = parse_schema(
        {
            "sections": [
                {"key": "one", "title": "Une", "questions": [asks("a", "yes_no")]},
                {
                    "key": "two",
                    "title": "Deux",
                    "questions": [
                        asks("b", "choice", options=OPTIONS),
                        asks(
                            "c",
                            condition={"match": "any", "tests": [*when("a")["tests"], *when("b", "is", "a")["tests"]]},
                        ),
                    ],
                },
            ]
        }
    )
    answers = {"a": "no", "c": "kept"}
    section = schema.sections[1]
    soup = page_of(section, answers, evaluate(schema, answers))
    question = soup.find(attrs={"data-question": "c"})
    assert question.has_attr("hidden")
    assert json.loads(question["data-condition"]) == {
        "match": "any",
        "tests": [{"known": False}, {"question": "b", "test": "is", "value": "a", "type": "choice"}],
    }
    assert read_posted(section, posted_by(soup))["c"] == "kept"
    shown = page_of(section, answers, evaluate(schema, {"a": "yes"})).find(attrs={"data-question": "c"})
    assert not shown.has_attr("hidden")


def test_ids_are_unique_and_labels_lead_somewhere():
    soup = drawn({**ANSWERS, "people": "x", "team": [{"name": ""}, {"wage": "x"}]}, missing=True)
    for template in soup.find_all("template"):
        template.extract()
    ids = [tag["id"] for tag in soup.find_all(id=True)]
    assert len(ids) == len(set(ids))
    assert [label["for"] for label in soup.find_all("label") if label["for"] not in ids] == []
    described = {
        word for tag in soup.find_all(attrs={"aria-describedby": True}) for word in tag["aria-describedby"].split()
    }
    assert described - set(ids) == set()
    named = [tag for tag in soup.find_all(["input", "select", "textarea"]) if tag.get("type") != "hidden"]
    labelled = {label["for"] for label in soup.find_all("label")}
    assert [tag["name"] for tag in named if tag["id"] not in labelled and not tag.get("aria-label")] == []


def test_totals_are_the_servers():
    totals = {tag["data-total"]: tag.text for tag in drawn(ANSWERS).find_all("output")}
    assert totals == {
        "volunteer_value": "200,00\u00a0$",
        "revenues": "2\u00a0150,00\u00a0$",
        "expenses": "2\u00a0150,00\u00a0$",
        "balance": "0,00\u00a0$",
        "eligible": "1\u00a0650,00\u00a0$",
    }


def test_typed_text_is_no_html():
    soup = drawn({"title": '"><b>', "story": "</textarea><b>", "team": [{"name": '"><b>'}]})
    assert soup.find("b") is None
