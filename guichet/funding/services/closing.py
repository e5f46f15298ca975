"""The end: what the real costs justify, what is given back, and the application is closed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from guichet.core.errors import InvalidState
from guichet.core.events import record

from ..enums import ApplicationStatus
from ..messages import following as messages
from ..models import Application, Recovery
from ..models.following import CENT
from ..schema import format_amount
from .base import lock_application, move
from .payments import require_followed
from .reports import report_of, verdict_of_report

NOTHING = Decimal("0.00")
WHOLE = Decimal(100)


@dataclass(frozen=True)
class Settlement:
    """What the report's real budget says of the money.

    ``share``: the percent of the eligible costs that the call pays; ``justified``: what they call for, at most what
    was granted; ``unspent``: the rest of it; ``to_recover``: what was paid beyond what is justified.
    """

    granted: Decimal
    paid: Decimal
    eligible: Decimal
    share: Decimal
    justified: Decimal

    @property
    def unspent(self) -> Decimal:
        """Of what was granted."""
        return self.granted - self.justified

    @property
    def to_recover(self) -> Decimal:
        """What was paid beyond what is justified."""
        return max(self.paid - self.justified, NOTHING)

    @property
    def still_due(self) -> Decimal:
        """What is justified and was not paid."""
        return max(self.justified - self.paid, NOTHING)


def settlement_of(application: Application) -> Settlement | None:
    """What the real costs of its report justify; None while no report with a budget came."""
    if application.status not in (ApplicationStatus.REPORT_SUBMITTED, ApplicationStatus.CLOSED):
        return None
    if application.granted is None or not hasattr(application, "report"):
        return None
    budget = verdict_of_report(report_of(application)).budget
    if budget is None:
        return None
    share = application.call.max_share
    share = WHOLE if share is None else share
    justified = (budget.eligible * share / WHOLE).quantize(CENT, ROUND_HALF_UP)
    return Settlement(
        granted=application.granted,
        paid=application.payments.paid().total(),
        eligible=budget.eligible,
        share=share,
        justified=min(justified, application.granted),
    )


def recovery_of(application: Application) -> Recovery | None:
    """What was asked back, if anything was."""
    return Recovery.objects.filter(application=application).select_related("asked_by").first()


@transaction.atomic
def ask_recovery(*, application: Application, amount: Decimal, reason: str, due_on: dt.date, actor) -> Recovery:
    """Ask the fiche to give money back, or change what was asked while it has not come.

    Raises PermissionDenied, AlreadyMoved, or InvalidState: more than was paid, no reason, it came already.
    """
    application = lock_application(application)
    require_followed(application, actor)
    paid = application.payments.paid().total()
    if not NOTHING < amount <= paid:
        raise InvalidState(
            _("Le remboursement va de 0,01 $ à ce qui est payé, %(paid)s.") % {"paid": format_amount(paid)}
        )
    if not reason.strip():
        raise InvalidState(_("Écrivez pourquoi : l’organisme le lira."))
    recovery = recovery_of(application) or Recovery(application=application)
    if recovery.received_on:
        raise InvalidState(_("Le remboursement est déjà reçu."))
    recovery.amount, recovery.reason, recovery.due_on = amount, reason.strip(), due_on
    recovery.asked_by, recovery.asked_at, recovery.dropped_at = actor, timezone.now(), None
    recovery.application = application
    recovery.save()
    _record("asked", recovery, actor, reason=recovery.reason)
    messages.recovery_asked(recovery)
    return recovery


def _record(step: str, recovery: Recovery, actor, *, reason: str = "", **data: str) -> None:
    record(
        verb=f"funding.recovery_{step}",
        actor=actor,
        subject=recovery.application,
        reason=reason,
        data={"amount": format_amount(recovery.amount), **data},
    )


def _lock_open_recovery(application: Application, actor) -> Recovery:
    application = lock_application(application)
    require_followed(application, actor)
    recovery = recovery_of(application)
    if recovery is None or recovery.is_settled:
        raise InvalidState(_("Aucun remboursement n’est attendu pour cette demande."))
    recovery.application = application
    return recovery


@transaction.atomic
def receive_recovery(*, application: Application, received_on: dt.date, reference: str, actor) -> Recovery:
    """Note that the money came back. Raises InvalidState without a reference, or for a date to come."""
    recovery = _lock_open_recovery(application, actor)
    reference = " ".join(reference.split())
    if not reference:
        raise InvalidState(_("Inscrivez le numéro du chèque ou du virement."))
    if received_on > timezone.localdate():
        raise InvalidState(_("La date de réception est à venir : inscrivez celle où l’argent est arrivé."))
    recovery.received_on, recovery.reference = received_on, reference
    recovery.save()
    _record("received", recovery, actor, reference=reference)
    return recovery


@transaction.atomic
def drop_recovery(*, application: Application, reason: str, actor) -> Recovery:
    """Ask for nothing after all. Raises InvalidState without a reason."""
    recovery = _lock_open_recovery(application, actor)
    if not reason.strip():
        raise InvalidState(_("Écrivez pourquoi : cela reste dans l’historique."))
    recovery.dropped_at = timezone.now()
    recovery.save()
    _record("dropped", recovery, actor, reason=reason.strip())
    return recovery


def still_open(application: Application) -> list[str]:
    """What keeps the application from being closed, in sentences."""
    found = []
    if application.payments.unpaid().exists():
        found.append(_("Des versements sont encore à payer : payez-les ou annulez-les."))
    if application.amendments.waiting().exists():
        found.append(_("Une demande de changement attend une réponse."))
    recovery = recovery_of(application)
    if recovery is not None and not recovery.is_settled:
        found.append(_("Un remboursement est attendu : notez-le reçu, ou renoncez-y."))
    return found


def lacks_report(application: Application) -> bool:
    """A report was expected and did not come."""
    return application.status != ApplicationStatus.REPORT_SUBMITTED and application.call.report_form_id is not None


@transaction.atomic
def close_application(*, application: Application, actor, reason: str = "") -> Application:
    """All is paid, reported and settled: it goes to the archives.

    Raises PermissionDenied, AlreadyMoved, or InvalidState: something is open, or no report came and no reason is
    given.
    """
    application = lock_application(application)
    require_followed(application, actor)
    if found := still_open(application):
        raise InvalidState(" ".join(found))
    if lacks_report(application) and not reason.strip():
        raise InvalidState(_("La reddition de comptes n’est pas transmise : écrivez pourquoi vous fermez la demande."))
    move(application, ApplicationStatus.CLOSED)
    application.save(update_fields=["status"])
    record(verb="funding.application_closed", actor=actor, subject=application, reason=reason.strip())
    messages.application_closed(application)
    return application
