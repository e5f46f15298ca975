"""An application in the body's hands: who takes it in, looks after it, follows it, or may not know of it."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from guichet.accounts.tests.factories import AdminFactory, AgentFactory
from guichet.core.errors import InvalidState
from guichet.core.models import Event, OutgoingMessage
from guichet.funding import perms
from guichet.funding.enums import ApplicationStatus
from guichet.funding.models import Application, Conflict, Label, Review
from guichet.funding.services import reviewing
from guichet.funding.services.base import AlreadyMoved
from guichet.organizations.tests.factories import AccessFactory, ManagerFactory
from guichet.organizations.tests.test_concurrency import together

from .evaluating import an_evaluation, ask, give

pytestmark = pytest.mark.django_db


def received(user) -> list[str]:
    """The sorts of e-mails that somebody got."""
    return [one.kind.rpartition("/")[2] for one in OutgoingMessage.objects.filter(user=user).order_by("pk")]


def submitted():
    return an_evaluation(status=ApplicationStatus.SUBMITTED)


def test_taking_in_moves_the_application_and_gives_it_to_whoever_took_it():
    world = submitted()
    taken = reviewing.take_in(application=world.application, actor=world.officer)
    assert (taken.status, taken.officer) == (ApplicationStatus.IN_REVIEW, world.officer)


def test_taking_in_leaves_an_application_to_whoever_looked_after_it():
    world = submitted()
    other = AdminFactory()
    reviewing.set_officer(application=world.application, officer=other, actor=world.officer)
    assert reviewing.take_in(application=world.application, actor=world.officer).officer == other
    assert received(other) == ["application_entrusted", "application_moved"]


def test_application_that_somebody_took_in_is_not_taken_in_again():
    world = submitted()
    reviewing.take_in(application=world.application, actor=world.officer)
    with pytest.raises(AlreadyMoved, match="En évaluation"):
        reviewing.take_in(application=world.application, actor=AdminFactory())


@pytest.mark.parametrize("verb", ["take_in", "note", "labels", "officer"])
def test_agent_of_another_program_and_people_of_the_fiche_may_not_work_on_it(verb):
    world = submitted()
    for actor in (AgentFactory(), ManagerFactory(organization=world.application.organization).user):
        with pytest.raises(PermissionDenied):
            {
                "take_in": lambda who=actor: reviewing.take_in(application=world.application, actor=who),
                "note": lambda who=actor: reviewing.add_note(application=world.application, text="x", actor=who),
                "labels": lambda who=actor: reviewing.set_labels(application=world.application, labels=[], actor=who),
                "officer": lambda who=actor: reviewing.set_officer(
                    application=world.application, officer=None, actor=who
                ),
            }[verb]()


def test_application_is_not_entrusted_to_who_may_not_work_on_it():
    world = submitted()
    with pytest.raises(InvalidState, match="ne peut pas s’en occuper"):
        reviewing.set_officer(application=world.application, officer=AgentFactory(), actor=world.officer)


def test_labels_are_those_that_were_chosen_last():
    world = submitted()
    first, second = Label.objects.create(name="à visiter"), Label.objects.create(name="première demande")
    reviewing.set_labels(application=world.application, labels=[first], actor=world.officer)
    reviewing.set_labels(application=world.application, labels=[second], actor=world.officer)
    assert list(world.application.labels.all()) == [second]


def test_whoever_follows_is_told_of_what_others_do_until_they_stop():
    world = submitted()
    follower = AgentFactory()
    reviewing.follow(application=world.application, actor=follower)
    reviewing.take_in(application=world.application, actor=world.officer)
    assert received(follower) == ["application_moved"]
    assert received(world.officer) == []
    reviewing.unfollow(application=world.application, actor=follower)
    assert not world.application.follows.exists()


def test_what_staff_alone_read_is_no_event_of_the_application():
    world = submitted()
    reviewing.add_note(application=world.application, text="Client difficile.", actor=world.officer)
    reviewing.take_in(application=world.application, actor=world.officer)
    about = {event.verb for event in Event.objects.about(world.application)}
    assert about == {"funding.application_taken_in"}
    assert {event.verb for event in reviewing.staff_timeline(world.application)} == about | {"funding.note_added"}


# --- Conflicts of interest ------------------------------------------------------------------------


def test_evaluator_with_an_access_to_the_fiche_is_in_conflict_while_it_is_active():
    world = submitted()
    member = AccessFactory(organization=world.application.organization)
    member.user.is_staff = True
    member.user.save()
    assert perms.has_conflict(member.user, world.application)
    member.status = "deactivated"
    member.save()
    assert not perms.has_conflict(member.user, world.application)


def test_declared_conflict_takes_the_application_and_the_evaluation_away():
    world = an_evaluation()
    evaluator = AgentFactory()
    reviewing.follow(application=world.application, actor=evaluator)
    [review] = ask(world, evaluator)
    give(world, review, "5", "10")
    world.application.refresh_from_db()
    assert world.application.score == 15
    reviewing.declare_conflict(application=world.application, reason="Ma sœur y est.", actor=evaluator)
    world.application.refresh_from_db()
    assert world.application.score is None
    assert not Review.objects.exists()
    assert not world.application.follows.exists()
    assert not perms.can_open_dossier(evaluator, world.application)


def test_officer_who_declares_a_conflict_no_longer_looks_after_it():
    world = submitted()
    reviewing.take_in(application=world.application, actor=world.officer)
    reviewing.declare_conflict(application=world.application, reason="Voisin.", actor=world.officer)
    assert Application.objects.get().officer is None
    with pytest.raises(PermissionDenied):
        reviewing.add_note(application=world.application, text="x", actor=world.officer)


def test_conflict_is_lifted_by_somebody_else_alone():
    world = submitted()
    conflict = reviewing.declare_conflict(application=world.application, reason="Voisin.", actor=world.officer)
    with pytest.raises(PermissionDenied):
        reviewing.lift_conflict(conflict=conflict, actor=world.officer)
    reviewing.lift_conflict(conflict=conflict, actor=AdminFactory())
    assert not Conflict.objects.exists()
    with pytest.raises(InvalidState, match="déjà levé"):
        reviewing.lift_conflict(conflict=conflict, actor=AdminFactory())


@pytest.mark.django_db(transaction=True)
def test_two_officers_taking_in_at_once_one_wins_and_the_other_is_told():
    world = submitted()
    second = AdminFactory()
    results = together(
        lambda: reviewing.take_in(application=world.application, actor=world.officer),
        lambda: reviewing.take_in(application=world.application, actor=second),
    )
    assert sum(isinstance(one, Application) for one in results) == 1
    assert sum(isinstance(one, AlreadyMoved) for one in results) == 1
    assert Event.objects.filter(verb="funding.application_taken_in").count() == 1
