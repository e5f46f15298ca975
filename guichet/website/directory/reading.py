"""The directory read in one statement: a page of what matches, and how many entries each value of a facet would leave.

The words' index is asked once: the database keeps what they find for this statement, and counts it by facet. The
names in these statements are our own; what visitors say goes in as parameters.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.db.models.expressions import RawSQL

from guichet.organizations.models import DirectoryEntry, DirectoryEntryQuerySet

from .facets import FACETS, Facet

Counts = dict[str, dict[str, int]]
# In the place of a facet's name: the rows of the page.
PAGE = "page"
ORDER = "rank, sort_key, entry"


@dataclass(frozen=True)
class Found:
    """What a search found: the number of entries by facet and value, and the keys of a page of them."""

    counts: Counts
    keys: list[int]


def count_all() -> Counts:
    """The counts of the whole directory: each is read off an index of its own."""
    entries = DirectoryEntry._meta.db_table
    parts = [
        _counting(facet, facet.column, facet.through._meta.db_table if facet.many else entries) for facet in FACETS
    ]
    return _run(" UNION ALL ".join(parts), []).counts


def find(
    entries: DirectoryEntryQuerySet, asked: Mapping[Facet, list[str]], *, once: bool, start: int, at_most: int
) -> Found:
    """Of these entries, a page of those that all facets of ``asked`` keep; for each facet, those that the others keep.

    ``entries`` come from `DirectoryEntryQuerySet.matching`. With ``once`` they are looked for a single time: worth it
    for words; where filters alone say which they are, each count has a better index than what all have in common.
    """
    holds = {facet: facet.holds(values) for facet, values in asked.items()}
    # The name of each column, and what the queryset calls it.
    columns = {"entry": "pk", "rank": "rank", "sort_key": "sort_key"}
    columns |= {facet.name: facet.column for facet in FACETS if not facet.many}
    columns |= {_keeps(facet): _keeps(facet) for facet in asked}
    rows = entries.filter(_all_but_one(list(holds.values()))) if once else entries
    rows = rows.order_by().annotate(
        **{_keeps(facet): ExpressionWrapper(each, BooleanField()) for facet, each in holds.items()}
    )
    lists = {facet.keys: RawSQL(facet.keys, []) for facet in FACETS if facet.keys}  # noqa: S611 - our own name
    columns |= {name: name for name in lists}
    try:
        matching, parameters = rows.annotate(**lists).values_list(*columns.values()).query.sql_with_params()
    except EmptyResultSet:
        return _found([])
    parts = [
        _page(asked, start, at_most),
        *(_counting(facet, *_source(facet, _where(other for other in asked if other != facet))) for facet in FACETS),
    ]
    kept = "MATERIALIZED" if once else "NOT MATERIALIZED"
    return _run(f"WITH found ({', '.join(columns)}) AS {kept} ({matching}) {' UNION ALL '.join(parts)}", parameters)


def _all_but_one(conditions: Sequence[Q]) -> Q:
    """What at least all of the conditions but one hold for: no count is of anything else."""
    if len(conditions) < 2:
        return Q()
    others = ([each for each in conditions if each is not one] for one in conditions)
    return functools.reduce(operator.or_, (functools.reduce(operator.and_, each) for each in others))


def _keeps(facet: Facet) -> str:
    return f"keeps_{facet.name}"


def _where(facets: Iterable[Facet]) -> str:
    kept = " AND ".join(_keeps(facet) for facet in facets)
    return f"WHERE {kept}" if kept else ""


def _page(asked: Iterable[Facet], start: int, at_most: int) -> str:
    rows = f"SELECT {ORDER} FROM found {_where(asked)} ORDER BY {ORDER} LIMIT {at_most} OFFSET {start}"  # noqa: S608
    return f"SELECT '{PAGE}', CAST(entry AS text), ROW_NUMBER() OVER (ORDER BY {ORDER}) FROM ({rows}) AS shown"  # noqa: S608


def _source(facet: Facet, where: str) -> tuple[str, str]:
    """A facet's values among what was found, and the rows that have one each."""
    if not facet.many:
        return facet.name, f"found {where}"
    if facet.keys:
        # In the list of a SELECT: beside the table it would cost five times as much.
        return "key", f"(SELECT UNNEST({facet.keys}) AS key FROM found {where}) AS keys"  # noqa: S608
    return facet.column, f"found JOIN {facet.through._meta.db_table} ON directoryentry_id = entry {where}"


def _counting(facet: Facet, value: str, source: str) -> str:
    return f"SELECT '{facet.name}', CAST({value} AS text), COUNT(*) FROM {source} GROUP BY {value}"  # noqa: S608


def _run(statement: str, parameters: Sequence) -> Found:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return _found(cursor.fetchall())


def _found(rows: Iterable[tuple[str, str | None, int]]) -> Found:
    counts: Counts = {facet.name: {} for facet in FACETS}
    keys: dict[int, int] = {}
    for name, value, number in rows:
        if name == PAGE:
            keys[number] = int(value)
        elif value is not None:
            counts[name][value] = number
    return Found(counts, [keys[number] for number in sorted(keys)])
