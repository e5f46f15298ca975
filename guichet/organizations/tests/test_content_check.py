"""« La fiche est-elle toujours vraie? »: asked once a year, answered in one click."""

import datetime as dt

import pytest
from django.utils import timezone

from guichet.core.models import Event, OutgoingMessage
from guichet.organizations import services
from guichet.organizations.enums import OrganizationStatus

from .factories import ManagerFactory
from .test_entry_views import assert_link_is_none

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def manager():
    return ManagerFactory(
        organization__created_at=timezone.now() - 400 * DAY,
        organization__name="Club <b>Aqua</b>",
        organization__phone="+18195550155",
    )


def link() -> str:
    body = OutgoingMessage.objects.get(kind__endswith="content_check").text
    address = next(word for word in body.split() if "/fiche-toujours-vraie/" in word)
    return "/" + address.split("/", 3)[3]


def test_question_quotes_the_fiche_and_tells_the_timeline(manager):
    assert services.send_content_checks() == 1
    message = OutgoingMessage.objects.get()
    assert message.to == manager.user.email
    assert "819 555-0155" in message.text.replace("(819)", "819")
    assert "&lt;b&gt;Aqua" in message.html
    assert Event.objects.get().sentence == ("Le portail a demandé aux gestionnaires si la fiche est toujours vraie.")


@pytest.mark.parametrize(("days", "count"), [(59, 0), (61, 1)])
def test_question_unanswered_is_put_again_after_two_months(manager, days, count):
    now = timezone.now()
    services.send_content_checks(now=now)
    assert services.send_content_checks(now=now + days * DAY) == count


def test_question_answered_rests_for_a_year(manager):
    services.confirm_content(organization=manager.organization, actor=manager.user)
    assert services.send_content_checks(now=timezone.now() + 360 * DAY) == 0
    assert services.send_content_checks(now=timezone.now() + 370 * DAY) == 1


def test_link_asks_on_get_and_notes_on_post(client, manager):
    services.send_content_checks()
    address = link()
    assert "Oui, tout est encore vrai" in client.get(address).text
    manager.organization.refresh_from_db()
    assert manager.organization.content_confirmed_at is None
    assert "c’est noté" in client.post(address).text
    manager.organization.refresh_from_db()
    assert manager.organization.content_confirmed_at is not None


def test_link_of_another_question_or_an_archived_fiche_is_none(client, manager):
    services.send_content_checks()
    address = link()
    assert_link_is_none(client, address.replace("fiche-toujours-vraie", "bonnes-personnes"))
    manager.organization.status = OrganizationStatus.ARCHIVED
    manager.organization.save()
    assert_link_is_none(client, address)
