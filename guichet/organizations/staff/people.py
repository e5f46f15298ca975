"""« Personnes »: finding somebody, and what the portal knows of them."""

from __future__ import annotations

from typing import Any

import django_filters
from allauth.account.models import EmailAddress
from django import forms
from django.contrib.auth import get_user_model
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn

from guichet.core.models import Event
from guichet.core.perms import is_admin
from guichet.core.staff_frame import StaffList, render_page, staff_view

from ..enums import AccessStatus
from ..text import fold

EVENTS_SHOWN = 100
MESSAGES_SHOWN = 50


def matching_people(word: str, *, prefix: str = "") -> Q:
    """People whose name, address or identifier holds a word.

    The identifier is made of the name without its accents: « cote » finds « Côté » there.
    """
    condition = Q()
    for field in ("first_name", "last_name", "email"):
        condition |= Q(**{f"{prefix}{field}__icontains": word})
    folded = fold(word).replace(" ", "")
    return condition | Q(**{f"{prefix}username__contains": folded}) if folded else condition


class PersonFilterSet(WagtailFilterSet):
    """By the state of their accesses."""

    access = django_filters.ChoiceFilter(
        label=gettext_lazy("Accès"),
        method="filter_access",
        empty_label=gettext_lazy("Tous"),
        widget=forms.RadioSelect,
        choices=[*AccessStatus.choices, ("none", gettext_lazy("Aucun accès")), ("staff", gettext_lazy("Équipe"))],
    )

    class Meta:
        model = get_user_model()
        fields: list[str] = []

    def filter_access(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """One choice at a time."""
        if value == "none":
            return queryset.filter(accesses__isnull=True, is_staff=False)
        if value == "staff":
            return queryset.filter(is_staff=True)
        return queryset.filter(pk__in=queryset.model.objects.filter(accesses__status=value))


class PersonList(StaffList):
    """The list."""

    page_title = gettext_lazy("Personnes")
    header_icon = "user"
    index_url_name = "staff_people"
    index_results_url_name = "staff_people_results"
    search_label = gettext_lazy("Chercher un nom ou une adresse")
    filterset_class = PersonFilterSet
    no_results_message = gettext_lazy("Personne ne correspond.")
    default_ordering = "last_name"
    columns = [
        TitleColumn("name", label=gettext_lazy("Nom"), accessor=str, url_name="staff_person", sort_key="last_name"),
        Column("email", label=gettext_lazy("Courriel"), sort_key="email"),
        Column("access_count", label=gettext_lazy("Fiches")),
        DateColumn("last_login", label=gettext_lazy("Dernière connexion"), sort_key="last_login"),
    ]

    def get_base_queryset(self) -> QuerySet:
        """Everybody, with how many fiches they are active at."""
        active = Count("accesses", filter=Q(accesses__status=AccessStatus.ACTIVE), distinct=True)
        return get_user_model().objects.annotate(access_count=active)

    def order_queryset(self, queryset: QuerySet) -> QuerySet:
        """Names in the order of a list of names."""
        orderings = {"last_name": ["last_name", "first_name"], "-last_name": ["-last_name", "-first_name"]}
        return queryset.order_by(*orderings.get(self.ordering, [self.ordering]), "pk")

    def search_queryset(self, queryset: QuerySet) -> QuerySet:
        """Each word somewhere in the name or the address."""
        for word in self.search_query.split()[:10]:
            queryset = queryset.filter(matching_people(word))
        return queryset


@require_safe
@staff_view(back="staff_people")
def person_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: their accesses, their timeline, the messages sent to them."""
    confirmed = EmailAddress.objects.filter(user=OuterRef("pk"), verified=True)
    people = get_user_model().objects.annotate(email_confirmed=Exists(confirmed))
    person = get_object_or_404(people, pk=pk)
    return render_page(
        request,
        "organizations/staff/person.html",
        title=str(person),
        icon="user",
        trail=[(_("Personnes"), reverse("staff_people"))],
        person=person,
        accesses=person.accesses.select_related("organization__municipality", "decided_by").order_by(
            "organization__name"
        ),
        events=Event.objects.of_person(person)[:EVENTS_SHOWN],
        messages_sent=person.messages_received.defer("text", "html")[:MESSAGES_SHOWN],
        **_account_link(request, person),
    )


def _account_link(request: HttpRequest, person: Any) -> dict[str, str]:
    """For admins, the way to the account itself (« Utilisateurs » of the settings)."""
    return {"account_url": reverse("wagtailusers_users:edit", args=[person.pk])} if is_admin(request.user) else {}
