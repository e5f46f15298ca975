"""The e-mails of the decisions: what is announced, and the agreement that follows."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth import get_user_model
from django.urls import reverse

from guichet.core.messages import absolute_url

from ..models import Agreement, Application, Decision
from ..schema import format_amount
from .base import managers_of, tell


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
    _tell("grant_given_up", decision, _officers_of(decision.application), agreement=agreement, url=url)


def _tell(name: str, decision: Decision, people: Iterable, **context) -> None:
    application = decision.application
    url = absolute_url(reverse("funding:decision", args=[application.organization_id, application.pk]))
    amount = format_amount(decision.amount)
    known = {"decision": decision, "amount": amount, "url": url}
    tell(name, people=people, application=application, **{**known, **context})


def _officers_of(application: Application) -> list:
    """The agents whom the programme is assigned to; the admins when it has none."""
    staff = get_user_model().objects.filter(is_active=True, is_staff=True)
    return list(staff.filter(programs=application.call.program_id)) or list(staff.filter(is_superuser=True))
