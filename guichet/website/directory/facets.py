"""What a visitor asks of the directory: words and chosen filters; how many entries each other filter would leave."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Count
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

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

    def count(self, entries: DirectoryEntryQuerySet) -> list[tuple[str, str, int]]:
        """Value, label and number of entries, in one query."""
        entries = entries.order_by()
        if self.many:
            rows = self.through.objects.filter(directoryentry__in=entries.values("pk")).values_list(
                f"{self.column}_id", f"{self.column}__name"
            )
        elif self.model:
            rows = entries.filter(**{f"{self.field}__isnull": False}).values_list(
                f"{self.field}_id", f"{self.field}__name"
            )
        else:
            rows = entries.values_list(self.field, self.field)
        rows = rows.annotate(number=Count("pk")).order_by()
        return [(str(value), self.word(str(label)), number) for value, label, number in rows]

    def names(self, values: list[str]) -> dict[str, str]:
        """The labels of values that no entry has."""
        if self.model is None:
            return {value: self.word(value) for value in values}
        return {str(pk): name for pk, name in self.model.objects.filter(pk__in=values).values_list("pk", "name")}

    def word(self, label: str) -> str:
        """A label as people read it."""
        return label if self.model else str(Kind(label).label)


FACETS = (
    Facet("activite", _("Activité"), "activities", Activity, many=True),
    Facet("clientele", _("Clientèle"), "clienteles", Clientele, many=True),
    Facet("mrc", _("MRC"), "mrc", Mrc),
    Facet("municipalite", _("Municipalité"), "municipality", Municipality),
    Facet("milieu", _("Milieu"), "kind"),
)


@dataclass(frozen=True)
class Choice:
    """One value of a facet. ``url``: the results without it when it is chosen, with it when not."""

    value: str
    label: str
    count: int
    chosen: bool
    url: str


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
        return [Group(facet, sorted(self._choices(facet), key=_order)) for facet in FACETS]

    def _choices(self, facet: Facet) -> Iterator[Choice]:
        chosen = self.chosen[facet.name]
        rows: list[tuple[Any, ...]] = facet.count(self.entries(but=facet))
        empty = [value for value in chosen if value not in {row[0] for row in rows}]
        names = facet.names(empty) if empty else {}
        for value, label, count in [*rows, *((value, label, 0) for value, label in names.items())]:
            others = [one for one in chosen if one != value]
            url = self.address(**{facet.name: others if value in chosen else [*chosen, value]})
            yield Choice(value, label, count, value in chosen, url)


def _order(choice: Choice) -> tuple[str, str]:
    return fold(choice.label), choice.value
