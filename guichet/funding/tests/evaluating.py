"""A call with its grid, whoever works on it, and applications in evaluation, for the tests of this part."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from guichet.accounts.models import User
from guichet.accounts.tests.factories import AgentFactory
from guichet.funding.enums import ApplicationStatus
from guichet.funding.models import Application, Call, Criterion, Review
from guichet.funding.services import reviews
from guichet.funding.services.reviews import Given

from .factories import CallFactory, SubmittedFactory


@dataclass
class Evaluation:
    """A call, its officer, one application in evaluation, its two criteria (10 and 20 points)."""

    call: Call
    officer: User
    application: Application
    criteria: list[Criterion]


def an_evaluation(**values) -> Evaluation:
    """Ready to be scored."""
    call = CallFactory()
    officer = AgentFactory(first_name="Odile", last_name="Roy")
    call.program.officers.add(officer)
    criteria = [
        Criterion.objects.create(call=call, title="Pertinence", points=10, sort_order=0),
        Criterion.objects.create(call=call, title="Budget", points=20, sort_order=1),
    ]
    values = {"status": ApplicationStatus.IN_REVIEW, **values}
    return Evaluation(call, officer, SubmittedFactory(call=call, **values), criteria)


def ask(evaluation: Evaluation, *people: User) -> list[Review]:
    """Ask these people for their opinion."""
    return reviews.assign(application=evaluation.application, evaluators=people, actor=evaluation.officer)


def give(evaluation: Evaluation, review: Review, *points: str | None, is_done: bool = True, **values) -> Review:
    """Score, as the evaluator."""
    given = {
        criterion.pk: Given(None if one is None else Decimal(one), "")
        for criterion, one in zip(evaluation.criteria, points, strict=True)
    }
    return reviews.save_review(
        review=review,
        given=given,
        comment=values.get("comment", ""),
        recommended=values.get("recommended"),
        is_done=is_done,
        actor=values.get("actor", review.evaluator),
    )
