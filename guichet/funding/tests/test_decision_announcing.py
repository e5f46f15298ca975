"""Announcing: the list, then each row once, whatever dies in the middle; the mail server may be down meanwhile."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from guichet.accounts.tests.factories import AgentFactory
from guichet.core.errors import InvalidState
from guichet.core.models import Event, OutgoingMessage
from guichet.funding.enums import ApplicationStatus
from guichet.funding.models import AnnouncementRow, AnnouncementRun, Application, Decision, Letter
from guichet.funding.services import decision_announcing, letters
from guichet.funding.services.decisions import Proposal, decide
from guichet.funding.services.envelope import EnvelopeExceeded
from guichet.organizations.enums import AccessStatus
from guichet.organizations.tests.factories import AccessFactory, ManagerFactory

from .deciding import ACCEPTED, REFUSED, WAITLISTED, InReviewFactory, announce_all, call_with, money, prepare

pytestmark = pytest.mark.django_db


@pytest.fixture
def prepared():
    """A call with three prepared decisions, its officer, the applications, each with a gestionnaire."""
    call, officer = call_with()
    applications = []
    for outcome in (ACCEPTED, REFUSED, WAITLISTED):
        application = InReviewFactory(call=call)
        ManagerFactory(organization=application.organization)
        prepare(application, officer, outcome)
        applications.append(application)
    return call, officer, applications


def seen_of(call) -> dict:
    return {row.decision.pk: row.decision.decided_at for row in decision_announcing.plan_announcement(call).ready}


def told() -> list[str]:
    return sorted(OutgoingMessage.objects.filter(kind__endswith="decision_announced").values_list("to", flat=True))


@pytest.mark.django_db(transaction=True)
def test_announcement_changes_states_and_tells(prepared, run_queue):
    call, officer, applications = prepared
    announce_all(call, officer, run_queue)
    found = [Application.objects.get(pk=application.pk) for application in applications]
    assert [one.status for one in found] == ["accepted", "refused", "waitlisted"]
    assert [one.granted for one in found] == [money("1000"), None, None]
    assert all(one.announced_at for one in found)
    assert len(told()) == 3
    assert set(Event.objects.about(found[0]).values_list("verb", flat=True)) == {"funding.application_accepted"}
    assert Letter.objects.filter(made_at__isnull=False).count() == 3
    run = AnnouncementRun.objects.get()
    assert run.finished_at is not None


def test_author_and_gestionnaires_are_told_once_and_nobody_else():
    call, officer = call_with()
    author = AccessFactory()
    application = InReviewFactory(call=call, organization=author.organization, started_by=author.user)
    manager = ManagerFactory(organization=author.organization)
    AccessFactory(organization=author.organization)
    AccessFactory(organization=author.organization, role="manager", status=AccessStatus.DEACTIVATED)
    prepare(application, officer)
    announce_all(call, officer)
    assert told() == sorted([author.user.email, manager.user.email])


def test_author_who_left_is_not_told():
    call, officer = call_with()
    author = AccessFactory(status=AccessStatus.DEACTIVATED)
    prepare(InReviewFactory(call=call, organization=author.organization, started_by=author.user), officer)
    announce_all(call, officer)
    assert told() == []


def test_worker_killed_in_the_middle_goes_on_and_nobody_is_told_twice(prepared, monkeypatch):
    call, officer, _applications = prepared
    run = decision_announcing.announce(call=call, seen=seen_of(call), actor=officer)
    second = list(run.rows.values_list("pk", flat=True))[1]
    write_letter = decision_announcing.write_letter

    def killed(decision):
        if decision.announcement_rows.filter(pk=second).exists():
            raise SystemExit
        return write_letter(decision)

    monkeypatch.setattr(decision_announcing, "write_letter", killed)
    with pytest.raises(SystemExit):
        decision_announcing.run_announcement(run_id=run.pk)
    assert len(told()) == 1
    assert AnnouncementRow.objects.filter(done_at__isnull=False).count() == 1
    monkeypatch.setattr(decision_announcing, "write_letter", write_letter)
    assert decision_announcing.resume_announcements() == 0
    assert decision_announcing.resume_announcements(now=timezone.now() + dt.timedelta(minutes=3)) == 1
    decision_announcing.run_announcement(run_id=run.pk)
    decision_announcing.run_announcement(run_id=run.pk)
    assert len(told()) == len(set(told())) == 3
    assert Event.objects.filter(verb__startswith="funding.application_").count() == 3
    run.refresh_from_db()
    assert run.finished_at is not None


@pytest.mark.django_db(transaction=True)
def test_long_announcement_is_done_by_pieces(prepared, run_queue, monkeypatch):
    call, officer, _applications = prepared
    monkeypatch.setattr(decision_announcing, "AT_ONCE", 1)
    run = decision_announcing.announce(call=call, seen=seen_of(call), actor=officer)
    decision_announcing.run_announcement(run_id=run.pk, most=1)
    assert AnnouncementRow.objects.filter(done_at__isnull=True).count() == 2
    run_queue()
    assert AnnouncementRow.objects.filter(done_at__isnull=True).count() == 0


@pytest.mark.django_db(transaction=True)
def test_mail_server_down_loses_no_message(prepared, run_queue, deliver, smtp_server):
    call, officer, _applications = prepared
    smtp_server.stop()
    announce_all(call, officer, run_queue)
    assert Application.objects.filter(announced_at__isnull=False).count() == 3
    assert OutgoingMessage.objects.filter(state="queued").count() == 3
    smtp_server.start()
    deliver(now=timezone.now() + dt.timedelta(minutes=10))
    assert OutgoingMessage.objects.filter(state="sent").count() == 3


def test_two_announcements_at_once_are_one(prepared):
    call, officer, _applications = prepared
    seen = seen_of(call)
    decision_announcing.announce(call=call, seen=seen, actor=officer)
    with pytest.raises(InvalidState, match="déjà en cours"):
        decision_announcing.announce(call=call, seen=seen, actor=officer)
    assert decision_announcing.plan_announcement(call).ready == []


def test_list_that_changed_is_not_announced(prepared):
    call, officer, applications = prepared
    seen = seen_of(call)
    prepare(applications[0], officer, amount="10")
    with pytest.raises(InvalidState, match="a changé entre-temps"):
        decision_announcing.announce(call=call, seen=seen, actor=officer)
    assert not AnnouncementRun.objects.exists()


def test_decision_that_is_being_announced_does_not_change(prepared):
    call, officer, applications = prepared
    decision_announcing.announce(call=call, seen=seen_of(call), actor=officer)
    with pytest.raises(InvalidState, match="en train d’être annoncée"):
        prepare(applications[0], officer, amount="10")


def test_application_withdrawn_meanwhile_is_left_out(prepared):
    call, officer, applications = prepared
    run = decision_announcing.announce(call=call, seen=seen_of(call), actor=officer)
    gone = applications[0]
    gone.status, gone.withdrawn_at = ApplicationStatus.WITHDRAWN, timezone.now()
    gone.save()
    decision_announcing.run_announcement(run_id=run.pk)
    assert "Retirée" in run.rows.get(decision__application=gone).problem
    assert len(told()) == 2


def test_only_who_runs_the_programme_announces(prepared):
    call, _officer, _applications = prepared
    with pytest.raises(PermissionDenied):
        decision_announcing.announce(call=call, seen=seen_of(call), actor=AgentFactory())


def test_envelope_that_shrank_stops_the_announcement(prepared):
    call, officer, _applications = prepared
    call.envelope = money("999")
    call.save()
    with pytest.raises(EnvelopeExceeded):
        decision_announcing.announce(call=call, seen=seen_of(call), actor=officer)


def test_waiting_list_is_decided_again_and_the_first_answer_stays(prepared):
    call, officer, applications = prepared
    announce_all(call, officer)
    waiting = applications[2]
    decide(application=waiting, proposal=Proposal(ACCEPTED, money("500")), seen=None, actor=officer)
    shown = Decision.objects.announced().filter(application=waiting).first()
    assert shown.outcome == WAITLISTED
    announce_all(call, officer)
    waiting.refresh_from_db()
    assert (waiting.status, waiting.granted) == ("accepted", money("500"))
    assert Letter.objects.filter(decision__application=waiting).count() == 2


# --- The screens ----------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_list_says_who_receives_what_before_anything_is_done(prepared, client_for, run_queue):
    call, officer, applications = prepared
    client, address = client_for(officer), reverse("staff_announce", args=[call.pk])
    page = client.get(address)
    text = page.content.decode()
    assert "Annoncer 3\xa0décisions" in text or "Annoncer 3 décisions" in text
    assert all(application.organization.name in text for application in applications)
    assert not AnnouncementRun.objects.exists()
    first = Decision.objects.get(application=applications[0])
    shorter = client.post(address, {"id": [first.pk]})
    assert len(shorter.context["plan"].ready) == 1
    client.post(address, {"plan": shorter.context["signed"]})
    run = AnnouncementRun.objects.get()
    followed = client.get(reverse("staff_announcement", args=[run.pk]))
    assert followed.headers["Refresh"] == "3"
    run_queue()
    assert list(Application.objects.filter(announced_at__isnull=False)) == [applications[0]]
    followed = client.get(reverse("staff_announcement", args=[run.pk]))
    assert "Refresh" not in followed.headers
    assert "Lettres faites\u00a0: 1 sur 1" in followed.content.decode()


def test_forged_plan_announces_nothing(prepared, client_for):
    call, officer, _applications = prepared
    client_for(officer).post(reverse("staff_announce", args=[call.pk]), {"plan": "forged"})
    assert not AnnouncementRun.objects.exists()


def test_letters_whose_worker_was_killed_are_made_again_each_once(prepared, monkeypatch):
    call, officer, _applications = prepared
    announce_all(call, officer)
    made = letters.letter_pdf
    count = iter(range(10))

    def killed(letter):
        if next(count) == 1:
            raise SystemExit
        return made(letter)

    monkeypatch.setattr(letters, "letter_pdf", killed)
    with pytest.raises(SystemExit):
        letters.make_letters()
    first = Letter.objects.get(made_at__isnull=False)
    assert letters.make_letters() == 2
    assert letters.make_letters() == 0
    again = Letter.objects.get(pk=first.pk)
    assert (again.file.name, again.made_at) == (first.file.name, first.made_at)
    for letter in Letter.objects.all():
        with letter.file.open("rb") as file:
            assert file.read(5) == b"%PDF-"
