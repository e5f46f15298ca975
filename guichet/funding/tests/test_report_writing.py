"""The final report is written as an application is: it saves itself, by several people, and nothing typed is lost."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from guichet.funding import services
from guichet.funding.enums import ApplicationStatus
from guichet.funding.models import FormVersion, Report
from guichet.funding.schema import digest
from guichet.organizations.enums import AccessStatus
from guichet.organizations.tests.factories import AccessFactory, ManagerFactory
from tests.support.pages import end_session, text_of

from .factories import SCHEMA, SubmittedFactory
from .test_reports import report_form

pytestmark = pytest.mark.django_db
SCRIPT = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def application():
    return SubmittedFactory(
        call__report_form=report_form(),
        status=ApplicationStatus.REPORT_DUE,
        granted=Decimal("1000.00"),
        announced_at=timezone.now(),
    )


@pytest.fixture
def writer(application):
    return AccessFactory(organization=application.organization).user


@pytest.fixture
def colleague(application):
    access = ManagerFactory(organization=application.organization, user__first_name="Zoé", user__last_name="Roy")
    return access.user


@pytest.fixture
def browser(client_for, writer):
    return client_for(writer)


def section(application, key: str = "projet") -> str:
    return reverse("funding:report_section", args=[application.organization_id, application.pk, key])


def posted(application, shown: dict | None = None, **answers) -> dict:
    """What a page of the section that showed ``shown`` sends."""
    base = {key: digest((shown or {}).get(key)) for key in ("nom", "resume", "jeunes", "verification")}
    version = services.report_of(application).form_version_id
    fields = {f"q-{key}": value for key, value in {**(shown or {}), **answers}.items()}
    return {"base": json.dumps(base), "version": version, "go": "next", **fields}


def save(application, actor, **answers):
    return services.save_report(application=application, section_key="projet", answers=answers, base={}, actor=actor)


def test_page_saves_itself_and_keeps_its_text_apart_from_the_applications(browser, application):
    page = BeautifulSoup(browser.get(section(application)).content, "html.parser")
    assert page.find("form", attrs={"data-draft": f"reddition-{application.pk}:projet"})
    assert page.find("script", src=lambda address: address and "drafts" in address)


def test_script_saves_and_learns_what_the_server_has(browser, application):
    said = browser.post(section(application), posted(application, nom="Patins"), **SCRIPT).json()
    assert said["saved"].startswith("Enregistré à ")
    assert said["base"]["nom"] == digest("Patins")
    assert (said["conflicts"], said["changed"], said["presence"]) == ([], "", "")
    assert Report.objects.get().answers["nom"] == "Patins"


def test_script_saves_the_real_budget_beside_the_planned_one_and_has_nothing_left_to_save(browser, application):
    page = BeautifulSoup(browser.get(section(application, "budget")).content, "html.parser")
    form = {
        "base": page.find(attrs={"name": "base"})["value"],
        "version": page.find(attrs={"name": "version"})["value"],
        "q-budget-rows": ["planned", "real"],
        "q-budget-lscq-real": "1000",
    }
    said = browser.post(section(application, "budget"), form, **SCRIPT).json()
    stored = Report.objects.get().answers["budget"]
    assert stored["lines"]["lscq"] == {"planned": "1 000,00", "real": "1000"}
    assert said["base"] == {"budget": digest(stored)}
    assert said["changed"] == ""


def test_two_people_are_told_of_each_other_and_choose(browser, application, colleague):
    save(application, colleague, nom="Le sien")
    form = posted(application, nom="Le mien", resume="Un résumé.")
    said = browser.post(section(application), form, **SCRIPT).json()
    assert said["conflicts"] == [
        "Zoé Roy a écrit autre chose en même temps que vous\u00a0: «\u00a0Nom du projet\u00a0»."
    ]
    assert said["presence"] == "Zoé Roy écrit dans cette section."
    answer = browser.post(section(application), form)
    assert answer.status_code == 409
    assert "La version de Zoé Roy," in text_of(answer)
    assert 'value="Le mien"' in text_of(answer)
    assert Report.objects.get().answers["resume"] == "Un résumé."
    again = {**form, "base": answer.context["base"], "stored": answer.context["stored"], "choice-nom": "mine"}
    assert browser.post(section(application), again).status_code == 302
    assert Report.objects.get().answers["nom"] == "Le mien"


def test_session_that_ends_loses_nothing(browser, application, writer):
    end_session(browser)
    assert browser.post(section(application), posted(application, nom="Patins"), **SCRIPT).status_code == 401
    assert browser.get(section(application), **SCRIPT).status_code == 401
    assert browser.post(section(application), posted(application, nom="Patins")).status_code == 302
    browser.force_login(writer)
    assert browser.get(section(application), **SCRIPT).json()["token"]
    page = text_of(browser.get(section(application)))
    assert "Votre session avait pris fin." in page
    assert 'value="Patins"' in page
    assert not Report.objects.exists()


def test_access_that_ends_in_the_middle_is_403(browser, application):
    application.organization.accesses.update(status=AccessStatus.DEACTIVATED)
    for more in ({}, SCRIPT):
        assert browser.post(section(application), posted(application, nom="x"), **more).status_code == 403
    assert not Report.objects.exists()


@pytest.mark.parametrize("how", ["handed on", "sent"])
def test_report_that_is_locked_meanwhile_says_so_and_keeps_the_text_on_the_page(browser, application, how):
    form = posted(application, nom="Patins")
    report = services.report_of(application)
    report.awaiting_manager = how == "handed on"
    report.save()
    if how == "sent":
        application.status = ApplicationStatus.REPORT_SUBMITTED
        application.save()
    words = "attend un gestionnaire" if how == "handed on" else "a changé d’état entre-temps"
    answer = browser.post(section(application), form)
    assert answer.status_code == 409
    assert 'value="Patins"' in text_of(answer)
    said = browser.post(section(application), form, **SCRIPT)
    assert said.status_code == 409
    assert words in said.json()["message"]


def test_report_at_the_gestionnaires_is_read_section_by_section(browser, application, writer):
    save(application, writer, nom="Patins")
    Report.objects.update(awaiting_manager=True)
    page = text_of(browser.get(section(application)))
    assert "Patins" in page
    assert "q-nom" not in page
    application.status = ApplicationStatus.REPORT_SUBMITTED
    application.save()
    overview = reverse("funding:report", args=[application.organization_id, application.pk])
    assert browser.get(section(application)).headers["Location"] == overview


def test_form_published_anew_before_the_first_save_loses_nothing(browser, application):
    form = posted(application, nom="Patins", resume="Gardé aussi")
    shorter = {"sections": [{**SCHEMA["sections"][0], "key": "autre"}]}
    FormVersion.objects.create(form=application.call.report_form, number=2, schema=shorter)
    answer = browser.post(section(application), form, follow=True)
    assert "Le formulaire a changé pendant que vous écriviez. Vos réponses sont gardées." in text_of(answer)
    answers = Report.objects.get().answers
    assert (answers["nom"], answers["resume"]) == ("Patins", "Gardé aussi")


def test_wrong_answer_is_saved_and_told_before_going_on(browser, application):
    answer = browser.post(section(application), posted(application, resume="x" * 2000))
    assert answer.headers["Location"] == f"{section(application)}?corriger=1"
    page = text_of(browser.get(answer.headers["Location"]))
    assert "C’est enregistré. Il reste à compléter ou à corriger ceci." in page


def test_too_much_text_is_refused_and_stays_on_the_page(browser, application, monkeypatch):
    monkeypatch.setattr("guichet.funding.services.writing.ANSWERS_BYTES", 1000)
    answer = browser.post(section(application), posted(application, resume="y" * 1200))
    assert answer.status_code == 409
    assert "C’est trop de texte pour un seul formulaire" in text_of(answer)
    assert "y" * 1200 in text_of(answer)


def test_remark_of_who_returned_it_stands_over_each_section(browser, application, writer):
    save(application, writer, nom="Patins")
    Report.objects.update(return_text="Joignez la facture.", returned_at=timezone.now())
    assert "Joignez la facture." in text_of(browser.get(section(application)))
