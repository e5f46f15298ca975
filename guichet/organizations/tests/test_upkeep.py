"""What the calendar does: reminders of late requests, the yearly question, silent fiches."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from guichet.accounts.tests.factories import AgentFactory, UserFactory
from guichet.core.models import Event, OutgoingMessage, SiteSettings
from guichet.organizations import services
from guichet.organizations.enums import AccessStatus, OrganizationStatus
from guichet.organizations.models import Organization

from .factories import AccessFactory, InvitationFactory, ManagerFactory, RequestFactory

pytestmark = pytest.mark.django_db
HERE = ZoneInfo("America/Toronto")
DAY = dt.timedelta(days=1)


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=HERE)


def kinds(**filters) -> list[str]:
    found = OutgoingMessage.objects.filter(**filters).order_by("pk").values_list("kind", flat=True)
    return [kind.rpartition("/")[2] for kind in found]


# --- Late requests --------------------------------------------------------------------------------

TUESDAY = "2026-05-05 08:00"


def test_late_requests_are_one_message_to_each_of_the_staff():
    agents = [AgentFactory(), AgentFactory()]
    late = [RequestFactory(due_at=at("2026-05-04 16:00")), RequestFactory(due_at=at("2026-05-01 16:00"))]
    RequestFactory(due_at=at("2026-05-05 16:00"))
    assert services.remind_late_requests(now=at(TUESDAY)) == 2
    for agent in agents:
        message = OutgoingMessage.objects.get(to=agent.email)
        assert [message.text.index(str(access.user)) > 0 for access in late] == [True, True]
        assert message.text.index(str(late[1].user)) < message.text.index(str(late[0].user))
        assert "http://localhost:8000/gestion/" in message.text


@pytest.mark.parametrize(
    ("now", "count"),
    [
        ("2026-05-09 08:00", 0),  # a Saturday
        ("2026-05-10 08:00", 0),
        ("2026-06-24 08:00", 0),  # Fête nationale
        ("2026-10-12 08:00", 0),  # Action de grâce
        ("2026-05-11 08:00", 1),
    ],
)
def test_late_requests_are_reminded_only_on_open_days(now, count):
    AgentFactory()
    RequestFactory(due_at=at("2026-04-01 16:00"))
    assert services.remind_late_requests(now=at(now)) == count
    assert kinds() == ["late_requests"] * count


def test_no_late_request_is_no_message():
    AgentFactory()
    RequestFactory(due_at=at("2026-05-06 16:00"))
    assert services.remind_late_requests(now=at(TUESDAY)) == 0
    assert kinds() == []


def test_late_requests_are_those_that_lscq_decides():
    AgentFactory()
    manager = ManagerFactory()
    invitation = InvitationFactory(organization=manager.organization)
    RequestFactory(organization=manager.organization, invitation=invitation, due_at=at("2026-05-01 16:00"))
    RequestFactory(due_at=None, time_left=DAY, asked_at=timezone.now())
    assert services.remind_late_requests(now=at(TUESDAY)) == 0


def test_staff_whose_account_is_closed_gets_nothing():
    AgentFactory(is_active=False)
    RequestFactory(due_at=at("2026-05-01 16:00"))
    services.remind_late_requests(now=at(TUESDAY))
    assert kinds() == []


# --- The yearly question --------------------------------------------------------------------------


def old_fiche(**kwargs):
    return ManagerFactory(organization__created_at=timezone.now() - 800 * DAY, **kwargs)


def test_people_check_goes_to_every_manager_with_everybodys_name():
    first = old_fiche()
    second = ManagerFactory(organization=first.organization)
    contributor = AccessFactory(organization=first.organization)
    gone = AccessFactory(organization=first.organization, status=AccessStatus.DEACTIVATED)
    assert services.send_people_checks() == 1
    assert kinds(to=contributor.user.email) == []
    texts = [OutgoingMessage.objects.get(to=manager.user.email).text for manager in (first, second)]
    for text in texts:
        assert f"- {contributor.user} (Collaborateur)" in text
        assert str(gone.user) not in text
    assert texts[0] != texts[1]
    assert [event.verb for event in Event.objects.all()] == ["organizations.people_check_sent"]


@pytest.mark.parametrize(("days", "count"), [(0, 0), (59, 0), (61, 1)])
def test_people_check_unanswered_is_put_again_after_two_months(days, count):
    old_fiche()
    now = timezone.now()
    assert services.send_people_checks(now=now) == 1
    assert services.send_people_checks(now=now + days * DAY) == count


def test_people_check_answered_rests_for_a_year():
    manager = old_fiche()
    services.send_people_checks()
    services.confirm_people(organization=manager.organization, actor=manager.user)
    now = timezone.now()
    assert services.send_people_checks(now=now + 360 * DAY) == 0
    assert services.send_people_checks(now=now + 370 * DAY) == 1


def test_people_check_spares_new_archived_and_managerless_fiches():
    ManagerFactory()
    old_fiche(organization__status=OrganizationStatus.ARCHIVED)
    old_fiche(status=AccessStatus.DEACTIVATED)
    old_fiche(user=UserFactory(is_active=False))
    assert services.send_people_checks() == 0
    assert kinds() == []


def test_people_check_follows_the_bodys_setting():
    body = SiteSettings.load()
    body.people_check_months = 30
    body.save()
    old_fiche()
    assert services.send_people_checks() == 0
    assert services.send_people_checks(now=timezone.now() + 200 * DAY) == 1


# --- Silent fiches --------------------------------------------------------------------------------


def silent(**kwargs):
    long_ago = timezone.now() - 400 * DAY
    return ManagerFactory(**{"last_used_at": long_ago, "decided_at": long_ago, **kwargs})


def test_silent_fiches_are_reported_once_a_year():
    agent, access = AgentFactory(), silent(organization__name="Club muet")
    now = timezone.now()
    assert services.report_silent_fiches(now=now) == 1
    assert services.report_silent_fiches(now=now + 30 * DAY) == 0
    assert services.report_silent_fiches(now=now + 370 * DAY) == 1
    message = OutgoingMessage.objects.filter(to=agent.email).first()
    assert "Club muet" in message.text
    assert [event.verb for event in Event.objects.about(access.organization)] == ["organizations.silence_reported"] * 2


@pytest.mark.parametrize("last_used_at", [None, "2020-01-01T00:00:00Z"])
def test_manager_who_never_came_is_silent(last_used_at):
    silent(last_used_at=last_used_at)
    assert services.report_silent_fiches() == 1


def test_fiche_is_not_silent_when_one_manager_came():
    access = silent()
    ManagerFactory(organization=access.organization)
    assert services.report_silent_fiches() == 0


def test_fiche_is_silent_when_only_contributors_come():
    access = silent()
    AccessFactory(organization=access.organization)
    assert services.report_silent_fiches() == 1


def test_fiche_is_not_silent_when_its_people_were_confirmed():
    access = silent()
    services.confirm_people(organization=access.organization, actor=access.user)
    assert services.report_silent_fiches() == 0


def test_fiche_whose_silence_was_broken_is_reported_anew_a_year_later():
    access = silent()
    now = timezone.now()
    services.report_silent_fiches(now=now)
    services.confirm_people(organization=access.organization, actor=access.user)
    assert Organization.objects.get().silence_reported_at is None
    assert services.report_silent_fiches(now=now + 370 * DAY) == 1


def test_fiche_archived_or_without_manager_is_not_silent():
    silent(organization__status=OrganizationStatus.ARCHIVED)
    silent(status=AccessStatus.DEACTIVATED)
    assert services.report_silent_fiches() == 0


def test_expired_invitation_is_remembered_and_resending_it_is_refused():
    invitation = InvitationFactory(expires_at=timezone.now() - DAY)
    assert services.expire_invitations() == 1
    assert services.expire_invitations() == 0
    (event,) = Event.objects.all()
    assert event.sentence == f"L’invitation de {invitation.email} a expiré."
