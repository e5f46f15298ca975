"""What the list of applications and its export may show of each: a value, and the same in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn, Column

from ..enums import ReviewState
from ..models import Application, QueueColumns
from ..schema import format_amount

Cell = str | int | Decimal | dt.date | None


@dataclass(frozen=True)
class Shown:
    """One column: its name, the value of an application, how the list sorts by it."""

    key: str
    label: str | Promise
    value: Callable[[Application], Cell]
    sort_key: str | None = None
    cell: str = ""

    def column(self) -> Column:
        """As Wagtail's list wants it."""
        if self.cell:
            return CellColumn(self.key, self.cell, label=self.label, sort_key=self.sort_key)
        return Column(
            self.key, label=self.label, sort_key=self.sort_key, accessor=lambda one: in_words(self.value(one))
        )


class CellColumn(Column):
    """A cell with a template of its own, which gets the application."""

    def __init__(self, name: str, template: str, **kwargs: Any) -> None:
        super().__init__(name, accessor=lambda application: application, **kwargs)
        self.cell_template_name = f"funding/staff/cells/{template}.html"


def in_words(value: Cell) -> str:
    """A value as the list says it."""
    if isinstance(value, Decimal):
        return format_amount(value)
    if isinstance(value, dt.date):
        return date_format(value, "DATE_FORMAT")
    return "" if value is None else str(value)


def _day(moment: dt.datetime | None) -> dt.date | None:
    return timezone.localdate(moment) if moment else None


def _municipality(application: Application) -> str:
    place = application.organization.municipality
    return place.name if place else ""


def _mrc(application: Application) -> str:
    place = application.organization.municipality
    return place.mrc.name if place else ""


def _reviews(application: Application) -> str:
    states = [review.state for review in application.reviews.all()]
    return f"{states.count(ReviewState.DONE)} / {len(states)}" if states else ""


def _score(application: Application) -> str:
    """In words: a note is no amount. Nothing for whoever is in conflict of interest."""
    if application.score is None or application.in_conflict:
        return ""
    return f"{application.score.normalize():f}".replace(".", ",")


COLUMNS = {
    shown.key: shown
    for shown in (
        Shown("fiche", gettext_lazy("Fiche"), lambda one: one.organization.name, "organization__name"),
        Shown("program", gettext_lazy("Programme"), lambda one: one.call.program.name, "call__program__name"),
        Shown("call", gettext_lazy("Appel"), lambda one: one.call.name, "call__closes_at"),
        Shown("status", gettext_lazy("État"), lambda one: one.get_status_display(), "status", cell="status"),
        Shown("requested", gettext_lazy("Demandé"), lambda one: one.requested, "requested"),
        Shown("total_cost", gettext_lazy("Coût du projet"), lambda one: one.total_cost, "total_cost"),
        Shown("granted", gettext_lazy("Accordé"), lambda one: one.granted, "granted"),
        Shown("decision", gettext_lazy("Décision promise"), lambda one: one.decision_due_on, "decision_due_on", "due"),
        Shown(
            "officer", gettext_lazy("Confiée à"), lambda one: one.officer and str(one.officer), "officer__last_name"
        ),
        Shown("reviews", gettext_lazy("Évaluations"), _reviews),
        Shown("score", pgettext_lazy("évaluation", "Note"), _score, "score"),
        Shown("labels", gettext_lazy("Étiquettes"), lambda one: ", ".join(label.name for label in one.labels.all())),
        Shown("submitted", gettext_lazy("Transmise"), lambda one: _day(one.submitted_at), "submitted_at"),
        Shown("kind", gettext_lazy("Milieu"), lambda one: one.organization.get_kind_display(), "organization__kind"),
        Shown("municipality", gettext_lazy("Municipalité"), _municipality, "organization__municipality__name"),
        Shown("mrc", gettext_lazy("MRC"), _mrc, "organization__municipality__mrc__name"),
    )
}
AT_FIRST = ["fiche", "call", "status", "requested", "decision", "officer"]


def chosen_by(user) -> list[str]:
    """The keys of the columns that an employee sees, in our order; a column that is gone is passed over."""
    row = QueueColumns.objects.filter(user=user.pk).first()
    chosen = set(AT_FIRST if row is None else row.columns)
    return [key for key in COLUMNS if key in chosen]


def shown_keys(user, asked: list[str]) -> list[str]:
    """The keys of the columns that the list shows: those that its address asks for, else the employee's own."""
    return [key for key in COLUMNS if key in asked] or chosen_by(user)


def list_columns(keys: list[str]) -> list[Column]:
    """The list's columns: the tick, the application, then these."""
    return [
        BulkActionsCheckboxColumn("bulk_actions", obj_type="application"),
        CellColumn("title", "title", label=gettext_lazy("Demande"), sort_key="number"),
        *(COLUMNS[key].column() for key in keys),
    ]
