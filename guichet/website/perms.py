"""Who may read what on the public site (DESIGN, section 2)."""

from __future__ import annotations

from guichet.core.perms import is_agent
from guichet.organizations.enums import OrganizationStatus
from guichet.organizations.models import Access


def can_read_client_documents(user) -> bool:
    """« Client documents »: people with an active access, and staff; a pending request opens nothing yet."""
    if is_agent(user):
        return True
    if not user.is_authenticated:
        return False
    return Access.objects.active().filter(user=user, organization__status=OrganizationStatus.ACTIVE).exists()
