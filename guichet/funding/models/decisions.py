"""What the body decides about applications: amounts tried, decisions, their announcement, letters, agreements."""

from __future__ import annotations

import uuid
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from guichet.organizations.import_models import private_storage

from ..enums import Outcome
from .applications import Application
from .programs import Call, Program

ZERO = Decimal("0.00")


def letter_path(letter: Letter, filename: str) -> str:
    """A name that nobody guesses."""
    return f"lettres/{uuid.uuid4().hex}.pdf"


class DecisionReason(models.Model):
    """One reason of the list that staff keep, and what an organisation could do about it next time."""

    text = models.CharField(_("motif"), max_length=160, unique=True)
    next_step = models.TextField(
        _("ce qui pourrait être fait ensuite"),
        blank=True,
        help_text=_("Proposé à l’organisme avec ce motif : qui appeler, quoi préparer."),
    )
    is_archived = models.BooleanField(
        _("archivé"), default=False, help_text=_("N’est plus offert; reste dans les décisions qui l’ont retenu.")
    )

    class Meta:
        verbose_name = _("motif de décision")
        verbose_name_plural = _("motifs de décision")
        ordering = ["text", "pk"]

    def __str__(self) -> str:
        return self.text


class TriedAmount(models.Model):
    """« Et si? »: what the ranking's page tries for one application. Nothing is decided by it."""

    application = models.OneToOneField(Application, on_delete=models.CASCADE, related_name="tried_amount")
    amount = models.DecimalField(_("montant essayé"), max_digits=11, decimal_places=2)

    class Meta:
        verbose_name = _("montant essayé")
        verbose_name_plural = _("montants essayés")
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="tried_amount_is_positive")]

    def __str__(self) -> str:
        return f"{self.application} · {self.amount}"


class DecisionQuerySet(models.QuerySet["Decision"]):
    """Named reads of the decisions."""

    def prepared(self) -> DecisionQuerySet:
        """Those that nobody outside the body may know of yet."""
        return self.filter(announced_at__isnull=True)

    def announced(self) -> DecisionQuerySet:
        """Those that the fiches know, the last of each first."""
        return self.filter(announced_at__isnull=False).order_by("-announced_at", "-pk")


class Decision(models.Model):
    """What becomes of an application. It may change until it is announced, and never afterwards.

    A waiting list's second decision is another row: what was announced stays as it was said.
    """

    application = models.ForeignKey(
        Application, verbose_name=_("demande"), on_delete=models.PROTECT, related_name="decisions"
    )
    outcome = models.CharField(_("décision"), max_length=10, choices=Outcome)
    amount = models.DecimalField(_("montant accordé"), max_digits=11, decimal_places=2, default=ZERO)
    conditions = models.TextField(_("conditions"), blank=True)
    reasons = models.ManyToManyField(DecisionReason, verbose_name=_("motifs"), blank=True, related_name="+")
    words = models.TextField(_("explications"), blank=True)
    next_step = models.TextField(_("ce qui pourrait être fait ensuite"), blank=True)
    # [{"share": "75.0", "condition": "…", "amount": "750.00"}, …]: the call's instalments, to the cent.
    instalments = models.JSONField(_("versements"), default=list, blank=True)
    # Why more is granted than the envelope holds, and which admin took it upon them.
    overrun_reason = models.TextField(_("motif du dépassement"), blank=True)
    overrun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("par"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(_("préparée"), default=timezone.now)
    announced_at = models.DateTimeField(_("annoncée"), null=True, blank=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("décision")
        verbose_name_plural = _("décisions")
        ordering = ["application", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"], condition=Q(announced_at__isnull=True), name="decision_one_prepared"
            ),
            models.CheckConstraint(
                condition=Q(outcome=Outcome.ACCEPTED, amount__gt=0) | (~Q(outcome=Outcome.ACCEPTED) & Q(amount=0)),
                name="decision_amount_with_outcome",
            ),
        ]

    def __str__(self) -> str:
        return str(self.application)

    @property
    def is_announced(self) -> bool:
        """The fiche knows."""
        return self.announced_at is not None

    @property
    def is_grant(self) -> bool:
        """Money is granted."""
        return self.outcome == Outcome.ACCEPTED


class AnnouncementRunQuerySet(models.QuerySet["AnnouncementRun"]):
    """Named reads of the announcements."""

    def at_work(self) -> AnnouncementRunQuerySet:
        """Those that the worker has not finished."""
        return self.filter(finished_at__isnull=True)


class AnnouncementRun(models.Model):
    """One announcement of a call's decisions, worked off row by row by the worker, from wherever it was left."""

    call = models.ForeignKey(Call, verbose_name=_("appel"), on_delete=models.PROTECT, related_name="announcements")
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    started_at = models.DateTimeField(_("commencée"), default=timezone.now)
    # Whoever works on it says so; a silent one was killed.
    heartbeat_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(_("terminée"), null=True, blank=True)

    objects = AnnouncementRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("annonce de décisions")
        verbose_name_plural = _("annonces de décisions")
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["call"], condition=Q(finished_at__isnull=True), name="announcement_one_at_work"
            )
        ]

    def __str__(self) -> str:
        return str(self.call)


class AnnouncementRow(models.Model):
    """One decision to announce, as it was when the list was shown."""

    run = models.ForeignKey(AnnouncementRun, on_delete=models.CASCADE, related_name="rows")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="announcement_rows")
    done_at = models.DateTimeField(null=True, blank=True)
    # Why it was left out, in words.
    problem = models.TextField(blank=True)

    class Meta:
        verbose_name = _("décision à annoncer")
        verbose_name_plural = _("décisions à annoncer")
        ordering = ["pk"]
        indexes = [models.Index(fields=["run", "done_at"], name="announcement_rows_left")]
        constraints = [models.UniqueConstraint(fields=["run", "decision"], name="announcement_row_once")]

    def __str__(self) -> str:
        return str(self.decision)


class LetterTemplate(models.Model):
    """What a programme's letters say for one outcome; a programme without one has ours."""

    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="letter_templates")
    outcome = models.CharField(_("décision"), max_length=10, choices=Outcome)
    title = models.CharField(_("objet"), max_length=160)
    text = models.TextField(_("texte"), max_length=6000)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    changed_at = models.DateTimeField(_("modifié"), auto_now=True)

    class Meta:
        verbose_name = _("modèle de lettre")
        verbose_name_plural = _("modèles de lettre")
        constraints = [models.UniqueConstraint(fields=["program", "outcome"], name="letter_template_once")]

    def __str__(self) -> str:
        return f"{self.program} · {self.get_outcome_display()}"


class Letter(models.Model):
    """The letter of one decision: its words are set when it is announced, its PDF is made later by the worker."""

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="letter")
    title = models.CharField(_("objet"), max_length=250)
    text = models.TextField(_("texte"))
    # To whom: name and address, one line each.
    recipient = models.TextField(_("destinataire"))
    signatory = models.CharField(_("signataire"), max_length=250, blank=True)
    dated_on = models.DateField(_("date"))
    file = models.FileField(storage=private_storage, upload_to=letter_path, blank=True)
    made_at = models.DateTimeField(_("faite"), null=True, blank=True, db_index=True)

    class Meta:
        verbose_name = _("lettre")
        verbose_name_plural = _("lettres")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.title


class Agreement(models.Model):
    """« Entente »: a gestionnaire accepted a grant on line, or gave it up. It never changes."""

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="agreement")
    is_accepted = models.BooleanField(_("acceptée"))
    statement = models.TextField(_("texte de l’entente"))
    reason = models.TextField(_("motif"), blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("par"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    by_name = models.CharField(max_length=250)
    at = models.DateTimeField(_("date"), default=timezone.now)
    # SHA-256 of all of it in a canonical form.
    fingerprint = models.CharField(_("empreinte"), max_length=64)

    class Meta:
        verbose_name = _("entente")
        verbose_name_plural = _("ententes")
        constraints = [
            models.CheckConstraint(
                condition=Q(is_accepted=True) | ~Q(reason=""), name="agreement_declined_with_a_reason"
            )
        ]

    def __str__(self) -> str:
        return str(self.decision)
