"""A planned budget, on the lines of the report's own form."""

from __future__ import annotations

import copy

from guichet.funding.schema import parse_schema
from guichet.funding.schema.planned import planned_on

from .factories import ANSWERS, SCHEMA


def budget_of(schema):
    """The form's budget."""
    return next(question for _section, question in parse_schema(schema) if question.key == "budget")


def with_lines(change):
    """The same form, of which somebody changed the expenses."""
    schema = copy.deepcopy(SCHEMA)
    budget = next(one for section in schema["sections"] for one in section["questions"] if one["key"] == "budget")
    budget["expenses"] = change(budget["expenses"])
    return budget_of(schema)


ASKED, RAW = budget_of(SCHEMA), ANSWERS["budget"]


def test_copy_of_the_form_keeps_every_line():
    found = planned_on(with_lines(lambda lines: lines), ASKED, RAW)
    assert {key: row["planned"] for key, row in found["lines"].items()} == {
        key: row["planned"] for key, row in RAW["lines"].items()
    }


def test_line_with_another_key_is_found_by_its_name():
    found = planned_on(with_lines(lambda lines: [{**lines[0], "key": "autre"}, *lines[1:]]), ASKED, RAW)
    assert found["lines"]["autre"]["planned"] == RAW["lines"][ASKED.expenses[0].key]["planned"]


def test_planned_line_that_the_report_lacks_becomes_one_of_the_clients_own():
    """Though its budget has the key of the application's: the report's form was a copy, then its lines changed."""
    line = ASKED.expenses[0]
    found = planned_on(with_lines(lambda lines: lines[1:]), ASKED, RAW)
    assert (found["expenses"][-1]["label"], found["expenses"][-1]["planned"]) == (
        line.label,
        RAW["lines"][line.key]["planned"],
    )
