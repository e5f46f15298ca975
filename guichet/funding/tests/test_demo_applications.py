"""The demo's applications: every state, amounts that add up, submissions that are what they say."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.management import call_command
from django.utils import timezone

from guichet.funding import services
from guichet.funding.enums import ApplicationStatus, Outcome, PaymentStatus, ReviewState
from guichet.funding.models import Agreement, Application, Call, Decision, Payment, Report, Review, Submission
from guichet.funding.services.agreements import fingerprint
from guichet.funding.services.reviews import spread
from guichet.organizations.demo.fiches import MAIN_FICHE

pytestmark = pytest.mark.django_db

S = ApplicationStatus
FOLLOWED = (S.REPORT_DUE, S.REPORT_SUBMITTED)


@pytest.fixture(autouse=True)
def demo():
    call_command("demo", "--quiet")


def test_demo_has_applications_in_every_state_whose_parts_agree():
    """One test for all: seeding takes longer than reading."""
    applications = Application.objects.select_related("call__program", "organization__municipality", "form_version")
    assert 250 <= len(applications) <= 400
    assert {one.status for one in applications} == set(S)
    _submissions_are_complete_and_intact([one for one in applications if one.status != S.DRAFT])
    _money_adds_up(applications)
    _evaluations_are_scored(applications)
    _reports_are_complete()
    _main_fiche_has_something_of_everything(applications)
    count = len(applications)
    call_command("demo", "--quiet")
    assert Application.objects.count() == count


def _submissions_are_complete_and_intact(applications):
    assert {one.pk for one in applications if not services.verdict_of(one).is_complete} == set()
    submissions = Submission.objects.select_related("application")
    assert [one for one in submissions if not services.is_intact(one)] == []
    assert {one.application_id for one in submissions} == {one.pk for one in applications if one.submitted_at}
    assert all(one.requested == one.application.requested for one in submissions)


def _money_adds_up(applications):
    for call in Call.objects.exclude(applications=None):
        granted = sum(one.granted or 0 for one in applications if one.call_id == call.pk)
        prepared = sum(one.amount for one in Decision.objects.prepared().filter(application__call=call))
        assert granted + prepared <= call.envelope, call
        assert call.last_number == call.applications.handed_in().count()
    for one in applications:
        assert one.granted is None or one.granted <= one.requested
        if one.status in FOLLOWED:
            assert one.payments.live().total() == one.granted
        if one.status == S.CLOSED:
            assert one.payments.paid().total() == one.granted
    decisions = Decision.objects.filter(outcome=Outcome.ACCEPTED)
    assert all(sum(Decimal(part["amount"]) for part in one.instalments) == one.amount for one in decisions)
    assert set(Payment.objects.values_list("status", flat=True)) == {
        PaymentStatus.PLANNED,
        PaymentStatus.READY,
        PaymentStatus.PAID,
    }
    agreements = Agreement.objects.select_related("decision__application")
    assert all(fingerprint(one) == one.fingerprint for one in agreements)
    assert {one.is_accepted for one in agreements} == {True, False}


def _evaluations_are_scored(applications):
    assert set(Review.objects.values_list("state", flat=True)) == set(ReviewState)
    assert all(one.score == spread(one).average for one in applications)
    assert Decision.objects.prepared().exists()


def _reports_are_complete():
    reports = Report.objects.select_related("application__call", "application__organization", "form_version")
    assert [one for one in reports if not services.verdict_of_report(one).is_complete] == []
    late = Application.objects.filter(status=S.REPORT_DUE, report_due_on__lt=timezone.localdate())
    assert 0 < late.count() < Application.objects.filter(status=S.REPORT_DUE).count()


def _main_fiche_has_something_of_everything(applications):
    main = [one for one in applications if one.organization.name == MAIN_FICHE]
    assert {one.status for one in main} == {
        S.DRAFT,
        S.AWAITING_MANAGER,
        S.IN_REVIEW,
        S.REPORT_DUE,
        S.REFUSED,
        S.CLOSED,
        S.WITHDRAWN,
    }
    assert all(one.title for one in main if one.status != S.DRAFT)
