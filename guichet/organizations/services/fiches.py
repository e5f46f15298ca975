"""The fiche itself: asked for, created, changed, archived."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from rapidfuzz import fuzz, process

from guichet.core.errors import InvalidState
from guichet.core.events import record
from guichet.core.perms import is_agent

from .. import messages
from ..enums import ORGANIZATION_TRANSITIONS, AccessStatus, OrganizationStatus, Role
from ..models import Access, Municipality, Organization
from ..text import fold
from .access import approve_access, request_access
from .base import lock_access, lock_organization, require
from .content import save_section
from .directory import refresh_entry

SIMILAR_AT_LEAST = 78


def _move(organization: Organization, status: OrganizationStatus) -> None:
    """Take a transition of the table. Out of a merge there is one way: `merging.undo_merge`."""
    now = OrganizationStatus(organization.status)
    if now == OrganizationStatus.MERGED or status not in ORGANIZATION_TRANSITIONS[now]:
        raise InvalidState(
            _("Déjà fait : la fiche est « {state} ».").format(state=organization.get_status_display().lower())
        )
    organization.status = status


@transaction.atomic
def create_organization(
    *, organization: Organization, actor, verb: str = "organizations.fiche_created", **data
) -> Organization:
    """Save a new fiche that a form or an import has filled in; ``data`` goes to the event."""
    require(is_agent(actor))
    organization.refresh_search_text()
    organization.save()
    record(verb=verb, actor=actor, subject=organization, data=data)
    return organization


@transaction.atomic
def update_organization(
    *, organization: Organization, values: dict[str, Any], base: dict[str, Any], actor, external_id: str | None = None
) -> Organization:
    """Change a fiche for the body: `save_section` under its rules, and the number in the staff's spreadsheet.

    Raises EditConflict as `save_section` does.
    """
    require(is_agent(actor))
    save_section(organization=organization, values=values, base=base, actor=actor)
    organization = lock_organization(organization.pk)
    if external_id is not None and external_id != organization.external_id:
        organization.external_id = external_id
        organization.refresh_search_text()
        organization.save(update_fields=["external_id", "staff_text", "updated_at"])
        label = str(Organization._meta.get_field("external_id").verbose_name)
        record(verb="organizations.fiche_changed", actor=actor, subject=organization, data={"fields": label})
    return organization


@transaction.atomic
def archive_organization(*, organization: Organization, actor, reason: str = "") -> Organization:
    """Take a fiche out of service: nobody enters it, nothing of it is lost."""
    require(is_agent(actor))
    organization = lock_organization(organization.pk)
    _move(organization, OrganizationStatus.ARCHIVED)
    organization.archived_at = timezone.now()
    organization.save(update_fields=["status", "archived_at"])
    record(verb="organizations.fiche_archived", actor=actor, subject=organization, reason=reason.strip())
    refresh_entry(organization)
    return organization


@transaction.atomic
def restore_organization(*, organization: Organization, actor) -> Organization:
    """Put an archived fiche back in service, with its people."""
    require(is_agent(actor))
    organization = lock_organization(organization.pk)
    if organization.status != OrganizationStatus.ARCHIVED:
        raise InvalidState(_("Cette fiche n’est pas archivée."))
    _move(organization, OrganizationStatus.ACTIVE)
    organization.archived_at = None
    organization.save(update_fields=["status", "archived_at"])
    record(verb="organizations.fiche_restored", actor=actor, subject=organization)
    refresh_entry(organization)
    return organization


@transaction.atomic
def request_organization(
    *, user, name: str, kind: str, municipality: Municipality | None, reason: str, actor
) -> Access:
    """Ask for a fiche that is not in the list; return the person's request. The same one twice is one."""
    twin = next(
        (
            access
            for access in Access.objects.requested()
            .filter(user=user, organization__status=OrganizationStatus.REQUESTED)
            .select_related("organization")
            if fold(access.organization.name) == fold(name)
        ),
        None,
    )
    if twin is not None:
        return twin
    organization = Organization(
        name=name.strip(),
        kind=kind,
        municipality=municipality,
        status=OrganizationStatus.REQUESTED,
        requested_by=user,
        request_reason=reason.strip(),
    )
    organization.refresh_search_text()
    organization.save()
    record(
        verb="organizations.fiche_requested",
        actor=actor,
        subject=organization,
        person=user,
        reason=organization.request_reason,
    )
    return request_access(user=user, organization=organization, actor=actor)


def similar_organizations(organization: Organization, *, limit: int = 5) -> list[tuple[Organization, int]]:
    """Fiches in service whose name is like this one's, with the likeness (0 to 100), most alike first."""
    names = dict(Organization.objects.active().exclude(pk=organization.pk).values_list("pk", "name"))
    wanted = fold(organization.name)
    found = process.extract(
        wanted, names, scorer=fuzz.token_set_ratio, processor=fold, score_cutoff=SIMILAR_AT_LEAST, limit=limit
    )
    by_pk = Organization.objects.select_related("municipality").in_bulk([pk for _name, _score, pk in found])
    return [(by_pk[pk], round(score)) for _name, score, pk in found]


@transaction.atomic
def approve_organization(*, access: Access, actor) -> Access:
    """Create the fiche that somebody asked for, with them as its gestionnaire; return their access."""
    access = lock_access(access)
    require(is_agent(actor))
    organization = access.organization
    _move(organization, OrganizationStatus.ACTIVE)
    organization.save(update_fields=["status"])
    record(verb="organizations.fiche_approved", actor=actor, subject=organization, person=access.user)
    return approve_access(access=access, role=Role.MANAGER, actor=actor)


@transaction.atomic
def refuse_organization(*, access: Access, reason: str, actor) -> Access:
    """Refuse the fiche that somebody asked for, and with it their access; the reason is sent to them."""
    access = lock_access(access)
    require(is_agent(actor) and actor != access.user)
    if not reason.strip():
        raise InvalidState(_("Écrivez le motif : la personne le lira."))
    _move(access.organization, OrganizationStatus.REFUSED)
    access.organization.save(update_fields=["status"])
    access.status = AccessStatus.REFUSED
    access.reason = reason.strip()
    access.decided_at = timezone.now()
    access.decided_by = actor
    access.due_at = access.time_left = access.asked_at = None
    access.save()
    record(
        verb="organizations.fiche_refused",
        actor=actor,
        subject=access.organization,
        person=access.user,
        reason=access.reason,
    )
    messages.fiche_refused(access)
    return access


@transaction.atomic
def attach_request(*, access: Access, existing: Organization, actor) -> Access:
    """The fiche asked for exists already: turn the request into one for that fiche; return it.

    The promised delay goes on as it was: the person has waited since the first request.
    """
    access = lock_access(access)
    require(is_agent(actor) and actor != access.user)
    requested = access.organization
    if not existing.is_active or existing.pk == requested.pk:
        raise InvalidState(_("Choisissez une fiche en service."))
    _move(requested, OrganizationStatus.REFUSED)
    requested.save(update_fields=["status"])
    record(
        verb="organizations.fiche_is_another",
        actor=actor,
        subject=requested,
        person=access.user,
        data={"other": existing.name},
    )
    other = Access.objects.filter(user=access.user, organization=existing).first()
    if other is None:
        access.organization = existing
        access.save(update_fields=["organization"])
        record(verb="organizations.access_requested", actor=access.user, subject=existing, person=access.user)
        return access
    access.delete()
    if other.status == AccessStatus.ACTIVE:
        return other
    return request_access(user=access.user, organization=existing, actor=access.user)
