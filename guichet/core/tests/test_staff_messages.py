"""« Courriels » in the admin."""

from __future__ import annotations

import pytest
from django.urls import reverse

from guichet.accounts.tests.factories import AgentFactory
from guichet.core.enums import MessageState
from guichet.core.models import Event, OutgoingMessage

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent(client_for):
    """A signed-in agent's browser."""
    return client_for(AgentFactory())


def message(**fields) -> OutgoingMessage:
    """A message that was sent."""
    fields = {
        "kind": "organizations/messages/approved",
        "to": "camille@example.org",
        "subject": "Votre accès est ouvert",
        "text": "Bonjour Camille",
        "html": "<p>Bonjour Camille</p>",
        "state": MessageState.SENT,
    } | fields
    return OutgoingMessage.objects.create(**fields)


def listed(agent, **query) -> list[str]:
    """The addresses in the list."""
    return [shown.to for shown in agent.get(reverse("staff_messages"), query).context["object_list"]]


def test_messages_are_filtered_and_searched(agent):
    message(to="parti@example.org")
    message(to="manque@example.org", state=MessageState.FAILED, last_error="User unknown", subject="Autre")
    message(to="invite@example.org", kind="organizations/messages/invitation")
    assert listed(agent, state="failed") == ["manque@example.org"]
    assert listed(agent, kind="invitation") == ["invite@example.org"]
    assert listed(agent, q="PARTI@") == ["parti@example.org"]
    assert listed(agent, q="autre") == ["manque@example.org"]
    assert "User unknown" in agent.get(reverse("staff_messages")).content.decode()


def test_a_message_shows_its_text(agent):
    assert "Bonjour Camille" in agent.get(reverse("staff_message", args=[message().pk])).content.decode()


def test_a_personal_link_is_never_shown(agent):
    secret = message(secret=True, text="https://exemple.ca/invitation/abc", html="https://exemple.ca/invitation/abc")
    page = agent.get(reverse("staff_message", args=[secret.pk])).content.decode()
    assert "invitation/abc" not in page
    assert "lien personnel" in page


def test_a_failed_message_is_sent_again(agent):
    failed = message(state=MessageState.FAILED, attempts=9, last_error="User unknown")
    agent.post(reverse("staff_message_send_again", args=[failed.pk]))
    failed.refresh_from_db()
    assert (failed.state, failed.attempts) == (MessageState.QUEUED, 0)
    assert Event.objects.get().verb == "core.message_sent_again"


@pytest.mark.parametrize(
    ("fields", "sentence"), [({"state": "queued"}, "déjà en route"), ({"text": ""}, "trop ancien")]
)
def test_what_cannot_be_sent_again_says_why(agent, fields, sentence):
    shown = message(**fields)
    response = agent.post(reverse("staff_message_send_again", args=[shown.pk]), follow=True)
    assert sentence in response.content.decode()


def test_the_dashboard_tells_of_failures_only(agent):
    message()
    assert "pas partis" not in agent.get(reverse("wagtailadmin_home")).content.decode()
    message(state=MessageState.FAILED)
    message(state=MessageState.FAILED)
    assert "2 courriels ne sont pas partis" in agent.get(reverse("wagtailadmin_home")).content.decode()


@pytest.mark.parametrize("count", [3, 60])
def test_the_list_takes_as_many_queries_whatever_its_length(agent, django_assert_max_num_queries, count):
    for _number in range(count):
        message()
    with django_assert_max_num_queries(25):
        agent.get(reverse("staff_messages"))


def test_sending_again_is_a_post(agent):
    assert agent.get(reverse("staff_message_send_again", args=[message().pk])).status_code == 405
