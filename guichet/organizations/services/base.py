"""What every service of this app does first: lock, look at the state and the actor, know the promised delay."""

from __future__ import annotations

import datetime as dt

from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from guichet.core import promise
from guichet.core.errors import InvalidState
from guichet.core.models import SiteSettings

from ..enums import AccessStatus, Role
from ..models import Access, Organization
from .errors import LastManager


def lock_organization(organization_id: int) -> Organization:
    """Lock the fiche: decisions about its people come one after the other, in whatever process."""
    return Organization.objects.select_for_update(of=("self",)).select_related("municipality").get(pk=organization_id)


def lock_access(access: Access) -> Access:
    """The access as it is now, locked after its fiche: always in this order, so that nobody waits for each other.

    Raises InvalidState when its fiche was merged while we waited.
    """
    organization = lock_organization(access.organization_id)
    locked = (
        Access.objects.select_for_update(of=("self",))
        .select_related("user", "decided_by", "invitation")
        .filter(pk=access.pk)
        .first()
    )
    require_same_fiche(locked, organization)
    locked.organization = organization
    return locked


def require_same_fiche(row: models.Model | None, organization: Organization) -> None:
    """Raise InvalidState when a row of the fiche followed a merge while we waited for the lock."""
    if row is None or row.organization_id != organization.pk:
        raise InvalidState(
            _("Cette fiche vient d’être fusionnée, ou sa fusion annulée : rechargez la page, puis recommencez.")
        )


def require(allowed: bool) -> None:
    """Raise PermissionDenied unless the actor may."""
    if not allowed:
        raise PermissionDenied


def has_confirmed_email(user) -> bool:
    """Whether the person has proved that the address is theirs."""
    return EmailAddress.objects.filter(user=user, verified=True).exists()


def keep_a_manager(access: Access) -> None:
    """Raise LastManager when this access is the fiche's only active gestionnaire."""
    if access.status == AccessStatus.ACTIVE and access.role == Role.MANAGER:
        others = Access.objects.filter(organization_id=access.organization_id).active_managers().exclude(pk=access.pk)
        if not others.exists():
            raise LastManager


def has_manager(organization: Organization) -> bool:
    """Whether somebody is in charge of the fiche."""
    return organization.accesses.active_managers().exists()


def start_clock(access: Access, *, now: dt.datetime | None = None) -> None:
    """Let the promised delay run (again) from ``now``; the caller saves."""
    body = SiteSettings.load()
    left = access.time_left if access.time_left is not None else promise.promised_duration(body)
    access.due_at = promise.add_counted_time(now or timezone.now(), left, body)
    access.time_left = None


def stop_clock(access: Access, *, now: dt.datetime | None = None) -> None:
    """Stop the promised delay while the body waits for the person; the caller saves."""
    if access.due_at is not None:
        access.time_left = promise.counted_time_between(now or timezone.now(), access.due_at, SiteSettings.load())
        access.due_at = None
