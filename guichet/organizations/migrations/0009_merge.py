"""Fiches that were merged into another, what moved with them, and pairs that may be one organisation."""

import django.core.serializers.json
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("organizations", "0008_fill_staff_text"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DuplicatePair",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "first",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="duplicates_after",
                        to="organizations.organization",
                        verbose_name="fiche",
                    ),
                ),
                (
                    "second",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="duplicates_before",
                        to="organizations.organization",
                        verbose_name="autre fiche",
                    ),
                ),
                ("score", models.PositiveSmallIntegerField(verbose_name="ressemblance")),
                ("reasons", models.JSONField(default=list, verbose_name="pourquoi")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "À regarder"), ("dismissed", "Deux organismes")],
                        default="open",
                        max_length=9,
                        verbose_name="état",
                    ),
                ),
                ("found_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="trouvée")),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="décidée")),
            ],
            options={
                "verbose_name": "doublon possible",
                "verbose_name_plural": "doublons possibles",
                "ordering": ["-score", "pk"],
                "indexes": [models.Index(fields=["state", "-score"], name="duplicate_queue")],
                "constraints": [
                    models.UniqueConstraint(fields=("first", "second"), name="duplicate_pair_once"),
                    models.CheckConstraint(
                        condition=models.Q(("first__lt", models.F("second"))), name="duplicate_pair_in_order"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FicheMerge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="merges_away",
                        to="organizations.organization",
                        verbose_name="fiche fusionnée",
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="merges_here",
                        to="organizations.organization",
                        verbose_name="fiche gardée",
                    ),
                ),
                (
                    "merged_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("merged_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="fusionnées")),
                ("moved", models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                (
                    "undone_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("undone_at", models.DateTimeField(blank=True, null=True, verbose_name="annulée")),
            ],
            options={
                "verbose_name": "fusion de fiches",
                "verbose_name_plural": "fusions de fiches",
                "ordering": ["-merged_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("undone_at__isnull", True)),
                        fields=("source",),
                        name="merge_one_standing_per_source",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source", models.F("target")), _negated=True), name="merge_of_two_fiches"
                    ),
                ],
            },
        ),
        migrations.AlterField(
            model_name="organization",
            name="status",
            field=models.CharField(
                choices=[
                    ("requested", "Demandée"),
                    ("active", "Active"),
                    ("refused", "Refusée"),
                    ("archived", "Archivée"),
                    ("merged", "Fusionnée"),
                ],
                default="active",
                editable=False,
                max_length=9,
                verbose_name="état",
            ),
        ),
        migrations.AddField(
            model_name="organization",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="merged_fiches",
                to="organizations.organization",
            ),
        ),
        migrations.AddConstraint(
            model_name="organization",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("merged_into__isnull", False), ("status", "merged")),
                    models.Q(models.Q(("status", "merged"), _negated=True), ("merged_into__isnull", True)),
                    _connector="OR",
                ),
                name="organization_merged_into_with_status",
            ),
        ),
    ]
