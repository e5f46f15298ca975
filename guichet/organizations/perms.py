"""Who may do what at a fiche (DESIGN, section 2): small predicates, used by services, views and templates alike.

Each takes the person first. `Access` objects are expected with their organization and user at hand.
"""

from __future__ import annotations

from collections.abc import Collection

from guichet.core.perms import is_admin, is_agent

from .content import FIELDS
from .models import Access, ErrorReport, FicheChange, Invitation, Organization, SavedFilter


def access_of(user, organization: Organization) -> Access | None:
    """The person's access to the fiche, whatever its status."""
    if not user.is_authenticated:
        return None
    return Access.objects.filter(user=user, organization=organization).select_related("organization").first()


def is_active_manager(user, organization: Organization) -> bool:
    """A gestionnaire of this fiche, active, at a fiche in service."""
    access = access_of(user, organization)
    return user.is_active and access is not None and access.is_manager


def can_manage_users(user, organization: Organization) -> bool:
    """Invite, change roles, deactivate, reactivate: the fiche's gestionnaires, and staff."""
    return is_agent(user) or is_active_manager(user, organization)


def can_decide_access(user, access: Access) -> bool:
    """Approve or refuse a request. Staff: any. Gestionnaires: those of invited people. Nobody: their own."""
    if user == access.user:
        return False
    if is_agent(user):
        return True
    return access.invitation_id is not None and is_active_manager(user, access.organization)


def can_change_role(user, access: Access, role: str) -> bool:
    """Change somebody's role; one's own only downwards."""
    if not can_manage_users(user, access.organization):
        return False
    return user != access.user or role != "manager"


def can_deactivate(user, access: Access) -> bool:
    """Take away an access; everybody may leave."""
    return user == access.user or can_manage_users(user, access.organization)


def can_reactivate(user, access: Access) -> bool:
    """Give back an access; never one's own."""
    return user != access.user and can_manage_users(user, access.organization)


def can_cancel_invitation(user, invitation: Invitation) -> bool:
    """Cancel or send again."""
    return can_manage_users(user, invitation.organization)


def can_ask_access(user) -> bool:
    """Ask for an access to a fiche: clients; staff see every fiche already (DESIGN, section 2)."""
    return user.is_authenticated and not is_agent(user)


def can_confirm_people(user, organization: Organization) -> bool:
    """Answer « toujours les bonnes personnes? »."""
    return is_active_manager(user, organization)


def can_edit_fiche(user, organization: Organization) -> bool:
    """Change the fiche, or propose to, while it is in service: its active people, and staff."""
    if is_agent(user):
        return organization.is_active
    access = access_of(user, organization)
    return user.is_active and access is not None and access.is_active


def can_set_fields(user, fields: Collection[str]) -> bool:
    """Change these fields of a fiche that one edits, or propose to: those that the body keeps, its staff alone."""
    return is_agent(user) or not any(name in FIELDS and FIELDS[name].kept_by_body for name in fields)


def can_publish_field(user, organization: Organization, field: str, reserved: Collection[str]) -> bool:
    """Make a value of this field public at once: staff any; gestionnaires those that the body does not reserve."""
    if is_agent(user):
        return True
    return field not in reserved and is_active_manager(user, organization)


def can_decide_change(user, change: FicheChange, reserved: Collection[str]) -> bool:
    """Approve or refuse a proposal: whoever could publish it."""
    return can_publish_field(user, change.organization, change.field, reserved)


def can_withdraw_change(user, change: FicheChange) -> bool:
    """Take a proposal back: who made it, and whoever answers for the fiche."""
    if user.is_authenticated and change.proposed_by_id == user.pk:
        return can_edit_fiche(user, change.organization)
    return can_manage_users(user, change.organization)


def can_confirm_content(user, organization: Organization) -> bool:
    """Say that the fiche is still true: its gestionnaires."""
    return is_active_manager(user, organization)


def can_close_report(user, report: ErrorReport) -> bool:
    """Say that a reported error is settled: the fiche's gestionnaires, and staff."""
    return is_agent(user) or is_active_manager(user, report.organization)


def can_reopen_report(user) -> bool:
    """Say that it is not settled after all: staff."""
    return is_agent(user)


def can_change_filter(user, saved: SavedFilter) -> bool:
    """Rename a saved filter, share it, delete it: whose it is, and admins, who keep the team's in order."""
    return is_admin(user) or (is_agent(user) and saved.owner_id == user.pk)
