"""The final report: written, sent, returned, reminded of; its files."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.utils import timezone

from guichet.accounts.tests.factories import AgentFactory
from guichet.core.errors import InvalidState
from guichet.core.models import OutgoingMessage
from guichet.core.uploads import CleanFile
from guichet.funding import services
from guichet.funding.enums import ApplicationStatus, FormPurpose
from guichet.funding.models import Report
from guichet.funding.schema import digest
from guichet.funding.services.reminders import step_of
from guichet.organizations.tests.factories import AccessFactory, ManagerFactory

from .factories import SCHEMA, FormFactory, FormVersionFactory, SubmittedFactory

pytestmark = pytest.mark.django_db
S = ApplicationStatus
REAL = {
    "lines": {"lscq": {"real": "1 000"}, "mise": {"real": "500"}, "materiel": {"real": "1 500"}},
    "revenues": [],
    "expenses": [],
    "hours": {},
}
PDF = CleanFile("facture.pdf", "application/pdf", ".pdf", ContentFile(b"%PDF-1.4 facture"))


def report_form():
    return FormVersionFactory(form=FormFactory(purpose=FormPurpose.REPORT), schema=SCHEMA).form


@pytest.fixture
def application():
    return SubmittedFactory(
        call__report_form=report_form(),
        status=S.REPORT_DUE,
        granted=Decimal("1000.00"),
        announced_at=timezone.now(),
        report_due_on=timezone.localdate() + dt.timedelta(days=40),
    )


@pytest.fixture
def manager(application):
    return ManagerFactory(organization=application.organization).user


@pytest.fixture
def contributor(application, manager):
    return AccessFactory(organization=application.organization).user


@pytest.fixture
def officer(application):
    officer = AgentFactory()
    application.call.program.officers.add(officer)
    return officer


def save(application, actor, answers, key="projet", base=None):
    return services.save_report(
        application=application, section_key=key, answers=answers, base=base or {}, actor=actor
    )


@pytest.fixture
def complete(application, contributor):
    save(application, contributor, {"nom": "Patins", "resume": "Trente enfants ont patiné.", "jeunes": "no"})
    planned = digest(services.report_of(application).answers["budget"])
    save(application, contributor, {"budget": REAL}, "budget", {"budget": planned})
    return application


def sent(kind):
    return sorted(OutgoingMessage.objects.filter(kind=f"funding/messages/{kind}").values_list("to", flat=True))


# --- Writing --------------------------------------------------------------------------------------


def test_report_begins_with_the_budget_that_was_handed_in(application):
    report = services.report_of(application)
    assert report.pk is None
    lines = report.answers["budget"]["lines"]
    assert report.answers.keys() == {"budget"}
    assert {key: {"planned": row["planned"]} for key, row in lines.items()} == application.answers["budget"]["lines"]


def test_real_costs_stand_beside_the_planned_ones_that_nobody_changes(complete):
    forged = {**REAL, "lines": {**REAL["lines"], "lscq": {"planned": "9 999", "real": "900"}}}
    report = Report.objects.get()
    save(complete, AgentFactory(), {"budget": forged}, "budget", {"budget": digest(report.answers["budget"])})
    lines = Report.objects.get().answers["budget"]["lines"]
    assert lines["lscq"] == {"planned": "1 000,00", "real": "900"}
    assert lines["materiel"] == {"planned": "1 500,00 $", "real": "1 500"}


def test_planned_line_of_the_clients_own_stays_even_without_anything_real(application, contributor):
    submission = application.submissions.get()
    own = {"label": "Dons", "kind": "private", "planned": "200"}
    submission.answers = {**submission.answers, "budget": {**submission.answers["budget"], "revenues": [own]}}
    submission.save()
    planned = digest(services.report_of(application).answers["budget"])
    save(application, contributor, {"budget": REAL}, "budget", {"budget": planned})
    assert Report.objects.get().answers["budget"]["revenues"] == [{**own, "real": ""}]


def test_two_people_at_once_lose_nothing(application, contributor, manager):
    save(application, contributor, {"nom": "Le mien"})
    saved = save(application, manager, {"nom": "Le vôtre", "resume": "Un résumé."})
    (conflict,) = saved.conflicts
    assert (conflict.question.key, conflict.theirs, conflict.by) == ("nom", "Le mien", str(contributor))
    assert Report.objects.get().answers["nom"] == "Le mien"
    assert Report.objects.get().answers["resume"] == "Un résumé."


def test_outsider_does_not_write(application):
    with pytest.raises(PermissionDenied):
        save(application, ManagerFactory().user, {"nom": "x"})


@pytest.mark.parametrize("status", [S.ACCEPTED, S.REPORT_SUBMITTED, S.CLOSED])
def test_report_that_is_not_due_is_not_written(application, manager, status):
    application.status = status
    application.save()
    with pytest.raises(services.AlreadyMoved):
        save(application, manager, {"nom": "x"})


def test_too_much_text_is_told_and_not_kept(application, manager):
    with pytest.raises(InvalidState, match="trop de texte"):
        save(application, manager, {"resume": "é" * 600_000})
    assert not Report.objects.exists()


def test_limits_of_asking_do_not_bound_what_was_spent(complete):
    complete.call.max_amount = Decimal(10)
    complete.call.max_share = Decimal(1)
    assert services.verdict_of_report(services.report_of(complete)).is_complete


# --- Sending --------------------------------------------------------------------------------------


def test_contributor_hands_it_to_the_gestionnaires_and_it_is_locked(complete, contributor, manager):
    services.send_report_to_managers(application=complete, actor=contributor)
    assert sent("report_to_submit") == [manager.email]
    with pytest.raises(InvalidState, match="attend un gestionnaire"):
        save(complete, contributor, {"nom": "x"})
    with pytest.raises(PermissionDenied):
        services.submit_report(application=complete, actor=contributor)


def test_gestionnaire_gives_it_back_with_a_remark(complete, contributor, manager):
    services.send_report_to_managers(application=complete, actor=contributor)
    with pytest.raises(InvalidState, match="à corriger"):
        services.give_back_report(application=complete, remark="", actor=manager)
    services.give_back_report(application=complete, remark="Il manque une facture.", actor=manager)
    assert sent("report_given_back") == [contributor.email]
    save(complete, contributor, {"resume": "Trente et un."}, base={"resume": digest("Trente enfants ont patiné.")})
    assert Report.objects.get().return_text == "Il manque une facture."


def test_incomplete_report_stays(application, manager):
    save(application, manager, {"nom": "x"})
    with pytest.raises(services.IncompleteReport, match="Il reste"):
        services.submit_report(application=application, actor=manager)
    application.refresh_from_db()
    assert application.status == S.REPORT_DUE


def test_gestionnaire_submits_once(complete, manager, officer):
    services.submit_report(application=complete, actor=manager)
    complete.refresh_from_db()
    assert complete.status == S.REPORT_SUBMITTED
    services.submit_report(application=complete, actor=manager)
    assert sent("report_to_check") == [officer.email]
    assert sent("report_received") == [manager.email]
    with pytest.raises(services.AlreadyMoved):
        services.submit_report(application=complete, actor=ManagerFactory(organization=complete.organization).user)


def test_officer_returns_it_with_what_is_asked_and_until_when(complete, manager, officer):
    services.submit_report(application=complete, actor=manager)
    due_on = timezone.localdate() + dt.timedelta(days=5)
    with pytest.raises(PermissionDenied):
        services.return_report(application=complete, text="x", due_on=due_on, actor=AgentFactory())
    with pytest.raises(InvalidState, match="passée"):
        services.return_report(application=complete, text="x", due_on=dt.date(2020, 1, 1), actor=officer)
    services.return_report(application=complete, text="Joignez la facture.", due_on=due_on, actor=officer)
    complete.refresh_from_db()
    assert (complete.status, complete.report_due_on) == (S.REPORT_DUE, due_on)
    assert "Joignez la facture." in OutgoingMessage.objects.get(kind="funding/messages/report_returned").text
    services.submit_report(application=complete, actor=manager)


def test_more_time_is_given_with_a_reason(application, manager, officer):
    due_on = timezone.localdate() + dt.timedelta(days=90)
    with pytest.raises(InvalidState, match="Écrivez pourquoi"):
        services.extend_report(application=application, due_on=due_on, reason="", actor=officer)
    services.extend_report(application=application, due_on=due_on, reason="Inondation.", actor=officer)
    application.refresh_from_db()
    assert application.report_due_on == due_on
    assert sent("report_extended") == [manager.email]


# --- Files ----------------------------------------------------------------------------------------


def receive(application, actor, clean=PDF, key="devis"):
    return services.receive_report_file(application=application, question_key=key, clean=clean, actor=actor)


def pdf_of(number: int) -> CleanFile:
    """One of several that differ."""
    return CleanFile("facture.pdf", "application/pdf", ".pdf", ContentFile(b"%%PDF-1.7 %d" % number))


def test_files_that_were_taken_off_a_report_count_against_its_room(application, manager, monkeypatch):
    monkeypatch.setattr("guichet.funding.services.report_files.FILES_AT_MOST", 2)
    for number in range(2):
        file = receive(application, manager, pdf_of(number))
        services.remove_report_file(application=application, question_key="devis", file_id=file.pk, actor=manager)
    with pytest.raises(InvalidState, match="beaucoup de fichiers"):
        receive(application, manager, pdf_of(2))


def test_files_are_those_that_the_question_takes(application, manager):
    files = [receive(application, manager, pdf_of(number)) for number in range(3)]
    assert receive(application, manager, pdf_of(1)) == files[1]
    assert Report.objects.get().answers["devis"] == [file.pk for file in files]
    with pytest.raises(InvalidState, match="Au plus 3 fichiers"):
        receive(application, manager, pdf_of(3))
    services.remove_report_file(application=application, question_key="devis", file_id=files[0].pk, actor=manager)
    with pytest.raises(InvalidState, match="ne demande pas de fichier"):
        receive(application, manager, key="nom")


def test_somebody_elses_file_is_no_answer(application, manager):
    other = receive(another_due(), AgentFactory())
    save(application, manager, {"nom": "x"})
    report = Report.objects.get(application=application)
    report.answers = {**report.answers, "devis": [other.pk]}
    verdict = services.verdict_of_report(report)
    assert "devis" in {problem.question_key for problem in verdict.problems}


def another_due():
    return SubmittedFactory(call__report_form=report_form(), status=S.REPORT_DUE, granted=Decimal(10))


# --- Reminders ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "step"),
    [(-31, None), (-30, -30), (-8, -30), (-7, -7), (-1, -7), (0, 0), (13, 0), (14, 14), (27, 14), (28, 28)],
)
def test_reminders_have_their_days(days, step):
    today = timezone.localdate()
    assert step_of(today - dt.timedelta(days=days), today) == step


def test_each_reminder_leaves_once(application, manager):
    due_on = application.report_due_on
    for days in (-31, -30, -29, -7, 0, 0, 14, 15):
        services.remind_reports(today=due_on + dt.timedelta(days=days))
    assert len(sent("report_reminder")) == 4
    assert "14 jours de retard" in OutgoingMessage.objects.filter(kind="funding/messages/report_reminder").first().text


def test_new_date_has_its_own_reminders(application, manager, officer):
    today = timezone.localdate()
    services.extend_report(
        application=application, due_on=today + dt.timedelta(days=20), reason="Retard.", actor=officer
    )
    services.remind_reports(today=today + dt.timedelta(days=1))
    assert sent("report_reminder") == []
    services.remind_reports(today=today + dt.timedelta(days=13))
    assert sent("report_reminder") == [manager.email]


def test_report_that_came_is_not_reminded_of(complete, manager):
    services.submit_report(application=complete, actor=manager)
    services.remind_reports(today=complete.report_due_on)
    assert sent("report_reminder") == []


def test_planned_costs_stand_beside_the_real_ones_in_a_form_that_was_built_apart(application, contributor):
    budget = SCHEMA["sections"][1]["questions"][0]
    apart = {
        **budget,
        "key": "cout",
        "revenues": [{"key": "a", "label": "Aide reçue", "kind": "lscq"}],
        "expenses": [{"key": "b", "label": "matériel", "kind": "cash", "eligible": True}],
    }
    form = FormVersionFactory(
        form=FormFactory(purpose=FormPurpose.REPORT),
        schema={"sections": [{**SCHEMA["sections"][1], "questions": [apart]}]},
    ).form
    application.call.report_form = form
    application.call.save()
    answer = services.report_of(application).answers["cout"]
    assert answer["lines"]["a"]["planned"] == "1 000,00"
    assert answer["lines"]["b"]["planned"] == "1 500,00 $"
    assert [(row["label"], row["planned"]) for row in answer["revenues"]] == [("Mise de fonds de l’organisme", "500")]
