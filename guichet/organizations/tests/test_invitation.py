"""Inviting, and what becomes of an invitation."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from guichet.accounts.tests.factories import AgentFactory, UserFactory
from guichet.core.errors import InvalidState
from guichet.core.models import OutgoingMessage
from guichet.organizations import services
from guichet.organizations.enums import AccessStatus, InvitationStatus, Role
from guichet.organizations.models import Access, Invitation
from guichet.organizations.services import Outcome
from guichet.organizations.services.invitations import MAX_OPEN_INVITATIONS

from .factories import AccessFactory, InvitationFactory, ManagerFactory, RequestFactory

pytestmark = pytest.mark.django_db


def invite(manager: Access, *emails: str, **kwargs) -> list[services.Invited]:
    return services.invite(organization=manager.organization, emails=list(emails), actor=manager.user, **kwargs)


def test_invite_sends_one_link_to_each_address():
    manager = ManagerFactory()
    results = invite(manager, "un@example.org", " DEUX@Example.org ", "deux@example.org", word="À bientôt!")
    assert [(result.email, result.outcome) for result in results] == [
        ("un@example.org", Outcome.SENT),
        ("deux@example.org", Outcome.SENT),
    ]
    assert OutgoingMessage.objects.count() == 2
    message = OutgoingMessage.objects.get(to="un@example.org")
    assert message.secret
    assert "À bientôt!" in message.text
    token = message.text.partition("/invitation/")[2].partition("/")[0]
    assert services.find_invitation(token).email == "un@example.org"
    assert not Invitation.objects.filter(token_hash=token).exists()


def test_invite_same_person_twice_sends_nothing_twice():
    manager = ManagerFactory()
    invite(manager, "un@example.org")
    assert invite(manager, "un@example.org")[0].outcome == Outcome.ALREADY_INVITED
    assert OutgoingMessage.objects.count() == 1


def test_invite_member_or_pending_person_says_so():
    manager = ManagerFactory()
    member = AccessFactory(organization=manager.organization)
    pending = RequestFactory(organization=manager.organization)
    outcomes = [result.outcome for result in invite(manager, member.user.email.upper(), pending.user.email)]
    assert outcomes == [Outcome.ALREADY_MEMBER, Outcome.AWAITS_APPROVAL]
    assert OutgoingMessage.objects.count() == 0


def test_invite_bad_address_sends_none():
    manager = ManagerFactory()
    with pytest.raises(ValidationError):
        invite(manager, "un@example.org", "pas une adresse")
    assert Invitation.objects.count() == 0


def test_invite_after_expiry_makes_a_new_one():
    manager = ManagerFactory()
    old = InvitationFactory(
        organization=manager.organization, email="un@example.org", expires_at=timezone.now() - dt.timedelta(hours=1)
    )
    assert invite(manager, "un@example.org")[0].outcome == Outcome.SENT
    old.refresh_from_db()
    assert old.status == InvitationStatus.EXPIRED


def test_invite_past_the_limit_is_refused():
    manager = ManagerFactory()
    InvitationFactory.create_batch(MAX_OPEN_INVITATIONS, organization=manager.organization)
    with pytest.raises(InvalidState, match="Trop d’invitations"):
        invite(manager, "un@example.org")


def test_accept_without_role_becomes_a_request_to_the_managers():
    manager = ManagerFactory()
    invitation = InvitationFactory(organization=manager.organization, invited_by=manager.user)
    person = UserFactory(email=invitation.email)
    access = services.accept_invitation(invitation=invitation, actor=person)
    assert access.status == AccessStatus.REQUESTED
    assert access in Access.objects.for_managers()
    assert access not in Access.objects.for_lscq()
    assert OutgoingMessage.objects.filter(to=manager.user.email, kind__endswith="user_to_approve").count() == 1


def test_accept_with_role_decided_in_advance_opens_the_door():
    manager = ManagerFactory()
    invitation = InvitationFactory(organization=manager.organization, invited_by=manager.user, role=Role.CONTRIBUTOR)
    person = UserFactory(email=invitation.email)
    access = services.accept_invitation(invitation=invitation, actor=person)
    assert (access.status, access.role, access.decided_by) == (AccessStatus.ACTIVE, Role.CONTRIBUTOR, manager.user)


def test_accept_when_the_inviter_was_deactivated_since_needs_an_approval():
    manager = ManagerFactory()
    ManagerFactory(organization=manager.organization)
    invitation = InvitationFactory(organization=manager.organization, invited_by=manager.user, role=Role.MANAGER)
    services.deactivate_access(access=manager, actor=AgentFactory())
    person = UserFactory(email=invitation.email)
    access = services.accept_invitation(invitation=invitation, actor=person)
    assert (access.status, access.role) == (AccessStatus.REQUESTED, "")


@pytest.mark.parametrize("status", [AccessStatus.DEACTIVATED, AccessStatus.REFUSED])
def test_accept_older_invitation_by_former_person_comes_back_as_request(status):
    manager = ManagerFactory()
    person = UserFactory()
    invitation = InvitationFactory(
        organization=manager.organization, invited_by=manager.user, email=person.email, role=Role.MANAGER
    )
    AccessFactory(organization=manager.organization, user=person, status=status)
    access = services.accept_invitation(invitation=invitation, actor=person)
    assert (access.status, access.role) == (AccessStatus.REQUESTED, "")


def test_accept_by_former_person_who_signed_up_again_stays_a_request():
    manager = ManagerFactory()
    person = UserFactory()
    invitation = InvitationFactory(
        organization=manager.organization, invited_by=manager.user, email=person.email, role=Role.MANAGER
    )
    AccessFactory(organization=manager.organization, user=person, status=AccessStatus.DEACTIVATED)
    services.request_access(user=person, organization=manager.organization, actor=person)
    access = services.accept_invitation(invitation=invitation, actor=person)
    assert (access.status, access.role) == (AccessStatus.REQUESTED, "")


def test_accept_by_another_address_is_forbidden():
    with pytest.raises(PermissionDenied):
        services.accept_invitation(invitation=InvitationFactory(), actor=UserFactory())


def test_accept_with_unconfirmed_address_is_forbidden():
    invitation = InvitationFactory()
    with pytest.raises(PermissionDenied):
        services.accept_invitation(invitation=invitation, actor=UserFactory(email=invitation.email, confirmed=False))


def test_accept_twice_is_once():
    manager = ManagerFactory()
    invitation = InvitationFactory(organization=manager.organization, invited_by=manager.user)
    person = UserFactory(email=invitation.email)
    first = services.accept_invitation(invitation=invitation, actor=person)
    assert services.accept_invitation(invitation=invitation, actor=person) == first
    assert OutgoingMessage.objects.filter(kind__endswith="user_to_approve").count() == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"expires_at": timezone.now() - dt.timedelta(days=1)}, "expiré"),
        ({"status": InvitationStatus.CANCELLED, "closed_at": timezone.now()}, "annulée"),
        ({"status": InvitationStatus.ACCEPTED, "closed_at": timezone.now()}, "déjà servi"),
        ({"status": InvitationStatus.EXPIRED, "closed_at": timezone.now()}, "expiré"),
    ],
)
def test_accept_an_invitation_that_is_over_says_why(changes, sentence):
    invitation = InvitationFactory(**changes)
    with pytest.raises(InvalidState, match=sentence):
        services.accept_invitation(invitation=invitation, actor=UserFactory(email=invitation.email))


def test_resend_replaces_the_link():
    manager = ManagerFactory()
    invitation = InvitationFactory(organization=manager.organization, token="ancien")
    services.resend_invitation(invitation=invitation, actor=manager.user)
    assert services.find_invitation("ancien") is None
    assert OutgoingMessage.objects.filter(to=invitation.email).count() == 1


def test_cancel_closes_the_link_and_another_fiche_cannot():
    manager, stranger = ManagerFactory(), ManagerFactory()
    invitation = InvitationFactory(organization=manager.organization, token="jeton")
    with pytest.raises(PermissionDenied):
        services.cancel_invitation(invitation=invitation, actor=stranger.user)
    services.cancel_invitation(invitation=invitation, actor=manager.user)
    assert services.find_invitation("jeton").status == InvitationStatus.CANCELLED


def test_handover_by_invitation_ends_the_leaving_access_once_accepted():
    leaving = ManagerFactory()
    invite(leaving, "suite@example.org", role=Role.MANAGER, replaces=leaving)
    invitation = Invitation.objects.get(email="suite@example.org")
    leaving.refresh_from_db()
    assert leaving.status == AccessStatus.ACTIVE
    successor = services.accept_invitation(invitation=invitation, actor=UserFactory(email="suite@example.org"))
    leaving.refresh_from_db()
    assert successor.role == Role.MANAGER
    assert leaving.status == AccessStatus.DEACTIVATED


def test_expire_closes_what_is_past_its_date():
    past = InvitationFactory(expires_at=timezone.now() - dt.timedelta(minutes=1))
    InvitationFactory()
    assert services.expire_invitations() == 1
    past.refresh_from_db()
    assert past.status == InvitationStatus.EXPIRED


def test_accept_when_the_inviters_account_was_closed_needs_an_approval():
    manager = ManagerFactory()
    invitation = InvitationFactory(organization=manager.organization, invited_by=manager.user, role=Role.MANAGER)
    manager.user.is_active = False
    manager.user.save()
    access = services.accept_invitation(invitation=invitation, actor=UserFactory(email=invitation.email))
    assert (access.status, access.role) == (AccessStatus.REQUESTED, "")


def test_accept_by_somebody_who_had_asked_already_tells_the_managers():
    manager = ManagerFactory()
    invitation = InvitationFactory(organization=manager.organization, invited_by=manager.user)
    person = UserFactory(email=invitation.email)
    services.request_access(user=person, organization=manager.organization, actor=person)
    services.accept_invitation(invitation=invitation, actor=person)
    assert OutgoingMessage.objects.filter(to=manager.user.email, kind__endswith="user_to_approve").count() == 1


def test_resend_is_bounded_in_a_day():
    manager = ManagerFactory()
    invitation = InvitationFactory(organization=manager.organization)
    for _ in range(5):
        services.resend_invitation(invitation=invitation, actor=manager.user)
    with pytest.raises(InvalidState, match="attendez demain"):
        services.resend_invitation(invitation=invitation, actor=manager.user)
