"""The client's pages of applications: the list, the call, the draft and its sections, with script and without."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from guichet.accounts.tests.factories import AgentFactory
from guichet.funding import perms, services
from guichet.funding.enums import ApplicationStatus, CallStatus
from guichet.funding.models import Application, ApplicationFile, Extension, FormVersion
from guichet.funding.schema import digest
from guichet.organizations.enums import AccessStatus
from guichet.organizations.tests.factories import AccessFactory, ManagerFactory
from tests.support.pages import end_session, text_of

from .factories import ANSWERS, SCHEMA, ApplicationFactory, ApplicationFileFactory, CallFactory, SubmittedFactory

pytestmark = pytest.mark.django_db
SCRIPT = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def draft():
    return ApplicationFactory()


@pytest.fixture
def writer(draft):
    return AccessFactory(organization=draft.organization).user


@pytest.fixture
def browser(client_for, writer):
    return client_for(writer)


def url(name: str, application: Application, *args) -> str:
    return reverse(f"funding:{name}", args=[application.organization_id, application.pk, *args])


def section_of(application: Application, key: str = "projet") -> str:
    return url("section", application, key)


def posted(application: Application, shown: dict | None = None, **answers) -> dict:
    """What a page of the section that showed ``shown`` sends."""
    shown = application.answers if shown is None else shown
    base = {key: digest(shown.get(key)) for key in ("nom", "resume", "jeunes", "verification")}
    fields = {f"q-{key}": value for key, value in {**shown, **answers}.items() if isinstance(value, str)}
    return {"base": json.dumps(base), "version": application.form_version_id, "go": "next", **fields}


# --- « Vos demandes » -----------------------------------------------------------------------------


def test_list_without_anything_says_so(client_for):
    access = AccessFactory()
    page = text_of(client_for(access.user).get(reverse("funding:applications", args=[access.organization_id])))
    assert "Aucun appel de demandes n’est ouvert pour le moment" in page
    assert "Aucune demande d’assistance financière pour le moment" in page
    assert "Archives" not in page


def test_list_shows_open_calls_with_their_closing_and_what_is_under_way(browser, draft):
    CallFactory(program__name="Plein air", closes_at=timezone.now() + dt.timedelta(days=3, minutes=5))
    CallFactory(program__name="Fermé", closes_at=timezone.now() - dt.timedelta(days=1))
    CallFactory(program__name="Caché", status=CallStatus.DRAFT)
    page = text_of(browser.get(reverse("funding:applications", args=[draft.organization_id])))
    assert "Plein air" in page
    assert "Jusqu’à 5 000,00 $" in page
    assert "dans 3 jours" in page
    assert "Fermé" not in page
    assert "Caché" not in page
    assert "Patins pour tous" in page
    assert "Brouillon" in page
    assert "Rédaction" in page
    assert "À remplir, puis à transmettre avant le" in page


def test_closed_call_stays_open_to_the_fiche_that_has_more_time(browser, draft):
    late = CallFactory(program__name="Fermé", closes_at=timezone.now() - dt.timedelta(days=1))
    Extension.objects.create(
        call=late, organization=draft.organization, until=timezone.now() + dt.timedelta(days=2), reason="Feu."
    )
    assert "Fermé" in text_of(browser.get(reverse("funding:applications", args=[draft.organization_id])))


def test_archives_are_by_year_and_searched_without_accents(browser, draft):
    for year, title in ((2023, "Fête d’hiver"), (2024, "Camp de jour")):
        SubmittedFactory(
            organization=draft.organization,
            status=ApplicationStatus.CLOSED,
            title=title,
            submitted_at=dt.datetime(year, 5, 1, tzinfo=dt.UTC),
        )
    address = reverse("funding:archives", args=[draft.organization_id])
    page = text_of(browser.get(address))
    assert page.index("2024</h3>") < page.index("2023</h3>")
    assert "Patins pour tous" not in page
    found = text_of(browser.get(address, {"q": "fete HIVER"}))
    assert "Fête d’hiver" in found
    assert "Camp de jour" not in found
    assert "Fête d’hiver" not in text_of(browser.get(address, {"annee": "2024"}))
    assert "Aucune demande ne répond à cette recherche" in text_of(browser.get(address, {"q": "zzz"}))
    assert browser.get(address, {"annee": "²", "page": "x"}).status_code == 200


# --- The call -------------------------------------------------------------------------------------


def test_call_tells_conditions_papers_and_effort_and_starts(client_for):
    access, call = AccessFactory(), CallFactory()
    browser = client_for(access.user)
    page = text_of(browser.get(reverse("funding:call", args=[access.organization_id, call.pk])))
    for words in (
        "Votre fiche est en service.",
        "Devis",
        "2 sections à remplir",
        "5 000,00 $",
        "Commencer la demande",
    ):
        assert words in page
    answer = browser.post(reverse("funding:start", args=[access.organization_id, call.pk]))
    application = Application.objects.get()
    assert answer.headers["Location"] == url("application", application)


def test_call_that_the_fiche_may_not_ask_shows_why_and_no_button(client_for):
    access, call = AccessFactory(), CallFactory(needs_confirmed_fiche=True)
    browser = client_for(access.user)
    page = text_of(browser.get(reverse("funding:call", args=[access.organization_id, call.pk])))
    assert "Condition non remplie :" in page
    assert reverse("organizations:fiche", args=[access.organization_id]) in page
    assert "Commencer la demande" not in page
    answer = browser.post(reverse("funding:start", args=[access.organization_id, call.pk]), follow=True)
    assert "Votre fiche a été confirmée depuis moins d’un an." in text_of(answer)
    assert not Application.objects.exists()


def test_call_for_members_tells_others_whom_to_write_to(client_for):
    access, call = AccessFactory(), CallFactory(members_only=True)
    answer = client_for(access.user).get(reverse("funding:call", args=[access.organization_id, call.pk]))
    page = text_of(answer)
    assert "Être membre de LSCQ : votre organisme ne l’est pas." in page
    assert "Pour le devenir, ou si c’est une erreur, écrivez à" in page
    assert b'href="mailto:info@lscq.example.org"' in answer.content
    assert "Commencer la demande" not in page


def test_call_that_has_an_application_shows_it_and_starts_no_other(browser, draft):
    address = reverse("funding:call", args=[draft.organization_id, draft.call_id])
    page = text_of(browser.get(address))
    assert "Votre demande à cet appel" in page
    assert "Commencer la demande" not in page
    answer = browser.post(reverse("funding:start", args=[draft.organization_id, draft.call_id]), follow=True)
    assert "Cette demande existait déjà : la voici." in text_of(answer)


def test_last_years_application_is_offered_with_what_it_keeps(client_for):
    last = SubmittedFactory()
    call = CallFactory(program=last.call.program, form=last.call.form)
    browser = client_for(AccessFactory(organization=last.organization).user)
    page = text_of(browser.get(reverse("funding:call", args=[last.organization_id, call.pk])))
    assert "Vous avez déjà présenté une demande à ce programme : « Patins pour tous »" in page
    answer = browser.post(
        reverse("funding:start", args=[last.organization_id, call.pk]), {"earlier": "1"}, follow=True
    )
    assert "Vos réponses de la dernière fois sont reprises." in text_of(answer)
    assert Application.objects.get(call=call).answers["nom"] == "Patins pour tous"


# --- The draft ------------------------------------------------------------------------------------


def test_draft_shows_what_is_missing_with_the_way_to_it(browser, draft):
    draft.answers = {"nom": "Patins", "jeunes": "yes"}
    draft.save()
    page = text_of(browser.get(url("application", draft)))
    assert f'href="{section_of(draft)}?verifier=1#q-resume"' in page
    assert f'href="{section_of(draft)}?verifier=1#q-verification"' in page
    assert "Réponses obligatoires : 2 sur 5" in page
    check = text_of(browser.get(section_of(draft), {"verifier": "1"}))
    assert "Répondez à cette question." in check


def test_draft_tells_who_worked_on_it_and_who_is_there(browser, draft):
    other = ManagerFactory(organization=draft.organization, user__first_name="Zoé", user__last_name="Roy").user
    services.save_answers(
        application=draft,
        section_key="projet",
        answers={"nom": "Kayak"},
        base={"nom": digest("Patins pour tous")},
        actor=other,
    )
    page = text_of(browser.get(url("application", draft)))
    assert "Zoé Roy y écrit en ce moment." in page
    assert "Modifiée par Zoé Roy" in page
    assert "Zoé Roy écrit dans cette section." in text_of(browser.get(section_of(draft)))


def test_staff_read_a_draft_without_the_colleagues_comments(browser, client_for, draft):
    answer = browser.post(url("comment", draft), {"text": "<b>Il manque</b> le devis."}, follow=True)
    page = text_of(answer)
    assert "&lt;b&gt;Il manque&lt;/b&gt; le devis." in page
    assert "LSCQ ne les voit pas." in page
    agent = client_for(AgentFactory())
    assert "Il manque" not in text_of(agent.get(url("application", draft)))
    assert agent.post(url("comment", draft), {"text": "Bonjour"}).status_code == 404


def test_empty_comment_is_asked_for_again(browser, draft):
    assert "Écrivez votre commentaire avant de l’ajouter." in text_of(
        browser.post(url("comment", draft), {"text": " "})
    )


def test_withdrawn_call_is_told_and_the_draft_goes_on(browser, draft):
    draft.call.status = CallStatus.WITHDRAWN
    draft.call.save()
    for address in (url("application", draft), section_of(draft)):
        assert "Cet appel a été retiré." in text_of(browser.get(address))
    assert browser.post(section_of(draft), posted(draft, nom="Kayak")).status_code == 302
    draft.refresh_from_db()
    assert draft.title == "Kayak"


def test_new_form_is_offered_and_taken(browser, draft):
    newest = FormVersion.objects.create(form=draft.call.form, number=2, schema=SCHEMA)
    assert "Passer au nouveau formulaire" in text_of(browser.get(url("application", draft)))
    browser.post(url("renew_form", draft))
    draft.refresh_from_db()
    assert draft.form_version == newest


# --- A section ------------------------------------------------------------------------------------


def test_section_is_saved_and_leads_to_the_next_one(browser, draft):
    answer = browser.post(section_of(draft), posted(draft, nom="Kayak"))
    assert answer.headers["Location"] == section_of(draft, "budget")
    draft.refresh_from_db()
    assert draft.answers["nom"] == "Kayak"


def test_wrong_answer_is_saved_and_told_before_going_on(browser, draft):
    long = "x" * 2000
    answer = browser.post(section_of(draft), posted(draft, resume=long))
    assert answer.headers["Location"] == f"{section_of(draft)}?corriger=1"
    page = text_of(browser.get(answer.headers["Location"]))
    assert "C’est enregistré. Il reste à compléter ou à corriger ceci." in page
    assert long in page
    assert section_of(draft, "budget") in page


def test_answer_with_html_is_shown_as_it_was_typed(browser, draft):
    browser.post(section_of(draft), posted(draft, resume="</textarea><script>alert(1)</script>"))
    page = text_of(browser.get(section_of(draft)))
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_two_versions_are_shown_and_the_one_chosen_is_saved(browser, draft, writer):
    shown = dict(draft.answers)
    other = ManagerFactory(organization=draft.organization, user__first_name="Zoé", user__last_name="Roy").user
    services.save_answers(
        application=draft,
        section_key="projet",
        answers={"nom": "Kayak"},
        base={"nom": digest(shown["nom"])},
        actor=other,
    )
    form = posted(draft, shown, nom="Canot", resume="Mon résumé.")
    answer = browser.post(section_of(draft), form)
    page = text_of(answer)
    assert answer.status_code == 409
    assert "La version de Zoé Roy," in page
    assert "Kayak" in page
    assert 'value="Canot"' in page
    draft.refresh_from_db()
    assert (draft.answers["nom"], draft.answers["resume"]) == ("Kayak", "Mon résumé.")
    again = {**form, "base": answer.context["base"], "stored": answer.context["stored"]}
    assert browser.post(section_of(draft), again).status_code == 409
    assert browser.post(section_of(draft), {**again, "choice-nom": "mine"}).status_code == 302
    draft.refresh_from_db()
    assert draft.answers["nom"] == "Canot"
    assert browser.post(section_of(draft), {**again, "choice-nom": "theirs"}).status_code == 302
    draft.refresh_from_db()
    assert draft.answers["nom"] == "Canot"


def test_script_saves_and_learns_what_the_server_has(browser, draft):
    answer = browser.post(section_of(draft), posted(draft, nom="Kayak"), **SCRIPT)
    assert answer.status_code == 200
    said = answer.json()
    assert said["saved"].startswith("Enregistré à ")
    assert said["base"]["nom"] == digest("Kayak")
    assert (said["conflicts"], said["changed"], said["presence"]) == ([], "", "")


def test_script_is_told_of_conflicts_and_keeps_the_mark_of_what_it_shows(browser, draft):
    shown = dict(draft.answers)
    other = ManagerFactory(organization=draft.organization, user__first_name="Zoé", user__last_name="Roy").user
    services.save_answers(
        application=draft,
        section_key="projet",
        answers={"nom": "Kayak", "resume": "Le sien."},
        base={key: digest(shown[key]) for key in ("nom", "resume")},
        actor=other,
    )
    said = browser.post(section_of(draft), posted(draft, shown, nom="Canot"), **SCRIPT).json()
    assert said["conflicts"] == [
        "Zoé Roy a écrit autre chose en même temps que vous\u00a0: «\u00a0Nom du projet\u00a0»."
    ]
    assert "Résumé" in said["changed"]
    assert not {"nom", "resume"} & said["base"].keys()
    assert said["presence"] == "Zoé Roy écrit dans cette section."


def test_script_whose_session_ended_is_told_so_and_goes_on_after_signing_in(browser, draft, writer):
    end_session(browser)
    assert browser.post(section_of(draft), posted(draft, nom="Kayak"), **SCRIPT).status_code == 401
    assert browser.get(section_of(draft), **SCRIPT).status_code == 401
    browser.force_login(writer)
    assert browser.get(section_of(draft), **SCRIPT).json()["token"]
    assert browser.post(section_of(draft), posted(draft, nom="Kayak"), **SCRIPT).status_code == 200


def test_page_whose_session_ended_is_there_again_after_signing_in(browser, draft, writer):
    end_session(browser)
    assert browser.post(section_of(draft), posted(draft, nom="Kayak")).status_code == 302
    browser.force_login(writer)
    page = text_of(browser.get(section_of(draft)))
    assert "Votre session avait pris fin." in page
    assert 'value="Kayak"' in page
    draft.refresh_from_db()
    assert draft.answers["nom"] == "Patins pour tous"


def test_author_whose_access_ended_in_the_middle_gets_403(browser, draft):
    draft.organization.accesses.update(status=AccessStatus.DEACTIVATED)
    for more in ({}, SCRIPT):
        assert browser.post(section_of(draft), posted(draft, nom="Kayak"), **more).status_code == 403
    draft.refresh_from_db()
    assert draft.answers["nom"] == "Patins pour tous"


def test_locked_application_says_so_and_keeps_the_text_on_the_page(browser, draft):
    draft.status = ApplicationStatus.AWAITING_MANAGER
    draft.save()
    answer = browser.post(section_of(draft), posted(draft, nom="Kayak"))
    page = text_of(answer)
    assert answer.status_code == 409
    assert "elle est maintenant « À transmettre par un gestionnaire »" in page
    assert 'value="Kayak"' in page
    said = browser.post(section_of(draft), posted(draft, nom="Kayak"), **SCRIPT)
    assert said.status_code == 409
    assert "Cette demande a changé d’état entre-temps" in said.json()["message"]


def test_locked_section_is_read(browser, draft):
    draft.status = ApplicationStatus.AWAITING_MANAGER
    draft.save()
    page = text_of(browser.get(section_of(draft)))
    assert "Patins pour tous" in page
    assert "q-nom" not in page
    assert "1 500,00 $" in text_of(browser.get(section_of(draft, "budget")))


def test_completion_shows_the_rest_to_read_and_refuses_to_change_it(client_for):
    application = SubmittedFactory(
        status=ApplicationStatus.CHANGES_REQUESTED,
        changes_asked_at=timezone.now(),
        changes_text="Précisez le résumé.",
        changes_questions=["resume"],
    )
    browser = client_for(AccessFactory(organization=application.organization).user)
    page = text_of(browser.get(section_of(application)))
    assert "Précisez le résumé." in page
    assert 'name="q-resume"' in page
    assert 'name="q-nom"' not in page
    forged = browser.post(section_of(application), posted(application, nom="Kayak"))
    assert forged.status_code == 409
    assert "Ce n’est pas ouvert à la modification : « Nom du projet »" in text_of(forged)


def test_completion_leads_to_each_answer_that_is_opened_again(client_for):
    application = SubmittedFactory(
        status=ApplicationStatus.CHANGES_REQUESTED, changes_asked_at=timezone.now(), changes_questions=["resume"]
    )
    browser = client_for(AccessFactory(organization=application.organization).user)
    page = BeautifulSoup(browser.get(url("application", application)).content, "html.parser")
    [link] = page.select(".notice-body li a")
    assert link["href"] == section_of(application) + "#q-resume"
    assert "À revoir" in page.select_one(".sections li").get_text()
    assert "Rien ne manque" not in page.get_text()


def test_completion_of_a_question_stays_in_sight_when_what_it_depends_on_is_only_shown(client_for):
    application = SubmittedFactory(
        status=ApplicationStatus.CHANGES_REQUESTED,
        changes_asked_at=timezone.now(),
        changes_questions=["verification"],
        answers={**ANSWERS, "jeunes": "yes"},
    )
    browser = client_for(AccessFactory(organization=application.organization).user)
    page = BeautifulSoup(browser.get(section_of(application)).content, "html.parser")
    question = page.find(attrs={"data-question": "verification"})
    # The page's script cannot ask « jeunes »: it takes the server's word.
    assert json.loads(question["data-condition"]) == {"match": "all", "tests": [{"known": True}]}


def test_conflict_of_interest_closes_the_clients_addresses_to_an_employee_too(client_for):
    application = SubmittedFactory(status=ApplicationStatus.CHANGES_REQUESTED, changes_asked_at=timezone.now())
    agent = AgentFactory()
    browser = client_for(agent)
    addresses = [url("application", application), section_of(application), url("application_pdf", application)]
    assert [browser.get(address).status_code for address in addresses] == [200, 200, 200]
    application.conflicts.create(user=agent, reason="Mon club")
    assert [browser.get(address).status_code for address in addresses] == [403, 403, 403]
    assert not perms.can_edit_application(agent, application)
    # Who is of the fiche acts as one of its people: the body's side stays closed to them.
    AccessFactory(organization=application.organization, user=agent)
    assert browser.get(addresses[0]).status_code == 200


def test_form_that_changed_meanwhile_loses_nothing_that_was_typed(browser, draft):
    form = posted(draft, nom="Kayak", resume="Gardé aussi")
    shorter = {"sections": [{**SCHEMA["sections"][0], "key": "autre"}]}
    draft.form_version = FormVersion.objects.create(form=draft.call.form, number=2, schema=shorter)
    draft.save()
    answer = browser.post(section_of(draft), form, follow=True)
    assert "Le formulaire a changé pendant que vous écriviez. Vos réponses sont gardées." in text_of(answer)
    draft.refresh_from_db()
    assert (draft.answers["nom"], draft.answers["resume"]) == ("Kayak", "Gardé aussi")


@pytest.mark.parametrize("stored", ["[]", "[[", "null", '{"nom": 1}', '{"nom": "x"}'])
def test_rubbish_in_the_hidden_fields_replaces_nothing(browser, draft, stored):
    form = {**posted(draft, nom="Kayak"), "base": stored, "stored": stored, "version": "²", "anchor": "\nx: y"}
    assert browser.post(section_of(draft), form).status_code == 409
    draft.refresh_from_db()
    assert draft.answers["nom"] == "Patins pour tous"


def test_answers_past_what_is_kept_are_refused_and_stay_on_the_page(browser, draft, monkeypatch):
    monkeypatch.setattr("guichet.funding.services.writing.ANSWERS_BYTES", 1000)
    answer = browser.post(section_of(draft), posted(draft, resume="y" * 1200))
    assert answer.status_code == 409
    assert "C’est trop de texte pour un seul formulaire" in text_of(answer)
    assert "y" * 1200 in text_of(answer)


def test_ten_megabytes_of_answers_are_refused_before_they_are_read(browser, draft):
    answer = browser.post(section_of(draft), posted(draft, resume="y" * 10_000_000))
    assert answer.status_code == 413
    page = text_of(answer)
    assert "Trop de texte pour un seul envoi" in page
    assert "Revenez à la page précédente : ce que vous aviez écrit y est en général encore." in page
    draft.refresh_from_db()
    assert draft.answers["resume"] == "Prêter des patins aux enfants du village."


def test_section_or_application_that_is_not_theirs_is_404(browser, draft):
    other = ApplicationFactory()
    assert browser.get(section_of(draft, "inconnue")).status_code == 404
    assert browser.post(section_of(draft, "inconnue"), posted(draft)).status_code == 404
    mixed = reverse("funding:section", args=[draft.organization_id, other.pk, "projet"])
    assert browser.get(mixed).status_code == 404
    assert browser.post(mixed, posted(other), **SCRIPT).status_code == 404
    assert browser.get(section_of(other)).status_code == 404


# --- Files ----------------------------------------------------------------------------------------


def send(browser, draft, *files, **more):
    form = {**posted(draft), "go": "stay", "anchor": "q-devis", "q-devis": list(files), **more}
    return browser.post(section_of(draft), form)


def test_file_is_received_listed_downloaded_and_taken_away(browser, draft, client_for):
    answer = send(browser, draft, SimpleUploadedFile("devis.pdf", b"%PDF-1.7 devis"))
    assert answer.headers["Location"] == f"{section_of(draft)}#q-devis"
    file = ApplicationFile.objects.get()
    assert "devis.pdf" in text_of(browser.get(section_of(draft)))
    assert "devis.pdf" in text_of(browser.get(url("application", draft)))
    downloaded = browser.get(url("file", draft, file.pk))
    assert downloaded.getvalue() == b"%PDF-1.7 devis"
    assert downloaded.headers["Content-Disposition"].startswith("attachment")
    draft.refresh_from_db()
    browser.post(section_of(draft), {**posted(draft), "q-devis-remove": file.pk})
    draft.refresh_from_db()
    assert draft.answers["devis"] == []


def test_bad_file_is_told_beside_its_question_and_the_rest_is_saved(browser, draft):
    answer = send(
        browser,
        draft,
        SimpleUploadedFile("devis.exe", b"MZ"),
        SimpleUploadedFile("devis.pdf", b"%PDF-1.7"),
        **{"q-nom": "Kayak"},
    )
    page = text_of(answer)
    assert "« devis.exe » n’est pas d’un type accepté : pdf." in page
    draft.refresh_from_db()
    assert draft.answers["nom"] == "Kayak"
    assert ApplicationFile.objects.get().name == "devis.pdf"


def test_file_past_every_limit_is_told(browser, draft, settings):
    settings.UPLOAD_MAX_BYTES = 1000
    page = send(browser, draft, SimpleUploadedFile("devis.pdf", b"%PDF-" + b"0" * 5000))
    assert "Un fichier est trop lourd" in text_of(page)


def test_file_of_another_application_is_neither_read_nor_taken_away(browser, draft):
    other = ApplicationFileFactory()
    assert browser.get(url("file", draft, other.pk)).status_code == 404
    assert browser.get(url("file", other.application, other.pk)).status_code == 404
    assert browser.post(section_of(draft), {**posted(draft), "q-devis-remove": other.pk}).status_code == 404
    assert ApplicationFile.objects.filter(pk=other.pk).exists()
