"""What a visitor asks of the directory: words and chosen filters; how many entries each other filter would leave."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.http import QueryDict

from guichet.core.shared import remembered
from guichet.organizations.models import DirectoryEntry
from guichet.organizations.models.directory import QUERY_LENGTH, words_of

from .facets import FACETS, KINDS, Facet
from .reading import Found, count_all, find

ENTRIES_PER_PAGE = 20


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
        page = parameters.get("page", "")[:9]
        self.start = (max(int(page), 1) - 1) * ENTRIES_PER_PAGE if page.isascii() and page.isdigit() else 0
        self.query = " ".join(parameters.get("q", "")[: 2 * QUERY_LENGTH].replace("\0", "").split())[:QUERY_LENGTH]
        self.chosen = {facet.name: facet.clean(parameters.getlist(facet.name)) for facet in FACETS}

    @property
    def is_filtered(self) -> bool:
        """Whether anything was asked."""
        return bool(self.query or any(self.chosen.values()))

    def address(self, **changes: list[str]) -> str:
        """The query string of these results, with other values for some facets; always written alike."""
        parameters = QueryDict(mutable=True)
        if self.query:
            parameters["q"] = self.query
        for name, values in {**self.chosen, **changes}.items():
            parameters.setlist(name, values)
        return f"?{parameters.urlencode()}" if parameters else "?"

    def addresses(self, facet: Facet) -> Callable[[str], str]:
        """For each value of a facet, the address of these results with it alone: written once, for a map has many."""
        name = f"{facet.name}="
        # What people write has its « = » escaped: there is one.
        before, after = self.address(**{facet.name: ["0"]}).split(f"{name}0")
        return lambda value: f"{before}{name}{value}{after}"

    @functools.cached_property
    def groups(self) -> list[Group]:
        """Every facet with what it offers: the values that some entry has, and those that are chosen."""
        return [Group(facet, list(self._choices(facet, self._found.counts[facet.name]))) for facet in FACETS]

    @property
    def total(self) -> int:
        """How many results: every entry has one « milieu »."""
        kinds = self.group(KINDS.name)
        return sum(choice.count for choice in kinds.chosen or kinds.choices)

    def group(self, name: str) -> Group:
        """The facet of this name."""
        return next(group for group in self.groups if group.facet.name == name)

    def entries(self, start: int) -> list[DirectoryEntry]:
        """A page of results, from this one on."""
        entries = DirectoryEntry.objects.select_related("municipality").defer("name_words", "words")
        if not self._asked and not self._has_words:
            return list(entries[start : start + ENTRIES_PER_PAGE])
        # An address may name a page beyond the last.
        found = self._found if start == self.start else self._find(start)
        shown = entries.in_bulk(found.keys)
        return [shown[key] for key in found.keys if key in shown]

    @property
    def _asked(self) -> dict[Facet, list[str]]:
        return {facet: self.chosen[facet.name] for facet in FACETS if self.chosen[facet.name]}

    @functools.cached_property
    def _has_words(self) -> bool:
        return bool(words_of(self.query))

    @functools.cached_property
    def _found(self) -> Found:
        return self._find(self.start)

    def _find(self, start: int) -> Found:
        """The counts of every facet are of what its own choice would leave, were the others as they are."""
        asked, entries = self._asked, DirectoryEntry.objects.matching(self.query)
        if self._has_words or len(asked) > 1:
            return find(entries, asked, once=self._has_words, start=start, at_most=ENTRIES_PER_PAGE)
        everything = remembered("directory counts", count_all)
        if not asked:
            return Found(everything, [])
        # One filter alone: what it leaves out is for its own counts only, and these are everything's.
        ((facet, values),) = asked.items()
        kept = entries.filter(facet.holds(values))
        found = find(kept, {}, once=True, start=start, at_most=ENTRIES_PER_PAGE)
        return Found({**found.counts, facet.name: everything[facet.name]}, found.keys)

    def _choices(self, facet: Facet, counts: dict[str, int]) -> Iterator[Choice]:
        chosen = self.chosen[facet.name]
        for value, label in facet.names().items():
            if value in counts or value in chosen:
                yield Choice(self, facet, value, label, counts.get(value, 0), value in chosen)
