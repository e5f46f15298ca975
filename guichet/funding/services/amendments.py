"""What a fiche asks to change once it has its money: asked by a gestionnaire, accepted or refused by the body."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from guichet.core.errors import InvalidState
from guichet.core.events import record
from guichet.core.perms import is_admin
from guichet.core.templatetags.guichet import day, moment

from .. import perms
from ..enums import AmendmentStatus, AmendmentSubject, ApplicationStatus
from ..messages import following as messages
from ..models import Amendment, Application
from ..schema import format_amount
from .base import AlreadyMoved, lock_application, require
from .envelope import excess, lock_call
from .payments import require_followed, spread_grant

# The report is in: what it tells does not change any more.
STILL_CHANGES = (ApplicationStatus.ACCEPTED, ApplicationStatus.REPORT_DUE)


class AmendmentGone(InvalidState):
    """The request is not waiting any more; says who answered, and when."""

    def __init__(self, amendment: Amendment) -> None:
        super().__init__(
            _("Déjà fait : %(who)s, le %(when)s. Cette demande de changement est « %(status)s ».")
            % {
                "who": amendment.decided_by or _("une personne qui n’est plus ici"),
                "when": moment(amendment.decided_at),
                "status": amendment.get_status_display().lower(),
            }
        )


@transaction.atomic
def ask_amendment(
    *,
    application: Application,
    subject: AmendmentSubject,
    text: str,
    actor,
    amount: Decimal | None = None,
    ends_on: dt.date | None = None,
) -> Amendment:
    """Ask to change the amount, the dates or the project, and why.

    Raises PermissionDenied, AlreadyMoved, or InvalidState: another request waits, or what is asked for is missing.
    """
    application = lock_application(application)
    require(perms.can_ask_amendment(actor, application))
    if application.status not in STILL_CHANGES:
        raise AlreadyMoved(application)
    if application.amendments.waiting().exists():
        raise InvalidState(_("Une demande de changement attend déjà une réponse. Retirez-la pour en faire une autre."))
    if not text.strip():
        raise InvalidState(_("Écrivez ce qui change et pourquoi."))
    if subject == AmendmentSubject.AMOUNT and not amount:
        raise InvalidState(_("Inscrivez le montant que vous demandez maintenant."))
    if subject == AmendmentSubject.DATES and not ends_on:
        raise InvalidState(_("Inscrivez la nouvelle date de fin du projet."))
    amendment = Amendment.objects.create(
        application=application,
        subject=subject,
        amount=amount if subject == AmendmentSubject.AMOUNT else None,
        ends_on=ends_on if subject == AmendmentSubject.DATES else None,
        text=text.strip(),
        asked_by=actor,
    )
    _record("asked", amendment, actor)
    messages.amendment_asked(amendment)
    return amendment


def lock_amendment(amendment: Amendment) -> Amendment:
    """The request as it is now, locked after its application and its fiche."""
    application = lock_application(amendment.application)
    locked = Amendment.objects.select_for_update(of=("self",)).select_related("decided_by").get(pk=amendment.pk)
    locked.application = application
    return locked


def _record(verb: str, amendment: Amendment, actor, **data: str) -> None:
    record(
        verb=f"funding.amendment_{verb}",
        actor=actor,
        subject=amendment.application,
        reason=amendment.answer or amendment.text,
        data={"what": amendment.get_subject_display().lower(), **data},
    )


def _end(amendment: Amendment, status: AmendmentStatus, answer: str, actor) -> None:
    amendment.status = status
    amendment.answer = answer.strip()
    amendment.decided_by = actor
    amendment.decided_at = timezone.now()
    amendment.save()


@transaction.atomic
def withdraw_amendment(*, amendment: Amendment, actor) -> Amendment:
    """Take the request back. Raises PermissionDenied, or AmendmentGone when it was answered."""
    amendment = lock_amendment(amendment)
    require(perms.can_ask_amendment(actor, amendment.application))
    if not amendment.is_waiting:
        raise AmendmentGone(amendment)
    _end(amendment, AmendmentStatus.WITHDRAWN, "", actor)
    _record("withdrawn", amendment, actor)
    return amendment


@transaction.atomic
def refuse_amendment(*, amendment: Amendment, answer: str, actor) -> Amendment:
    """No, and why: what was agreed stands. Raises InvalidState without a reason, AmendmentGone."""
    amendment = lock_amendment(amendment)
    require_followed(amendment.application, actor)
    if not amendment.is_waiting:
        raise AmendmentGone(amendment)
    if not answer.strip():
        raise InvalidState(_("Écrivez pourquoi : l’organisme le lira."))
    _end(amendment, AmendmentStatus.REFUSED, answer, actor)
    _record("refused", amendment, actor)
    messages.amendment_decided(amendment)
    return amendment


@transaction.atomic
def accept_amendment(
    *,
    amendment: Amendment,
    actor,
    answer: str = "",
    amount: Decimal | None = None,
    report_due_on: dt.date | None = None,
) -> Amendment:
    """Yes: the amount granted and the unpaid payments, or the report's date, become what is said here.

    Raises PermissionDenied, AlreadyMoved, AmendmentGone, or InvalidState: less than what was paid, more than before
    without being an admin, more than the call's maximum or its envelope.
    """
    amendment = lock_amendment(amendment)
    application = amendment.application
    require_followed(application, actor)
    if not amendment.is_waiting:
        raise AmendmentGone(amendment)
    if amendment.subject == AmendmentSubject.AMOUNT:
        amendment.before, amendment.after = _change_amount(application, amount or amendment.amount, actor)
    elif amendment.subject == AmendmentSubject.DATES:
        amendment.before, amendment.after = _change_dates(application, report_due_on or amendment.ends_on)
    else:
        amendment.before, amendment.after = _("ce qui était convenu"), _("ce qui est demandé")
    _end(amendment, AmendmentStatus.ACCEPTED, answer, actor)
    _record("accepted", amendment, actor, before=amendment.before, after=amendment.after)
    messages.amendment_decided(amendment)
    return amendment


def _change_amount(application: Application, amount: Decimal, actor) -> tuple[str, str]:
    before = application.granted
    paid = application.payments.paid().total()
    if amount < paid:
        raise InvalidState(
            _("%(paid)s est déjà payé : le montant ne peut pas être plus bas. Demandez plutôt un remboursement.")
            % {"paid": format_amount(paid)}
        )
    if amount > before:
        if not is_admin(actor):
            raise InvalidState(
                _("Seul un administrateur peut accorder plus que les %(before)s convenus.")
                % {"before": format_amount(before)}
            )
        _require_in_envelope(application, amount - before)
    application.granted = amount
    application.save(update_fields=["granted"])
    spread_grant(application)
    return format_amount(before), format_amount(amount)


def _require_in_envelope(application: Application, more: Decimal) -> None:
    """Raise InvalidState past the call's maximum, or when its envelope has less left.

    The call is locked, so that two raises are counted one by one; what prepared decisions hold is taken.
    """
    call = lock_call(application.call_id)
    if call.max_amount is not None and application.granted + more > call.max_amount:
        raise InvalidState(
            _("Le montant dépasse le maximum de l’appel : %(amount)s.") % {"amount": format_amount(call.max_amount)}
        )
    over = excess(call, more)
    if over:
        raise InvalidState(
            _("L’enveloppe de l’appel n’a plus que %(left)s.") % {"left": format_amount(max(more - over, Decimal(0)))}
        )


def _change_dates(application: Application, report_due_on: dt.date) -> tuple[str, str]:
    before = application.report_due_on
    application.report_due_on = report_due_on
    application.save(update_fields=["report_due_on"])
    return day(before) or _("aucune date"), day(report_due_on)


def proposed_report_date(amendment: Amendment) -> dt.date | None:
    """The report's date that follows from the end of the project that is asked for."""
    if amendment.ends_on is None:
        return None
    return amendment.ends_on + dt.timedelta(days=amendment.application.call.report_days)


def may_change(application: Application) -> bool:
    """Something of it can still be asked to change: granted, its report not in, nothing waiting."""
    return application.status in STILL_CHANGES and not application.amendments.waiting().exists()
