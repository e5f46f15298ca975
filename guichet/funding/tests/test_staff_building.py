"""The staff's screens for programmes, calls and forms: what agents see and may do, what is refused and kept."""

from __future__ import annotations

import base64
import hashlib
import re
import uuid

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from guichet.accounts.tests.factories import AdminFactory, AgentFactory
from guichet.core.models import OutgoingMessage
from guichet.funding.enums import CallStatus
from guichet.funding.models import Announcement, Call, Criterion, Form, Instalment, Program, QuestionSet
from guichet.organizations.tests.factories import ManagerFactory

from .factories import ApplicationFactory, CallFactory, FormFactory, ProgramFactory
from .form_blocks import block, budget, form_with, section

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    """An agent who has a programme."""
    agent = AgentFactory()
    ProgramFactory(name="Le mien", slug="le-mien").officers.add(agent)
    return agent


@pytest.fixture
def browser(client, agent):
    client.force_login(agent)
    return client


def own(agent) -> Program:
    return agent.programs.get()


def filled(page: str) -> dict[str, str]:
    """What a browser would send of the page's main form as it stands."""
    form = BeautifulSoup(page, "html.parser").find(id="w-editor-form")
    data = {}
    for field in form.find_all(["input", "textarea", "select"]):
        name, kind = field.get("name"), field.get("type")
        if not name or (kind in {"checkbox", "radio"} and not field.has_attr("checked")):
            continue
        if field.name == "select":
            chosen = field.find("option", selected=True)
            data[name] = chosen["value"] if chosen else ""
        else:
            data[name] = field.get("value", "") if field.name == "input" else field.text.lstrip("\n")
    return data


def said(response) -> str:
    text = BeautifulSoup(response.content, "html.parser").get_text(" ")
    return re.sub(r"[\s\u00a0]+", " ", text)


def is_refused(response) -> bool:
    """With 403, and the reason on the page."""
    return response.status_code == 403


def posted_form(name: str, *questions: dict[str, str], purpose: str = "application") -> dict[str, str]:
    """A form of one section as Wagtail's script sends it, each question as (its type and its fields)."""
    data = {"name": name, "purpose": purpose, "body-count": "1", "opened": ""}
    section_key = str(uuid.uuid4())
    data |= {"body-0-type": "section", "body-0-order": "0", "body-0-deleted": "", "body-0-id": section_key}
    root = "body-0-value"
    data |= {f"{root}-title": "Projet", f"{root}-help": "", f"{root}-questions-count": str(len(questions))}
    data |= {f"{root}-condition-match": "all", f"{root}-condition-tests-count": "0"}
    for number, question in enumerate(questions):
        fields = dict(question)
        place = f"{root}-questions-{number}"
        data |= {f"{place}-type": fields.pop("type"), f"{place}-order": str(number), f"{place}-deleted": ""}
        data[f"{place}-id"] = str(uuid.uuid4())
        data |= {f"{place}-value-condition-match": "all", f"{place}-value-condition-tests-count": "0"}
        data |= {f"{place}-value-{field}": value for field, value in fields.items()}
    return data


TEXT = {"type": "text", "label": "Nom du projet", "help": "", "required": "on", "reference": "", "max_length": "80"}


# --- Forms


def test_agent_builds_a_form_and_publishes_it(browser):
    response = browser.post(reverse("staff_form_add"), posted_form("Demande", TEXT))
    form = Form.objects.get()
    assert response.url == reverse("staff_form", args=[form.pk])
    page = browser.get(response.url)
    assert "Aucune : publiez le formulaire" in said(page)
    data = posted_form("Demande", TEXT, {**TEXT, "label": "Lieu"}) | {"opened": form.updated_at.isoformat()}
    response = browser.post(reverse("staff_form_publish", args=[form.pk]), data, follow=True)
    assert "La version 1 est publiée." in said(response)
    version = form.versions.get()
    keys = [question["key"] for question in version.schema["sections"][0]["questions"]]
    assert len(keys) == 2
    assert all(uuid.UUID(key) for key in keys)


def test_refused_publication_keeps_the_form_and_says_why(browser):
    form = form_with(section(block("text", "nom", label="Nom")))
    wrong = {**TEXT, "condition-tests-count": "1", "condition-tests-0-deleted": "", "condition-tests-0-order": "0"}
    wrong |= {"condition-tests-0-id": "t", "condition-tests-0-type": "item"}
    wrong |= {f"condition-tests-0-value-{name}": value for name, value in (("question", "rien"), ("test", "filled"))}
    wrong |= {"condition-tests-0-value-value": ""}
    data = posted_form("Demande", wrong) | {"opened": form.updated_at.isoformat()}
    # The general fields of the question come before those of the test.
    response = browser.post(reverse("staff_form_publish", args=[form.pk]), data, follow=True)
    assert "il ne peut pas encore être publié" in said(response)
    assert "aucune question n’a ce repère" in said(response)
    form.refresh_from_db()
    assert form.name == "Demande"
    assert not form.versions.exists()


def test_question_without_a_label_is_shown_again_with_what_was_typed(browser):
    form = form_with(section(block("text", "nom", label="Nom")))
    data = posted_form("Demande", {**TEXT, "label": "", "help": "Gardez-moi"})
    response = browser.post(reverse("staff_form", args=[form.pk]), data)
    assert response.status_code == 200
    assert "Rien n’est enregistré" in said(response)
    assert "Gardez-moi" in response.content.decode()
    form.refresh_from_db()
    assert form.name == "Formulaire"


def test_save_on_top_of_somebody_elses_is_stopped_with_what_was_typed(browser):
    form = form_with(section(block("text", "nom", label="Nom")))
    opened = form.updated_at.isoformat()
    form.save()
    data = posted_form("Le mien", TEXT) | {"opened": opened}
    response = browser.post(reverse("staff_form", args=[form.pk]), data)
    assert "Quelqu’un d’autre a enregistré ce formulaire" in said(response)
    assert "Nom du projet" in response.content.decode()
    again = filled(response.content.decode())["opened"]
    browser.post(reverse("staff_form", args=[form.pk]), data | {"opened": again})
    form.refresh_from_db()
    assert form.name == "Le mien"


def test_preview_shows_the_saved_form_and_keeps_nothing(browser):
    form = form_with(
        section(
            block("yes_no", "mineurs", label="Des mineurs?", reference="mineurs"),
            budget(),
            block("from_fiche", "neq", field="neq"),
        )
    )
    address = reverse("staff_form_preview", args=[form.pk])
    page = browser.get(address)
    assert "Des mineurs?" in said(page)
    assert "(vient de la fiche)" in said(page)
    answered = browser.post(
        address, {"q-mineurs": "yes", "q-budget-rows": "planned", "q-budget-lscq-planned": "12 abc"}
    )
    assert answered.status_code == 200
    assert "12 abc" in answered.content.decode()


def test_agent_without_the_programs_of_a_form_sees_its_preview(browser):
    form = form_with(section(block("text", "nom", label="Nom")))
    CallFactory(form=form)
    address = reverse("staff_form", args=[form.pk])
    assert browser.get(address).url == reverse("staff_form_preview", args=[form.pk])
    assert is_refused(browser.post(address, posted_form("x", TEXT)))
    assert is_refused(browser.post(reverse("staff_form_publish", args=[form.pk])))


def test_form_in_use_cannot_be_deleted(browser, agent):
    call = CallFactory(program=own(agent))
    address = reverse("staff_form_delete", args=[call.form_id])
    assert "il ne peut pas être supprimé" in said(browser.get(address))
    browser.post(address)
    assert Form.objects.filter(pk=call.form_id).exists()
    free = FormFactory()
    browser.post(reverse("staff_form_delete", args=[free.pk]))
    assert not Form.objects.filter(pk=free.pk).exists()


def test_reusable_block_is_kept_while_a_form_has_it(browser):
    question_set = QuestionSet.objects.create(name="Contact", body=[block("text", "tel", label="Téléphone")])
    form_with(section({"type": "question_set", "value": question_set.pk, "id": "q"}))
    assert "Contact" in said(browser.get(reverse("wagtailsnippets_funding_questionset:list")))
    address = reverse("wagtailsnippets_funding_questionset:delete", args=[question_set.pk])
    assert "sert à ces formulaires" in said(browser.post(address, follow=True))
    assert QuestionSet.objects.exists()


def test_reusable_blocks_are_for_whoever_builds_forms(client):
    client.force_login(AgentFactory())
    response = client.get(reverse("wagtailsnippets_funding_questionset:add"))
    assert response.status_code == 302


# --- Programmes


def test_admin_creates_a_program_and_gives_it(client, agent):
    client.force_login(AdminFactory())
    data = filled(client.get(reverse("staff_program_add")).content.decode())
    data |= {"name": "Neuf", "slug": "neuf", "summary": "Pour bouger.", "officers": [agent.pk]}
    client.post(reverse("staff_program_add"), data)
    program = Program.objects.get(slug="neuf")
    assert list(program.officers.all()) == [agent]
    assert not program.is_published
    client.post(reverse("staff_program_publish", args=[program.pk]))
    program.refresh_from_db()
    assert program.is_published


def test_officer_changes_a_program_but_not_who_has_it(browser, agent):
    program, other = own(agent), ProgramFactory()
    address = reverse("staff_program_edit", args=[program.pk])
    data = filled(browser.get(address).content.decode())
    assert "officers" not in data
    browser.post(address, data | {"summary": "Pour tout le monde."})
    program.refresh_from_db()
    assert program.summary == "Pour tout le monde."
    assert list(program.officers.all()) == [agent]
    for name in ("staff_program_edit", "staff_program_unpublish"):
        assert is_refused(browser.get(reverse(name, args=[other.pk])))
    assert browser.get(reverse("staff_program", args=[other.pk])).status_code == 200
    assert is_refused(browser.get(reverse("staff_program_add")))


def test_page_before_a_program_leaves_the_site_counts_what_stops(browser, agent):
    ApplicationFactory(call=CallFactory(program=own(agent)))
    address = reverse("staff_program_unpublish", args=[own(agent).pk])
    assert "1 demande en rédaction ne peut plus être transmise." in said(browser.get(address))
    browser.post(address)
    assert not own(agent).is_published


# --- Calls


def posted_call(page: str, **changes) -> dict:
    return filled(page) | changes


def test_agent_prepares_a_call_with_criteria_and_instalments(browser, agent):
    program, form = own(agent), CallFactory().form
    address = f"{reverse('staff_call_add')}?programme={program.pk}"
    data = posted_call(
        browser.get(address).content.decode(),
        name="automne 2026",
        code="P-2026",
        opens_at="2026-10-01 08:00",
        closes_at="2026-10-31 12:00",
        form=str(form.pk),
        kinds=["school", "municipal"],
    )
    assert data["program"] == str(program.pk)
    data |= {
        "criteria-TOTAL_FORMS": "1",
        "criteria-0-title": "Portée",
        "criteria-0-points": "20",
        "criteria-0-guide": "",
    }
    data |= {"criteria-0-ORDER": "1", "criteria-0-DELETE": "", "criteria-0-id": ""}
    for number, share in enumerate(["75", "20"]):
        data |= {f"instalments-{number}-share": share, f"instalments-{number}-condition": "À l’entente"}
        data |= {f"instalments-{number}-ORDER": str(number), f"instalments-{number}-DELETE": ""}
    data["instalments-TOTAL_FORMS"] = "2"
    response = browser.post(address, data)
    assert "Les versements font 95 % au total." in said(response)
    assert not Instalment.objects.exists()
    browser.post(address, data | {"instalments-1-share": "25"})
    call = Call.objects.get(code="P-2026")
    assert call.status == CallStatus.DRAFT
    assert sorted(call.kinds) == ["municipal", "school"]
    assert [one.title for one in Criterion.objects.filter(call=call)] == ["Portée"]
    assert [int(one.share) for one in Instalment.objects.filter(call=call)] == [75, 25]
    assert f"{call.closes_at:%H:%M}" == "16:00"
    assert "Grille d’évaluation" in said(browser.get(reverse("staff_call", args=[call.pk])))


def test_scripts_of_the_call_page_are_those_that_the_policy_allows(browser, agent):
    """Rows of criteria are added by one."""
    response = browser.get(reverse("staff_call_edit", args=[CallFactory(program=own(agent)).pk]))
    scripts = re.findall(r"<script>(.*?)</script>", response.content.decode(), re.DOTALL)
    assert not [script for script in scripts if "InlinePanel" in script]
    assert response.content.decode().count("data-inline-panel=") == 2
    for script in scripts:
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in response.headers["Content-Security-Policy"]


def test_call_of_another_program_cannot_be_chosen(browser, agent):
    other = CallFactory()
    address = reverse("staff_call_add")
    page = browser.get(address).content.decode()
    data = posted_call(page, program=str(other.program_id), name="x", code="X", form=str(other.form_id))
    data |= {"opens_at": "2026-10-01 08:00", "closes_at": "2026-10-31 12:00"}
    assert browser.post(address, data).status_code == 200
    assert not Call.objects.filter(code="X").exists()
    for name in ("staff_call_edit", "staff_call_withdraw", "staff_call_copy", "staff_call_announce"):
        assert is_refused(browser.get(reverse(name, args=[other.pk])))


def test_call_page_says_what_happens_to_those_who_write(browser, agent):
    application = ApplicationFactory(call=CallFactory(program=own(agent)))
    address = reverse("staff_call_withdraw", args=[application.call_id])
    assert "1 demande est en rédaction" in said(browser.get(address))
    assert browser.post(address, {"reason": ""}).status_code == 200
    browser.post(address, {"reason": "Plus d’argent."})
    application.call.refresh_from_db()
    assert application.call.status == CallStatus.WITHDRAWN
    browser.post(reverse("staff_call_publish", args=[application.call_id]))
    application.call.refresh_from_db()
    assert application.call.status == CallStatus.PUBLISHED


def test_call_in_use_keeps_its_form_when_edited(browser, agent):
    call = ApplicationFactory(call=CallFactory(program=own(agent), code="P-1")).call
    address = reverse("staff_call_edit", args=[call.pk])
    data = filled(browser.get(address).content.decode())
    browser.post(address, data | {"code": "AUTRE", "name": "printemps"})
    call.refresh_from_db()
    assert (call.code, call.name) == ("P-1", "printemps")


def test_copying_suggests_next_years_names(browser, agent):
    call = CallFactory(program=own(agent), name="automne 2026", code="P-2026")
    address = reverse("staff_call_copy", args=[call.pk])
    page = browser.get(address).content.decode()
    assert 'value="automne 2027"' in page
    assert 'value="P-2027"' in page
    refused = browser.post(address, {"name": "automne 2027", "code": "P-2026"})
    assert "Ce sigle sert déjà" in said(refused)
    browser.post(address, {"name": "automne 2027", "code": "P-2027"})
    assert Call.objects.get(code="P-2027").copied_from == call


def test_announcement_shows_who_receives_it_before_it_leaves(browser, agent):
    manager = ManagerFactory()
    call = CallFactory(program=own(agent))
    address = reverse("staff_call_announce", args=[call.pk])
    page = said(browser.get(address))
    assert "Envoyer à 1 personne" in page
    assert manager.user.email in page
    assert not OutgoingMessage.objects.exists()
    progress = browser.post(address, follow=True)
    assert "0 courriel confié à l’envoi, sur 1" in said(progress)
    assert progress.headers["Refresh"] == "2"
    assert Announcement.objects.get().call == call
    assert "déjà annoncée" in said(browser.post(address, follow=True))


@pytest.mark.parametrize(
    ("query", "count"),
    [("", 4), ("?phase=open", 1), ("?phase=draft", 1), ("?phase=closed", 1), ("?phase=coming", 1), ("?q=sigle-b", 1)],
)
def test_calls_are_found_by_phase_and_words(browser, query, count):
    now = CallFactory(code="sigle-a")
    CallFactory(code="sigle-b", status=CallStatus.DRAFT)
    length = now.closes_at - now.opens_at
    CallFactory(opens_at=now.opens_at - length, closes_at=now.opens_at)
    CallFactory(opens_at=now.closes_at, closes_at=now.closes_at + length)
    response = browser.get(reverse("staff_calls") + query)
    assert len(response.context["object_list"]) == count


def test_post_without_the_blocks_of_a_form_is_a_bad_request_and_not_a_crash(browser):
    assert browser.post(reverse("staff_form_add"), {"name": "x"}).status_code == 400
