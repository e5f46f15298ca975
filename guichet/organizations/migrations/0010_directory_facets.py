"""On PostgreSQL, an entry carries the keys of its lists of choices: a search counts them without another table.

They are computed columns, read off `data` like the links that `refresh_entry` writes: nothing has to keep them, and no
model names them (`website/directory/facets.py` does). Words of the name get their index as well. SQLite has neither.
"""

from django.db import migrations

KEYS = {"activity_ids": "activities", "clientele_ids": "clienteles"}
INDEXES = {
    "directory_name_words": "to_tsvector('simple', name_words)",
    "directory_activity_ids": "activity_ids",
    "directory_clientele_ids": "clientele_ids",
}


def add_columns(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    # A computed column may not ask a query by itself; a function that never says otherwise may.
    schema_editor.execute(
        "CREATE FUNCTION directory_keys(list jsonb) RETURNS bigint[] LANGUAGE sql IMMUTABLE PARALLEL SAFE"
        " AS 'SELECT ARRAY(SELECT key::bigint FROM jsonb_array_elements_text(list) AS key)'"
    )
    added = ", ".join(
        f"ADD COLUMN {column} bigint[] GENERATED ALWAYS AS (directory_keys(data -> '{field}')) STORED"
        for column, field in KEYS.items()
    )
    schema_editor.execute(f"ALTER TABLE organizations_directoryentry {added}")
    for index, indexed in INDEXES.items():
        schema_editor.execute(f"CREATE INDEX {index} ON organizations_directoryentry USING gin ({indexed})")


def drop_columns(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    for index in INDEXES:
        schema_editor.execute(f"DROP INDEX {index}")
    dropped = ", ".join(f"DROP COLUMN {column}" for column in KEYS)
    schema_editor.execute(f"ALTER TABLE organizations_directoryentry {dropped}")
    schema_editor.execute("DROP FUNCTION directory_keys(jsonb)")


class Migration(migrations.Migration):
    dependencies = [("organizations", "0009_merge")]

    operations = [migrations.RunPython(add_columns, drop_columns)]
