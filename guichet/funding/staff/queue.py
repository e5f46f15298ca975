"""« Demandes »: what was handed in, and how many are stuck on the way; the columns that each person chooses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet, Value
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import path, re_path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets.button import Button

from guichet.core.perms import is_admin
from guichet.core.staff_frame import StaffList, render_page, staff_view
from guichet.organizations.models import Access
from guichet.organizations.text import fold

from ..enums import ENDED, FOLLOWED, ApplicationStatus
from ..models import Application, Conflict, Program, Review, ThreadMessage
from ..services.reviewing import choose_columns
from .queue_columns import AT_FIRST, COLUMNS, Cell, chosen_by, list_columns
from .queue_filters import ApplicationFilterSet
from .spreadsheets import spreadsheet

ICON = "form"
CHUNK = 500
# Of an address of the list, what is not asked of it: the page, what was ticked, what scripts add.
_NOT_ASKED = {"p", "id", "next", "_w_filter_fragment", "csrfmiddlewaretoken"}


def asked_query(data: QueryDict) -> str:
    """What an address asks of the list, as a query string."""
    asked = QueryDict(mutable=True)
    for name, values in data.lists():
        if name not in _NOT_ASKED and any(values):
            asked.setlist(name, [value for value in values if value])
    return asked.urlencode()


class ApplicationList(StaffList):
    """The list."""

    page_title = gettext_lazy("Demandes")
    header_icon = ICON
    index_url_name = "staff_applications"
    index_results_url_name = "staff_applications_results"
    template_name = "funding/staff/applications.html"
    search_label = gettext_lazy("Chercher un numéro, un projet, une fiche")
    filterset_class = ApplicationFilterSet
    default_ordering = "decision_due_on"

    @cached_property
    def columns(self) -> list[Column]:
        """Those that this person chose."""
        return list_columns(self.request.user)

    @property
    def header_more_buttons(self) -> list[Button]:
        """« Choisir les colonnes »; « Exporter », what the list shows now."""
        query = asked_query(self.request.GET)
        asked = f"?{query}" if query else ""
        return [
            Button(_("Choisir les colonnes"), reverse("staff_applications_columns"), icon_name="table", priority=10),
            *(
                Button(
                    label,
                    reverse("staff_applications_export", args=[extension]) + asked,
                    icon_name="download",
                    priority=priority,
                )
                for label, extension, priority in (
                    (_("Exporter en .xlsx"), "xlsx", 20),
                    (_("Exporter en .csv"), "csv", 30),
                )
            ),
        ]

    @property
    def no_results_message(self) -> str:
        """An empty queue is good news; an empty search is not."""
        if self.is_searching or self.is_filtering:
            return _("Aucune demande ne correspond.")
        return _("Aucune demande à traiter.")

    def get_base_queryset(self) -> QuerySet[Application]:
        """Everything that a row needs, in a fixed number of queries."""
        user = self.request.user
        written = ThreadMessage.objects.unread_by(user, is_staff=True).filter(application=OuterRef("pk"))
        declared = Conflict.objects.filter(application=OuterRef("pk"), user=user)
        officers = Program.officers.through.objects.filter(program=OuterRef("call__program"), user=user)
        member = Access.objects.active().filter(organization=OuterRef("organization"), user=user)
        return (
            Application.objects.select_related("organization__municipality__mrc", "call__program", "officer")
            .defer("answers", "touched")
            # Counted by the database, they would be for every application before the first page is cut.
            .prefetch_related("labels", Prefetch("reviews", Review.objects.order_by().only("application_id", "state")))
            .annotate(
                has_unread=Exists(written),
                in_conflict=Exists(declared) | Exists(member),
                is_run=Value(True) if is_admin(user) else Exists(officers),
            )
        )

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """What was handed in and awaits a decision, unless more is asked; a filter that makes no sense finds nothing.

        What was granted is followed in a list of its own, « Suites ».
        """
        if not self.filters.is_valid():
            return queryset.none()
        asked = self.filters.form.cleaned_data
        if asked["to_do"] != "stuck":
            queryset = queryset.handed_in()
        if not asked["status"] and not self.search_query:
            queryset = queryset.exclude(status__in=ENDED if self.is_filtering else (*ENDED, *FOLLOWED))
        return super().filter_queryset(queryset)

    def order_queryset(self, queryset: QuerySet) -> QuerySet:
        """In the same order each time among those that are alike; at first, what awaits a decision before the rest."""
        undecided = [F("announced_at").asc(nulls_first=True)] if self.ordering == self.default_ordering else []
        return queryset.order_by(*undecided, self.ordering, "pk")

    def search_queryset(self, queryset: QuerySet) -> QuerySet:
        """Each word in the number, the project's name, or the fiche's name or municipality."""
        for word in self.search_query.split()[:10]:
            in_fiche = Q(organization__search_text__contains=fold(word)) if fold(word) else Q()
            # The project's name of what was not handed in is nobody's business here.
            in_title = Q(title__icontains=word, submitted_at__isnull=False)
            queryset = queryset.filter(Q(number__icontains=word) | in_title | in_fiche)
        return queryset

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The list's, with the key under which « select all » goes on beyond the page."""
        return super().get_context_data(*args, **kwargs) | {"asked": asked_query(self.request.GET)}


def selected(request: HttpRequest, *, at_most: int) -> tuple[list[Application], int]:
    """The applications that were ticked, or all that the list shows (``id=all``); and how many there are in all."""
    ids = request.GET.getlist("id")
    listing = ApplicationList()
    listing.setup(request)
    found = listing.get_queryset() if "all" in ids else listing.get_base_queryset().handed_in()
    if "all" not in ids:
        found = found.filter(pk__in=[int(pk) for pk in ids if pk.isdecimal() and len(pk) < 19])
    count = found.count()
    return (list(found) if count <= at_most else []), count


@require_safe
@staff_view(back="staff_applications")
def export(request: HttpRequest, extension: str) -> HttpResponse:
    """What the list shows with this query, of all its pages, with every column."""
    listing = ApplicationList()
    listing.setup(request)
    rows = _rows(listing.get_queryset().iterator(chunk_size=CHUNK))
    return spreadsheet(rows, name=_("demandes"), extension=extension)


def _rows(applications: Iterable[Application]) -> Iterator[list[Cell]]:
    yield [_("Numéro"), _("Projet"), *(str(shown.label) for shown in COLUMNS.values())]
    for one in applications:
        # What was not handed in says nothing but that it exists.
        title = one.title if one.submitted_at else ""
        yield [one.number, title, *(shown.value(one) for shown in COLUMNS.values())]


class ColumnsForm(forms.Form):
    """Which columns to show."""

    columns = forms.MultipleChoiceField(
        label=gettext_lazy("Colonnes"),
        choices=[(key, shown.label) for key, shown in COLUMNS.items()],
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Ce choix est le vôtre. Les fichiers exportés ont toujours toutes les colonnes."),
        error_messages={"required": gettext_lazy("Gardez au moins une colonne.")},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_view(back="staff_applications")
def columns(request: HttpRequest) -> HttpResponse:
    """« Choisir les colonnes »."""
    if request.method == "POST" and "reset" in request.POST:
        choose_columns(columns=[], actor=request.user)
        return redirect("staff_applications")
    form = ColumnsForm(
        request.POST if request.method == "POST" else None, initial={"columns": chosen_by(request.user) or AT_FIRST}
    )
    if request.method == "POST" and form.is_valid():
        choose_columns(columns=form.cleaned_data["columns"], actor=request.user)
        messages.success(request, _("Vos colonnes sont enregistrées."))
        return redirect("staff_applications")
    return render_page(
        request,
        "funding/staff/columns.html",
        title=_("Choisir les colonnes"),
        icon=ICON,
        trail=[(_("Demandes"), reverse("staff_applications"))],
        form=form,
    )


def counts_for(user) -> dict[str, int]:
    """What awaits an employee: to take in, late, to evaluate by them, unread, stuck on the way."""
    current = Application.objects.handed_in().current()
    today = timezone.localdate()
    return {
        "take_in": current.filter(status=ApplicationStatus.SUBMITTED).count(),
        "late": current.late(today).count(),
        "review": current.to_review_by(user).count(),
        "stuck": Application.objects.stuck(timezone.now()).count(),
    }


urlpatterns = [
    path("demandes/", ApplicationList.as_view(), name="staff_applications"),
    path("demandes/resultats/", ApplicationList.as_view(results_only=True), name="staff_applications_results"),
    re_path(r"^demandes/demandes\.(?P<extension>xlsx|csv)$", export, name="staff_applications_export"),
    path("demandes/colonnes/", columns, name="staff_applications_columns"),
]
