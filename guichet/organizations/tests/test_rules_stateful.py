"""DESIGN, section 2, whatever people do in whatever order: random sequences against the rules that hold always."""

from __future__ import annotations

import contextlib

import hypothesis.strategies as st
import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from guichet.accounts.models import User
from guichet.accounts.tests.factories import AgentFactory, UserFactory
from guichet.core.errors import InvalidState
from guichet.core.models import Event
from guichet.organizations import perms, services
from guichet.organizations.enums import AccessStatus, InvitationStatus, Role
from guichet.organizations.models import Access, Invitation, Organization

from .factories import OrganizationFactory

PEOPLE, FICHES = 3, 2
client_index = st.integers(0, PEOPLE - 1)
fiche_index = st.integers(0, FICHES - 1)
number = st.integers(0, 100)  # which of what there is, modulo how many there are
roles = st.sampled_from([Role.MANAGER, Role.CONTRIBUTOR])
# Who acts: the agent, the person concerned, a gestionnaire of the fiche, or anybody. Even chances among people
# alone would rarely meet the cases that the rules are about.
actors = st.sampled_from(["agent", "self", "manager", "anybody"])
refusals = (PermissionDenied, InvalidState)


class ClientAccess(RuleBasedStateMachine):
    """Three people and an agent, two fiches: they sign up, invite, approve, refuse, change roles, leave, at random."""

    @initialize()
    def people_and_fiches(self):
        """Everybody has a confirmed address; the agent works for the body; each fiche begins with a gestionnaire."""
        Access.objects.all().delete()
        Invitation.objects.all().delete()
        Event.objects.all().delete()
        User.objects.all().delete()
        Organization.objects.all().delete()
        self.agent = AgentFactory()
        self.people = UserFactory.create_batch(PEOPLE)
        self.fiches = OrganizationFactory.create_batch(FICHES)
        self.closed_once: set[tuple[int, int]] = set()
        for person, fiche in zip(self.people, self.fiches, strict=False):
            access = services.request_access(user=person, organization=fiche, actor=person)
            services.approve_access(access=access, role=Role.MANAGER, actor=self.agent)

    def some_access(self, which: int) -> Access:
        accesses = list(Access.objects.select_related("user", "organization").order_by("pk"))
        return accesses[which % len(accesses)]

    def some_actor(self, kind: str, which: int, fiche: Organization, person: User) -> User:
        managers = [access.user for access in fiche.accesses.active_managers().order_by("pk")]
        everybody = [*self.people, self.agent]
        return {
            "agent": self.agent,
            "self": person,
            "manager": managers[which % len(managers)],
            "anybody": everybody[which % len(everybody)],
        }[kind]

    def key(self, access: Access) -> tuple[int, int]:
        return access.user_id, access.organization_id

    @rule(who=client_index, fiche=fiche_index)
    def sign_up(self, who, fiche):
        """Ask for an access; nobody becomes active by asking."""
        person, organization = self.people[who], self.fiches[fiche]
        before = Access.objects.filter(user=person, organization=organization).first()
        with contextlib.suppress(*refusals):
            access = services.request_access(user=person, organization=organization, actor=person)
            assert access.status == AccessStatus.REQUESTED
            assert before is None or before.status != AccessStatus.ACTIVE

    @rule(kind=actors, which=number, guest=client_index, fiche=fiche_index, role=st.sampled_from(["", *Role]))
    def invite(self, kind, which, guest, fiche, role):
        """Only who manages the fiche's users invites."""
        organization = self.fiches[fiche]
        actor = self.some_actor(kind, which, organization, self.people[guest])
        allowed = actor.is_staff or perms.is_active_manager(actor, organization)
        try:
            services.invite(organization=organization, emails=[self.people[guest].email], role=role, actor=actor)
        except PermissionDenied:
            assert not allowed
        else:
            assert allowed

    @rule(which=number, by_owner=st.booleans(), who=client_index)
    def accept(self, which, by_owner, who):
        """Open some invitation: one's own mostly, open or over."""
        invitations = list(Invitation.objects.select_related("organization", "invited_by").order_by("pk"))
        if not invitations:
            return
        invitation = invitations[which % len(invitations)]
        actor = next(person for person in self.people if person.email == invitation.email)
        if not by_owner:
            actor = self.people[who]
        before = Access.objects.filter(user=actor, organization=invitation.organization).first()
        was_active = before is not None and before.status == AccessStatus.ACTIVE
        inviter = invitation.invited_by
        inviter_may = inviter.is_staff or perms.is_active_manager(inviter, invitation.organization)
        try:
            access = services.accept_invitation(invitation=invitation, actor=actor)
        except refusals:
            return
        assert invitation.email == actor.email
        if access.status == AccessStatus.ACTIVE and not was_active:
            assert invitation.role == access.role
            assert inviter_may
            assert self.key(access) not in self.closed_once

    @rule(kind=actors, which=number, whom=number, role=roles)
    def approve(self, kind, which, whom, role):
        """Nobody approves their own sign-up; clients approve only who was invited."""
        access = self.some_access(whom)
        actor = self.some_actor(kind, which, access.organization, access.user)
        may = actor.is_staff or (access.invitation_id and perms.is_active_manager(actor, access.organization))
        try:
            services.approve_access(access=access, role=role, actor=actor)
        except refusals:
            return
        assert actor != access.user
        assert may
        assert access.status == AccessStatus.REQUESTED
        self.closed_once.discard(self.key(access))

    @rule(kind=actors, which=number, whom=number)
    def refuse(self, kind, which, whom):
        """Only what is requested, never one's own."""
        access = self.some_access(whom)
        actor = self.some_actor(kind, which, access.organization, access.user)
        try:
            services.refuse_access(access=access, reason="Non.", actor=actor)
        except refusals:
            return
        assert access.status == AccessStatus.REQUESTED
        assert actor != access.user
        self.closed_once.add(self.key(access))

    @rule(kind=actors, which=number, whom=number, role=roles)
    def change_role(self, kind, which, whom, role):
        """Only who manages; nobody raises their own role."""
        access = self.some_access(whom)
        actor = self.some_actor(kind, which, access.organization, access.user)
        may = actor.is_staff or perms.is_active_manager(actor, access.organization)
        try:
            services.change_role(access=access, role=role, actor=actor)
        except refusals:
            return
        assert may
        assert not (access.role == Role.CONTRIBUTOR and role == Role.MANAGER and actor == access.user)

    @rule(kind=actors, which=number, whom=number)
    def deactivate(self, kind, which, whom):
        """By who manages, or by oneself."""
        access = self.some_access(whom)
        actor = self.some_actor(kind, which, access.organization, access.user)
        may = actor == access.user or actor.is_staff or perms.is_active_manager(actor, access.organization)
        try:
            services.deactivate_access(access=access, actor=actor)
        except refusals:
            return
        assert may
        self.closed_once.add(self.key(access))

    @rule(kind=actors, which=number, whom=number, role=roles)
    def reactivate(self, kind, which, whom, role):
        """By who manages, never by oneself."""
        access = self.some_access(whom)
        actor = self.some_actor(kind, which, access.organization, access.user)
        may = actor.is_staff or perms.is_active_manager(actor, access.organization)
        try:
            services.reactivate_access(access=access, role=role, actor=actor)
        except refusals:
            return
        assert may
        assert actor != access.user
        assert access.status == AccessStatus.DEACTIVATED
        self.closed_once.discard(self.key(access))

    @rule(leaving=number, following=number)
    def hand_over(self, leaving, following):
        """A gestionnaire leaves and names who follows."""
        access, successor = self.some_access(leaving), self.some_access(following)
        try:
            after = services.hand_over(access=access, successor=successor, actor=access.user)
        except refusals:
            return
        assert access.role == Role.MANAGER
        assert after.role == Role.MANAGER
        self.closed_once.add(self.key(access))

    @invariant()
    def every_fiche_keeps_a_manager(self):
        """Each began with one."""
        for fiche in getattr(self, "fiches", []):
            assert fiche.accesses.active_managers().exists()

    @invariant()
    def active_people_were_let_in_by_somebody_else(self):
        """Every active access names who decided, and it is not the person; undecided ones have no role."""
        for access in Access.objects.all():
            if access.status == AccessStatus.ACTIVE:
                assert access.decided_by_id is not None
                assert access.decided_by_id != access.user_id
            elif access.status in {AccessStatus.REQUESTED, AccessStatus.REFUSED}:
                assert access.role == ""

    @invariant()
    def only_one_invitation_is_open_for_an_address(self):
        """And each closed one has its date."""
        open_ones = Invitation.objects.filter(status=InvitationStatus.SENT)
        assert open_ones.count() == open_ones.values("organization", "email").distinct().count()

    @invariant()
    def every_decision_is_on_the_timeline(self):
        """As many « approved », « refused »… as the state says at least."""
        for access in Access.objects.filter(decided_at__isnull=False):
            assert Event.objects.filter(subject_id=access.organization_id).exists()


@pytest.mark.django_db
def test_rules_hold_whatever_people_do():
    """Each example begins by clearing what the former one left; the whole test is one transaction."""
    run_state_machine_as_test(
        ClientAccess,
        settings=settings(
            max_examples=30, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
