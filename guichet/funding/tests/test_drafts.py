"""A draft: begun once, written by several people, locked when it is handed on; its files and comments."""

from __future__ import annotations

import datetime as dt
import hashlib
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone

from guichet.accounts.tests.factories import AgentFactory
from guichet.core.errors import InvalidState
from guichet.core.models import Event
from guichet.core.uploads import clean_document
from guichet.funding import services
from guichet.funding.enums import ApplicationStatus, CallStatus
from guichet.funding.models import Application, ApplicationFile, FormVersion
from guichet.funding.schema import digest
from guichet.organizations.enums import AccessStatus
from guichet.organizations.tests.factories import AccessFactory, ManagerFactory, OrganizationFactory, image_bytes

from .factories import SCHEMA, ApplicationFactory, CallFactory, SubmittedFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft():
    return ApplicationFactory()


@pytest.fixture
def writer(draft):
    return AccessFactory(organization=draft.organization).user


def pdf(name: str = "devis.pdf", content: bytes = b"%PDF-1.7 devis") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def attach(draft, actor, upload=None, key: str = "devis") -> ApplicationFile:
    return services.attach_file(
        application=draft, question_key=key, clean=clean_document(upload or pdf()), actor=actor
    )


def save(draft, actor, base=None, section: str = "projet", **answers):
    """Save from a page that shows what is stored now, unless ``base`` says what it showed."""
    shown = draft.answers if base is None else base
    return services.save_answers(
        application=draft,
        section_key=section,
        answers=answers,
        base={key: digest(shown.get(key)) for key in answers},
        actor=actor,
    )


# --- Beginning ------------------------------------------------------------------------------------


def test_draft_begins_in_the_newest_form_and_is_told_in_the_timeline():
    call = CallFactory()
    newest = FormVersion.objects.create(form=call.form, number=2, schema=SCHEMA)
    access = AccessFactory()
    draft = services.start_application(call=call, organization=access.organization, actor=access.user)
    assert (draft.form_version, draft.started_by, draft.on_behalf) == (newest, access.user, False)
    assert Event.objects.get().sentence == f"{access.user} a commencé la demande {call}."


def test_draft_begun_by_staff_is_marked_so():
    draft = services.start_application(call=CallFactory(), organization=OrganizationFactory(), actor=AgentFactory())
    assert draft.on_behalf
    assert "au nom de l’organisme" in Event.objects.get().sentence


def test_second_start_finds_the_draft_that_exists(draft, writer):
    again = services.start_application(call=draft.call, organization=draft.organization, actor=writer)
    assert again == draft
    assert Application.objects.count() == 1


def test_start_after_a_withdrawal_is_a_new_draft(draft, writer):
    draft.status, draft.withdrawn_at = ApplicationStatus.WITHDRAWN, timezone.now()
    draft.save()
    again = services.start_application(call=draft.call, organization=draft.organization, actor=writer)
    assert again != draft


@pytest.mark.django_db(transaction=True)
def test_two_people_who_start_at_once_get_the_same_draft():
    call, organization = CallFactory(), OrganizationFactory()
    people = [AccessFactory(organization=organization).user for _n in range(2)]

    def start(person):
        try:
            return services.start_application(call=call, organization=organization, actor=person).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert len(set(pool.map(start, people))) == 1


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ({"closes_at": dt.timedelta(minutes=-1)}, "Cet appel est fermé depuis le"),
        ({"opens_at": dt.timedelta(days=1)}, "Cet appel ouvre le"),
        ({"status": CallStatus.WITHDRAWN}, "Cet appel a été retiré."),
        ({"kinds": ["school"]}, "Milieux admissibles\u00a0: scolaire."),
    ],
)
def test_nothing_begins_out_of_time_or_without_being_eligible(call, words):
    now = timezone.now()
    found = CallFactory(**{k: now + v if isinstance(v, dt.timedelta) else v for k, v in call.items()})
    access = AccessFactory()
    with pytest.raises(InvalidState, match=words):
        services.start_application(call=found, organization=access.organization, actor=access.user)


def test_outsider_and_deactivated_person_begin_nothing():
    call, organization = CallFactory(), OrganizationFactory()
    for access in (AccessFactory(), AccessFactory(organization=organization, status=AccessStatus.DEACTIVATED)):
        with pytest.raises(PermissionDenied):
            services.start_application(call=call, organization=organization, actor=access.user)


def test_draft_taken_from_last_years_keeps_what_the_form_says_and_never_its_files():
    last = SubmittedFactory()
    last.submissions.update(answers={**last.answers, "devis": [7]})
    call = CallFactory(program=last.call.program, form=last.call.form)
    actor = AccessFactory(organization=last.organization).user
    assert services.last_application(call, last.organization) == last
    earlier = services.what_it_gives(services.former_of(last), call.form.versions.get())
    assert [question.key for question in earlier.kept] == ["nom", "resume", "jeunes"]
    assert [question.key for question in earlier.cleared] == ["devis", "budget"]
    draft = services.start_application(call=call, organization=last.organization, actor=actor, source=last)
    assert draft.title == "Patins pour tous"
    assert draft.answers.keys() == {"nom", "resume", "jeunes"}


def test_nothing_is_taken_from_another_programme_or_another_fiche():
    last = SubmittedFactory()
    other = CallFactory(form=last.call.form)
    assert services.last_application(other, last.organization) is None
    same = CallFactory(program=last.call.program, form=last.call.form)
    assert services.last_application(same, OrganizationFactory()) is None


# --- Writing --------------------------------------------------------------------------------------


def test_answer_is_saved_with_who_and_when_and_names_the_project(draft, writer):
    saved = save(draft, writer, nom="  Kayak  pour tous ")
    draft.refresh_from_db()
    assert saved.changed == {"nom"}
    assert draft.answers["nom"] == "  Kayak  pour tous "
    assert draft.title == "Kayak pour tous"
    assert services.last_hand(draft, "nom")[0] == str(writer)
    assert draft.answers["resume"] == "Prêter des patins aux enfants du village."


def test_two_people_in_one_section_both_keep_what_they_wrote(draft, writer):
    shown, other = dict(draft.answers), ManagerFactory(organization=draft.organization).user
    save(draft, other, base=shown, nom="Kayak", resume=shown["resume"])
    saved = save(draft, writer, base=shown, nom=shown["nom"], resume="Un résumé.")
    assert (saved.answers["nom"], saved.answers["resume"]) == ("Kayak", "Un résumé.")
    assert saved.conflicts == []


def test_same_answer_changed_twice_is_a_conflict_that_names_the_other(draft, writer):
    shown, other = dict(draft.answers), ManagerFactory(organization=draft.organization).user
    save(draft, other, base=shown, nom="Kayak")
    saved = save(draft, writer, base=shown, nom="Canot", resume="Un résumé.")
    (conflict,) = saved.conflicts
    assert (conflict.question.key, conflict.theirs, conflict.by) == ("nom", "Kayak", str(other))
    draft.refresh_from_db()
    assert (draft.answers["nom"], draft.answers["resume"]) == ("Kayak", "Un résumé.")


def test_html_and_scripts_are_kept_as_they_were_typed(draft, writer):
    save(draft, writer, resume="<script>alert(1)</script>")
    draft.refresh_from_db()
    assert draft.answers["resume"] == "<script>alert(1)</script>"


def test_answers_of_a_question_that_is_no_more_are_kept(draft, writer):
    draft.answers["ancienne"] = "Gardée"
    draft.save()
    save(draft, writer, nom="Kayak")
    draft.refresh_from_db()
    assert draft.answers["ancienne"] == "Gardée"


def test_page_of_an_older_form_is_saved_whole(draft, writer):
    older = draft.form_version
    shorter = {"sections": [{**SCHEMA["sections"][0], "questions": SCHEMA["sections"][0]["questions"][:1]}]}
    draft.form_version = FormVersion.objects.create(form=older.form, number=2, schema=shorter)
    draft.save()
    services.save_answers(
        application=draft,
        section_key="projet",
        answers={"nom": "Kayak", "resume": "Gardé aussi"},
        base={key: digest(draft.answers[key]) for key in ("nom", "resume")},
        actor=writer,
        version=older,
    )
    draft.refresh_from_db()
    assert (draft.answers["nom"], draft.answers["resume"]) == ("Kayak", "Gardé aussi")


def test_draft_passes_to_the_new_form_with_all_its_answers(draft, writer):
    newest = FormVersion.objects.create(form=draft.call.form, number=2, schema=SCHEMA)
    before = draft.answers
    services.renew_form(application=draft, actor=writer)
    draft.refresh_from_db()
    assert (draft.form_version, draft.answers) == (newest, before)


def test_more_text_than_is_kept_is_refused_whole(draft, writer, monkeypatch):
    monkeypatch.setattr("guichet.funding.services.writing.ANSWERS_BYTES", 1000)
    with pytest.raises(services.TooMuchText, match="C’est trop de texte"):
        save(draft, writer, nom="Kayak", resume="x" * 1000)
    draft.refresh_from_db()
    assert draft.answers["nom"] == "Patins pour tous"


def test_files_are_no_business_of_answers(draft, writer):
    elsewhere = attach(ApplicationFactory(), AgentFactory())
    save(draft, writer, devis=[elsewhere.pk])
    draft.refresh_from_db()
    assert "devis" not in draft.answers


@pytest.mark.parametrize(
    "status", [one for one in ApplicationStatus if one not in {"draft", "changes_requested", "withdrawn"}]
)
def test_locked_application_takes_no_answer_and_says_its_state(status):
    application = SubmittedFactory(status=status)
    actor = ManagerFactory(organization=application.organization).user
    with pytest.raises(InvalidState, match="Cette demande a changé d’état entre-temps"):
        save(application, actor, nom="Kayak")
    with pytest.raises(InvalidState):
        attach(application, actor)


def test_whoever_lost_the_access_meanwhile_writes_nothing(draft, writer):
    draft.organization.accesses.update(status=AccessStatus.DEACTIVATED)
    with pytest.raises(PermissionDenied):
        save(draft, writer, nom="Kayak")
    with pytest.raises(PermissionDenied):
        save(draft, AccessFactory().user, nom="Kayak")


def test_completion_opens_the_questions_asked_for_and_no_other():
    application = SubmittedFactory(
        status=ApplicationStatus.CHANGES_REQUESTED, changes_asked_at=timezone.now(), changes_questions=["resume"]
    )
    actor = AccessFactory(organization=application.organization).user
    save(application, actor, resume="Plus précis.", nom="Patins pour tous")
    with pytest.raises(InvalidState, match="Nom du projet"):
        save(application, actor, resume="Encore.", nom="Kayak")
    with pytest.raises(InvalidState, match="Devis"):
        attach(application, actor)
    application.refresh_from_db()
    assert (application.answers["resume"], application.answers["nom"]) == ("Plus précis.", "Patins pour tous")


def test_completion_without_a_list_opens_everything():
    application = SubmittedFactory(status=ApplicationStatus.CHANGES_REQUESTED, changes_asked_at=timezone.now())
    save(application, AccessFactory(organization=application.organization).user, nom="Kayak")
    application.refresh_from_db()
    assert application.answers["nom"] == "Kayak"


def test_draft_goes_on_when_its_call_is_withdrawn_or_closed(draft, writer):
    draft.call.status = CallStatus.WITHDRAWN
    draft.call.save()
    save(draft, writer, nom="Kayak")
    draft.refresh_from_db()
    assert draft.title == "Kayak"


# --- Who is where ---------------------------------------------------------------------------------


def test_others_are_seen_for_two_minutes_after_they_wrote(draft, writer):
    other = ManagerFactory(organization=draft.organization).user
    save(draft, other, nom="Kayak")
    (visit,) = services.visits_now(draft, but=writer)
    assert (visit.user, visit.section) == (other, "projet")
    assert services.visits_now(draft, but=other) == []
    assert services.visits_now(draft, but=writer, now=timezone.now() + dt.timedelta(minutes=3)) == []


# --- Files ----------------------------------------------------------------------------------------


def test_file_is_attached_with_its_fingerprint_and_taken_away_again(draft, writer):
    file = attach(draft, writer)
    draft.refresh_from_db()
    assert draft.answers["devis"] == [file.pk]
    assert file.sha256 == hashlib.sha256(b"%PDF-1.7 devis").hexdigest()
    services.remove_file(application=draft, file=file, actor=writer)
    draft.refresh_from_db()
    assert draft.answers["devis"] == []
    assert not ApplicationFile.objects.exists()


def test_same_file_twice_is_one(draft, writer):
    assert attach(draft, writer) == attach(draft, writer)


def test_question_takes_its_number_of_files_and_no_more(draft, writer):
    for number in range(3):
        attach(draft, writer, pdf(content=b"%%PDF-1.7 %d" % number))
    with pytest.raises(InvalidState, match="3 fichiers au plus"):
        attach(draft, writer, pdf(content=b"%PDF-1.7 de trop"))


@pytest.mark.parametrize("key", ["nom", "inconnue"])
def test_question_that_takes_no_file_gets_none(draft, writer, key):
    with pytest.raises(InvalidState, match="ne demande plus ce fichier"):
        attach(draft, writer, key=key)


@pytest.mark.parametrize(
    ("upload", "words"),
    [
        (pdf("devis.exe"), "n’est pas d’un type accepté"),
        (pdf("devis.pdf", b"MZ"), "son contenu n’en est pas"),
        (pdf("devis.pdf", b""), "Ce fichier est vide"),
        (pdf("devis.pdf", b"%PDF-" + b"0" * 1024 * 1024), "est trop lourd"),
    ],
)
def test_file_outside_the_limits_of_its_question_is_refused(draft, upload, words):
    question = services.schema_of(draft).questions["devis"]
    small = type(question)(**{**question.__dict__, "max_mb": 1})
    upload.seek(0)
    with pytest.raises(ValidationError, match=words):
        services.check_upload(small, upload)


def test_photo_is_taken_where_photos_are_and_is_no_problem_afterwards(draft, writer):
    version = draft.form_version
    version.schema["sections"][0]["questions"][4]["extensions"] = ["jpg"]
    version.save()
    question = services.schema_of(draft).questions["devis"]
    clean = services.check_upload(question, SimpleUploadedFile("IMG_1.JPEG", image_bytes("JPEG")))
    services.attach_file(application=draft, question_key="devis", clean=clean, actor=writer)
    draft.refresh_from_db()
    assert services.verdict_of(draft).is_complete


def test_file_that_was_handed_in_is_never_deleted():
    application = SubmittedFactory(status=ApplicationStatus.CHANGES_REQUESTED, changes_asked_at=timezone.now())
    actor = AccessFactory(organization=application.organization).user
    file = attach(application, actor)
    application.submissions.update(files=[[file.pk, file.name, file.size, file.sha256]])
    services.remove_file(application=application, file=file, actor=actor)
    application.refresh_from_db()
    assert application.answers["devis"] == []
    with file.file.open() as content:
        assert content.read() == b"%PDF-1.7 devis"
    assert ApplicationFile.objects.get() == file


# --- Comments -------------------------------------------------------------------------------------


def test_colleagues_comment_and_the_body_does_not(draft, writer):
    services.add_comment(application=draft, text="Il manque le devis.", actor=writer)
    assert [(one.author_name, one.text) for one in draft.comments.all()] == [(str(writer), "Il manque le devis.")]
    for actor in (AgentFactory(), AccessFactory().user):
        with pytest.raises(PermissionDenied):
            services.add_comment(application=draft, text="Non.", actor=actor)
