"""The ranking of a call: who asks for what, the amounts that are tried, where the envelope is spent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import transaction
from django.db.models import F, Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _

from guichet.core.errors import InvalidState
from guichet.core.events import record

from ..enums import DECIDABLE, Outcome
from ..models import Application, Call, Decision, TriedAmount
from ..perms import can_run_program
from ..schema import format_amount
from .base import require
from .decisions import most_for
from .envelope import ZERO, granted, lock_call


@dataclass
class Ranked:
    """One line of the ranking: the amount that counts is the decision's, else the one that is tried."""

    application: Application
    rank: int
    decision: Decision | None = None
    amount: Decimal = ZERO
    # What would be spent once this line is served, and whether that is more than the envelope.
    total: Decimal = ZERO
    is_beyond: bool = False
    # The first line that the envelope does not reach: a rule is drawn above it.
    is_first_beyond: bool = False

    @property
    def is_decided(self) -> bool:
        """A decision is prepared: the amount is changed there."""
        return self.decision is not None


@dataclass(frozen=True)
class Share:
    """One MRC's, or one milieu's, part of what is asked and given."""

    name: str
    count: int
    served: int
    asked: Decimal
    amount: Decimal


@dataclass(frozen=True)
class Ranking:
    """The lines in their order, and what they come to."""

    call: Call
    rows: list[Ranked]
    granted: Decimal
    tried: Decimal
    by_mrc: list[Share] = field(default_factory=list)
    by_kind: list[Share] = field(default_factory=list)

    @property
    def total(self) -> Decimal:
        """What is granted already and what the lines would add."""
        return self.granted + self.tried

    @property
    def left(self) -> Decimal | None:
        """What the envelope would still hold; below nothing when it is exceeded, None without an envelope."""
        return None if self.call.envelope is None else self.call.envelope - self.total

    @property
    def over(self) -> Decimal:
        """By how much the envelope would be exceeded."""
        return max(ZERO, -self.left) if self.left is not None else ZERO

    @property
    def served(self) -> int:
        """How many would get something."""
        return sum(row.amount > 0 for row in self.rows)

    @property
    def is_closed(self) -> bool:
        """Scores and amounts no longer move."""
        return self.call.ranking_closed_at is not None


def ranked_applications(call: Call) -> list[Application]:
    """The call's applications to decide, the best first, with all that a line shows: three queries."""
    decisions = Decision.objects.prepared().select_related("decided_by")
    return list(
        Application.objects.filter(call=call, status__in=DECIDABLE)
        .select_related("organization__municipality__mrc", "tried_amount")
        .prefetch_related(Prefetch("decisions", queryset=decisions, to_attr="prepared_ones"))
        .defer("answers", "touched")
        .order_by(F("score").desc(nulls_last=True), "submitted_at", "pk")
    )


def tried_amount(application: Application) -> Decimal:
    """The amount that is tried for it, nothing by default."""
    tried = getattr(application, "tried_amount", None)
    return tried.amount if tried else ZERO


def rank(call: Call, *, amounts: Mapping[int, Decimal] | None = None) -> Ranking:
    """The ranking with the kept amounts, or with those of a page that was not saved (by application)."""
    applications = ranked_applications(call)
    spent = granted(call)
    before, rows, is_spent = spent, [], False
    for number, application in enumerate(applications, start=1):
        application.call = call
        row = Ranked(application, number, decision=next(iter(application.prepared_ones), None))
        if row.decision is not None:
            row.amount = row.decision.amount
        else:
            row.amount = tried_amount(application) if amounts is None else amounts.get(application.pk, ZERO)
        spent += row.amount
        row.total = spent
        row.is_beyond = call.envelope is not None and row.amount > 0 and spent > call.envelope
        row.is_first_beyond = row.is_beyond and not is_spent
        is_spent = is_spent or row.is_beyond
        rows.append(row)
    return Ranking(
        call,
        rows,
        granted=before,
        tried=spent - before,
        by_mrc=_shares(rows, mrc_of),
        by_kind=_shares(rows, lambda application: application.organization.get_kind_display()),
    )


def mrc_of(application: Application) -> str:
    """The MRC of its fiche, in a word."""
    place = application.organization.municipality
    return place.mrc.name if place else _("Sans municipalité")


def _shares(rows: Iterable[Ranked], name_of) -> list[Share]:
    groups: dict[str, list[Ranked]] = {}
    for row in rows:
        groups.setdefault(str(name_of(row.application)), []).append(row)
    return [
        Share(
            name,
            count=len(group),
            served=sum(row.amount > 0 for row in group),
            asked=sum((row.application.requested or ZERO for row in group), ZERO),
            amount=sum((row.amount for row in group), ZERO),
        )
        for name, group in sorted(groups.items())
    ]


@transaction.atomic
def save_amounts(
    *, call: Call, amounts: Mapping[int, Decimal], seen: Mapping[int, Decimal], actor
) -> list[Application]:
    """Keep the amounts that somebody changed on the page, by application; return those that another changed too.

    ``seen``: the amounts as the page showed them. What the other saved stays.
    """
    call = _lock_open(call, actor)
    waiting = _undecided(call)
    conflicts, changed = [], {}
    for pk, application in waiting.items():
        wanted, shown, now = amounts.get(pk, ZERO), seen.get(pk, ZERO), tried_amount(application)
        if pk not in amounts or wanted in {shown, now}:
            continue
        if shown != now:
            conflicts.append(application)
            continue
        most = most_for(application)
        if most is not None and wanted > most:
            raise InvalidState(
                _("%(fiche)s : au plus %(amount)s.")
                % {"fiche": application.organization.name, "amount": format_amount(most)}
            )
        changed[pk] = wanted
    if changed:
        _keep(call, changed, actor)
    return conflicts


@transaction.atomic
def fill_amounts(*, call: Call, actor) -> Decimal:
    """« Remplir automatiquement »: the best scores first, each what it asked, until the envelope is spent.

    The last one that is served gets what is left. Decisions that are prepared stay. Returns what is left.
    """
    call = _lock_open(call, actor)
    if call.envelope is None:
        raise InvalidState(_("Cet appel n’a pas d’enveloppe : il n’y a rien à répartir."))
    rows = rank(call).rows
    if not any(row.application.score is not None for row in rows):
        raise InvalidState(_("Aucune demande n’a encore de note : terminez d’abord les évaluations."))
    left = call.envelope - granted(call) - sum((row.amount for row in rows if row.is_decided), ZERO)
    amounts = {}
    for row in rows:
        if row.is_decided:
            continue
        wanted = (most_for(row.application) or ZERO) if row.application.score is not None else ZERO
        amounts[row.application.pk] = max(ZERO, min(wanted, left))
        left -= amounts[row.application.pk]
    _keep(call, amounts, actor)
    return left


def _keep(call: Call, amounts: Mapping[int, Decimal], actor) -> None:
    TriedAmount.objects.filter(application__in=amounts).delete()
    TriedAmount.objects.bulk_create(
        TriedAmount(application_id=pk, amount=amount) for pk, amount in amounts.items() if amount > 0
    )
    record(
        verb="funding.ranking_saved",
        actor=actor,
        subject=call,
        data={"total": format_amount(rank(call).total)},
    )


def _undecided(call: Call) -> dict[int, Application]:
    found = ranked_applications(call)
    for application in found:
        application.call = call
    return {application.pk: application for application in found if not application.prepared_ones}


def _lock_open(call: Call, actor) -> Call:
    """The call, locked. Raises PermissionDenied, and InvalidState once the ranking is closed."""
    call = lock_call(call.pk)
    require(can_run_program(actor, call.program))
    if call.ranking_closed_at is not None:
        raise InvalidState(_("Le classement est fermé : rouvrez-le pour essayer d’autres montants."))
    return call


@transaction.atomic
def close_ranking(*, call: Call, actor) -> None:
    """« Fermer le classement »: scores and tried amounts no longer move. Raises InvalidState when it is closed."""
    call = _lock_open(call, actor)
    call.ranking_closed_at = timezone.now()
    call.save(update_fields=["ranking_closed_at"])
    record(verb="funding.ranking_closed", actor=actor, subject=call)


@transaction.atomic
def reopen_ranking(*, call: Call, actor) -> None:
    """« Rouvrir le classement ». Raises InvalidState when it is open, or while decisions are being announced."""
    call = lock_call(call.pk)
    require(can_run_program(actor, call.program))
    if call.ranking_closed_at is None:
        raise InvalidState(_("Le classement est déjà ouvert."))
    if call.announcements.at_work().exists():
        raise InvalidState(_("Des décisions de cet appel sont en train d’être annoncées : attendez la fin."))
    call.ranking_closed_at = None
    call.save(update_fields=["ranking_closed_at"])
    record(verb="funding.ranking_reopened", actor=actor, subject=call)


def amounts_of(ranking: Ranking) -> dict[int, Decimal]:
    """What is tried on each undecided line, as the page shows it."""
    return {row.application.pk: row.amount for row in ranking.rows if not row.is_decided}


def outcome_of(row: Ranked) -> str:
    """What a committee reads of a line: the prepared decision in a word, else what its amount suggests."""
    if row.decision is not None:
        return str(Outcome(row.decision.outcome).label)
    return _("À l’essai") if row.amount > 0 else ""
