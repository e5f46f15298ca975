"""A query that every page asks: its SQL is written once a process, not once a page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.db.models import QuerySet

# Stands for the value in the query that is compiled: no row has such a key.
_PLACE = -(2**31)


class CompiledQuery:
    """``build(key)`` gives the queryset of one integer key; `rows` runs its SQL for any.

    For plain columns alone: rows come as the database gives them.
    """

    def __init__(self, build: Callable[[int], QuerySet]) -> None:
        self._build = build
        self._compiled: tuple[str, tuple[Any, ...]] | None = None

    def rows(self, key: int) -> list[tuple[Any, ...]]:
        """The rows of this key."""
        if self._compiled is None:
            self._compiled = self._build(_PLACE).query.sql_with_params()
        sql, params = self._compiled
        with connection.cursor() as cursor:
            cursor.execute(sql, [key if one == _PLACE else one for one in params])
            return cursor.fetchall()
