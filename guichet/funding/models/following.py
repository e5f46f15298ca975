"""After the decision: what is paid, what is asked to change, what was done with the money, what is given back."""

from __future__ import annotations

import uuid
from decimal import Decimal

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from guichet.organizations.import_models import private_storage

from ..enums import UNPAID, AmendmentStatus, AmendmentSubject, PaymentMethod, PaymentStatus
from .applications import Application
from .programs import FormVersion

CENT = Decimal("0.01")
AT_LEAST_A_CENT = [MinValueValidator(CENT)]


def report_file_path(file: ReportFile, filename: str) -> str:
    """A name that nobody guesses; the one that people know is in ``name``."""
    return f"redditions/{uuid.uuid4().hex}{filename[-5:] if '.' in filename[-5:] else ''}"


class PaymentQuerySet(models.QuerySet["Payment"]):
    """Named reads of the payments."""

    def live(self) -> PaymentQuerySet:
        """Those that were paid or may be."""
        return self.exclude(status=PaymentStatus.CANCELLED)

    def paid(self) -> PaymentQuerySet:
        """Those that left."""
        return self.filter(status=PaymentStatus.PAID)

    def unpaid(self) -> PaymentQuerySet:
        """Those that are still to leave."""
        return self.filter(status__in=UNPAID)

    def total(self) -> Decimal:
        """The sum of their amounts."""
        return self.aggregate(total=Sum("amount"))["total"] or Decimal("0.00")


class Payment(models.Model):
    """« Versement »: one part of what was granted, and when and how it left."""

    application = models.ForeignKey(
        Application, verbose_name=_("demande"), on_delete=models.PROTECT, related_name="payments"
    )
    number = models.PositiveSmallIntegerField(_("rang"))
    amount = models.DecimalField(_("montant"), max_digits=11, decimal_places=2, validators=AT_LEAST_A_CENT)
    condition = models.CharField(_("condition"), max_length=200, blank=True)
    due_on = models.DateField(_("prévu le"), null=True, blank=True)
    status = models.CharField(
        _("état"), max_length=9, choices=PaymentStatus, default=PaymentStatus.PLANNED, editable=False
    )
    method = models.CharField(_("moyen"), max_length=8, choices=PaymentMethod, blank=True)
    reference = models.CharField(_("référence"), max_length=60, blank=True)
    paid_on = models.DateField(_("payé le"), null=True, blank=True)
    paid_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("noté par"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    objects = PaymentQuerySet.as_manager()

    class Meta:
        verbose_name = _("versement")
        verbose_name_plural = _("versements")
        ordering = ["application", "number"]
        indexes = [models.Index(fields=["status", "due_on"], name="payment_queue")]
        constraints = [
            models.UniqueConstraint(fields=["application", "number"], name="payment_number"),
            # A cheque, a transfer, leaves once.
            models.UniqueConstraint(
                fields=["method", "reference"],
                condition=Q(status=PaymentStatus.PAID),
                name="payment_reference",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_of_something"),
            models.CheckConstraint(
                condition=(
                    Q(status=PaymentStatus.PAID, paid_on__isnull=False) & ~Q(method="") & ~Q(reference="")
                    | ~Q(status=PaymentStatus.PAID) & Q(paid_on__isnull=True, method="", reference="")
                ),
                name="payment_paid_with_its_reference",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application.number} · {self.number}"


class AmendmentQuerySet(models.QuerySet["Amendment"]):
    """Named reads of the change requests."""

    def waiting(self) -> AmendmentQuerySet:
        """Those that the body has to decide."""
        return self.filter(status=AmendmentStatus.ASKED)


class Amendment(models.Model):
    """« Demande de changement »: what a fiche asks to change of what was agreed, and the answer."""

    application = models.ForeignKey(
        Application, verbose_name=_("demande"), on_delete=models.PROTECT, related_name="amendments"
    )
    subject = models.CharField(_("ce qui change"), max_length=7, choices=AmendmentSubject)
    amount = models.DecimalField(
        _("nouveau montant"), max_digits=11, decimal_places=2, null=True, blank=True, validators=AT_LEAST_A_CENT
    )
    ends_on = models.DateField(_("nouvelle date de fin du projet"), null=True, blank=True)
    text = models.TextField(_("le changement demandé et pourquoi"))
    status = models.CharField(
        _("état"), max_length=9, choices=AmendmentStatus, default=AmendmentStatus.ASKED, editable=False
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("par"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_at = models.DateTimeField(_("demandé"), default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(_("décidé"), null=True, blank=True)
    answer = models.TextField(_("réponse"), blank=True)
    # In words, what an accepted one changed: the amount or the report's date, before and after.
    before = models.CharField(max_length=60, blank=True)
    after = models.CharField(max_length=60, blank=True)

    objects = AmendmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("demande de changement")
        verbose_name_plural = _("demandes de changement")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"], condition=Q(status=AmendmentStatus.ASKED), name="amendment_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(status=AmendmentStatus.ASKED, decided_at__isnull=True)
                | (~Q(status=AmendmentStatus.ASKED) & Q(decided_at__isnull=False)),
                name="amendment_decided_at_with_status",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application.number} · {self.get_subject_display()}"

    @property
    def is_waiting(self) -> bool:
        """The body has not answered."""
        return self.status == AmendmentStatus.ASKED


class Report(models.Model):
    """« Reddition de comptes »: what the fiche did with the money. Its state is the application's, but for one step.

    ``answers`` is what people typed, as in an application; its budget holds what was planned beside what is real.
    """

    application = models.OneToOneField(
        Application, verbose_name=_("demande"), on_delete=models.PROTECT, related_name="report"
    )
    form_version = models.ForeignKey(FormVersion, on_delete=models.PROTECT, related_name="+")
    answers = models.JSONField(default=dict, blank=True)
    # {question: [who (key), their name, when (ISO)]}: the last one who changed each answer.
    touched = models.JSONField(default=dict, blank=True)
    saved_at = models.DateTimeField(_("enregistrée"), default=timezone.now)
    # A collaborateur said that it is ready: a gestionnaire sends it on, or gives it back.
    awaiting_manager = models.BooleanField(_("à transmettre par un gestionnaire"), default=False)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    submitted_at = models.DateTimeField(_("transmise"), null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    submitted_by_name = models.CharField(max_length=250, blank=True)
    # What the body asks to mend, or a gestionnaire, when it comes back.
    return_text = models.TextField(_("ce qui est à corriger"), blank=True)
    returned_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("reddition de comptes")
        verbose_name_plural = _("redditions de comptes")

    def __str__(self) -> str:
        return str(self.application)


class ReportFile(models.Model):
    """An invoice or a picture that answers a question of the report, as it was made safe. It never changes."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="files")
    question = models.CharField(max_length=40)
    file = models.FileField(_("fichier"), storage=private_storage, upload_to=report_file_path)
    name = models.CharField(_("nom du fichier"), max_length=120)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField(_("poids (octets)"))
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("par"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    uploaded_at = models.DateTimeField(_("reçu"), default=timezone.now)

    class Meta:
        verbose_name = _("pièce de reddition")
        verbose_name_plural = _("pièces de reddition")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class ReportReminder(models.Model):
    """A reminder that left: one for each step before and after the date; another date has its own."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="report_reminders")
    due_on = models.DateField()
    # Days from the date: -30, -7, 0, 14, 28…
    step = models.SmallIntegerField()
    sent_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "due_on", "step"], name="report_reminder_once")]

    def __str__(self) -> str:
        return f"{self.application} · {self.due_on} · {self.step}"


class Recovery(models.Model):
    """« Remboursement »: what the body asks back, and when it came; nothing is asked when ``dropped_at`` is set."""

    application = models.OneToOneField(
        Application, verbose_name=_("demande"), on_delete=models.PROTECT, related_name="recovery"
    )
    amount = models.DecimalField(_("montant"), max_digits=11, decimal_places=2, validators=AT_LEAST_A_CENT)
    reason = models.TextField(_("motif"))
    due_on = models.DateField(_("d’ici le"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("par"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_at = models.DateTimeField(_("demandé"), default=timezone.now)
    received_on = models.DateField(_("reçu le"), null=True, blank=True)
    reference = models.CharField(_("référence"), max_length=60, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("remboursement")
        verbose_name_plural = _("remboursements")
        constraints = [
            models.CheckConstraint(
                condition=Q(received_on__isnull=True) | Q(dropped_at__isnull=True), name="recovery_ends_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.application.number} · {self.amount}"

    @property
    def is_settled(self) -> bool:
        """The money came back, or the body gave it up."""
        return self.received_on is not None or self.dropped_at is not None
