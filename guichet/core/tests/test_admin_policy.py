"""The Wagtail admin: who may open it, and what its pages may load."""

from __future__ import annotations

import base64
import hashlib

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.urls import reverse

from guichet.accounts.tests.factories import AdminFactory, AgentFactory, UserFactory
from guichet.core.middleware import AdminPolicyMiddleware

CSP = "Content-Security-Policy"


def directive(response, name: str) -> str:
    """One directive of an answer's policy."""
    parts = dict(part.strip().partition(" ")[::2] for part in response.headers[CSP].split(";"))
    return parts[name]


@pytest.mark.django_db
def test_a_client_is_refused_instead_of_being_sent_to_sign_in_for_ever(client_for):
    assert client_for(UserFactory()).get(reverse("wagtailadmin_home")).status_code == 403


@pytest.mark.django_db
def test_an_agent_without_the_group_is_refused_too(client_for):
    agent = AgentFactory()
    agent.groups.clear()
    assert client_for(agent).get(reverse("wagtailadmin_home")).status_code == 403


@pytest.mark.django_db
def test_a_visitor_signs_in_first(client):
    response = client.get(reverse("wagtailadmin_home"))
    assert (response.status_code, response.url.partition("?")[0]) == (302, reverse("account_login"))


@pytest.mark.django_db
def test_the_admin_loads_nothing_from_elsewhere_and_runs_no_script_of_the_page(client_for):
    response = client_for(AgentFactory()).get(reverse("staff_requests"))
    assert directive(response, "script-src") == "'self'"
    assert directive(response, "default-src") == "'none'"
    assert "http" not in response.headers[CSP]


@pytest.mark.django_db
def test_the_admin_bears_the_name_of_the_body(client_for):
    page = client_for(AgentFactory()).get(reverse("staff_requests")).content.decode()
    assert page.partition("<title>")[2].partition("</title>")[0].endswith(" - LSCQ")


@pytest.mark.django_db
def test_the_date_choosers_of_wagtail_are_allowed_one_by_one(client_for):
    response = client_for(AdminFactory()).get(reverse("wagtailusers_users:index"))
    assert response.text.count("<script>") == directive(response, "script-src").count("'sha256-") == 2


@pytest.mark.django_db
def test_other_pages_keep_the_strict_policy(client):
    assert directive(client.get(reverse("account_login")), "style-src") == "'self'"


def policy_of(rf, body: str, response=None) -> list[str]:
    """The scripts that an admin page with this body may run."""
    middleware = AdminPolicyMiddleware(lambda request: response or HttpResponse(body))
    return middleware(rf.get("/gestion/"))._csp_replace["script-src"]


@pytest.mark.parametrize(
    "script",
    ['initDateChooser("id_a", {"format": "Y-m-d"});', '\n  new PageChooser("id_b", null);\n'],
)
def test_a_call_on_plain_data_is_allowed(rf, script):
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert policy_of(rf, f"<p><script>{script}</script></p>") == ["'self'", f"'sha256-{digest}'"]


@pytest.mark.parametrize(
    "script",
    [
        "alert(1)",
        'initDateChooser("id", alert(1));',
        'initDateChooser("id"); alert(1);',
        'initDateChooser("id");//\nalert(1)',
        "new Evil.PageChooser(1)",
    ],
)
def test_whatever_else_is_blocked(rf, script):
    assert policy_of(rf, f"<script>{script}</script>") == ["'self'"]


def test_answers_that_are_no_page_are_left_alone(rf):
    assert policy_of(rf, "", StreamingHttpResponse([b"x"])) == ["'self'"]
    assert policy_of(rf, "", HttpResponse("<script>alert(1)</script>", content_type="text/csv")) == ["'self'"]
