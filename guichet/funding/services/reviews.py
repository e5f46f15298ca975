"""Scoring: who evaluates what, blind until all are done; then the average and the spread."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from guichet.core.errors import InvalidState
from guichet.core.events import record
from guichet.organizations.models import Access

from .. import perms
from ..enums import OPEN_TO_REVIEWS, ReviewState
from ..messages import evaluating as messages
from ..models import Application, Call, Conflict, Criterion, CriterionNote, Review
from .base import dossier_of, lock_application, require

HALF = Decimal("0.5")
CENT = Decimal("0.01")


class Given(NamedTuple):
    """What an evaluator gives on one criterion; no points: not yet."""

    points: Decimal | None
    comment: str


@dataclass(frozen=True)
class Spread:
    """How far the finished evaluations of an application are from one another; nothing else of them before the end."""

    assigned: int
    done: int
    out_of: int
    average: Decimal | None = None
    lowest: Decimal | None = None
    highest: Decimal | None = None

    @property
    def is_complete(self) -> bool:
        """All who were asked are done: what they gave may be read."""
        return self.assigned > 0 and self.done == self.assigned

    @property
    def gap(self) -> Decimal | None:
        """Between the highest and the lowest total."""
        return None if self.highest is None else self.highest - self.lowest


@dataclass
class Distribution:
    """What a distribution did: evaluations by evaluator, and the applications that have too few."""

    by_evaluator: dict[Any, list[Application]] = field(default_factory=dict)
    short: list[Application] = field(default_factory=list)


def spread(application: Application) -> Spread:
    """Where the evaluations of an application stand; totals only once they are all done."""
    reviews = list(application.reviews.prefetch_related("notes"))
    out_of = sum(application.call.criteria.values_list("points", flat=True))
    done = [review for review in reviews if review.is_done]
    if not reviews or len(done) < len(reviews):
        return Spread(len(reviews), len(done), out_of)
    totals = [total_of(review) for review in done]
    average = (sum(totals) / len(totals)).quantize(CENT)
    return Spread(len(reviews), len(done), out_of, average, min(totals), max(totals))


def total_of(review: Review) -> Decimal:
    """The sum of what it gives."""
    return sum((note.points or Decimal(0) for note in review.notes.all()), Decimal(0))


def refresh_score(application: Application) -> None:
    """Write the average once everybody is done, and nothing before; the caller holds the application's lock."""
    score = spread(application).average
    if application.score != score:
        application.score = score
        application.save(update_fields=["score"])


def readable_reviews(application: Application, user) -> list[Review]:
    """The evaluations that this person may read: all once all are done, before that their own."""
    reviews = list(application.reviews.select_related("evaluator").prefetch_related("notes__criterion"))
    if all(review.is_done for review in reviews):
        return reviews
    return [review for review in reviews if review.evaluator_id == user.pk]


def lock_open(application: Application) -> Application:
    """The application, locked. Raises InvalidState once its ranking is closed, or out of evaluation."""
    application = lock_application(application)
    if application.call.ranking_closed_at is not None:
        raise InvalidState(_("Le classement de cet appel est fermé : les évaluations ne changent plus."))
    if application.status not in OPEN_TO_REVIEWS:
        raise InvalidState(
            _("Cette demande n’est pas en évaluation : elle est « %(status)s ».")
            % {"status": application.get_status_display()}
        )
    return application


def _lock_review(review: Review) -> Review:
    application = lock_open(review.application)
    locked = Review.objects.select_for_update(of=("self",)).select_related("evaluator").filter(pk=review.pk).first()
    if locked is None:
        raise InvalidState(_("Cette évaluation a été retirée entre-temps."))
    locked.application = application
    return locked


@transaction.atomic
def assign(*, application: Application, evaluators: Iterable, actor, tell: bool = True) -> list[Review]:
    """Ask these employees to evaluate; those who are asked already stay. Return the new evaluations.

    Raises PermissionDenied, or InvalidState for a conflict of interest: nobody is asked then.
    """
    application = lock_open(application)
    require(perms.can_work_on(actor, application))
    asked = set(application.reviews.values_list("evaluator", flat=True))
    new = []
    for evaluator in evaluators:
        if evaluator.pk in asked:
            continue
        if not perms.can_open_dossier(evaluator, application):
            raise InvalidState(_("%(person)s est en conflit d’intérêts avec cette demande.") % {"person": evaluator})
        new.append(Review.objects.create(application=application, evaluator=evaluator, assigned_by=actor))
        record(verb="funding.review_assigned", actor=actor, subject=dossier_of(application), person=evaluator)
        if tell and evaluator != actor:
            messages.reviews_assigned(evaluator, application=application)
    refresh_score(application)
    return new


@transaction.atomic
def remove_review(*, review: Review, actor) -> None:
    """Ask no more for this opinion. What is finished is reopened first, so that no note disappears unseen."""
    review = _lock_review(review)
    require(perms.can_work_on(actor, review.application))
    if review.is_done:
        raise InvalidState(_("Cette évaluation est terminée : rouvrez-la avant de la retirer."))
    application = review.application
    record(verb="funding.review_removed", actor=actor, subject=dossier_of(application), person=review.evaluator)
    review.delete()
    refresh_score(application)


@transaction.atomic
def save_review(
    *,
    review: Review,
    given: Mapping[int, Given],
    comment: str,
    recommended: Decimal | None,
    is_done: bool,
    actor,
) -> Review:
    """Write what the evaluator gives, by criterion; ``is_done``: finish.

    Raises PermissionDenied for anybody else, or InvalidState: a finished evaluation, a note out of bounds, a
    criterion without a note when finishing.
    """
    review = _lock_review(review)
    require(perms.can_review(actor, review))
    if review.is_done:
        raise InvalidState(_("Vous avez terminé cette évaluation. L’agent du programme peut la rouvrir."))
    application = review.application
    criteria = list(application.call.criteria.all())
    for criterion in criteria:
        points, about = given.get(criterion.pk, Given(None, ""))
        problem = why_not(criterion, points, is_done=is_done)
        if problem:
            raise InvalidState(problem)
        CriterionNote.objects.update_or_create(
            review=review, criterion=criterion, defaults={"points": points, "comment": about.strip()}
        )
    if recommended is not None and application.requested is not None and recommended > application.requested:
        raise InvalidState(_("Le montant recommandé dépasse le montant demandé."))
    review.comment, review.recommended = comment.strip(), recommended
    if is_done:
        review.state, review.done_at = ReviewState.DONE, timezone.now()
    review.save(update_fields=["comment", "recommended", "state", "done_at"])
    if is_done:
        refresh_score(application)
        event = record(verb="funding.review_done", actor=actor, subject=dossier_of(application))
        if spread(application).is_complete:
            messages.moved(application, event)
    return review


def why_not(criterion: Criterion, points: Decimal | None, *, is_done: bool) -> str:
    """What is wrong with a note, in a sentence; nothing when it may be kept."""
    if points is None:
        return _("Donnez une note à « %(criterion)s ».") % {"criterion": criterion} if is_done else ""
    if not points.is_finite() or not 0 <= points <= criterion.points:
        return _("La note de « %(criterion)s » va de 0 à %(points)d.") % {
            "criterion": criterion,
            "points": criterion.points,
        }
    if points % HALF:
        return _("La note de « %(criterion)s » se donne en points ou en demi-points.") % {"criterion": criterion}
    return ""


@transaction.atomic
def reopen_review(*, review: Review, reason: str, actor) -> Review:
    """Give a finished evaluation back to its evaluator: the average is gone until it is finished again."""
    review = _lock_review(review)
    require(perms.can_work_on(actor, review.application))
    if not review.is_done:
        raise InvalidState(_("Cette évaluation est déjà ouverte."))
    review.state, review.done_at = ReviewState.DRAFT, None
    review.save(update_fields=["state", "done_at"])
    refresh_score(review.application)
    record(
        verb="funding.review_reopened",
        actor=actor,
        subject=dossier_of(review.application),
        person=review.evaluator,
        reason=reason.strip(),
    )
    messages.review_reopened(review.evaluator, application=review.application, reason=reason.strip())
    return review


def distribute(*, call: Call, evaluators: Iterable, per_application: int | None, actor) -> Distribution:
    """Ask for opinions on every application of a call: of all the evaluators, or of so many each, evenly.

    Conflicts of interest are gone around. Each application is its own transaction: one that moved meanwhile does
    not hold back the others. Raises PermissionDenied, or InvalidState once the ranking is closed.
    """
    require(perms.can_run_program(actor, call.program))
    if call.ranking_closed_at is not None:
        raise InvalidState(_("Le classement de cet appel est fermé : les évaluations ne changent plus."))
    evaluators = list(evaluators)
    applications = list(
        call.applications.filter(status__in=OPEN_TO_REVIEWS).order_by("submitted_at", "pk").prefetch_related("reviews")
    )
    barred = _barred(applications, evaluators)
    load = Counter(Review.objects.filter(application__in=applications).values_list("evaluator", flat=True))
    result = Distribution()
    for application in applications:
        asked = {review.evaluator_id for review in application.reviews.all()}
        free = [one for one in evaluators if one.pk not in asked and (one.pk, application.pk) not in barred]
        # The least burdened first.
        free.sort(key=lambda one: load[one.pk])
        missing = len(evaluators) if per_application is None else max(per_application - len(asked), 0)
        chosen = free[:missing]
        if per_application is not None and len(chosen) < missing:
            result.short.append(application)
        try:
            new = assign(application=application, evaluators=chosen, actor=actor, tell=False) if chosen else []
        except InvalidState:
            result.short.append(application)
            continue
        for review in new:
            load[review.evaluator_id] += 1
            result.by_evaluator.setdefault(review.evaluator, []).append(application)
    with transaction.atomic():
        for evaluator, asked_of in result.by_evaluator.items():
            if evaluator != actor:
                messages.reviews_assigned(evaluator, application=asked_of[0], count=len(asked_of))
    return result


def _barred(applications: list[Application], evaluators: list) -> set[tuple[int, int]]:
    """The pairs of a conflict of interest: (evaluator, application)."""
    declared = set(
        Conflict.objects.filter(application__in=applications, user__in=evaluators).values_list("user", "application")
    )
    members = set(
        Access.objects.filter(user__in=evaluators, organization__applications__in=applications)
        .active()
        .values_list("user", "organization__applications")
    )
    return declared | members


def possible_evaluators():
    """Employees who may be asked for an opinion."""
    return get_user_model().objects.filter(is_active=True, is_staff=True).order_by("last_name", "first_name", "pk")
