"""The statistics as figures: each a title, a table in words, and what its chart is drawn from."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from ..enums import AccessStatus, Kind
from ..services import Statistics

Number = int | float | None


@dataclass(frozen=True)
class Row:
    """A line of the table: what it is about, and a number for each other column; None where there is none."""

    label: str
    numbers: tuple[Number, ...]

    @property
    def words(self) -> list[str]:
        """The numbers as people read them."""
        return [in_words(number) for number in self.numbers]


@dataclass(frozen=True)
class Bar:
    """A bar of a chart: its name above it, its words at its end; ``whole``, of which it is a part, lies behind it."""

    label: str
    number: float
    words: str
    whole: float | None = None


@dataclass(frozen=True)
class BarChart:
    """Bars alone, for tables that are no `Figure`."""

    bars: tuple[Bar, ...]
    by_month: ClassVar[bool] = False

    @property
    def fingerprint(self) -> str:
        """One mark of everything that the drawing depends on."""
        return _mark(f"{get_language()} {self!r}")


@dataclass(frozen=True)
class Figure:
    """A chart and its table. ``headings``: of the column of labels, then of each column of numbers.

    By month, each column of numbers is drawn by itself; else the first is, and the second is its share.
    """

    key: str
    title: str
    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    by_month: bool = False
    note: str = ""

    @property
    def is_empty(self) -> bool:
        """Nothing was counted: there is nothing to draw."""
        return not any(number for row in self.rows for number in row.numbers)

    @property
    def fingerprint(self) -> str:
        """One mark of everything that the drawing depends on: the numbers, and the words for them."""
        words = [row.words for row in self.rows]
        return _mark(f"{get_language()} {self!r} {words}")

    @property
    def bars(self) -> tuple[Bar, ...]:
        """A bar a row: the first column, and the second as its share."""
        return tuple(Bar(row.label, row.numbers[0], _count_and_share(row.words)) for row in self.rows)


def _count_and_share(words: list[str]) -> str:
    count, share = words
    return f"{count} ({share}\u00a0%)"


def _mark(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def in_words(number: Number) -> str:
    """« 1 234 », « 2,5 », « — »."""
    if number is None:
        return "—"
    # `number_format` would cut the decimals off.
    return number_format(number if isinstance(number, int) else f"{number:.1f}", force_grouping=True)


def figures_of(found: Statistics) -> list[Figure]:
    """Every figure, in the order of the page: those of now, then those by month."""
    return [*_of_now(found), _created(found), _changes(found)]


def _of_now(found: Statistics) -> list[Figure]:
    places = [(name or _("Sans municipalité"), count) for name, count in found.by_place]
    bands = [(_band(first, last), found.by_completeness[first]) for first, last in _bands(found.by_completeness)]
    return [
        _shares(
            "milieu", _("Fiches par milieu"), _("Milieu"), [(str(Kind(k).label), n) for k, n in found.by_kind.items()]
        ),
        _shares("lieu", _("Fiches par territoire"), _("Territoire"), places),
        _shares("remplies", _("Fiches selon ce qui est rempli"), _("Remplie à"), bands),
        _shares("confirmees", _("Fiches confirmées"), _("Confirmation"), _confirmations(found)),
        _shares(
            "repertoire",
            _("Fiches dans le répertoire public"),
            _("Répertoire"),
            [(_("Y paraissent"), found.listed), (_("N’y paraissent pas"), found.fiches - found.listed)],
        ),
        _shares(
            "acces",
            _("Accès par état"),
            _("État"),
            [(str(AccessStatus(status).label), count) for status, count in found.accesses.items()],
            counted=_("Accès"),
        ),
    ]


def _confirmations(found: Statistics) -> list[tuple[str, int]]:
    within = ngettext(
        "Confirmées depuis %(count)d mois ou moins", "Confirmées depuis %(count)d mois ou moins", found.confirm_months
    )
    return [
        (within % {"count": found.confirm_months}, found.confirmed),
        (_("À reconfirmer"), found.to_confirm_again),
        (_("Jamais confirmées"), found.never_confirmed),
    ]


def _bands(counts: Iterable[int]) -> list[tuple[int, int]]:
    """The bands as their first and last percentage."""
    firsts = list(counts)
    return list(zip(firsts, [first - 1 for first in firsts[1:]] + [100], strict=True))


def _band(first: int, last: int) -> str:
    if first == last:
        return _("{last} %").format(last=last)
    return _("{first} à {last} %").format(first=first, last=last)


def _shares(key: str, title: str, label: str, counts: list[tuple[str, int]], *, counted: str = "") -> Figure:
    total = sum(count for _label, count in counts)
    return Figure(
        key=key,
        title=title,
        headings=(label, counted or _("Fiches"), _("Part (%)")),
        rows=tuple(Row(name, (count, 100 * count / total if total else None)) for name, count in counts),
    )


def _month(first: dt.date) -> str:
    return date_format(first, "N Y")


def _created(found: Statistics) -> Figure:
    return Figure(
        key="creees",
        title=_("Fiches créées par mois"),
        headings=(_("Mois"), _("Fiches créées")),
        rows=tuple(Row(_month(month), (count,)) for month, count in found.created.items()),
        by_month=True,
    )


def _changes(found: Statistics) -> Figure:
    return Figure(
        key="modifications",
        title=_("Modifications proposées et décidées par mois"),
        headings=(_("Mois"), _("Proposées"), _("Approuvées"), _("Refusées"), _("Délai médian (jours)")),
        rows=tuple(
            Row(_month(month), (one.proposed, one.approved, one.refused, one.median_delay))
            for month, one in found.changes.items()
        ),
        by_month=True,
        note=_("Le délai va de la proposition à la décision : la moitié des réponses sont venues plus vite."),
    )
