"""Two fiches about one organisation become one, and for thirty days two again."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from guichet.core.errors import InvalidState
from guichet.core.events import record
from guichet.core.models import Event
from guichet.core.perms import is_agent
from guichet.core.templatetags.guichet import moment

from .. import messages
from ..enums import AccessStatus, OrganizationStatus
from ..models import Access, FicheMerge, Organization
from ..models.merging import UNDOABLE_FOR
from ..values import content_of
from .base import has_manager, lock_organization, require
from .content import publish
from .directory import refresh_entry
from .merge_plan import Choices, Plan, PlanChanged, plan
from .merge_rules import RULES, relations

ACCESSES = "organizations.Access.organization"


def _lock_both(one_pk: int, other_pk: int) -> dict[int, Organization]:
    """Both fiches, always the smaller number first: two merges never wait for each other in a ring."""
    return {pk: lock_organization(pk) for pk in sorted({one_pk, other_pk})}


@transaction.atomic
def merge_fiches(*, source: Organization, target: Organization, choices: Choices, actor) -> FicheMerge:
    """Merge ``source`` into ``target``: content, people, invitations, proposals, reports, and what later rooms add.

    Raises PermissionDenied; InvalidState when one may not be merged, was merged already, changed since the preview
    (``choices.seen``), or when nobody chose between two proposals.
    """
    require(is_agent(actor))
    fiches = _lock_both(source.pk, target.pk)
    source, target = fiches[source.pk], fiches[target.pk]
    planned = plan(source=source, target=target)
    if choices.seen and choices.seen != planned.digest:
        raise PlanChanged
    status = source.status
    source.status = OrganizationStatus.MERGED
    source.merged_into = target
    source.save(update_fields=["status", "merged_into", "updated_at"])
    refresh_entry(source)
    content = _merge_content(planned, choices, actor)
    found = relations()
    moved = {key: RULES[key].move(found[key], planned, choices, actor) for key in RULES}
    record(verb="organizations.fiche_merged", actor=actor, subject=source, data={"other": target.name})
    record(verb="organizations.fiche_absorbed", actor=actor, subject=target, data={"other": source.name})
    _tell_people(planned, actor)
    return FicheMerge.objects.create(
        source=source,
        target=target,
        merged_by=actor,
        moved={
            "status": status,
            "had_manager": planned.had_manager,
            "content": content,
            "relations": {key: value for key, value in moved.items() if value is not None},
        },
    )


def _merge_content(planned: Plan, choices: Choices, actor) -> dict[str, list[Any]]:
    """Publish what changes of the target; return each changed field's value before and after."""
    values = planned.values(choices.content)
    before = content_of(planned.target)
    changed = publish(organization=planned.target, values=values, actor=actor)
    return {name: [before[name], values[name]] for name in changed}


def _tell_people(planned: Plan, actor) -> None:
    """Record who followed; tell the people of the source where they are now, and the gestionnaires who came."""
    told = {}
    for one in planned.people:
        access = one.kept
        if access.status != AccessStatus.ACTIVE:
            continue
        if one.moves:
            record(
                verb="organizations.access_followed",
                actor=actor,
                subject=planned.target,
                person=access.user,
                data={"other": planned.source.name, "role": access.get_role_display().lower()},
            )
        if access.user.is_active:
            told[access.pk] = access
    for manager in planned.target.accesses.active_managers().select_related("user"):
        told.setdefault(manager.pk, manager)
    for access in told.values():
        access.organization = planned.target
        messages.fiche_merged(access, gone=planned.source)


# --- Undoing ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class UndoPlan:
    """What undoing would do: fields that go back to what they said, fields that changed since, who goes back."""

    fields: list[str]
    changed_since: list[str]
    going: list[Access]
    returning: int
    # Why it may not be done now; empty when it may.
    problem: str


def undo_plan(merge: FicheMerge) -> UndoPlan:
    """What undoing this merge would do now. Nothing is written."""
    content = merge.moved.get("content", {})
    now = content_of(merge.target, content)
    accesses = merge.moved.get("relations", {}).get(ACCESSES, {"moved": [], "gone": []})
    going = merge.target.accesses.filter(pk__in=accesses["moved"]).select_related("user")
    return UndoPlan(
        fields=[name for name in content if now[name] == content[name][1]],
        changed_since=[name for name in content if now[name] != content[name][1]],
        going=list(going.order_by("user__last_name", "user__first_name")),
        returning=len(accesses["gone"]),
        problem=_problem_of(merge),
    )


def _problem_of(merge: FicheMerge) -> str:
    """Why this merge may not be undone, in words; empty when it may."""
    target = merge.target
    if merge.undone_at is not None:
        return _("Déjà fait : {who} a annulé cette fusion le {when}.").format(
            who=merge.undone_by or _("le portail"), when=moment(merge.undone_at)
        )
    if not merge.is_undoable:
        return _("Les trente jours sont passés : cette fusion ne s’annule plus.")
    if target.status == OrganizationStatus.MERGED:
        return _("La fiche « {fiche} » a été fusionnée à son tour : annulez d’abord cette fusion-là.").format(
            fiche=target
        )
    if not target.is_active:
        return _("La fiche « {fiche} » est archivée : remettez-la d’abord en service.").format(fiche=target)
    if merge.moved["had_manager"] and has_manager(target) and not _keeps_a_manager(merge):
        return _(
            "La fiche « {fiche} » n’aurait plus de gestionnaire : nommez-y d’abord une personne qui n’est pas venue "
            "de l’autre fiche."
        ).format(fiche=target)
    return ""


def _keeps_a_manager(merge: FicheMerge) -> bool:
    going = merge.moved["relations"][ACCESSES]["moved"]
    return merge.target.accesses.active_managers().exclude(pk__in=going).exists()


@transaction.atomic
def undo_merge(*, merge: FicheMerge, actor) -> FicheMerge:
    """Put back everything that the merge moved, as it is now; what was added to the target since stays there.

    The target's content goes back by a new version, for the fields alone that nobody changed since. Raises
    PermissionDenied; InvalidState after thirty days, when somebody undid it already, or when the target is not in
    service any more.
    """
    require(is_agent(actor))
    fiches = _lock_both(merge.source_id, merge.target_id)
    merge = FicheMerge.objects.select_for_update(of=("self",)).select_related("undone_by").get(pk=merge.pk)
    source, target = fiches[merge.source_id], fiches[merge.target_id]
    merge.source, merge.target = source, target
    planned = undo_plan(merge)
    if planned.problem:
        raise InvalidState(planned.problem)
    source.status = OrganizationStatus(merge.moved["status"])
    source.merged_into = None
    source.save(update_fields=["status", "merged_into", "updated_at"])
    found = relations()
    for key, moved in merge.moved["relations"].items():
        RULES[key].put_back(found[key], source, target, moved)
    before = {name: merge.moved["content"][name][0] for name in planned.fields}
    publish(organization=target, values=before, actor=actor)
    refresh_entry(source)
    merge.undone_by = actor
    merge.undone_at = timezone.now()
    merge.save(update_fields=["undone_by", "undone_at"])
    record(verb="organizations.merge_undone", actor=actor, subject=source, data={"other": target.name})
    record(verb="organizations.merge_undone", actor=actor, subject=target, data={"other": source.name})
    for access in source.accesses.active().filter(user__is_active=True).select_related("user"):
        access.organization = source
        messages.merge_undone(access, other=target)
    return merge


def is_merged_for_good(source: Organization) -> bool:
    """Whether no merge between this merged fiche and the one that is left may be undone any more."""
    standing = FicheMerge.objects.standing().filter(source__merged_into=source.merged_into_id).defer("moved")
    merges = {merge.source_id: merge for merge in standing}
    step, for_good = source.pk, True
    while step in merges:
        for_good = for_good and not merges[step].is_undoable
        step = merges[step].target_id
    return for_good


def timeline_of(organization: Organization) -> QuerySet[Event]:
    """What happened to a fiche and to those merged into it, newest first. A merge, which both tell, is told once."""
    events = Event.objects.about_any(Organization.objects.with_merged(organization))
    return events.exclude(~Q(subject_id=organization.pk), verb="organizations.fiche_merged")


@transaction.atomic
def forget_old_merges(*, now: dt.datetime | None = None) -> int:
    """Forget what moved in merges that may not be undone any more: it holds what people wrote. Return how many."""
    now = now or timezone.now()
    over = FicheMerge.objects.filter(merged_at__lt=now - UNDOABLE_FOR).exclude(moved={})
    return over.update(moved={})
