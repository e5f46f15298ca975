"""One application in the admin: its page, the actions, the thread, the grid, and who is kept out."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from guichet.accounts.tests.factories import AdminFactory, AgentFactory
from guichet.core.shared import forget
from guichet.funding.enums import ApplicationStatus
from guichet.funding.models import (
    Application,
    ApplicationFile,
    CannedText,
    Label,
    MessageFile,
    Review,
    Submission,
    ThreadMessage,
)
from guichet.funding.services import conversation, reviewing
from guichet.organizations.tests.factories import AccessFactory, ManagerFactory

from .evaluating import an_evaluation, ask, give
from .factories import ANSWERS, SubmittedFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files_in_a_folder_of_the_test(settings, tmp_path):
    storage = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": storage, "private": storage}


@pytest.fixture
def world():
    return an_evaluation()


@pytest.fixture
def browser(client_for, world):
    """The officer's."""
    return client_for(world.officer)


def address(world, name: str = "staff_application", *more) -> str:
    return reverse(name, args=[world.application.pk, *more])


def page_of(browser, world, **query) -> str:
    answer = browser.get(address(world), query)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def hand_in_again(world, **answers) -> Submission:
    last = world.application.submissions.last()
    return Submission.objects.create(
        application=world.application,
        form_version=last.form_version,
        by_name="Zoé Côté",
        statement=last.statement,
        answers={**ANSWERS, **answers},
        fiche=last.fiche,
        fingerprint="1" * 64,
    )


# --- The page -------------------------------------------------------------------------------------


def test_page_shows_the_answers_the_amounts_and_the_fiches_history(browser, world):
    before = SubmittedFactory(organization=world.application.organization, granted="750.00", title="Avant")
    page = page_of(browser, world)
    assert "Prêter des patins aux enfants du village." in page
    assert "1 000,00 $" in page
    assert before.number in page
    assert "750,00 $" in page


def test_page_shows_what_changed_since_the_submission_before(browser, world):
    hand_in_again(world, resume="Prêter des patins à tous.")
    page = page_of(browser, world)
    assert "<del>Prêter des patins aux enfants du village.</del>" in page
    assert "<ins>Prêter des patins à tous.</ins>" in page
    assert "Patins pour tous</del>" not in page


def test_earlier_submission_is_read_by_its_link(browser, world):
    first = world.application.submissions.get()
    hand_in_again(world, resume="Prêter des patins à tous.")
    page = page_of(browser, world, transmission=first.pk)
    assert "Prêter des patins aux enfants du village." in page
    assert "Ce n’est pas la dernière transmission." in page


def test_what_the_fiche_writes_since_does_not_show(browser, world):
    world.application.answers = {**ANSWERS, "resume": "Brouillon secret."}
    world.application.title = "Titre"
    world.application.save()
    assert "Brouillon secret" not in page_of(browser, world)


def file_of(application, name="devis.pdf") -> ApplicationFile:
    return ApplicationFile.objects.create(
        application=application,
        question="devis",
        file=ContentFile(b"%PDF-1.7", name),
        name=name,
        content_type="application/pdf",
        size=8,
        sha256="0" * 64,
    )


def test_file_is_downloaded_once_it_was_handed_in(browser, world):
    handed_in, since = file_of(world.application), file_of(world.application, "secret.pdf")
    foreign = file_of(SubmittedFactory())
    world.application.submissions.update(files=[[handed_in.pk, "devis.pdf", 8, "0" * 64]])
    answer = browser.get(address(world, "staff_application_file", handed_in.pk))
    assert answer.getvalue() == b"%PDF-1.7"
    assert "attachment" in answer["Content-Disposition"]
    for other in (since, foreign):
        assert browser.get(address(world, "staff_application_file", other.pk)).status_code == 404


# --- Who is kept out ------------------------------------------------------------------------------

SCREENS = ["staff_application", "staff_application_messages", "staff_review", "staff_application_note"]


@pytest.mark.parametrize("name", SCREENS)
def test_evaluator_opening_an_application_of_their_own_club_is_told_why_not(client_for, world, name):
    evaluator = AgentFactory()
    ask(world, evaluator)
    AccessFactory(user=evaluator, organization=world.application.organization)
    answer = client_for(evaluator).get(address(world, name))
    assert answer.status_code == 403
    page = answer.content.decode()
    assert "accès client à la fiche" in page
    assert "Prêter des patins" not in page


@pytest.mark.parametrize("name", SCREENS)
def test_admin_who_declared_a_conflict_is_kept_out_too(client_for, world, name):
    admin = AdminFactory()
    reviewing.declare_conflict(application=world.application, reason="Mon frère préside.", actor=admin)
    answer = client_for(admin).get(address(world, name))
    assert answer.status_code == 403
    assert "Mon frère préside." in answer.content.decode()


def test_agent_of_another_program_reads_and_is_told_who_works_on_it(client_for, world):
    browser = client_for(AgentFactory())
    assert browser.get(address(world)).status_code == 200
    answer = browser.post(address(world, "staff_application_note"), {"text": "x"})
    assert answer.status_code == 403
    assert "Odile Roy" in answer.content.decode()


def test_notes_and_conflicts_reach_no_page_of_the_fiche(client_for, world):
    reviewing.add_note(application=world.application, text="Note secrète.", actor=world.officer)
    manager = ManagerFactory(organization=world.application.organization)
    page = client_for(manager.user).get(
        reverse("funding:messages", args=[world.application.organization_id, world.application.pk])
    )
    assert page.status_code == 200
    assert "secrète" not in page.content.decode()


# --- Actions --------------------------------------------------------------------------------------


def test_actions_do_what_they_say(browser, world):
    Application.objects.update(status=ApplicationStatus.SUBMITTED)
    label = Label.objects.create(name="à visiter")
    browser.post(address(world, "staff_application_take_in"))
    browser.post(address(world, "staff_application_labels"), {"labels": [label.pk]})
    browser.post(address(world, "staff_application_follow"))
    browser.post(address(world, "staff_application_note"), {"text": "Appeler la trésorière."})
    page = page_of(browser, world)
    assert "Appeler la trésorière." in page
    assert "à visiter" in page
    world.application.refresh_from_db()
    assert (world.application.status, world.application.officer) == (ApplicationStatus.IN_REVIEW, world.officer)
    assert world.application.follows.filter(user=world.officer).exists()
    browser.post(address(world, "staff_application_unfollow"))
    browser.post(address(world, "staff_application_officer"), {"officer": ""})
    world.application.refresh_from_db()
    assert world.application.officer is None
    assert not world.application.follows.exists()


def test_empty_note_is_asked_for_again(browser, world):
    answer = browser.post(address(world, "staff_application_note"), {"text": " "})
    assert "Écrivez la note." in answer.content.decode()


def test_declaring_a_conflict_closes_the_application_and_another_may_lift_it(browser, client_for, world):
    browser.post(address(world, "staff_application_conflict"), {"reason": "Voisin."})
    assert browser.get(address(world)).status_code == 403
    conflict = world.application.conflicts.get()
    admin = client_for(AdminFactory())
    assert "Lever ce conflit" in admin.get(address(world)).content.decode()
    admin.post(address(world, "staff_conflict_lift", conflict.pk))
    assert browser.get(address(world)).status_code == 200


def test_completion_is_asked_with_a_text_that_staff_keep(browser, world):
    text = CannedText.objects.create(purpose="completion", title="Devis", text="Joignez deux devis.")
    due = timezone.localdate() + timezone.timedelta(days=9)
    sent = {"text": "Bonjour.", "questions": ["devis"], "due_on": due.isoformat()}
    inserted = browser.post(address(world, "staff_application_changes"), {**sent, "canned": text.pk, "insert": "1"})
    form = inserted.context["form"]
    assert form["text"].value() == "Bonjour.\n\nJoignez deux devis."
    assert form["questions"].value() == ["devis"]
    browser.post(address(world, "staff_application_changes"), sent)
    world.application.refresh_from_db()
    assert (world.application.changes_questions, world.application.changes_due_on) == (["devis"], due)
    page = page_of(browser, world)
    assert "Reprendre sans attendre" in page
    browser.post(address(world, "staff_application_waive"), {"reason": "Nous avons ce qu’il faut."})
    world.application.refresh_from_db()
    assert world.application.status == ApplicationStatus.SUBMITTED


def test_completion_that_lacks_something_keeps_what_was_typed(browser, world):
    answer = browser.post(
        address(world, "staff_application_changes"),
        {"text": "Un devis manque.", "due_on": timezone.localdate().isoformat()},
    )
    assert set(answer.context["form"].errors) == {"questions", "due_on"}
    assert "Un devis manque." in answer.content.decode()


# --- The thread -----------------------------------------------------------------------------------


def test_thread_goes_both_ways_with_files(browser, client_for, world):
    manager = client_for(ManagerFactory(organization=world.application.organization).user)
    theirs = reverse("funding:messages", args=[world.application.organization_id, world.application.pk])
    upload = SimpleUploadedFile("devis.pdf", b"%PDF-1.7 devis", content_type="application/pdf")
    browser.post(address(world, "staff_application_messages"), {"text": "Avez-vous un devis?"})
    assert "Avez-vous un devis?" in manager.get(theirs).content.decode()
    answer = manager.post(theirs, {"text": "Le voici.", "files": [upload]})
    assert answer.status_code == 302
    assert "1 non lu" in page_of(browser, world).replace("\u00a0", " ")
    page = browser.get(address(world, "staff_application_messages")).content.decode()
    assert "Le voici." in page
    assert "non lu" not in page_of(browser, world)
    held = MessageFile.objects.get()
    for who, link in (
        (browser, address(world, "staff_message_file", held.pk)),
        (manager, reverse("funding:message_file", args=[*theirs_of(world), held.pk])),
    ):
        assert who.get(link).getvalue() == b"%PDF-1.7 devis"


def theirs_of(world) -> list[int]:
    return [world.application.organization_id, world.application.pk]


def test_file_of_another_thread_is_not_there(browser, client_for, world):
    other = an_evaluation()
    manager = ManagerFactory(organization=world.application.organization)
    message = ThreadMessage.objects.create(application=other.application, is_staff=True, text="x", author_name="x")
    held = MessageFile.objects.create(
        message=message, file=ContentFile(b"%PDF-", "a.pdf"), name="a.pdf", content_type="application/pdf", size=5
    )
    link = reverse("funding:message_file", args=[*theirs_of(world), held.pk])
    assert client_for(manager.user).get(link).status_code == 404
    assert browser.get(address(world, "staff_message_file", held.pk)).status_code == 404
    theirs = reverse("funding:messages", args=[world.application.organization_id, other.application.pk])
    assert client_for(manager.user).get(theirs).status_code == 404


@pytest.mark.parametrize("name", ["virus.exe", "faux.pdf"])
def test_refused_file_is_named_and_the_text_is_kept(client_for, world, name):
    manager = client_for(ManagerFactory(organization=world.application.organization).user)
    answer = manager.post(
        reverse("funding:messages", args=theirs_of(world)),
        {"text": "Le voici.", "files": [SimpleUploadedFile(name, b"MZ")]},
    )
    page = answer.content.decode()
    assert name in page
    assert "Le voici." in page
    assert not ThreadMessage.objects.exists()


def test_employee_looking_in_the_fiche_does_not_mark_its_messages_as_read(browser, world):
    manager = ManagerFactory(organization=world.application.organization).user
    conversation.write_to_body(application=world.application, text="Bonjour.", actor=manager)
    browser.get(reverse("funding:messages", args=theirs_of(world)))
    assert ThreadMessage.objects.unread_by(world.officer, is_staff=True).count() == 1


# --- The grid -------------------------------------------------------------------------------------


def grid(world, *points: str, **values) -> dict[str, str]:
    return {f"points-{one.pk}": given for one, given in zip(world.criteria, points, strict=True)} | values


def test_grid_is_saved_then_finished(client_for, world):
    evaluator = AgentFactory()
    [review] = ask(world, evaluator)
    browser = client_for(evaluator)
    browser.post(address(world, "staff_review"), grid(world, "7,5", "", comment="Bon projet."))
    review.refresh_from_db()
    assert (review.comment, review.is_done) == ("Bon projet.", False)
    form = browser.get(address(world, "staff_review")).context["form"]
    assert form[f"points-{world.criteria[0].pk}"].value() == "7,5"
    browser.post(address(world, "staff_review"), grid(world, "7,5", "12", done="1", recommended="800,00 $"))
    review.refresh_from_db()
    assert (review.is_done, review.recommended) == (True, 800)
    world.application.refresh_from_db()
    assert world.application.score == 19.5


@pytest.mark.parametrize(
    ("points", "told"),
    [
        ("11", "va de 0 à 10"),
        ("-1", "Écrivez un nombre"),
        ("sept", "Écrivez un nombre"),
        ("7,3", "demi-points"),
        ("1e1", "Écrivez un nombre"),
        ("٣", "Écrivez un nombre"),
        ("", "Donnez une note"),
    ],
)
def test_note_that_makes_no_sense_is_told_and_what_was_typed_stays(client_for, world, points, told):
    evaluator = AgentFactory()
    ask(world, evaluator)
    answer = client_for(evaluator).post(
        address(world, "staff_review"), grid(world, points, "12", done="1", comment="Bon projet.")
    )
    page = answer.content.decode()
    assert told in page
    assert "Bon projet." in page
    assert Review.objects.get().notes.count() == 0


def test_whoever_was_not_asked_has_no_grid(browser, world):
    answer = browser.get(address(world, "staff_review"), follow=True)
    assert "Personne ne vous a demandé d’évaluer" in answer.content.decode()


def test_page_shows_progress_to_the_officer_and_the_notes_once_all_are_done(browser, client_for, world):
    first, second = AgentFactory(last_name="Premier"), AgentFactory(last_name="Second")
    one, two = ask(world, first, second)
    give(world, one, "3.5", "10", comment="Avis secret.")
    for who in (browser, client_for(second)):
        page = page_of(who, world)
        assert "Avis secret." not in page
        assert "1 sur 2 terminées" in page
    give(world, two, "10", "20")
    page = page_of(browser, world)
    assert "Avis secret." in page
    assert "21,75" in page


def test_officer_reopens_with_a_reason_and_removes_what_is_not_done(browser, world):
    done, waiting = ask(world, AgentFactory(), AgentFactory())
    give(world, done, "1", "1")
    browser.post(address(world, "staff_review_reopen", done.pk), {"reason": "Un critère est oublié."})
    browser.post(address(world, "staff_review_remove", waiting.pk))
    assert [(one.pk, one.is_done) for one in Review.objects.all()] == [(done.pk, False)]


def test_evaluations_of_a_call_are_distributed_from_its_page(browser, world):
    people = AgentFactory.create_batch(2)
    page = reverse("staff_call_evaluators", args=[world.call.pk])
    answer = browser.post(page, {"evaluators": [one.pk for one in people], "how": "some", "number": "1"}, follow=True)
    assert "1 évaluation est demandée." in answer.content.decode().replace("\u00a0", " ")
    assert Review.objects.count() == 1
    wrong = browser.post(page, {"evaluators": [people[0].pk], "how": "some", "number": "2"})
    assert "moins de personnes" in wrong.content.decode()


# --- How many queries -----------------------------------------------------------------------------


def test_page_costs_the_same_with_many_evaluations_notes_and_messages(browser, world, django_assert_max_num_queries):
    def fill(count: int) -> None:
        for review in ask(world, *AgentFactory.create_batch(count)):
            give(world, review, "5", "5")
        for _number in range(count):
            reviewing.add_note(application=world.application, text="x", actor=world.officer)
            conversation.write_to_fiche(application=world.application, text="x", actor=world.officer)
            SubmittedFactory(organization=world.application.organization)

    fill(2)
    page_of(browser, world)
    forget()
    with django_assert_max_num_queries(60) as few:
        page_of(browser, world)
    fill(6)
    forget()
    with django_assert_max_num_queries(len(few.captured_queries)):
        page_of(browser, world)
