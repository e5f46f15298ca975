"""A fiche's content: proposed by its people, published by who may, kept in versions.

A field is the unit of everything here: of a proposal, an approval, a conflict. A draft revision of the whole fiche
(Wagtail's) could not be approved in part, nor wait for two approvers at once: proposals are rows, one a field, and
each publication is a revision.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Revision

from guichet.core.errors import InvalidState
from guichet.core.events import record
from guichet.core.templatetags.guichet import day, moment

from .. import messages, perms
from ..content import FIELDS, NOT_RESTORED
from ..enums import CHANGE_TRANSITIONS, ChangeStatus, OrganizationStatus
from ..models import FicheChange, FicheSettings, Municipality, Organization, SectionDraft
from ..values import KEYED, content_of, is_empty, label_of, labels_of, merge_keyed, put, value_of, write
from .base import lock_organization, require
from .consents import ask_consents
from .directory import refresh_entry
from .errors import ChangeGone, Conflict, EditConflict
from .files import use_files


@dataclass
class Saved:
    """What became of a saved section: the fields in force at once, those that wait, those put back as they were."""

    published: list[str] = field(default_factory=list)
    proposed: list[str] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    # Of the proposed ones, those that only the body may approve.
    reserved: list[str] = field(default_factory=list)


def reserved_fields() -> list[str]:
    """The fields whose change waits for the body, whoever proposes it."""
    return FicheSettings.load().reserved_fields


def waiting_changes(organization: Organization) -> dict[str, FicheChange]:
    """The proposals that wait, by field."""
    waiting = organization.changes.waiting().select_related("proposed_by")
    return {change.field: change for change in waiting}


def editors_content(organization: Organization, names: Collection[str] = tuple(FIELDS)) -> dict[str, Any]:
    """What editors see: the values in force, and over them the proposals that wait."""
    changes = waiting_changes(organization)
    return {
        name: changes[name].value if name in changes else value
        for name, value in content_of(organization, names).items()
    }


def publish(
    *,
    organization: Organization,
    values: Mapping[str, Any],
    actor,
    verb: str = "organizations.fiche_changed",
    person=None,
    reason: str = "",
) -> list[str]:
    """Put values in force, in the caller's transaction and under its lock: row, revision, event, directory.

    Returns the fields that did change. The first time, the state before becomes a revision too: one can come back
    to it. Who may is the caller's question.
    """
    before = content_of(organization, values)
    changed = [name for name in FIELDS if name in values and values[name] != before[name]]
    if not changed:
        return []
    place = values["municipality"] if "municipality" in changed else None
    if place is not None and not Municipality.objects.filter(pk=place).exists():
        raise InvalidState(_("Cette municipalité n’est plus dans la liste : choisissez-en une autre."))
    if organization.latest_revision_id is None:
        organization.save_revision(user=None, clean=False)
    put(organization, {name: values[name] for name in changed})
    write(organization, changed)
    organization.save_revision(user=actor, clean=False)
    said = [name for name in changed if name != "member_until"]
    if said:
        record(
            verb=verb,
            actor=actor,
            subject=organization,
            person=person,
            reason=reason,
            data={"fields": labels_of(said)},
        )
    if "member_until" in changed:
        _record_membership(organization, actor, reason)
    if {"people", "is_listed"} & set(changed):
        ask_consents(organization)
    refresh_entry(organization)
    return changed


def _record_membership(organization: Organization, actor, reason: str) -> None:
    """The timeline says until when, not that some field changed: people ask that when a programme is for members."""
    until, told = organization.member_until, {"actor": actor, "subject": organization, "reason": reason}
    if until:
        record(verb="organizations.membership_set", data={"date": day(until)}, **told)
    else:
        record(verb="organizations.membership_ended", **told)


@transaction.atomic
def save_section(*, organization: Organization, values: Mapping[str, Any], base: Mapping[str, Any], actor) -> Saved:
    """Save what somebody wrote: in force at once where they may, else proposed.

    ``values`` and ``base`` are by field: what the form says now, and what it said when it was opened. Fields that
    nobody else touched meanwhile are merged; raises EditConflict, with both values, for those that were, and
    writes nothing then. Raises PermissionDenied; InvalidState when the fiche is not in service.
    """
    organization = lock_organization(organization.pk)
    require_in_service(organization)
    require(perms.can_edit_fiche(actor, organization))
    require(perms.can_set_fields(actor, values))
    changes = waiting_changes(organization)
    live = content_of(organization, values)
    now = {name: changes[name].value if name in changes else live[name] for name in values}
    changed = [name for name in FIELDS if name in values and values[name] != base.get(name, now[name])]
    use_files(organization, {name: values[name] for name in changed})
    values, base = _merged(values, base, now)
    _refuse_conflicts(organization, changed, values, base, now, changes)
    wanted = {name: values[name] for name in changed if values[name] != now[name]}
    reserved = reserved_fields()
    direct = {name for name in wanted if perms.can_publish_field(actor, organization, name, reserved)}
    saved = Saved()
    for name in wanted.keys() & changes.keys():
        _close(changes[name], ChangeStatus.REPLACED, actor)
    saved.published = publish(organization=organization, values={name: wanted[name] for name in direct}, actor=actor)
    for name in (name for name in wanted if name not in direct):
        if wanted[name] == live[name]:
            saved.withdrawn.append(name)
            continue
        FicheChange.objects.create(
            organization=organization, field=name, value=wanted[name], base=live[name], proposed_by=actor
        )
        saved.proposed.append(name)
    _tell_proposed(organization, saved, changes, reserved, actor)
    return saved


def require_in_service(organization: Organization) -> None:
    """Raise InvalidState for a fiche that was archived, merged or never created."""
    if organization.status != OrganizationStatus.ACTIVE:
        raise InvalidState(_("Cette fiche n’est plus en service : rien n’y change pour le moment. Écrivez-nous."))


def _merged(
    values: Mapping[str, Any], base: Mapping[str, Any], now: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The values with what others added to the same lists meanwhile, where the items differ; and their base, then."""
    merged, new_base = dict(values), dict(base)
    for name, key in KEYED.items():
        if name in values and name in base and values[name] != base[name] != now[name]:
            both = merge_keyed(base[name], now[name], values[name], key)
            if both is not None:
                merged[name], new_base[name] = both, now[name]
    return merged, new_base


def _refuse_conflicts(organization, changed, values, base, now, changes) -> None:
    clashes = [name for name in changed if name in base and now[name] != base[name] and now[name] != values[name]]
    if not clashes:
        return
    last = organization.latest_revision
    conflicts = []
    for name in clashes:
        change = changes.get(name)
        by = change.proposed_by if change else (last.user if last else None)
        at = change.proposed_at if change else (last.created_at if last else None)
        conflicts.append(
            Conflict(name, base=base[name], theirs=now[name], yours=values[name], by=str(by or ""), at=at)
        )
    raise EditConflict(conflicts)


def _tell_proposed(organization, saved, before, reserved, actor) -> None:
    """Record what was proposed or withdrawn; write to those who approve, once while they have not yet looked."""
    if saved.withdrawn:
        record(
            verb="organizations.change_withdrawn",
            actor=actor,
            subject=organization,
            data={"fields": labels_of(saved.withdrawn)},
        )
    if not saved.proposed:
        return
    saved.reserved = [name for name in saved.proposed if name in reserved]
    record(
        verb="organizations.change_proposed",
        actor=actor,
        subject=organization,
        person=actor,
        data={"fields": labels_of(saved.proposed)},
    )
    if saved.reserved and not before.keys() & set(reserved):
        messages.change_to_decide(organization, proposed_by=actor, fields=labels_of(saved.reserved))
    others = [name for name in saved.proposed if name not in reserved]
    if others and not before.keys() - set(reserved):
        messages.change_to_approve(organization, proposed_by=actor, fields=labels_of(others))


def _close(change: FicheChange, status: ChangeStatus, actor, reason: str = "") -> None:
    if status not in CHANGE_TRANSITIONS[ChangeStatus(change.status)]:
        raise ChangeGone(change)
    change.status = status
    change.decided_by = actor
    change.decided_at = timezone.now()
    change.reason = reason
    change.save(update_fields=["status", "decided_by", "decided_at", "reason"])


def _lock_changes(organization: Organization, pks: Collection[int]) -> list[FicheChange]:
    """These proposals of the fiche, all of them still waiting; raises ChangeGone for the first that is not."""
    changes = list(
        organization.changes.select_for_update(of=("self",))
        .select_related("proposed_by", "decided_by")
        .filter(pk__in=pks)
    )
    for change in changes:
        change.organization = organization
        if change.status != ChangeStatus.WAITING:
            raise ChangeGone(change)
    if len(changes) != len(set(pks)):
        raise InvalidState(_("Cette proposition n’attend plus."))
    return changes


@transaction.atomic
def decide_changes(
    *,
    organization: Organization,
    actor,
    approve: Collection[int] = (),
    refuse: Collection[int] = (),
    reason: str = "",
) -> Saved:
    """Approve some proposals (primary keys) and refuse others, with a reason that their authors read; leave the rest.

    A proposal that was replaced since it was read has another key: nothing is approved unseen. Raises
    PermissionDenied, ChangeGone, or InvalidState for a refusal without a reason or a fiche out of service.
    """
    organization = lock_organization(organization.pk)
    require_in_service(organization)
    if refuse and not reason.strip():
        raise InvalidState(_("Écrivez le motif : la personne le lira."))
    if set(approve) & set(refuse):
        raise InvalidState(_("Approuvez ou refusez une proposition, pas les deux."))
    approved, refused = _lock_changes(organization, approve), _lock_changes(organization, refuse)
    reserved = reserved_fields()
    for change in [*approved, *refused]:
        require(perms.can_decide_change(actor, change, reserved))
    for change in approved:
        _close(change, ChangeStatus.APPROVED, actor)
    for change in refused:
        _close(change, ChangeStatus.REFUSED, actor, reason.strip())
    for author, names in _by_author(approved):
        publish(
            organization=organization,
            values={change.field: change.value for change in approved if change.proposed_by == author},
            actor=actor,
            verb="organizations.change_approved",
            person=author,
        )
        messages.change_decided(organization, author=author, actor=actor, fields=labels_of(names), reason="")
    for author, names in _by_author(refused):
        record(
            verb="organizations.change_refused",
            actor=actor,
            subject=organization,
            person=author,
            reason=reason.strip(),
            data={"fields": labels_of(names)},
        )
        messages.change_decided(
            organization, author=author, actor=actor, fields=labels_of(names), reason=reason.strip()
        )
    return Saved(published=[change.field for change in approved], withdrawn=[change.field for change in refused])


def _by_author(changes: list[FicheChange]) -> list[tuple[Any, list[str]]]:
    authors: dict[Any, list[str]] = {}
    for change in changes:
        authors.setdefault(change.proposed_by, []).append(change.field)
    return list(authors.items())


@transaction.atomic
def withdraw_change(*, change: FicheChange, actor) -> FicheChange:
    """Take a proposal back before it is decided."""
    organization = lock_organization(change.organization_id)
    (change,) = _lock_changes(organization, [change.pk])
    require(perms.can_withdraw_change(actor, change))
    _close(change, ChangeStatus.WITHDRAWN, actor)
    record(
        verb="organizations.change_withdrawn",
        actor=actor,
        subject=organization,
        data={"fields": labels_of([change.field])},
    )
    return change


def versions(organization: Organization):
    """The fiche's revisions, newest first, with who made them."""
    return organization.revisions.select_related("user").order_by("-created_at", "-pk")


@transaction.atomic
def restore_version(*, organization: Organization, revision: Revision, actor) -> Saved:
    """Come back to an earlier version: in force where the actor may, proposed elsewhere. Nothing is forgotten.

    Whether the fiche is public, or a member, is a decision of today, never of an older version.
    """
    organization = lock_organization(organization.pk)
    values = {name: value for name, value in revision.content.items() if name in FIELDS and name not in NOT_RESTORED}
    saved = save_section(
        organization=organization, values=values, base=editors_content(organization, values), actor=actor
    )
    if saved.published:
        record(
            verb="organizations.version_restored",
            actor=actor,
            subject=organization,
            data={"date": moment(revision.created_at), "fields": labels_of(saved.published)},
        )
    return saved


@transaction.atomic
def confirm_content(*, organization: Organization, actor) -> Organization:
    """A gestionnaire says that the fiche is still true. Saying it twice in a day is once."""
    organization = lock_organization(organization.pk)
    require_in_service(organization)
    require(perms.can_confirm_content(actor, organization))
    now = timezone.now()
    confirmed = organization.content_confirmed_at
    if confirmed is None or timezone.localdate(confirmed) != timezone.localdate(now):
        organization.content_confirmed_at = now
        organization.save(update_fields=["content_confirmed_at"])
        record(verb="organizations.content_confirmed", actor=actor, subject=organization)
        refresh_entry(organization)
    return organization


def keep_draft(*, organization: Organization, section: str, data: str, actor) -> SectionDraft:
    """Keep what somebody is typing (a query string), theirs alone."""
    require(perms.can_edit_fiche(actor, organization))
    draft, _created = SectionDraft.objects.update_or_create(
        user=actor, organization=organization, section=section, defaults={"data": data, "saved_at": timezone.now()}
    )
    return draft


def drop_draft(*, organization: Organization, section: str, actor) -> None:
    """Forget what somebody was typing: it is saved, or they gave it up."""
    SectionDraft.objects.filter(user=actor, organization=organization, section=section).delete()


@dataclass(frozen=True)
class Missing:
    """A field that says nothing yet, and what that costs the organisation."""

    name: str
    label: str
    section: str
    why: str


def completeness(organization: Organization) -> tuple[int, list[Missing]]:
    """How complete the fiche is (0 to 100), and what is missing. Proposals that wait do not count yet."""
    wanted = [one for one in FIELDS.values() if one.why]
    missing = [
        Missing(one.name, label_of(one.name), one.section, str(one.why))
        for one in wanted
        if is_empty(value_of(organization, one.name))
    ]
    return round(100 * (len(wanted) - len(missing)) / len(wanted)), missing
