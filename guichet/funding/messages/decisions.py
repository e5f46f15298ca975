"""The e-mails of the decisions: what is announced, and the agreement that follows."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse

from guichet.core.messages import absolute_url

from ..models import Agreement, Decision
from ..schema import format_amount
from .base import managers_of, officers_of, tell


def decision_announced(decision: Decision, *, people: Iterable) -> None:
    """To the gestionnaires and the author: what became of the application. The reasons are read on the page."""
    _tell("decision_announced", decision, people)


def agreement_accepted(agreement: Agreement) -> None:
    """To the gestionnaires: what was agreed to, by whom, and the fingerprint; it is their receipt."""
    decision = agreement.decision
    _tell("agreement_accepted", decision, managers_of(decision.application), agreement=agreement)


def agreement_declined(agreement: Agreement) -> None:
    """To the gestionnaires, and to the staff who run the programme: the money is free again."""
    decision = agreement.decision
    _tell("agreement_declined", decision, managers_of(decision.application), agreement=agreement)
    url = absolute_url(reverse("staff_decision", args=[decision.application_id]))
    _tell("grant_given_up", decision, officers_of(decision.application), agreement=agreement, url=url)


def _tell(name: str, decision: Decision, people: Iterable, **context) -> None:
    application = decision.application
    url = absolute_url(reverse("funding:decision", args=[application.organization_id, application.pk]))
    amount = format_amount(decision.amount)
    known = {"decision": decision, "amount": amount, "url": url}
    tell(name, people=people, application=application, **{**known, **context})
