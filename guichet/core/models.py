"""The body that runs the portal, the messages that leave it, and the events it remembers."""

from __future__ import annotations

import datetime as dt

import holidays
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting

from .colors import contrast_ratio
from .enums import MessageState, PromiseClock

HEX_COLOR = RegexValidator(r"^#[0-9a-fA-F]{6}$", _("Écrivez la couleur sous la forme #1d2b3a."))


@register_setting(icon="site")
class SiteSettings(BaseGenericSetting):
    """The body that runs the portal (« organisme porteur »): LSCQ, or another one, without touching code."""

    name = models.CharField(_("nom"), max_length=120, default="Loisir Sport Centre-du-Québec")
    short_name = models.CharField(_("sigle"), max_length=20, default="LSCQ")
    logo = models.ForeignKey(
        "wagtailimages.Image",
        verbose_name=_("logo"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    email = models.EmailField(_("courriel"), default="info@lscq.example.org")
    phone = PhoneNumberField(_("téléphone"), default="+18195550123")
    address = models.TextField(_("adresse"), default="1, rue de l’Exemple\nVictoriaville (Québec)  G6P 0A0")
    privacy_officer = models.CharField(
        _("personne responsable des renseignements personnels"),
        max_length=120,
        default="Direction générale",
        help_text=_("Publiée au bas de chaque page et de chaque courriel : la Loi 25 (P-39.1, art. 3.1) le demande."),
    )
    primary_color = models.CharField(
        _("couleur des boutons et des liens"), max_length=7, default="#0b5cad", validators=[HEX_COLOR]
    )
    banner_color = models.CharField(_("couleur du bandeau"), max_length=7, default="#16263a", validators=[HEX_COLOR])
    promise_min_hours = models.PositiveSmallIntegerField(
        _("réponse promise, au plus tôt (heures)"), default=12, validators=[MaxValueValidator(720)]
    )
    promise_max_hours = models.PositiveSmallIntegerField(
        _("réponse promise, au plus tard (heures)"),
        default=48,
        validators=[MinValueValidator(1), MaxValueValidator(720)],
    )
    promise_clock = models.CharField(
        _("heures qui comptent"), max_length=12, choices=PromiseClock, default=PromiseClock.OPEN_DAYS
    )
    opens_at = models.TimeField(_("ouverture"), default=dt.time(8, 30))
    closes_at = models.TimeField(_("fermeture"), default=dt.time(16, 30))
    holidays_of = models.CharField(
        _("jours fériés de"),
        max_length=5,
        default="QC",
        help_text=_("Le code de la province : QC, ON, NB…"),
    )
    signatory = models.CharField(
        _("signataire des lettres"),
        max_length=120,
        blank=True,
        default="",
        db_default="",
        help_text=_("Qui signe les lettres de décision. Sans nom, c’est l’organisme qui signe."),
    )
    signatory_title = models.CharField(_("sa fonction"), max_length=120, blank=True, default="", db_default="")
    people_check_months = models.PositiveSmallIntegerField(
        _("vérification des utilisateurs, tous les (mois)"),
        default=12,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
    )

    panels = [
        MultiFieldPanel(
            [
                FieldPanel("name"),
                FieldPanel("short_name"),
                FieldPanel("logo"),
                FieldPanel("email"),
                FieldPanel("phone"),
                FieldPanel("address"),
                FieldPanel("privacy_officer"),
            ],
            heading=_("Organisme"),
        ),
        MultiFieldPanel([FieldPanel("primary_color"), FieldPanel("banner_color")], heading=_("Couleurs")),
        MultiFieldPanel(
            [
                FieldPanel("promise_min_hours"),
                FieldPanel("promise_max_hours"),
                FieldPanel("promise_clock"),
                FieldPanel("opens_at"),
                FieldPanel("closes_at"),
                FieldPanel("holidays_of"),
            ],
            heading=_("Délai de réponse aux inscriptions"),
        ),
        MultiFieldPanel([FieldPanel("signatory"), FieldPanel("signatory_title")], heading=_("Signature des lettres")),
        MultiFieldPanel([FieldPanel("people_check_months")], heading=_("Vérifications périodiques")),
    ]

    class Meta:
        verbose_name = _("organisme porteur")

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse colours that white text cannot be read on (WCAG 2.2, 1.4.3), and hours that make no sense."""
        errors = {}
        for field in ("primary_color", "banner_color"):
            color = getattr(self, field)
            # A colour that is none is told by the field itself.
            if HEX_COLOR.regex.match(color) and contrast_ratio(color, "#ffffff") < 4.5:
                errors[field] = _(
                    "Le texte blanc serait difficile à lire sur cette couleur : choisissez-la plus foncée."
                )
        if self.promise_min_hours > self.promise_max_hours:
            errors["promise_min_hours"] = _("Le délai le plus court ne peut pas dépasser le plus long.")
        if self.holidays_of not in holidays.list_supported_countries()["CA"]:
            errors["holidays_of"] = _("Ce n’est pas le code d’une province : QC, ON, NB…")
        if self.opens_at >= self.closes_at:
            errors["closes_at"] = _("La fermeture vient après l’ouverture.")
        if errors:
            raise ValidationError(errors)


class OutgoingMessageQuerySet(models.QuerySet["OutgoingMessage"]):
    """Named reads of the outgoing messages."""

    def due(self, now: dt.datetime | None = None) -> OutgoingMessageQuerySet:
        """Queued messages whose next attempt is now or past."""
        return self.filter(state=MessageState.QUEUED, next_attempt_at__lte=now or timezone.now())


class OutgoingMessage(models.Model):
    """One e-mail to one address. Written with the change that causes it, sent later by the worker."""

    kind = models.CharField(_("sorte"), max_length=80, db_index=True)
    to = models.CharField(_("à"), max_length=254, db_index=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("personne"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="messages_received",
    )
    subject = models.CharField(_("objet"), max_length=250)
    text = models.TextField(_("texte"), blank=True)
    html = models.TextField(_("page"), blank=True)
    # A message with a personal link: staff see that it left, never what it says.
    secret = models.BooleanField(_("contient un lien personnel"), default=False)
    state = models.CharField(_("état"), max_length=8, choices=MessageState, default=MessageState.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("essais"), default=0)
    next_attempt_at = models.DateTimeField(_("prochain essai"), default=timezone.now)
    claimed_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(_("dernière erreur"), blank=True)
    created_at = models.DateTimeField(_("créé"), default=timezone.now, db_index=True)
    sent_at = models.DateTimeField(_("envoyé"), null=True, blank=True)

    objects = OutgoingMessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("courriel")
        verbose_name_plural = _("courriels")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["state", "next_attempt_at"], name="message_due")]

    def __str__(self) -> str:
        return f"{self.subject} → {self.to}"


class EventQuerySet(models.QuerySet["Event"]):
    """Named reads of the timeline."""

    def about(self, subject: models.Model) -> EventQuerySet:
        """Events about one object, newest first."""
        return self.filter(subject_type=subject._meta.label_lower, subject_id=subject.pk).select_related(
            "actor", "person"
        )

    def about_any(self, subjects: models.QuerySet) -> EventQuerySet:
        """Events about several objects of one kind, newest first."""
        return self.filter(
            subject_type=subjects.model._meta.label_lower, subject_id__in=subjects.order_by().values("pk")
        ).select_related("actor", "person")

    def of_person(self, user: models.Model) -> EventQuerySet:
        """Events that concern one person, newest first."""
        return self.filter(person=user).select_related("actor", "person")


class Event(models.Model):
    """One decision, in words: who, when, about what and whom, what changed, and the reason."""

    verb = models.CharField(_("action"), max_length=60, db_index=True)
    at = models.DateTimeField(_("moment"), default=timezone.now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="events_done"
    )
    # The names as they were: the timeline still reads when the account is gone.
    actor_name = models.CharField(max_length=250, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="events_about"
    )
    person_name = models.CharField(max_length=250, blank=True)
    subject_type = models.CharField(max_length=80, blank=True)
    subject_id = models.BigIntegerField(null=True, blank=True)
    subject_name = models.CharField(max_length=250, blank=True)
    data = models.JSONField(default=dict, blank=True)
    reason = models.TextField(_("motif"), blank=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("événement")
        verbose_name_plural = _("événements")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "-at"], name="event_subject"),
            models.Index(fields=["person", "-at"], name="event_person"),
        ]

    def __str__(self) -> str:
        return self.sentence

    @property
    def sentence(self) -> str:
        """The event in the reader's language."""
        from .events import sentence_of

        return sentence_of(self)


class PeriodicRun(models.Model):
    """When each periodic task is next due: one row a task, so that two workers never run one twice."""

    name = models.CharField(max_length=120, unique=True)
    next_run_at = models.DateTimeField()
    last_run_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("tâche périodique")
        verbose_name_plural = _("tâches périodiques")

    def __str__(self) -> str:
        return self.name
