"""What the list of fiches is filtered by."""

from __future__ import annotations

import datetime as dt

import django_filters
from dateutil.relativedelta import relativedelta
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import WagtailFilterSet

from ..enums import Kind, OrganizationStatus
from ..models import Access, Activity, Clientele, FicheChange, FicheSettings, Mrc, Municipality, Organization
from .conditions import ConditionFilter

SILENT_MONTHS = 12


def year_ago() -> dt.datetime:
    """Silence is counted from here."""
    return timezone.now() - relativedelta(months=SILENT_MONTHS)


def stale_before() -> dt.datetime:
    """A fiche whose last confirmation is older is to be confirmed again."""
    return timezone.now() - relativedelta(months=FicheSettings.load().confirm_months)


class FicheFilterSet(WagtailFilterSet):
    """State, milieu, place, offer, the fiches that need somebody to look after them, and whatever else they say."""

    status = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("État"), choices=OrganizationStatus.choices, widget=forms.CheckboxSelectMultiple
    )
    kind = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("Milieu"), choices=Kind.choices, widget=forms.CheckboxSelectMultiple
    )
    mrc = django_filters.ModelChoiceFilter(
        label=gettext_lazy("MRC"),
        field_name="municipality__mrc",
        queryset=Mrc.objects.all(),
        empty_label=gettext_lazy("Toutes"),
    )
    municipality = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Municipalité"), queryset=Municipality.objects.all(), empty_label=gettext_lazy("Toutes")
    )
    activity = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Activité"),
        method="filter_chosen",
        queryset=Activity.objects.order_by("name"),
        empty_label=gettext_lazy("Toutes"),
    )
    clientele = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Clientèle"),
        method="filter_chosen",
        queryset=Clientele.objects.all(),
        empty_label=gettext_lazy("Toutes"),
    )
    listed = django_filters.ChoiceFilter(
        label=gettext_lazy("Répertoire public"),
        method="filter_listed",
        empty_label=gettext_lazy("Toutes les fiches"),
        widget=forms.RadioSelect,
        choices=[("yes", gettext_lazy("Y paraissent")), ("no", gettext_lazy("N’y paraissent pas"))],
    )
    membership = django_filters.ChoiceFilter(
        label=gettext_lazy("Adhésion"),
        method="filter_membership",
        empty_label=gettext_lazy("Toutes les fiches"),
        widget=forms.RadioSelect,
        choices=[
            ("member", gettext_lazy("Membres")),
            ("ended", gettext_lazy("Adhésion terminée")),
            ("never", gettext_lazy("Sans adhésion")),
        ],
    )
    people = django_filters.ChoiceFilter(
        label=gettext_lazy("Gestionnaires"),
        method="filter_people",
        empty_label=gettext_lazy("Toutes les fiches"),
        widget=forms.RadioSelect,
        choices=[
            ("without_manager", gettext_lazy("Sans gestionnaire")),
            ("silent", gettext_lazy("Gestionnaires silencieux depuis un an")),
        ],
    )
    confirmed = django_filters.ChoiceFilter(
        label=gettext_lazy("Confirmation"),
        method="filter_confirmed",
        empty_label=gettext_lazy("Toutes les fiches"),
        widget=forms.RadioSelect,
        choices=[("never", gettext_lazy("Jamais confirmées")), ("stale", gettext_lazy("À reconfirmer"))],
    )
    to_do = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("À regarder"),
        method="filter_to_do",
        widget=forms.CheckboxSelectMultiple,
        choices=[
            ("changes", gettext_lazy("Avec des modifications proposées")),
            ("email", gettext_lazy("Sans courriel")),
            ("neq", gettext_lazy("Sans NEQ")),
        ],
    )
    where1 = ConditionFilter(label=gettext_lazy("Condition 1"))
    where2 = ConditionFilter(label=gettext_lazy("Condition 2"))
    where3 = ConditionFilter(label=gettext_lazy("Condition 3"))

    class Meta:
        model = Organization
        fields: list[str] = []

    def filter_chosen(self, queryset: QuerySet, name: str, value: Activity | Clientele) -> QuerySet:
        """Fiches that chose it. A subquery: a join would count their people twice."""
        return queryset.filter(pk__in=value.organizations.order_by().values("pk"))

    def filter_listed(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """In the directory: those that agreed, while in service."""
        shown = Q(is_listed=True, status=OrganizationStatus.ACTIVE)
        return queryset.filter(shown) if value == "yes" else queryset.exclude(shown)

    def filter_membership(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """By today's day: the last day of an adhesion counts."""
        if value == "never":
            return queryset.filter(member_until=None)
        today = timezone.localdate()
        return queryset.filter(**{"member_until__gte" if value == "member" else "member_until__lt": today})

    def filter_people(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Fiches in service that nobody answers for."""
        if value == "silent":
            return queryset.filter(pk__in=Organization.objects.silent_since(year_ago()).values("pk"))
        managers = Access.objects.filter(organization=OuterRef("pk")).active_managers()
        return queryset.active().exclude(Exists(managers))

    def filter_confirmed(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Fiches in service that nobody said were true, ever or for long."""
        if value == "never":
            return queryset.active().filter(content_confirmed_at=None)
        return queryset.active().filter(content_confirmed_at__lt=stale_before())

    def filter_to_do(self, queryset: QuerySet, name: str, value: list[str]) -> QuerySet:
        """All that is ticked at once."""
        if "changes" in value:
            waiting = FicheChange.objects.waiting().filter(organization=OuterRef("pk"))
            queryset = queryset.filter(Exists(waiting))
        for field in ("email", "neq"):
            if field in value:
                queryset = queryset.filter(**{field: ""})
        return queryset
