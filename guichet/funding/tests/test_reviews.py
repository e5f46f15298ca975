"""Scoring: who is asked, what they may give, who reads it when, what the average is."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from guichet.accounts.tests.factories import AdminFactory, AgentFactory
from guichet.core.errors import InvalidState
from guichet.core.models import OutgoingMessage
from guichet.funding.enums import ApplicationStatus
from guichet.funding.models import Review
from guichet.funding.services import reviewing, reviews
from guichet.organizations.tests.factories import AccessFactory, ManagerFactory
from guichet.organizations.tests.test_concurrency import together

from .evaluating import an_evaluation, ask, give
from .factories import SubmittedFactory

pytestmark = pytest.mark.django_db


def score_of(world):
    world.application.refresh_from_db()
    return world.application.score


def close_ranking(world) -> None:
    world.call.ranking_closed_at = timezone.now()
    world.call.save()


# --- Blindness ------------------------------------------------------------------------------------


def test_nobody_reads_the_notes_of_others_before_the_last_is_done():
    world = an_evaluation()
    first, second, reader = AgentFactory(), AgentFactory(), AdminFactory()
    mine, theirs = ask(world, first, second)
    give(world, mine, "7.5", "10")

    def read_by(user):
        return {one.pk for one in reviews.readable_reviews(world.application, user)}

    assert read_by(first) == {mine.pk}
    assert read_by(second) == {theirs.pk}
    assert read_by(world.officer) == read_by(reader) == set()
    assert reviews.spread(world.application) == reviews.Spread(assigned=2, done=1, out_of=30)
    give(world, theirs, "2.5", "20")
    for user in (first, second, world.officer, reader):
        assert read_by(user) == {mine.pk, theirs.pk}


def test_average_and_spread_come_with_the_last_evaluation():
    world = an_evaluation()
    one, two = ask(world, AgentFactory(), AgentFactory())
    give(world, one, "7.5", "10")
    assert score_of(world) is None
    give(world, two, "2.5", "20")
    assert score_of(world) == Decimal("20.00")
    spread = reviews.spread(world.application)
    assert (spread.lowest, spread.highest, spread.gap, spread.is_complete) == (17.5, 22.5, 5, True)


def test_average_is_rounded_to_the_cent():
    world = an_evaluation()
    for review, points in zip(ask(world, *AgentFactory.create_batch(3)), ["1", "1", "0"], strict=True):
        give(world, review, points, "0")
    assert score_of(world) == Decimal("0.67")


def test_reopened_evaluation_takes_the_average_away_until_it_is_done_again():
    world = an_evaluation()
    [review] = ask(world, AgentFactory())
    give(world, review, "5", "5")
    reviews.reopen_review(review=review, reason="Un critère est oublié.", actor=world.officer)
    assert score_of(world) is None
    assert OutgoingMessage.objects.filter(kind__endswith="review_reopened", user=review.evaluator).exists()
    give(world, review, "6", "6")
    assert score_of(world) == 12


def test_evaluator_asked_later_takes_the_average_away_and_their_removal_gives_it_back():
    world = an_evaluation()
    [review] = ask(world, AgentFactory())
    give(world, review, "5", "5")
    [late] = ask(world, AgentFactory())
    assert score_of(world) is None
    reviews.remove_review(review=late, actor=world.officer)
    assert score_of(world) == 10


def test_finished_evaluation_is_not_removed():
    world = an_evaluation()
    [review] = ask(world, AgentFactory())
    give(world, review, "5", "5")
    with pytest.raises(InvalidState, match="rouvrez-la"):
        reviews.remove_review(review=review, actor=world.officer)


# --- What may be given ----------------------------------------------------------------------------


@pytest.mark.parametrize("points", ["-0.5", "10.5", "11", "7.25", "NaN", "Infinity"])
def test_note_out_of_bounds_or_not_in_halves_is_refused(points):
    world = an_evaluation()
    [review] = ask(world, AgentFactory())
    with pytest.raises(InvalidState, match="Pertinence"):
        give(world, review, points, "5", is_done=False)
    assert not review.notes.exists()


def test_draft_may_lack_notes_and_what_is_finished_may_not():
    world = an_evaluation()
    [review] = ask(world, AgentFactory())
    give(world, review, "0.5", None, is_done=False)
    with pytest.raises(InvalidState, match="Budget"):
        give(world, review, "0.5", None)
    assert give(world, review, "0", "20").is_done


def test_recommending_more_than_was_asked_is_refused():
    world = an_evaluation(requested=Decimal("1000.00"))
    [review] = ask(world, AgentFactory())
    with pytest.raises(InvalidState, match="dépasse"):
        give(world, review, "5", "5", recommended=Decimal("1000.01"))


def test_finished_evaluation_is_not_changed():
    world = an_evaluation()
    [review] = ask(world, AgentFactory())
    give(world, review, "5", "5")
    with pytest.raises(InvalidState, match="terminé"):
        give(world, review, "10", "20")


def test_nobody_scores_in_the_place_of_another():
    world = an_evaluation()
    [review] = ask(world, AgentFactory())
    for actor in (world.officer, AdminFactory(), ManagerFactory(organization=world.application.organization).user):
        with pytest.raises(PermissionDenied):
            give(world, review, "5", "5", actor=actor)


def test_evaluator_of_their_own_club_may_neither_be_asked_nor_score():
    world = an_evaluation()
    evaluator = AgentFactory()
    [review] = ask(world, evaluator)
    AccessFactory(user=evaluator, organization=world.application.organization)
    with pytest.raises(PermissionDenied):
        give(world, review, "10", "20")
    other = AgentFactory()
    AccessFactory(user=other, organization=world.application.organization)
    with pytest.raises(InvalidState, match="conflit d’intérêts"):
        ask(world, other)


def test_nothing_moves_once_the_ranking_is_closed():
    world = an_evaluation()
    evaluator = AgentFactory()
    done, open_one = ask(world, AgentFactory(), evaluator)
    give(world, done, "5", "5")
    close_ranking(world)
    attempts = [
        lambda: give(world, open_one, "5", "5"),
        lambda: ask(world, AgentFactory()),
        lambda: reviews.reopen_review(review=done, reason="x", actor=world.officer),
        lambda: reviews.remove_review(review=open_one, actor=world.officer),
        lambda: reviews.distribute(
            call=world.call, evaluators=[AgentFactory()], per_application=None, actor=world.officer
        ),
    ]
    world.application.call.refresh_from_db()
    world.call.refresh_from_db()
    for attempt in attempts:
        with pytest.raises(InvalidState, match="classement de cet appel est fermé"):
            attempt()
    reviewing.declare_conflict(application=world.application, reason="x", actor=evaluator)
    assert Review.objects.filter(pk=open_one.pk).exists()


@pytest.mark.parametrize("status", [ApplicationStatus.REFUSED, ApplicationStatus.WAITLISTED])
def test_what_is_decided_is_scored_no_more(status):
    world = an_evaluation()
    [review] = ask(world, AgentFactory())
    world.application.status = status
    world.application.save()
    with pytest.raises(InvalidState, match="n’est pas en évaluation"):
        give(world, review, "5", "5")


# --- Distribution ---------------------------------------------------------------------------------


def test_every_evaluator_gets_every_application_but_those_of_their_conflicts():
    world = an_evaluation()
    other = SubmittedFactory(call=world.call)
    first, second = AgentFactory.create_batch(2)
    AccessFactory(user=second, organization=other.organization)
    result = reviews.distribute(call=world.call, evaluators=[first, second], per_application=None, actor=world.officer)
    assert {user: len(asked) for user, asked in result.by_evaluator.items()} == {first: 2, second: 1}
    assert OutgoingMessage.objects.filter(kind__endswith="reviews_assigned").count() == 2
    again = reviews.distribute(call=world.call, evaluators=[first, second], per_application=None, actor=world.officer)
    assert again.by_evaluator == {}


def test_shares_are_even_and_go_around_conflicts():
    world = an_evaluation()
    rest = SubmittedFactory.create_batch(5, call=world.call)
    people = AgentFactory.create_batch(3)
    AccessFactory(user=people[0], organization=rest[0].organization)
    reviewing.declare_conflict(application=rest[1], reason="x", actor=people[1])
    result = reviews.distribute(call=world.call, evaluators=people, per_application=2, actor=world.officer)
    assert {len(asked) for asked in result.by_evaluator.values()} == {4}
    assert result.short == []
    assert all(one.reviews.count() == 2 for one in [world.application, *rest])


def test_application_that_has_too_few_evaluators_is_told():
    world = an_evaluation()
    people = AgentFactory.create_batch(2)
    AccessFactory(user=people[0], organization=world.application.organization)
    result = reviews.distribute(call=world.call, evaluators=people, per_application=2, actor=world.officer)
    assert result.short == [world.application]
    assert world.application.reviews.count() == 1


def test_agent_of_another_program_distributes_nothing():
    world = an_evaluation()
    with pytest.raises(PermissionDenied):
        reviews.distribute(call=world.call, evaluators=[], per_application=None, actor=AgentFactory())


@pytest.mark.django_db(transaction=True)
def test_two_evaluators_finishing_at_once_leave_the_average_of_both():
    world = an_evaluation()
    one, two = ask(world, AgentFactory(), AgentFactory())
    results = together(lambda: give(world, one, "10", "20"), lambda: give(world, two, "0", "0"))
    assert all(isinstance(result, Review) for result in results), results
    assert score_of(world) == 15
