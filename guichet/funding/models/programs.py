"""What may be asked for: programmes, their forms, and their calls."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.fields import RichTextField, StreamField

from guichet.organizations.enums import Kind
from guichet.organizations.models import Mrc

from ..blocks import FormBlock
from ..enums import CallPhase, CallStatus, FormPurpose

RICH = ["bold", "italic", "ol", "ul", "link", "document-link"]
PERCENT = [MinValueValidator(0), MaxValueValidator(100)]
POSITIVE = [MinValueValidator(0)]


class Program(models.Model):
    """« Programme d’assistance financière »: what every call of it has in common, and its public page."""

    name = models.CharField(_("nom"), max_length=120)
    slug = models.SlugField(_("adresse"), max_length=80, unique=True)
    summary = models.CharField(_("en une phrase"), max_length=250)
    description = RichTextField(_("présentation"), features=RICH, blank=True)
    who_may_apply = RichTextField(_("qui peut présenter une demande"), features=RICH, blank=True)
    amounts = RichTextField(_("montants"), features=RICH, blank=True)
    eligible = RichTextField(_("dépenses admissibles"), features=RICH, blank=True)
    not_eligible = RichTextField(_("ce qui n’est pas admissible"), features=RICH, blank=True)
    commitments = RichTextField(_("vos engagements"), features=RICH, blank=True)
    guide = models.ForeignKey(
        "wagtaildocs.Document",
        verbose_name=_("guide"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    contact_name = models.CharField(_("personne à joindre"), max_length=120, blank=True)
    contact_email = models.EmailField(_("son courriel"), blank=True)
    officers = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("agents chargés du programme"),
        blank=True,
        limit_choices_to={"is_staff": True},
        related_name="programs",
    )
    one_per_year = models.BooleanField(
        _("une seule demande par organisme et par année"),
        default=False,
        help_text=_("Toutes les demandes transmises depuis le 1er janvier comptent, sauf celles qui sont retirées."),
    )
    is_published = models.BooleanField(_("paraît dans le site"), default=False)
    created_at = models.DateTimeField(_("créé"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class Form(models.Model):
    """A form that staff build. What people fill is one of its versions: a version never changes."""

    name = models.CharField(_("nom"), max_length=120)
    purpose = models.CharField(_("usage"), max_length=12, choices=FormPurpose, default=FormPurpose.APPLICATION)
    # What the next version will ask; `guichet.funding.building` makes the schema of it.
    body = StreamField(FormBlock(), verbose_name=_("contenu"), blank=True, default=list, db_default=[])
    updated_at = models.DateTimeField(_("modifié"), auto_now=True)

    class Meta:
        verbose_name = _("formulaire")
        verbose_name_plural = _("formulaires")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class FormVersion(models.Model):
    """A form as it was at one moment, in the format of `guichet.funding.schema`."""

    form = models.ForeignKey(Form, verbose_name=_("formulaire"), on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    schema = models.JSONField()
    created_at = models.DateTimeField(_("créée"), default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("version de formulaire")
        verbose_name_plural = _("versions de formulaire")
        ordering = ["form", "-number"]
        constraints = [models.UniqueConstraint(fields=["form", "number"], name="form_version_number")]

    def __str__(self) -> str:
        return f"{self.form} · {self.number}"


class CallQuerySet(models.QuerySet["Call"]):
    """Named reads of the calls."""

    def published(self) -> CallQuerySet:
        """Calls that people may know of: theirs and their programme's publication are both needed."""
        return self.filter(status=CallStatus.PUBLISHED, program__is_published=True)

    def open(self, now: dt.datetime | None = None) -> CallQuerySet:
        """Calls that take applications at ``now``."""
        now = now or timezone.now()
        return self.published().filter(opens_at__lte=now, closes_at__gt=now)


class Call(ClusterableModel):
    """« Appel de demandes »: one intake of a programme, its dates, its money, its form, its criteria."""

    program = models.ForeignKey(Program, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="calls")
    name = models.CharField(_("nom"), max_length=120, help_text=_("Par exemple : automne 2026."))
    code = models.SlugField(
        _("sigle"),
        max_length=20,
        unique=True,
        help_text=_("Les numéros des demandes commencent par lui : PAFILR-2026 donne PAFILR-2026-0001."),
    )
    status = models.CharField(_("état"), max_length=9, choices=CallStatus, default=CallStatus.DRAFT, editable=False)
    opens_at = models.DateTimeField(_("ouverture"))
    closes_at = models.DateTimeField(_("clôture"))
    envelope = models.DecimalField(
        _("enveloppe ($)"), max_digits=11, decimal_places=2, validators=POSITIVE, null=True, blank=True
    )
    max_amount = models.DecimalField(
        _("maximum par demande ($)"), max_digits=11, decimal_places=2, validators=POSITIVE, null=True, blank=True
    )
    max_share = models.DecimalField(
        _("part des dépenses admissibles payée au plus (%)"),
        max_digits=4,
        decimal_places=1,
        validators=PERCENT,
        null=True,
        blank=True,
    )
    max_public_share = models.DecimalField(
        _("part de tout l’argent public au plus (%)"),
        max_digits=4,
        decimal_places=1,
        validators=PERCENT,
        null=True,
        blank=True,
    )
    min_own_share = models.DecimalField(
        _("part de l’organisme au moins (%)"),
        max_digits=4,
        decimal_places=1,
        validators=PERCENT,
        null=True,
        blank=True,
    )
    volunteer_rate = models.DecimalField(
        _("valeur d’une heure de bénévolat ($)"),
        max_digits=6,
        decimal_places=2,
        validators=POSITIVE,
        null=True,
        blank=True,
    )
    # Nothing chosen: everybody.
    kinds = models.JSONField(_("milieux admissibles"), default=list, blank=True)
    mrcs = models.ManyToManyField(Mrc, verbose_name=_("MRC admissibles"), blank=True, related_name="+")
    needs_confirmed_fiche = models.BooleanField(_("la fiche doit avoir été confirmée dans l’année"), default=True)
    members_only = models.BooleanField(
        _("l’organisme doit être membre"),
        default=False,
        db_default=False,
        help_text=_("Son adhésion compte le jour où la demande est commencée, puis le jour où elle est transmise."),
    )
    needs_resolution = models.BooleanField(_("une résolution du conseil est demandée"), default=False)
    refuses_late_reports = models.BooleanField(
        _("fermé aux organismes dont une reddition de comptes est en retard"), default=True
    )
    project_from = models.DateField(_("projets réalisés à partir du"), null=True, blank=True)
    project_until = models.DateField(_("et jusqu’au"), null=True, blank=True)
    decision_days = models.PositiveSmallIntegerField(
        _("décision promise, jours après la clôture"), default=60, validators=[MaxValueValidator(730)]
    )
    report_days = models.PositiveSmallIntegerField(
        _("reddition de comptes, jours après la fin des projets"), default=60, validators=[MaxValueValidator(730)]
    )
    form = models.ForeignKey(
        Form,
        verbose_name=_("formulaire de demande"),
        on_delete=models.PROTECT,
        limit_choices_to={"purpose": FormPurpose.APPLICATION},
        related_name="calls",
    )
    report_form = models.ForeignKey(
        Form,
        verbose_name=_("formulaire de reddition de comptes"),
        on_delete=models.PROTECT,
        limit_choices_to={"purpose": FormPurpose.REPORT},
        null=True,
        blank=True,
        related_name="calls_reported",
    )
    copied_from = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="copies", editable=False
    )
    # The last number given to an application: counted under the row's own lock.
    last_number = models.PositiveIntegerField(default=0, editable=False)
    announced_at = models.DateTimeField(_("ouverture annoncée"), null=True, blank=True, editable=False)
    reminded_at = models.DateTimeField(_("clôture rappelée"), null=True, blank=True, editable=False)
    # From then on the evaluations no longer move: the ranking rests on them.
    ranking_closed_at = models.DateTimeField(_("classement fermé"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("créé"), default=timezone.now, editable=False)

    objects = CallQuerySet.as_manager()

    class Meta:
        verbose_name = _("appel de demandes")
        verbose_name_plural = _("appels de demandes")
        ordering = ["-opens_at", "pk"]
        indexes = [models.Index(fields=["status", "opens_at", "closes_at"], name="call_open")]
        constraints = [
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="call_closes_after_it_opens"),
        ]

    def __str__(self) -> str:
        return f"{self.program.name}, {self.name}"

    def clean(self) -> None:
        """Refuse dates the wrong way round, a milieu that does not exist, and a maximum above the envelope."""
        errors = {}
        if self.opens_at and self.closes_at and self.closes_at <= self.opens_at:
            errors["closes_at"] = _("La clôture vient après l’ouverture.")
        if self.project_from and self.project_until and self.project_until < self.project_from:
            errors["project_until"] = _("La fin des projets vient après leur début.")
        if self.envelope is not None and self.max_amount is not None and self.max_amount > self.envelope:
            errors["max_amount"] = _("Le maximum par demande ne peut pas dépasser l’enveloppe.")
        if not set(self.kinds) <= set(Kind.values):
            errors["kinds"] = _("Choisissez les milieux dans la liste.")
        if errors:
            raise ValidationError(errors)

    def is_open(self, now: dt.datetime | None = None) -> bool:
        """Whether it takes applications at ``now``; closing is the first moment that is too late."""
        now = now or timezone.now()
        return self.is_published and self.opens_at <= now < self.closes_at

    def phase(self, now: dt.datetime | None = None) -> CallPhase:
        """Where it is: its state, and its dates once it is published."""
        now = now or timezone.now()
        if self.status != CallStatus.PUBLISHED:
            return CallPhase(self.status)
        if now < self.opens_at:
            return CallPhase.COMING
        return CallPhase.OPEN if now < self.closes_at else CallPhase.CLOSED

    @property
    def is_published(self) -> bool:
        """People may know of it."""
        return self.status == CallStatus.PUBLISHED and self.program.is_published


class Criterion(models.Model):
    """One line of a call's scoring grid."""

    call = ParentalKey(Call, on_delete=models.CASCADE, related_name="criteria")
    title = models.CharField(_("critère"), max_length=120)
    guide = models.TextField(_("ce qui vaut combien"), blank=True)
    # A note is out of ``points``; the total is the sum of the notes: the weight is the number of points.
    points = models.PositiveSmallIntegerField(
        _("points"), default=10, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    sort_order = models.PositiveSmallIntegerField(default=0, editable=False)

    sort_order_field = "sort_order"

    class Meta:
        verbose_name = _("critère d’évaluation")
        verbose_name_plural = _("critères d’évaluation")
        ordering = ["sort_order", "pk"]

    def __str__(self) -> str:
        return self.title


class Instalment(models.Model):
    """One part of what a call pays, and when: « 75 % à la signature de l’entente »."""

    call = ParentalKey(Call, on_delete=models.CASCADE, related_name="instalments")
    share = models.DecimalField(_("part (%)"), max_digits=4, decimal_places=1, validators=PERCENT)
    condition = models.CharField(_("condition"), max_length=200)
    sort_order = models.PositiveSmallIntegerField(default=0, editable=False)

    sort_order_field = "sort_order"

    class Meta:
        verbose_name = _("versement prévu")
        verbose_name_plural = _("versements prévus")
        ordering = ["sort_order", "pk"]

    def __str__(self) -> str:
        return f"{self.share} % · {self.condition}"
