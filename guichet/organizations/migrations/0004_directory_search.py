"""How the directory is searched: an index of PostgreSQL, a table of SQLite, over the same words."""

from django.db import migrations


def make_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE INDEX directory_words ON organizations_directoryentry"
            " USING gin (to_tsvector('simple', name_words || ' ' || words))"
        )
    elif schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(
            "CREATE VIRTUAL TABLE organizations_directorysearch USING fts5"
            " (name_words, words, tokenize = 'unicode61', detail = 'column')"
        )
        schema_editor.execute(
            "INSERT INTO organizations_directorysearch (rowid, name_words, words)"
            " SELECT organization_id, name_words, words FROM organizations_directoryentry"
        )


def drop_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX directory_words")
    elif schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TABLE organizations_directorysearch")


class Migration(migrations.Migration):
    dependencies = [("organizations", "0003_fiche_content")]

    operations = [migrations.RunPython(make_index, drop_index)]
