"""Filters under a name for other lists than the fiches', and the one that each person's list opens on."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def forget_other_lists(apps, schema_editor):
    """Going back: the list of fiches makes nothing of a filter of another list, and may have one of the same name."""
    if schema_editor.connection.vendor == "postgresql":
        # A check that waits for the end of the transaction would keep the table from being altered until then.
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    apps.get_model("organizations", "SavedFilter").objects.exclude(listing="fiches").delete()


class Migration(migrations.Migration):
    dependencies = [
        ("organizations", "0010_directory_facets"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FirstFilter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "listing",
                    models.CharField(
                        choices=[("fiches", "Fiches"), ("applications", "Demandes")],
                        max_length=12,
                        verbose_name="liste",
                    ),
                ),
            ],
            options={
                "verbose_name": "filtre ouvert en premier",
                "verbose_name_plural": "filtres ouverts en premier",
            },
        ),
        migrations.RemoveConstraint(
            model_name="savedfilter",
            name="saved_filter_name_unique",
        ),
        migrations.AddField(
            model_name="savedfilter",
            name="listing",
            field=models.CharField(
                choices=[("fiches", "Fiches"), ("applications", "Demandes")],
                db_default="fiches",
                default="fiches",
                editable=False,
                max_length=12,
                verbose_name="liste",
            ),
        ),
        migrations.AddConstraint(
            model_name="savedfilter",
            constraint=models.UniqueConstraint(fields=("owner", "listing", "name"), name="saved_filter_name_unique"),
        ),
        migrations.AddField(
            model_name="firstfilter",
            name="saved",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="firsts",
                to="organizations.savedfilter",
                verbose_name="filtre enregistré",
            ),
        ),
        migrations.AddField(
            model_name="firstfilter",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="firstfilter",
            constraint=models.UniqueConstraint(fields=("user", "listing"), name="first_filter_once"),
        ),
        migrations.RunPython(migrations.RunPython.noop, forget_other_lists),
    ]
