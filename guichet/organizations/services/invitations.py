"""Inviting, and what becomes of an invitation."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass
from enum import Enum

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from guichet.accounts.emails import clean_email
from guichet.core.errors import InvalidState
from guichet.core.events import record
from guichet.core.models import Event

from .. import messages, perms
from ..enums import AccessStatus, InvitationStatus, Role
from ..models import Access, Invitation, Organization
from .access import activate_invited, finish_handover, request_access
from .base import has_manager, lock_organization, require, require_same_fiche

# A fiche has some ten people: more open invitations than this is somebody sending advertising.
MAX_OPEN_INVITATIONS = 50
# Links to one address in a day, first and repeated ones together: an invitation must not become harassment.
MAX_LINKS_A_DAY = 5


class Outcome(Enum):
    """What became of one address of a batch."""

    SENT = "sent"
    ALREADY_INVITED = "already_invited"
    ALREADY_MEMBER = "already_member"
    AWAITS_APPROVAL = "awaits_approval"


@dataclass(frozen=True)
class Invited:
    """One address and its outcome."""

    email: str
    outcome: Outcome


def hash_token(token: str) -> str:
    """What the database keeps of a link's token."""
    return hashlib.sha256(token.encode()).hexdigest()


def find_invitation(token: str) -> Invitation | None:
    """The invitation of a link, whatever its status; None for a forged or replaced one."""
    return (
        Invitation.objects.filter(token_hash=hash_token(token))
        .select_related("organization", "invited_by", "accepted_by")
        .first()
    )


def _require_not_too_many(organization: Organization, email: str) -> None:
    sent = Event.objects.about(organization).filter(
        verb__in=["organizations.invitation_sent", "organizations.invitation_resent"],
        at__gte=timezone.now() - dt.timedelta(days=1),
        data__email=email,
    )
    if sent.count() >= MAX_LINKS_A_DAY:
        raise InvalidState(
            _("%(email)s a déjà reçu plusieurs liens aujourd’hui : attendez demain.") % {"email": email}
        )


def _renew(invitation: Invitation) -> str:
    """Give the invitation a new link and fourteen days; the caller saves."""
    _require_not_too_many(invitation.organization, invitation.email)
    token = secrets.token_urlsafe(32)
    invitation.token_hash = hash_token(token)
    invitation.sent_at = timezone.now()
    invitation.expires_at = invitation.sent_at + dt.timedelta(days=settings.INVITATION_DAYS)
    return token


def _close(invitation: Invitation, status: InvitationStatus) -> None:
    invitation.status = status
    invitation.closed_at = timezone.now()
    invitation.save(update_fields=["status", "closed_at", "accepted_by"])


@transaction.atomic
def invite(
    *,
    organization: Organization,
    emails: list[str],
    actor,
    role: str = "",
    word: str = "",
    replaces: Access | None = None,
) -> list[Invited]:
    """Invite several addresses; an address that is in, asked, or invited already gets nothing twice.

    ``role`` decided in advance spares the second approval. Raises PermissionDenied; InvalidState past fifty
    open invitations; ValidationError for an address that is none.
    """
    organization = lock_organization(organization.pk)
    require(perms.can_manage_users(actor, organization))
    if not organization.is_active:
        raise InvalidState(_("Cette fiche n’est plus en service : écrivez-nous."))
    addresses = list(dict.fromkeys(clean_email(email) for email in emails))
    if organization.invitations.filter(status=InvitationStatus.SENT).count() + len(addresses) > MAX_OPEN_INVITATIONS:
        raise InvalidState(
            _("Trop d’invitations sont en attente. Annulez celles qui ne servent plus, puis recommencez.")
        )
    return [
        _invite_one(organization=organization, email=email, actor=actor, role=role, word=word, replaces=replaces)
        for email in addresses
    ]


def _invite_one(*, organization: Organization, email: str, actor, role: str, word: str, replaces) -> Invited:
    access = organization.accesses.filter(user__email=email).first()
    if access is not None and access.status == AccessStatus.ACTIVE:
        return Invited(email, Outcome.ALREADY_MEMBER)
    if access is not None and access.status == AccessStatus.REQUESTED:
        return Invited(email, Outcome.AWAITS_APPROVAL)
    open_one = organization.invitations.filter(email=email, status=InvitationStatus.SENT).first()
    if open_one is not None:
        if open_one.is_open:
            return Invited(email, Outcome.ALREADY_INVITED)
        _close(open_one, InvitationStatus.EXPIRED)
    invitation = Invitation(
        organization=organization,
        email=email,
        role=Role(role) if role else "",
        word=word.strip(),
        invited_by=actor,
        replaces=replaces,
    )
    token = _renew(invitation)
    invitation.save()
    record(verb="organizations.invitation_sent", actor=actor, subject=organization, data={"email": email})
    messages.invited(invitation, token=token)
    return Invited(email, Outcome.SENT)


def _lock(invitation: Invitation) -> Invitation:
    organization = lock_organization(invitation.organization_id)
    locked = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("invited_by", "accepted_by", "replaces")
        .get(pk=invitation.pk)
    )
    require_same_fiche(locked, organization)
    locked.organization = organization
    return locked


def require_sent(invitation: Invitation) -> None:
    """Raise InvalidState, saying why, unless the invitation still waits for an answer."""
    if invitation.status == InvitationStatus.ACCEPTED:
        raise InvalidState(_("Cette invitation a déjà servi."))
    if invitation.status == InvitationStatus.CANCELLED:
        raise InvalidState(_("Cette invitation a été annulée."))
    if invitation.status == InvitationStatus.EXPIRED:
        raise InvalidState(_("Cette invitation a expiré."))


@transaction.atomic
def resend_invitation(*, invitation: Invitation, actor) -> Invitation:
    """Send a new link, good for fourteen days; the older link stops working."""
    invitation = _lock(invitation)
    require(perms.can_cancel_invitation(actor, invitation))
    require_sent(invitation)
    token = _renew(invitation)
    invitation.save(update_fields=["token_hash", "sent_at", "expires_at"])
    record(
        verb="organizations.invitation_resent",
        actor=actor,
        subject=invitation.organization,
        data={"email": invitation.email},
    )
    messages.invited(invitation, token=token)
    return invitation


@transaction.atomic
def cancel_invitation(*, invitation: Invitation, actor) -> Invitation:
    """Take an invitation back; its link stops working."""
    invitation = _lock(invitation)
    require(perms.can_cancel_invitation(actor, invitation))
    require_sent(invitation)
    _close(invitation, InvitationStatus.CANCELLED)
    record(
        verb="organizations.invitation_cancelled",
        actor=actor,
        subject=invitation.organization,
        data={"email": invitation.email},
    )
    return invitation


def is_for(invitation: Invitation, user) -> bool:
    """Whether the person owns the invited address, and proved it."""
    return EmailAddress.objects.filter(user=user, email=invitation.email, verified=True).exists()


@transaction.atomic
def accept_invitation(*, invitation: Invitation, actor) -> Access:
    """The invited person says yes; return their access, active or awaiting approval.

    The role decided in advance holds only when whoever decided it still may, and never for somebody who was
    refused or deactivated here: they come back as a request (les-emplois had to close that hole, pull request
    5430). Raises PermissionDenied for another address, InvalidState for an invitation that is over.
    """
    invitation = _lock(invitation)
    require(is_for(invitation, actor))
    if invitation.status == InvitationStatus.ACCEPTED and invitation.accepted_by == actor:
        return Access.objects.get(user=actor, organization=invitation.organization)
    require_sent(invitation)
    if not invitation.is_open:
        raise InvalidState(_("Cette invitation a expiré."))
    organization = invitation.organization
    former = Access.objects.filter(user=actor, organization=organization).first()
    invitation.accepted_by = actor
    _close(invitation, InvitationStatus.ACCEPTED)
    record(
        verb="organizations.invitation_accepted",
        actor=actor,
        subject=organization,
        person=actor,
        data={"email": invitation.email},
    )
    if former is not None and former.status == AccessStatus.ACTIVE:
        return former
    is_new_here = former is None or (former.status == AccessStatus.REQUESTED and not former.is_return)
    if is_new_here and _role_still_holds(invitation, actor):
        access = former or Access(user=actor, organization=organization)
        access.invitation = invitation
        access.due_at = access.time_left = access.asked_at = None
        access.organization = organization
        activate_invited(access=access, role=invitation.role, inviter=invitation.invited_by)
        _finish_handover_of(invitation, access)
        return access
    return request_access(user=actor, organization=organization, actor=actor, invitation=invitation)


def _role_still_holds(invitation: Invitation, actor) -> bool:
    inviter, organization = invitation.invited_by, invitation.organization
    if not invitation.role or inviter is None or inviter == actor or not organization.is_active:
        return False
    if not perms.can_manage_users(inviter, organization):
        return False
    return invitation.role == Role.MANAGER or has_manager(organization)


def _finish_handover_of(invitation: Invitation, successor: Access) -> None:
    leaving = invitation.replaces
    if leaving is None or leaving.status != AccessStatus.ACTIVE or successor.role != Role.MANAGER:
        return
    leaving = Access.objects.select_related("user", "organization").get(pk=leaving.pk)
    finish_handover(leaving=leaving, successor=successor, actor=leaving.user)


@transaction.atomic
def expire_invitations(*, now: dt.datetime | None = None) -> int:
    """Close the invitations past their date; return how many."""
    now = now or timezone.now()
    expired = Invitation.objects.select_for_update(of=("self",)).filter(
        status=InvitationStatus.SENT, expires_at__lte=now
    )
    count = 0
    for invitation in expired.select_related("organization"):
        _close(invitation, InvitationStatus.EXPIRED)
        record(
            verb="organizations.invitation_expired",
            actor=None,
            subject=invitation.organization,
            data={"email": invitation.email},
        )
        count += 1
    return count
