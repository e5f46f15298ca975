"""« Statistiques »: figures with their tables, by period and MRC; each chart as a picture, each table as a file."""

from __future__ import annotations

import csv
from typing import Any

from django import forms
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from guichet.core.staff_frame import render_page, staff_view

from .. import services
from ..models import Mrc
from ..services import Statistics
from ..text import harmless
from .drawing import picture_of
from .figures import Figure, Number, figures_of

MONTHS = 24
# Counting ten thousand fiches takes a second: once in these is enough.
KEPT_SECONDS = 5 * 60


class StatisticsForm(forms.Form):
    """What to count. Everything is optional: a bare address shows the region's last two years."""

    periode = forms.TypedChoiceField(
        label=gettext_lazy("Période des figures par mois"),
        required=False,
        coerce=int,
        empty_value=MONTHS,
        initial=MONTHS,
        choices=[
            (12, gettext_lazy("12 derniers mois")),
            (24, gettext_lazy("24 derniers mois")),
            (36, gettext_lazy("36 derniers mois")),
            (60, gettext_lazy("5 dernières années")),
        ],
        error_messages={"invalid_choice": gettext_lazy("Choisissez une des périodes de la liste.")},
    )
    mrc = forms.ModelChoiceField(
        label=gettext_lazy("MRC"),
        required=False,
        queryset=Mrc.objects.all(),
        empty_label=gettext_lazy("Toute la région"),
        error_messages={"invalid_choice": gettext_lazy("Choisissez une des MRC de la liste.")},
    )

    @property
    def chosen(self) -> dict[str, Any]:
        """What was asked, without what could not be understood."""
        return {"months": self.cleaned_data.get("periode", MONTHS), "mrc": self.cleaned_data.get("mrc")}


def _asked(request: HttpRequest) -> StatisticsForm:
    """The form with its answers, looked at: what is wrong in it is said on the page, and counts for nothing."""
    form = StatisticsForm({"periode": MONTHS, **request.GET.dict()})
    form.full_clean()
    form.data |= {name: form.fields[name].initial for name in form.errors}
    return form


def _counted(form: StatisticsForm) -> Statistics:
    """The numbers, counted anew every few minutes for all who look at them."""
    chosen = form.chosen
    key = f"statistics-1-{chosen['months']}-{chosen['mrc'].pk if chosen['mrc'] else 'all'}"
    return cache.get_or_set(key, lambda: services.count_statistics(**chosen), KEPT_SECONDS)


@require_safe
@staff_view(back="wagtailadmin_home")
def statistics_page(request: HttpRequest) -> HttpResponse:
    """The page."""
    form = _asked(request)
    found = _counted(form)
    cards = [_card(figure, form) for figure in figures_of(found)]
    return render_page(
        request,
        "organizations/staff/statistics.html",
        title=_("Statistiques"),
        icon="table",
        form=form,
        found=found,
        to_confirm=found.to_confirm_again + found.never_confirmed,
        of_now=[card for card in cards if not card["figure"].by_month],
        by_month=[card for card in cards if card["figure"].by_month],
    )


def _card(figure: Figure, form: StatisticsForm) -> dict[str, Any]:
    chosen = form.chosen
    query = {"periode": chosen["months"], **({"mrc": chosen["mrc"].pk} if chosen["mrc"] else {})}
    return {
        "figure": figure,
        "picture_url": f"{reverse('staff_statistics_picture', args=[figure.key])}?{urlencode(query)}",
        "table_url": f"{reverse('staff_statistics_table', args=[figure.key])}?{urlencode(query)}",
    }


def _figure(request: HttpRequest, key: str) -> Figure:
    for figure in figures_of(_counted(_asked(request))):
        if figure.key == key:
            return figure
    raise Http404


@require_safe
@staff_view(back="staff_statistics")
def picture(request: HttpRequest, key: str) -> HttpResponse:
    """One chart, as SVG."""
    figure = _figure(request, key)
    if figure.is_empty:
        raise Http404
    return HttpResponse(picture_of(figure), content_type="image/svg+xml; charset=utf-8")


@require_safe
@staff_view(back="staff_statistics")
def table(request: HttpRequest, key: str) -> HttpResponse:
    """« Télécharger (CSV) »: one table, for a spreadsheet in the reader's language."""
    figure = _figure(request, key)
    name = f"{_('statistiques')}-{key}-{timezone.localdate().isoformat()}.csv"
    response = HttpResponse(
        content_type="text/csv; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
    # The mark by which Excel knows UTF-8.
    response.write("\ufeff")
    writer = csv.writer(response, delimiter=";")
    writer.writerow(figure.headings)
    writer.writerows([harmless(row.label), *map(_cell, row.numbers)] for row in figure.rows)
    return response


def _cell(number: Number) -> str:
    """Without the spaces that a spreadsheet would take for text."""
    if number is None:
        return ""
    return number_format(number if isinstance(number, int) else f"{number:.1f}", force_grouping=False)
