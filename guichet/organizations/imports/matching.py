"""Which fiche a row is about, so that the same file imported twice makes no duplicates."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ..enums import OrganizationStatus
from ..models import Organization
from ..text import fold
from .rows import Row

# A fiche that is only asked for, or was refused, is nobody's match: staff decide of it in the queue. A merged one is
# the match of a row that no other fiche matches: an old spreadsheet does not make the duplicate anew.
MATCHED = [OrganizationStatus.ACTIVE, OrganizationStatus.ARCHIVED, OrganizationStatus.MERGED]


@dataclass(frozen=True)
class Known:
    """What the index remembers of a fiche."""

    pk: int
    name_key: str
    municipality_id: int | None
    neq: str
    external_id: str
    is_merged: bool


class FicheIndex:
    """The fiches that exist, by number, NEQ and name. `refresh` reads what changed since the last reading."""

    def __init__(self) -> None:
        self._known: dict[int, Known] = {}
        self._by_id: dict[str, int] = {}
        self._by_neq: dict[str, set[int]] = defaultdict(set)
        self._by_name: dict[str, set[int]] = defaultdict(set)
        self._read_until: dt.datetime | None = None
        self.refresh()

    def refresh(self) -> None:
        """Learn what was created or changed since the last time, by this import or by anybody."""
        fiches = Organization.objects.filter(status__in=MATCHED)
        if self._read_until is not None:
            fiches = fiches.filter(updated_at__gte=self._read_until)
        fields = ("pk", "name", "municipality_id", "neq", "external_id", "merged_into", "updated_at")
        for pk, name, municipality_id, neq, external_id, merged_into, updated_at in fiches.values_list(*fields):
            self._learn(Known(pk, fold(name), municipality_id, neq, external_id, merged_into is not None))
            self._read_until = max(self._read_until or updated_at, updated_at)

    def _learn(self, known: Known) -> None:
        former = self._known.get(known.pk)
        if former == known:
            return
        if former is not None:
            self._by_id.pop(former.external_id, None)
            self._by_neq[former.neq].discard(former.pk)
            self._by_name[former.name_key].discard(former.pk)
        self._known[known.pk] = known
        if known.external_id:
            self._by_id[known.external_id] = known.pk
        if known.neq:
            self._by_neq[known.neq].add(known.pk)
        self._by_name[known.name_key].add(known.pk)

    def match(self, row: Row) -> int | None:
        """The fiche that a row is about, None for a new one. Raises ValidationError when it could be several."""
        external_id, neq = row.values.get("external_id", ""), row.values.get("neq", "")
        if external_id in self._by_id:
            return self._by_id[external_id]
        by_neq = self._not_numbered_otherwise(self._by_neq.get(neq, set()) if neq else set(), external_id)
        by_name = self._not_numbered_otherwise(self._by_name.get(row.name_key, set()), external_id)
        by_name = self._of_place(by_name, row)
        if by_neq:
            narrowed = by_neq if len(by_neq) == 1 else [known for known in by_neq if known in by_name]
            return self._only(narrowed or by_neq)
        if not by_name:
            return None
        pk = self._only(by_name)
        other_neq = self._known[pk].neq
        if neq and other_neq and other_neq != neq:
            raise ValidationError(
                _(
                    "Une fiche du même nom porte un autre NEQ ({neq}). "
                    "Corrigez le NEQ, ou ajoutez un numéro de dossier."
                ).format(neq=other_neq)
            )
        return pk

    def _not_numbered_otherwise(self, pks: set[int], external_id: str) -> list[Known]:
        known = (self._known[pk] for pk in sorted(pks))
        return [one for one in known if not (external_id and one.external_id)]

    def _of_place(self, candidates: list[Known], row: Row) -> list[Known]:
        place = row.values.get("municipality")
        if place is None:
            return candidates
        here = [known for known in candidates if known.municipality_id == place.pk]
        return here or [known for known in candidates if known.municipality_id is None]

    def _only(self, candidates: list[Known]) -> int:
        candidates = [known for known in candidates if not known.is_merged] or candidates
        if len(candidates) > 1:
            raise ValidationError(
                _(
                    "Plusieurs fiches correspondent à cette ligne. "
                    "Ajoutez le numéro de dossier, le NEQ ou la municipalité."
                )
            )
        return candidates[0].pk
