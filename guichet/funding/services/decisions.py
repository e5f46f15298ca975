"""Preparing decisions, one at a time or many: nobody outside the body knows of them before they are announced."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from guichet.core.errors import InvalidState
from guichet.core.events import record
from guichet.core.perms import is_admin

from ..enums import DECIDABLE, ApplicationStatus, Outcome
from ..models import AnnouncementRow, Application, Decision, DecisionReason, TriedAmount
from ..perms import can_work_on
from ..schema import format_amount
from .base import AlreadyMoved, dossier_of, lock_application, require
from .envelope import ZERO, EnvelopeExceeded, cut, excess, lock_call


@dataclass(frozen=True)
class Proposal:
    """What one decides: the outcome, the amount when it is a grant, and what the organisation will read."""

    outcome: Outcome
    amount: Decimal = ZERO
    conditions: str = ""
    reasons: tuple[DecisionReason, ...] = ()
    words: str = ""
    next_step: str = ""


@dataclass(frozen=True)
class Decided:
    """What became of one application of several."""

    application: Application
    problem: str = ""


def prepared_decision(application: Application) -> Decision | None:
    """The decision that waits to be announced."""
    return application.decisions.prepared().select_related("decided_by").first()


def in_words(outcome: str, amount: Decimal) -> str:
    """« Acceptée, 1 000,00 $ », « Refusée »."""
    label = str(Outcome(outcome).label)
    return f"{label}, {format_amount(amount)}" if outcome == Outcome.ACCEPTED else label


def most_for(application: Application) -> Decimal | None:
    """The most that may be granted: what was asked, and never more than the call's maximum; None: no limit."""
    limits = [limit for limit in (application.requested, application.call.max_amount) if limit is not None]
    return min(limits, default=None)


def problem_of(application: Application, proposal: Proposal) -> str:
    """Why this cannot be decided, in a sentence; empty when it can. The envelope is looked at when it is locked."""
    if application.status not in DECIDABLE:
        return str(AlreadyMoved(application))
    if proposal.outcome == Outcome.WAITLISTED and application.status == ApplicationStatus.WAITLISTED:
        return _("Cette demande est déjà sur la liste d’attente.")
    if proposal.outcome == Outcome.ACCEPTED:
        return _problem_of_amount(application, proposal.amount)
    if proposal.outcome == Outcome.REFUSED and not (proposal.reasons or proposal.words):
        return _("Donnez un motif : choisissez-en un dans la liste, ou écrivez-le.")
    return ""


def _problem_of_amount(application: Application, amount: Decimal) -> str:
    if amount <= 0:
        return _("Écrivez le montant accordé.")
    if application.requested is not None and amount > application.requested:
        return _("Le montant dépasse ce qui est demandé : %(amount)s.") % {
            "amount": format_amount(application.requested)
        }
    most = application.call.max_amount
    if most is not None and amount > most:
        return _("Le montant dépasse le maximum de l’appel : %(amount)s.") % {"amount": format_amount(most)}
    return ""


@transaction.atomic
def decide(
    *,
    application: Application,
    proposal: Proposal,
    seen: dt.datetime | None,
    actor,
    overrun_reason: str = "",
) -> Decision:
    """Prepare the decision, or change the one that is prepared.

    ``seen``: when the prepared decision that the actor saw was made, None when they saw none. Raises
    PermissionDenied; EnvelopeExceeded unless an admin says why; InvalidState for the rest.
    """
    application = lock_application(application)
    require(can_work_on(actor, application))
    if problem := problem_of(application, proposal):
        raise InvalidState(problem)
    decision = _require_as_seen(application, seen)
    over = ZERO
    if proposal.outcome == Outcome.ACCEPTED:
        over = excess(lock_call(application.call_id), proposal.amount, but=application)
        if over and not overrun_reason:
            raise EnvelopeExceeded(over)
        require(not over or is_admin(actor))
    else:
        proposal = replace(proposal, amount=ZERO, conditions="")
    before = in_words(decision.outcome, decision.amount) if decision else ""
    decision = decision or Decision(application=application)
    _write(decision, proposal, actor, overrun_reason if over else "")
    _follow(decision, before, over, actor)
    return decision


def _write(decision: Decision, proposal: Proposal, actor, overrun_reason: str) -> None:
    for name in ("outcome", "amount", "conditions", "words", "next_step"):
        setattr(decision, name, getattr(proposal, name))
    is_grant = proposal.outcome == Outcome.ACCEPTED
    decision.instalments = cut(decision.application.call, proposal.amount) if is_grant else []
    decision.overrun_reason = overrun_reason
    decision.overrun_by = actor if overrun_reason else None
    decision.decided_by = actor
    decision.decided_at = timezone.now()
    decision.save()
    decision.reasons.set(proposal.reasons)
    TriedAmount.objects.filter(application=decision.application_id).delete()


def _follow(decision: Decision, before: str, over: Decimal, actor) -> None:
    """The history of a decision is told about the dossier: no page of the fiche reads it."""
    dossier = dossier_of(decision.application)
    words = in_words(decision.outcome, decision.amount)
    if before:
        record(
            verb="funding.decision_changed",
            actor=actor,
            subject=dossier,
            data={"before": before, "decision": words},
        )
    else:
        record(verb="funding.decision_prepared", actor=actor, subject=dossier, data={"decision": words})
    if over:
        record(
            verb="funding.envelope_exceeded",
            actor=actor,
            subject=dossier,
            reason=decision.overrun_reason,
            data={"amount": format_amount(over)},
        )


def _require_as_seen(application: Application, seen: dt.datetime | None) -> Decision | None:
    """The prepared decision, locked; InvalidState when somebody changed it since, or when it is being announced."""
    decision = application.decisions.prepared().select_for_update(of=("self",)).first()
    if decision is not None and is_being_announced(decision):
        raise InvalidState(_("Cette décision est en train d’être annoncée : elle ne change plus."))
    if (decision.decided_at if decision else None) != seen:
        who = decision.decided_by if decision else None
        raise InvalidState(
            _("%(who)s a changé cette décision entre-temps. Regardez-la, puis recommencez.")
            % {"who": who or _("Quelqu’un d’autre")}
        )
    return decision


def is_being_announced(decision: Decision) -> bool:
    """The worker has it, or will soon."""
    return AnnouncementRow.objects.filter(decision=decision, done_at__isnull=True).exists()


@transaction.atomic
def drop_decision(*, application: Application, seen: dt.datetime | None, actor) -> None:
    """Take a prepared decision back: the application is undecided again. Raises as `decide` does."""
    application = lock_application(application)
    require(can_work_on(actor, application))
    decision = _require_as_seen(application, seen)
    if decision is None:
        raise InvalidState(_("Aucune décision n’est préparée pour cette demande."))
    record(
        verb="funding.decision_dropped",
        actor=actor,
        subject=dossier_of(application),
        data={"decision": in_words(decision.outcome, decision.amount)},
    )
    decision.announcement_rows.all().delete()
    decision.delete()


def decide_all(
    *,
    proposals: Mapping[Application, Proposal],
    seen: Mapping[int, dt.datetime | None],
    actor,
    overrun_reason: str = "",
) -> list[Decided]:
    """Decide several, in their order, each on its own: one that cannot be does not hold back the others."""
    results = []
    for application, proposal in proposals.items():
        try:
            decide(
                application=application,
                proposal=proposal,
                seen=seen.get(application.pk),
                actor=actor,
                overrun_reason=overrun_reason,
            )
        except InvalidState as problem:
            results.append(Decided(application, str(problem)))
        except PermissionDenied:
            results.append(Decided(application, _("Vous ne pouvez pas décider de cette demande.")))
        else:
            results.append(Decided(application))
    return results
