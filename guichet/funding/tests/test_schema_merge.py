"""Several people on one draft: nothing typed and nothing stored is lost. And what next year's draft begins with."""

from __future__ import annotations

import copy

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from guichet.funding.schema import check_schema, differences, digest, kept_answers, merge, parse_schema

from .forms import ANSWERS, EVERY_TYPE, OPTIONS, anything, asks, every_type, form

KEYS = ["a", "b", "c"]
SCHEMA = parse_schema(form(*map(asks, KEYS)))
SECTION = SCHEMA.sections[0]
texts = st.dictionaries(st.sampled_from(KEYS), st.sampled_from(["", "un", "deux", "trois"]))


def digests(answers):
    return {key: digest(answers.get(key)) for key in KEYS}


def test_digest_is_twelve_characters_of_what_is_said():
    assert len(digest("Patinoire")) == 12
    assert digest("Patinoire") != digest("patinoire")
    assert digest("a\r\nb ") == digest("a\nb")
    assert digest({"planned": "1", "real": ""}) == digest({"planned": "1"})
    assert digest(["a", "b"]) != digest(["b", "a"])
    assert digest([1]) != digest(["1"])


@pytest.mark.parametrize(
    "nothing", ["", "  ", None, [], {}, [{}], [{"name": ""}], {"lines": {"gear": {"planned": " "}}}]
)
def test_digest_of_nothing_is_one(nothing):
    assert digest(nothing) == digest(None)


@given(raw=anything)
def test_any_answer_has_a_digest(raw):
    assert digest(raw) == digest(copy.deepcopy(raw))


def test_save_on_what_was_shown_takes_it_all():
    merged = merge(SECTION, {"a": "un", "b": "un"}, {"a": "deux", "b": "un", "c": ""}, digests({"a": "un", "b": "un"}))
    assert (merged.answers, merged.changed, merged.conflicts) == ({"a": "deux", "b": "un"}, {"a"}, {})


def test_two_people_change_two_questions():
    merged = merge(SECTION, {"a": "theirs"}, {"a": "", "b": "mine"}, digests({}))
    assert (merged.answers, merged.changed, merged.conflicts) == ({"a": "theirs", "b": "mine"}, {"b"}, {})


def test_two_people_change_the_same_question():
    merged = merge(SECTION, {"a": "theirs"}, {"a": "mine"}, digests({"a": "before"}))
    assert (merged.answers, merged.changed, merged.conflicts) == ({"a": "theirs"}, set(), {"a": "theirs"})


def test_one_person_empties_what_another_changed():
    merged = merge(SECTION, {"a": "theirs"}, {"a": ""}, digests({"a": "before"}))
    assert merged.conflicts == {"a": "theirs"}


def test_page_without_digests_never_takes_the_place_of_an_answer():
    merged = merge(SECTION, {"a": "theirs"}, {"a": "mine", "b": "mine"}, {})
    assert (merged.answers, merged.conflicts) == ({"a": "theirs", "b": "mine"}, {"a": "theirs"})


@settings(max_examples=300)
@given(base=texts, stored=texts, posted=texts)
def test_merge_loses_neither_what_was_posted_nor_what_was_stored(base, stored, posted):
    before = copy.deepcopy((stored, posted))
    merged = merge(SECTION, stored, posted, digests(base))
    assert (stored, posted) == before
    for key in KEYS:
        now, was = stored.get(key, ""), base.get(key, "")
        mine = posted.get(key, now)
        kept = merged.answers.get(key, "")
        assert kept in (now, mine)
        # Their change stays; mine is taken, or told as a conflict.
        if now != was:
            assert kept == now
        if key in posted and mine not in (was, now):
            assert (kept == mine) is (key not in merged.conflicts)
        assert (key in merged.changed) is (kept != now)
        assert merged.conflicts.get(key, stored.get(key)) == stored.get(key)


def test_differences_are_the_questions_whose_answers_differ():
    after = copy.deepcopy(ANSWERS)
    after["title"] = " Patiner ensemble "
    after["budget"]["lines"]["gear"]["planned"] = "1 700"
    after["kinds"] = []
    assert [question.key for question in differences(every_type(), ANSWERS, after)] == ["kinds", "budget"]
    assert differences(every_type(), ANSWERS, ANSWERS) == []


def test_next_year_keeps_what_the_new_form_says():
    old = every_type()
    new = copy.deepcopy(EVERY_TYPE)
    assert check_schema(form(*new)) == []
    new = [question for question in new if question["key"] != "story"]
    for question in new:
        if question["key"] == "start":
            question["kept"] = False
        if question["key"] == "people":
            question["type"] = "text"
        if question["key"] in {"place", "kinds"}:
            question["options"] = OPTIONS[1:]
        if question["key"] == "team":
            question["columns"] = [*question["columns"][:1], {**question["columns"][4], "options": OPTIONS[2:]}]
    answers = copy.deepcopy(ANSWERS)
    answers["budget"]["lines"]["gear"]["real"] = "12"
    kept = kept_answers(old, answers, parse_schema(form(*new)))
    assert sorted(kept) == ["budget", "kinds", "new", "price", "team", "title"]
    assert kept["kinds"] == ["c"]
    assert kept["team"] == [{"name": "Ana Roy", "at": ""}]
    assert kept["budget"]["lines"]["gear"] == {"planned": "1,600.00"}
    assert kept["budget"]["revenues"] == [{"label": "Prêt de la salle", "kind": "in_kind", "planned": "150"}]


@settings(deadline=None)
@given(raw=anything)
def test_next_year_takes_any_answers(raw):
    schema = every_type()
    kept_answers(schema, dict.fromkeys(schema.questions, raw), schema)
