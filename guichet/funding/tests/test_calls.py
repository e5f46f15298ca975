"""Calls: published with all that they need, moved, withdrawn, copied to the next year."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from guichet.accounts.tests.factories import AdminFactory, AgentFactory
from guichet.core.errors import InvalidState
from guichet.core.models import Event, OutgoingMessage
from guichet.funding import services
from guichet.funding.enums import ApplicationStatus, CallPhase, CallStatus
from guichet.funding.models import Application, Call, Criterion, Instalment
from guichet.organizations.tests.factories import ManagerFactory, MrcFactory

from .factories import ApplicationFactory, CallFactory, FormFactory, ProgramFactory, SubmittedFactory

pytestmark = pytest.mark.django_db
HERE = ZoneInfo("America/Toronto")


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=HERE)


@pytest.fixture
def admin():
    return AdminFactory()


@pytest.mark.parametrize(
    ("status", "now", "phase"),
    [
        (CallStatus.DRAFT, "2026-10-01 12:00", CallPhase.DRAFT),
        (CallStatus.WITHDRAWN, "2026-10-01 12:00", CallPhase.WITHDRAWN),
        (CallStatus.PUBLISHED, "2026-09-30 23:59", CallPhase.COMING),
        (CallStatus.PUBLISHED, "2026-10-01 00:00", CallPhase.OPEN),
        (CallStatus.PUBLISHED, "2026-10-31 11:59", CallPhase.OPEN),
        (CallStatus.PUBLISHED, "2026-10-31 12:00", CallPhase.CLOSED),
    ],
)
def test_phase_is_the_state_and_the_dates(status, now, phase):
    call = CallFactory(status=status, opens_at=at("2026-10-01 00:00"), closes_at=at("2026-10-31 12:00"))
    assert call.phase(at(now)) == phase


def test_call_is_published_and_told(admin):
    call = CallFactory(status=CallStatus.DRAFT)
    assert services.publish_call(call=call, actor=admin).status == CallStatus.PUBLISHED
    assert Event.objects.about(call).get().sentence == f"{admin} a publié l’appel {call}."
    with pytest.raises(InvalidState, match="maintenant «\u00a0Publié\u00a0»"):
        services.publish_call(call=call, actor=admin)


def test_call_without_a_form_version_is_not_published(admin):
    call = CallFactory(status=CallStatus.DRAFT, form=FormFactory(name="Vide"))
    with pytest.raises(InvalidState, match="aucune version"):
        services.publish_call(call=call, actor=admin)


def test_call_of_a_hidden_program_is_not_published(admin):
    call = CallFactory(status=CallStatus.DRAFT, program=ProgramFactory(is_published=False))
    with pytest.raises(InvalidState, match="ne paraît pas dans le site"):
        services.publish_call(call=call, actor=admin)


@pytest.mark.parametrize(("shares", "adds_up"), [([], True), (["75", "25"], True), (["75", "24.9"], False)])
def test_instalments_add_up_to_a_hundred(admin, shares, adds_up):
    call = CallFactory(status=CallStatus.DRAFT)
    call.instalments = [Instalment(share=Decimal(share), condition="À l’entente") for share in shares]
    if adds_up:
        services.update_call(call=call, actor=admin)
        assert Call.objects.get(pk=call.pk).instalments.count() == len(shares)
    else:
        with pytest.raises(InvalidState, match="99,9"):
            services.update_call(call=call, actor=admin)
        assert not Instalment.objects.exists()


def test_new_dates_of_a_published_call_are_told_with_the_old_ones(admin):
    call = CallFactory(opens_at=at("2026-10-01 00:00"), closes_at=at("2026-10-31 12:00"))
    call.closes_at = at("2026-11-02 16:30")
    services.update_call(call=call, actor=admin)
    event = Event.objects.get(verb="funding.call_moved")
    sentence = event.sentence.replace("\u00a0", " ")
    assert "31 octobre 2026, 12 h 00" in sentence
    assert "2 novembre 2026, 16 h 30" in sentence
    call.name = "automne"
    services.update_call(call=call, actor=admin)
    assert Event.objects.filter(verb="funding.call_moved").count() == 1


def test_form_and_code_do_not_change_once_somebody_applies(admin):
    application = ApplicationFactory()
    call = Call.objects.get(pk=application.call_id)
    call.code = "AUTRE"
    with pytest.raises(InvalidState, match="ne changent plus"):
        services.update_call(call=call, actor=admin)


def test_numbering_goes_on_while_the_call_is_edited(admin):
    call = CallFactory()
    opened = Call.objects.get(pk=call.pk)
    Call.objects.filter(pk=call.pk).update(last_number=7)
    services.update_call(call=opened, actor=admin)
    assert Call.objects.get(pk=call.pk).last_number == 7


def test_withdrawing_stops_those_who_write_and_tells_them(admin):
    manager = ManagerFactory()
    draft = ApplicationFactory(organization=manager.organization)
    handed_in = SubmittedFactory(call=draft.call)
    ManagerFactory(organization=handed_in.organization)
    services.withdraw_call(call=draft.call, reason="Plus d’argent.", actor=admin)
    draft.refresh_from_db()
    assert draft.status == ApplicationStatus.DRAFT
    assert not Call.objects.published().exists()
    message = OutgoingMessage.objects.get()
    assert message.to == manager.user.email
    assert "Plus d’argent." in message.text
    assert Event.objects.get(verb="funding.call_withdrawn").reason == "Plus d’argent."
    services.publish_call(call=draft.call, actor=admin)
    assert Call.objects.published().exists()


def test_copy_is_a_draft_a_year_later_with_everything(admin):
    call = CallFactory(
        name="automne 2026",
        code="PAFILR-2026",
        opens_at=at("2026-10-25 08:00"),
        # The hour changes on 1 November 2026, and on 7 November 2027.
        closes_at=at("2026-11-03 12:00"),
        project_from=dt.date(2028, 2, 29),
        project_until=dt.date(2028, 11, 30),
        max_share=Decimal("50.0"),
        kinds=["school"],
        last_number=12,
        announced_at=timezone.now(),
    )
    call.mrcs.add(MrcFactory())
    call.criteria = [Criterion(title="Portée", points=20, guide="Loin : 20.")]
    call.instalments = [Instalment(share=Decimal(100), condition="À l’entente")]
    call.save()
    copy = services.copy_call(call=call, name="automne 2027", code="PAFILR-2027", actor=admin)
    copy = Call.objects.get(pk=copy.pk)
    assert (copy.status, copy.last_number, copy.announced_at, copy.copied_from) == (CallStatus.DRAFT, 0, None, call)
    assert (copy.opens_at, copy.closes_at) == (at("2027-10-25 08:00"), at("2027-11-03 12:00"))
    assert (copy.project_from, copy.project_until) == (dt.date(2029, 2, 28), dt.date(2029, 11, 30))
    assert (copy.form, copy.max_share, copy.kinds) == (call.form, Decimal("50.0"), ["school"])
    assert [one.name for one in copy.mrcs.all()] == ["Arthabaska"]
    assert [(one.title, one.points, one.guide) for one in copy.criteria.all()] == [("Portée", 20, "Loin : 20.")]
    assert [one.share for one in copy.instalments.all()] == [Decimal(100)]
    assert call.criteria.count() == call.instalments.count() == 1


def test_copy_needs_a_new_code(admin):
    call = CallFactory(code="PAFILR-2026")
    with pytest.raises(InvalidState, match="sert déjà"):
        services.copy_call(call=call, name="x", code="PAFILR-2026", actor=admin)
    assert services.a_year_later("PAFILR-2026, automne 2026") == "PAFILR-2027, automne 2027"
    assert services.a_year_later("projet 12026") == "projet 12026"


def test_calls_are_run_by_the_programs_officers():
    call, agent, other = CallFactory(status=CallStatus.DRAFT), AgentFactory(), AgentFactory()
    call.program.officers.add(agent)
    for verb in (services.publish_call, services.update_call):
        with pytest.raises(PermissionDenied):
            verb(call=call, actor=other)
    services.publish_call(call=call, actor=agent)
    elsewhere = Call.objects.get(pk=call.pk)
    elsewhere.program = ProgramFactory()
    with pytest.raises(PermissionDenied):
        services.update_call(call=elsewhere, actor=agent)


def test_program_leaves_the_site_with_its_calls(admin):
    call = CallFactory()
    services.unpublish_program(program=call.program, actor=admin)
    assert not Call.objects.open().exists()
    with pytest.raises(InvalidState):
        services.unpublish_program(program=call.program, actor=admin)
    services.publish_program(program=call.program, actor=admin)
    assert Call.objects.open().exists()


def test_only_admins_say_who_has_a_program(admin):
    program, agent = ProgramFactory(), AgentFactory()
    with pytest.raises(PermissionDenied):
        services.update_program(program=program, officers=[agent], actor=agent)
    services.update_program(program=program, officers=[agent], actor=admin)
    assert list(program.officers.all()) == [agent]
    services.update_program(program=program, actor=agent)
    with pytest.raises(PermissionDenied):
        services.update_program(program=program, officers=[], actor=agent)
    with pytest.raises(PermissionDenied):
        services.create_program(program=ProgramFactory.build(slug="neuf"), actor=agent)
    assert Application.objects.count() == 0
