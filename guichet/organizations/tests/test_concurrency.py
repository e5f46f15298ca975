"""Two people at the same moment: one wins, the other is told who and when. Real threads, real transactions."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import close_old_connections, connections

from guichet.accounts.tests.factories import AgentFactory, UserFactory
from guichet.core.errors import InvalidState
from guichet.core.models import OutgoingMessage
from guichet.organizations import services
from guichet.organizations.enums import AccessStatus, Role
from guichet.organizations.models import Access, FicheChange, FicheMerge, Invitation, Organization
from guichet.organizations.services import AlreadyDecided, EditConflict, LastManager

from .factories import AccessFactory, InvitationFactory, ManagerFactory, OrganizationFactory, RequestFactory

pytestmark = pytest.mark.django_db(transaction=True)


def together(*calls: Callable[[], object]) -> list[object]:
    """Run the calls at the same moment, each on its own connection; return what each returned or raised."""
    results: list[object] = [None] * len(calls)
    barrier = threading.Barrier(len(calls))

    def run(number: int, call: Callable[[], object]) -> None:
        close_old_connections()
        try:
            barrier.wait(timeout=10)
            results[number] = call()
        except Exception as error:  # noqa: BLE001 - whatever it raised is what the test looks at
            results[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number, call)) for number, call in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return results


def test_two_managers_approving_with_different_roles_one_wins_and_the_other_is_told():
    first = ManagerFactory()
    second = ManagerFactory(organization=first.organization)
    access = RequestFactory(
        organization=first.organization, invitation=InvitationFactory(organization=first.organization)
    )
    results = together(
        lambda: services.approve_access(access=access, role=Role.MANAGER, actor=first.user),
        lambda: services.approve_access(access=access, role=Role.CONTRIBUTOR, actor=second.user),
    )
    winners = [result for result in results if isinstance(result, Access)]
    told = [result for result in results if isinstance(result, AlreadyDecided)]
    assert (len(winners), len(told)) == (1, 1)
    access.refresh_from_db()
    assert access.status == AccessStatus.ACTIVE
    assert access.role == winners[0].role
    assert str(access.decided_by) in str(told[0])
    assert OutgoingMessage.objects.filter(to=access.user.email).count() == 1


def test_two_managers_deactivating_each_other_leave_one():
    first = ManagerFactory()
    second = ManagerFactory(organization=first.organization)
    results = together(
        lambda: services.deactivate_access(access=second, actor=first.user),
        lambda: services.deactivate_access(access=first, actor=second.user),
    )
    assert first.organization.accesses.active_managers().count() == 1
    assert sum(isinstance(result, Access) for result in results) == 1


def test_two_managers_leaving_at_once_leave_one():
    first = ManagerFactory()
    second = ManagerFactory(organization=first.organization)
    results = together(
        lambda: services.deactivate_access(access=first, actor=first.user),
        lambda: services.deactivate_access(access=second, actor=second.user),
    )
    assert sum(isinstance(result, LastManager) for result in results) == 1
    assert first.organization.accesses.active_managers().count() == 1


def test_same_person_signing_up_twice_at_once_makes_one_request():
    AgentFactory()
    person, organization = UserFactory(), OrganizationFactory()
    together(*[lambda: services.request_access(user=person, organization=organization, actor=person)] * 3)
    assert Access.objects.filter(user=person).count() == 1
    assert OutgoingMessage.objects.filter(to=person.email).count() == 1


def test_same_address_invited_twice_at_once_gets_one_link():
    manager = ManagerFactory()
    together(
        *[lambda: services.invite(organization=manager.organization, emails=["un@example.org"], actor=manager.user)]
        * 2
    )
    assert Invitation.objects.count() == 1
    assert OutgoingMessage.objects.count() == 1


def test_invitation_cancelled_while_it_is_accepted_ends_one_way():
    manager = ManagerFactory()
    invitation = InvitationFactory(organization=manager.organization, invited_by=manager.user, role=Role.CONTRIBUTOR)
    person = UserFactory(email=invitation.email)
    together(
        lambda: services.cancel_invitation(invitation=invitation, actor=manager.user),
        lambda: services.accept_invitation(invitation=invitation, actor=person),
    )
    invitation.refresh_from_db()
    accepted = Access.objects.filter(user=person, status=AccessStatus.ACTIVE).exists()
    assert accepted == (invitation.status == "accepted")


def test_two_managers_deciding_one_proposal_at_once_decide_it_once():
    first = ManagerFactory(organization__description="Nager.")
    second = ManagerFactory(organization=first.organization)
    author = AccessFactory(organization=first.organization).user
    services.save_section(
        organization=first.organization, values={"description": "Nager mieux."}, base={}, actor=author
    )
    change = FicheChange.objects.get()
    results = together(
        lambda: services.decide_changes(organization=first.organization, approve=[change.pk], actor=first.user),
        lambda: services.decide_changes(
            organization=first.organization, refuse=[change.pk], reason="Non.", actor=second.user
        ),
    )
    change.refresh_from_db()
    first.organization.refresh_from_db()
    assert sorted(type(result).__name__ for result in results) == ["ChangeGone", "Saved"]
    assert first.organization.description == ("Nager mieux." if change.status == "approved" else "Nager.")
    assert OutgoingMessage.objects.filter(to=author.email).count() == 1


def test_two_managers_saving_one_field_at_once_lose_nothing():
    first = ManagerFactory(organization__description="Nager.")
    second = ManagerFactory(organization=first.organization)
    results = together(
        *[
            lambda actor=actor, text=text: services.save_section(
                organization=first.organization,
                values={"description": text},
                base={"description": "Nager."},
                actor=actor,
            )
            for actor, text in ((first.user, "De la première."), (second.user, "De la seconde."))
        ]
    )
    first.organization.refresh_from_db()
    (conflict,) = next(result for result in results if isinstance(result, EditConflict)).conflicts
    assert conflict.theirs == first.organization.description
    assert {conflict.theirs, conflict.yours} == {"De la première.", "De la seconde."}


def test_two_agents_merging_the_same_fiche_at_once_one_wins_and_the_other_is_told():
    source, targets = OrganizationFactory(), [OrganizationFactory(), OrganizationFactory()]
    ManagerFactory(organization=source)
    agents = [AgentFactory(), AgentFactory()]
    results = together(
        *[
            lambda target=target, agent=agent: services.merge_fiches(
                source=source, target=target, choices=services.Choices(), actor=agent
            )
            for target, agent in zip(targets, agents, strict=True)
        ]
    )
    (merge,) = FicheMerge.objects.select_related("merged_by")
    (told,) = [result for result in results if isinstance(result, InvalidState)]
    assert str(merge.merged_by) in str(told)
    assert Access.objects.get().organization_id == merge.target_id


def test_two_agents_merging_two_fiches_into_each_other_at_once_leave_one():
    one, other = OrganizationFactory(), OrganizationFactory()
    agent = AgentFactory()
    results = together(
        *[
            lambda source=source, target=target: services.merge_fiches(
                source=source, target=target, choices=services.Choices(), actor=agent
            )
            for source, target in ((one, other), (other, one))
        ]
    )
    assert sorted(type(result).__name__ for result in results) == ["FicheMerge", "InvalidState"]
    assert Organization.objects.active().count() == 1


def test_access_deactivated_while_its_fiche_is_merged_ends_at_one_fiche():
    source, target = OrganizationFactory(), OrganizationFactory()
    ManagerFactory(organization=source)
    access, agent = AccessFactory(organization=source), AgentFactory()
    results = together(
        lambda: services.merge_fiches(source=source, target=target, choices=services.Choices(), actor=agent),
        lambda: services.deactivate_access(access=access, actor=agent),
    )
    access.refresh_from_db()
    assert isinstance(results[0], FicheMerge)
    assert access.organization_id == target.pk
    assert (access.status == AccessStatus.DEACTIVATED) == isinstance(results[1], Access)
