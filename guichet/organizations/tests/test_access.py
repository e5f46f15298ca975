"""Asking for an access, deciding, and what happens to it afterwards (DESIGN, section 2)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from guichet.accounts.tests.factories import AgentFactory, UserFactory
from guichet.core.errors import InvalidState
from guichet.core.models import Event, OutgoingMessage
from guichet.organizations import services
from guichet.organizations.enums import AccessStatus, OrganizationStatus, Role
from guichet.organizations.models import Access
from guichet.organizations.services import AlreadyDecided, LastManager

from .factories import AccessFactory, InvitationFactory, ManagerFactory, OrganizationFactory, RequestFactory

pytestmark = pytest.mark.django_db


def kinds(**filters) -> list[str]:
    """The kinds of the messages queued, without their folder, oldest first."""
    found = OutgoingMessage.objects.filter(**filters).order_by("pk").values_list("kind", flat=True)
    return [kind.rpartition("/")[2] for kind in found]


def verbs() -> list[str]:
    return [verb.partition(".")[2] for verb in Event.objects.order_by("pk").values_list("verb", flat=True)]


def test_request_starts_the_clock_and_tells_person_and_staff():
    agent, person, organization = AgentFactory(), UserFactory(), OrganizationFactory()
    access = services.request_access(user=person, organization=organization, actor=person)
    assert access.status == AccessStatus.REQUESTED
    assert access.role == ""
    assert access.due_at > timezone.now()
    assert kinds(to=person.email) == ["request_received"]
    assert kinds(to=agent.email) == ["request_to_decide"]
    assert verbs() == ["access_requested"]


def test_request_twice_is_one():
    AgentFactory()
    person, organization = UserFactory(), OrganizationFactory()
    first = services.request_access(user=person, organization=organization, actor=person)
    second = services.request_access(user=person, organization=organization, actor=person)
    assert first.pk == second.pk
    assert OutgoingMessage.objects.count() == 2


def test_request_with_unconfirmed_address_waits_for_it():
    AgentFactory()
    person = UserFactory(confirmed=False)
    access = services.request_access(user=person, organization=OrganizationFactory(), actor=person)
    assert access.due_at is None
    assert OutgoingMessage.objects.count() == 0
    person.emailaddress_set.update(verified=True)
    services.note_email_confirmed(user=person, email=person.email)
    access.refresh_from_db()
    assert access.due_at is not None
    assert OutgoingMessage.objects.count() == 2


def test_request_by_active_person_is_refused():
    access = AccessFactory()
    with pytest.raises(InvalidState, match="déjà accès"):
        services.request_access(user=access.user, organization=access.organization, actor=access.user)


def test_request_for_archived_fiche_is_refused():
    person = UserFactory()
    organization = OrganizationFactory(status=OrganizationStatus.ARCHIVED)
    with pytest.raises(InvalidState, match="plus en service"):
        services.request_access(user=person, organization=organization, actor=person)


@pytest.mark.parametrize("status", [AccessStatus.REFUSED, AccessStatus.DEACTIVATED])
def test_request_by_former_person_comes_back_as_request_without_role(status):
    organization = ManagerFactory().organization
    access = AccessFactory(organization=organization, status=status)
    again = services.request_access(user=access.user, organization=organization, actor=access.user)
    assert again.pk == access.pk
    assert again.status == AccessStatus.REQUESTED
    assert again.role == ""
    assert again.is_return


def test_approve_gives_role_and_tells_person():
    agent, access = AgentFactory(), RequestFactory()
    services.approve_access(access=access, role=Role.MANAGER, actor=agent)
    access.refresh_from_db()
    assert (access.status, access.role, access.decided_by) == (AccessStatus.ACTIVE, Role.MANAGER, agent)
    assert access.due_at is None
    assert kinds(to=access.user.email) == ["approved"]


def test_approve_first_person_as_contributor_is_refused():
    access = RequestFactory()
    with pytest.raises(InvalidState, match="première personne"):
        services.approve_access(access=access, role=Role.CONTRIBUTOR, actor=AgentFactory())
    access.refresh_from_db()
    assert access.status == AccessStatus.REQUESTED


def test_approve_with_unconfirmed_address_is_refused():
    access = RequestFactory(user=UserFactory(confirmed=False))
    with pytest.raises(InvalidState, match="confirmé"):
        services.approve_access(access=access, role=Role.MANAGER, actor=AgentFactory())


def test_approve_again_tells_who_and_when():
    first, second = AgentFactory(first_name="Aline"), AgentFactory()
    access = RequestFactory()
    services.approve_access(access=access, role=Role.MANAGER, actor=first)
    with pytest.raises(AlreadyDecided, match="Aline"):
        services.approve_access(access=access, role=Role.MANAGER, actor=second)
    with pytest.raises(AlreadyDecided, match="Aline"):
        services.refuse_access(access=access, reason="Non.", actor=second)


def test_approve_by_manager_only_with_invitation():
    manager = ManagerFactory()
    uninvited = RequestFactory(organization=manager.organization)
    with pytest.raises(PermissionDenied):
        services.approve_access(access=uninvited, role=Role.CONTRIBUTOR, actor=manager.user)
    invited = RequestFactory(
        organization=manager.organization, invitation=InvitationFactory(organization=manager.organization)
    )
    services.approve_access(access=invited, role=Role.CONTRIBUTOR, actor=manager.user)
    assert Access.objects.get(pk=invited.pk).role == Role.CONTRIBUTOR


def test_approve_by_manager_of_another_fiche_is_forbidden():
    organization = ManagerFactory().organization
    invited = RequestFactory(organization=organization, invitation=InvitationFactory(organization=organization))
    with pytest.raises(PermissionDenied):
        services.approve_access(access=invited, role=Role.MANAGER, actor=ManagerFactory().user)


def test_approve_oneself_is_forbidden_even_for_an_agent():
    agent = AgentFactory()
    access = RequestFactory(user=agent)
    with pytest.raises(PermissionDenied):
        services.approve_access(access=access, role=Role.MANAGER, actor=agent)


def test_refuse_needs_a_reason():
    with pytest.raises(InvalidState, match="motif"):
        services.refuse_access(access=RequestFactory(), reason="  ", actor=AgentFactory())


def test_refuse_sends_the_reason():
    access = RequestFactory()
    services.refuse_access(access=access, reason="Vous n’êtes pas de ce club.", actor=AgentFactory())
    message = OutgoingMessage.objects.get(to=access.user.email)
    assert "Vous n’êtes pas de ce club." in message.text


def test_details_stop_the_clock_and_the_answer_starts_it_again():
    agent, access = AgentFactory(), RequestFactory()
    services.ask_details(access=access, question="Qui êtes-vous pour le club?", actor=agent)
    access.refresh_from_db()
    assert access.due_at is None
    assert access.time_left is not None
    assert access.waits_for_person
    services.answer_details(access=access, answer="La trésorière.", actor=access.user)
    access.refresh_from_db()
    assert access.due_at is not None
    assert not access.waits_for_person
    assert kinds(to=agent.email) == ["details_given"]


def test_details_answered_twice_says_so():
    access = RequestFactory()
    services.ask_details(access=access, question="Qui?", actor=AgentFactory())
    services.answer_details(access=access, answer="Moi.", actor=access.user)
    with pytest.raises(InvalidState, match="déjà parvenue"):
        services.answer_details(access=access, answer="Moi.", actor=access.user)


def test_deactivate_last_manager_is_refused_for_everybody():
    manager = ManagerFactory()
    for actor in (manager.user, AgentFactory()):
        with pytest.raises(LastManager):
            services.deactivate_access(access=manager, actor=actor)


def test_demote_last_manager_is_refused():
    manager = ManagerFactory()
    with pytest.raises(LastManager):
        services.change_role(access=manager, role=Role.CONTRIBUTOR, actor=manager.user)


def test_last_manager_counts_only_active_accounts():
    manager = ManagerFactory()
    ManagerFactory(organization=manager.organization, user=UserFactory(is_active=False))
    with pytest.raises(LastManager):
        services.deactivate_access(access=manager, actor=manager.user)


def test_deactivate_tells_the_person_and_reactivate_chooses_the_role():
    manager = ManagerFactory()
    access = ManagerFactory(organization=manager.organization)
    services.deactivate_access(access=access, actor=manager.user, reason="A quitté le club.")
    services.reactivate_access(access=access, role=Role.CONTRIBUTOR, actor=manager.user)
    access.refresh_from_db()
    assert (access.status, access.role) == (AccessStatus.ACTIVE, Role.CONTRIBUTOR)
    assert kinds(to=access.user.email) == ["deactivated", "reactivated"]


def test_reactivate_oneself_is_forbidden():
    manager = ManagerFactory()
    access = AccessFactory(organization=manager.organization, status=AccessStatus.DEACTIVATED)
    with pytest.raises(PermissionDenied):
        services.reactivate_access(access=access, role=Role.CONTRIBUTOR, actor=access.user)


def test_contributor_cannot_manage_anybody():
    manager = ManagerFactory()
    contributor = AccessFactory(organization=manager.organization)
    for call in (
        lambda: services.change_role(access=contributor, role=Role.MANAGER, actor=contributor.user),
        lambda: services.change_role(access=manager, role=Role.CONTRIBUTOR, actor=contributor.user),
        lambda: services.deactivate_access(access=manager, actor=contributor.user),
        lambda: services.invite(organization=manager.organization, emails=["a@example.org"], actor=contributor.user),
    ):
        with pytest.raises(PermissionDenied):
            call()


def test_agent_with_an_access_cannot_raise_own_role():
    manager = ManagerFactory()
    access = AccessFactory(user=AgentFactory(), organization=manager.organization)
    with pytest.raises(PermissionDenied):
        services.change_role(access=access, role=Role.MANAGER, actor=access.user)


def test_hand_over_promotes_the_successor_and_passes_the_invitations():
    leaving = ManagerFactory()
    successor = AccessFactory(organization=leaving.organization)
    invitation = InvitationFactory(organization=leaving.organization, invited_by=leaving.user)
    services.hand_over(access=leaving, successor=successor, actor=leaving.user)
    leaving.refresh_from_db()
    successor.refresh_from_db()
    invitation.refresh_from_db()
    assert leaving.status == AccessStatus.DEACTIVATED
    assert successor.role == Role.MANAGER
    assert invitation.invited_by == successor.user
    assert kinds(to=successor.user.email) == ["handed_over"]


def test_hand_over_to_oneself_or_to_another_fiche_is_refused():
    leaving = ManagerFactory()
    with pytest.raises(InvalidState):
        services.hand_over(access=leaving, successor=leaving, actor=leaving.user)
    with pytest.raises(PermissionDenied):
        services.hand_over(access=leaving, successor=AccessFactory(), actor=leaving.user)


def test_visit_is_noted_at_most_twice_a_day():
    now = timezone.now()
    access = AccessFactory(last_used_at=now - dt.timedelta(hours=1))
    services.note_visit(access, now=now)
    access.refresh_from_db()
    assert access.last_used_at == now - dt.timedelta(hours=1)
    services.note_visit(access, now=now + dt.timedelta(hours=12))
    access.refresh_from_db()
    assert access.last_used_at == now + dt.timedelta(hours=12)


def test_hand_over_to_a_closed_account_is_refused():
    leaving = ManagerFactory()
    successor = AccessFactory(organization=leaving.organization, user=UserFactory(is_active=False))
    with pytest.raises(InvalidState):
        services.hand_over(access=leaving, successor=successor, actor=leaving.user)
    assert leaving.organization.accesses.active_managers().count() == 1


def test_request_at_an_archived_fiche_can_still_be_refused():
    agent, access = AgentFactory(), RequestFactory()
    services.archive_organization(organization=access.organization, actor=agent)
    with pytest.raises(InvalidState, match="plus en service"):
        services.approve_access(access=access, role=Role.MANAGER, actor=agent)
    services.refuse_access(access=access, reason="L’organisme a cessé ses activités.", actor=agent)
    access.refresh_from_db()
    assert access.status == AccessStatus.REFUSED


def test_requests_of_one_person_are_bounded():
    person = UserFactory()
    RequestFactory.create_batch(8, user=person)
    with pytest.raises(InvalidState, match="écrivez-nous"):
        services.request_access(user=person, organization=OrganizationFactory(), actor=person)
