"""Promised delays across nights, weekends, Québec's holidays and clock changes."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from guichet.core.enums import PromiseClock
from guichet.core.models import SiteSettings
from guichet.core.promise import add_counted_time, counted_time_between, is_open_day, promised_duration

HERE = ZoneInfo("America/Toronto")
PLAIN, DAYS, HOURS = PromiseClock.PLAIN, PromiseClock.OPEN_DAYS, PromiseClock.OPEN_HOURS


def at(text: str, fold: int = 0) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=HERE, fold=fold)


def body(clock: str, **kwargs) -> SiteSettings:
    return SiteSettings(promise_clock=clock, **kwargs)


@pytest.mark.parametrize(
    ("clock", "start", "hours", "due"),
    [
        (PLAIN, "2026-05-01 15:00", 48, "2026-05-03 15:00"),  # Friday to Sunday
        (PLAIN, "2026-03-07 12:00", 24, "2026-03-08 13:00"),  # the clock goes forward: 24 hours are 24 hours
        (PLAIN, "2026-10-31 12:00", 24, "2026-11-01 11:00"),  # and back
        (DAYS, "2026-05-05 10:00", 48, "2026-05-07 10:00"),
        (DAYS, "2026-05-01 15:00", 48, "2026-05-05 15:00"),  # over a weekend
        (DAYS, "2026-05-02 09:00", 24, "2026-05-05 00:00"),  # asked on a Saturday
        (DAYS, "2026-06-23 10:00", 48, "2026-06-26 10:00"),  # Fête nationale, a Wednesday
        (DAYS, "2026-10-09 12:00", 24, "2026-10-13 12:00"),  # Action de grâce, a Monday after a weekend
        (DAYS, "2026-12-24 12:00", 24, "2026-12-28 12:00"),  # Christmas, a Friday
        (DAYS, "2026-03-06 12:00", 24, "2026-03-09 12:00"),  # the clock goes forward on the Sunday between
        (DAYS, "2026-10-30 12:00", 24, "2026-11-02 12:00"),  # and back
        (HOURS, "2026-05-05 10:00", 2, "2026-05-05 12:00"),
        (HOURS, "2026-05-05 15:30", 2, "2026-05-06 09:30"),  # one hour left that day
        (HOURS, "2026-05-05 06:00", 1, "2026-05-05 09:30"),  # before they open
        (HOURS, "2026-05-05 20:00", 1, "2026-05-06 09:30"),  # after they close
        (HOURS, "2026-05-01 15:30", 2, "2026-05-04 09:30"),  # over a weekend
        (HOURS, "2026-06-23 16:00", 1, "2026-06-25 09:00"),  # over the Fête nationale
        (HOURS, "2026-05-05 08:30", 8, "2026-05-05 16:30"),  # to the minute they close
        (HOURS, "2026-05-05 08:30", 48, "2026-05-12 16:30"),  # six days of eight hours
    ],
)
def test_due_moment(clock, start, hours, due):
    found = add_counted_time(at(start), dt.timedelta(hours=hours), body(clock))
    assert found.astimezone(HERE) == at(due)
    assert f"{found.astimezone(HERE):%Y-%m-%d %H:%M}" == due


@pytest.mark.parametrize(
    ("clock", "start", "end", "hours"),
    [
        (PLAIN, "2026-03-07 12:00", "2026-03-08 12:00", 23),
        (DAYS, "2026-05-01 12:00", "2026-05-04 12:00", 24),
        (DAYS, "2026-05-02 12:00", "2026-05-03 12:00", 0),
        (HOURS, "2026-05-01 12:00", "2026-05-04 12:00", 8),
        (HOURS, "2026-05-05 18:00", "2026-05-06 06:00", 0),
        (DAYS, "2026-05-05 12:00", "2026-05-04 12:00", 0),
        (PLAIN, "2026-05-05 12:00", "2026-05-04 12:00", 0),
    ],
)
def test_time_that_counts_between(clock, start, end, hours):
    assert counted_time_between(at(start), at(end), body(clock)) == dt.timedelta(hours=hours)


@given(
    clock=st.sampled_from(PromiseClock),
    minute=st.integers(0, 2 * 366 * 24 * 60),
    minutes=st.integers(1, 200 * 60),
)
def test_what_was_added_is_what_lies_between(clock, minute, minutes):
    start = at("2026-01-01 00:00").astimezone(dt.UTC) + dt.timedelta(minutes=minute)
    duration = dt.timedelta(minutes=minutes)
    due = add_counted_time(start, duration, body(clock))
    assert due > start
    assert counted_time_between(start, due, body(clock)) == duration


@pytest.mark.parametrize(
    ("day", "is_open"),
    [
        ("2026-06-24", False),
        ("2026-10-12", False),
        ("2026-07-01", False),
        ("2026-05-18", False),  # Journée nationale des patriotes
        ("2026-09-07", False),
        ("2026-05-16", False),  # a Saturday
        ("2026-08-03", True),  # a holiday in Ontario's cities, not here
        ("2026-05-19", True),
    ],
)
def test_open_days_are_quebecs(day, is_open):
    assert is_open_day(dt.date.fromisoformat(day), body(DAYS)) is is_open


def test_open_days_follow_the_province():
    family_day = dt.date(2026, 2, 16)
    assert is_open_day(family_day, body(DAYS, holidays_of="QC"))
    assert not is_open_day(family_day, body(DAYS, holidays_of="ON"))


def test_promised_duration_is_the_longest():
    assert promised_duration(body(DAYS, promise_max_hours=36)) == dt.timedelta(hours=36)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"holidays_of": "ZZ"}, "holidays_of"),
        ({"promise_min_hours": 49}, "promise_min_hours"),
        ({"opens_at": dt.time(17), "closes_at": dt.time(9)}, "closes_at"),
        ({"primary_color": "#ffff00"}, "primary_color"),
        ({"banner_color": "blue"}, "banner_color"),
        ({"promise_max_hours": 0}, "promise_max_hours"),
    ],
)
def test_settings_that_make_no_sense_are_refused(changes, field):
    with pytest.raises(ValidationError) as refused:
        body(DAYS, **changes).full_clean(validate_unique=False)
    assert field in refused.value.message_dict


def test_settings_as_they_come_are_sound():
    body(DAYS).full_clean(validate_unique=False)
