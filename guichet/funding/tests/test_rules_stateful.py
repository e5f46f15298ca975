"""DESIGN, sections 2 and 4, whatever people do with applications in whatever order: random walks against the rules."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import hypothesis.strategies as st
import pytest
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis.stateful import precondition, rule, run_state_machine_as_test

from guichet.core.models import Event, OutgoingMessage
from guichet.funding import services
from guichet.funding.enums import (
    FOLLOWED,
    AmendmentSubject,
    ApplicationStatus,
    Outcome,
    PaymentMethod,
)
from guichet.funding.models import (
    Amendment,
    AnnouncementRun,
    Application,
    Decision,
    Letter,
    Payment,
    Review,
)
from guichet.funding.schema import digest
from guichet.funding.services import (
    agreements,
    completion,
    decision_announcing,
    decisions,
    reviewing,
    reviews,
)
from guichet.funding.services.reviews import Given

from .factories import ANSWERS
from .walks import (
    CLIENTS,
    EVERYBODY,
    FICHES,
    MAXIMUM,
    MAY,
    World,
    budget,
    cents,
    late,
    number,
    percents,
    when,
    who_of,
)

S = ApplicationStatus
HAND_ON = [
    services.submit_report,
    services.send_report_to_managers,
    services.give_back_report,
    services.return_report,
    services.extend_report,
]


class Applications(World):
    """From the draft to the archives, at random."""

    # --- Writing and handing in

    @rule(who=who_of(services.start_application), place=st.integers(0, FICHES - 1), is_late=late)
    def start(self, who, place, is_late):
        """One application a fiche, whoever starts, however often."""
        self.attempt(
            services.start_application,
            who,
            actor=self.person(who, place=place),
            call=self.call,
            organization=self.fiches[place],
            now=self.moment(is_late),
        )
        live = Application.objects.live().filter(organization=self.fiches[place])
        assert live.count() <= 1

    @when(S.DRAFT, S.CHANGES_REQUESTED)
    @rule(who=who_of(services.save_answers), which=number, asked=st.one_of(st.none(), cents))
    def save(self, who, which, asked):
        """Ask for another amount; nothing asked: empty the project's name."""
        if (application := self.some(which, S.DRAFT, S.CHANGES_REQUESTED)) is not None:
            answers = {"budget": budget(asked)} if asked else {name: ANSWERS[name] for name in ("resume", "jeunes")}
            if asked is None:
                answers["nom"] = "" if which % 3 else "Patins"
            base = {key: digest(application.answers.get(key)) for key in answers}
            section = "budget" if asked else "projet"
            self.attempt(services.save_answers, who, application, section_key=section, answers=answers, base=base)

    @when(S.DRAFT, S.CHANGES_REQUESTED)
    @rule(who=who_of(services.send_to_managers), which=number, is_late=late)
    def send(self, who, which, is_late):
        """To the gestionnaires."""
        if (application := self.some(which, S.DRAFT, S.CHANGES_REQUESTED)) is not None:
            self.attempt(services.send_to_managers, who, application, now=self.moment(is_late))

    @when(S.AWAITING_MANAGER)
    @rule(who=who_of(services.return_application), which=number)
    def give_back(self, who, which):
        """From the gestionnaires."""
        if (application := self.some(which, S.AWAITING_MANAGER)) is not None:
            self.attempt(services.return_application, who, application, remark="Le total.")

    @when(S.DRAFT, S.AWAITING_MANAGER, S.CHANGES_REQUESTED)
    @rule(who=who_of(services.submit), which=number, is_late=late)
    def submit(self, who, which, is_late):
        """In time, or with more time; a completion is never late."""
        application = self.some(which, S.DRAFT, S.AWAITING_MANAGER, S.CHANGES_REQUESTED)
        if application is None:
            return
        before = application.submissions.count()
        self.attempt(services.submit, who, application, statement="Vrai.", received_at=self.moment(is_late))
        if application.submissions.count() > before:
            assert not is_late or application.is_completion or application.organization_id in self.extended

    @when(S.DRAFT, S.SUBMITTED, S.IN_REVIEW)
    @rule(who=who_of(services.withdraw), which=number)
    def withdraw(self, who, which):
        """A draft by whoever writes it."""
        if which % 2 and (application := self.some(which, S.DRAFT, S.SUBMITTED, S.IN_REVIEW)) is not None:
            may = MAY[services.withdraw] | (CLIENTS if application.status == S.DRAFT else set())
            self.attempt(services.withdraw, who, application, reason="Plus besoin.", may=may)

    @rule(who=who_of(services.grant_extension), place=st.integers(0, FICHES - 1))
    def extend(self, who, place):
        """More time, for one fiche."""
        values = {"organization": self.fiches[place], "until": self.moment(True) + dt.timedelta(hours=1)}
        actor = self.person(who, place=place)
        if self.attempt(services.grant_extension, who, call=self.call, actor=actor, reason="Panne.", **values):
            self.extended.add(self.fiches[place].pk)

    # --- Evaluating

    @when(S.SUBMITTED)
    @rule(who=who_of(reviewing.take_in), which=number)
    def take_in(self, who, which):
        """By who runs the programme."""
        if (application := self.some(which, S.SUBMITTED)) is not None:
            self.attempt(reviewing.take_in, who, application)

    @when(S.IN_REVIEW)
    @rule(who=who_of(completion.ask_changes), which=number)
    def ask_for_more(self, who, which):
        """« À compléter »."""
        if (application := self.some(which, S.IN_REVIEW)) is not None:
            tomorrow = timezone.localdate() + dt.timedelta(days=1)
            values = {"text": "Le budget.", "questions": ["nom", "budget"], "due_on": tomorrow}
            self.attempt(completion.ask_changes, who, application, **values)

    @when(S.CHANGES_REQUESTED)
    @rule(who=who_of(completion.waive_changes), which=number)
    def go_on_without(self, who, which):
        """What was asked did not come."""
        if (application := self.some(which, S.CHANGES_REQUESTED)) is not None:
            self.attempt(completion.waive_changes, who, application, reason="Assez.")

    @when(S.SUBMITTED, S.IN_REVIEW)
    @rule(who=who_of(reviews.assign), which=number)
    def assign(self, who, which):
        """Two evaluators."""
        if (application := self.some(which, S.SUBMITTED, S.IN_REVIEW)) is not None:
            evaluators = [self.body["agent"], self.body["officer"]]
            self.attempt(reviews.assign, who, application, evaluators=evaluators)

    @precondition(lambda self: Review.objects.exists())
    @rule(who=st.sampled_from(EVERYBODY), which=number, points=st.integers(0, 22))
    def score(self, who, which, points):
        """Only in one's own grid; nobody knows the average before all are done."""
        found = list(Review.objects.select_related("application__call").order_by("pk"))
        if found:
            review = found[which % len(found)]
            own = {name for name, person in self.body.items() if person.pk == review.evaluator_id}
            values = {"given": {self.criterion.pk: Given(Decimal(points) / 2, "")}, "comment": "", "recommended": None}
            self.attempt(reviews.save_review, who, review.application, may=own, review=review, is_done=True, **values)

    # --- Deciding

    def known_to(self, application: Application) -> list:
        """What an application says to its fiche: its row, its timeline, its letters, its messages."""
        people = [self.managers, self.contributors]
        emails = [person.email for side in people for person in side]
        return [
            list(Application.objects.filter(pk=application.pk).values_list()),
            list(Event.objects.filter(subject_type="funding.application", subject_id=application.pk).values_list()),
            list(Letter.objects.filter(decision__application=application).values_list()),
            OutgoingMessage.objects.filter(to__in=emails).count(),
        ]

    @when(S.IN_REVIEW, S.WAITLISTED)
    @rule(
        who=who_of(decisions.decide),
        which=number,
        outcome=st.sampled_from([Outcome.ACCEPTED, Outcome.ACCEPTED, *Outcome]),
        percent=percents,
        overrun=st.sampled_from(["", "", "Le conseil y tient."]),
    )
    def decide(self, who, which, outcome, percent, overrun):
        """Within what is asked, the maximum and the envelope; nothing of it reaches the fiche."""
        if (application := self.some(which, S.IN_REVIEW, S.WAITLISTED)) is None:
            return
        asked = application.requested or Decimal(100)
        amount = (asked * percent / 100).quantize(Decimal("0.01")) if outcome == Outcome.ACCEPTED else Decimal("0.00")
        prepared = decisions.prepared_decision(application)
        shown = self.known_to(application)
        values = {
            "proposal": decisions.Proposal(outcome, amount, words="Voilà."),
            "seen": prepared.decided_at if prepared else None,
            "overrun_reason": overrun,
        }
        if self.attempt(decisions.decide, who, application, **values):
            decision = decisions.prepared_decision(application)
            self.may_exceed |= bool(decision.overrun_reason)
            assert not decision.overrun_reason or who == "admin"
            assert decision.amount <= min(asked, MAXIMUM)
            assert sum(Decimal(part["amount"]) for part in decision.instalments) == decision.amount
        assert self.known_to(application) == shown

    @precondition(lambda self: Decision.objects.prepared().exists())
    @rule(who=who_of(decisions.drop_decision), which=number)
    def drop(self, who, which):
        """A prepared decision is taken back."""
        found = list(Decision.objects.prepared().select_related("application").order_by("pk"))
        if found and which % 3 == 0:
            decision = found[which % len(found)]
            self.attempt(decisions.drop_decision, who, decision.application, seen=decision.decided_at)

    @precondition(lambda self: Decision.objects.prepared().exists())
    @rule(who=who_of(decision_announcing.announce))
    def announce(self, who):
        """All that is ready."""
        ready = decision_announcing.plan_announcement(self.call).ready
        seen = {row.decision.pk: row.decision.decided_at for row in ready}
        self.attempt(decision_announcing.announce, who, call=self.call, seen=seen, actor=self.person(who))

    @precondition(lambda self: AnnouncementRun.objects.at_work().exists())
    @rule(most=st.integers(1, 3))
    def work(self, most):
        """The worker comes, and may be killed before the end."""
        for run in AnnouncementRun.objects.at_work():
            decision_announcing.run_announcement(run_id=run.pk, most=most)

    @when(S.ACCEPTED)
    @rule(who=who_of(agreements.accept_agreement), which=number)
    def agree(self, who, which):
        """By a gestionnaire."""
        if (application := self.some(which, S.ACCEPTED)) is not None:
            self.attempt(agreements.accept_agreement, who, application)

    @when(S.ACCEPTED)
    @rule(who=who_of(agreements.decline_agreement), which=number)
    def give_up(self, who, which):
        """By a gestionnaire."""
        if which % 3 == 0 and (application := self.some(which, S.ACCEPTED)) is not None:
            self.attempt(agreements.decline_agreement, who, application, reason="Plus de bénévoles.")

    # --- Paying and reporting

    @when(*FOLLOWED)
    @rule(who=who_of(services.plan_payments), which=number)
    def plan(self, who, which):
        """The parts are the whole, to the cent."""
        application = self.some(which, *FOLLOWED)
        if application is not None and self.attempt(services.plan_payments, who, application):
            assert application.payments.live().total() == application.granted

    @precondition(lambda self: Payment.objects.exists())
    @rule(
        who=who_of(services.pay),
        which=number,
        verb=st.sampled_from(["change", "ready", "ready", "hold", "pay", "pay", "pay", "take_back", "cancel"]),
        amount=cents,
    )
    def move_payment(self, who, which, verb, amount):
        """In any order; a payment leaves once."""
        found = list(Payment.objects.select_related("application").order_by("pk"))
        if not found:
            return
        payment = found[which % len(found)]
        today = timezone.localdate()
        does, values = {
            "change": (services.change_payment, {"amount": amount, "condition": "", "due_on": today}),
            "ready": (services.make_ready, {}),
            "hold": (services.hold, {}),
            "pay": (
                services.pay,
                {
                    "amount": payment.amount,
                    "method": PaymentMethod.CHEQUE,
                    "reference": f"{payment.pk if which % 4 else 1}",
                    "paid_on": today,
                },
            ),
            "take_back": (services.take_back_payment, {"reason": "Chèque perdu."}),
            "cancel": (services.cancel_payment, {"reason": "Inutile."}),
        }[verb]
        self.attempt(does, who, payment.application, payment=payment, **values)

    @when(S.ACCEPTED, S.REPORT_DUE)
    @rule(who=who_of(services.ask_amendment), which=number, amount=st.one_of(st.none(), cents))
    def ask_change(self, who, which, amount):
        """Of the amount, or of the dates."""
        if (application := self.some(which, S.ACCEPTED, S.REPORT_DUE)) is not None:
            subject = AmendmentSubject.AMOUNT if amount else AmendmentSubject.DATES
            values = {"amount": amount, "ends_on": timezone.localdate() + dt.timedelta(days=90)}
            self.attempt(services.ask_amendment, who, application, subject=subject, text="Voilà.", **values)

    @precondition(lambda self: Amendment.objects.waiting().exists())
    @rule(
        who=who_of(services.accept_amendment, services.withdraw_amendment),
        which=number,
        verb=st.sampled_from([services.accept_amendment, services.refuse_amendment, services.withdraw_amendment]),
    )
    def answer_change(self, who, which, verb):
        """Once; the payments follow what is granted."""
        found = list(Amendment.objects.select_related("application").order_by("-pk"))
        if not found:
            return
        amendment = found[which % len(found)]
        values = {} if verb == services.withdraw_amendment else {"answer": "Bien."}
        if self.attempt(verb, who, amendment.application, amendment=amendment, **values) and amendment.amount:
            application = Application.objects.get(pk=amendment.application_id)
            if verb == services.accept_amendment and application.payments.exists():
                assert application.payments.live().total() == application.granted

    @when(S.REPORT_DUE)
    @rule(who=who_of(services.save_report), which=number, key=st.sampled_from(["projet", "budget"]))
    def write_report(self, who, which, key):
        """A section of it."""
        if (application := self.some(which, S.REPORT_DUE)) is not None:
            self.attempt(services.save_report, who, application, **self.report_values(application, key))

    @when(S.REPORT_DUE, S.REPORT_SUBMITTED)
    @rule(
        who=who_of(services.submit_report),
        which=number,
        verb=st.sampled_from(
            [
                services.submit_report,
                services.send_report_to_managers,
                services.give_back_report,
                services.return_report,
            ]
        ),
    )
    def hand_on_report(self, who, which, verb):
        """To the gestionnaires, to the body, and back."""
        soon = timezone.localdate() + dt.timedelta(days=9)
        values = {
            services.give_back_report: {"remark": "Le total."},
            services.return_report: {"text": "Les factures.", "due_on": soon},
        }.get(verb, {})
        if (application := self.some(which, S.REPORT_DUE, S.REPORT_SUBMITTED)) is not None:
            self.attempt(verb, who, application, **values)

    @when(*FOLLOWED)
    @rule(who=who_of(services.close_application), which=number, reason=st.sampled_from(["", "Sans nouvelles."]))
    def close(self, who, which, reason):
        """Nothing is left to pay then."""
        application = self.some(which, *FOLLOWED)
        if which % 2 and application and self.attempt(services.close_application, who, application, reason=reason):
            assert not application.payments.unpaid().exists()


@pytest.mark.django_db
def test_rules_hold_whatever_people_do_with_applications():
    """Each example is undone when it ends; the whole test is one transaction."""
    run_state_machine_as_test(
        Applications,
        settings=settings(
            max_examples=6,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
