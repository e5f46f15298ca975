"""The pages that hand an application on, and what they give to keep."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from guichet.funding import services
from guichet.funding.enums import ApplicationStatus
from guichet.funding.models import Application, Report
from guichet.organizations.tests.factories import AccessFactory, ManagerFactory
from tests.support.pages import text_of

from .factories import ANSWERS, ApplicationFactory, SubmittedFactory

pytestmark = pytest.mark.django_db
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


def url(name: str, application: Application, *args) -> str:
    return reverse(f"funding:{name}", args=[application.organization_id, application.pk, *args])


def status_of(application: Application) -> str:
    application.refresh_from_db()
    return application.status


def test_contributor_reads_it_again_and_hands_it_to_the_managers(application, contributor, client_for):
    client = client_for(contributor)
    page = text_of(client.get(url("send", application)))
    assert "Patins pour tous" in page
    assert "Remettre aux gestionnaires" in page
    answer = client.post(url("send", application), follow=True)
    assert status_of(application) == S.AWAITING_MANAGER
    assert "Pas encore transmise à LSCQ" in text_of(answer)


def test_manager_is_told_by_the_yellow_bar_and_on_home(application, contributor, manager, client_for):
    services.send_to_managers(application=application, actor=contributor)
    home = reverse("organizations:home", args=[application.organization_id])
    page = text_of(client_for(manager).get(home))
    assert "Une demande attend que vous la transmettiez." in page
    assert "À transmettre par un gestionnaire" in page
    assert "Une demande attend" not in text_of(client_for(contributor).get(home))


def test_manager_is_told_of_a_report_that_waits_for_them(manager, application, client_for):
    followed = SubmittedFactory(organization=application.organization, status=S.REPORT_DUE, granted="100.00")
    Report.objects.create(application=followed, form_version=followed.form_version, awaiting_manager=True)
    page = text_of(client_for(manager).get(reverse("organizations:home", args=[application.organization_id])))
    assert "Une reddition de comptes attend que vous la transmettiez." in page


def test_manager_submits_with_the_statement_and_gets_a_receipt(application, manager, client_for):
    client = client_for(manager)
    refused = client.post(url("send", application), {})
    assert "Cochez la déclaration" in text_of(refused)
    assert status_of(application) == S.DRAFT
    answer = client.post(url("send", application), {"agreed": "on"}, follow=True)
    assert status_of(application) == S.SUBMITTED
    page = text_of(answer)
    assert application.number in page
    assert application.submissions.get().fingerprint in page


def test_incomplete_application_shows_each_answer_that_is_missing_with_its_link(application, manager, client_for):
    Application.objects.filter(pk=application.pk).update(answers={**ANSWERS, "resume": ""})
    client = client_for(manager)
    client.post(url("send", application), {"agreed": "on"})
    answer = client.get(url("send", application))
    assert "Il reste 1 réponse à donner ou à corriger" in text_of(answer)
    assert f"{url('section', application, 'projet')}?verifier=1#q-resume" in answer.content.decode()
    assert status_of(application) == S.DRAFT


def test_after_the_closing_the_page_says_when_it_was(application, manager, client_for):
    call = application.call
    call.closes_at = timezone.now() - dt.timedelta(seconds=1)
    call.save()
    client = client_for(manager)
    answer = client.post(url("send", application), {"agreed": "on"}, follow=True)
    assert "Cet appel est fermé depuis le" in text_of(answer)
    assert status_of(application) == S.DRAFT


def test_manager_returns_it_with_a_remark(application, contributor, manager, client_for):
    services.send_to_managers(application=application, actor=contributor)
    client = client_for(manager)
    assert "Écrivez ce qui est à corriger" in text_of(client.post(url("return", application), {"remark": " "}))
    client.post(url("return", application), {"remark": "Ajoutez un devis."})
    assert status_of(application) == S.DRAFT
    assert "Ajoutez un devis." in text_of(client_for(contributor).get(url("application", application)))


def test_draft_is_withdrawn_without_a_reason_and_found_in_the_archives(application, contributor, client_for):
    client = client_for(contributor)
    assert "Pourquoi" not in text_of(client.get(url("withdraw", application)))
    client.post(url("withdraw", application))
    assert status_of(application) == S.WITHDRAWN
    archives = client.get(reverse("funding:archives", args=[application.organization_id]))
    assert "Patins pour tous" in text_of(archives)


def test_pdf_of_a_draft_and_of_what_was_handed_in(application, manager, client_for):
    client = client_for(manager)
    draft = client.get(url("application_pdf", application))
    assert b"".join(draft.streaming_content).startswith(b"%PDF-")
    submission = services.submit(application=application, statement="Vrai.", actor=manager)
    address = url("submission_pdf", application, submission.pk)
    first = b"".join(client.get(address).streaming_content)
    assert first.startswith(b"%PDF-")
    # Made once: what is kept does not change.
    assert b"".join(client.get(address).streaming_content) == first


def test_pdf_of_another_fiche_is_not_found(application, manager, client_for):
    submission = services.submit(application=application, statement="Vrai.", actor=manager)
    stranger = ManagerFactory()
    client = client_for(stranger.user)
    assert client.get(url("submission_pdf", application, submission.pk)).status_code == 404
    own = ApplicationFactory(organization=stranger.organization)
    assert client.get(url("submission_pdf", own, submission.pk)).status_code == 404


def test_deadline_that_is_left_goes_into_a_calendar(application, manager, client_for):
    client = client_for(manager)
    text = client.get(url("deadlines", application)).content.decode()
    assert f"DTSTART:{application.call.closes_at.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}" in text
    services.submit(application=application, statement="Vrai.", actor=manager)
    assert client.get(url("deadlines", application)).status_code == 404
    Application.objects.filter(pk=application.pk).update(
        status=S.REPORT_DUE, report_due_on=dt.date(2027, 1, 31), granted="100.00"
    )
    # The day ends at midnight in Québec: 23 h 59 is 4 h 59 of the next day, UTC.
    assert "DTSTART:20270201T045900Z" in client.get(url("deadlines", application)).content.decode()
