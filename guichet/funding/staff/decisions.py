"""Preparing decisions: one application, or those that were ticked in the ranking. Nothing of it is announced yet."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from guichet.core.errors import InvalidState
from guichet.core.perms import is_admin
from guichet.core.staff_frame import render_page

from ..enums import DECIDABLE, Outcome
from ..models import Application, Call
from ..perms import can_open_dossier, can_work_on
from ..services import decisions as services
from ..services.agreements import agreement_of, instalments_in_words
from ..services.decision_announcing import envelope_words
from ..services.envelope import excess
from ..services.letters import letters_of
from ..services.ranking import ranked_applications, tried_amount
from ..services.reviewing import staff_timeline
from .deciding_pages import (
    ZERO,
    deciding_view,
    find_application,
    find_call,
    incomplete,
    read_keys,
    require_runner,
    trail_to,
)
from .decision_forms import DecisionForm, OutcomeForm

HISTORY = (
    "funding.decision_prepared",
    "funding.decision_changed",
    "funding.decision_dropped",
    "funding.envelope_exceeded",
    "funding.application_accepted",
    "funding.application_refused",
    "funding.application_waitlisted",
    "funding.agreement_accepted",
    "funding.agreement_declined",
)
PLAN_SALT = "guichet.funding.staff.decisions"


@require_http_methods(["GET", "HEAD", "POST"])
@deciding_view(back="staff_decision", same_object=True)
def decision(request: HttpRequest, pk: int) -> HttpResponse:
    """One application's decision: what was announced, and what is prepared."""
    application = find_application(pk)
    if not (can_work_on if request.method == "POST" else can_open_dossier)(request.user, application):
        raise PermissionDenied
    prepared = services.prepared_decision(application)
    form = None
    if application.status in DECIDABLE and can_work_on(request.user, application):
        form = DecisionForm(
            request.POST or None,
            application=application,
            decision=prepared,
            tried=tried_amount(application),
            actor=request.user,
        )
    if request.method == "POST":
        if form is None:
            raise services.AlreadyMoved(application)
        if form.is_valid() and _save(request, application, form):
            return redirect("staff_decision", pk=pk)
    return _decision_page(request, application, prepared, form)


def _save(request: HttpRequest, application: Application, form: DecisionForm) -> bool:
    """Prepare the decision; False, with the reason beside the amount, when the envelope would be exceeded."""
    try:
        services.decide(
            application=application,
            proposal=form.proposal(form.cleaned_data["amount"]),
            seen=_read_moment(request.POST.get("seen", "")),
            actor=request.user,
            overrun_reason=form.overrun,
        )
    except services.EnvelopeExceeded as problem:
        form.add_error("overrun_reason" if "overrun_reason" in form.fields else "amount", str(problem))
        return False
    messages.success(request, _("La décision est préparée. L’organisme n’en sait rien avant l’annonce."))
    return True


def _decision_page(
    request: HttpRequest, application: Application, prepared, form: DecisionForm | None
) -> HttpResponse:
    announced = application.decisions.announced().select_related("agreement", "decided_by").prefetch_related("reasons")
    return render_page(
        request,
        "funding/staff/decision.html",
        title=_("Décision : %(title)s") % {"title": application},
        icon="check",
        trail=trail_to(application.call),
        application=application,
        prepared=prepared,
        form=form,
        seen=prepared.decided_at.isoformat() if prepared else "",
        announced=[(one, agreement_of(one), instalments_in_words(one)) for one in announced],
        letters=letters_of(application),
        money=envelope_words(application.call),
        most=services.most_for(application),
        events=staff_timeline(application).filter(verb__in=HISTORY),
    )


def _read_moment(text: str) -> dt.datetime | None:
    """When the decision that the page showed was made; None when it showed none."""
    if not text:
        return None
    moment = parse_datetime(text) if len(text) < 60 else None
    if moment is None:
        raise incomplete()
    return moment


@require_POST
@deciding_view(back="staff_decision", same_object=True)
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """« Retirer la décision préparée »."""
    services.drop_decision(
        application=find_application(pk), seen=_read_moment(request.POST.get("seen", "")), actor=request.user
    )
    messages.success(request, _("La décision préparée est retirée."))
    return redirect("staff_decision", pk=pk)


# --- Several --------------------------------------------------------------------------------------


@require_POST
@deciding_view(back="staff_ranking", same_object=True)
def decide_many(request: HttpRequest, pk: int) -> HttpResponse:
    """Those that were ticked: what to decide, what that will do, then do what was shown."""
    call = find_call(pk)
    require_runner(request.user, call)
    chosen = _chosen(call, request.POST.getlist("id"))
    is_asked = "outcome" in request.POST or "look" in request.POST
    form = OutcomeForm(request.POST if is_asked else None, actor=request.user)
    if not (is_asked and form.is_valid()):
        return _many_page(request, call, "decide_many", chosen=chosen, form=form)
    plan = request.POST.get("plan", "")
    proposals, left_out = _proposals(chosen, form)
    if plan:
        return _done(request, call, form, proposals, _read_plan(plan))
    total = sum((proposal.amount for proposal in proposals.values()), ZERO)
    return _many_page(
        request,
        call,
        "decide_many_preview",
        chosen=chosen,
        form=form,
        outcome=Outcome(form.cleaned_data["outcome"]).label,
        is_grant=form.cleaned_data["outcome"] == Outcome.ACCEPTED,
        rows=[(application, proposal.amount, _before(application)) for application, proposal in proposals.items()],
        left_out=left_out,
        total=total,
        over=_over(call, list(proposals), total),
        is_confirmed=bool(form.overrun),
        may_exceed=is_admin(request.user),
        money=envelope_words(call),
        plan=signing.dumps(
            [
                [application.pk, str(proposal.amount), _seen(application)]
                for application, proposal in proposals.items()
            ],
            salt=PLAN_SALT,
            compress=True,
        ),
    )


def _chosen(call: Call, ids: list[str]) -> list[Application]:
    """The ticked applications, in the order of the ranking. Raises InvalidState for none."""
    keys = set(read_keys(ids))
    chosen = [application for application in ranked_applications(call) if application.pk in keys]
    if not chosen:
        raise InvalidState(_("Aucune demande n’est cochée. Cochez-en au moins une."))
    for application in chosen:
        application.call = call
    return chosen


def _proposals(chosen: list[Application], form: OutcomeForm) -> tuple[dict, list[tuple[Application, str]]]:
    """What would be decided for each; those for whom it cannot be, and why."""
    proposals, left_out = {}, []
    for application in chosen:
        proposal = form.proposal(_amount_of(application))
        if problem := services.problem_of(application, proposal):
            left_out.append((application, problem))
        else:
            proposals[application] = proposal
    return proposals, left_out


def _amount_of(application: Application) -> Decimal:
    """The amount of the ranking: the prepared one, else the one that is tried."""
    prepared = next(iter(application.prepared_ones), None)
    return prepared.amount if prepared and prepared.is_grant else tried_amount(application)


def _before(application: Application) -> str:
    prepared = next(iter(application.prepared_ones), None)
    return services.in_words(prepared.outcome, prepared.amount) if prepared else ""


def _seen(application: Application) -> str:
    prepared = next(iter(application.prepared_ones), None)
    return prepared.decided_at.isoformat() if prepared else ""


def _over(call: Call, applications: list[Application], total: Decimal) -> Decimal:
    """By how much the envelope would be exceeded, what they have prepared already counted once."""
    known = sum((one.prepared_ones[0].amount for one in applications if one.prepared_ones), ZERO)
    return excess(call, total - known)


def _read_plan(signed: str) -> dict[int, tuple[Decimal, dt.datetime | None]]:
    """What the page showed: each application's amount, and its prepared decision. Raises InvalidState for no plan."""
    try:
        rows = signing.loads(signed, salt=PLAN_SALT)
    except signing.BadSignature as error:
        raise incomplete() from error
    return {pk: (Decimal(amount), _read_moment(seen)) for pk, amount, seen in rows}


def _done(request: HttpRequest, call: Call, form: OutcomeForm, proposals: dict, plan: dict) -> HttpResponse:
    if any(plan.get(one.pk, (None, None))[0] != proposal.amount for one, proposal in proposals.items()):
        raise InvalidState(_("Des montants ont changé entre-temps. Rien n’est décidé : regardez la liste de nouveau."))
    results = services.decide_all(
        proposals=proposals,
        seen={pk: seen for pk, (_amount, seen) in plan.items()},
        actor=request.user,
        overrun_reason=form.overrun,
    )
    return _many_page(
        request,
        call,
        "decide_many_done",
        # What needs somebody's eyes comes first.
        results=sorted(results, key=lambda one: not one.problem),
        done=sum(not one.problem for one in results),
    )


def _many_page(request: HttpRequest, call: Call, template: str, **context: object) -> HttpResponse:
    return render_page(
        request,
        f"funding/staff/{template}.html",
        title=_("Décider pour plusieurs demandes"),
        icon="check",
        trail=trail_to(call),
        call=call,
        back=reverse("staff_ranking", args=[call.pk]),
        **context,
    )


urlpatterns = [
    path("demandes/<int:pk>/decision/", decision, name="staff_decision"),
    path("demandes/<int:pk>/decision/retirer/", drop, name="staff_decision_drop"),
    path("appels/<int:pk>/decider/", decide_many, name="staff_decide_many"),
]
