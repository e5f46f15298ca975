"""« À compléter »: what is open, the clock that stops, the reminders, what comes back or not."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from guichet.accounts.tests.factories import AdminFactory, AgentFactory
from guichet.core.errors import InvalidState
from guichet.core.models import OutgoingMessage
from guichet.funding.enums import ApplicationStatus
from guichet.funding.models import Application
from guichet.funding.services import completion
from guichet.funding.services.base import AlreadyMoved, lock_application
from guichet.organizations.tests.factories import AccessFactory, ManagerFactory

from .evaluating import an_evaluation

pytestmark = pytest.mark.django_db


def in_days(days: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


def ask_changes(world, **values) -> Application:
    asked = {"text": "Un devis manque.", "questions": ["devis"], "due_on": in_days(10), "actor": world.officer}
    return completion.ask_changes(application=world.application, **{**asked, **values})


def asked_before(world, days: int) -> Application:
    """Asked so many days ago."""
    application = ask_changes(world)
    application.changes_asked_at -= dt.timedelta(days=days)
    application.save()
    return application


def received(kind: str) -> set[str]:
    return set(OutgoingMessage.objects.filter(kind__endswith=f"/{kind}").values_list("to", flat=True))


def test_asking_opens_the_ticked_questions_alone_and_tells_the_fiche():
    world = an_evaluation()
    manager = ManagerFactory(organization=world.application.organization)
    author = AccessFactory(organization=world.application.organization)
    AccessFactory(organization=world.application.organization)
    world.application.started_by = author.user
    world.application.save()
    application = ask_changes(world, questions=["budget", "devis", "devis", "invented"])
    assert application.status == ApplicationStatus.CHANGES_REQUESTED
    assert application.changes_questions == ["devis", "budget"]
    assert received("changes_asked") == {manager.user.email, author.user.email}


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": "  "},
        {"questions": []},
        {"questions": ["invented"]},
        {"due_on": timezone.localdate()},
    ],
    ids=str,
)
def test_asking_without_a_text_a_question_or_a_date_to_come_is_refused(wrong):
    world = an_evaluation()
    with pytest.raises(InvalidState):
        ask_changes(world, **wrong)
    world.application.refresh_from_db()
    assert world.application.status == ApplicationStatus.IN_REVIEW


def test_what_is_not_in_evaluation_is_not_sent_back():
    with pytest.raises(AlreadyMoved):
        ask_changes(an_evaluation(status=ApplicationStatus.SUBMITTED))


def test_agent_of_another_program_asks_nothing():
    with pytest.raises(PermissionDenied):
        ask_changes(an_evaluation(), actor=AgentFactory())


@pytest.mark.parametrize("waited", [0, 1, 12, 200])
def test_promised_decision_moves_on_by_the_days_that_the_body_waited(waited):
    world = an_evaluation(decision_due_on=dt.date(2026, 5, 1))
    asked_before(world, waited)
    application = lock_application(world.application)
    assert completion.note_completed(application) == waited
    application.refresh_from_db()
    assert application.status == ApplicationStatus.SUBMITTED
    assert application.decision_due_on == dt.date(2026, 5, 1) + dt.timedelta(days=waited)
    assert (application.changes_asked_at, application.changes_questions, application.changes_due_on) == (
        None,
        [],
        None,
    )


def test_days_are_those_of_the_region_and_not_of_greenwich():
    world = an_evaluation(decision_due_on=dt.date(2026, 5, 1))
    application = ask_changes(world)
    # 23:30 on 9 March, then 00:30 on 10 March, both of the region.
    application.changes_asked_at = dt.datetime(2026, 3, 10, 3, 30, tzinfo=dt.UTC)
    application.save()
    completion.note_completed(lock_application(application), now=dt.datetime(2026, 3, 10, 4, 30, tzinfo=dt.UTC))
    world.application.refresh_from_db()
    assert world.application.decision_due_on == dt.date(2026, 5, 2)


def test_completion_that_came_by_the_gestionnaires_tells_whoever_looks_after_it():
    world = an_evaluation()
    world.application.officer = world.officer
    world.application.save()
    ask_changes(world)
    Application.objects.update(status=ApplicationStatus.AWAITING_MANAGER)
    completion.note_completed(lock_application(world.application))
    assert received("application_moved") == {world.officer.email}


def test_officer_may_go_on_without_the_completion():
    world = an_evaluation(decision_due_on=dt.date(2026, 5, 1))
    asked_before(world, 3)
    application = completion.waive_changes(application=world.application, reason="Trop tard.", actor=world.officer)
    assert (application.status, application.decision_due_on) == (ApplicationStatus.SUBMITTED, dt.date(2026, 5, 4))
    with pytest.raises(AlreadyMoved):
        completion.waive_changes(application=world.application, reason="Trop tard.", actor=AdminFactory())


def test_asking_twice_moves_the_promise_on_twice():
    world = an_evaluation(decision_due_on=dt.date(2026, 5, 1))
    for days in (2, 3):
        asked_before(world, days)
        completion.note_completed(lock_application(world.application))
        Application.objects.update(status=ApplicationStatus.IN_REVIEW)
    world.application.refresh_from_db()
    assert world.application.decision_due_on == dt.date(2026, 5, 6)


# --- Reminders ------------------------------------------------------------------------------------


def reminders(world, *days: int) -> list[int]:
    """How many reminders leave on each of these days, counted from the date itself."""
    return [completion.remind_completions(today=in_days(10 + day)) for day in days]


def test_fiche_is_reminded_three_days_before_and_on_the_day_once_each():
    world = an_evaluation()
    manager = ManagerFactory(organization=world.application.organization)
    ask_changes(world)
    assert reminders(world, -4, -3, -3, -2, -1, 0, 0, 1, 5) == [0, 1, 0, 0, 0, 1, 0, 0, 0]
    assert OutgoingMessage.objects.filter(kind__endswith="changes_reminder", user=manager.user).count() == 2


def test_portal_that_was_off_on_the_day_reminds_when_it_is_back():
    world = an_evaluation()
    ask_changes(world)
    assert reminders(world, 2, 3) == [1, 0]


def test_late_completion_stands_out_and_is_never_refused():
    world = an_evaluation()
    ask_changes(world)
    completion.remind_completions(today=in_days(60))
    assert list(Application.objects.completion_late(in_days(60))) == [world.application]
    assert Application.objects.get().status == ApplicationStatus.CHANGES_REQUESTED
    assert not Application.objects.late(in_days(600)).exists()


def test_completed_or_withdrawn_application_reminds_nobody():
    world = an_evaluation()
    ask_changes(world)
    Application.objects.update(status=ApplicationStatus.WITHDRAWN, withdrawn_at=timezone.now())
    assert reminders(world, -3, 0) == [0, 0]
