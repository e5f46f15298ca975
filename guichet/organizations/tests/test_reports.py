"""« Erreurs signalées »: on the staff's side, and at the fiche's gestionnaires."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from guichet.accounts.tests.factories import AgentFactory, UserFactory
from guichet.core.errors import InvalidState
from guichet.core.models import Event
from guichet.core.shared import forget
from guichet.organizations import services
from guichet.organizations.enums import OrganizationStatus, ReportState
from guichet.organizations.models import ErrorReport

from .factories import AccessFactory, ManagerFactory, OrganizationFactory
from .test_concurrency import together

pytestmark = pytest.mark.django_db
NBSP = "\N{NO-BREAK SPACE}"


@pytest.fixture
def agent(client_for):
    """A signed-in agent's browser."""
    return client_for(AgentFactory(first_name="Marc", last_name="Gagné"))


def a_report(message: str = "Le numéro a changé.", **values) -> ErrorReport:
    """What a visitor wrote about a fiche."""
    values.setdefault("organization", None)
    organization = values.pop("organization") or OrganizationFactory()
    return ErrorReport.objects.create(organization=organization, message=message, **values)


def fiche_page(report: ErrorReport) -> str:
    return reverse("organizations:fiche", args=[report.organization_id])


def closing(report: ErrorReport) -> str:
    return reverse("organizations:close_report", args=[report.organization_id, report.pk])


# --- The verbs ------------------------------------------------------------------------------------


def test_gestionnaire_closes_a_report_and_the_timeline_says_so():
    manager = ManagerFactory()
    report = a_report(organization=manager.organization)
    services.close_report(report=report, actor=manager.user, note=" Corrigé. ")
    report.refresh_from_db()
    assert (report.state, report.closed_by, report.note) == (ReportState.CLOSED, manager.user, "Corrigé.")
    event = Event.objects.get(verb="organizations.report_closed", subject_id=report.organization_id)
    assert (event.reason, event.actor) == ("Corrigé.", manager.user)
    assert str(manager.user) in event.sentence


def test_only_gestionnaires_of_the_fiche_and_staff_close():
    manager = ManagerFactory()
    report = a_report(organization=manager.organization)
    for actor in (ManagerFactory().user, AccessFactory(organization=manager.organization).user, UserFactory()):
        with pytest.raises(PermissionDenied):
            services.close_report(report=report, actor=actor)
    report.refresh_from_db()
    assert report.state == ReportState.OPEN
    assert services.close_report(report=report, actor=AgentFactory()).state == ReportState.CLOSED


def test_gestionnaire_of_an_archived_fiche_does_not_close_but_staff_does():
    manager = ManagerFactory(organization__status=OrganizationStatus.ARCHIVED)
    report = a_report(organization=manager.organization)
    with pytest.raises(PermissionDenied):
        services.close_report(report=report, actor=manager.user)
    services.close_report(report=report, actor=AgentFactory())


def test_closing_again_says_who_did_and_when():
    first = AgentFactory(first_name="Marc", last_name="Gagné")
    report = a_report()
    services.close_report(report=report, actor=first, note="Corrigé.")
    with pytest.raises(services.ReportGone, match="Marc Gagné"):
        services.close_report(report=report, actor=AgentFactory(), note="Moi aussi.")
    report.refresh_from_db()
    assert report.note == "Corrigé."
    assert Event.objects.filter(verb="organizations.report_closed").count() == 1


def test_staff_reopens_and_the_note_stays_in_the_timeline():
    agent = AgentFactory()
    report = services.close_report(report=a_report(), actor=agent, note="Corrigé.")
    services.reopen_report(report=report, actor=agent)
    report.refresh_from_db()
    assert (report.state, report.closed_by, report.closed_at, report.note) == (ReportState.OPEN, None, None, "")
    verbs = Event.objects.about(report.organization).values_list("verb", "reason")
    assert list(verbs) == [("organizations.report_reopened", ""), ("organizations.report_closed", "Corrigé.")]
    with pytest.raises(InvalidState):
        services.reopen_report(report=report, actor=agent)


def test_gestionnaire_does_not_reopen():
    manager = ManagerFactory()
    report = services.close_report(report=a_report(organization=manager.organization), actor=manager.user)
    with pytest.raises(PermissionDenied):
        services.reopen_report(report=report, actor=manager.user)


@pytest.mark.django_db(transaction=True)
def test_two_people_closing_at_once_one_wins_and_the_other_is_told():
    report = a_report()
    agents = [AgentFactory(), AgentFactory()]
    results = together(
        *[lambda actor=actor: services.close_report(report=report, actor=actor, note="Fait.") for actor in agents]
    )
    (told,) = [result for result in results if isinstance(result, services.ReportGone)]
    report.refresh_from_db()
    assert str(report.closed_by) in str(told)
    assert Event.objects.filter(verb="organizations.report_closed").count() == 1


# --- LSCQ's side ----------------------------------------------------------------------------------


def test_menu_counts_the_open_reports(agent):
    page = agent.get(reverse("wagtailadmin_home")).content.decode()
    assert "Signalements" in page
    assert "Signalements (" not in page
    a_report()
    services.close_report(report=a_report(), actor=AgentFactory())
    assert "Signalements (1)" in agent.get(reverse("wagtailadmin_home")).content.decode()


def test_list_shows_the_open_ones_first_and_finds_and_filters(agent):
    done = a_report("L’adresse est celle d’avant.", email="visiteur@example.org")
    services.close_report(report=done, actor=AgentFactory())
    old = a_report("Le numéro a changé.", organization=OrganizationFactory(name="Club d’échecs"))
    new = a_report("Le nom est mal écrit.")
    url = reverse("staff_reports")

    def listed(**query):
        return list(agent.get(url, query).context["object_list"])

    done.refresh_from_db()
    assert listed() == [new, old, done]
    assert listed(q="adresse") == [done]
    assert listed(q="visiteur@") == [done]
    assert listed(q="echecs") == [old]
    assert listed(state="closed") == [done]
    assert listed(ordering="created_at") == [done, old, new]


def test_empty_list_says_so(agent):
    assert "Personne n’a signalé d’erreur." in agent.get(reverse("staff_reports")).content.decode()


def test_list_costs_the_same_for_any_number_of_reports(agent):
    agent.get(reverse("staff_reports"))
    counts = []
    for more in (1, 9):
        for _n in range(more):
            services.close_report(report=a_report(), actor=AgentFactory())
            a_report()
        forget()
        with CaptureQueriesContext(connection) as captured:
            agent.get(reverse("staff_reports"))
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_page_shows_the_report_and_leads_to_the_fiche_and_its_public_page(agent):
    fiche = OrganizationFactory(name="Club public", is_listed=True)
    services.refresh_entry(fiche)
    report = a_report("<script>alert(1)</script>\nIci.", organization=fiche, email="visiteur@example.org")
    page = agent.get(reverse("staff_report", args=[report.pk])).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;<br>Ici." in page
    assert "mailto:visiteur@example.org" in page
    assert reverse("staff_fiche", args=[fiche.pk]) in page
    assert fiche.directory_entry.get_absolute_url() in page
    fiche.directory_entry.delete()
    assert "ne paraît plus dans le répertoire" in agent.get(reverse("staff_report", args=[report.pk])).content.decode()


def test_agent_settles_with_a_note_and_reopens(agent):
    report = a_report()
    url = reverse("staff_report", args=[report.pk])
    assert agent.post(url, {"note": "Numéro <b>corrigé</b>."})["Location"] == reverse("staff_reports")
    page = agent.get(url).content.decode()
    assert "Numéro &lt;b&gt;corrigé&lt;/b&gt;." in page
    assert "Marc Gagné" in page
    agent.post(reverse("staff_report_reopen", args=[report.pk]))
    report.refresh_from_db()
    assert report.state == ReportState.OPEN


def test_note_of_whoever_was_late_is_not_lost(agent):
    report = services.close_report(report=a_report(), actor=AgentFactory(first_name="Zoé", last_name="Côté"))
    page = agent.post(reverse("staff_report", args=[report.pk]), {"note": "J’ai appelé."}).content.decode()
    assert "Zoé Côté a réglé cette erreur" in page
    assert "J’ai appelé." in page
    assert not ErrorReport.objects.exclude(note="").exists()


def test_note_that_is_too_long_is_kept_and_said(agent):
    report = a_report()
    page = agent.post(reverse("staff_report", args=[report.pk]), {"note": "x" * 2001}).content.decode()
    assert "x" * 2001 in page
    assert "2000" in page
    report.refresh_from_db()
    assert report.state == ReportState.OPEN


def test_report_that_is_not_there_is_404(agent):
    assert agent.get(reverse("staff_report", args=[999_999])).status_code == 404


# --- The fiche's gestionnaires --------------------------------------------------------------------


def test_gestionnaire_sees_the_open_reports_on_the_fiche_and_closes_one(client_for):
    manager = ManagerFactory()
    report = a_report("<b>Le numéro</b> a changé.", organization=manager.organization, email="visiteur@example.org")
    client = client_for(manager.user)
    page = client.get(fiche_page(report)).content.decode()
    assert "&lt;b&gt;Le numéro&lt;/b&gt; a changé." in page
    assert closing(report) in page
    after = client.post(closing(report), follow=True).content.decode()
    assert "L’erreur signalée est réglée." in after
    assert closing(report) not in after


def test_gestionnaire_is_told_who_was_faster(client_for):
    manager = ManagerFactory()
    report = a_report(organization=manager.organization)
    services.close_report(report=report, actor=AgentFactory(first_name="Marc", last_name="Gagné"))
    page = client_for(manager.user).post(closing(report), follow=True).content.decode()
    assert "Marc Gagné a réglé cette erreur" in page


def test_collaborateur_neither_sees_nor_closes(client_for):
    access = AccessFactory()
    report = a_report(organization=access.organization)
    client = client_for(access.user)
    assert report.message not in client.get(fiche_page(report)).content.decode()
    assert client.post(closing(report)).status_code == 403


def test_report_of_another_fiche_is_404(client_for):
    manager = ManagerFactory()
    report = a_report()
    address = reverse("organizations:close_report", args=[manager.organization_id, report.pk])
    assert client_for(manager.user).post(address).status_code == 404


def test_fiche_costs_the_same_for_any_number_of_reports(client_for):
    manager = ManagerFactory()
    client = client_for(manager.user)
    client.get(reverse("organizations:fiche", args=[manager.organization_id]))
    counts = []
    for more in (1, 9):
        reports = [a_report(organization=manager.organization) for _n in range(more)]
        forget()
        with CaptureQueriesContext(connection) as captured:
            client.get(fiche_page(reports[0]))
        counts.append(len(captured))
    assert counts[0] == counts[1]
