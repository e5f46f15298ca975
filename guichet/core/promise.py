"""Promised delays: when an answer is due, in the hours that count.

All moments are aware datetimes; durations are time that counts (open time, or plain time).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import lru_cache

import holidays
from django.utils import timezone

from .enums import PromiseClock
from .models import SiteSettings

HORIZON = dt.timedelta(days=400)


@lru_cache(maxsize=64)
def _holidays(province: str, year: int) -> frozenset[dt.date]:
    return frozenset(holidays.country_holidays("CA", subdiv=province, years=year))


def is_open_day(day: dt.date, body: SiteSettings) -> bool:
    """Whether the body works that day: Monday to Friday, and no public holiday of its province."""
    return day.weekday() < 5 and day not in _holidays(body.holidays_of, day.year)


def _open_spans(start: dt.datetime, body: SiteSettings) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """The spans of time that count, from ``start`` on, in order.

    Compared and added in UTC: on the night when the clock changes, an hour is still an hour.
    """
    start = start.astimezone(dt.UTC)
    if body.promise_clock == PromiseClock.PLAIN:
        yield start, start + HORIZON
        return
    whole_days = body.promise_clock == PromiseClock.OPEN_DAYS
    day = timezone.localtime(start).date()
    last = day + HORIZON
    while day < last:
        if is_open_day(day, body):
            next_day = day + dt.timedelta(days=1)
            opens = timezone.make_aware(dt.datetime.combine(day, dt.time.min if whole_days else body.opens_at))
            closes = timezone.make_aware(
                dt.datetime.combine(next_day, dt.time.min) if whole_days else dt.datetime.combine(day, body.closes_at)
            )
            if closes > start:
                yield max(opens.astimezone(dt.UTC), start), closes.astimezone(dt.UTC)
        day += dt.timedelta(days=1)


def add_counted_time(start: dt.datetime, duration: dt.timedelta, body: SiteSettings) -> dt.datetime:
    """The moment when ``duration`` of time that counts has passed since ``start``."""
    left = duration
    for opens, closes in _open_spans(start, body):
        if closes - opens >= left:
            return opens + left
        left -= closes - opens
    return start + HORIZON


def counted_time_between(start: dt.datetime, end: dt.datetime, body: SiteSettings) -> dt.timedelta:
    """How much time that counts lies between two moments; zero when ``end`` comes first."""
    total = dt.timedelta()
    for opens, closes in _open_spans(start, body):
        if opens >= end:
            break
        total += min(closes, end) - opens
    return total


def promised_duration(body: SiteSettings) -> dt.timedelta:
    """The longest delay that the body promises."""
    return dt.timedelta(hours=body.promise_max_hours)
