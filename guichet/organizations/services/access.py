"""Asking for an access, deciding, and what happens to it afterwards."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from guichet.core.errors import InvalidState
from guichet.core.events import record
from guichet.core.perms import is_agent

from .. import messages, perms
from ..enums import ACCESS_TRANSITIONS, AccessStatus, OrganizationStatus, Role
from ..models import Access, Invitation, Organization
from .base import (
    has_confirmed_email,
    has_manager,
    keep_a_manager,
    lock_access,
    lock_organization,
    require,
    start_clock,
    stop_clock,
)
from .errors import AlreadyDecided

# Each request writes to the whole staff: more open ones than this is no volunteer.
MAX_OPEN_REQUESTS = 8
# A visit is noted once in this long: the page that notes it costs one query more.
VISIT_NOTED_EVERY = dt.timedelta(hours=12)


def _move(access: Access, status: AccessStatus) -> None:
    """Take a transition of the table, or say that somebody was faster."""
    if status not in ACCESS_TRANSITIONS[AccessStatus(access.status)]:
        raise AlreadyDecided(access)
    access.status = status


def _decide(access: Access, *, status: AccessStatus, actor, role: str | None = None, reason: str = "") -> None:
    _move(access, status)
    if role is not None:
        access.role = role
    access.decided_at = timezone.now()
    access.decided_by = actor
    access.reason = reason
    access.due_at = access.time_left = access.asked_at = None
    access.save()


@transaction.atomic
def request_access(*, user, organization: Organization, actor, invitation: Invitation | None = None) -> Access:
    """Ask for an access. Asking twice is once; who was refused or deactivated comes back as a request without a role.

    Raises InvalidState when the person is in already, or when the fiche takes nobody.
    """
    organization = lock_organization(organization.pk)
    if organization.status not in {OrganizationStatus.ACTIVE, OrganizationStatus.REQUESTED}:
        raise InvalidState(_("Cette fiche n’est plus en service : écrivez-nous."))
    access = Access.objects.select_for_update(of=("self",)).filter(user=user, organization=organization).first()
    if access is None:
        if invitation is None and Access.objects.requested().filter(user=user).count() >= MAX_OPEN_REQUESTS:
            raise InvalidState(_("Plusieurs de vos demandes attendent déjà une réponse : écrivez-nous."))
        access = Access(user=user, organization=organization)
        verb = "organizations.access_requested"
    elif access.status == AccessStatus.ACTIVE:
        raise InvalidState(_("Vous avez déjà accès à cette fiche."))
    elif access.status == AccessStatus.REQUESTED:
        if invitation is not None and access.invitation_id is None:
            access.invitation = invitation
            access.organization = organization
            access.save(update_fields=["invitation"])
            if has_confirmed_email(user) and has_manager(organization):
                messages.user_to_approve(access)
        return access
    else:
        _move(access, AccessStatus.REQUESTED)
        access.is_return = True
        verb = "organizations.access_requested_again"
    access.organization = organization
    access.role = ""
    access.invitation = invitation
    access.requested_at = timezone.now()
    access.decided_at = access.decided_by = access.due_at = access.time_left = access.asked_at = None
    access.reason = access.question = access.answer = ""
    confirmed = has_confirmed_email(user)
    if confirmed:
        start_clock(access)
    access.save()
    record(verb=verb, actor=actor, subject=organization, person=user)
    if confirmed:
        _announce(access)
    return access


def _announce(access: Access) -> None:
    """Tell the person that we have it, and whoever decides that it is there."""
    messages.request_received(access)
    if access.invitation_id is not None and has_manager(access.organization):
        messages.user_to_approve(access)
    else:
        messages.request_to_decide(access)


@transaction.atomic
def note_email_confirmed(*, user, email: str) -> None:
    """The person confirmed an address: what they asked for can be answered, and the promised delay begins."""
    record(verb="accounts.email_confirmed", actor=user, person=user, data={"email": email})
    waiting = Access.objects.requested().filter(user=user, due_at__isnull=True, asked_at__isnull=True)
    for access in waiting.order_by("organization_id"):
        locked = lock_access(access)
        start_clock(locked)
        locked.save(update_fields=["due_at", "time_left"])
        _announce(locked)


@transaction.atomic
def approve_access(*, access: Access, role: str, actor) -> Access:
    """Approve a request with a role; the first person of a fiche becomes its gestionnaire (DESIGN, step 4).

    Raises PermissionDenied, AlreadyDecided, or InvalidState when the address is not confirmed, or the fiche
    itself not approved.
    """
    access = lock_access(access)
    require(perms.can_decide_access(actor, access))
    if access.status != AccessStatus.REQUESTED:
        raise AlreadyDecided(access)
    _require_fiche_decided(access.organization)
    if not access.organization.is_active:
        raise InvalidState(_("Cette fiche n’est plus en service : remettez-la d’abord en service, ou refusez."))
    if not has_confirmed_email(access.user):
        raise InvalidState(_("Cette personne n’a pas encore confirmé son adresse courriel."))
    require_first_is_manager(access.organization, role)
    access.is_return = False
    _decide(access, status=AccessStatus.ACTIVE, role=Role(role), actor=actor)
    record(
        verb="organizations.access_approved",
        actor=actor,
        subject=access.organization,
        person=access.user,
        data={"role": access.get_role_display().lower()},
    )
    messages.approved(access)
    return access


def _require_fiche_decided(organization: Organization) -> None:
    if organization.status == OrganizationStatus.REQUESTED:
        raise InvalidState(_("Décidez d’abord de la fiche demandée."))


def require_first_is_manager(organization: Organization, role: str) -> None:
    """Raise InvalidState when a fiche without gestionnaire would get somebody else first."""
    if role != Role.MANAGER and not has_manager(organization):
        raise InvalidState(_("Cette fiche n’a pas de gestionnaire : la première personne approuvée le devient."))


@transaction.atomic
def refuse_access(*, access: Access, reason: str, actor) -> Access:
    """Refuse a request, with the reason that the person will read. Raises as `approve_access` does."""
    access = lock_access(access)
    require(perms.can_decide_access(actor, access))
    if access.status != AccessStatus.REQUESTED:
        raise AlreadyDecided(access)
    _require_fiche_decided(access.organization)
    _decide(access, status=AccessStatus.REFUSED, actor=actor, reason=_required(reason))
    record(
        verb="organizations.access_refused",
        actor=actor,
        subject=access.organization,
        person=access.user,
        reason=access.reason,
    )
    messages.refused(access)
    return access


def _required(reason: str) -> str:
    if not reason.strip():
        raise InvalidState(_("Écrivez le motif : la personne le lira."))
    return reason.strip()


@transaction.atomic
def ask_details(*, access: Access, question: str, actor) -> Access:
    """Ask the person something before deciding; the promised delay stands still until the answer."""
    access = lock_access(access)
    require(is_agent(actor))
    if access.status != AccessStatus.REQUESTED:
        raise AlreadyDecided(access)
    if access.waits_for_person:
        raise InvalidState(_("Une question attend déjà la réponse de cette personne."))
    if not question.strip():
        raise InvalidState(_("Écrivez votre question."))
    stop_clock(access)
    access.question = question.strip()
    access.answer = ""
    access.asked_at = timezone.now()
    access.save()
    record(
        verb="organizations.details_asked",
        actor=actor,
        subject=access.organization,
        person=access.user,
        reason=access.question,
    )
    messages.details_asked(access)
    return access


@transaction.atomic
def answer_details(*, access: Access, answer: str, actor) -> Access:
    """Answer the body's question; the promised delay runs again."""
    access = lock_access(access)
    require(actor == access.user)
    if access.status != AccessStatus.REQUESTED or not access.waits_for_person:
        raise InvalidState(_("Votre réponse nous est déjà parvenue."))
    if not answer.strip():
        raise InvalidState(_("Écrivez votre réponse."))
    access.answer = answer.strip()
    access.asked_at = None
    if has_confirmed_email(access.user):
        start_clock(access)
    access.save()
    record(
        verb="organizations.details_given",
        actor=actor,
        subject=access.organization,
        person=access.user,
        reason=access.answer,
    )
    messages.details_given(access)
    return access


@transaction.atomic
def deactivate_access(*, access: Access, actor, reason: str = "") -> Access:
    """End an access, or leave a fiche; it holds from the person's next request on.

    Raises PermissionDenied, AlreadyDecided, LastManager.
    """
    access = lock_access(access)
    require(perms.can_deactivate(actor, access))
    if access.status != AccessStatus.ACTIVE:
        raise AlreadyDecided(access)
    keep_a_manager(access)
    _decide(access, status=AccessStatus.DEACTIVATED, actor=actor, reason=reason.strip())
    left = actor == access.user
    record(
        verb="organizations.access_left" if left else "organizations.access_deactivated",
        actor=actor,
        subject=access.organization,
        person=access.user,
        reason=access.reason,
    )
    if not left:
        messages.deactivated(access)
    return access


@transaction.atomic
def reactivate_access(*, access: Access, role: str, actor) -> Access:
    """Give back a deactivated access, with a role chosen now. Raises as `change_role` does."""
    access = lock_access(access)
    require(perms.can_reactivate(actor, access))
    if access.status != AccessStatus.DEACTIVATED:
        raise AlreadyDecided(access)
    require_first_is_manager(access.organization, role)
    _decide(access, status=AccessStatus.ACTIVE, role=Role(role), actor=actor)
    record(
        verb="organizations.access_reactivated",
        actor=actor,
        subject=access.organization,
        person=access.user,
        data={"role": access.get_role_display().lower()},
    )
    messages.reactivated(access)
    return access


@transaction.atomic
def change_role(*, access: Access, role: str, actor) -> Access:
    """Change somebody's role; to the role they have already, nothing happens.

    Raises PermissionDenied (one's own role never rises), AlreadyDecided, LastManager.
    """
    access = lock_access(access)
    require(perms.can_change_role(actor, access, role))
    if access.status != AccessStatus.ACTIVE:
        raise AlreadyDecided(access)
    if access.role == role:
        return access
    if role != Role.MANAGER:
        keep_a_manager(access)
    old_role = access.get_role_display().lower()
    access.role = Role(role)
    access.save(update_fields=["role"])
    record(
        verb="organizations.role_changed",
        actor=actor,
        subject=access.organization,
        person=access.user,
        data={"old_role": old_role, "role": access.get_role_display().lower()},
    )
    if actor != access.user:
        messages.role_changed(access)
    return access


@transaction.atomic
def hand_over(*, access: Access, successor: Access, actor) -> Access:
    """A gestionnaire leaves and names who follows, in one step; return the successor's access.

    The successor, active at the same fiche, becomes gestionnaire; the open invitations change hands; the
    leaving access ends. Raises PermissionDenied, AlreadyDecided, InvalidState.
    """
    access = lock_access(access)
    successor = lock_access(successor)
    require(access.is_manager and (actor == access.user or is_agent(actor)))
    require(successor.organization_id == access.organization_id)
    if successor.pk == access.pk or successor.status != AccessStatus.ACTIVE or not successor.user.is_active:
        raise InvalidState(_("Choisissez une autre personne, dont l’accès est actif."))
    if successor.role != Role.MANAGER:
        successor.role = Role.MANAGER
        successor.save(update_fields=["role"])
    finish_handover(leaving=access, successor=successor, actor=actor)
    messages.handed_over(successor, leaving=access.user)
    return successor


def finish_handover(*, leaving: Access, successor: Access, actor) -> None:
    """Pass what was the leaving person's to the successor and end their access, in the caller's transaction."""
    leaving.organization.invitations.filter(invited_by=leaving.user, closed_at__isnull=True).update(
        invited_by=successor.user
    )
    _decide(leaving, status=AccessStatus.DEACTIVATED, actor=actor)
    record(verb="organizations.handed_over", actor=leaving.user, subject=leaving.organization, person=successor.user)


def activate_invited(*, access: Access, role: str, inviter) -> None:
    """Open an access whose role was decided with the invitation, in the caller's transaction."""
    access.status = AccessStatus.ACTIVE
    access.role = Role(role)
    access.decided_at = timezone.now()
    access.decided_by = inviter
    access.save()
    record(
        verb="organizations.access_approved",
        actor=inviter,
        subject=access.organization,
        person=access.user,
        data={"role": access.get_role_display().lower()},
    )
    messages.approved(access)
    messages.joined(access)


def note_visit(access: Access, *, now: dt.datetime | None = None) -> None:
    """Remember that the person came, at most once in twelve hours: silence is what staff look for."""
    now = now or timezone.now()
    if access.last_used_at is None or access.last_used_at < now - VISIT_NOTED_EVERY:
        Access.objects.filter(pk=access.pk).update(last_used_at=now)
