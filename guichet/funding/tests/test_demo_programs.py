"""The demo's programmes: complete forms, calls in every phase."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from guichet.funding import services
from guichet.funding.enums import CallPhase, FormPurpose
from guichet.funding.models import Call, Form, Program
from guichet.funding.schema import evaluate, parse_schema
from guichet.funding.services.reading import limits_of
from guichet.organizations.demo.seed import seed

pytestmark = pytest.mark.django_db


def test_demo_has_five_programs_with_their_forms_and_calls_in_every_phase():
    call_command("demo", "--quiet")
    assert Program.objects.filter(is_published=True).count() == 5
    assert {call.phase() for call in Call.objects.all()} == {CallPhase.OPEN, CallPhase.COMING, CallPhase.CLOSED}
    forms = Form.objects.all()
    assert [services.problems_of(form) for form in forms] == [[]] * 6
    for call in Call.objects.select_related("form", "program"):
        schema = parse_schema(services.latest_version(call.form).schema)
        assert {"budget", "file", "from_fiche", "declaration"} <= {question.type for _section, question in schema}
        verdict = evaluate(schema, {}, limits=limits_of(call))
        assert not verdict.is_complete
    assert {form.purpose for form in forms} == set(FormPurpose)


def test_older_demo_gets_its_programs_once():
    seed()
    call_command("demo", "--quiet")
    call_command("demo", "--quiet")
    assert Program.objects.count() == 5
