"""Makes the demo's programmes, forms and calls, by the services that staff use, then what was asked and granted."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from guichet.accounts.models import User
from guichet.organizations.demo.moments import DAY, happened
from guichet.organizations.demo.seed import keep_few_messages, next_message
from guichet.organizations.models import DirectoryEntry, Organization

from .. import services
from ..enums import FormPurpose
from ..models import Application, Call, Criterion, DecisionReason, Form, Instalment, Program, QuestionSet
from ..starting import load_reasons
from .applications import Timeline, write_applications
from .following import Ledger
from .forms import SETS
from .more_forms import report
from .outcomes import Desk
from .plans import Plan, plan_all
from .programs import PROGRAMS, DemoCall, DemoProgram, limits_of
from .stories import tell_funding_stories

OPENING = dt.time(8)
# What an application only has once its files, its evaluations and its decision are known.
WRITTEN_LATER = [
    "answers",
    "touched",
    "requested",
    "total_cost",
    "officer",
    "score",
    "granted",
    "announced_at",
    "report_due_on",
    "changes_asked_at",
    "changes_text",
    "changes_questions",
    "changes_due_on",
    "changes_reminded_on",
]


@transaction.atomic
def seed_funding() -> None:
    """Five programmes in the site, their calls open, to come and closed, and the applications of three years.

    The demo's accounts and fiches have to be there.
    """
    admin, agent = (User.objects.get(username=name) for name in ("admin", "agent"))
    sets = {name: QuestionSet.objects.create(name=name, body=questions).pk for name, questions in SETS.items()}
    calls = []
    with override(settings.LANGUAGE_CODE), happened(300 * DAY):
        report_form = _form("Reddition de comptes", FormPurpose.REPORT, report(), admin)
        for data in PROGRAMS:
            program = _program(data, admin=admin, agent=agent)
            form = _form(f"Demande : {data.name}", FormPurpose.APPLICATION, data.form(sets), admin)
            for call in data.calls:
                made = _call(call, data, program, form=form, report_form=report_form, actor=agent)
                calls.append((made, call))
    with override(settings.LANGUAGE_CODE):
        _applications(calls, admin=admin, agent=agent)


def _applications(calls: list[tuple[Call, DemoCall]], *, admin: User, agent: User) -> None:
    """Everything that was asked, as far as it has come, then the stories of the gestionnaire's own fiche."""
    first_message, started_at = next_message(), timezone.now()
    chance = random.Random(2027)  # noqa: S311 - the same demo every time
    load_reasons()
    timeline = Timeline()
    plans = plan_all(calls)
    _confirm_fiches(plans, chance)
    tales = write_applications(plans, chance, timeline)
    desk = Desk(chance, timeline, agent, [agent, admin], list(DecisionReason.objects.order_by("pk")))
    for told in tales:
        desk.look_at(told)
    ledger = Ledger(timeline, agent, calls[0][0].report_form.versions.get())
    for told, decision in desk.decisions:
        ledger.follow(told, decision)
    Application.objects.bulk_update((told.row for told in tales), WRITTEN_LATER, batch_size=100)
    desk.write()
    ledger.write()
    timeline.write()
    tell_funding_stories(tales, agent=agent)
    keep_few_messages(first_message, started_at)


def _confirm_fiches(plans: list[Plan], chance: random.Random) -> None:
    """Each fiche that applies said within the year that it is still true: the calls ask for that."""
    for organization in {plan.applicant.organization for plan in plans}:
        at = timezone.now() - chance.randint(20, 300) * DAY
        Organization.objects.filter(pk=organization.pk, content_confirmed_at=None).update(content_confirmed_at=at)
        DirectoryEntry.objects.filter(organization=organization, confirmed_at=None).update(confirmed_at=at)


def _form(name: str, purpose: str, body: list, actor: User) -> Form:
    form = services.create_form(form=Form(name=name, purpose=purpose, body=body), actor=actor)
    services.publish_form(form=form, actor=actor)
    return form


def _program(data: DemoProgram, *, admin: User, agent: User) -> Program:
    program = Program(
        name=data.name,
        slug=data.slug,
        one_per_year=data.one_per_year,
        contact_name=str(agent),
        contact_email=agent.email,
        **data.page,
    )
    services.create_program(program=program, officers=[agent], actor=admin)
    return services.publish_program(program=program, actor=admin)


def _moment(days: int, at: dt.time) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(timezone.localdate() + dt.timedelta(days=days), at))


def _call(data: DemoCall, of: DemoProgram, program: Program, *, form: Form, report_form: Form, actor: User) -> Call:
    closes_at = _moment(data.closes, data.closes_at)
    first, last = (timezone.localdate(closes_at) + dt.timedelta(days=days) for days in data.projects)
    call = Call(
        program=program,
        name=f"{data.name} {closes_at.year}",
        code=f"{data.code}-{closes_at.year}",
        opens_at=_moment(data.opens, OPENING),
        closes_at=closes_at,
        envelope=Decimal(data.envelope),
        kinds=list(of.kinds),
        needs_resolution=of.needs_resolution,
        project_from=first,
        project_until=last,
        form=form,
        report_form=report_form,
        **limits_of(of),
    )
    call.criteria = [
        Criterion(title=title, points=points, guide=guide, sort_order=order)
        for order, (title, points, guide) in enumerate(of.criteria)
    ]
    call.instalments = [
        Instalment(share=Decimal(share), condition=condition, sort_order=order)
        for order, (share, condition) in enumerate(of.instalments)
    ]
    services.create_call(call=call, actor=actor)
    return services.publish_call(call=call, actor=actor)
