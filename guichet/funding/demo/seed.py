"""Makes the demo's programmes, forms and calls, by the services that staff use."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from guichet.accounts.models import User
from guichet.organizations.demo.moments import DAY, happened

from .. import services
from ..enums import FormPurpose
from ..models import Call, Criterion, Form, Instalment, Program, QuestionSet
from .forms import SETS
from .more_forms import report
from .programs import PROGRAMS, DemoCall, DemoProgram, limits_of

OPENING = dt.time(8)


@transaction.atomic
def seed_funding() -> None:
    """Five programmes in the site, with calls open, to come and closed. The demo's accounts have to be there."""
    admin, agent = (User.objects.get(username=name) for name in ("admin", "agent"))
    sets = {name: QuestionSet.objects.create(name=name, body=questions).pk for name, questions in SETS.items()}
    with override(settings.LANGUAGE_CODE), happened(300 * DAY):
        report_form = _form("Reddition de comptes", FormPurpose.REPORT, report(), admin)
        for data in PROGRAMS:
            program = _program(data, admin=admin, agent=agent)
            form = _form(f"Demande : {data.name}", FormPurpose.APPLICATION, data.form(sets), admin)
            for call in data.calls:
                _call(call, data, program, form=form, report_form=report_form, actor=agent)


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
