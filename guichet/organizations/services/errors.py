"""What the services refuse, as sentences for the screen."""

from __future__ import annotations

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from guichet.core.errors import InvalidState

from ..models import Access


class AlreadyDecided(InvalidState):
    """Somebody else decided first (DESIGN, section 2: one wins, the other is told who and when)."""

    def __init__(self, access: Access) -> None:
        who = str(access.decided_by) if access.decided_by else _("le portail")
        when = date_format(timezone.localtime(access.decided_at), "j F Y, H \\h i") if access.decided_at else ""
        state = access.get_status_display().lower()
        role = f" ({access.get_role_display().lower()})" if access.role else ""
        super().__init__(
            _("Déjà fait : {who} a décidé pour {person} le {when}. L’accès est maintenant « {state}{role} ».").format(
                who=who, person=access.user, when=when, state=state, role=role
            )
        )


class LastManager(InvalidState):
    """A fiche with an active gestionnaire always keeps one."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "C’est la dernière personne gestionnaire de cette fiche. "
                "Nommez d’abord quelqu’un d’autre, ou passez-lui le relais."
            )
        )
