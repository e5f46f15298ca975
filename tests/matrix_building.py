"""The rows of `test_role_matrix` for programmes, calls and forms, and the objects in them.

An agent without the programme is led back to the dashboard with a refusal: the services' own tests look at that.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from guichet.funding.enums import CallStatus
from guichet.funding.tests.factories import CallFactory, FormFactory, ProgramFactory
from guichet.funding.tests.form_blocks import block, form_with, section

EVERYBODY = "ok ok  ok  ok  ok  ok ok"
NOBODY = "404 404 404 404 404 404 404"
ONLY_STAFF = "404 404 404 404 404 ok ok"
STAFF = "in 403 403 403 403 ok ok"
ADMINS = "in 403 403 403 403 403 ok"


def objects(agent) -> dict[str, Any]:
    """A programme that the agent has, its calls and its form; and a programme that is not in the site."""
    program = ProgramFactory(slug="programme-public")
    program.officers.add(agent)
    form = form_with(section(block("text", "nom", label="Nom")))
    return {
        "program": program,
        "program_slug": program.slug,
        "hidden_slug": ProgramFactory(slug="programme-cache", is_published=False).slug,
        "open_call": CallFactory(program=program),
        "prepared_call": CallFactory(program=program, status=CallStatus.DRAFT),
        "built_form": form,
        "free_form": FormFactory(),
    }


def rows(get: Callable, post: Callable) -> list:
    """Who gets what."""
    return [
        get("programs:list", EVERYBODY),
        get("programs:program", EVERYBODY, "program_slug"),
        get("programs:program", ONLY_STAFF, "hidden_slug"),
        get("programs:closing", EVERYBODY, "program_slug open_call"),
        get("programs:closing", NOBODY, "program_slug prepared_call"),
        get("staff_programs", STAFF),
        get("staff_programs_results", STAFF),
        get("staff_program_add", ADMINS),
        post("staff_program_add", ADMINS),
        get("staff_program", STAFF, "program"),
        get("staff_program_edit", STAFF, "program"),
        post("staff_program_edit", STAFF, "program"),
        post("staff_program_publish", STAFF, "program"),
        get("staff_program_unpublish", STAFF, "program"),
        post("staff_program_unpublish", STAFF, "program"),
        get("staff_calls", STAFF),
        get("staff_calls_results", STAFF),
        get("staff_call_add", STAFF),
        post("staff_call_add", STAFF),
        get("staff_call", STAFF, "open_call"),
        get("staff_call_edit", STAFF, "open_call"),
        post("staff_call_edit", STAFF, "open_call"),
        post("staff_call_publish", STAFF, "prepared_call"),
        get("staff_call_withdraw", STAFF, "open_call"),
        post("staff_call_withdraw", STAFF, "open_call", reason="Plus d’argent."),
        get("staff_call_copy", STAFF, "open_call"),
        post("staff_call_copy", STAFF, "open_call", name="x", code="NEUF"),
        get("staff_call_announce", STAFF, "open_call"),
        post("staff_call_announce", STAFF, "open_call"),
        get("staff_forms", STAFF),
        get("staff_forms_results", STAFF),
        get("staff_form_add", STAFF),
        post("staff_form_add", STAFF, name="x", **{"body-count": "0"}),
        get("staff_form", STAFF, "built_form"),
        post("staff_form", STAFF, "built_form", name="x", **{"body-count": "0"}),
        post("staff_form_publish", STAFF, "built_form", name="x", **{"body-count": "0"}),
        get("staff_form_preview", STAFF, "built_form"),
        post("staff_form_preview", STAFF, "built_form"),
        get("staff_form_copy", STAFF, "built_form"),
        post("staff_form_copy", STAFF, "built_form"),
        get("staff_form_delete", STAFF, "free_form"),
        post("staff_form_delete", STAFF, "free_form"),
    ]
