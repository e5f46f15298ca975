"""The fiche's side of a decision: what it reads, the agreement once, giving up, the resolution to sign."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from guichet.accounts.tests.factories import AgentFactory
from guichet.core.errors import InvalidState
from guichet.core.models import Event, OutgoingMessage
from guichet.funding.models import Agreement, Application
from guichet.funding.services import agreements
from guichet.funding.services.agreements import accept_agreement, decline_agreement
from guichet.funding.services.envelope import granted
from guichet.organizations.tests.factories import AccessFactory, ManagerFactory

from .deciding import REFUSED, WAITLISTED, InReviewFactory, announced, money, prepare
from .factories import ApplicationFactory, CallFactory, FormVersionFactory

pytestmark = pytest.mark.django_db


def mails(name: str) -> int:
    return OutgoingMessage.objects.filter(kind__endswith=name).count()


def address(name: str, application: Application) -> str:
    return reverse(f"funding:{name}", args=[application.organization_id, application.pk])


def test_gestionnaire_accepts_and_gets_a_receipt():
    application, manager = announced()
    agreement = accept_agreement(application=application, actor=manager)
    assert agreement.by_name == str(manager)
    assert "1\xa0000,00\xa0$" in agreement.statement
    assert len(agreement.fingerprint) == 64
    assert agreements.fingerprint(Agreement.objects.get()) == agreement.fingerprint
    assert mails("agreement_accepted") == 1
    assert Event.objects.about(application).filter(verb="funding.agreement_accepted").count() == 1


def test_what_was_agreed_to_cannot_be_changed_unseen():
    application, manager = announced()
    agreement = accept_agreement(application=application, actor=manager)
    agreement.statement = agreement.statement.replace("1", "2")
    assert agreements.fingerprint(agreement) != agreement.fingerprint


def test_double_click_is_once():
    application, manager = announced()
    first = accept_agreement(application=application, actor=manager)
    assert accept_agreement(application=application, actor=manager) == first
    assert mails("agreement_accepted") == 1


def test_report_is_due_after_the_agreement_when_the_call_asks_for_one():
    ends = timezone.localdate() + dt.timedelta(days=90)
    application, manager = announced(report_form=FormVersionFactory().form, project_until=ends, report_days=30)
    accept_agreement(application=application, actor=manager)
    application.refresh_from_db()
    assert (application.status, application.report_due_on) == ("report_due", ends + dt.timedelta(days=30))
    assert accept_agreement(application=application, actor=manager).is_accepted


def test_without_a_report_the_application_stays_accepted():
    application, manager = announced()
    accept_agreement(application=application, actor=manager)
    application.refresh_from_db()
    assert (application.status, application.report_due_on) == ("accepted", None)


def test_giving_up_closes_and_frees_the_envelope():
    application, manager = announced()
    agreement = decline_agreement(application=application, reason="Le projet est annulé.", actor=manager)
    application.refresh_from_db()
    assert (application.status, application.granted) == ("closed", money("0"))
    assert granted(application.call) == 0
    assert not agreement.is_accepted
    assert (mails("agreement_declined"), mails("grant_given_up")) == (1, 1)
    with pytest.raises(InvalidState, match="déjà renoncé"):
        accept_agreement(application=application, actor=manager)
    with pytest.raises(InvalidState, match="déjà renoncé"):
        decline_agreement(application=application, reason="Encore.", actor=manager)


def test_what_was_accepted_is_not_given_up_on_line():
    application, manager = announced()
    accept_agreement(application=application, actor=manager)
    with pytest.raises(InvalidState, match="a déjà accepté"):
        decline_agreement(application=application, reason="Non.", actor=manager)


def test_giving_up_asks_why():
    application, manager = announced()
    with pytest.raises(InvalidState, match="pourquoi"):
        decline_agreement(application=application, reason=" ", actor=manager)


@pytest.mark.parametrize("outcome", [REFUSED, WAITLISTED])
def test_there_is_nothing_to_accept_without_a_grant(outcome):
    application, manager = announced(outcome)
    with pytest.raises(InvalidState, match="Aucune aide"):
        accept_agreement(application=application, actor=manager)


def test_only_gestionnaires_of_the_fiche_answer():
    application, _manager = announced()
    people = [
        AccessFactory(organization=application.organization).user,
        ManagerFactory().user,
        AgentFactory(),
    ]
    for person in people:
        with pytest.raises(PermissionDenied):
            accept_agreement(application=application, actor=person)
        with pytest.raises(PermissionDenied):
            decline_agreement(application=application, reason="Non.", actor=person)


# --- The screens ----------------------------------------------------------------------------------


def test_gestionnaire_reads_and_accepts_on_the_page(client_for):
    application, manager = announced()
    client, page = client_for(manager), address("decision", application)
    text = client.get(page).content.decode()
    assert "Accepter l’entente" in text
    unticked = client.post(address("agree", application), {})
    assert "Cochez la case" in unticked.content.decode()
    assert not Agreement.objects.exists()
    client.post(address("agree", application), {"agreed": "on"})
    agreement = Agreement.objects.get()
    assert agreement.fingerprint in client.get(page).content.decode()


def test_contributor_reads_and_may_not_accept(client_for):
    application, _manager = announced()
    client = client_for(AccessFactory(organization=application.organization).user)
    text = client.get(address("decision", application)).content.decode()
    assert "Une ou un gestionnaire de la fiche" in text
    assert client.post(address("agree", application), {"agreed": "on"}).status_code == 403
    assert client.get(address("decline", application)).status_code == 403


def test_gestionnaire_gives_up_on_the_page(client_for):
    application, manager = announced()
    client, page = client_for(manager), address("decline", application)
    assert "Renoncer à 1\xa0000,00\xa0$?" in client.get(page).content.decode()
    assert "Dites pourquoi" in client.post(page, {"reason": ""}).content.decode()
    client.post(page, {"reason": "Annulé."})
    text = client.get(address("decision", application)).content.decode()
    assert "a renoncé à l’aide" in text
    assert client.get(page).status_code == 302


def test_refusal_gives_reasons_words_and_what_could_be_done(client_for):
    application, manager = announced(REFUSED)
    text = client_for(manager).get(address("decision", application)).content.decode()
    assert "n’a pas été retenue" in text
    assert "Trop tard." in text


def test_second_decision_of_a_waiting_list_stays_unknown_until_it_is_announced(client_for):
    application, manager = announced(WAITLISTED)
    officer = application.call.program.officers.get()
    prepare(application, officer, amount="321")
    text = client_for(manager).get(address("decision", application)).content.decode()
    assert "liste d’attente" in text
    assert "321" not in text


def test_resolution_is_made_when_the_call_asks_for_one(client_for):
    manager = ManagerFactory()
    asked = ApplicationFactory(call=CallFactory(needs_resolution=True), organization=manager.organization)
    plain = InReviewFactory(organization=manager.organization)
    client = client_for(manager.user)
    assert client.get(address("resolution", asked)).content.startswith(b"%PDF-")
    assert client.get(address("resolution", plain)).status_code == 404
