"""The fiche."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField
from wagtail.models import RevisionMixin

from guichet.core.perms import is_agent

from ..content import default_public_fields
from ..enums import Kind, OrganizationStatus, RecordCheck
from ..text import fold
from .lists import AccessFeature, Activity, Clientele
from .places import Municipality


class OrganizationQuerySet(models.QuerySet["Organization"]):
    """Named reads of the fiches."""

    def active(self) -> OrganizationQuerySet:
        """Fiches in service."""
        return self.filter(status=OrganizationStatus.ACTIVE)

    def visible_to(self, user) -> OrganizationQuerySet:
        """Fiches that a person may know of here: theirs, whatever became of the access; all for staff."""
        if is_agent(user):
            return self
        if not user.is_authenticated:
            return self.none()
        return self.filter(accesses__user=user)

    def with_merged(self, organization: Organization) -> OrganizationQuerySet:
        """The fiche, and those that were merged into it: their timeline is its own."""
        return self.filter(Q(pk=organization.pk) | Q(merged_into=organization.pk))

    def matching(self, query: str) -> OrganizationQuerySet:
        """Fiches whose name or municipality holds every word of ``query``, accents and case ignored."""
        found = self
        for word in fold(query)[:200].split():
            found = found.filter(search_text__contains=word)
        return found

    def matching_anywhere(self, query: str) -> OrganizationQuerySet:
        """Fiches that say every word of ``query`` somewhere, be it in the name of a choice or of their place."""
        from ..staff_text import saying

        return self.filter(saying(query))

    def silent_since(self, moment: dt.datetime) -> OrganizationQuerySet:
        """Active fiches that have managers, none of whom came or answered since ``moment``."""
        from .access import Access

        managers = Access.objects.filter(organization=models.OuterRef("pk")).active_managers()
        return (
            self.active()
            .filter(models.Exists(managers))
            .exclude(models.Exists(managers.filter(Q(last_used_at__gte=moment) | Q(decided_at__gte=moment))))
            .exclude(people_confirmed_at__gte=moment)
        )


class Organization(RevisionMixin, models.Model):
    """A fiche: the record of one client organisation.

    Its row is what is in force; proposals that wait are `FicheChange` rows; each publication leaves a revision.
    """

    # Wagtail would note every reference of every fiche at each save: nothing here asks for them.
    wagtail_reference_index_ignore = True

    name = models.CharField(_("nom"), max_length=120)
    usual_name = models.CharField(_("nom usuel"), max_length=120, default="", db_default="", blank=True)
    initials = models.CharField(_("sigle"), max_length=20, default="", db_default="", blank=True)
    kind = models.CharField(_("milieu"), max_length=12, choices=Kind)
    municipality = models.ForeignKey(
        Municipality,
        verbose_name=_("municipalité"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="organizations",
    )
    neq = models.CharField(_("NEQ"), max_length=10, blank=True)
    founded_year = models.PositiveSmallIntegerField(_("année de fondation"), null=True, blank=True)
    federation = models.CharField(
        _("fédération ou regroupement"), max_length=120, default="", db_default="", blank=True
    )
    # The last day of its membership in the body; empty: it is no member. The body's staff alone set it.
    member_until = models.DateField(_("membre jusqu’au"), null=True, blank=True)
    description = models.TextField(_("description"), max_length=3000, default="", db_default="", blank=True)
    activities = models.ManyToManyField(
        Activity, verbose_name=_("activités"), blank=True, related_name="organizations"
    )
    clienteles = models.ManyToManyField(
        Clientele, verbose_name=_("clientèles"), blank=True, related_name="organizations"
    )
    seasons = models.JSONField(_("saisons"), default=list, db_default=models.Value([], models.JSONField()), blank=True)
    season_note = models.CharField(
        _("précisions sur les saisons"), max_length=200, default="", db_default="", blank=True
    )
    territory = models.CharField(_("territoire desservi"), max_length=200, default="", db_default="", blank=True)
    members_count = models.PositiveIntegerField(_("nombre de membres"), null=True, blank=True)
    volunteers_count = models.PositiveIntegerField(_("nombre de bénévoles"), null=True, blank=True)
    access_features = models.ManyToManyField(
        AccessFeature, verbose_name=_("mesures d’accessibilité"), blank=True, related_name="organizations"
    )
    access_note = models.CharField(
        _("précisions sur l’accessibilité"), max_length=500, default="", db_default="", blank=True
    )
    # Primary keys of `FicheFile`: the files of the fiche's own, which `services.publish` sees to.
    logo = models.PositiveBigIntegerField(_("logo"), null=True, blank=True)
    # Items of a file's primary key (file) and what one sees on it (alt).
    pictures = models.JSONField(_("photos"), default=list, db_default=models.Value([], models.JSONField()), blank=True)
    email = models.EmailField(_("courriel"), blank=True)
    phone = PhoneNumberField(_("téléphone"), blank=True)
    other_phone = PhoneNumberField(_("autre téléphone"), default="", db_default="", blank=True)
    website = models.URLField(_("site web"), blank=True)
    facebook = models.URLField(_("page Facebook"), default="", db_default="", blank=True)
    instagram = models.URLField(_("compte Instagram"), default="", db_default="", blank=True)
    other_network = models.URLField(_("autre réseau social"), default="", db_default="", blank=True)
    address = models.CharField(_("adresse"), max_length=200, blank=True)
    postal_code = models.CharField(_("code postal"), max_length=7, blank=True)
    mailing_address = models.CharField(_("adresse postale"), max_length=200, default="", db_default="", blank=True)
    mailing_city = models.CharField(
        _("ville de l’adresse postale"), max_length=80, default="", db_default="", blank=True
    )
    mailing_postal_code = models.CharField(
        _("code postal de l’adresse postale"), max_length=7, default="", db_default="", blank=True
    )
    # [{"name": "…", "function": "…", "email": "…", "phone": "…"}]: never public without each person's consent.
    people = models.JSONField(
        _("personnes responsables"), default=list, db_default=models.Value([], models.JSONField()), blank=True
    )
    last_meeting_on = models.DateField(_("dernière assemblée générale"), null=True, blank=True)
    year_end = models.CharField(
        _("fin de l’exercice financier (jour et mois)"), max_length=40, default="", db_default="", blank=True
    )
    record_check = models.CharField(
        _("vérification des antécédents judiciaires"),
        max_length=12,
        choices=RecordCheck,
        default="",
        db_default="",
        blank=True,
    )
    # Items of a file's primary key (file), a `DocumentKind` (kind), a title, and a date or nothing (expires_on).
    documents = models.JSONField(
        _("documents"), default=list, db_default=models.Value([], models.JSONField()), blank=True
    )
    # Nobody is in the public directory without having said so.
    is_listed = models.BooleanField(_("paraît dans le répertoire public"), default=False, db_default=False)
    public_fields = models.JSONField(
        _("renseignements publics"),
        default=default_public_fields,
        db_default=models.Value([], models.JSONField()),
        blank=True,
    )
    # The number in the spreadsheet that it came from: an import run twice finds its rows again.
    external_id = models.CharField(_("numéro de dossier"), max_length=40, blank=True)
    search_text = models.TextField(editable=False, blank=True, default="")
    # Every word of the fiche, for staff alone: the public looks in `search_text`.
    staff_text = models.TextField(editable=False, blank=True, default="", db_default="")
    status = models.CharField(
        _("état"), max_length=9, choices=OrganizationStatus, default=OrganizationStatus.ACTIVE, editable=False
    )
    # Always the fiche that is left in the end: a fiche that is merged in turn takes along those merged into it.
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.RESTRICT, related_name="merged_fiches", editable=False
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    request_reason = models.TextField(_("pourquoi cette fiche"), blank=True, editable=False)
    created_at = models.DateTimeField(_("créée"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("modifiée"), auto_now=True)
    content_confirmed_at = models.DateTimeField(_("dernière confirmation"), null=True, blank=True, editable=False)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)
    people_confirmed_at = models.DateTimeField(_("utilisateurs confirmés"), null=True, blank=True, editable=False)
    people_check_sent_at = models.DateTimeField(null=True, blank=True, editable=False)
    silence_reported_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        verbose_name = _("fiche")
        verbose_name_plural = _("fiches")
        ordering = ["name", "pk"]
        indexes = [models.Index(fields=["status", "name"], name="organization_status_name")]
        constraints = [
            models.UniqueConstraint(
                fields=["external_id"], condition=~Q(external_id=""), name="organization_external_id_unique"
            ),
            models.CheckConstraint(
                condition=Q(status=OrganizationStatus.MERGED, merged_into__isnull=False)
                | (~Q(status=OrganizationStatus.MERGED) & Q(merged_into__isnull=True)),
                name="organization_merged_into_with_status",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_active(self) -> bool:
        """In service."""
        return self.status == OrganizationStatus.ACTIVE

    def is_member(self, on: dt.date) -> bool:
        """A member of the body that day; the last day counts."""
        return self.member_until is not None and self.member_until >= on

    def refresh_search_text(self) -> None:
        """Write what `matching` and `matching_anywhere` look in; services call it with every save of a field."""
        from ..staff_text import staff_text

        place = self.municipality.name if self.municipality else ""
        names = dict.fromkeys(filter(None, [self.name, self.usual_name, self.initials, place]))
        self.search_text = " ".join(filter(None, [*map(fold, names), self.neq]))
        self.staff_text = staff_text(self)

    def serializable_data(self) -> dict:
        """What a revision holds: the fields that people change, by name, and nothing of the fiche's states."""
        from ..values import content_of

        return content_of(self)

    def with_content_json(self, content: dict) -> Organization:
        """This fiche as a revision had it; its lists of choices (`activities`…) are set when it is saved."""
        from ..values import put

        copy = type(self).objects.get(pk=self.pk)
        put(copy, content)
        return copy
