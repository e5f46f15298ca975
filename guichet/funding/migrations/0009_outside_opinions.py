"""Opinions asked of people outside the body, by a link."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import guichet.funding.models.opinions
import guichet.organizations.import_models


class Migration(migrations.Migration):
    dependencies = [
        ("funding", "0008_uploads_in_parts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Opinion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="nom")),
                ("email", models.EmailField(max_length=254, verbose_name="courriel")),
                ("question", models.TextField(max_length=4000, verbose_name="question")),
                ("sections", models.JSONField(default=list)),
                ("files", models.JSONField(default=list)),
                ("due_on", models.DateField(verbose_name="attendu le")),
                ("reminded_on", models.DateField(blank=True, null=True)),
                ("asked_by_name", models.CharField(max_length=250)),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                ("declared_at", models.DateTimeField(blank=True, null=True)),
                (
                    "recommendation",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("favorable", "Favorable"),
                            ("reserved", "Favorable avec réserves"),
                            ("unfavorable", "Défavorable"),
                        ],
                        max_length=11,
                        verbose_name="recommandation",
                    ),
                ),
                ("text", models.TextField(blank=True, max_length=8000, verbose_name="avis")),
                (
                    "file",
                    models.FileField(
                        blank=True,
                        storage=guichet.organizations.import_models.private_storage,
                        upload_to=guichet.funding.models.opinions.opinion_file_path,
                        verbose_name="pièce jointe",
                    ),
                ),
                ("file_name", models.CharField(blank=True, max_length=120)),
                ("content_type", models.CharField(blank=True, max_length=100)),
                ("given_at", models.DateTimeField(blank=True, null=True)),
                ("corrected_at", models.DateTimeField(blank=True, null=True)),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="opinions", to="funding.application"
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "submission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="funding.submission"
                    ),
                ),
            ],
            options={
                "verbose_name": "avis externe",
                "verbose_name_plural": "avis externes",
                "ordering": ["application", "asked_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("revoked_at__isnull", True)),
                        fields=("application", "email"),
                        name="opinion_one_open_per_address",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("given_at__isnull", True), ("recommendation", "")),
                            models.Q(
                                ("declared_at__isnull", False),
                                ("given_at__isnull", False),
                                models.Q(("recommendation", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="opinion_given_at_with_recommendation",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OpinionLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("sent_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "opinion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="links", to="funding.opinion"
                    ),
                ),
            ],
            options={
                "verbose_name": "lien d’un avis externe",
                "verbose_name_plural": "liens des avis externes",
                "ordering": ["opinion", "sent_at", "pk"],
            },
        ),
    ]
