"""What tests of the decisions stand on: who decides, what is in review, who reads the answer."""

from __future__ import annotations

from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from guichet.accounts.tests.factories import AdminFactory, AgentFactory
from guichet.funding.enums import ApplicationStatus, Outcome
from guichet.funding.models import Application, Decision, DecisionReason
from guichet.funding.services import decision_announcing, decisions
from guichet.funding.services.decisions import Proposal
from guichet.organizations.models import Organization
from guichet.organizations.tests.factories import ManagerFactory

from .factories import CallFactory, SubmittedFactory

ACCEPTED, REFUSED, WAITLISTED = Outcome.ACCEPTED, Outcome.REFUSED, Outcome.WAITLISTED


class InReviewFactory(SubmittedFactory):
    """An application that the body is deciding about."""

    class Meta:
        model = Application
        skip_postgeneration_save = True

    status = ApplicationStatus.IN_REVIEW


class ReasonFactory(DjangoModelFactory):
    """A reason of the list."""

    class Meta:
        model = DecisionReason

    text = factory.Sequence(lambda n: f"Motif n{n}.")
    next_step = "Appelez-nous."


def money(text: str) -> Decimal:
    return Decimal(text).quantize(Decimal("0.01"))


def officer_of(call):
    """An agent to whom the call's programme is assigned."""
    agent = AgentFactory()
    call.program.officers.add(agent)
    return agent


def admin():
    return AdminFactory()


def call_with(**kwargs):
    """A call and its officer."""
    call = CallFactory(**kwargs)
    return call, officer_of(call)


def prepare(application, actor, outcome=ACCEPTED, amount="1000", **kwargs) -> Decision:
    """Prepare a decision; a refusal has words."""
    words = "" if outcome == ACCEPTED else "Trop tard."
    proposal = Proposal(outcome, money(amount) if outcome == ACCEPTED else money("0"), words=words, **kwargs)
    known = decisions.prepared_decision(application)
    return decisions.decide(
        application=application, proposal=proposal, seen=known.decided_at if known else None, actor=actor
    )


def announce_all(call, actor, run_queue=None):
    """Announce all that is prepared; the worker does it when there is one."""
    plan = decision_announcing.plan_announcement(call)
    seen = {row.decision.pk: row.decision.decided_at for row in plan.ready}
    run = decision_announcing.announce(call=call, seen=seen, actor=actor)
    if run_queue:
        run_queue()
    else:
        decision_announcing.run_announcement(run_id=run.pk)
    return run


def announced(outcome=ACCEPTED, amount="1000", **kwargs):
    """An application whose decision is announced, and a gestionnaire of its fiche."""
    call, officer = call_with(**kwargs)
    application = InReviewFactory(call=call)
    manager = ManagerFactory(organization=application.organization).user
    prepare(application, officer, outcome, amount)
    announce_all(call, officer)
    application.refresh_from_db()
    application.organization = Organization.objects.get(pk=application.organization_id)
    return application, manager
