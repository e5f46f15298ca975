"""From those who write to the gestionnaires, and from them to the body."""

import datetime as dt
import hashlib
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.utils import timezone

from guichet.accounts.tests.factories import AgentFactory, UserFactory
from guichet.core.errors import InvalidState
from guichet.core.models import Event, OutgoingMessage
from guichet.funding import services
from guichet.funding.enums import ApplicationStatus, CallStatus
from guichet.funding.models import Application, ApplicationFile, Submission
from guichet.funding.services.documents import submission_data
from guichet.organizations.enums import AccessStatus
from guichet.organizations.models import Organization
from guichet.organizations.tests.factories import AccessFactory, ManagerFactory

from .factories import ANSWERS, ApplicationFactory

pytestmark = pytest.mark.django_db
STATEMENT = "Je déclare que tout est vrai."
S = ApplicationStatus


@pytest.fixture
def application():
    return ApplicationFactory()


@pytest.fixture
def manager(application):
    return ManagerFactory(organization=application.organization).user


@pytest.fixture
def contributor(application, manager):
    return AccessFactory(organization=application.organization).user


def submit(application, actor, **extra):
    return services.submit(application=application, statement=STATEMENT, actor=actor, **extra)


def sent(kind):
    return sorted(OutgoingMessage.objects.filter(kind=f"funding/messages/{kind}").values_list("to", flat=True))


# --- To the gestionnaires -------------------------------------------------------------------------


def test_contributor_sends_to_the_managers_and_nobody_takes_it_for_submitted(application, contributor, manager):
    services.send_to_managers(application=application, actor=contributor)
    application.refresh_from_db()
    assert application.status == S.AWAITING_MANAGER
    assert application.submitted_at is None
    message = OutgoingMessage.objects.get(kind="funding/messages/application_to_submit")
    assert message.to == manager.email
    assert "pas encore transmise" in message.text
    assert "transmise avant le" in message.text


def test_incomplete_application_is_not_sent_and_says_what_is_missing(application, contributor):
    application.answers = {**ANSWERS, "resume": ""}
    application.save()
    with pytest.raises(services.Incomplete) as caught:
        services.send_to_managers(application=application, actor=contributor)
    assert [problem.question_key for problem in caught.value.verdict.problems] == ["resume"]
    application.refresh_from_db()
    assert application.status == S.DRAFT


def test_application_of_a_fiche_without_manager_is_not_sent_into_the_void():
    access = AccessFactory()
    application = ApplicationFactory(organization=access.organization)
    with pytest.raises(InvalidState, match="gestionnaire"):
        services.send_to_managers(application=application, actor=access.user)


def test_manager_returns_it_with_a_remark_that_its_writer_reads(application, contributor, manager):
    services.send_to_managers(application=application, actor=contributor)
    with pytest.raises(InvalidState):
        services.return_application(application=application, remark="  ", actor=manager)
    services.return_application(application=application, remark="Ajoutez le devis.", actor=manager)
    application.refresh_from_db()
    assert (application.status, application.return_remark) == (S.DRAFT, "Ajoutez le devis.")
    assert sent("application_returned") == [contributor.email]


def test_contributor_does_not_return(application, contributor, manager):
    services.send_to_managers(application=application, actor=contributor)
    with pytest.raises(PermissionDenied):
        services.return_application(application=application, remark="Non.", actor=contributor)


def test_managers_are_reminded_every_three_days_while_it_can_be_submitted(application, contributor, manager):
    services.send_to_managers(application=application, actor=contributor)
    now = timezone.now()
    days = [now + dt.timedelta(days=n) for n in (1, 3, 4, 6, 21)]
    assert [services.remind_managers(now=day) for day in days] == [0, 1, 0, 1, 0]
    assert sent("application_still_to_submit") == [manager.email] * 2


# --- To the body ----------------------------------------------------------------------------------


def test_submission_has_number_date_amounts_and_fingerprint(application, manager):
    at = timezone.now()
    submission = submit(application, manager, received_at=at)
    application.refresh_from_db()
    assert application.status == S.SUBMITTED
    assert application.number == f"{application.call.code}-0001"
    assert (application.requested, application.total_cost) == (Decimal("1000.00"), Decimal("1500.00"))
    assert application.submitted_at == submission.at == at
    assert application.decision_due_on == timezone.localdate(application.call.closes_at) + dt.timedelta(days=60)
    assert len(submission.fingerprint) == 64
    assert services.is_intact(submission)
    assert sent("application_submitted") == [manager.email]
    assert Event.objects.filter(verb="funding.application_submitted", actor=manager).count() == 1


def test_second_application_of_a_call_has_the_next_number(application, manager):
    submit(application, manager)
    other = ApplicationFactory(call=application.call)
    submit(other, ManagerFactory(organization=other.organization).user)
    other.refresh_from_db()
    assert other.number == f"{application.call.code}-0002"


def test_contributor_agent_and_stranger_do_not_submit(application, contributor):
    for actor in (contributor, AgentFactory(), UserFactory()):
        with pytest.raises(PermissionDenied):
            submit(application, actor)


def test_double_click_submits_once(application, manager):
    first = submit(application, manager)
    assert submit(application, manager) == first
    assert Submission.objects.count() == 1
    assert len(sent("application_submitted")) == 1


def test_second_manager_is_told_who_was_faster(application, manager):
    submit(application, manager)
    other = ManagerFactory(organization=application.organization).user
    with pytest.raises(services.AlreadySubmitted, match=str(manager)):
        submit(application, other)


@pytest.mark.parametrize(("seconds", "in_time"), [(-1, True), (0, False), (1, False)])
def test_submission_is_in_time_until_the_second_of_the_closing(application, manager, seconds, in_time):
    at = application.call.closes_at + dt.timedelta(seconds=seconds)
    if in_time:
        assert submit(application, manager, received_at=at).at == at
    else:
        with pytest.raises(InvalidState, match="fermé depuis"):
            submit(application, manager, received_at=at)
        assert not Submission.objects.exists()


def test_closing_is_in_the_regions_time_through_the_change_of_hour(manager, application):
    # Clocks go back on 2026-11-01 at 2 h: noon is 16 h UTC the day before, 17 h that day.
    call = application.call
    call.opens_at = dt.datetime(2026, 10, 1, 16, tzinfo=dt.UTC)
    call.closes_at = dt.datetime(2026, 11, 1, 12, tzinfo=timezone.get_default_timezone())
    call.save()
    with pytest.raises(InvalidState):
        submit(application, manager, received_at=dt.datetime(2026, 11, 1, 17, tzinfo=dt.UTC))
    assert submit(application, manager, received_at=dt.datetime(2026, 11, 1, 16, 59, 59, tzinfo=dt.UTC))


def test_call_withdrawn_while_somebody_writes_refuses_and_loses_nothing(application, manager):
    application.call.status = CallStatus.WITHDRAWN
    application.call.save()
    with pytest.raises(InvalidState, match="retiré"):
        submit(application, manager)
    application.refresh_from_db()
    assert (application.status, application.answers) == (S.DRAFT, ANSWERS)


def test_fiche_that_is_not_eligible_any_more_does_not_submit(application, manager):
    application.call.needs_confirmed_fiche = True
    application.call.save()
    with pytest.raises(InvalidState, match="confirmée"):
        submit(application, manager)


def test_membership_that_ended_since_the_draft_stops_the_submission_and_loses_nothing(application, manager):
    application.call.members_only = True
    application.call.save()
    Organization.objects.filter(pk=application.organization_id).update(
        member_until=timezone.localdate() - dt.timedelta(days=1)
    )
    with pytest.raises(InvalidState, match=r"membre de LSCQ.*écrivez à"):
        submit(application, manager)
    application.refresh_from_db()
    assert (application.status, application.answers) == (S.DRAFT, ANSWERS)
    Organization.objects.filter(pk=application.organization_id).update(member_until=timezone.localdate())
    application.organization.refresh_from_db()
    assert submit(application, manager)


def test_statement_has_to_be_agreed_to(application, manager):
    with pytest.raises(InvalidState, match="déclaration"):
        services.submit(application=application, statement="", actor=manager)


def test_author_deactivated_in_the_middle_strands_nothing(application, manager, contributor):
    application.started_by = contributor
    application.save()
    access = application.organization.accesses.get(user=contributor)
    access.status = AccessStatus.DEACTIVATED
    access.save()
    with pytest.raises(PermissionDenied):
        services.send_to_managers(application=application, actor=contributor)
    assert submit(application, manager).by == manager
    assert sent("application_submitted") == [manager.email]


def test_extension_lets_its_fiche_submit_late(application, manager):
    call = application.call
    until = call.closes_at + dt.timedelta(days=2)
    agent = AgentFactory()
    with pytest.raises(PermissionDenied):
        services.grant_extension(
            call=call, organization=application.organization, until=until, reason="Feu.", actor=agent
        )
    call.program.officers.add(agent)
    services.grant_extension(call=call, organization=application.organization, until=until, reason="Feu.", actor=agent)
    assert sent("extension_granted") == [manager.email]
    assert submit(application, manager, received_at=call.closes_at + dt.timedelta(days=1))


# --- What was handed in ---------------------------------------------------------------------------


def add_file(application, content=b"%PDF-1.4 devis"):
    return ApplicationFile.objects.create(
        application=application,
        question="devis",
        file=ContentFile(content, name="devis.pdf"),
        name="devis.pdf",
        content_type="application/pdf",
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )


def test_pdf_of_a_submission_says_the_name_of_the_fiche_at_that_moment(application, manager):
    name = application.organization.name
    submission = submit(application, manager)
    Organization.objects.filter(pk=application.organization_id).update(name="Un autre nom")
    data = submission_data(Submission.objects.get(pk=submission.pk))
    assert dict(data["facts"])["Organisme"] == name
    assert (data["draft"], data["proof"]["fingerprint"]) == ("", submission.fingerprint)
    assert dict(data["proof"]["rows"])["Numéro"] == Application.objects.get().number


def test_file_swapped_after_the_submission_shows(application, manager):
    file = add_file(application)
    application.answers = {**ANSWERS, "devis": [file.pk]}
    application.save()
    submission = submit(application, manager)
    assert submission.files == [[file.pk, "devis.pdf", file.size, file.sha256]]
    assert services.is_intact(submission)
    storage = file.file.storage
    storage.delete(file.file.name)
    storage.save(file.file.name, ContentFile(b"%PDF-1.4 autre"))
    assert not services.is_intact(submission)


def test_answer_changed_in_the_database_shows(application, manager):
    submission = submit(application, manager)
    submission.answers = {**submission.answers, "nom": "Autre projet"}
    assert not services.is_intact(submission)


def test_submission_keeps_its_answers_when_the_application_is_completed(application, manager, contributor):
    first = submit(application, manager)
    Application.objects.filter(pk=application.pk).update(
        status=S.CHANGES_REQUESTED, changes_asked_at=timezone.now(), answers={**ANSWERS, "nom": "Patins pour toutes"}
    )
    application.refresh_from_db()
    services.send_to_managers(application=application, actor=contributor)
    services.return_application(application=application, remark="Encore.", actor=manager)
    application.refresh_from_db()
    assert application.status == S.CHANGES_REQUESTED
    late = application.call.closes_at + dt.timedelta(days=30)
    second = submit(application, manager, received_at=late)
    first.refresh_from_db()
    application.refresh_from_db()
    assert (first.answers["nom"], second.answers["nom"]) == ("Patins pour tous", "Patins pour toutes")
    assert application.number == f"{application.call.code}-0001"
    assert application.submitted_at == first.at
    assert application.resubmitted_at == late


# --- Withdrawing ----------------------------------------------------------------------------------


def test_draft_is_withdrawn_by_whoever_writes_and_another_can_begin(application, contributor):
    services.withdraw(application=application, reason="", actor=contributor)
    application.refresh_from_db()
    assert application.status == S.WITHDRAWN
    assert ApplicationFactory(call=application.call, organization=application.organization)


def test_submitted_application_is_withdrawn_by_a_manager_with_a_reason(application, manager, contributor):
    submit(application, manager)
    with pytest.raises(PermissionDenied):
        services.withdraw(application=application, reason="Annulé.", actor=contributor)
    with pytest.raises(InvalidState):
        services.withdraw(application=application, reason="", actor=manager)
    services.withdraw(application=application, reason="Annulé.", actor=manager)
    assert sent("application_withdrawn") == [manager.email]


@pytest.mark.parametrize("status", [S.ACCEPTED, S.REFUSED, S.CLOSED, S.REPORT_DUE])
def test_nothing_is_withdrawn_after_the_decision(application, manager, status):
    submit(application, manager)
    Application.objects.filter(pk=application.pk).update(status=status)
    with pytest.raises(services.AlreadyMoved):
        services.withdraw(application=application, reason="Trop tard.", actor=manager)
