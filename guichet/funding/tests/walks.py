"""Where random walks take place: three fiches, the body, one call; who may do what, and what a refusal leaves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import hypothesis.strategies as st
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import Sum
from django.utils import timezone
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition

from guichet.accounts.tests.factories import AdminFactory, AgentFactory
from guichet.core.errors import InvalidState
from guichet.core.models import Event, OutgoingMessage
from guichet.funding import models, services
from guichet.funding.enums import (
    APPLICATION_TRANSITIONS,
    STATUS_OF,
    AmendmentStatus,
    ApplicationStatus,
    FormPurpose,
    Outcome,
)
from guichet.funding.models import Application, Decision, Letter, Payment, Review, Submission
from guichet.funding.schema import digest
from guichet.funding.services import (
    agreements,
    completion,
    decision_announcing,
    decisions,
    envelope,
    reviewing,
    reviews,
)
from guichet.organizations.tests.factories import AccessFactory, ManagerFactory, OrganizationFactory

from .factories import ANSWERS, SCHEMA, CallFactory, FormFactory, FormVersionFactory

FICHES = 3
ENVELOPE, MAXIMUM = Decimal("2000.01"), Decimal("1500.00")
S = ApplicationStatus
UNDECIDED = {S.DRAFT, S.AWAITING_MANAGER, S.SUBMITTED, S.IN_REVIEW, S.CHANGES_REQUESTED, S.WITHDRAWN}
# What an announced decision may have become.
AFTER = {
    Outcome.ACCEPTED: {S.ACCEPTED, S.REPORT_DUE, S.REPORT_SUBMITTED, S.CLOSED},
    Outcome.REFUSED: {S.REFUSED},
    Outcome.WAITLISTED: {S.WAITLISTED},
}
REAL = {"lines": {"lscq": {"real": "1 000"}, "mise": {"real": "500"}, "materiel": {"real": "1 500"}}}

# Who acts. The outsider is a gestionnaire of another fiche; the agent has no programme.
EVERYBODY = ("manager", "contributor", "outsider", "agent", "officer", "admin")
CLIENTS, MANAGER = {"manager", "contributor"}, {"manager"}
BODY, RUN = {"agent", "officer", "admin"}, {"officer", "admin"}
MAY: dict[Callable, set[str]] = {
    services.start_application: CLIENTS | BODY,
    services.save_answers: CLIENTS | BODY,
    services.send_to_managers: CLIENTS | BODY,
    services.return_application: MANAGER | BODY,
    services.submit: MANAGER,
    services.withdraw: MANAGER | BODY,
    services.grant_extension: RUN,
    reviewing.take_in: RUN,
    completion.ask_changes: RUN,
    completion.waive_changes: RUN,
    reviews.assign: RUN,
    decisions.decide: RUN,
    decisions.drop_decision: RUN,
    decision_announcing.announce: RUN,
    agreements.accept_agreement: MANAGER,
    agreements.decline_agreement: MANAGER,
    services.plan_payments: RUN,
    services.change_payment: RUN,
    services.make_ready: RUN,
    services.hold: RUN,
    services.pay: RUN,
    services.take_back_payment: RUN,
    services.cancel_payment: RUN,
    services.ask_amendment: MANAGER,
    services.withdraw_amendment: MANAGER,
    services.accept_amendment: RUN,
    services.refuse_amendment: RUN,
    services.save_report: CLIENTS | BODY,
    services.send_report_to_managers: CLIENTS | BODY,
    services.give_back_report: MANAGER,
    services.submit_report: MANAGER,
    services.return_report: RUN,
    services.extend_report: RUN,
    services.close_application: RUN,
}
# All that a refusal leaves as it was.
KEPT = (
    Application,
    Submission,
    models.Extension,
    Review,
    models.CriterionNote,
    Decision,
    models.AnnouncementRun,
    models.AnnouncementRow,
    Letter,
    models.Agreement,
    Payment,
    models.Amendment,
    models.Report,
    Event,
    OutgoingMessage,
)
TABLES = [model._meta.db_table for model in KEPT]
number = st.integers(0, 11)  # which of what there is, modulo how many there are
late = st.sampled_from([False, False, True])
cents = st.decimals(min_value="0.01", max_value="1700", places=2)
percents = st.integers(1, 105)


def who_of(*verbs: Callable) -> st.SearchStrategy[str]:
    """Mostly somebody who may: even chances would rarely go far."""
    able = [who for verb in verbs for who in sorted(MAY[verb])]
    return st.one_of(st.sampled_from(able), st.sampled_from(able), st.sampled_from(EVERYBODY))


def when(*statuses: str) -> Callable:
    """A rule that is worth trying only while some application is in one of these states."""
    return precondition(lambda self: not set(statuses).isdisjoint(self.states.values()))


def typed(amount: Decimal) -> str:
    return f"{amount:.2f}".replace(".", ",")


def budget(asked: Decimal) -> dict:
    """A budget that balances, in which so much is asked."""
    lines = {"lscq": asked, "mise": Decimal(500), "materiel": asked + 500}
    return {"lines": {key: {"planned": typed(amount)} for key, amount in lines.items()}}


class World(RuleBasedStateMachine):
    """Three fiches and the body, one call with little money."""

    @initialize(stages=st.lists(st.sampled_from([6, 5, 4, 3, 2, 1, 0]), min_size=FICHES, max_size=FICHES))
    def call_and_people(self, stages):
        """Each fiche has come somewhere already, the way it is meant to."""
        self.savepoint = transaction.savepoint()
        report = FormVersionFactory(form=FormFactory(purpose=FormPurpose.REPORT), schema=SCHEMA).form
        self.call = CallFactory(envelope=ENVELOPE, max_amount=MAXIMUM, report_form=report)
        self.criterion = models.Criterion.objects.create(call=self.call, title="Pertinence", points=10)
        for share in ("33.3", "33.3", "33.4"):
            models.Instalment.objects.create(call=self.call, share=share, condition="Entente")
        self.body = {"agent": AgentFactory(), "officer": AgentFactory(), "admin": AdminFactory()}
        self.call.program.officers.add(self.body["officer"])
        self.fiches = OrganizationFactory.create_batch(FICHES)
        self.managers = [ManagerFactory(organization=fiche).user for fiche in self.fiches]
        self.contributors = [AccessFactory(organization=fiche).user for fiche in self.fiches]
        self.extended: set[int] = set()
        self.may_exceed = False
        self.numbers: dict[int, str] = {}
        self.fingerprints: dict[int, str] = {}
        for place, stage in enumerate(stages):
            self.bring(place, stage)
        self.states = dict(Application.objects.values_list("pk", "status"))

    def teardown(self):
        """Nothing of it stays for the next example."""
        transaction.savepoint_rollback(self.savepoint)

    def bring(self, place: int, stage: int) -> None:
        """Along the usual way, so many steps."""
        manager, officer, fiche = self.managers[place], self.body["officer"], self.fiches[place]
        if stage == 0:
            return
        application = services.start_application(call=self.call, organization=fiche, actor=manager)
        Application.objects.update(answers=ANSWERS | {"budget": budget(Decimal("600.01"))})
        steps = [
            lambda: services.submit(application=application, statement="Vrai.", actor=manager),
            lambda: reviewing.take_in(application=application, actor=officer),
            lambda: self.grant(application, officer),
            lambda: agreements.accept_agreement(application=application, actor=manager),
            lambda: self.report(application, manager),
        ]
        for step in steps[: stage - 1]:
            step()

    def grant(self, application: Application, officer) -> None:
        application.refresh_from_db()
        proposal = decisions.Proposal(Outcome.ACCEPTED, Decimal("600.01"))
        made = decisions.decide(application=application, proposal=proposal, seen=None, actor=officer)
        run = decision_announcing.announce(call=self.call, seen={made.pk: made.decided_at}, actor=officer)
        decision_announcing.run_announcement(run_id=run.pk)

    def report(self, application: Application, actor) -> None:
        """Write all of its report."""
        for key in ("projet", "budget"):
            values = self.report_values(application, key)
            services.save_report(application=application, actor=actor, **values)

    def report_values(self, application: Application, key: str) -> dict:
        posted = {"budget": REAL} if key == "budget" else {name: ANSWERS[name] for name in ("nom", "resume", "jeunes")}
        known = services.report_of(Application.objects.get(pk=application.pk)).answers
        return {
            "section_key": key,
            "answers": posted,
            "base": {name: digest(known.get(name)) for name in posted},
        }

    # --- Who, what, and what became of it

    def person(self, who: str, application: Application | None = None, place: int = 0):
        if application is not None:
            place = self.place_of(application)
        clients = {
            "manager": self.managers[place],
            "contributor": self.contributors[place],
            "outsider": self.managers[(place + 1) % FICHES],
        }
        return (clients | self.body)[who]

    def place_of(self, application: Application) -> int:
        return next(n for n, fiche in enumerate(self.fiches) if fiche.pk == application.organization_id)

    def some(self, which: int, *statuses: str) -> Application | None:
        """An application in one of these states mostly; in whichever it is, one time in four."""
        found = list(Application.objects.order_by("pk"))
        fit = [one for one in found if one.status in statuses]
        found = fit if fit and which % 4 else found
        return found[which % len(found)] if found else None

    def everything(self) -> list:
        """Every row as the database has it."""
        with connection.cursor() as cursor:
            return [cursor.execute(f"SELECT * FROM {table} ORDER BY id") and cursor.fetchall() for table in TABLES]

    def attempt(self, verb: Callable, who: str, application: Application | None = None, **values) -> bool:
        """Do it, or be refused: rightly, and with nothing changed."""
        may = values.pop("may", MAY.get(verb, set()))
        actor = values.pop("actor", None) or self.person(who, application)
        before = self.everything()
        if (
            application is not None
            and "payment" not in values
            and "amendment" not in values
            and "review" not in values
        ):
            values["application"] = application
        try:
            verb(actor=actor, **values)
        except PermissionDenied:
            assert who not in may or values.get("overrun_reason")
        except InvalidState:
            pass
        else:
            assert who in may
            return True
        assert self.everything() == before
        return False

    def moment(self, is_late: bool) -> dt.datetime:
        """Now, or an hour after the closing."""
        return self.call.closes_at + dt.timedelta(hours=1) if is_late else timezone.now()

    # --- What holds always

    @invariant()
    def states_follow_the_table(self):
        """A step takes a transition of the table; what is new is a draft."""
        before, self.states = self.states, dict(Application.objects.values_list("pk", "status"))
        for pk, status in self.states.items():
            if pk not in before:
                assert status == S.DRAFT
            elif before[pk] != status:
                assert status in APPLICATION_TRANSITIONS[S(before[pk])]

    @invariant()
    def gestionnaires_alone_hand_in_and_nothing_handed_in_changes(self):
        """Each submission is a gestionnaire's, and stays to the letter."""
        for submission in Submission.objects.select_related("application"):
            place = self.place_of(submission.application)
            assert submission.by_id == self.managers[place].pk
            assert services.is_intact(submission)
            assert self.fingerprints.setdefault(submission.pk, submission.fingerprint) == submission.fingerprint
        assert Submission.objects.count() == len(self.fingerprints)

    @invariant()
    def numbers_are_given_once(self):
        """In their order, with the first submission, for ever."""
        found = dict(Application.objects.exclude(number="").values_list("pk", "number"))
        assert self.numbers.items() <= found.items()
        self.numbers = found
        count = len(found)
        assert sorted(found.values()) == [f"{self.call.code}-{n:04d}" for n in range(1, count + 1)]

    @invariant()
    def nothing_is_known_before_it_is_announced(self):
        """An application says what was last announced of it, and nothing else."""
        told = [f"funding.application_{status}" for status in STATUS_OF.values()]
        announced = Decision.objects.announced()
        last = {decision.application_id: decision for decision in reversed(announced)}
        for application in Application.objects.all():
            if application.pk in last:
                assert application.status in AFTER[last[application.pk].outcome]
            else:
                assert application.status in UNDECIDED
                assert (application.granted, application.announced_at) == (None, None)
        assert Event.objects.filter(verb__in=told).count() == len(announced)
        assert not Letter.objects.filter(decision__announced_at__isnull=True).exists()

    @invariant()
    def no_more_is_granted_than_there_is(self):
        """Per application: what is asked, and the maximum. In all: the envelope, unless an admin took it upon them."""
        for application in Application.objects.filter(granted__gt=0):
            assert application.granted <= MAXIMUM
            amended = application.amendments.filter(status=AmendmentStatus.ACCEPTED, amount__isnull=False)
            assert amended or application.granted <= application.requested
        if not self.may_exceed:
            assert envelope.granted(self.call) + envelope.prepared(self.call) <= ENVELOPE

    @invariant()
    def no_more_is_paid_than_is_granted(self):
        """Nor planned to be; each payment has its own reference."""
        live = Payment.objects.live().values("application", "application__granted").order_by()
        for row in live.annotate(total=Sum("amount")):
            assert row["total"] <= row["application__granted"]
        references = list(Payment.objects.paid().values_list("reference", flat=True))
        assert len(references) == len(set(references))
