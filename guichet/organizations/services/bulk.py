"""One change of several fiches: what it would do to each; then each by the verb of a single change, on its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from guichet.core.errors import InvalidState
from guichet.core.perms import is_agent

from ..enums import BulkAction, OrganizationStatus
from ..kinds import FieldKind, kind_of, options_of
from ..models import Access, FicheChange, Organization
from ..values import LISTS, in_words, value_of
from .base import lock_organization, require
from .content import save_section, waiting_changes
from .errors import EditConflict
from .fiches import archive_organization, restore_organization
from .upkeep import ASK_AT_ONCE_AFTER, ask_content, asked_since

# The field that each action changes; the others change a state, or ask.
FIELD_OF = {
    BulkAction.ADD_ACTIVITIES: "activities",
    BulkAction.REMOVE_ACTIVITIES: "activities",
    BulkAction.ADD_CLIENTELES: "clienteles",
    BulkAction.REMOVE_CLIENTELES: "clienteles",
    BulkAction.SET_KIND: "kind",
    BulkAction.SET_MUNICIPALITY: "municipality",
    BulkAction.SET_FEDERATION: "federation",
    BulkAction.SET_MEMBERSHIP: "member_until",
    # Only away from the directory: nobody is in it without having said so.
    BulkAction.HIDE: "is_listed",
}
ADDS = {BulkAction.ADD_ACTIVITIES, BulkAction.ADD_CLIENTELES}
REMOVES = {BulkAction.REMOVE_ACTIVITIES, BulkAction.REMOVE_CLIENTELES}


@dataclass(frozen=True)
class Planned:
    """What would become of one fiche: the value before and after, in words, or why it is left out."""

    organization: Organization
    before: str = ""
    after: str = ""
    problem: str = ""
    is_change: bool = True


@dataclass(frozen=True)
class Result:
    """What became of one fiche."""

    organization: Organization
    is_changed: bool = False
    problem: str = ""


def plan_changes(organizations: Iterable[Organization], action: BulkAction, value: Any = None) -> list[Planned]:
    """What the action would do to each, without doing it, at the same cost whatever their number.

    The organizations come with the list that the action changes, prefetched.
    """
    why_not = _why_not(action)
    name = FIELD_OF.get(action)
    words = _words_of(name) if name else str
    planned = []
    for organization in organizations:
        if problem := why_not(organization):
            planned.append(Planned(organization, problem=problem, is_change=False))
            continue
        if name is None:
            planned.append(Planned(organization))
            continue
        now = value_of(organization, name)
        wanted = _wanted(action, value, now)
        planned.append(Planned(organization, words(now), words(wanted), is_change=wanted != now))
    return planned


@transaction.atomic
def change_one(
    *, organization: Organization, seen: dt.datetime, action: BulkAction, actor, value: Any = None, reason: str = ""
) -> bool:
    """Do the action to one fiche, as it was when it was ``seen`` (`updated_at`); return whether that changed it.

    Raises PermissionDenied, and InvalidState when somebody changed it since, or when it cannot be done.
    """
    require(is_agent(actor))
    organization = lock_organization(organization.pk)
    if organization.updated_at != seen:
        raise InvalidState(_("Quelqu’un d’autre l’a modifiée entre-temps : elle reste comme elle est."))
    if action in _VERBS:
        _VERBS[action](organization, actor, reason)
        return True
    name = FIELD_OF[action]
    _require_offered(action, value)
    if name in waiting_changes(organization):
        raise InvalidState(_proposal_waits())
    now = value_of(organization, name)
    wanted = {name: _wanted(action, value, now)}
    return bool(save_section(organization=organization, values=wanted, base={name: now}, actor=actor).published)


def change_all(
    *, seen: Mapping[int, dt.datetime], action: BulkAction, actor, value: Any = None, reason: str = ""
) -> list[Result]:
    """Do the action to each fiche, by primary key; one that cannot be done does not hold back the others."""
    results = []
    for organization in Organization.objects.filter(pk__in=seen):
        try:
            is_changed = change_one(
                organization=organization,
                seen=seen[organization.pk],
                action=action,
                value=value,
                reason=reason,
                actor=actor,
            )
        except (InvalidState, EditConflict, PermissionDenied) as problem:
            results.append(Result(organization, problem=str(problem)))
        else:
            results.append(Result(organization, is_changed))
    return results


_VERBS: dict[BulkAction, Callable[[Organization, Any, str], Any]] = {
    BulkAction.ARCHIVE: lambda organization, actor, reason: archive_organization(
        organization=organization, actor=actor, reason=reason
    ),
    BulkAction.RESTORE: lambda organization, actor, reason: restore_organization(
        organization=organization, actor=actor
    ),
    BulkAction.ASK: lambda organization, actor, reason: ask_content(organization=organization, actor=actor),
}


def _wanted(action: BulkAction, value: Any, now: Any) -> Any:
    if action in ADDS:
        return sorted({*now, *value})
    if action in REMOVES:
        return [pk for pk in now if pk not in value]
    return False if action == BulkAction.HIDE else value


def _require_offered(action: BulkAction, value: Any) -> None:
    """What is no longer offered is not given any more; what is there already may go."""
    if action in ADDS:
        gone = LISTS[FIELD_OF[action]].objects.filter(pk__in=value, is_archived=True).first()
        if gone is not None:
            raise InvalidState(_("Le choix « {name} » n’est plus offert.").format(name=gone))


def _proposal_waits() -> str:
    return _("Une modification de ce champ est proposée et attend une décision.")


def _why_not(action: BulkAction) -> Callable[[Organization], str]:
    """Tells why a fiche would be left out, in words; the services decide again when it is done."""
    if action == BulkAction.RESTORE:
        return lambda fiche: (
            "" if fiche.status == OrganizationStatus.ARCHIVED else _("Cette fiche n’est pas archivée.")
        )
    name = FIELD_OF.get(action)
    waiting = set(FicheChange.objects.waiting().filter(field=name).values_list("organization", flat=True))
    asks = action == BulkAction.ASK
    managed = set(Access.objects.active_managers().values_list("organization", flat=True)) if asks else set()
    since = timezone.now() - ASK_AT_ONCE_AFTER
    asked = set(asked_since(since).values_list("subject_id", flat=True)) if asks else set()

    def why_not(fiche: Organization) -> str:
        if not fiche.is_active:
            return _("Cette fiche n’est pas en service.")
        if fiche.pk in waiting:
            return _proposal_waits()
        if asks and fiche.pk not in managed:
            return _("Cette fiche n’a pas de gestionnaire à qui le demander.")
        return _("La question est déjà partie depuis hier.") if fiche.pk in asked else ""

    return why_not


def _words_of(name: str) -> Callable[[Any], str]:
    """A field's values in words, its choices read once."""
    kind = kind_of(name)
    if kind not in {FieldKind.LIST, FieldKind.RELATED}:
        return lambda value: in_words(name, value)
    names = dict(options_of(name))
    if kind == FieldKind.RELATED:
        return lambda value: names.get(value, "")
    return lambda value: ", ".join(names[pk] for pk in value if pk in names)
