"""What the list of applications is filtered by."""

from __future__ import annotations

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from wagtail.admin.filters import WagtailFilterSet

from guichet.organizations.enums import Kind
from guichet.organizations.models import Mrc

from ..enums import ApplicationStatus
from ..models import Application, Call, Label, Program, ThreadMessage
from ..services.knowing import Year, years_of_calls
from ..services.reviews import possible_evaluators

# What no employee reads before it is handed in is no state to look for.
_STATES = [choice for choice in ApplicationStatus.choices if choice[0] != ApplicationStatus.DRAFT]
ME, NOBODY = "me", "nobody"


def _people() -> list[tuple[str, str]]:
    people = [(str(user.pk), str(user)) for user in possible_evaluators()]
    return [(ME, gettext_lazy("Moi")), (NOBODY, gettext_lazy("Personne")), *people]


def year_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """The years in which calls close, as two groups of choices."""
    years = years_of_calls()
    groups = {gettext("Années civiles"): False, gettext("Exercices, du 1er avril au 31 mars"): True}
    return [
        (name, [(year.key, str(year)) for year in years if year.is_financial == is_financial])
        for name, is_financial in groups.items()
    ]


class ApplicationFilterSet(WagtailFilterSet):
    """What is to do, the programme and the call, the state, the fiche's milieu and place, who looks after it."""

    to_do = django_filters.ChoiceFilter(
        label=gettext_lazy("À faire"),
        method="filter_to_do",
        empty_label=gettext_lazy("Toutes les demandes"),
        widget=forms.RadioSelect,
        choices=[
            ("take_in", gettext_lazy("À prendre en évaluation")),
            ("late", gettext_lazy("Décision en retard")),
            ("review", gettext_lazy("À évaluer par moi")),
            ("unread", gettext_lazy("Messages non lus")),
            ("changes_late", gettext_lazy("Complément en retard")),
            ("followed", gettext_lazy("Que je suis")),
            ("stuck", gettext_lazy("Pas encore transmises")),
        ],
    )
    program = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Programme"),
        field_name="call__program",
        queryset=Program.objects.all(),
        empty_label=gettext_lazy("Tous"),
    )
    call = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Appel"),
        queryset=Call.objects.select_related("program"),
        empty_label=gettext_lazy("Tous"),
    )
    # The figures of « Bilan » lead here with it.
    year = django_filters.ChoiceFilter(
        label=gettext_lazy("Année de clôture de l’appel"),
        method="filter_year",
        choices=year_choices,
        empty_label=gettext_lazy("Toutes"),
    )
    status = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("État"), choices=_STATES, widget=forms.CheckboxSelectMultiple
    )
    officer = django_filters.ChoiceFilter(
        label=gettext_lazy("Confiée à"),
        method="filter_officer",
        choices=_people,
        empty_label=gettext_lazy("Peu importe"),
    )
    label = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Étiquette"),
        method="filter_label",
        queryset=Label.objects.all(),
        empty_label=gettext_lazy("Toutes"),
    )
    kind = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("Milieu"),
        field_name="organization__kind",
        choices=Kind.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    mrc = django_filters.ModelChoiceFilter(
        label=gettext_lazy("MRC"),
        field_name="organization__municipality__mrc",
        queryset=Mrc.objects.all(),
        empty_label=gettext_lazy("Toutes"),
    )

    class Meta:
        model = Application
        fields: list[str] = []

    def filter_year(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Calls that close in a calendar year, or in a financial one."""
        return queryset.filter(Year.read(value).holds("call__closes_at"))

    def filter_to_do(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """What is stuck reached nobody here: it is another list, of all that was begun."""
        user, today = self.request.user, timezone.localdate()
        if value == "take_in":
            return queryset.filter(status=ApplicationStatus.SUBMITTED)
        if value == "late":
            return queryset.late(today)
        if value == "review":
            return queryset.to_review_by(user)
        if value == "unread":
            written = ThreadMessage.objects.unread_by(user, is_staff=True).filter(application=OuterRef("pk"))
            return queryset.filter(Exists(written))
        if value == "changes_late":
            return queryset.completion_late(today)
        if value == "followed":
            return queryset.filter(follows__user=user)
        return queryset.stuck(timezone.now())

    def filter_officer(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Mine, nobody's, somebody's."""
        if value == NOBODY:
            return queryset.filter(officer__isnull=True)
        return queryset.filter(officer=self.request.user.pk if value == ME else int(value))

    def filter_label(self, queryset: QuerySet, name: str, value: Label) -> QuerySet:
        """A subquery: a join would multiply the rows."""
        return queryset.filter(pk__in=value.applications.order_by().values("pk"))
