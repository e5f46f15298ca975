"""What the services refuse, as sentences for the screen."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from guichet.core.errors import InvalidState
from guichet.core.templatetags.guichet import moment

from ..enums import ChangeStatus
from ..models import Access, ErrorReport, FicheChange


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


@dataclass(frozen=True)
class Conflict:
    """One field that somebody else changed meanwhile: what it was, what it is now, what was to be written."""

    field: str
    base: Any
    theirs: Any
    yours: Any
    by: str
    at: dt.datetime | None


class EditConflict(Exception):
    """Somebody else changed the same fields since the form was opened. Nothing was written."""

    def __init__(self, conflicts: list[Conflict]) -> None:
        super().__init__(_("Quelqu’un d’autre a modifié la fiche pendant que vous écriviez."))
        self.conflicts = conflicts


class ChangeGone(InvalidState):
    """A proposal that is not waiting any more; says who decided, and when."""

    def __init__(self, change: FicheChange) -> None:
        if change.status == ChangeStatus.REPLACED:
            text = _("Cette proposition a changé depuis : relisez-la avant de décider.")
        elif change.decided_by:
            text = _("{person} s’en est déjà occupé ({state}, {date}).").format(
                person=change.decided_by,
                state=change.get_status_display().lower(),
                date=moment(change.decided_at),
            )
        else:
            text = _("Cette proposition n’attend plus.")
        super().__init__(text)


class ReportGone(InvalidState):
    """A reported error that is not open any more; says who settled it, and when."""

    def __init__(self, report: ErrorReport) -> None:
        super().__init__(
            _("Déjà fait : {who} a réglé cette erreur le {when}.").format(
                who=report.closed_by or _("une personne qui n’est plus ici"), when=moment(report.closed_at)
            )
        )
