"""Calls: prepared, published, withdrawn, copied from one year to the next."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from guichet.core.errors import InvalidState
from guichet.core.events import record
from guichet.core.templatetags.guichet import moment
from guichet.organizations.enums import Kind

from .. import perms
from ..enums import CALL_TRANSITIONS, ApplicationStatus, CallStatus
from ..messages import calls as messages
from ..models import Application, Call, Criterion, CriterionNote, Instalment
from ..schema import format_percent
from .base import require

# Not with the body yet: a call that is withdrawn stops them.
BEING_WRITTEN = (ApplicationStatus.DRAFT, ApplicationStatus.AWAITING_MANAGER)
# Once somebody applies, their numbers and answers hang on these.
FIXED = ("program_id", "code", "form_id")
_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")


def lock_call(call: Call) -> Call:
    """The call as it is now, with its programme."""
    return Call.objects.select_for_update(of=("self",)).select_related("program", "form").get(pk=call.pk)


def problem_of_shares(shares: Iterable[Decimal]) -> str:
    """What is wrong with the instalments, in a sentence; empty when they add up, or when there is none."""
    shares = list(shares)
    total = sum(shares, Decimal())
    if not shares or total == 100:
        return ""
    return _("Les versements font %(total)s au total. Ils doivent faire %(all)s.") % {
        "total": format_percent(total),
        "all": format_percent(Decimal(100)),
    }


def being_written(call: Call) -> int:
    """How many applications to this call are being written."""
    return call.applications.filter(status__in=BEING_WRITTEN).count()


def kinds_in_words(call: Call) -> str:
    """The milieux that may apply; empty when all may."""
    return ", ".join(str(Kind(kind).label) for kind in call.kinds)


def scored_criteria(call: Call) -> dict[int, Criterion]:
    """The criteria, as they are stored, on which an evaluator has given or written something."""
    notes = CriterionNote.objects.filter(criterion__call=call).exclude(points__isnull=True, comment="")
    return Criterion.objects.filter(pk__in=notes.order_by().values("criterion")).in_bulk()


def why_not_drop(criterion: Criterion) -> str:
    """Why a criterion that was scored stays."""
    return _("« %(criterion)s » a déjà des notes d’évaluation : ce critère ne se supprime plus.") % {
        "criterion": criterion
    }


def why_not_weigh(criterion: Criterion) -> str:
    """Why a criterion that was scored keeps its points. ``criterion``: as it is stored."""
    return _("« %(criterion)s » a déjà des notes sur %(points)d : ses points ne changent plus.") % {
        "criterion": criterion,
        "points": criterion.points,
    }


def _keep_what_is_scored(call: Call) -> None:
    """Raise InvalidState when a scored criterion would go or weigh otherwise; forget the empty notes of the others."""
    after = {one.pk: one for one in call.criteria.all()}
    for pk, known in scored_criteria(call).items():
        if pk not in after:
            raise InvalidState(why_not_drop(known))
        if after[pk].points != known.points:
            raise InvalidState(why_not_weigh(known))
    CriterionNote.objects.filter(criterion__call=call).exclude(criterion__in=list(after)).delete()


def _check(call: Call) -> None:
    if problem := problem_of_shares(instalment.share for instalment in call.instalments.all()):
        raise InvalidState(problem)


@transaction.atomic
def create_call(*, call: Call, actor, mrcs: Iterable = ()) -> Call:
    """Prepare a call, with the criteria and instalments that it carries; nobody sees it yet."""
    require(perms.can_run_program(actor, call.program))
    _check(call)
    call.status = CallStatus.DRAFT
    call.save()
    call.mrcs.set(mrcs)
    record(verb="funding.call_created", actor=actor, subject=call)
    return call


@transaction.atomic
def update_call(*, call: Call, actor, mrcs: Iterable | None = None) -> Call:
    """Change a call. New dates of one that people know of are told with the old ones."""
    stored = lock_call(call)
    require(perms.can_run_program(actor, stored.program) and perms.can_run_program(actor, call.program))
    _check(call)
    if any(getattr(call, name) != getattr(stored, name) for name in FIXED) and stored.applications.exists():
        raise InvalidState(
            _("Des organismes écrivent déjà : le programme, le sigle et le formulaire de cet appel ne changent plus.")
        )
    _keep_what_is_scored(call)
    # What others write in the row meanwhile.
    for name in ("status", "last_number", "announced_at", "reminded_at"):
        setattr(call, name, getattr(stored, name))
    call.save()
    if mrcs is not None:
        call.mrcs.set(mrcs)
    before, after = _dates(stored), _dates(call)
    if before != after and stored.status != CallStatus.DRAFT:
        record(verb="funding.call_moved", actor=actor, subject=call, data={"before": before, "after": after})
    else:
        record(verb="funding.call_changed", actor=actor, subject=call)
    return call


def _dates(call: Call) -> str:
    return _("du {opening} au {closing}").format(opening=moment(call.opens_at), closing=moment(call.closes_at))


def _move(call: Call, status: CallStatus) -> None:
    if status not in CALL_TRANSITIONS[CallStatus(call.status)]:
        raise InvalidState(
            _("Cet appel a changé d’état entre-temps : il est maintenant « %(status)s ».")
            % {"status": call.get_status_display()}
        )
    call.status = status
    call.save(update_fields=["status"])


@transaction.atomic
def publish_call(*, call: Call, actor) -> Call:
    """Let people know of it, and apply between its dates."""
    call = lock_call(call)
    require(perms.can_run_program(actor, call.program))
    if not call.form.versions.exists():
        raise InvalidState(
            _("Le formulaire « %(form)s » n’a encore aucune version. Publiez-le d’abord.") % {"form": call.form}
        )
    if not call.program.is_published:
        raise InvalidState(
            _("Le programme « %(program)s » ne paraît pas dans le site. Publiez-le d’abord.")
            % {"program": call.program}
        )
    _check(call)
    _move(call, CallStatus.PUBLISHED)
    record(verb="funding.call_published", actor=actor, subject=call)
    return call


@transaction.atomic
def withdraw_call(*, call: Call, reason: str, actor) -> Call:
    """Take no application any more. What is being written stays, its people are told; what was handed in goes on."""
    call = lock_call(call)
    require(perms.can_run_program(actor, call.program))
    _move(call, CallStatus.WITHDRAWN)
    record(verb="funding.call_withdrawn", actor=actor, subject=call, reason=reason)
    stopped = Application.objects.filter(call=call, status__in=BEING_WRITTEN).select_related("organization")
    messages.call_withdrawn(call, list(stopped), reason=reason)
    return call


def a_year_later(words: str) -> str:
    """« automne 2026 » → « automne 2027 », « PAFILR-2026 » → « PAFILR-2027 »."""
    return _YEAR.sub(lambda found: str(int(found[0]) + 1), words)


@transaction.atomic
def copy_call(*, call: Call, name: str, code: str, actor) -> Call:
    """« Copier l’appel de l’an dernier »: a draft with all that this one has, a year later. The code has to be new."""
    source = lock_call(call)
    require(perms.can_run_program(actor, source.program))
    if Call.objects.filter(code=code).exists():
        raise InvalidState(
            _("Le sigle « %(code)s » sert déjà à un autre appel. Donnez-en un nouveau.") % {"code": code}
        )
    mrcs, criteria, instalments = list(source.mrcs.all()), list(source.criteria.all()), list(source.instalments.all())
    copy = Call.objects.get(pk=source.pk)
    copy.pk = None
    copy._state.adding = True
    copy.name, copy.code, copy.copied_from_id = name, code, source.pk
    copy.status, copy.last_number, copy.announced_at, copy.reminded_at = CallStatus.DRAFT, 0, None, None
    copy.created_at = timezone.now()
    for moment_name in ("opens_at", "closes_at"):
        # At the same time of the clock, whatever the season's hour.
        local = timezone.localtime(getattr(source, moment_name)) + relativedelta(years=1)
        setattr(copy, moment_name, timezone.make_aware(local.replace(tzinfo=None)))
    for day_name in ("project_from", "project_until"):
        if day := getattr(source, day_name):
            setattr(copy, day_name, day + relativedelta(years=1))
    copy.criteria = [
        Criterion(title=one.title, guide=one.guide, points=one.points, sort_order=one.sort_order) for one in criteria
    ]
    copy.instalments = [
        Instalment(share=one.share, condition=one.condition, sort_order=one.sort_order) for one in instalments
    ]
    copy.save()
    copy.mrcs.set(mrcs)
    record(verb="funding.call_copied", actor=actor, subject=copy, data={"source": str(source)})
    return copy
