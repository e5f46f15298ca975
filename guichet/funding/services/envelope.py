"""How much of a call's money is taken, and into which instalments an amount is cut: to the cent."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Sum
from django.utils.translation import gettext as _

from guichet.core.errors import InvalidState

from ..enums import HOLDS_ENVELOPE, Outcome
from ..models import Application, Call, Decision
from ..schema import format_amount

CENT = Decimal("0.01")
ZERO = Decimal("0.00")


class EnvelopeExceeded(InvalidState):
    """More would be granted than the call has; ``excess`` is by how much."""

    def __init__(self, excess: Decimal) -> None:
        self.excess = excess
        super().__init__(
            _("L’enveloppe serait dépassée de %(excess)s. Réduisez le montant, ou faites confirmer le dépassement.")
            % {"excess": format_amount(excess)}
        )


def granted(call: Call) -> Decimal:
    """What the call's announced decisions grant now: what was given up or recovered is free again."""
    return Application.objects.filter(call=call).aggregate(total=Sum("granted"))["total"] or ZERO


def prepared(call: Call, *, but: Application | None = None) -> Decimal:
    """What the call's prepared decisions would grant; ``but`` leaves one application out."""
    decisions = Decision.objects.prepared().filter(
        outcome=Outcome.ACCEPTED, application__call=call, application__status__in=HOLDS_ENVELOPE
    )
    if but is not None:
        decisions = decisions.exclude(application=but)
    return decisions.aggregate(total=Sum("amount"))["total"] or ZERO


def lock_call(call_id: int) -> Call:
    """Lock the call, after the application: what its envelope holds is counted by one at a time."""
    return Call.objects.select_for_update(of=("self",)).select_related("program").get(pk=call_id)


def excess(call: Call, amount: Decimal, *, but: Application | None = None) -> Decimal:
    """By how much one more amount would exceed the envelope; nothing when it fits, or when there is no envelope."""
    if call.envelope is None:
        return ZERO
    return max(ZERO, granted(call) + prepared(call, but=but) + amount - call.envelope)


def cut(call: Call, amount: Decimal) -> list[dict[str, str]]:
    """The call's instalments of an amount, as they are kept with the decision. The last one is what is left."""
    planned = [(one.share, one.condition) for one in call.instalments.all()] or [(Decimal(100), "")]
    parts, left = [], amount
    for share, condition in planned[:-1]:
        part = min(left, (amount * share / 100).quantize(CENT, rounding=ROUND_HALF_UP))
        left -= part
        parts.append({"share": str(share), "condition": condition, "amount": str(part)})
    share, condition = planned[-1]
    return [*parts, {"share": str(share), "condition": condition, "amount": str(left)}]
