"""What the public sees of a fiche, whatever people do in whatever order: random sequences against rules that hold."""

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
from guichet.organizations import services
from guichet.organizations.content import FIELDS, default_public_fields, public_names
from guichet.organizations.enums import ChangeStatus
from guichet.organizations.models import (
    Access,
    DirectoryEntry,
    DirectoryTerm,
    FicheChange,
    FicheSettings,
    Invitation,
    Organization,
)
from guichet.organizations.values import content_of, public_content

from .factories import AccessFactory, ManagerFactory, OrganizationFactory

VALUES = {
    "name": st.sampled_from(["Club", "Clubs unis", "Amis"]),
    "kind": st.sampled_from(["association", "school"]),
    "description": st.sampled_from(["", "Nager.", "Courir."]),
    "territory": st.sampled_from(["", "Nicolet"]),
    "email": st.sampled_from(["", "a@example.org", "b@example.org"]),
    "year_end": st.sampled_from(["", "31 mars"]),
    "members_count": st.sampled_from([None, 3, 40]),
}
edits = st.fixed_dictionaries({}, optional=VALUES).filter(bool)
roles = st.sampled_from(["agent", "manager", "contributor", "stranger"])
number = st.integers(0, 100)
refusals = (PermissionDenied, InvalidState)


class FicheContent(RuleBasedStateMachine):
    """An agent, a gestionnaire, a collaborateur and somebody else, around one fiche.

    The model: ``published``, every value that somebody who may has put in force, by field; it never asks the services.
    """

    @initialize()
    def fiche_and_people(self):
        """A fiche that is listed nowhere, as the body made it."""
        for model in (FicheChange, Access, Invitation, Event, Organization, User, DirectoryTerm):
            model.objects.all().delete()
        self.reserved = set(FicheSettings.load().reserved_fields)
        self.fiche = OrganizationFactory(name="Club", description="Nager.")
        self.people = {
            "agent": AgentFactory(),
            "manager": ManagerFactory(organization=self.fiche).user,
            "contributor": AccessFactory(organization=self.fiche).user,
            "stranger": UserFactory(),
        }
        self.published = {name: [value] for name, value in content_of(self.fiche).items()}
        self.archived = False

    def live(self) -> Organization:
        return Organization.objects.get(pk=self.fiche.pk)

    def may_publish(self, role: str, name: str) -> bool:
        return role == "agent" or (role == "manager" and name not in self.reserved)

    def save(self, role: str, values: dict) -> None:
        base = services.editors_content(self.live(), values)
        try:
            saved = services.save_section(organization=self.fiche, values=values, base=base, actor=self.people[role])
        except refusals:
            assert role == "stranger" or self.archived
            return
        assert role != "stranger"
        assert not self.archived
        assert all(self.may_publish(role, name) for name in saved.published)
        assert not any(self.may_publish(role, name) for name in saved.proposed)
        for name in saved.published:
            self.published[name].append(values[name])

    @rule(role=roles, values=edits)
    def edit(self, role, values):
        """Somebody saves some fields: in force where they may, proposed elsewhere."""
        self.save(role, values)

    @rule(role=roles, listed=st.booleans())
    def list_or_unlist(self, role, listed):
        """Somebody changes whether the fiche is in the directory."""
        self.save(role, {"is_listed": listed})

    @rule(role=roles, shown=st.sets(st.sampled_from(["description", "territory", "email", "year_end", "people"])))
    def choose_what_shows(self, role, shown):
        """Somebody changes which fields the public sees, asking even for those that never show."""
        self.save(role, {"public_fields": sorted(shown)})

    @rule(role=roles, which=number, approve=st.booleans())
    def decide(self, role, which, approve):
        """Somebody approves or refuses one proposal: only who could have published it."""
        waiting = list(FicheChange.objects.filter(status=ChangeStatus.WAITING).order_by("pk"))
        if not waiting:
            return
        change = waiting[which % len(waiting)]
        chosen = {"approve": [change.pk]} if approve else {"refuse": [change.pk], "reason": "Non."}
        try:
            services.decide_changes(organization=self.fiche, actor=self.people[role], **chosen)
        except refusals:
            assert self.archived or not self.may_publish(role, change.field)
            return
        assert not self.archived
        assert self.may_publish(role, change.field)
        if approve:
            self.published[change.field].append(change.value)

    @rule(role=roles, which=number)
    def withdraw(self, role, which):
        """Somebody takes a proposal back."""
        waiting = list(FicheChange.objects.filter(status=ChangeStatus.WAITING).order_by("pk"))
        if waiting:
            with contextlib.suppress(*refusals):
                services.withdraw_change(change=waiting[which % len(waiting)], actor=self.people[role])

    @rule(role=roles)
    def archive(self, role):
        """Only the body, and only what is in service."""
        try:
            services.archive_organization(organization=self.fiche, actor=self.people[role])
        except refusals:
            assert role != "agent" or self.archived
        else:
            assert role == "agent"
            assert not self.archived
            self.archived = True

    @rule(role=roles)
    def restore(self, role):
        """Only the body, and only what is archived."""
        try:
            services.restore_organization(organization=self.fiche, actor=self.people[role])
        except refusals:
            assert role != "agent" or not self.archived
        else:
            assert role == "agent"
            assert self.archived
            self.archived = False

    @invariant()
    def directory_shows_what_is_public_and_agreed(self):
        """The projection is the live row's public content, or it is not there."""
        if not hasattr(self, "fiche"):
            return
        live = self.live()
        expected = public_content(live)
        entry = DirectoryEntry.objects.filter(pk=live.pk).first()
        assert (entry.data if entry else {}) == expected
        listed = self.published["is_listed"][-1] and not self.archived
        assert (entry is not None) == listed
        terms = set(f"{entry.name_words} {entry.words}".split()) if entry else set()
        assert set(DirectoryTerm.objects.values_list("term", flat=True)) == terms

    @invariant()
    def every_public_value_was_published_by_who_may(self):
        """The model's last value, of a field that may be public and was chosen."""
        if not hasattr(self, "fiche"):
            return
        for entry in DirectoryEntry.objects.all():
            may_show = public_names(self.published["public_fields"][-1])
            for name, value in entry.data.items():
                assert name in may_show
                assert value == self.published[name][-1]

    @invariant()
    def live_row_is_what_was_published_last(self):
        """Neither a proposal nor a refusal touches it."""
        if hasattr(self, "fiche"):
            assert content_of(self.live()) == {name: self.published[name][-1] for name in FIELDS}

    @invariant()
    def no_published_value_is_lost(self):
        """Each is in some version; a fiche that nobody changed is its own only version."""
        if not hasattr(self, "fiche"):
            return
        versions = [revision.content for revision in services.versions(self.fiche)]
        versions.append(content_of(self.live()))
        for name, values in self.published.items():
            kept = [version[name] for version in versions]
            assert all(value in kept for value in values)

    @invariant()
    def one_change_at_most_waits_for_each_field(self):
        """And it proposes something else than what is in force when it was made."""
        waiting = FicheChange.objects.filter(status=ChangeStatus.WAITING)
        assert waiting.count() == waiting.values("organization", "field").distinct().count()


@pytest.mark.django_db
def test_directory_tells_the_truth_whatever_people_do():
    """Each example begins by clearing what the former one left; the whole test is one transaction."""
    assert "year_end" not in public_names([*default_public_fields(), "year_end"])
    run_state_machine_as_test(
        FicheContent,
        settings=settings(
            max_examples=20, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
