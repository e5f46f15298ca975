"""`text.fold` inside the database: what a field says is compared without accents, case or punctuation.

SQLite learns our own functions (`teach_sqlite`); PostgreSQL is told the same in its words, without any extension.
"""

from __future__ import annotations

import json
from typing import Any

from django.db.models import Func, TextField

from .text import fold

# Letters and marks apart, small letters, marks away, then every run of what is neither letter nor digit is a space.
_POSTGRESQL = (
    "trim(regexp_replace(regexp_replace(replace(replace(lower(replace(replace(normalize(%(expressions)s, NFKD),"
    " 'Œ', 'oe'), 'Æ', 'ae')), 'œ', 'oe'), 'æ', 'ae'), '[\\u0300-\\u036f]', '', 'g'), '[^a-z0-9]+', ' ', 'g'))"
)


class Folded(Func):
    """A column of text, folded."""

    function = "guichet_fold"
    output_field = TextField()

    def as_postgresql(self, compiler, connection, **context: Any) -> tuple[str, list]:
        """The same, in PostgreSQL's own functions."""
        return self.as_sql(compiler, connection, template=_POSTGRESQL, **context)


class FoldedRows(Func):
    """The texts of a column of repeated groups (JSON), folded; the names of their parts are no texts."""

    function = "guichet_fold_rows"
    output_field = TextField()

    def as_postgresql(self, compiler, connection, **context: Any) -> tuple[str, list]:
        """The same, in PostgreSQL's own functions."""
        texts = "(jsonb_path_query_array(%(expressions)s, '$[*].* ? (@.type() == \"string\")'))::text"
        return self.as_sql(compiler, connection, template=_POSTGRESQL % {"expressions": texts}, **context)


def fold_rows(column: str) -> str:
    """What `FoldedRows` reads, from the JSON."""
    values = (value for row in json.loads(column) for value in row.values())
    return fold(" ".join(value for value in values if isinstance(value, str)))


def teach_sqlite(*, connection, **kwargs: Any) -> None:
    """Give each connection to SQLite our functions."""
    if connection.vendor == "sqlite":
        for name, function in (("guichet_fold", fold), ("guichet_fold_rows", fold_rows)):
            connection.connection.create_function(name, 1, function, deterministic=True)
