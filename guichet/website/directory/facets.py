"""What a visitor asks of the directory: words and chosen filters; how many entries each other filter would leave."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import models
from django.db.models import Count
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from guichet.core.shared import remembered
from guichet.organizations.enums import Kind
from guichet.organizations.models import Activity, Clientele, DirectoryEntry, DirectoryEntryQuerySet, Mrc, Municipality
from guichet.organizations.models.directory import QUERY_LENGTH
from guichet.organizations.text import fold

VALUES_AT_MOST = 50


@dataclass(frozen=True)
class Facet:
    """One way to filter: its name in the address, its field of an entry, and the model of its choices."""

    name: str
    label: str | Promise
    field: str
    model: type[models.Model] | None = None
    many: bool = False

    @property
    def through(self) -> type[models.Model]:
        """The table of who chose what."""
        return DirectoryEntry._meta.get_field(self.field).remote_field.through

    @property
    def column(self) -> str:
        """The choice, in that table."""
        return self.model._meta.model_name

    def clean(self, values: list[str]) -> list[str]:
        """The values that could be, each once."""
        if self.model is None:
            return [value for value in Kind.values if value in values]
        numbers = {int(value) for value in values if value.isascii() and value.isdigit() and len(value) <= 9}
        return [str(number) for number in sorted(numbers)[:VALUES_AT_MOST]]

    def keep(self, entries: DirectoryEntryQuerySet, values: list[str]) -> DirectoryEntryQuerySet:
        """The entries that have one of these values."""
        if not values:
            return entries
        if self.many:
            holders = self.through.objects.filter(**{f"{self.column}__in": values}).values("directoryentry")
            return entries.filter(pk__in=holders)
        return entries.filter(**{f"{self.field}__in": values})

    def count(self, entries: DirectoryEntryQuerySet) -> dict[str, int]:
        """The number of entries by value, in one query."""
        return count_together([self], entries)[self.name]

    def names(self) -> dict[str, str]:
        """The label of every value that there is."""
        if self.model is None:
            return {value: str(label) for value, label in Kind.choices}
        return remembered(
            ("facet", self.name), lambda: {str(pk): name for pk, name in self.model.objects.values_list("pk", "name")}
        )


def count_together(facets: Sequence[Facet], entries: DirectoryEntryQuerySet) -> dict[str, dict[str, int]]:
    """By facet, the number of entries by value: one query for all that are columns, one for each list of choices."""
    entries = entries.order_by()
    found: dict[str, Counter[str]] = {facet.name: Counter() for facet in facets}
    columns = [facet for facet in facets if not facet.many]
    if columns:
        names = [f"{facet.field}_id" if facet.model else facet.field for facet in columns]
        for *values, number in entries.values_list(*names).annotate(number=Count("pk")).order_by():
            for facet, value in zip(columns, values, strict=True):
                if value is not None:
                    found[facet.name][str(value)] += number
    for facet in facets:
        if facet.many:
            held = facet.through.objects.filter(directoryentry__in=entries.values("pk"))
            rows = held.values_list(f"{facet.column}_id").annotate(number=Count("pk")).order_by()
            found[facet.name].update({str(value): number for value, number in rows})
    return found


FACETS = (
    Facet("activite", _("Activité"), "activities", Activity, many=True),
    Facet("clientele", _("Clientèle"), "clienteles", Clientele, many=True),
    Facet("mrc", _("MRC"), "mrc", Mrc),
    Facet("municipalite", _("Municipalité"), "municipality", Municipality),
    Facet("milieu", _("Milieu"), "kind"),
)


@dataclass(frozen=True)
class Choice:
    """One value of a facet, in one search."""

    search: Search
    facet: Facet
    value: str
    label: str
    count: int
    chosen: bool

    @property
    def url(self) -> str:
        """The results without it when it is chosen, with it when not. Few of them are asked for."""
        values = self.search.chosen[self.facet.name]
        others = [one for one in values if one != self.value]
        return self.search.address(**{self.facet.name: others if self.chosen else [*values, self.value]})


@dataclass(frozen=True)
class Group:
    """A facet as the page shows it."""

    facet: Facet
    choices: list[Choice]

    @property
    def chosen(self) -> list[Choice]:
        """Those that filter now."""
        return [choice for choice in self.choices if choice.chosen]


class Search:
    """One reading of the directory, from an address."""

    def __init__(self, parameters: QueryDict) -> None:
        self.query = " ".join(parameters.get("q", "")[: 2 * QUERY_LENGTH].replace("\0", "").split())[:QUERY_LENGTH]
        self.chosen = {facet.name: facet.clean(parameters.getlist(facet.name)) for facet in FACETS}

    @property
    def is_filtered(self) -> bool:
        """Whether anything was asked."""
        return bool(self.query or any(self.chosen.values()))

    @functools.cached_property
    def matching(self) -> DirectoryEntryQuerySet:
        """The entries that hold the words, whatever the filters."""
        return DirectoryEntry.objects.matching(self.query)

    def entries(self, *, but: Facet | None = None) -> DirectoryEntryQuerySet:
        """The results; with ``but``, as if that facet did not filter."""
        found = self.matching
        for facet in FACETS:
            if facet != but:
                found = facet.keep(found, self.chosen[facet.name])
        return found

    def address(self, **changes: list[str]) -> str:
        """The query string of these results, with other values for some facets; always written alike."""
        parameters = QueryDict(mutable=True)
        if self.query:
            parameters["q"] = self.query
        for name, values in {**self.chosen, **changes}.items():
            parameters.setlist(name, values)
        return f"?{parameters.urlencode()}" if parameters else "?"

    @functools.cached_property
    def groups(self) -> list[Group]:
        """Every facet with what it offers: the values that some entry has, and those that are chosen."""
        counts = self._counts() if self.is_filtered else remembered("directory counts", self._counts)
        return [Group(facet, sorted(self._choices(facet, counts[facet.name]), key=_order)) for facet in FACETS]

    @property
    def total(self) -> int:
        """How many results: every entry has one « milieu »."""
        kinds = next(group for group in self.groups if group.facet.name == "milieu")
        return sum(choice.count for choice in kinds.chosen or kinds.choices)

    def _counts(self) -> dict[str, dict[str, int]]:
        """The counts of every facet: of what its own choice would leave, were the others as they are."""
        free = [facet for facet in FACETS if not self.chosen[facet.name]]
        counts = count_together(free, self.entries())
        return counts | {facet.name: facet.count(self.entries(but=facet)) for facet in FACETS if facet not in free}

    def _choices(self, facet: Facet, counts: dict[str, int]) -> Iterator[Choice]:
        chosen, names = self.chosen[facet.name], facet.names()
        for value in {**counts, **dict.fromkeys(chosen)}:
            if value in names:
                yield Choice(self, facet, value, names[value], counts.get(value, 0), value in chosen)


def _order(choice: Choice) -> tuple[str, str]:
    return fold(choice.label), choice.value
