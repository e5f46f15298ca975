"""The programmes as the public sees them: those of the site, with the calls that people may know of."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet

from .enums import CallPhase, CallStatus
from .models import Call, Program


def with_calls(programs: QuerySet[Program]) -> QuerySet[Program]:
    """The programmes with their published calls, those that close first on top."""
    calls = Call.objects.filter(status=CallStatus.PUBLISHED).order_by("closes_at", "pk").prefetch_related("mrcs")
    return programs.prefetch_related(Prefetch("calls", queryset=calls, to_attr="shown_calls"))


def in_phase(program: Program, phase: CallPhase) -> list[Call]:
    """The programme's calls that are open, say; of a programme that `with_calls` found."""
    calls = [call for call in program.shown_calls if call.phase() == phase]
    for call in calls:
        # Already here: asking again would cost a query a call.
        call.program = program
    return calls


def shown_programs() -> list[dict[str, Any]]:
    """Every programme of the site: those with an open call on top, then those with one to come."""
    found = [
        {"program": program, "open": in_phase(program, CallPhase.OPEN), "coming": in_phase(program, CallPhase.COMING)}
        for program in with_calls(Program.objects.filter(is_published=True))
    ]
    return sorted(found, key=lambda one: (not one["open"], not one["coming"], one["program"].name))
