"""What the financial assistance came to, on small cases that one counts by hand."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from guichet.funding.enums import ApplicationStatus, CallStatus, Outcome
from guichet.funding.models import Decision, Submission
from guichet.funding.services.knowing import (
    ANSWERED,
    GRANTED,
    RECEIVED,
    WAITING,
    Year,
    applications_of,
    count_assistance,
    years_of_calls,
)
from guichet.organizations.enums import Kind, OrganizationStatus
from guichet.organizations.models import Activity, Clientele, Mrc
from guichet.organizations.tests.factories import MunicipalityFactory, OrganizationFactory

from .deciding import InReviewFactory, announce_all, call_with, money, prepare
from .factories import ApplicationFactory, CallFactory, SubmittedFactory

pytestmark = pytest.mark.django_db
SUBMITTED_AT = dt.datetime(2026, 3, 2, 17, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


def call_of(year: int, **kwargs):
    """A call that was open in March of a year."""
    opens_at = dt.datetime(year, 3, 1, 17, tzinfo=dt.UTC)
    return CallFactory(opens_at=opens_at, closes_at=opens_at + 30 * DAY, **kwargs)


def application(status, requested="1000", granted=None, took=None, promised=60, **kwargs):
    """An application of March 2026; ``took``: the days until its answer."""
    if "call" not in kwargs:
        kwargs["call"] = call_of(2026)
    return SubmittedFactory(
        status=status,
        requested=money(requested),
        granted=None if granted is None else money(granted),
        submitted_at=SUBMITTED_AT,
        decision_due_on=SUBMITTED_AT.date() + promised * DAY,
        announced_at=None if took is None else SUBMITTED_AT + took * DAY,
        withdrawn_at=SUBMITTED_AT if status == ApplicationStatus.WITHDRAWN else None,
        **kwargs,
    )


def line_of(found, name: str, label: str):
    return {line.label: line.tally for line in found.lines[name]}[label]


# --- What is counted ------------------------------------------------------------------------------


def test_no_application_counts_nothing():
    Mrc.objects.create(name="Drummond")
    found = count_assistance()
    assert (found.total.received, found.total.requested, found.total.given) == (0, money("0"), money("0"))
    assert (found.total.success, found.total.delay, found.total.promised, found.total.punctual) == (None,) * 4
    assert all(lines == [] for lines in found.lines.values())
    assert (found.calls, found.envelope, found.drawn) == ([], money("0"), money("0"))
    assert [(line.label, line.fiches_share, line.per_fiche, line.gap) for line in found.mrcs] == [
        ("Drummond", None, None, None)
    ]


def test_every_application_that_was_handed_in_counts_once_in_its_state():
    call = call_of(2026)
    for status in ApplicationStatus:
        if status == ApplicationStatus.DRAFT:
            ApplicationFactory(call=call, requested=money("9"))
        else:
            application(status, call=call)
    ApplicationFactory(call=call, status=ApplicationStatus.AWAITING_MANAGER, requested=money("9"))
    total = count_assistance().total
    assert (total.granted, total.refused, total.waitlisted, total.waiting) == (4, 1, 1, 4)
    assert total.received == 10
    assert total.withdrawn == 1
    assert total.requested == money("10000")


def test_states_are_sorted_without_one_left_out():
    assert set(RECEIVED) | {ApplicationStatus.WITHDRAWN, ApplicationStatus.DRAFT} == set(ApplicationStatus)
    assert len(RECEIVED) == len(set(RECEIVED)) == len(ANSWERED) + len(WAITING)
    assert set(GRANTED) < set(ANSWERED)


def test_amounts_add_up_to_the_cent():
    for granted in ("0.01", "0.02", "1234.56"):
        application(ApplicationStatus.ACCEPTED, requested="33333.33", granted=granted)
    application(ApplicationStatus.REFUSED, requested="0.10")
    # A grant that was given up stays one, of nothing.
    application(ApplicationStatus.CLOSED, requested="0.20", granted="0")
    total = count_assistance().total
    assert (total.requested, total.given, total.denied) == (
        Decimal("100000.29"),
        Decimal("1234.59"),
        Decimal("0.10"),
    )
    assert (total.granted, total.success) == (4, Decimal("80.0"))


def test_withdrawn_application_is_neither_asked_nor_decided():
    application(ApplicationStatus.WITHDRAWN, requested="500")
    application(ApplicationStatus.ACCEPTED, requested="700", granted="600")
    total = count_assistance().total
    assert (total.received, total.withdrawn, total.requested, total.success) == (1, 1, money("700"), Decimal("100.0"))


def test_application_of_several_submissions_counts_once_by_its_last_amount():
    one = application(ApplicationStatus.SUBMITTED, requested="900", resubmitted_at=SUBMITTED_AT + 9 * DAY)
    Submission.objects.update(requested=money("800"))
    Submission.objects.create(
        application=one,
        form_version=one.form_version,
        by_name="Zoé Côté",
        statement="Ces renseignements sont vrais.",
        answers={},
        requested=money("900"),
        fingerprint="1" * 64,
    )
    total = count_assistance().total
    assert (total.received, total.waiting, total.requested) == (1, 1, money("900"))


# --- Embargo --------------------------------------------------------------------------------------


def test_prepared_decision_leaves_its_application_waiting_until_it_is_announced():
    call, officer = call_with(envelope=money("5000"), opens_at=SUBMITTED_AT)
    for outcome in (Outcome.ACCEPTED, Outcome.REFUSED):
        prepare(InReviewFactory(call=call), officer, outcome, "750.25")
    found = count_assistance()
    assert (found.total.waiting, found.total.granted, found.total.refused) == (2, 0, 0)
    assert (found.total.given, found.total.success, found.drawn) == (money("0"), None, money("0"))
    announce_all(call, officer)
    found = count_assistance()
    assert (found.total.waiting, found.total.granted, found.total.refused) == (0, 1, 1)
    assert (found.total.given, found.total.denied, found.drawn) == (
        Decimal("750.25"),
        money("1000"),
        Decimal("750.25"),
    )
    assert found.total.success == Decimal("50.0")


def test_waiting_list_is_no_refusal_and_a_prepared_grant_of_it_is_no_grant():
    waitlisted = application(ApplicationStatus.WAITLISTED, took=10)
    Decision.objects.create(application=waitlisted, outcome=Outcome.WAITLISTED, announced_at=SUBMITTED_AT + 10 * DAY)
    Decision.objects.create(application=waitlisted, outcome=Outcome.ACCEPTED, amount=money("400"))
    total = count_assistance().total
    assert (total.waitlisted, total.granted, total.refused, total.given, total.success) == (1, 0, 0, money("0"), None)


# --- Time -----------------------------------------------------------------------------------------


def test_delay_is_the_mean_of_what_was_answered_beside_what_was_promised():
    application(ApplicationStatus.ACCEPTED, granted="1", took=10, promised=60)
    application(ApplicationStatus.REFUSED, took=61, promised=60)
    application(ApplicationStatus.WAITLISTED, took=70, promised=70)
    application(ApplicationStatus.IN_REVIEW, promised=400)
    total = count_assistance().total
    assert (total.delay, total.promised) == (Decimal("47.0"), Decimal("63.3"))
    assert (total.timed, total.in_time, total.punctual) == (3, 2, Decimal("66.7"))


def test_delay_stops_at_the_first_answer():
    accepted = application(ApplicationStatus.ACCEPTED, granted="1", took=200, promised=60)
    for outcome, amount, took in ((Outcome.WAITLISTED, "0", 30), (Outcome.ACCEPTED, "1", 200)):
        Decision.objects.create(
            application=accepted, outcome=outcome, amount=money(amount), announced_at=SUBMITTED_AT + took * DAY
        )
    total = count_assistance().total
    assert (total.delay, total.punctual) == (Decimal("30.0"), Decimal("100.0"))


def test_answer_on_the_evening_of_the_promised_day_is_in_time():
    # Half past eleven in the evening, in the region; the next day in UTC.
    late = dt.datetime(2026, 5, 2, 3, 30, tzinfo=dt.UTC)
    one = application(ApplicationStatus.REFUSED, took=1, promised=60)
    one.announced_at = late
    one.save()
    total = count_assistance().total
    assert (one.decision_due_on, total.delay, total.in_time) == (dt.date(2026, 5, 1), Decimal("60.0"), 1)


# --- By what ---------------------------------------------------------------------------------------


def test_lines_by_programme_year_milieu_and_place():
    skates, kayaks = call_of(2026, program__name="Été"), call_of(2025, program__name="Zones bleues")
    nicolet = MunicipalityFactory(name="Nicolet", mrc__name="Nicolet-Yamaska")
    school = OrganizationFactory(kind=Kind.SCHOOL, municipality=nicolet)
    application(ApplicationStatus.ACCEPTED, granted="600", call=skates, organization=school)
    application(ApplicationStatus.REFUSED, call=kayaks, organization=school)
    application(ApplicationStatus.SUBMITTED, call=kayaks, organization=OrganizationFactory(municipality=None))
    found = count_assistance()
    assert {name: [line.label for line in lines] for name, lines in found.lines.items()} == {
        "program": ["Été", "Zones bleues"],
        "year": ["2026", "2025"],
        "mrc": ["Nicolet-Yamaska", ""],
        "municipality": ["Nicolet", ""],
        "kind": ["Scolaire", "Associatif (OBNL)"],
        "activity": [""],
        "clientele": [""],
    }
    assert line_of(found, "program", "Été").given == money("600")
    assert line_of(found, "year", "2025").received == 2
    assert (line_of(found, "mrc", "").waiting, line_of(found, "mrc", "Nicolet-Yamaska").received) == (1, 2)
    assert line_of(found, "kind", "Scolaire").success == Decimal("50.0")


def test_application_counts_in_each_activity_and_clientele_of_its_fiche():
    ski, yoga = (Activity.objects.create(name=name, family="F") for name in ("Ski de village", "Yoga de village"))
    elders = Clientele.objects.create(name="Personnes sages")
    fiche = OrganizationFactory()
    fiche.activities.set([ski, yoga])
    fiche.clienteles.set([elders])
    application(ApplicationStatus.ACCEPTED, requested="900", granted="300.33", took=10, organization=fiche)
    application(ApplicationStatus.REFUSED, requested="50")
    found = count_assistance()
    for label in ("Ski de village", "Yoga de village"):
        tally = line_of(found, "activity", label)
        assert (tally.received, tally.given, tally.delay) == (1, Decimal("300.33"), Decimal("10.0"))
    assert line_of(found, "activity", "").denied == money("50")
    assert line_of(found, "clientele", "Personnes sages").requested == money("900")
    assert found.total.received == 2


def test_programme_and_year_narrow_everything_together():
    asked = call_of(2026)
    others = [call_of(2025, program=asked.program), call_of(2026)]
    for call in (asked, *others):
        application(ApplicationStatus.ACCEPTED, granted="100", call=call)

    def counted(**asked_for):
        found = count_assistance(**asked_for)
        assert found.total.received == applications_of(**asked_for).count() == len(found.calls)
        assert sum(line.given for line in found.mrcs) == found.drawn == found.total.given
        return found.total.received

    assert counted() == 3
    assert counted(program=asked.program) == 2
    assert counted(year=Year(2026)) == 2
    assert counted(program=asked.program, year=Year(2026)) == 1
    assert counted(program=asked.program, year=Year(1999)) == 0


def test_year_is_that_of_the_closing_in_the_region():
    eve = dt.datetime(2027, 1, 1, 4, 59, tzinfo=dt.UTC)
    call = CallFactory(opens_at=eve - 30 * DAY, closes_at=eve)
    application(ApplicationStatus.SUBMITTED, call=call)
    CallFactory(status=CallStatus.DRAFT, opens_at=eve, closes_at=eve + 999 * DAY)
    found = count_assistance(year=Year(2026))
    assert ([line.label for line in found.lines["year"]], found.total.received) == (["2026"], 1)
    assert [year.key for year in years_of_calls()] == ["2026", "2026-2027"]


def test_financial_year_begins_with_april_by_the_clock_of_the_region():
    april = dt.datetime(2026, 4, 1, 4, 0, tzinfo=dt.UTC)
    for number, closes_at in enumerate((april - dt.timedelta(seconds=1), april, april + 364 * DAY, april + 365 * DAY)):
        call = CallFactory(opens_at=closes_at - 30 * DAY, closes_at=closes_at, name=f"{number}")
        application(ApplicationStatus.SUBMITTED, call=call)
    year = Year.read("2026-2027")
    assert (year.start, year.last) == (dt.date(2026, 4, 1), dt.date(2027, 3, 31))
    found = count_assistance(year=year, now=april + 999 * DAY)
    assert [call.label.rpartition(", ")[2] for call in found.calls] == ["2", "1"]
    assert found.total.received == applications_of(year=year).count() == 2
    keys = ["2027", "2026", "2027-2028", "2026-2027", "2025-2026"]
    assert [one.key for one in years_of_calls()] == keys
    assert [Year.read(key) for key in keys] == years_of_calls()


@pytest.mark.parametrize(
    "key", ["", "-", "x", "2026-", "2026-2028", "2026-2027-2028", " 2026", "2026 ", "-2026", "02026"]
)
def test_what_is_no_year_is_refused(key):
    with pytest.raises(ValueError, match=r".*"):
        Year.read(key)


# --- Envelopes and equity --------------------------------------------------------------------------


def test_envelope_is_used_by_what_is_granted_now():
    call = call_of(2026, envelope=money("3000"))
    application(ApplicationStatus.ACCEPTED, granted="1000.01", call=call)
    application(ApplicationStatus.CLOSED, granted="0", call=call)
    application(ApplicationStatus.IN_REVIEW, call=call)
    none = call_of(2026, envelope=None)
    application(ApplicationStatus.ACCEPTED, granted="70", call=none)
    call_of(2026, status=CallStatus.DRAFT)
    call_of(2026, status=CallStatus.WITHDRAWN)
    CallFactory(opens_at=timezone.now() + DAY, closes_at=timezone.now() + 2 * DAY)
    found = count_assistance()
    lines = {line.key: (line.envelope, line.given, line.used, line.left) for line in found.calls}
    assert lines == {
        call.pk: (money("3000"), Decimal("1000.01"), Decimal("33.3"), Decimal("1999.99")),
        none.pk: (None, money("70"), None, None),
    }
    assert (found.envelope, found.drawn) == (money("3000"), Decimal("1000.01"))


def test_equity_compares_the_amount_with_the_fiches_in_service_of_each_mrc():
    nicolet = MunicipalityFactory(name="Nicolet", mrc__name="Nicolet-Yamaska")
    MunicipalityFactory(name="Bécancour", mrc__name="Bécancour")
    inside, outside = OrganizationFactory(municipality=nicolet), OrganizationFactory()
    OrganizationFactory.create_batch(2)
    OrganizationFactory(municipality=nicolet, status=OrganizationStatus.ARCHIVED)
    call = call_of(2026)
    application(ApplicationStatus.ACCEPTED, granted="300", organization=inside, call=call)
    application(ApplicationStatus.ACCEPTED, granted="100", organization=outside, call=call)
    found = {line.label: line for line in count_assistance().mrcs}
    assert list(found) == ["Arthabaska", "Bécancour", "Nicolet-Yamaska"]
    assert [
        (line.fiches, line.fiches_share, line.given, line.given_share, line.per_fiche, line.gap)
        for line in found.values()
    ] == [
        (3, Decimal("75.0"), money("100"), Decimal("25.0"), Decimal("33.33"), Decimal("-50.0")),
        (0, Decimal("0.0"), money("0"), Decimal("0.0"), None, Decimal("0.0")),
        (1, Decimal("25.0"), money("300"), Decimal("75.0"), money("300"), Decimal("50.0")),
    ]


def test_counting_costs_the_same_at_any_number_of_applications():
    costs = []
    for more in (1, 12):
        for _number in range(more):
            application(ApplicationStatus.ACCEPTED, granted="1", took=3)
        with CaptureQueriesContext(connection) as captured:
            count_assistance()
        costs.append(len(captured))
    assert costs[0] == costs[1] == 11
