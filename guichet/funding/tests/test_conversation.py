"""Messages between the body and the fiche's people: who writes, who is told, what is unread."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile

from guichet.accounts.tests.factories import AdminFactory, AgentFactory
from guichet.core.errors import InvalidState
from guichet.core.models import OutgoingMessage
from guichet.core.uploads import CleanFile
from guichet.funding.enums import ApplicationStatus
from guichet.funding.models import ThreadMessage
from guichet.funding.services import conversation, reviewing
from guichet.organizations.tests.factories import AccessFactory, ManagerFactory

from .evaluating import an_evaluation
from .factories import ApplicationFactory

pytestmark = pytest.mark.django_db
PDF = CleanFile("devis.pdf", "application/pdf", ".pdf", ContentFile(b"%PDF-1.7 devis"))


@pytest.fixture(autouse=True)
def _files_in_a_folder_of_the_test(settings, tmp_path):
    storage = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": storage, "private": storage}


def told(kind: str) -> set[str]:
    return set(OutgoingMessage.objects.filter(kind__endswith=f"/{kind}").values_list("to", flat=True))


def unread(user, *, is_staff: bool) -> int:
    return ThreadMessage.objects.unread_by(user, is_staff=is_staff).count()


def write(world, text="Bonjour.", **values) -> ThreadMessage:
    return conversation.write_to_fiche(application=world.application, text=text, actor=world.officer, **values)


def answer(world, actor, text="Voici.", **values) -> ThreadMessage:
    return conversation.write_to_body(application=world.application, text=text, actor=actor, **values)


def test_message_of_the_body_is_told_to_gestionnaires_author_and_whoever_wrote_before():
    world = an_evaluation()
    manager = ManagerFactory(organization=world.application.organization).user
    writer, silent = (AccessFactory(organization=world.application.organization).user for _ in range(2))
    answer(world, writer)
    write(world, files=[PDF])
    assert told("message_to_fiche") == {manager.email, writer.email}
    assert silent.email not in told("message_to_fiche")
    assert ThreadMessage.objects.get(is_staff=True).files.get().name == "devis.pdf"


def test_message_of_the_fiche_goes_to_whoever_looks_after_it_or_follows_it():
    world = an_evaluation()
    follower = AgentFactory()
    reviewing.set_officer(application=world.application, officer=world.officer, actor=world.officer)
    reviewing.follow(application=world.application, actor=follower)
    answer(world, ManagerFactory(organization=world.application.organization).user)
    assert told("message_to_staff") == {world.officer.email, follower.email}


def test_message_of_the_fiche_goes_to_the_programs_agents_else_to_the_admins():
    world = an_evaluation()
    manager = ManagerFactory(organization=world.application.organization).user
    admin = AdminFactory()
    answer(world, manager)
    assert told("message_to_staff") == {world.officer.email}
    world.call.program.officers.clear()
    answer(world, manager)
    assert told("message_to_staff") == {world.officer.email, admin.email}


def test_employee_in_conflict_is_told_nothing():
    world = an_evaluation()
    reviewing.declare_conflict(application=world.application, reason="Voisin.", actor=world.officer)
    admin = AdminFactory()
    answer(world, ManagerFactory(organization=world.application.organization).user)
    assert told("message_to_staff") == {admin.email}


def test_outsiders_agents_of_other_programs_and_former_people_write_nothing():
    world = an_evaluation()
    former = AccessFactory(organization=world.application.organization, status="deactivated").user
    for actor in (ManagerFactory().user, former, AgentFactory()):
        with pytest.raises(PermissionDenied):
            answer(world, actor)
        with pytest.raises(PermissionDenied):
            conversation.write_to_fiche(application=world.application, text="x", actor=actor)


@pytest.mark.parametrize("text", ["", "  \n "])
def test_empty_message_is_refused_unless_files_say_it(text):
    world = an_evaluation()
    with pytest.raises(InvalidState, match="Écrivez"):
        write(world, text)
    assert write(world, text, files=[PDF]).files.count() == 1


def test_too_many_files_are_refused_whole():
    world = an_evaluation()
    with pytest.raises(InvalidState, match="au plus 5"):
        write(world, files=[PDF] * 6)
    assert not ThreadMessage.objects.exists()


def test_draft_has_no_thread():
    draft = ApplicationFactory(status=ApplicationStatus.DRAFT)
    manager = ManagerFactory(organization=draft.organization).user
    with pytest.raises(InvalidState, match="transmise"):
        conversation.write_to_body(application=draft, text="Bonjour.", actor=manager)


def test_message_is_unread_by_each_of_the_other_side_until_they_open_the_thread():
    world = an_evaluation()
    manager = ManagerFactory(organization=world.application.organization).user
    colleague = AdminFactory()
    answer(world, manager)
    assert [unread(user, is_staff=True) for user in (world.officer, colleague)] == [1, 1]
    assert unread(manager, is_staff=False) == 0
    conversation.note_read(application=world.application, actor=world.officer)
    assert [unread(user, is_staff=True) for user in (world.officer, colleague)] == [0, 1]
    write(world)
    assert unread(manager, is_staff=False) == 1


def test_message_to_many_goes_to_each_and_one_that_cannot_does_not_hold_back_the_others():
    world, other = an_evaluation(), an_evaluation()
    results = conversation.write_to_many(
        applications=[other.application, world.application], text="Rappel.", actor=world.officer
    )
    assert [bool(problem) for _one, problem in results] == [True, False]
    assert [one.application for one in ThreadMessage.objects.all()] == [world.application]
