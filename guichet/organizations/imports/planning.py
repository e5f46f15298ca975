"""What importing a row would do to the fiches, as they are now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from guichet.core.templatetags.guichet import day

from ..enums import OrganizationStatus
from ..models import Organization
from .columns import LABELS
from .matching import FicheIndex
from .rows import Row


class Action(Enum):
    """What becomes of a row."""

    CREATE = "created"
    UPDATE = "updated"
    NOTHING = "unchanged"
    REFUSE = "error"


@dataclass
class Planned:
    """One row and what it does: to which fiche, which fields, and what they were."""

    row: Row
    action: Action
    organization: Organization | None = None
    before: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """For the preview."""
        organization = self.organization
        return {
            "row": self.row.number,
            "name": organization.name,
            "place": str(organization.municipality or ""),
            "kind": organization.get_kind_display(),
            "changes": [
                {
                    "label": str(LABELS[name]),
                    "before": _shown(name, old),
                    "after": _shown(name, getattr(organization, name)),
                }
                for name, old in self.before.items()
            ],
        }


def _shown(name: str, value: Any) -> str:
    if name == "kind":
        return str(dict(Organization._meta.get_field("kind").choices).get(value, value))
    return day(value) if isinstance(value, dt.date) else str(value or "")


class Planner:
    """Plans rows in order. One fiche is touched by one row: a second row that leads to it is an error."""

    def __init__(self) -> None:
        self.index = FicheIndex()
        self._row_of: dict[int, int] = {}

    def plan(self, rows: Sequence[Row], *, lock: bool = False) -> list[Planned]:
        """What each row would do; ``lock`` holds the fiches that they touch, in the caller's transaction."""
        self.index.refresh()
        matches = {row.number: self._match(row) for row in rows if not row.errors}
        fiches = Organization.objects.select_related("municipality", "merged_into")
        if lock:
            fiches = fiches.select_for_update(of=("self",)).order_by("pk")
        found = {fiche.pk: fiche for fiche in fiches.filter(pk__in=[pk for pk in matches.values() if pk])}
        return [self._plan_one(row, found.get(matches.get(row.number))) for row in rows]

    def _match(self, row: Row) -> int | None:
        try:
            pk = self.index.match(row)
        except ValidationError as error:
            row.refuse("name", row.values["name"], " ".join(error.messages))
            return None
        if pk is not None and self._row_of.setdefault(pk, row.number) != row.number:
            first = self._row_of[pk]
            row.refuse(
                "name",
                row.values["name"],
                _("C’est la même fiche qu’à la ligne {row}. Gardez une seule des deux lignes.").format(row=first),
            )
        return pk

    def _plan_one(self, row: Row, fiche: Organization | None) -> Planned:
        if fiche is not None and fiche.status == OrganizationStatus.ARCHIVED:
            row.refuse(
                "name", row.values["name"], _("Cette fiche est archivée. Remettez-la en service, ou retirez la ligne.")
            )
        if fiche is not None and fiche.status == OrganizationStatus.MERGED:
            row.refuse(
                "name",
                row.values["name"],
                _("Cette fiche a été fusionnée dans « {fiche} ». Retirez la ligne.").format(fiche=fiche.merged_into),
            )
        if row.errors:
            return Planned(row, Action.REFUSE)
        if fiche is None:
            return Planned(row, Action.CREATE, Organization(**row.values))
        before = {}
        for name, value in row.values.items():
            if getattr(fiche, name) != value:
                before[name] = getattr(fiche, name)
                setattr(fiche, name, value)
        return Planned(row, Action.UPDATE if before else Action.NOTHING, fiche, before)
