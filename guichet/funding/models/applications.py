"""A fiche's application to a call: what its people write, what they handed in, and the files that go with it."""

from __future__ import annotations

import datetime as dt
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from guichet.organizations.import_models import private_storage
from guichet.organizations.models import Organization

from ..enums import BEFORE_DECISION, ENDED, OPEN_TO_CLIENTS, OPEN_TO_REVIEWS, ApplicationStatus, ReviewState
from .programs import Call, FormVersion

# A draft is worth a look this long before its call closes.
STUCK_BEFORE_CLOSING = dt.timedelta(days=7)


def application_file_path(file: ApplicationFile, filename: str) -> str:
    """A name that nobody guesses; the one that people know is in ``name``."""
    return f"demandes/{uuid.uuid4().hex}{filename[-5:] if '.' in filename[-5:] else ''}"


def submission_pdf_path(submission: Submission, filename: str) -> str:
    """A name that nobody guesses."""
    return f"transmissions/{uuid.uuid4().hex}.pdf"


class ApplicationQuerySet(models.QuerySet["Application"]):
    """Named reads of the applications."""

    def live(self) -> ApplicationQuerySet:
        """Everything but what was withdrawn."""
        return self.exclude(status=ApplicationStatus.WITHDRAWN)

    def current(self) -> ApplicationQuerySet:
        """About which somebody still has something to do: the others are archives."""
        return self.exclude(status__in=ENDED)

    def handed_in(self) -> ApplicationQuerySet:
        """Those that reached the body at least once."""
        return self.filter(submitted_at__isnull=False)

    def late(self, today: dt.date) -> ApplicationQuerySet:
        """Past the promised decision; while the body waits for the fiche, its clock is stopped."""
        return self.filter(status__in=BEFORE_DECISION, changes_asked_at__isnull=True, decision_due_on__lt=today)

    def completion_late(self, today: dt.date) -> ApplicationQuerySet:
        """Past the date until which the fiche was asked to complete them."""
        return self.filter(changes_asked_at__isnull=False, changes_due_on__lt=today).exclude(status__in=ENDED)

    def to_review_by(self, user) -> ApplicationQuerySet:
        """On which this employee's opinion is awaited."""
        return self.filter(
            status__in=OPEN_TO_REVIEWS, reviews__evaluator=user.pk, reviews__state=ReviewState.DRAFT
        ).filter(call__ranking_closed_at__isnull=True)

    def stuck(self, now: dt.datetime) -> ApplicationQuerySet:
        """Not handed in, and urgent: at a gestionnaire, or a draft of a call that closes within a week."""
        soon = Q(call__closes_at__gte=now, call__closes_at__lte=now + STUCK_BEFORE_CLOSING)
        return self.filter(
            Q(status=ApplicationStatus.AWAITING_MANAGER, call__closes_at__gte=now)
            | Q(status=ApplicationStatus.AWAITING_MANAGER, submitted_at__isnull=False)
            | (Q(status=ApplicationStatus.DRAFT) & soon)
        )

    def awaiting_manager(self) -> ApplicationQuerySet:
        """Those that a gestionnaire has to send on."""
        return self.filter(status=ApplicationStatus.AWAITING_MANAGER)


class Application(models.Model):
    """« Demande »: it belongs to the fiche; whoever wrote it may leave.

    ``answers`` is what people typed, question by question, as they typed it (see `guichet.funding.schema`); what the
    body evaluates is the last `Submission`.
    """

    organization = models.ForeignKey(
        Organization, verbose_name=_("fiche"), on_delete=models.PROTECT, related_name="applications"
    )
    call = models.ForeignKey(Call, verbose_name=_("appel"), on_delete=models.PROTECT, related_name="applications")
    form_version = models.ForeignKey(FormVersion, on_delete=models.PROTECT, related_name="applications")
    status = models.CharField(
        _("état"), max_length=17, choices=ApplicationStatus, default=ApplicationStatus.DRAFT, editable=False
    )
    # Given at the first submission: PAFILR-2026-0001.
    number = models.CharField(_("numéro"), max_length=30, blank=True, editable=False)
    title = models.CharField(_("nom du projet"), max_length=120, blank=True)
    answers = models.JSONField(default=dict, blank=True)
    # {question: [who (key), their name, when (ISO)]}: the last one who changed each answer.
    touched = models.JSONField(default=dict, blank=True)
    # As they were handed in last, for lists and sums; None before.
    requested = models.DecimalField(_("montant demandé"), max_digits=11, decimal_places=2, null=True, blank=True)
    total_cost = models.DecimalField(_("coût du projet"), max_digits=11, decimal_places=2, null=True, blank=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("commencée par"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    on_behalf = models.BooleanField(_("commencée par LSCQ pour l’organisme"), default=False)
    started_at = models.DateTimeField(_("commencée"), default=timezone.now)
    saved_at = models.DateTimeField(_("enregistrée"), default=timezone.now)
    # The last time it went to the managers, and what they said when they gave it back.
    sent_to_managers_at = models.DateTimeField(null=True, blank=True)
    sent_to_managers_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    return_remark = models.TextField(_("remarque au retour"), blank=True)
    managers_reminded_at = models.DateTimeField(null=True, blank=True)
    # The first and the last submission.
    submitted_at = models.DateTimeField(_("transmise"), null=True, blank=True, db_index=True)
    resubmitted_at = models.DateTimeField(_("complétée"), null=True, blank=True)
    # When the body decides at the latest; it moves on by what the body waited for the client.
    decision_due_on = models.DateField(_("décision promise"), null=True, blank=True)
    # The average of the evaluations, out of the grid's points, once they are all done.
    score = models.DecimalField(_("note"), max_digits=6, decimal_places=2, null=True, blank=True)
    # What was granted, once it is announced: a decision that is not is nobody's business.
    granted = models.DecimalField(_("montant accordé"), max_digits=11, decimal_places=2, null=True, blank=True)
    announced_at = models.DateTimeField(_("décision annoncée"), null=True, blank=True)
    # « À compléter »: what is asked, the questions that are open for it, and until when.
    changes_asked_at = models.DateTimeField(null=True, blank=True)
    changes_text = models.TextField(_("ce qui est demandé"), blank=True)
    changes_questions = models.JSONField(default=list, blank=True)
    changes_due_on = models.DateField(_("à compléter d’ici le"), null=True, blank=True)
    # The last day on which the fiche was reminded of it.
    changes_reminded_on = models.DateField(null=True, blank=True)
    # Who looks after it for the body.
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("confiée à"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="applications_in_charge",
    )
    # When the body expects the report, once it granted something.
    report_due_on = models.DateField(_("reddition de comptes d’ici le"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.TextField(_("motif du retrait"), blank=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("demande")
        verbose_name_plural = _("demandes")
        ordering = ["-started_at", "-pk"]
        indexes = [
            models.Index(fields=["organization", "status"], name="application_of_fiche"),
            models.Index(fields=["call", "status"], name="application_of_call"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "call"],
                condition=~Q(status=ApplicationStatus.WITHDRAWN),
                name="application_one_per_fiche_and_call",
            ),
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="application_number"),
            models.CheckConstraint(
                condition=Q(number="", submitted_at__isnull=True) | (~Q(number="") & Q(submitted_at__isnull=False)),
                name="application_number_with_submission",
            ),
            models.CheckConstraint(
                condition=Q(status=ApplicationStatus.WITHDRAWN, withdrawn_at__isnull=False)
                | (~Q(status=ApplicationStatus.WITHDRAWN) & Q(withdrawn_at__isnull=True)),
                name="application_withdrawn_at_with_status",
            ),
        ]

    def __str__(self) -> str:
        return self.title or str(self.call)

    @property
    def is_open_to_clients(self) -> bool:
        """Its people may write in it."""
        return self.status in OPEN_TO_CLIENTS

    @property
    def is_completion(self) -> bool:
        """The body has it already and asked for more: what is written now is its completion."""
        return self.changes_asked_at is not None


class Submission(models.Model):
    """An application as it was handed in, with all that it takes to show it again. It never changes."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="submissions")
    form_version = models.ForeignKey(FormVersion, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("transmise"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("par"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    by_name = models.CharField(max_length=250)
    # The sentence that the person agreed to.
    statement = models.TextField(_("déclaration"))
    answers = models.JSONField()
    # The words of the fiche that the form took over, and its name: {"name": "…", "field": "…"}.
    fiche = models.JSONField(default=dict)
    # [[key of the file, its name, its size in bytes, its SHA-256], …]
    files = models.JSONField(default=list)
    requested = models.DecimalField(_("montant demandé"), max_digits=11, decimal_places=2, null=True)
    total_cost = models.DecimalField(_("coût du projet"), max_digits=11, decimal_places=2, null=True)
    # SHA-256 of all of the above in a canonical form.
    fingerprint = models.CharField(_("empreinte"), max_length=64)
    pdf = models.FileField(storage=private_storage, upload_to=submission_pdf_path, blank=True)

    class Meta:
        verbose_name = _("transmission")
        verbose_name_plural = _("transmissions")
        ordering = ["application", "at", "pk"]

    def __str__(self) -> str:
        return f"{self.application.number} · {self.at:%Y-%m-%d}"


class ApplicationFile(models.Model):
    """A file that answers a question, as it was made safe. It never changes: another one replaces it."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="files")
    question = models.CharField(max_length=40)
    file = models.FileField(_("fichier"), storage=private_storage, upload_to=application_file_path)
    name = models.CharField(_("nom du fichier"), max_length=120)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField(_("poids (octets)"))
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("par"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    uploaded_at = models.DateTimeField(_("reçu"), default=timezone.now)

    class Meta:
        verbose_name = _("pièce jointe")
        verbose_name_plural = _("pièces jointes")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class Extension(models.Model):
    """More time, for one fiche, to hand in an application to one call."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="extensions")
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    until = models.DateTimeField(_("jusqu’au"))
    reason = models.TextField(_("motif"))
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    granted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("prolongation")
        verbose_name_plural = _("prolongations")
        constraints = [models.UniqueConstraint(fields=["call", "organization"], name="extension_one_per_fiche")]

    def __str__(self) -> str:
        return f"{self.organization} · {self.until:%Y-%m-%d %H:%M}"


def closing_for(call: Call, extension: Extension | None) -> dt.datetime:
    """Until when a fiche may hand in: the call's closing, or its own extension when that is later."""
    return max(call.closes_at, extension.until) if extension else call.closes_at
