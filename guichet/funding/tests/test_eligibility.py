"""May this fiche apply, and in time?"""

import datetime as dt

import pytest
from django.utils import timezone

from guichet.funding import services
from guichet.funding.enums import ApplicationStatus, CallStatus
from guichet.funding.models import Extension
from guichet.organizations.enums import Kind
from guichet.organizations.tests.factories import MrcFactory, OrganizationFactory

from .factories import CallFactory, SubmittedFactory

pytestmark = pytest.mark.django_db


def unmet(call, organization):
    return [str(condition.text) for condition in services.conditions_of(call, organization) if not condition.is_met]


def test_fiche_that_meets_every_condition_is_eligible():
    call = CallFactory(kinds=[Kind.ASSOCIATION], needs_confirmed_fiche=True)
    call.mrcs.add(MrcFactory())
    assert services.is_eligible(call, OrganizationFactory(content_confirmed_at=timezone.now()))


def test_each_condition_that_is_not_met_is_told():
    call = CallFactory(kinds=[Kind.SCHOOL], needs_confirmed_fiche=True)
    call.mrcs.add(MrcFactory(name="Drummond"))
    assert unmet(call, OrganizationFactory()) == [
        "Milieux admissibles : scolaire.",
        "MRC admissibles : Drummond.",
        "Votre fiche a été confirmée depuis moins d’un an.",
    ]


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, []),
        (30, []),
        (None, ["Être membre de LSCQ : votre organisme ne l’est pas."]),
        (-1, ["Être membre de LSCQ : l’adhésion de votre organisme s’est terminée le 31 mars 2027."]),
    ],
)
def test_call_for_members_asks_for_a_membership_that_lasts_until_today(days, words):
    now = dt.datetime(2027, 4, 1, 13, 0, tzinfo=dt.UTC)
    until = None if days is None else timezone.localdate(now) + dt.timedelta(days=days)
    organization, call = OrganizationFactory(member_until=until), CallFactory(members_only=True)
    found = [one for one in services.conditions_of(call, organization, now=now) if not one.is_met]
    assert [one.text.replace("\N{NO-BREAK SPACE}", " ") for one in found] == words
    assert all("écrivez à info@lscq.example.org" in one.refusal for one in found)
    assert services.is_eligible(CallFactory(), organization, now=now)


def test_one_application_a_year_counts_what_was_handed_in_and_not_withdrawn():
    call = CallFactory(program__one_per_year=True)
    organization = OrganizationFactory()
    other = CallFactory(program=call.program)
    earlier = SubmittedFactory(organization=organization, call=other)
    assert unmet(call, organization) == ["Une seule demande par année à ce programme."]
    earlier.status, earlier.withdrawn_at = ApplicationStatus.WITHDRAWN, timezone.now()
    earlier.save()
    assert services.is_eligible(call, organization)


def test_late_report_closes_the_call_unless_it_does_not_mind():
    organization = OrganizationFactory()
    SubmittedFactory(
        organization=organization,
        status=ApplicationStatus.REPORT_DUE,
        report_due_on=timezone.localdate() - dt.timedelta(days=1),
    )
    assert not services.is_eligible(CallFactory(), organization)
    assert services.is_eligible(CallFactory(refuses_late_reports=False), organization)


@pytest.mark.parametrize(("seconds", "late"), [(-1, False), (0, True), (1, True)])
def test_closing_is_the_first_moment_that_is_too_late(seconds, late):
    call = CallFactory()
    now = call.closes_at + dt.timedelta(seconds=seconds)
    assert bool(services.why_not_in_time(call, OrganizationFactory(), now=now)) is late


def test_closing_in_the_hour_that_comes_twice_is_one_moment():
    # On 2026-11-01 at 2 h, clocks go back to 1 h: 1 h 30 is 5 h 30, then 6 h 30 UTC.
    first = dt.datetime(2026, 11, 1, 5, 30, tzinfo=dt.UTC)
    call = CallFactory(opens_at=first - dt.timedelta(days=30), closes_at=first + dt.timedelta(hours=1))
    organization = OrganizationFactory()
    assert not services.why_not_in_time(call, organization, now=first)
    assert services.why_not_in_time(call, organization, now=first + dt.timedelta(hours=1)).endswith(
        "il était le 1er novembre 2026, 1 h 30 min 00 s à la réception."
    )


def test_extension_is_for_its_fiche_alone():
    call = CallFactory()
    organization, other = OrganizationFactory(), OrganizationFactory()
    later = call.closes_at + dt.timedelta(days=3)
    Extension.objects.create(call=call, organization=organization, until=later, reason="Inondation.")
    now = call.closes_at + dt.timedelta(days=1)
    assert not services.why_not_in_time(call, organization, now=now)
    assert services.why_not_in_time(call, other, now=now)
    assert services.why_not_in_time(call, organization, now=later)


def test_withdrawn_call_or_programme_takes_nothing():
    now = timezone.now()
    organization = OrganizationFactory()
    assert services.why_not_in_time(CallFactory(status=CallStatus.WITHDRAWN), organization, now=now)
    assert services.why_not_in_time(CallFactory(program__is_published=False), organization, now=now)
