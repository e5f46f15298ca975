"""« Demandes »: what was handed in, and how many are stuck on the way; the columns that each person chooses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Case, Exists, OuterRef, Prefetch, Q, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import path, re_path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets.button import Button

from guichet.core.errors import InvalidState
from guichet.core.perms import is_admin
from guichet.core.staff_frame import render_page, staff_view
from guichet.organizations.enums import Listing
from guichet.organizations.models import Access
from guichet.organizations.staff.saved_filters import ALL, SavedScreens, SavingList, asked_query
from guichet.organizations.text import fold

from ..enums import BEFORE_DECISION, ENDED, FOLLOWED, ApplicationStatus, ManyAction
from ..models import Application, Conflict, Program, Review, ThreadMessage
from ..services.reviewing import choose_columns
from .queue_columns import AT_FIRST, COLUMNS, Cell, list_columns, shown_keys
from .queue_filters import ApplicationFilterSet
from .spreadsheets import spreadsheet

ICON = "form"
CHUNK = 500


def columns_asked(data: QueryDict) -> list[str]:
    """The columns that an address asks for: those of a saved view."""
    return data.getlist("columns")


def without_columns(data: QueryDict) -> str:
    """The address of the list with what is asked of it, but for the columns."""
    query = QueryDict(asked_query(data), mutable=True)
    query.pop("columns", None)
    return _address(query.urlencode())


def _address(query: str) -> str:
    """The list with this query. A bare address opens on the person's first view, which is not where they were."""
    return f"{reverse('staff_applications')}?{query or f'{ALL}=1'}"


class ApplicationList(SavingList):
    """The list."""

    listing = Listing.APPLICATIONS
    page_title = gettext_lazy("Demandes")
    header_icon = ICON
    index_url_name = "staff_applications"
    index_results_url_name = "staff_applications_results"
    template_name = "funding/staff/applications.html"
    results_template_name = "funding/staff/applications_results.html"
    search_label = gettext_lazy("Chercher un numéro, un projet, une fiche")
    filterset_class = ApplicationFilterSet
    default_ordering = "decision_due_on"

    @cached_property
    def columns(self) -> list[Column]:
        """Those of the saved view, else those that this person chose."""
        return list_columns(shown_keys(self.request.user, columns_asked(self.request.GET)))

    @property
    def header_more_buttons(self) -> list[Button]:
        """« Choisir les colonnes »; « Exporter », what the list shows now."""
        query = asked_query(self.request.GET)
        asked = f"?{query}" if query else ""
        return [
            Button(
                _("Choisir les colonnes"),
                reverse("staff_applications_columns") + asked,
                icon_name="table",
                priority=10,
            ),
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
        if self.is_explicitly_ordered:
            return queryset.order_by(self.ordering, "pk")
        is_over = Case(When(status__in=BEFORE_DECISION, then=0), default=1)
        return queryset.order_by(is_over, self.ordering, "pk")

    def search_queryset(self, queryset: QuerySet) -> QuerySet:
        """Each word in the number, the project's name, or the fiche's name or municipality."""
        for word in self.search_query.split()[:10]:
            in_fiche = Q(organization__search_text__contains=fold(word)) if fold(word) else Q()
            # The project's name of what was not handed in is nobody's business here.
            in_title = Q(title__icontains=word, submitted_at__isnull=False)
            queryset = queryset.filter(Q(number__icontains=word) | in_title | in_fiche)
        return queryset

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The list's, with the view's columns and order: they stay when the filters change."""
        kept = [("columns", key) for key in columns_asked(self.request.GET)]
        if self.is_explicitly_ordered:
            kept.append(("ordering", self.ordering))
        many = [(reverse("staff_applications_many", args=[action.value]), action.label) for action in ManyAction]
        return super().get_context_data(*args, **kwargs) | {"kept": kept, "many_actions": many}


def chosen(request: HttpRequest, *, at_most: int) -> list[Application]:
    """The applications that were ticked, or all that the list shows (``id=all``).

    Raises InvalidState when there is nothing, or too much.
    """
    ids = request.GET.getlist("id")
    listing = ApplicationList()
    listing.setup(request)
    found = listing.get_queryset() if "all" in ids else listing.get_base_queryset().handed_in()
    if "all" not in ids:
        found = found.filter(pk__in=[int(pk) for pk in ids if pk.isdecimal() and len(pk) < 19])
    count = found.count()
    if not count:
        raise InvalidState(_("Aucune demande n’est choisie. Cochez-en au moins une."))
    if count > at_most:
        raise InvalidState(
            _("%(count)d demandes, c’est trop d’un coup : au plus %(most)d. Précisez le filtre, puis recommencez.")
            % {"count": count, "most": at_most}
        )
    return list(found)


def listing_of(request: HttpRequest) -> str:
    """The address of the list that a page about several applications came from."""
    return _address(asked_query(request.GET))


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
    back = without_columns(request.GET)
    if request.method == "POST" and "reset" in request.POST:
        choose_columns(columns=[], actor=request.user)
        return redirect(back)
    shown = shown_keys(request.user, columns_asked(request.GET)) or AT_FIRST
    form = ColumnsForm(request.POST if request.method == "POST" else None, initial={"columns": shown})
    if request.method == "POST" and form.is_valid():
        choose_columns(columns=form.cleaned_data["columns"], actor=request.user)
        messages.success(request, _("Vos colonnes sont enregistrées."))
        return redirect(back)
    return render_page(
        request,
        "funding/staff/columns.html",
        title=_("Choisir les colonnes"),
        icon=ICON,
        trail=[(_("Demandes"), back)],
        form=form,
    )


def _view_of(request: HttpRequest) -> str:
    """What the list shows, with its columns: whoever opens a shared view sees the same."""
    query = QueryDict(asked_query(request.GET), mutable=True)
    query.setlist("columns", shown_keys(request.user, columns_asked(request.GET)))
    return query.urlencode()


saved_views = SavedScreens(
    listing=Listing.APPLICATIONS,
    index="staff_applications",
    prefix="staff_view",
    list_title=gettext_lazy("Demandes"),
    title=gettext_lazy("Vues enregistrées"),
    add_title=gettext_lazy("Enregistrer cette vue"),
    help_text=gettext_lazy("Par exemple : À évaluer, par échéance."),
    shared_help=gettext_lazy("Toute l’équipe la voit dans la liste des demandes."),
    nothing=gettext_lazy(
        "Aucune vue enregistrée. Filtrez la liste des demandes, choisissez son ordre et ses colonnes, "
        "puis « Enregistrer cette vue »."
    ),
    nothing_to_save=gettext_lazy("Il n’y a rien à enregistrer : filtrez d’abord."),
    saved=gettext_lazy("La vue « %(name)s » est enregistrée."),
    changed=gettext_lazy("La vue est à jour."),
    deleted=gettext_lazy("La vue « %(name)s » est supprimée."),
    delete_heading=gettext_lazy("Supprimer la vue « %(name)s »"),
    delete_note=gettext_lazy("Les demandes ne changent pas."),
    delete_shared_note=gettext_lazy("Toute l’équipe la perd. Les demandes ne changent pas."),
    back=gettext_lazy("Retour aux demandes"),
    query_of=_view_of,
)


def counts_for(user) -> dict[str, int]:
    """What awaits an employee: to take in, late, to evaluate by them, stuck on the way."""
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
    *saved_views.patterns("demandes/vues/"),
]
