"""« Bilan »: what was asked, granted and refused, how fast and for whom; its charts, its files, the yearly report."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, re_path, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from guichet.core.downloads import pdf_answer
from guichet.core.pdf import compile_pdf
from guichet.core.staff_frame import render_page, staff_view
from guichet.core.templatetags.guichet import day
from guichet.organizations.staff.drawing import picture_of

from ..models import Application, Program
from ..services.knowing import Assistance, Year, applications_of, count_assistance
from .figures import Query, Row, Table, Unit, in_words, tables_of
from .queue import CHUNK, ApplicationList
from .queue_columns import COLUMNS, Cell
from .queue_filters import year_choices
from .spreadsheets import spreadsheet

ICON = "history"
# Counting all of it takes a while, and a page asks for it again for each of its charts.
KEPT_SECONDS = 5 * 60
REPORT = "funding/typst/yearly.typ"


def _years() -> list[tuple[str, Any]]:
    return [("", _("Toutes")), *year_choices()]


class KnowingForm(forms.Form):
    """What to count. Everything is optional: a bare address counts all that was ever handed in."""

    program = forms.ModelChoiceField(
        label=gettext_lazy("Programme"),
        required=False,
        queryset=Program.objects.all(),
        empty_label=gettext_lazy("Tous"),
        error_messages={"invalid_choice": gettext_lazy("Choisissez un des programmes de la liste.")},
    )
    year = forms.TypedChoiceField(
        label=gettext_lazy("Année"),
        required=False,
        coerce=Year.read,
        empty_value=None,
        choices=_years,
        help_text=gettext_lazy("Celle de la clôture de l’appel : une année civile, ou l’exercice du ministère."),
        error_messages={"invalid_choice": gettext_lazy("Choisissez une des années de la liste.")},
    )

    @property
    def chosen(self) -> dict[str, Any]:
        """What was asked, without what could not be understood."""
        return {name: self.cleaned_data.get(name) for name in ("program", "year")}

    @property
    def query(self) -> Query:
        """The same, as an address says it: here and in the list of applications."""
        program, year = self.chosen.values()
        return (*((("program", program.pk),) if program else ()), *((("year", year.key),) if year else ()))


def _asked(request: HttpRequest) -> KnowingForm:
    """The form with its answers, looked at: what is wrong in it is said on the page, and counts for nothing."""
    form = KnowingForm(request.GET.dict())
    form.full_clean()
    form.data |= dict.fromkeys(form.errors, "")
    return form


def _counted(form: KnowingForm) -> Assistance:
    """The numbers, counted anew every few minutes for all who look at them."""
    key = f"assistance-1-{urlencode(form.query)}"
    return cache.get_or_set(key, lambda: count_assistance(**form.chosen), KEPT_SECONDS)


def _address(name: str, form: KnowingForm, *args: str) -> str:
    query = urlencode(form.query)
    return reverse(name, args=args) + (f"?{query}" if query else "")


@require_safe
@staff_view(back="wagtailadmin_home")
def page(request: HttpRequest) -> HttpResponse:
    """The page."""
    form = _asked(request)
    found = _counted(form)
    return render_page(
        request,
        "funding/staff/knowing.html",
        title=_("Bilan"),
        icon=ICON,
        form=form,
        found=found,
        facts=_facts(found),
        rules=counting_rules(),
        links=[
            (_("Rapport (PDF)"), _address("staff_knowing_report", form)),
            (_("Toutes les demandes (xlsx)"), _address("staff_knowing_export", form, "xlsx")),
            (_("Toutes les demandes (csv)"), _address("staff_knowing_export", form, "csv")),
        ],
        cards=[
            (
                table,
                _address("staff_knowing_picture", form, table.key),
                _address("staff_knowing_table", form, table.key),
            )
            for table in tables_of(found, form.query)
        ],
    )


def _facts(found: Assistance) -> list[tuple[str, str]]:
    """What one reads first: a name and a number."""
    total = found.total
    return [
        (_("Demandes"), in_words(total.received, Unit.COUNT)),
        (_("Demandé"), in_words(total.requested, Unit.AMOUNT)),
        (_("Accordé"), in_words(total.given, Unit.AMOUNT)),
        (_("Taux de réussite"), in_words(total.success, Unit.PERCENT)),
        (_("Délai moyen (jours)"), in_words(total.delay, Unit.NUMBER)),
        (_("Délai promis (jours)"), in_words(total.promised, Unit.NUMBER)),
        (_("Dans le délai promis"), in_words(total.punctual, Unit.PERCENT)),
        (_("Enveloppes utilisées"), in_words(found.used, Unit.PERCENT)),
    ]


def _table(request: HttpRequest, key: str) -> Table:
    form = _asked(request)
    for table in tables_of(_counted(form), form.query):
        if table.key == key:
            return table
    raise Http404


@require_safe
@staff_view(back="staff_knowing")
def picture(request: HttpRequest, key: str) -> HttpResponse:
    """One chart, as SVG."""
    table = _table(request, key)
    if not table.has_picture:
        raise Http404
    return HttpResponse(picture_of(table.chart), content_type="image/svg+xml; charset=utf-8")


@require_safe
@staff_view(back="staff_knowing")
def table_csv(request: HttpRequest, key: str) -> HttpResponse:
    """« Télécharger (CSV) »: one table, for a spreadsheet."""
    return spreadsheet(_table(request, key).lines(), name=f"{_('bilan')}-{key}", extension="csv")


# --- Everything ------------------------------------------------------------------------------------


@require_safe
@staff_view(back="staff_knowing")
def export(request: HttpRequest, extension: str) -> HttpResponse:
    """Every application that the page counts, with all that the list may show of it, and what makes the figures."""
    listing = ApplicationList()
    listing.setup(request)
    found = (
        listing.get_base_queryset()
        .filter(pk__in=applications_of(**_asked(request).chosen).order_by().values("pk"))
        .prefetch_related("organization__activities", "organization__clienteles")
        .order_by("submitted_at", "pk")
    )
    return spreadsheet(_rows(found.iterator(chunk_size=CHUNK)), name=_("bilan-demandes"), extension=extension)


def _rows(applications: Iterator[Application]) -> Iterator[list[Cell]]:
    yield [
        _("Numéro"),
        _("Projet"),
        *(str(shown.label) for shown in COLUMNS.values()),
        _("Année de l’appel"),
        _("Activités"),
        _("Clientèles"),
        _("Réponse annoncée"),
    ]
    for one in applications:
        yield [
            one.number,
            one.title,
            *(shown.value(one) for shown in COLUMNS.values()),
            timezone.localdate(one.call.closes_at).year,
            ", ".join(activity.name for activity in one.organization.activities.all()),
            ", ".join(clientele.name for clientele in one.organization.clienteles.all()),
            timezone.localdate(one.announced_at) if one.announced_at else None,
        ]


# --- The report ------------------------------------------------------------------------------------


@require_safe
@staff_view(back="staff_knowing")
def report(request: HttpRequest) -> HttpResponse:
    """« Rapport (PDF) »: the page's figures with their tables, ready for the ministry."""
    form = _asked(request)
    data = report_data(_counted(form), form)
    return pdf_answer(compile_pdf(REPORT, data), name=f"{slugify(data['title'])}.pdf")


def report_data(found: Assistance, form: KnowingForm) -> dict[str, Any]:
    """What the report says, in words."""
    program, year = form.chosen.values()
    return {
        "title": _title(year),
        "about": [
            _("Programme : %(name)s") % {"name": program} if program else _("Tous les programmes"),
            _closings(year),
            _("En date du %(day)s") % {"day": day(found.counted_at)},
        ],
        "facts": _facts(found),
        "notes": counting_rules(),
        "notes_title": _("Comment lire ces chiffres"),
        "nothing": _("Aucune ligne."),
        "tables": [
            {
                "title": table.title,
                "legend": table.legend,
                "alt": _("%(title)s : graphique. Le tableau dit la même chose.") % {"title": table.title},
                "bars": _bars(table) if table.has_picture else [],
                "note": table.note,
                "headings": [[table.label, ""], *([one.label, one.more] for one in table.headings)],
                "rows": [_printed(row) for row in table.rows],
                "total": _printed(table.total) if table.total else None,
            }
            for table in tables_of(found, form.query)
        ],
    }


def _title(year: Year | None) -> str:
    if year is None:
        return _("Bilan de l’assistance financière")
    if year.is_financial:
        return _("Bilan de l’assistance financière, exercice %(year)s") % {"year": year}
    return _("Bilan de l’assistance financière, %(year)s") % {"year": year}


def _closings(year: Year | None) -> str:
    if year is None:
        return _("Tous les appels")
    return _("Appels clos du %(start)s au %(end)s") % {"start": day(year.start), "end": day(year.last)}


def _bars(table: Table) -> list[dict[str, Any]]:
    """The page's chart for paper, where Typst draws it: each bar, and the whole behind it, as parts of the longest."""
    longest = max(max(bar.number, bar.whole or 0) for bar in table.chart.bars)
    return [
        {"label": bar.label, "words": bar.words, "part": bar.number / longest, "whole": (bar.whole or 0) / longest}
        for bar in table.chart.bars
    ]


def _printed(row: Row) -> list[list[str]]:
    return [[row.label, ""], *([cell.first, cell.second] for cell in row.cells)]


def counting_rules() -> list[str]:
    """What the figures count, in sentences: for the page and the report."""
    return [
        _("Une demande compte une fois transmise, dans l’année de la clôture de son appel."),
        _("L’exercice est celui du ministère : du 1er avril au 31 mars."),
        _("Les demandes retirées sont à part : ni leur nombre ni leur montant n’entre ailleurs."),
        _("Une décision préparée compte du jour de son annonce. D’ici là, la demande est sans réponse."),
        _("Le montant accordé est celui d’aujourd’hui. Une aide à laquelle l’organisme a renoncé vaut 0 $."),
        _("Le taux de réussite est la part des demandes accordées parmi les accordées et les refusées."),
        _("Le délai va de la transmission à la première réponse annoncée, en jours de calendrier."),
        _("Le délai promis s’allonge de l’attente d’un complément."),
        _("Le milieu, le lieu, les activités et la clientèle sont ceux de la fiche aujourd’hui."),
    ]


urlpatterns = [
    path("assistance/bilan/", page, name="staff_knowing"),
    path("assistance/bilan/rapport.pdf", report, name="staff_knowing_report"),
    re_path(r"^assistance/bilan/demandes\.(?P<extension>xlsx|csv)$", export, name="staff_knowing_export"),
    path("assistance/bilan/<slug:key>.svg", picture, name="staff_knowing_picture"),
    path("assistance/bilan/<slug:key>.csv", table_csv, name="staff_knowing_table"),
]
