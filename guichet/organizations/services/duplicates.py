"""Fiches that may be about the same organisation: found every night, looked at by the staff."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from guichet.core.errors import InvalidState
from guichet.core.perms import is_agent
from guichet.core.templatetags.guichet import moment

from ..enums import DuplicateState
from ..likeness import Likeness, Sketch, compare, likely_pairs, without_shared_contacts
from ..models import DuplicatePair, Organization
from .base import require

COMPARED = (
    "pk",
    "name",
    "usual_name",
    "municipality_id",
    "municipality__name",
    "neq",
    "phone",
    "other_phone",
    "email",
    "address",
    "postal_code",
)
ROWS_AT_ONCE = 500


def _sketches() -> list[Sketch]:
    """What is compared of every fiche in service."""
    return [
        Sketch(
            pk=pk,
            names=tuple(filter(None, [name, usual_name])),
            municipality=municipality,
            place_name=place or "",
            neq=neq,
            phones=frozenset(str(number) for number in (phone, other_phone) if number),
            email=email.lower(),
            address=address,
            postal_code=postal_code,
        )
        for pk, name, usual_name, municipality, place, neq, phone, other_phone, email, address, postal_code in (
            Organization.objects.active().order_by().values_list(*COMPARED)
        )
    ]


def likely_duplicates(organization: Organization, *, limit: int = 8) -> list[tuple[Organization, Likeness]]:
    """The fiches in service that this one may be a duplicate of, as they are now, most alike first.

    Those that somebody said are another organisation are left out.
    """
    sketches = {sketch.pk: sketch for sketch in without_shared_contacts(_sketches())}
    own = sketches.pop(organization.pk, None)
    if own is None:
        return []
    dismissed = DuplicatePair.objects.filter(state=DuplicateState.DISMISSED)
    others = {
        *dismissed.filter(first=organization).values_list("second", flat=True),
        *dismissed.filter(second=organization).values_list("first", flat=True),
    }
    found = {pk: compare(own, sketch) for pk, sketch in sketches.items() if pk not in others}
    alike = {pk: likeness for pk, likeness in found.items() if likeness is not None}
    best = sorted(alike, key=lambda pk: (-alike[pk].score, pk))[:limit]
    fiches = Organization.objects.select_related("municipality").in_bulk(best)
    return [(fiches[pk], alike[pk]) for pk in best]


def search_duplicates() -> int:
    """Look for duplicates among all fiches in service; return how many pairs there are to look at.

    Pairs that are alike no more leave; those that somebody dismissed stay dismissed.
    """
    found = likely_pairs(_sketches())
    with transaction.atomic():
        open_pairs = DuplicatePair.objects.filter(state=DuplicateState.OPEN)
        over = [
            pk for pk, first, second in open_pairs.values_list("pk", "first", "second") if (first, second) not in found
        ]
        for start in range(0, len(over), ROWS_AT_ONCE):
            open_pairs.filter(pk__in=over[start : start + ROWS_AT_ONCE]).delete()
        DuplicatePair.objects.bulk_create(
            [
                DuplicatePair(first_id=first, second_id=second, score=likeness.score, reasons=list(likeness.reasons))
                for (first, second), likeness in sorted(found.items())
            ],
            update_conflicts=True,
            unique_fields=["first", "second"],
            update_fields=["score", "reasons"],
            batch_size=ROWS_AT_ONCE,
        )
    return DuplicatePair.objects.to_look_at().count()


def _decide(pair: DuplicatePair, state: DuplicateState, actor) -> DuplicatePair:
    """Lock, look whether somebody was faster, write."""
    require(is_agent(actor))
    pair = DuplicatePair.objects.select_for_update(of=("self",)).select_related("decided_by").get(pk=pair.pk)
    if pair.state == state:
        raise InvalidState(
            _("Déjà fait : {who}, le {when}.").format(
                who=pair.decided_by or _("le portail"), when=moment(pair.decided_at) if pair.decided_at else "—"
            )
        )
    pair.state = state
    pair.decided_by = actor
    pair.decided_at = timezone.now()
    pair.save(update_fields=["state", "decided_by", "decided_at"])
    return pair


@transaction.atomic
def dismiss_pair(*, pair: DuplicatePair, actor) -> DuplicatePair:
    """« Ce sont deux organismes »: remembered, whatever the next searches find."""
    return _decide(pair, DuplicateState.DISMISSED, actor)


@transaction.atomic
def reopen_pair(*, pair: DuplicatePair, actor) -> DuplicatePair:
    """Take that back: the pair is to be looked at again."""
    return _decide(pair, DuplicateState.OPEN, actor)
