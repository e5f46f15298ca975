"""« Marquer payés »: several payments at once; what will be noted is shown before."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from guichet.core.errors import InvalidState
from guichet.core.perms import is_admin
from guichet.core.staff_frame import render_page, staff_view

from .. import services
from ..enums import PaymentStatus
from ..forms.following import PayForm
from ..models import Payment
from ..schema import format_amount, parse_amount
from .payments import ICON, PaymentList

# Each is a transaction of its own: more would keep the page waiting.
AT_MOST = 300
REFERENCE_AT_MOST = 60


@dataclass
class Line:
    """One payment of the batch, the number proposed for it or typed, and why it is left out."""

    payment: Payment
    reference: str = ""
    problem: str = ""


@dataclass
class Batch:
    """What was chosen: what can be paid, and what cannot, and why."""

    lines: list[Line] = field(default_factory=list)
    left_out: list[Line] = field(default_factory=list)

    @property
    def total(self) -> str:
        """What leaves in all."""
        return format_amount(sum((line.payment.amount for line in self.lines), start=Decimal(0)))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_view(back="staff_payments")
def pay_page(request: HttpRequest) -> HttpResponse:
    """How and when they leave; then the number of each; then what became of them."""
    batch = _batch(request)
    form = PayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if "confirm" not in request.POST:
            for number, line in enumerate(batch.lines):
                line.reference = following_number(form.cleaned_data["first_reference"], number)
            return _page(request, "pay_preview", batch=batch, form=form)
        return _pay(request, batch, form)
    return _page(request, "pay", batch=batch, form=form)


def _pay(request: HttpRequest, batch: Batch, form: PayForm) -> HttpResponse:
    for line in batch.lines:
        line.reference = request.POST.get(f"reference-{line.payment.pk}", "").strip()[:REFERENCE_AT_MOST]
    _check_references(batch.lines)
    if any(line.problem for line in batch.lines):
        return _page(request, "pay_preview", batch=batch, form=form, has_problems=True)
    results = services.pay_all(
        wanted=[
            services.ToPay(line.payment, _seen_amount(request, line.payment), line.reference) for line in batch.lines
        ],
        method=form.cleaned_data["method"],
        paid_on=form.cleaned_data["paid_on"],
        actor=request.user,
    )
    results += [services.PaidResult(line.payment, line.problem) for line in batch.left_out]
    return _page(
        request,
        "pay_done",
        results=sorted(results, key=lambda one: not one.problem),
        done=sum(not one.problem for one in results),
    )


def _seen_amount(request: HttpRequest, payment: Payment) -> Decimal:
    """The amount that the page showed; rubbish is zero, which is the amount of no payment."""
    try:
        return parse_amount(request.POST.get(f"amount-{payment.pk}", ""))
    except ValidationError:
        return Decimal(0)


def _check_references(lines: list[Line]) -> None:
    seen: set[str] = set()
    for line in lines:
        if not line.reference:
            line.problem = _("Inscrivez le numéro du chèque ou du virement.")
        elif line.reference in seen:
            line.problem = _("Ce numéro est déjà celui d’une autre ligne.")
        seen.add(line.reference)


def following_number(first: str, number: int) -> str:
    """The number so many after the first one: « 0099 » → « 0100 »; without digits at its end, « VIR-2 »."""
    if not number:
        return first
    found = re.search(r"[0-9]+$", first)
    if found is None:
        return f"{first}-{number + 1}"
    digits = found[0]
    return f"{first[: found.start()]}{int(digits) + number:0{len(digits)}d}"


def _batch(request: HttpRequest) -> Batch:
    """The payments that the address names. Raises InvalidState when there is none to pay, or too many."""
    chosen = _chosen(request)
    count = chosen.count()
    if count > AT_MOST:
        raise InvalidState(
            _("%(count)d versements, c’est trop d’un coup : au plus %(most)d. Précisez le filtre, puis recommencez.")
            % {"count": count, "most": AT_MOST}
        )
    runs = None if is_admin(request.user) else set(request.user.programs.values_list("pk", flat=True))
    batch = Batch()
    for payment in chosen:
        if payment.status != PaymentStatus.READY:
            problem = (
                str(services.PaymentMoved(payment))
                if payment.status == PaymentStatus.PAID
                else _("Il n’est pas à payer : il est « %(status)s ».") % {"status": payment.get_status_display()}
            )
            batch.left_out.append(Line(payment, problem=problem))
        elif runs is not None and payment.application.call.program_id not in runs:
            batch.left_out.append(Line(payment, problem=_("Vous n’êtes pas chargé de ce programme.")))
        else:
            batch.lines.append(Line(payment))
    if not count:
        raise InvalidState(_("Aucun versement n’est choisi. Cochez-en au moins un."))
    return batch


def _chosen(request: HttpRequest) -> QuerySet[Payment]:
    """What was ticked (``id``), or all that is to pay in what the list shows with this query (``id=all``)."""
    listing = PaymentList()
    listing.setup(request)
    ids = request.GET.getlist("id")
    if "all" in ids:
        return listing.get_queryset().filter(status=PaymentStatus.READY)
    pks = {int(pk) for pk in ids if pk.isascii() and pk.isdigit() and len(pk) < 19}
    return listing.get_base_queryset().filter(pk__in=pks).order_by("application__number", "number")


def _page(request: HttpRequest, template: str, **context: object) -> HttpResponse:
    return render_page(
        request,
        f"funding/staff/{template}.html",
        title=_("Marquer payés"),
        icon=ICON,
        trail=[(_("Versements"), reverse("staff_payments"))],
        back=f"{reverse('staff_payments')}?status={PaymentStatus.READY}",
        **context,
    )


urlpatterns = [path("assistance/versements/payer/", pay_page, name="staff_payments_pay")]
