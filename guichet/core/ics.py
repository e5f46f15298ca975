"""Deadlines for people's calendars: RFC 5545, as little of it as a day to remember takes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.http import HttpResponse
from django.utils import timezone

OCTETS_A_LINE = 75


@dataclass(frozen=True)
class Deadline:
    """Something to do by a moment. ``uid`` is its own for ever, so that a calendar takes the new date for the old."""

    uid: str
    title: str
    at: dt.datetime
    description: str = ""
    url: str = ""
    updated_at: dt.datetime | None = None


def calendar_file(deadlines: list[Deadline], *, name: str, file_name: str) -> HttpResponse:
    """The deadlines as a file to open with a calendar."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Guichet//FR", "CALSCALE:GREGORIAN", f"NAME:{_text(name)}"]
    for one in deadlines:
        lines += _event(one)
    lines.append("END:VCALENDAR")
    content = "".join(f"{_folded(line)}\r\n" for line in lines)
    return HttpResponse(
        content,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{file_name}.ics"'},
    )


def _event(one: Deadline) -> list[str]:
    lines = [
        "BEGIN:VEVENT",
        f"UID:{_text(one.uid)}",
        f"DTSTAMP:{_utc(one.updated_at or timezone.now())}",
        f"DTSTART:{_utc(one.at)}",
        f"DTEND:{_utc(one.at)}",
        f"SUMMARY:{_text(one.title)}",
    ]
    if one.description:
        lines.append(f"DESCRIPTION:{_text(one.description)}")
    if one.url:
        lines.append(f"URL:{one.url}")
    # A day before, a word: somebody who takes a deadline into a calendar wants to be warned of it.
    lines += ["TRANSP:TRANSPARENT", "BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{_text(one.title)}"]
    return [*lines, "TRIGGER:-P1D", "END:VALARM", "END:VEVENT"]


def _utc(moment: dt.datetime) -> str:
    return f"{moment.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"


def _text(words: str) -> str:
    """A text with its commas, semicolons, backslashes and line breaks escaped."""
    escaped = words.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return "\\n".join(escaped.splitlines())


def _folded(line: str) -> str:
    """A line in pieces of 75 octets at most, never through a character; each goes on after a space."""
    pieces, piece, room = [], b"", OCTETS_A_LINE
    for character in line:
        octets = character.encode()
        if len(piece) + len(octets) > room:
            pieces.append(piece)
            # The space in front counts.
            piece, room = b"", OCTETS_A_LINE - 1
        piece += octets
    return b"\r\n ".join([*pieces, piece]).decode()
