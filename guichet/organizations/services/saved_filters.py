"""Filters of their lists that staff keep under a name, and the one that each person's list opens on."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from guichet.core.errors import InvalidState
from guichet.core.events import record
from guichet.core.perms import is_agent

from .. import perms
from ..enums import Listing
from ..models import FirstFilter, SavedFilter
from ..text import fold
from .base import require


@transaction.atomic
def save_filter(*, name: str, query: str, is_shared: bool, actor, listing: str = Listing.FICHES) -> SavedFilter:
    """Keep a filter. Raises InvalidState when the person has one of this name already."""
    require(is_agent(actor))
    saved = SavedFilter(listing=listing, name=name.strip(), query=query, is_shared=is_shared, owner=actor)
    _write(saved)
    record(verb="organizations.filter_saved", actor=actor, subject=saved)
    return saved


@transaction.atomic
def change_filter(*, saved: SavedFilter, name: str, is_shared: bool, actor) -> SavedFilter:
    """Rename a filter, share it or keep it to its owner. Raises InvalidState as `save_filter` does."""
    saved = _lock(saved)
    require(perms.can_change_filter(actor, saved))
    saved.name, saved.is_shared = name.strip(), is_shared
    _write(saved)
    record(verb="organizations.filter_changed", actor=actor, subject=saved)
    return saved


@transaction.atomic
def delete_filter(*, saved: SavedFilter, actor) -> None:
    """Forget a filter; what it found does not change."""
    saved = _lock(saved)
    require(perms.can_change_filter(actor, saved))
    record(verb="organizations.filter_deleted", actor=actor, subject=saved)
    saved.delete()


@transaction.atomic
def open_first(*, saved: SavedFilter, actor) -> None:
    """The list opens on this filter for the actor, and for nobody else."""
    require(is_agent(actor) and SavedFilter.objects.offered_to(actor).filter(pk=saved.pk).exists())
    FirstFilter.objects.update_or_create(user=actor, listing=saved.listing, defaults={"saved": saved})


@transaction.atomic
def open_all_first(*, listing: str, actor) -> None:
    """The list opens as it is, without a filter."""
    require(is_agent(actor))
    FirstFilter.objects.filter(user=actor, listing=listing).delete()


def _lock(saved: SavedFilter) -> SavedFilter:
    locked = SavedFilter.objects.select_for_update(of=("self",)).filter(pk=saved.pk).first()
    if locked is None:
        raise InvalidState(_("Quelqu’un l’a supprimé entre-temps."))
    return locked


def _write(saved: SavedFilter) -> None:
    """Save it under a name that its owner has not given yet, accents and case ignored."""
    others = SavedFilter.objects.of(saved.listing).filter(owner=saved.owner).exclude(pk=saved.pk)
    taken = _("Un filtre enregistré porte déjà ce nom. Choisissez-en un autre.")
    if saved.listing == Listing.APPLICATIONS:
        taken = _("Une vue enregistrée porte déjà ce nom. Choisissez-en un autre.")
    if fold(saved.name) in {fold(name) for name in others.values_list("name", flat=True)}:
        raise InvalidState(taken)
    try:
        with transaction.atomic():
            saved.save()
    except IntegrityError as error:
        # Two windows at once.
        raise InvalidState(taken) from error
