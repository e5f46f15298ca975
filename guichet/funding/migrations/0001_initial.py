"""Programmes, forms, calls, applications."""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import modelcluster.fields
import wagtail.fields
from django.conf import settings
from django.db import migrations, models

import guichet.funding.models.applications
import guichet.organizations.import_models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("organizations", "0009_merge"),
        ("wagtaildocs", "0014_alter_document_file_size"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Form",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="nom")),
                (
                    "purpose",
                    models.CharField(
                        choices=[("application", "Demande"), ("report", "Reddition de comptes")],
                        default="application",
                        max_length=12,
                        verbose_name="usage",
                    ),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="modifié")),
            ],
            options={
                "verbose_name": "formulaire",
                "verbose_name_plural": "formulaires",
                "ordering": ["name", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Application",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Brouillon"),
                            ("awaiting_manager", "À transmettre par un gestionnaire"),
                            ("submitted", "Transmise"),
                            ("in_review", "En évaluation"),
                            ("changes_requested", "À compléter"),
                            ("accepted", "Acceptée"),
                            ("refused", "Refusée"),
                            ("waitlisted", "Sur la liste d’attente"),
                            ("report_due", "Reddition de comptes à faire"),
                            ("report_submitted", "Reddition de comptes transmise"),
                            ("closed", "Fermée"),
                            ("withdrawn", "Retirée"),
                        ],
                        default="draft",
                        editable=False,
                        max_length=17,
                        verbose_name="état",
                    ),
                ),
                ("number", models.CharField(blank=True, editable=False, max_length=30, verbose_name="numéro")),
                ("title", models.CharField(blank=True, max_length=120, verbose_name="nom du projet")),
                ("answers", models.JSONField(blank=True, default=dict)),
                ("touched", models.JSONField(blank=True, default=dict)),
                (
                    "requested",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=11, null=True, verbose_name="montant demandé"
                    ),
                ),
                (
                    "total_cost",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=11, null=True, verbose_name="coût du projet"
                    ),
                ),
                ("on_behalf", models.BooleanField(default=False, verbose_name="commencée par LSCQ pour l’organisme")),
                ("started_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="commencée")),
                ("saved_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="enregistrée")),
                ("sent_to_managers_at", models.DateTimeField(blank=True, null=True)),
                ("return_remark", models.TextField(blank=True, verbose_name="remarque au retour")),
                ("managers_reminded_at", models.DateTimeField(blank=True, null=True)),
                ("submitted_at", models.DateTimeField(blank=True, db_index=True, null=True, verbose_name="transmise")),
                ("resubmitted_at", models.DateTimeField(blank=True, null=True, verbose_name="complétée")),
                ("decision_due_on", models.DateField(blank=True, null=True, verbose_name="décision promise")),
                (
                    "score",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=6, null=True, verbose_name="note"),
                ),
                (
                    "granted",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=11, null=True, verbose_name="montant accordé"
                    ),
                ),
                ("announced_at", models.DateTimeField(blank=True, null=True, verbose_name="décision annoncée")),
                ("changes_asked_at", models.DateTimeField(blank=True, null=True)),
                ("changes_text", models.TextField(blank=True, verbose_name="ce qui est demandé")),
                ("changes_questions", models.JSONField(blank=True, default=list)),
                ("changes_due_on", models.DateField(blank=True, null=True, verbose_name="à compléter d’ici le")),
                (
                    "report_due_on",
                    models.DateField(blank=True, null=True, verbose_name="reddition de comptes d’ici le"),
                ),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_reason", models.TextField(blank=True, verbose_name="motif du retrait")),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="applications",
                        to="organizations.organization",
                        verbose_name="fiche",
                    ),
                ),
                (
                    "sent_to_managers_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "started_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="commencée par",
                    ),
                ),
            ],
            options={
                "verbose_name": "demande",
                "verbose_name_plural": "demandes",
                "ordering": ["-started_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="ApplicationFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("question", models.CharField(max_length=40)),
                (
                    "file",
                    models.FileField(
                        storage=guichet.organizations.import_models.private_storage,
                        upload_to=guichet.funding.models.applications.application_file_path,
                        verbose_name="fichier",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="nom du fichier")),
                ("content_type", models.CharField(max_length=100)),
                ("size", models.PositiveIntegerField(verbose_name="poids (octets)")),
                ("sha256", models.CharField(max_length=64)),
                ("uploaded_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="reçu")),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="files", to="funding.application"
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="par",
                    ),
                ),
            ],
            options={
                "verbose_name": "pièce jointe",
                "verbose_name_plural": "pièces jointes",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Call",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "name",
                    models.CharField(help_text="Par exemple : automne 2026.", max_length=120, verbose_name="nom"),
                ),
                (
                    "code",
                    models.SlugField(
                        help_text="Les numéros des demandes commencent par lui : PAFILR-2026 donne PAFILR-2026-0001.",
                        max_length=20,
                        unique=True,
                        verbose_name="sigle",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("draft", "En préparation"), ("published", "Publié"), ("withdrawn", "Retiré")],
                        default="draft",
                        editable=False,
                        max_length=9,
                        verbose_name="état",
                    ),
                ),
                ("opens_at", models.DateTimeField(verbose_name="ouverture")),
                ("closes_at", models.DateTimeField(verbose_name="clôture")),
                (
                    "envelope",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=11,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="enveloppe ($)",
                    ),
                ),
                (
                    "max_amount",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=11,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="maximum par demande ($)",
                    ),
                ),
                (
                    "max_share",
                    models.DecimalField(
                        blank=True,
                        decimal_places=1,
                        max_digits=4,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="part des dépenses admissibles payée au plus (%)",
                    ),
                ),
                (
                    "max_public_share",
                    models.DecimalField(
                        blank=True,
                        decimal_places=1,
                        max_digits=4,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="part de tout l’argent public au plus (%)",
                    ),
                ),
                (
                    "min_own_share",
                    models.DecimalField(
                        blank=True,
                        decimal_places=1,
                        max_digits=4,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="part de l’organisme au moins (%)",
                    ),
                ),
                (
                    "volunteer_rate",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=6,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="valeur d’une heure de bénévolat ($)",
                    ),
                ),
                ("kinds", models.JSONField(blank=True, default=list, verbose_name="milieux admissibles")),
                (
                    "needs_confirmed_fiche",
                    models.BooleanField(default=True, verbose_name="la fiche doit avoir été confirmée dans l’année"),
                ),
                (
                    "needs_resolution",
                    models.BooleanField(default=False, verbose_name="une résolution du conseil est demandée"),
                ),
                (
                    "refuses_late_reports",
                    models.BooleanField(
                        default=True, verbose_name="fermé aux organismes dont une reddition de comptes est en retard"
                    ),
                ),
                ("project_from", models.DateField(blank=True, null=True, verbose_name="projets réalisés à partir du")),
                ("project_until", models.DateField(blank=True, null=True, verbose_name="et jusqu’au")),
                (
                    "decision_days",
                    models.PositiveSmallIntegerField(
                        default=60,
                        validators=[django.core.validators.MaxValueValidator(730)],
                        verbose_name="décision promise, jours après la clôture",
                    ),
                ),
                (
                    "report_days",
                    models.PositiveSmallIntegerField(
                        default=60,
                        validators=[django.core.validators.MaxValueValidator(730)],
                        verbose_name="reddition de comptes, jours après la fin des projets",
                    ),
                ),
                ("last_number", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "announced_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="ouverture annoncée"),
                ),
                (
                    "reminded_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="clôture rappelée"),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="créé"),
                ),
                (
                    "copied_from",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="copies",
                        to="funding.call",
                    ),
                ),
                (
                    "mrcs",
                    models.ManyToManyField(
                        blank=True, related_name="+", to="organizations.mrc", verbose_name="MRC admissibles"
                    ),
                ),
                (
                    "form",
                    models.ForeignKey(
                        limit_choices_to={"purpose": "application"},
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="calls",
                        to="funding.form",
                        verbose_name="formulaire de demande",
                    ),
                ),
                (
                    "report_form",
                    models.ForeignKey(
                        blank=True,
                        limit_choices_to={"purpose": "report"},
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="calls_reported",
                        to="funding.form",
                        verbose_name="formulaire de reddition de comptes",
                    ),
                ),
            ],
            options={
                "verbose_name": "appel de demandes",
                "verbose_name_plural": "appels de demandes",
                "ordering": ["-opens_at", "pk"],
            },
        ),
        migrations.AddField(
            model_name="application",
            name="call",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="applications",
                to="funding.call",
                verbose_name="appel",
            ),
        ),
        migrations.CreateModel(
            name="Criterion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=120, verbose_name="critère")),
                ("guide", models.TextField(blank=True, verbose_name="ce qui vaut combien")),
                (
                    "points",
                    models.PositiveSmallIntegerField(
                        default=10,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="points",
                    ),
                ),
                ("sort_order", models.PositiveSmallIntegerField(default=0, editable=False)),
                (
                    "call",
                    modelcluster.fields.ParentalKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="criteria", to="funding.call"
                    ),
                ),
            ],
            options={
                "verbose_name": "critère d’évaluation",
                "verbose_name_plural": "critères d’évaluation",
                "ordering": ["sort_order", "pk"],
            },
        ),
        migrations.CreateModel(
            name="FormVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(verbose_name="version")),
                ("schema", models.JSONField()),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="créée")),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "form",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="funding.form",
                        verbose_name="formulaire",
                    ),
                ),
            ],
            options={
                "verbose_name": "version de formulaire",
                "verbose_name_plural": "versions de formulaire",
                "ordering": ["form", "-number"],
            },
        ),
        migrations.AddField(
            model_name="application",
            name="form_version",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="applications", to="funding.formversion"
            ),
        ),
        migrations.CreateModel(
            name="Instalment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "share",
                    models.DecimalField(
                        decimal_places=1,
                        max_digits=4,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="part (%)",
                    ),
                ),
                ("condition", models.CharField(max_length=200, verbose_name="condition")),
                ("sort_order", models.PositiveSmallIntegerField(default=0, editable=False)),
                (
                    "call",
                    modelcluster.fields.ParentalKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="instalments", to="funding.call"
                    ),
                ),
            ],
            options={
                "verbose_name": "versement prévu",
                "verbose_name_plural": "versements prévus",
                "ordering": ["sort_order", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Program",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="nom")),
                ("slug", models.SlugField(max_length=80, unique=True, verbose_name="adresse")),
                ("summary", models.CharField(max_length=250, verbose_name="en une phrase")),
                ("description", wagtail.fields.RichTextField(blank=True, verbose_name="présentation")),
                (
                    "who_may_apply",
                    wagtail.fields.RichTextField(blank=True, verbose_name="qui peut présenter une demande"),
                ),
                ("amounts", wagtail.fields.RichTextField(blank=True, verbose_name="montants")),
                ("eligible", wagtail.fields.RichTextField(blank=True, verbose_name="dépenses admissibles")),
                ("not_eligible", wagtail.fields.RichTextField(blank=True, verbose_name="ce qui n’est pas admissible")),
                ("commitments", wagtail.fields.RichTextField(blank=True, verbose_name="vos engagements")),
                ("contact_name", models.CharField(blank=True, max_length=120, verbose_name="personne à joindre")),
                ("contact_email", models.EmailField(blank=True, max_length=254, verbose_name="son courriel")),
                (
                    "one_per_year",
                    models.BooleanField(
                        default=False,
                        help_text="Toutes les demandes transmises depuis le 1er janvier comptent, sauf celles qui sont retirées.",
                        verbose_name="une seule demande par organisme et par année",
                    ),
                ),
                ("is_published", models.BooleanField(default=False, verbose_name="paraît dans le site")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="créé"),
                ),
                (
                    "guide",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="wagtaildocs.document",
                        verbose_name="guide",
                    ),
                ),
                (
                    "officers",
                    models.ManyToManyField(
                        blank=True,
                        limit_choices_to={"is_staff": True},
                        related_name="programs",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="agents chargés du programme",
                    ),
                ),
            ],
            options={
                "verbose_name": "programme",
                "verbose_name_plural": "programmes",
                "ordering": ["name", "pk"],
            },
        ),
        migrations.AddField(
            model_name="call",
            name="program",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="calls",
                to="funding.program",
                verbose_name="programme",
            ),
        ),
        migrations.CreateModel(
            name="Submission",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="transmise")),
                ("by_name", models.CharField(max_length=250)),
                ("statement", models.TextField(verbose_name="déclaration")),
                ("answers", models.JSONField()),
                ("fiche", models.JSONField(default=dict)),
                ("files", models.JSONField(default=list)),
                (
                    "requested",
                    models.DecimalField(decimal_places=2, max_digits=11, null=True, verbose_name="montant demandé"),
                ),
                (
                    "total_cost",
                    models.DecimalField(decimal_places=2, max_digits=11, null=True, verbose_name="coût du projet"),
                ),
                ("fingerprint", models.CharField(max_length=64, verbose_name="empreinte")),
                (
                    "pdf",
                    models.FileField(
                        blank=True,
                        storage=guichet.organizations.import_models.private_storage,
                        upload_to=guichet.funding.models.applications.submission_pdf_path,
                    ),
                ),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="submissions",
                        to="funding.application",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="par",
                    ),
                ),
                (
                    "form_version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="funding.formversion"
                    ),
                ),
            ],
            options={
                "verbose_name": "transmission",
                "verbose_name_plural": "transmissions",
                "ordering": ["application", "at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Extension",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("until", models.DateTimeField(verbose_name="jusqu’au")),
                ("reason", models.TextField(verbose_name="motif")),
                ("granted_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="extensions", to="funding.call"
                    ),
                ),
                (
                    "granted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="organizations.organization"
                    ),
                ),
            ],
            options={
                "verbose_name": "prolongation",
                "verbose_name_plural": "prolongations",
                "constraints": [
                    models.UniqueConstraint(fields=("call", "organization"), name="extension_one_per_fiche")
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="formversion",
            constraint=models.UniqueConstraint(fields=("form", "number"), name="form_version_number"),
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(fields=["organization", "status"], name="application_of_fiche"),
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(fields=["call", "status"], name="application_of_call"),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "withdrawn"), _negated=True),
                fields=("organization", "call"),
                name="application_one_per_fiche_and_call",
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.UniqueConstraint(
                condition=models.Q(("number", ""), _negated=True), fields=("number",), name="application_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("number", ""), ("submitted_at__isnull", True)),
                    models.Q(models.Q(("number", ""), _negated=True), ("submitted_at__isnull", False)),
                    _connector="OR",
                ),
                name="application_number_with_submission",
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "withdrawn"), ("withdrawn_at__isnull", False)),
                    models.Q(models.Q(("status", "withdrawn"), _negated=True), ("withdrawn_at__isnull", True)),
                    _connector="OR",
                ),
                name="application_withdrawn_at_with_status",
            ),
        ),
        migrations.AddIndex(
            model_name="call",
            index=models.Index(fields=["status", "opens_at", "closes_at"], name="call_open"),
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.CheckConstraint(
                condition=models.Q(("closes_at__gt", models.F("opens_at"))), name="call_closes_after_it_opens"
            ),
        ),
    ]
