"""« Repartir de cette demande »: an application that has ended is the start of one to another call."""

from __future__ import annotations

import copy
import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from guichet.accounts.tests.factories import AgentFactory
from guichet.core.models import OutgoingMessage
from guichet.funding import services
from guichet.funding.enums import ENDED, ApplicationStatus, CallStatus, Outcome
from guichet.funding.models import Application, ApplicationFile
from guichet.organizations.enums import OrganizationStatus
from guichet.organizations.tests.factories import AccessFactory, OrganizationFactory
from tests.support.pages import text_of

from .deciding import announced
from .factories import (
    ANSWERS,
    SCHEMA,
    ApplicationFactory,
    ApplicationFileFactory,
    CallFactory,
    FormVersionFactory,
    SubmittedFactory,
)

pytestmark = pytest.mark.django_db
S = ApplicationStatus


def other_form():
    """A form built apart: other keys, some of the same words, a budget with another name, and something of its own."""
    schema = copy.deepcopy(SCHEMA)
    project, budget = schema["sections"]
    nom, resume, jeunes, _verification, devis = project["questions"]
    cost = budget["questions"][0]
    project["questions"] = [
        {**nom, "key": "titre", "label": "  NOM du projet "},
        {**resume, "key": "quoi", "label": "Décrivez votre projet"},
        {**jeunes, "key": "enfants"},
        {**devis, "key": "pieces", "max_files": 1},
    ]
    cost |= {"key": "cout", "label": "Montage financier"}
    cost["revenues"] = [{"key": "aide", "label": "Aide demandée", "kind": "lscq"}]
    cost["expenses"] = [{"key": "objets", "label": "matériel", "kind": "cash", "eligible": True}]
    return FormVersionFactory(schema=schema).form


@pytest.fixture
def refused():
    application = SubmittedFactory(status=S.REFUSED)
    files = [ApplicationFileFactory(application=application, sha256=str(number) * 64) for number in range(2)]
    application.answers = {**ANSWERS, "devis": [file.pk for file in files]}
    application.save()
    application.submissions.update(answers=application.answers)
    return application


@pytest.fixture
def writer(refused):
    return AccessFactory(organization=refused.organization).user


@pytest.fixture
def browser(client_for, writer):
    return client_for(writer)


def url(name: str, application: Application, *args) -> str:
    return reverse(f"funding:{name}", args=[application.organization_id, application.pk, *args])


def start(source, call, actor):
    return services.start_application(call=call, organization=source.organization, actor=actor, source=source)


def given(source, form) -> services.Earlier:
    return services.what_it_gives(services.former_of(source), form.versions.get())


# --- What goes along ------------------------------------------------------------------------------


def test_refused_project_goes_whole_into_the_same_form_with_its_budget_and_files(refused, writer):
    call = CallFactory(form=refused.call.form)
    draft = start(refused, call, writer)
    assert draft.title == "Patins pour tous"
    assert draft.answers.keys() == {"nom", "resume", "jeunes", "budget", "devis"}
    assert draft.answers["budget"]["lines"]["materiel"] == {"planned": "1 500,00 $"}
    assert [file.name for file in draft.files.all()] == ["devis.pdf"] * 2
    assert draft.answers["devis"] == [file.pk for file in draft.files.all()]
    assert services.verdict_of(draft).is_complete


def test_another_form_takes_what_it_asks_in_the_same_words_and_the_only_budget(refused, writer):
    form = other_form()
    earlier = given(refused, form)
    assert [question.key for question in earlier.kept] == ["titre", "enfants", "pieces", "cout"]
    assert [question.key for question in earlier.left] == ["resume"]
    draft = start(refused, CallFactory(form=form), writer)
    assert draft.title == "Patins pour tous"
    assert draft.answers["enfants"] == "no"
    assert "quoi" not in draft.answers
    budget = draft.answers["cout"]
    assert budget["lines"] == {"aide": {"planned": "1 000,00"}, "objets": {"planned": "1 500,00 $"}}
    assert [(row["label"], row["planned"]) for row in budget["revenues"]] == [("Mise de fonds de l’organisme", "500")]
    # Its question takes one file.
    assert draft.answers["pieces"] == [draft.files.get().pk]


def test_file_of_a_kind_that_the_other_form_does_not_take_stays(refused):
    form = other_form()
    version = form.versions.get()
    version.schema["sections"][0]["questions"][3]["extensions"] = ["xlsx"]
    version.save()
    earlier = given(refused, form)
    assert earlier.files == {}
    assert [question.key for question in earlier.cleared] == ["pieces"]


def test_project_that_took_place_gives_what_the_new_form_keeps_and_no_file(refused):
    refused.status = S.CLOSED
    refused.save()
    earlier = given(refused, CallFactory(form=refused.call.form).form)
    assert [question.key for question in earlier.kept] == ["nom", "resume", "jeunes"]
    assert [question.key for question in earlier.cleared] == ["devis", "budget"]
    assert earlier.files == {}


def test_withdrawn_draft_gives_what_was_written_in_it(writer, refused):
    draft = ApplicationFactory(
        organization=refused.organization,
        status=S.WITHDRAWN,
        withdrawn_at=timezone.now(),
        answers={"nom": "Jamais remise"},
    )
    again = start(draft, draft.call, writer)
    assert (again.call, again.status, again.answers) == (draft.call, S.DRAFT, {"nom": "Jamais remise"})


def test_content_of_a_file_lasts_as_long_as_one_of_the_two_names_it(refused, writer):
    source = ApplicationFileFactory(
        application=ApplicationFactory(
            organization=refused.organization, status=S.WITHDRAWN, withdrawn_at=timezone.now()
        )
    )
    first = source.application
    first.answers = {**ANSWERS, "devis": [source.pk]}
    first.save()
    draft = start(first, CallFactory(form=first.call.form), writer)
    copied = draft.files.get()
    assert copied.file.name == source.file.name
    services.remove_file(application=draft, file=copied, actor=writer)
    assert not draft.files.exists()
    with ApplicationFile.objects.get(pk=source.pk).file.open() as content:
        assert content.read() == b"%PDF-1.7 devis"


def test_nothing_is_taken_from_another_fiche(refused, writer):
    with pytest.raises(PermissionDenied):
        services.start_application(
            call=CallFactory(), organization=OrganizationFactory(), actor=AgentFactory(), source=refused
        )
    with pytest.raises(PermissionDenied):
        start(refused, CallFactory(), AccessFactory().user)


# --- The screens ----------------------------------------------------------------------------------


def test_application_and_decision_that_refuse_lead_to_it(client_for):
    refused, manager = announced(Outcome.REFUSED)
    browser = client_for(manager)
    for name in ("application", "decision"):
        assert url("restart", refused) in text_of(browser.get(url(name, refused)))
    mail = OutgoingMessage.objects.get(kind="funding/messages/decision_announced")
    assert "Votre demande peut servir de départ à une autre." in mail.text


def test_application_that_goes_on_is_no_start(browser, refused):
    for status in S:
        if status not in ENDED:
            Application.objects.filter(pk=refused.pk).update(status=status)
            assert browser.get(url("restart", refused)).status_code == 404
            assert browser.post(url("restart_in", refused, CallFactory().pk)).status_code == 404
    assert "Repartir" not in text_of(
        browser.get(url("application", ApplicationFactory(organization=refused.organization)))
    )


def test_page_lists_the_open_calls_with_what_each_takes_or_why_not(browser, refused):
    now = timezone.now()
    open_call = CallFactory(program__name="Plein air", form=other_form())
    schools = CallFactory(program__name="Écoles en forme", kinds=["school"])
    mine = ApplicationFactory(organization=refused.organization, call__program__name="Déjà là")
    CallFactory(program__name="Trop tard", closes_at=now - dt.timedelta(days=1))
    CallFactory(program__name="Caché", status=CallStatus.DRAFT)
    page = text_of(browser.get(url("restart", refused)))
    assert "4 réponses se reprennent." in page
    assert "1 fichier joint suit." in page
    assert "Laissé de côté" in page
    assert url("restart_in", refused, open_call.pk) in page
    assert "Milieux admissibles : scolaire." in page
    assert url("restart_in", refused, schools.pk) not in page
    assert url("application", mine) in page
    assert url("restart_in", refused, mine.call_id) not in page
    assert "Trop tard" not in page
    assert "Caché" not in page
    # Its own call is still open: a refusal is an answer, it is not asked again.
    assert url("restart_in", refused, refused.call_id) not in page


def test_without_an_open_call_the_page_says_so(browser, refused):
    refused.call.closes_at = timezone.now() - dt.timedelta(days=1)
    refused.call.save()
    assert "Aucun appel de demandes n’est ouvert pour le moment" in text_of(browser.get(url("restart", refused)))


def test_draft_is_begun_by_one_click_and_twice_is_once(browser, refused):
    call = CallFactory(form=other_form())
    answer = browser.post(url("restart_in", refused, call.pk), follow=True)
    assert "Vos réponses de la dernière fois sont reprises." in text_of(answer)
    draft = Application.objects.get(call=call)
    assert draft.answers["titre"] == "Patins pour tous"
    answer = browser.post(url("restart_in", refused, call.pk), follow=True)
    assert "Cette demande existait déjà : la voici." in text_of(answer)
    refused.refresh_from_db()
    assert refused.status == S.REFUSED


def test_call_that_closed_meanwhile_says_so(browser, refused):
    call = CallFactory(closes_at=timezone.now() - dt.timedelta(minutes=1))
    answer = browser.post(url("restart_in", refused, call.pk), follow=True)
    assert "Cet appel est fermé depuis le" in text_of(answer)
    assert not Application.objects.filter(call=call).exists()


def test_archived_fiche_begins_nothing(client_for, refused):
    refused.organization.status = OrganizationStatus.ARCHIVED
    refused.organization.save()
    call = CallFactory()
    agent = client_for(AgentFactory())
    assert url("restart", refused) not in text_of(agent.get(url("application", refused)))
    assert agent.post(url("restart_in", refused, call.pk)).status_code == 403
