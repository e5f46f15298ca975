"""The agreement of a grant: a gestionnaire accepts it on line, or gives it up. What follows begins here."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from guichet.core.errors import InvalidState
from guichet.core.events import record
from guichet.core.models import SiteSettings
from guichet.core.templatetags.guichet import day

from ..enums import ApplicationStatus
from ..messages import decisions as mail
from ..models import Agreement, Application, Decision
from ..perms import can_agree
from ..schema import format_amount
from .base import AlreadyMoved, lock_application, move, require
from .payments import create_payments


def announced_decision(application: Application) -> Decision | None:
    """The last decision that the fiche knows; what is prepared since stays the body's."""
    return (
        application.decisions.announced()
        .select_related("agreement", "letter", "decided_by")
        .prefetch_related("reasons")
        .first()
    )


def agreement_of(decision: Decision) -> Agreement | None:
    """What the fiche answered, None while it has not."""
    return getattr(decision, "agreement", None)


def statement_of(decision: Decision) -> str:
    """What a gestionnaire agrees to, in plain text: amount, conditions, instalments, engagements."""
    application = decision.application
    parts = [
        _(
            "Au nom de %(fiche)s, j’accepte l’aide financière de %(amount)s accordée par %(body)s au projet "
            "« %(title)s » (demande %(number)s, %(call)s)."
        )
        % {
            "fiche": application.organization.name,
            "amount": format_amount(decision.amount),
            "body": SiteSettings.load().name,
            "title": application,
            "number": application.number,
            "call": application.call,
        },
        _(
            "Nous réaliserons le projet comme il est décrit dans la demande, nous demanderons l’accord de l’organisme "
            "avant tout changement important, et nous rendrons compte de l’argent reçu."
        ),
    ]
    if decision.conditions:
        parts.append(_("Conditions : %(words)s") % {"words": decision.conditions})
    if decision.instalments:
        parts.append("\n".join([_("Versements :"), *(f"– {words}" for words in instalments_in_words(decision))]))
    if commitments := _plain(application.call.program.commitments):
        parts.append("\n".join([_("Engagements du programme :"), commitments]))
    return "\n\n".join(parts)


def instalments_in_words(decision: Decision) -> list[str]:
    """« 750,00 $ : à la signature de l’entente »."""
    return [
        _("%(amount)s : %(condition)s")
        % {"amount": format_amount(Decimal(part["amount"])), "condition": part["condition"]}
        if part["condition"]
        else format_amount(Decimal(part["amount"]))
        for part in decision.instalments
    ]


def _plain(rich: str) -> str:
    """A rich text's words, a line for each paragraph or item."""
    for tag in ("</p>", "</li>", "<br/>"):
        rich = rich.replace(tag, f"{tag}\n")
    return "\n".join(line.strip() for line in strip_tags(rich).splitlines() if line.strip())


@transaction.atomic
def accept_agreement(*, application: Application, actor) -> Agreement:
    """« J’accepte »: once, whatever the number of clicks. Raises InvalidState once it was given up."""
    application = lock_application(application)
    require(can_agree(actor, application))
    decision = _require_grant(application)
    if (known := agreement_of(decision)) is not None:
        if known.is_accepted:
            return known
        raise InvalidState(_already_given_up(known))
    if application.status != ApplicationStatus.ACCEPTED:
        raise AlreadyMoved(application)
    agreement = _sign(decision, actor, is_accepted=True)
    record(
        verb="funding.agreement_accepted",
        actor=actor,
        subject=application,
        data={"amount": format_amount(decision.amount)},
    )
    after_agreement(application, decision)
    mail.agreement_accepted(agreement)
    return agreement


@transaction.atomic
def decline_agreement(*, application: Application, reason: str, actor) -> Agreement:
    """« Renoncer »: the application is closed and its part of the envelope free again.

    Raises InvalidState when it was accepted already, or given up.
    """
    application = lock_application(application)
    require(can_agree(actor, application))
    decision = _require_grant(application)
    if (known := agreement_of(decision)) is not None:
        raise InvalidState(
            _("%(who)s a déjà accepté l’entente. Pour y renoncer, écrivez-nous.") % {"who": known.by_name}
            if known.is_accepted
            else _already_given_up(known)
        )
    if application.status != ApplicationStatus.ACCEPTED:
        raise AlreadyMoved(application)
    if not reason.strip():
        raise InvalidState(_("Dites pourquoi vous renoncez à cette aide."))
    agreement = _sign(decision, actor, is_accepted=False, reason=reason.strip())
    move(application, ApplicationStatus.CLOSED)
    application.granted = Decimal("0.00")
    application.save(update_fields=["status", "granted"])
    record(
        verb="funding.agreement_declined",
        actor=actor,
        subject=application,
        reason=agreement.reason,
        data={"amount": format_amount(decision.amount)},
    )
    mail.agreement_declined(agreement)
    return agreement


def after_agreement(application: Application, decision: Decision) -> None:
    """What begins once the agreement is accepted: its payments, and the report when the call asks for one."""
    parts = [(Decimal(part["amount"]), part["condition"]) for part in decision.instalments]
    create_payments(application, parts or [(decision.amount, "")], actor=None)
    call = application.call
    if call.report_form_id is None:
        return
    move(application, ApplicationStatus.REPORT_DUE)
    application.report_due_on = (call.project_until or timezone.localdate()) + dt.timedelta(days=call.report_days)
    application.save(update_fields=["status", "report_due_on"])


def _require_grant(application: Application) -> Decision:
    decision = announced_decision(application)
    if decision is None or not decision.is_grant:
        raise InvalidState(_("Aucune aide n’est accordée à cette demande."))
    decision.application = application
    return decision


def _already_given_up(agreement: Agreement) -> str:
    return _("%(who)s a déjà renoncé à cette aide, le %(when)s.") % {
        "who": agreement.by_name,
        "when": day(agreement.at),
    }


def _sign(decision: Decision, actor, *, is_accepted: bool, reason: str = "") -> Agreement:
    agreement = Agreement(
        decision=decision,
        is_accepted=is_accepted,
        statement=statement_of(decision),
        reason=reason,
        by=actor,
        by_name=str(actor)[:250],
        at=timezone.now(),
    )
    agreement.fingerprint = fingerprint(agreement)
    agreement.save()
    return agreement


def fingerprint(agreement: Agreement) -> str:
    """SHA-256 of all that was agreed to, by whom and when: who changes a letter of it changes the fingerprint."""
    decision = agreement.decision
    known = {
        "number": decision.application.number,
        "amount": str(decision.amount),
        "instalments": decision.instalments,
        "statement": agreement.statement,
        "is_accepted": agreement.is_accepted,
        "reason": agreement.reason,
        "by": agreement.by_name,
        "at": agreement.at.isoformat(),
    }
    return hashlib.sha256(json.dumps(known, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
