"""Who is told that a call opens, once each, and who is reminded before it closes."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from guichet.accounts.tests.factories import AdminFactory, AgentFactory, UserFactory
from guichet.core.errors import InvalidState
from guichet.core.models import OutgoingMessage
from guichet.funding import services
from guichet.funding.enums import ApplicationStatus, CallStatus
from guichet.funding.models import Announcement, AnnouncementRecipient, Extension
from guichet.funding.services import announcing
from guichet.organizations.enums import AccessStatus, Kind, OrganizationStatus
from guichet.organizations.models import Organization
from guichet.organizations.tests.factories import (
    AccessFactory,
    ManagerFactory,
    MrcFactory,
    MunicipalityFactory,
    OrganizationFactory,
)

from .factories import ApplicationFactory, CallFactory, SubmittedFactory

pytestmark = pytest.mark.django_db
HERE = ZoneInfo("America/Toronto")
TASK = "guichet.funding.tasks.send_announcement"


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=HERE)


def told() -> list[str]:
    return sorted(OutgoingMessage.objects.values_list("to", flat=True))


def test_eligible_fiches_are_those_that_each_condition_lets_in():
    drummond = MunicipalityFactory(name="Wickham", mrc=MrcFactory(name="Drummond"))
    now = timezone.now()
    call = CallFactory(kinds=[Kind.ASSOCIATION, Kind.SCHOOL], needs_confirmed_fiche=True, members_only=True)
    call.program.one_per_year = True
    call.program.save()
    call.mrcs.add(MrcFactory(name="Arthabaska"))
    today = timezone.localdate()
    confirmed = {"content_confirmed_at": now, "member_until": today}
    fiches = {
        "right": OrganizationFactory(**confirmed),
        "school": OrganizationFactory(kind=Kind.SCHOOL, **confirmed),
        "other kind": OrganizationFactory(kind=Kind.PRIVATE, **confirmed),
        "other MRC": OrganizationFactory(municipality=drummond, **confirmed),
        "nowhere": OrganizationFactory(municipality=None, **confirmed),
        "never confirmed": OrganizationFactory(member_until=today),
        "confirmed long ago": OrganizationFactory(
            content_confirmed_at=now - dt.timedelta(days=366), member_until=today
        ),
        "no member": OrganizationFactory(content_confirmed_at=now),
        "member until yesterday": OrganizationFactory(
            content_confirmed_at=now, member_until=today - dt.timedelta(days=1)
        ),
        "archived": OrganizationFactory(status=OrganizationStatus.ARCHIVED, **confirmed),
        "asked already": OrganizationFactory(**confirmed),
        "asked in this call": OrganizationFactory(**confirmed),
        "late": OrganizationFactory(**confirmed),
        "in time": OrganizationFactory(**confirmed),
    }
    SubmittedFactory(organization=fiches["asked already"], call=CallFactory(program=call.program))
    SubmittedFactory(organization=fiches["asked in this call"], call=call)
    for name, days in (("late", -1), ("in time", 0)):
        SubmittedFactory(
            organization=fiches[name],
            status=ApplicationStatus.REPORT_DUE,
            report_due_on=timezone.localdate() + dt.timedelta(days=days),
        )
    eligible = set(services.eligible_fiches(call))
    assert eligible == {fiche for fiche in fiches.values() if services.is_eligible(call, fiche)}
    assert eligible == {fiches[name] for name in ("right", "school", "asked in this call", "in time")}
    assert set(services.eligible_fiches(CallFactory())) == {
        fiche for fiche in Organization.objects.all() if services.is_eligible(CallFactory(), fiche)
    }


def test_audience_is_each_gestionnaire_once():
    both = UserFactory()
    first = ManagerFactory(user=both, organization__name="A")
    second = ManagerFactory(user=both, organization__name="B")
    AccessFactory(organization=first.organization)
    ManagerFactory(organization=first.organization, status=AccessStatus.DEACTIVATED)
    colleague = ManagerFactory(organization=second.organization).user
    assert services.audience_of(CallFactory()) == {
        both: [first.organization, second.organization],
        colleague: [second.organization],
    }


def test_announcement_tells_each_once():
    managers = [ManagerFactory() for _number in range(3)]
    call, admin = CallFactory(), AdminFactory()
    announcement = services.start_announcement(call=call, actor=admin)
    assert DBTaskResult.objects.filter(task_path=TASK).count() == 1
    assert told() == []
    services.send_announcement(announcement_id=announcement.pk)
    services.send_announcement(announcement_id=announcement.pk)
    assert told() == sorted(manager.user.email for manager in managers)
    announcement.refresh_from_db()
    call.refresh_from_db()
    assert announcement.finished_at is not None
    assert call.announced_at == announcement.started_at
    assert call.program.name in OutgoingMessage.objects.first().subject
    with pytest.raises(InvalidState, match="déjà annoncée"):
        services.start_announcement(call=call, actor=admin)


def test_announcement_goes_on_where_a_killed_worker_left_it(monkeypatch):
    managers = [ManagerFactory() for _number in range(5)]
    announcement = services.start_announcement(call=CallFactory(), actor=AdminFactory())
    monkeypatch.setattr(announcing, "PIECE", 2)
    assert announcing._send_piece(announcement.pk) is True
    assert len(told()) == 2

    # Killed in the middle of a piece: its e-mails and its marks go back together.
    class Killed(Exception):
        pass

    sent = []

    def die(*args, **kwargs):
        if sent:
            raise Killed
        sent.append(real(*args, **kwargs))

    real = announcing.messages.call_opens
    with monkeypatch.context() as patch:
        patch.setattr(announcing.messages, "call_opens", die)
        with pytest.raises(Killed):
            announcing._send_piece(announcement.pk)
    assert len(told()) == 2
    later = timezone.now() + dt.timedelta(minutes=3)
    assert services.resume_announcements(now=later) == 1
    assert services.resume_announcements(now=later) == 0
    services.send_announcement(announcement_id=announcement.pk)
    assert told() == sorted(manager.user.email for manager in managers)


def test_announcement_leaves_out_whoever_left_meanwhile():
    stays, leaves = ManagerFactory(), ManagerFactory()
    archived = ManagerFactory()
    announcement = services.start_announcement(call=CallFactory(), actor=AdminFactory())
    leaves.status = AccessStatus.DEACTIVATED
    leaves.save()
    Organization.objects.filter(pk=archived.organization_id).update(status=OrganizationStatus.ARCHIVED)
    services.send_announcement(announcement_id=announcement.pk)
    assert told() == [stays.user.email]
    assert AnnouncementRecipient.objects.count() == 1


def test_announcement_of_a_call_that_is_withdrawn_stops():
    ManagerFactory()
    call, admin = CallFactory(), AdminFactory()
    announcement = services.start_announcement(call=call, actor=admin)
    services.withdraw_call(call=call, reason="Non.", actor=admin)
    services.send_announcement(announcement_id=announcement.pk)
    assert told() == []
    assert Announcement.objects.get().finished_at is not None


@pytest.mark.parametrize(
    ("fields", "match"),
    [
        ({"status": CallStatus.DRAFT}, "publié"),
        ({"closes_at": timezone.now() - dt.timedelta(hours=1)}, "ouvert ou à venir"),
    ],
)
def test_only_a_call_that_people_may_answer_is_announced(fields, match):
    ManagerFactory()
    with pytest.raises(InvalidState, match=match):
        services.start_announcement(call=CallFactory(**fields), actor=AdminFactory())


def test_call_that_concerns_nobody_is_not_announced():
    with pytest.raises(InvalidState, match="à qui écrire"):
        services.start_announcement(call=CallFactory(), actor=AdminFactory())


# --- Before the closing


def remind(now: str) -> int:
    return services.remind_of_closings(now=at(now))


@pytest.fixture
def draft():
    """A draft by a contributor, for a call that closes on 31 October at noon."""
    call = CallFactory(opens_at=at("2026-10-01 08:00"), closes_at=at("2026-10-31 12:00"))
    manager = ManagerFactory()
    author = AccessFactory(organization=manager.organization).user
    AccessFactory(organization=manager.organization)
    application = ApplicationFactory(call=call, organization=manager.organization, started_by=author)
    application.told = sorted([manager.user.email, author.email])
    return application


def test_reminders_leave_seven_days_and_one_day_before(draft):
    sent = [(day, remind(f"2026-10-{day} 09:00")) for day in (20, 23, 24, 25, 29, 30, 31) for _twice in range(2)]
    assert [day for day, count in sent if count] == [24, 30]
    assert told() == sorted(draft.told * 2)
    message = OutgoingMessage.objects.first()
    assert "n’est pas encore transmise" in message.text
    assert "31 octobre 2026, 12 h 00" in message.text.replace("\u00a0", " ")


def test_reminder_that_a_stopped_worker_missed_leaves_the_day_after(draft):
    assert remind("2026-10-26 09:00") == 1
    assert remind("2026-10-31 09:00") == 1
    assert remind("2026-10-31 13:00") == 0


def test_moved_closing_is_reminded_of_anew(draft):
    remind("2026-10-24 09:00")
    draft.call.closes_at = at("2026-11-14 12:00")
    draft.call.save()
    assert [remind(f"2026-11-{day:02} 09:00") for day in (1, 7, 8, 13)] == [0, 1, 0, 1]


@pytest.mark.parametrize("days", [0, 10])
def test_fiche_with_more_time_is_reminded_of_its_own_closing(draft, days):
    Extension.objects.create(
        call=draft.call,
        organization=draft.organization,
        until=at("2026-11-10 12:00") if days else at("2026-10-20 12:00"),
        reason="Feu",
    )
    expected = [0, 0, 1, 1] if days else [1, 1, 0, 0]
    assert [
        remind(day) for day in ("2026-10-24 09:00", "2026-10-30 09:00", "2026-11-03 09:00", "2026-11-09 09:00")
    ] == (expected)


@pytest.mark.parametrize(
    ("status", "count"),
    [(ApplicationStatus.AWAITING_MANAGER, 1), (ApplicationStatus.SUBMITTED, 0), (ApplicationStatus.REFUSED, 0)],
)
def test_only_what_was_not_handed_in_is_reminded_of(draft, status, count):
    if status == ApplicationStatus.AWAITING_MANAGER:
        draft.status = status
        draft.save()
    else:
        draft.delete()
        SubmittedFactory(call=draft.call, status=status)
    assert remind("2026-10-24 09:00") == count


def test_withdrawn_call_is_not_reminded_of(draft):
    draft.call.status = CallStatus.WITHDRAWN
    draft.call.save()
    assert remind("2026-10-24 09:00") == 0


def test_staff_are_told_nothing_of_closings(draft):
    draft.started_by = AgentFactory()
    draft.save()
    remind("2026-10-24 09:00")
    assert len(told()) == 1
