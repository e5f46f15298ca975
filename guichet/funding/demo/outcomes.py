"""What the body did with the demo's applications: looked at them, scored them, decided, announced."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Decimal

from django.utils import timezone
from django.utils.formats import date_format

from guichet.accounts.models import User
from guichet.organizations.demo.moments import DAY

from ..enums import STATUS_OF, Outcome, ReviewState
from ..models import (
    AnnouncementRow,
    AnnouncementRun,
    Call,
    Criterion,
    CriterionNote,
    Decision,
    DecisionReason,
    Letter,
    Review,
)
from ..schema import format_amount
from ..services.decisions import in_words
from ..services.envelope import ZERO, cut
from ..services.letters import write_letter
from .applications import Timeline, Told
from .plans import DECIDED, EVALUATED, GRANTS, PREPARED, S

COMMENTS = [
    "Projet clair, budget réaliste.",
    "Le besoin est bien démontré; les partenaires sont engagés.",
    "Bonne idée, mais la suite du projet reste vague.",
    "Peu de personnes rejointes pour le montant demandé.",
    "Première demande de cet organisme : à encourager.",
]
CONDITIONS = ["", "", "", "Remettre les trois soumissions avant le premier versement.", "Afficher le logo de LSCQ."]
ASKED = "La résolution n’est pas signée, et une soumission manque. Joignez-les, s’il vous plaît."
WORDS = {
    Outcome.REFUSED: "Le comité a apprécié votre projet. D’autres, mieux notés, ont pris toute l’enveloppe.",
    Outcome.WAITLISTED: "Votre projet est bon : il sera aidé si une somme se libère.",
}
# Most of the evaluators are done with those that wait for a decision; of these, one in three waits for somebody.
REVIEWED = {*DECIDED, PREPARED}


@dataclass
class Desk:
    """What the body's employees write, to be written together."""

    chance: random.Random
    timeline: Timeline
    agent: User
    evaluators: list[User]
    reasons: list[DecisionReason]
    criteria: dict[int, list[Criterion]] = field(default_factory=lambda: defaultdict(list))
    spent: dict[int, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    reviews: list[Review] = field(default_factory=list)
    notes: list[CriterionNote] = field(default_factory=list)
    decisions: list[tuple[Told, Decision]] = field(default_factory=list)

    def __post_init__(self) -> None:
        for criterion in Criterion.objects.all():
            self.criteria[criterion.call_id].append(criterion)

    def look_at(self, told: Told) -> None:
        """Take it in, ask for more, score it, decide: as far as it has come."""
        fate = told.plan.fate
        if fate not in EVALUATED:
            return
        told.row.officer = self.agent
        self.timeline.add("application_taken_in", told.row, told.plan.after(3), self.agent)
        if fate == S.CHANGES_REQUESTED:
            self._ask_changes(told)
            return
        self._review(told, is_done=fate in REVIEWED or self.chance.random() < 0.6)
        if fate in REVIEWED:
            self._decide(told)

    def _ask_changes(self, told: Told) -> None:
        row, at = told.row, told.plan.after(12)
        row.changes_asked_at = at
        row.changes_text = ASKED
        row.changes_questions = [file.question for file in told.files][:2]
        row.changes_due_on = timezone.localdate() + self.chance.choice([-2, 4, 8]) * DAY
        row.changes_reminded_on = timezone.localdate()
        self.timeline.add(
            "changes_asked", row, at, self.agent, reason=ASKED, due_on=date_format(row.changes_due_on, "DATE_FORMAT")
        )

    def _review(self, told: Told, *, is_done: bool) -> None:
        row, at = told.row, told.plan.after(12)
        merit, totals = self.chance.uniform(0.55, 0.95), []
        for number, evaluator in enumerate(self.evaluators):
            finished = is_done or number == 0
            review = Review(
                application=row,
                evaluator=evaluator,
                state=ReviewState.DONE if finished else ReviewState.DRAFT,
                comment=self.chance.choice(COMMENTS) if finished else "",
                assigned_by=self.agent,
                assigned_at=told.plan.after(4),
                done_at=at if finished else None,
            )
            self.reviews.append(review)
            if finished:
                self.timeline.add_for_staff("review_done", row, at, evaluator)
                totals.append(self._note(review, merit))
        if is_done:
            row.score = (sum(totals) / len(totals)).quantize(Decimal("0.01"))

    def _note(self, review: Review, merit: float) -> Decimal:
        total = ZERO
        for criterion in self.criteria[review.application.call_id]:
            half_points = round(2 * criterion.points * min(merit + self.chance.uniform(-0.15, 0.15), 1))
            points = Decimal(half_points) / 2
            self.notes.append(CriterionNote(review=review, criterion=criterion, points=points))
            total += points
        return total

    # --- Decisions ----------------------------------------------------------------------------------

    def _decide(self, told: Told) -> None:
        row, plan = told.row, told.plan
        outcome = Outcome.ACCEPTED if plan.fate in GRANTS | {PREPARED} else _OUTCOMES[plan.status]
        amount = self._amount(told) if outcome == Outcome.ACCEPTED else ZERO
        decision = Decision(
            application=row,
            outcome=outcome,
            amount=amount,
            conditions=self.chance.choice(CONDITIONS) if amount else "",
            words=WORDS.get(outcome, ""),
            instalments=cut(plan.call, amount) if amount else [],
            decided_by=self.agent,
            decided_at=plan.after(18),
        )
        words = in_words(outcome, amount)
        self.timeline.add_for_staff("decision_prepared", row, decision.decided_at, self.agent, decision=words)
        self.decisions.append((told, decision))
        if plan.fate == PREPARED:
            return
        decision.announced_at = row.announced_at = plan.after(25)
        row.granted = amount if decision.is_grant else None
        data = {"amount": format_amount(amount)} if decision.is_grant else {}
        self.timeline.add(f"application_{STATUS_OF[outcome]}", row, row.announced_at, self.agent, **data)

    def _amount(self, told: Told) -> Decimal:
        """Most of what was asked, and never more than what is left of the envelope."""
        call, asked = told.plan.call, told.row.requested
        amount = (asked * self.chance.choice([70, 80, 90, 100, 100]) / 1000).quantize(Decimal(1), ROUND_DOWN) * 10
        amount = min(amount, call.envelope - self.spent[call.pk]).quantize(Decimal("0.01"))
        self.spent[call.pk] += amount
        return amount

    def write(self) -> None:
        """Write it all."""
        Review.objects.bulk_create(self.reviews)
        CriterionNote.objects.bulk_create(self.notes)
        Decision.objects.bulk_create(decision for _told, decision in self.decisions)
        self._write_reasons()
        announced = [(told, decision) for told, decision in self.decisions if decision.is_announced]
        Letter.objects.bulk_create(self._letter(told, decision) for told, decision in announced)
        by_call: dict[Call, list[Decision]] = defaultdict(list)
        for told, decision in announced:
            by_call[told.plan.call].append(decision)
        for call, decisions in by_call.items():
            self._write_run(call, decisions)

    def _write_reasons(self) -> None:
        refused = [decision for _told, decision in self.decisions if not decision.is_grant]
        links = []
        for decision in refused:
            reason = self.chance.choice(self.reasons)
            decision.next_step = reason.next_step
            links.append(Decision.reasons.through(decision=decision, decisionreason=reason))
        Decision.objects.bulk_update(refused, ["next_step"])
        Decision.reasons.through.objects.bulk_create(links)

    def _letter(self, told: Told, decision: Decision) -> Letter:
        decision.application = told.row
        letter = write_letter(decision)
        letter.dated_on = timezone.localdate(decision.announced_at)
        return letter

    def _write_run(self, call: Call, decisions: list[Decision]) -> None:
        last = max(decision.announced_at for decision in decisions)
        run = AnnouncementRun.objects.create(
            call=call, started_by=self.agent, started_at=last, heartbeat_at=last, finished_at=last
        )
        AnnouncementRow.objects.bulk_create(
            AnnouncementRow(run=run, decision=decision, done_at=decision.announced_at) for decision in decisions
        )


_OUTCOMES = {S.REFUSED: Outcome.REFUSED, S.WAITLISTED: Outcome.WAITLISTED}
