"""A call with its grid, whoever works on it, and applications in evaluation, for the tests of this part."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone

from guichet.accounts.models import User
from guichet.accounts.tests.factories import AgentFactory
from guichet.core.models import OutgoingMessage
from guichet.funding.enums import ApplicationStatus
from guichet.funding.models import Application, Call, Criterion, Opinion, Review
from guichet.funding.services import opinions, reviews
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


EXPERT = "luce@example.org"


def ask_opinion(evaluation: Evaluation, **values) -> tuple[Opinion, str]:
    """Ask an expert, who sees the first section alone; return the opinion and the token of its link."""
    application = evaluation.application
    values = {
        "submission": opinions.last_submission(application),
        "name": "Luce Gagnon",
        "email": EXPERT,
        "question": "Le matériel convient-il?",
        "sections": ["projet"],
        "files": [],
        "due_on": timezone.localdate() + dt.timedelta(days=10),
        "actor": evaluation.officer,
        **values,
    }
    opinion = opinions.ask_opinion(application=application, **values)
    return opinion, link_sent(opinion.email)


def link_sent(email: str = EXPERT) -> str:
    """The token of the last link that this person got."""
    text = OutgoingMessage.objects.filter(to=email).latest("pk").text
    return re.search(r"/avis-externe/([\w-]+)/", text)[1]


def give_opinion(opinion: Opinion, **values) -> Opinion:
    """Promise, then answer."""
    opinions.declare(opinion=opinion)
    return opinions.give_opinion(opinion=opinion, **{"recommendation": "reserved", "text": "Trop petit.", **values})
