"""What was granted, paid in instalments: planned, made ready, noted as paid; each once, never more than granted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from guichet.core.errors import InvalidState
from guichet.core.events import record
from guichet.core.templatetags.guichet import day

from .. import perms
from ..enums import FOLLOWED, PAYMENT_TRANSITIONS, UNPAID, PaymentMethod, PaymentStatus
from ..messages import following as messages
from ..models import Application, Payment
from ..models.following import CENT
from ..schema import format_amount
from .base import AlreadyMoved, lock_application, require


class PaymentMoved(InvalidState):
    """The payment is not in the state that the actor saw: says which one, and for a paid one when and how."""

    def __init__(self, payment: Payment) -> None:
        if payment.status == PaymentStatus.PAID:
            text = _("Ce versement est déjà payé, le %(day)s, référence %(reference)s.") % {
                "day": day(payment.paid_on),
                "reference": payment.reference,
            }
        else:
            text = _("Ce versement a changé d’état entre-temps : il est maintenant « %(status)s ».") % {
                "status": payment.get_status_display()
            }
        super().__init__(text)


@dataclass(frozen=True)
class ToPay:
    """One payment of a batch, the amount that the actor saw, and the number of its cheque or transfer."""

    payment: Payment
    amount: Decimal
    reference: str


@dataclass(frozen=True)
class PaidResult:
    """What became of one payment of a batch; ``problem`` says why nothing did."""

    payment: Payment
    problem: str = ""


def split(total: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """The total in parts of these weights, to the cent: the last one takes what rounding leaves."""
    whole = sum(weights, Decimal(0))
    parts = [(total * weight / whole).quantize(CENT, ROUND_DOWN) for weight in weights[:-1]]
    return [*parts, total - sum(parts, Decimal(0))]


def require_followed(application: Application, actor) -> None:
    """Raise PermissionDenied unless the actor runs its programme, AlreadyMoved unless it is granted and not closed."""
    require(perms.can_follow(actor, application))
    if application.status not in FOLLOWED:
        raise AlreadyMoved(application)


@transaction.atomic
def plan_payments(*, application: Application, actor) -> list[Payment]:
    """Make the payments that the call plans out of what was granted; one for all of it when the call plans none.

    Raises PermissionDenied, AlreadyMoved, or InvalidState when there is nothing to pay or it was done already.
    """
    application = lock_application(application)
    require_followed(application, actor)
    if application.payments.exists():
        raise InvalidState(_("Les versements de cette demande sont déjà préparés."))
    if not application.granted:
        raise InvalidState(_("Aucun montant n’est accordé à cette demande."))
    planned = [one for one in application.call.instalments.all() if one.share]
    conditions = [one.condition for one in planned] or [""]
    amounts = split(application.granted, [one.share for one in planned] or [Decimal(1)])
    return create_payments(application, list(zip(amounts, conditions, strict=True)), actor=actor)


def create_payments(application: Application, parts: Iterable[tuple[Decimal, str]], *, actor) -> list[Payment]:
    """One payment for each amount and its condition. The caller holds the application's lock."""
    parts = [(amount, condition) for amount, condition in parts if amount]
    payments = Payment.objects.bulk_create(
        Payment(application=application, number=number, amount=amount, condition=condition)
        for number, (amount, condition) in enumerate(parts, start=1)
    )
    record(
        verb="funding.payments_planned",
        actor=actor,
        subject=application,
        data={"amount": format_amount(sum((amount for amount, _condition in parts), start=Decimal(0)))},
    )
    return payments


def lock_payment(payment: Payment) -> Payment:
    """The payment as it is now, locked after its application and its fiche."""
    application = lock_application(payment.application)
    locked = Payment.objects.select_for_update().get(pk=payment.pk)
    locked.application = application
    return locked


def _move(payment: Payment, status: PaymentStatus) -> None:
    if status not in PAYMENT_TRANSITIONS[PaymentStatus(payment.status)]:
        raise PaymentMoved(payment)
    payment.status = status


def _record(verb: str, payment: Payment, actor, *, reason: str = "", **data: str) -> None:
    record(
        verb=f"funding.payment_{verb}",
        actor=actor,
        subject=payment.application,
        reason=reason,
        data={"number": payment.number, "amount": format_amount(payment.amount), **data},
    )


def _require_within_grant(payment: Payment) -> None:
    others = payment.application.payments.live().exclude(pk=payment.pk).total()
    left = payment.application.granted - others
    if payment.amount > left:
        raise InvalidState(
            _("C’est plus que ce qui est accordé : il reste %(left)s pour ce versement.")
            % {"left": format_amount(max(left, Decimal(0)))}
        )


@transaction.atomic
def change_payment(*, payment: Payment, amount: Decimal, condition: str, due_on: dt.date | None, actor) -> Payment:
    """Change an unpaid payment's amount, condition or date. Raises InvalidState past what was granted."""
    payment = lock_payment(payment)
    require_followed(payment.application, actor)
    if payment.status not in UNPAID:
        raise PaymentMoved(payment)
    payment.amount, payment.condition, payment.due_on = amount, condition, due_on
    if amount <= 0:
        raise InvalidState(_("Le montant d’un versement est plus grand que zéro."))
    _require_within_grant(payment)
    payment.save(update_fields=["amount", "condition", "due_on"])
    _record("changed", payment, actor)
    return payment


@transaction.atomic
def make_ready(*, payment: Payment, actor) -> Payment:
    """« Mettre à payer »: its condition is met. Raises PaymentMoved when it is not waiting for that."""
    payment = lock_payment(payment)
    require_followed(payment.application, actor)
    if payment.status != PaymentStatus.PLANNED:
        raise PaymentMoved(payment)
    _move(payment, PaymentStatus.READY)
    payment.due_on = payment.due_on or timezone.localdate()
    payment.save(update_fields=["status", "due_on"])
    _record("ready", payment, actor)
    return payment


@transaction.atomic
def hold(*, payment: Payment, actor) -> Payment:
    """« Remettre à plus tard »: it is not to be paid yet after all."""
    payment = lock_payment(payment)
    require_followed(payment.application, actor)
    _move(payment, PaymentStatus.PLANNED)
    payment.save(update_fields=["status"])
    _record("held", payment, actor)
    return payment


@transaction.atomic
def pay(
    *, payment: Payment, amount: Decimal, method: PaymentMethod, reference: str, paid_on: dt.date, actor
) -> Payment:
    """Note that it left, and tell the fiche's gestionnaires. ``amount``: what left, as the actor saw it.

    Raises PermissionDenied, PaymentMoved, or InvalidState: the amount is another one now, another payment has this
    reference, the date is to come, more would be paid than was granted.
    """
    payment = lock_payment(payment)
    require_followed(payment.application, actor)
    _move(payment, PaymentStatus.PAID)
    if payment.amount != amount:
        raise InvalidState(
            _("Le montant a changé entre-temps : il est maintenant de %(amount)s.")
            % {"amount": format_amount(payment.amount)}
        )
    reference = " ".join(reference.split())
    if not reference:
        raise InvalidState(_("Inscrivez le numéro du chèque ou du virement."))
    if paid_on > timezone.localdate():
        raise InvalidState(_("La date du paiement est à venir : inscrivez celle où l’argent est parti."))
    if payment.application.payments.paid().total() + payment.amount > payment.application.granted:
        raise InvalidState(_("Il y aurait plus de payé que d’accordé : corrigez d’abord le montant."))
    payment.method, payment.reference, payment.paid_on, payment.paid_by = method, reference, paid_on, actor
    try:
        with transaction.atomic():
            payment.save(update_fields=["status", "method", "reference", "paid_on", "paid_by"])
    except IntegrityError as problem:
        raise InvalidState(
            _("La référence « %(reference)s » est déjà celle d’un autre paiement.") % {"reference": reference}
        ) from problem
    _record("paid", payment, actor, reference=reference)
    messages.payment_made(payment)
    return payment


def pay_all(*, wanted: Iterable[ToPay], method: PaymentMethod, paid_on: dt.date, actor) -> list[PaidResult]:
    """Note several as paid, each on its own: one that cannot be leaves the others alone."""
    results = []
    for one in wanted:
        try:
            paid = pay(
                payment=one.payment,
                amount=one.amount,
                method=method,
                reference=one.reference,
                paid_on=paid_on,
                actor=actor,
            )
            results.append(PaidResult(paid))
        except PermissionDenied:
            results.append(PaidResult(one.payment, _why_denied(one.payment, actor)))
        except InvalidState as problem:
            results.append(PaidResult(one.payment, str(problem)))
    return results


def _why_denied(payment: Payment, actor) -> str:
    if perms.has_conflict(actor, payment.application):
        return _("Vous êtes en conflit d’intérêts avec cette demande.")
    return _("Vous n’êtes pas chargé de ce programme.")


@transaction.atomic
def take_back_payment(*, payment: Payment, reason: str, actor) -> Payment:
    """It was noted by mistake, or the cheque came back: to pay again. Raises InvalidState without a reason."""
    payment = lock_payment(payment)
    require_followed(payment.application, actor)
    if payment.status != PaymentStatus.PAID:
        raise PaymentMoved(payment)
    _require_reason(reason)
    _move(payment, PaymentStatus.READY)
    payment.method = payment.reference = ""
    payment.paid_on = payment.paid_by = None
    payment.save(update_fields=["status", "method", "reference", "paid_on", "paid_by"])
    _record("taken_back", payment, actor, reason=reason.strip())
    return payment


@transaction.atomic
def cancel_payment(*, payment: Payment, reason: str, actor) -> Payment:
    """It will not be paid. Raises InvalidState without a reason, PaymentMoved for one that left."""
    payment = lock_payment(payment)
    require_followed(payment.application, actor)
    _require_reason(reason)
    _move(payment, PaymentStatus.CANCELLED)
    payment.save(update_fields=["status"])
    _record("cancelled", payment, actor, reason=reason.strip())
    return payment


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise InvalidState(_("Écrivez pourquoi : cela reste dans l’historique."))


def spread_grant(application: Application) -> None:
    """Bring the unpaid payments to what was granted less what was paid; the application is locked.

    They keep their shares of it; one that would pay nothing is cancelled, and one is added when all were paid.
    """
    left = application.granted - application.payments.paid().total()
    unpaid = list(application.payments.unpaid().select_for_update())
    if not unpaid:
        if left and application.payments.exists():
            _add_payment(application, left)
        return
    for payment, amount in zip(unpaid, split(left, [one.amount for one in unpaid]), strict=True):
        if amount:
            payment.amount = amount
        else:
            _move(payment, PaymentStatus.CANCELLED)
    Payment.objects.bulk_update(unpaid, ["amount", "status"])


def _add_payment(application: Application, amount: Decimal) -> None:
    last = application.payments.order_by("-number").values_list("number", flat=True)[0]
    Payment.objects.create(
        application=application,
        number=last + 1,
        amount=amount,
        condition=_("Changement du montant accordé"),
    )
