"""The tables of « Bilan », each with its chart: the words of what `services/knowing.py` counted, and links to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from guichet.core.templatetags.guichet import day
from guichet.organizations.staff.figures import Bar, BarChart

from ..enums import ApplicationStatus
from ..schema import format_amount, format_number, format_percent
from ..services.knowing import (
    GRANTED,
    RECEIVED,
    WAITING,
    Assistance,
    CallLine,
    Line,
    MrcLine,
    Tally,
    percentage,
)

NOTHING = "—"
# A chart of more bars is no help; the table has them all.
BARS_AT_MOST = 12
Value = int | Decimal | dt.date | None
# What an address of the queue asks for, by the names of its filters.
Query = tuple[tuple[str, Any], ...]


class Unit(Enum):
    """What a number is of."""

    COUNT = "count"
    AMOUNT = "amount"
    PERCENT = "percent"
    NUMBER = "number"
    DATE = "date"


def in_words(value: Value, unit: Unit) -> str:
    """« 1 234 », « 1 234,50 $ », « 12,5 % », « 41,5 », a day; a dash for none."""
    if value is None:
        return NOTHING
    if isinstance(value, dt.date):
        return day(value)
    if unit == Unit.AMOUNT:
        return format_amount(Decimal(value))
    if unit == Unit.PERCENT:
        return format_percent(Decimal(value))
    return format_number(Decimal(value), 1 if unit == Unit.NUMBER else 0)


@dataclass(frozen=True)
class Heading:
    """A column; ``more`` names the second line of its cells, in the table and as a column of its own in a file."""

    label: str
    more: str = ""


@dataclass(frozen=True)
class Cell:
    """A number with its words, and a second one under it; ``url`` leads to the applications that it counts."""

    heading: Heading
    values: tuple[Value, ...]
    words: tuple[str, ...]
    url: str = ""

    @property
    def label(self) -> str:
        """What a card says before the first number."""
        return self.heading.label

    @property
    def first(self) -> str:
        """The number."""
        return self.words[0]

    @property
    def second(self) -> str:
        """The number under it."""
        return self.words[1] if len(self.words) > 1 else ""

    @property
    def second_label(self) -> str:
        """What the second number is."""
        return self.heading.more


@dataclass(frozen=True)
class Row:
    """A line of a table."""

    label: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """A table, the line of its totals when its lines add up, and its chart."""

    key: str
    title: str
    label: str
    headings: tuple[Heading, ...]
    rows: tuple[Row, ...]
    chart: BarChart
    total: Row | None = None
    note: str = ""
    legend: str = ""

    @property
    def has_picture(self) -> bool:
        """Some bar is more than nothing."""
        return any(bar.number or bar.whole for bar in self.chart.bars)

    def lines(self) -> Iterable[list[Any]]:
        """For a file: the headings, then the numbers as they are, one a column."""
        yield [self.label, *(name for one in self.headings for name in (one.label, one.more) if name)]
        for row in (*self.rows, *([self.total] if self.total else [])):
            yield [row.label, *(value for cell in row.cells for value in cell.values)]


@dataclass(frozen=True)
class Column:
    """What one column of the tallies says; ``statuses`` are those of the applications that it counts."""

    label: str | Promise
    value: Callable[[Tally], Value]
    unit: Unit = Unit.COUNT
    more_label: str | Promise = ""
    more: Callable[[Tally], Value] | None = None
    more_unit: Unit = Unit.AMOUNT
    statuses: tuple[ApplicationStatus, ...] = ()

    @property
    def heading(self) -> Heading:
        """In the reader's language."""
        return Heading(str(self.label), str(self.more_label))

    def cell(self, tally: Tally, asked: Query | None) -> Cell:
        """``asked``: what the queue is filtered by for these applications; None when it has no such filter."""
        pairs = [(self.value(tally), self.unit)]
        if self.more is not None:
            pairs.append((self.more(tally), self.more_unit))
        leads = asked is not None and self.statuses and self.value(tally)
        return _cell(self.heading, *pairs, url=queue_url((*asked, ("status", self.statuses))) if leads else "")


def _cell(heading: Heading, *pairs: tuple[Value, Unit], url: str = "") -> Cell:
    return Cell(heading, tuple(value for value, _unit in pairs), tuple(in_words(*pair) for pair in pairs), url)


COLUMNS = (
    Column(
        gettext_lazy("Demandes"),
        lambda one: one.received,
        more_label=gettext_lazy("Montant demandé"),
        more=lambda one: one.requested,
        statuses=RECEIVED,
    ),
    Column(
        pgettext_lazy("demandes", "Accordées"),
        lambda one: one.granted,
        more_label=gettext_lazy("Montant accordé"),
        more=lambda one: one.given,
        statuses=GRANTED,
    ),
    Column(
        pgettext_lazy("demandes", "Refusées"),
        lambda one: one.refused,
        more_label=gettext_lazy("Montant refusé"),
        more=lambda one: one.denied,
        statuses=(ApplicationStatus.REFUSED,),
    ),
    Column(
        gettext_lazy("Taux de réussite"),
        lambda one: one.success,
        unit=Unit.PERCENT,
    ),
    Column(gettext_lazy("Liste d’attente"), lambda one: one.waitlisted, statuses=(ApplicationStatus.WAITLISTED,)),
    Column(gettext_lazy("Sans réponse encore"), lambda one: one.waiting, statuses=WAITING),
    Column(pgettext_lazy("demandes", "Retirées"), lambda one: one.withdrawn, statuses=(ApplicationStatus.WITHDRAWN,)),
    Column(
        gettext_lazy("Délai moyen (jours)"),
        lambda one: one.delay,
        unit=Unit.NUMBER,
        more_label=gettext_lazy("Délai promis (jours)"),
        more=lambda one: one.promised,
        more_unit=Unit.NUMBER,
    ),
    Column(gettext_lazy("Dans le délai promis"), lambda one: one.punctual, unit=Unit.PERCENT),
)


def queue_url(asked: Query) -> str:
    """The list of applications, filtered."""
    return f"{reverse('staff_applications')}?{urlencode(asked, doseq=True)}"


def tables_of(found: Assistance, asked: Query) -> list[Table]:
    """Every table, in the order of the page. ``asked``: the filters of the page, as the queue names them."""
    settled = {name for name, _value in asked}
    twice = _("Une demande compte dans chacun des choix de la fiche : les lignes ne s’additionnent pas.")
    # What is short comes first.
    tables = {
        "program": lambda: _by("program", _("Par programme"), _("Programme"), found, asked),
        "year": lambda: _by("year", _("Par année"), _("Année"), found, asked),
        "calls": lambda: _envelopes(found),
        "mrc": lambda: _by("mrc", _("Par MRC"), _("MRC"), found, asked),
        "equity": lambda: _equity(found),
        "kind": lambda: _by("kind", _("Par milieu"), _("Milieu"), found, asked),
        "clientele": lambda: _by("clientele", _("Par clientèle"), _("Clientèle"), found, asked, note=twice),
        "activity": lambda: _by("activity", _("Par activité"), _("Activité"), found, asked, note=twice),
        "municipality": lambda: _by("municipality", _("Par municipalité"), _("Municipalité"), found, asked),
    }
    return [made() for name, made in tables.items() if name not in settled]


# The tables' keys, which stand in addresses; a table by what a filter settles is left out.
_KEYS = {
    "program": "programme",
    "year": "annee",
    "mrc": "mrc",
    "municipality": "municipalite",
    "kind": "milieu",
    "activity": "activite",
    "clientele": "clientele",
}
# What the queue can be filtered by.
_FILTERS = {"program", "year", "mrc", "kind"}


def _by(name: str, title: str, label: str, found: Assistance, asked: Query, *, note: str = "") -> Table:
    """One table of the tallies; a ``note`` says why its lines have no total."""
    lines = found.lines[name]
    return Table(
        key=_KEYS[name],
        title=title,
        label=label,
        headings=tuple(column.heading for column in COLUMNS),
        rows=tuple(
            _row(_name_of(line), line.tally, (*asked, (name, line.key)) if _is_listed(name, line) else None)
            for line in lines
        ),
        chart=_granted_of_asked(lines),
        total=_row(_("Total"), found.total, asked) if lines and not note else None,
        note=note,
        legend=_legend(_("Le montant accordé, et sa part du montant demandé."), len(lines)),
    )


def _is_listed(name: str, line: Line) -> bool:
    return name in _FILTERS and line.key is not None


def _name_of(line: Line | MrcLine) -> str:
    return line.label or _("Non précisé")


def _row(label: str, tally: Tally, asked: Query | None) -> Row:
    return Row(label, tuple(column.cell(tally, asked) for column in COLUMNS))


def _legend(words: str, count: int) -> str:
    if count <= BARS_AT_MOST:
        return words
    most = _("Le graphique montre les %(most)d plus grands montants; le tableau a toutes les lignes.")
    return f"{words} {most % {'most': BARS_AT_MOST}}"


def _chart(bars: Iterable[Bar], *, largest: Callable[[Bar], float]) -> BarChart:
    """All the bars, or the largest when there are too many."""
    every = list(bars)
    if len(every) > BARS_AT_MOST:
        every = sorted(every, key=largest, reverse=True)[:BARS_AT_MOST]
    return BarChart(tuple(every))


def _bar(label: str, part: Decimal, whole: Decimal | None) -> Bar:
    share = percentage(part, whole) if whole else None
    words = format_amount(part) if share is None else f"{format_amount(part)} ({format_percent(share)})"
    return Bar(label, float(part), words, None if whole is None else float(whole))


def _granted_of_asked(lines: list[Line]) -> BarChart:
    bars = (_bar(_name_of(line), line.tally.given, line.tally.requested) for line in lines)
    return _chart(bars, largest=lambda bar: (bar.number, bar.whole or 0))


# --- Envelopes and equity -------------------------------------------------------------------------


def _envelopes(found: Assistance) -> Table:
    headings = (
        Heading(_("Clôture")),
        Heading(_("Enveloppe")),
        Heading(_("Accordé")),
        Heading(_("Utilisée")),
        Heading(_("Reste")),
    )

    def row(label: str, closing: dt.date | None, of: CallLine | Assistance, given: Decimal, url: str = "") -> Row:
        closes, envelope, granted, used, left = headings
        return Row(
            label,
            (
                _cell(closes, (closing, Unit.DATE)),
                _cell(envelope, (of.envelope, Unit.AMOUNT)),
                _cell(granted, (given, Unit.AMOUNT), url=url),
                _cell(used, (of.used, Unit.PERCENT)),
                _cell(left, (of.left, Unit.AMOUNT)),
            ),
        )

    rows = tuple(
        row(
            call.label,
            timezone.localdate(call.closes_at),
            call,
            call.given,
            queue_url((("call", call.key), ("status", GRANTED))) if call.given else "",
        )
        for call in found.calls
    )
    bars = (_bar(call.label, call.given, call.envelope) for call in found.calls)
    return Table(
        key="enveloppes",
        title=_("Enveloppes des appels"),
        label=_("Appel"),
        headings=headings,
        rows=rows,
        chart=_chart(bars, largest=lambda bar: max(bar.number, bar.whole or 0)),
        total=row(_("Total"), None, found, found.drawn) if rows else None,
        note=_("Le total compte les appels qui ont une enveloppe."),
        legend=_legend(_("Le montant accordé, et sa part de l’enveloppe."), len(rows)),
    )


def _equity(found: Assistance) -> Table:
    headings = (
        Heading(_("Fiches en service"), _("Part des fiches")),
        Heading(_("Montant accordé"), _("Part du montant")),
        Heading(_("Accordé par fiche")),
        Heading(_("Écart (points)")),
    )
    fiches, given, per_fiche, gap = headings
    rows = tuple(
        Row(
            _name_of(line),
            (
                _cell(fiches, (line.fiches, Unit.COUNT), (line.fiches_share, Unit.PERCENT)),
                _cell(given, (line.given, Unit.AMOUNT), (line.given_share, Unit.PERCENT)),
                _cell(per_fiche, (line.per_fiche, Unit.AMOUNT)),
                _cell(gap, (line.gap, Unit.NUMBER)),
            ),
        )
        for line in found.mrcs
    )
    bars = (
        Bar(_name_of(line), float(line.per_fiche or 0), in_words(line.per_fiche, Unit.AMOUNT)) for line in found.mrcs
    )
    return Table(
        key="equite",
        title=_("Équité entre les MRC"),
        label=_("MRC"),
        headings=headings,
        rows=rows,
        chart=_chart(bars, largest=lambda bar: bar.number),
        note=_(
            "L’écart est la part du montant moins la part des fiches : sous zéro, la MRC a reçu moins que sa part."
        ),
        legend=_legend(_("Le montant accordé pour chaque fiche en service."), len(rows)),
    )
