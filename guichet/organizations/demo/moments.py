"""The past, for what the services only know how to do now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from django.db.models import Max
from django.utils import timezone

from guichet.core.models import Event

DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)


@contextmanager
def happened(ago: dt.timedelta) -> Iterator[None]:
    """Date what the services write in the timeline, inside, as if it had happened that long ago."""
    last = Event.objects.aggregate(last=Max("pk"))["last"] or 0
    yield
    Event.objects.filter(pk__gt=last).update(at=timezone.now() - ago)
