"""What every service of this app does first: lock, look at the state and the actor."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from guichet.core.errors import InvalidState
from guichet.organizations.services.base import lock_organization, require_same_fiche

from ..enums import APPLICATION_TRANSITIONS, ApplicationStatus
from ..models import Application, Dossier


class AlreadyMoved(InvalidState):
    """The application is not in the state that the actor saw: says which one it is in now."""

    def __init__(self, application: Application) -> None:
        super().__init__(
            _("Cette demande a changé d’état entre-temps : elle est maintenant « %(status)s ».")
            % {"status": application.get_status_display()}
        )


def require(allowed: bool) -> None:
    """Raise PermissionDenied unless the actor may."""
    if not allowed:
        raise PermissionDenied


def lock_application(application: Application) -> Application:
    """The application as it is now, locked after its fiche: always in this order, so that nobody waits for each other.

    Raises InvalidState when its fiche was merged while we waited.
    """
    organization = lock_organization(application.organization_id)
    locked = (
        Application.objects.select_for_update(of=("self",))
        .select_related("call__program", "form_version")
        .filter(pk=application.pk)
        .first()
    )
    require_same_fiche(locked, organization)
    locked.organization = organization
    return locked


def move(application: Application, status: ApplicationStatus) -> None:
    """Take a transition of the table, or say what became of it meanwhile; the caller saves."""
    if status not in APPLICATION_TRANSITIONS[ApplicationStatus(application.status)]:
        raise AlreadyMoved(application)
    application.status = status


def dossier_of(application: Application) -> Dossier:
    """The application as the subject of what staff alone read: such an event reaches no page of the fiche."""
    return Dossier(pk=application.pk, title=application.title, call=application.call)
