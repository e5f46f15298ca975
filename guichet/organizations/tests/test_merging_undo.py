"""A merge that is undone: everything is where it was, but for what people did since."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from guichet.accounts.tests.factories import AgentFactory
from guichet.core.errors import InvalidState
from guichet.core.models import Event, OutgoingMessage
from guichet.organizations import services
from guichet.organizations.enums import AccessStatus, ChangeStatus, OrganizationStatus, Role, Side
from guichet.organizations.models import (
    Access,
    DirectoryEntry,
    ErrorReport,
    FicheChange,
    FicheMerge,
    Invitation,
    Organization,
    SectionDraft,
)
from guichet.organizations.services import Choices
from guichet.organizations.values import content_of

from .factories import AccessFactory, InvitationFactory, ManagerFactory, OrganizationFactory, RequestFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    return AgentFactory(first_name="Marc", last_name="Gagné")


def merge(source: Organization, target: Organization, agent, **choices) -> FicheMerge:
    return services.merge_fiches(source=source, target=target, choices=Choices(**choices), actor=agent)


def aged(merge: FicheMerge, days: int) -> FicheMerge:
    """As if it had been done that long ago."""
    FicheMerge.objects.filter(pk=merge.pk).update(merged_at=timezone.now() - dt.timedelta(days=days))
    merge.refresh_from_db()
    return merge


def everything() -> dict[str, list[dict]]:
    """Every row that a merge may touch, whole."""
    models = (Access, Invitation, FicheChange, SectionDraft, ErrorReport)
    rows = {model.__name__: sorted(model.objects.values(), key=lambda row: row["id"]) for model in models}
    rows["fiches"] = [
        {**content_of(fiche), "status": fiche.status, "into": fiche.merged_into_id}
        for fiche in Organization.objects.order_by("pk")
    ]
    rows["directory"] = [
        (entry.pk, entry.data, entry.words) for entry in DirectoryEntry.objects.order_by("organization")
    ]
    return rows


def busy_fiches() -> tuple[Organization, Organization]:
    """Two fiches that have something of everything."""
    source = OrganizationFactory(name="Club de ski", description="Skier.", website="https://ski.example.org")
    target = OrganizationFactory(name="Ski Nicolet", description="Skier à Nicolet.", is_listed=True)
    services.refresh_entry(target)
    for fiche in (source, target):
        manager = ManagerFactory(organization=fiche)
        invitation = InvitationFactory(organization=fiche, email="deux@example.org", replaces=manager)
        RequestFactory(organization=fiche, invitation=InvitationFactory(organization=fiche), time_left=dt.timedelta(1))
        author = AccessFactory(organization=fiche).user
        for field, value in (("territory", f"De {fiche.pk}"), ("season_note", "Pareil")):
            FicheChange.objects.create(
                organization=fiche, field=field, value=value, base="", proposed_by=author, proposed_at=fiche.created_at
            )
        SectionDraft.objects.create(user=author, organization=fiche, section="offer", data="a=1")
        ErrorReport.objects.create(organization=fiche, message=f"Faux {invitation.pk}.")
    both = ManagerFactory(organization=source, reason="Motif").user
    AccessFactory(user=both, organization=target)
    back = AccessFactory(organization=source).user
    AccessFactory(user=back, organization=target, status=AccessStatus.DEACTIVATED, reason="Parti.")
    return source, target


@pytest.mark.parametrize("side", [Side.SOURCE, Side.TARGET])
def test_undo_puts_everything_back(side, agent):
    source, target = busy_fiches()
    before = everything()
    done = merge(
        source,
        target,
        agent,
        content={"description": side, "name": side, "is_listed": side},
        changes={"territory": side, "season_note": side},
    )
    assert everything() != before
    services.undo_merge(merge=done, actor=AgentFactory())
    assert everything() == before
    assert Event.objects.filter(verb="organizations.merge_undone").count() == 2


def test_manager_made_by_the_merge_is_what_they_were(agent):
    source, target = OrganizationFactory(), OrganizationFactory()
    manager = ManagerFactory(organization=source)
    access = AccessFactory(user=manager.user, organization=target)
    done = merge(source, target, agent)
    services.undo_merge(merge=done, actor=agent)
    access.refresh_from_db()
    manager.refresh_from_db()
    assert (access.role, manager.role) == (Role.CONTRIBUTOR, Role.MANAGER)


def test_field_that_somebody_changed_since_stays_and_the_others_go_back_in_a_new_version(agent):
    source, target = busy_fiches()
    done = merge(source, target, agent, content={"description": Side.SOURCE}, changes={"territory": Side.TARGET})
    services.save_section(organization=target, values={"website": "https://autre.example.org"}, base={}, actor=agent)
    versions = services.versions(target).count()
    planned = services.undo_plan(FicheMerge.objects.get(pk=done.pk))
    assert ("description" in planned.fields, planned.changed_since) == (True, ["website"])
    services.undo_merge(merge=done, actor=agent)
    target.refresh_from_db()
    assert (target.description, target.website) == ("Skier à Nicolet.", "https://autre.example.org")
    assert services.versions(target).count() == versions + 1


def test_access_that_changed_since_goes_back_as_it_is_now_and_newcomers_stay(agent):
    source, target = OrganizationFactory(), OrganizationFactory()
    manager, leaver = ManagerFactory(organization=source), AccessFactory(organization=source)
    own = ManagerFactory(organization=target)
    done = merge(source, target, agent)
    services.deactivate_access(access=Access.objects.get(pk=leaver.pk), actor=own.user, reason="Parti.")
    newcomer = AccessFactory(organization=target)
    services.undo_merge(merge=done, actor=agent)
    leaver.refresh_from_db()
    assert (leaver.organization, leaver.status, leaver.reason) == (source, AccessStatus.DEACTIVATED, "Parti.")
    assert set(target.accesses.values_list("pk", flat=True)) == {own.pk, newcomer.pk}
    assert set(source.accesses.values_list("pk", flat=True)) == {manager.pk, leaver.pk}


def test_proposal_decided_since_goes_back_decided(agent):
    source, target = OrganizationFactory(), OrganizationFactory()
    change = FicheChange.objects.create(
        organization=source, field="territory", value="Ici", base="", proposed_by=ManagerFactory().user
    )
    done = merge(source, target, agent)
    services.decide_changes(organization=target, approve=[change.pk], actor=agent)
    services.undo_merge(merge=done, actor=agent)
    change.refresh_from_db()
    assert (change.organization, change.status) == (source, ChangeStatus.APPROVED)


def test_proposal_that_gave_way_stays_replaced_when_another_waits_now(agent):
    source, target = busy_fiches()
    done = merge(source, target, agent, changes={"territory": Side.SOURCE})
    newer = AccessFactory(organization=target).user
    services.save_section(organization=target, values={"territory": "Encore"}, base={}, actor=newer)
    services.undo_merge(merge=done, actor=agent)
    assert services.waiting_changes(target)["territory"].value == "Encore"


def test_people_who_are_back_are_told(agent):
    source, target = OrganizationFactory(name="Club de ski"), OrganizationFactory()
    person = AccessFactory(organization=source).user
    services.undo_merge(merge=merge(source, target, agent), actor=agent)
    message = OutgoingMessage.objects.get(kind__endswith="merge_undone")
    assert message.to == person.email
    assert f"/espace/{source.pk}/" in message.text


# --- What is refused ----------------------------------------------------------------------------


def test_undo_is_possible_for_thirty_days_and_no_longer(agent):
    first = aged(merge(OrganizationFactory(), OrganizationFactory(), agent), 29)
    services.undo_merge(merge=first, actor=agent)
    late = aged(merge(OrganizationFactory(), OrganizationFactory(), agent), 31)
    with pytest.raises(InvalidState, match="trente jours"):
        services.undo_merge(merge=late, actor=agent)
    late.source.refresh_from_db()
    assert late.source.status == OrganizationStatus.MERGED


def test_undo_twice_tells_who_did_it(agent):
    done = merge(OrganizationFactory(), OrganizationFactory(), AgentFactory())
    services.undo_merge(merge=done, actor=agent)
    with pytest.raises(InvalidState, match="Marc Gagné"):
        services.undo_merge(merge=done, actor=AgentFactory())


def test_undo_waits_for_an_archived_target_to_be_back(agent):
    source, target = OrganizationFactory(), OrganizationFactory()
    done = merge(source, target, agent)
    services.archive_organization(organization=target, actor=agent)
    with pytest.raises(InvalidState, match="archivée"):
        services.undo_merge(merge=done, actor=agent)
    services.restore_organization(organization=target, actor=agent)
    services.undo_merge(merge=done, actor=agent)
    source.refresh_from_db()
    assert source.is_active


def test_undo_waits_for_a_later_merge_of_the_target_to_be_undone(agent):
    first, second, third = OrganizationFactory(), OrganizationFactory(), OrganizationFactory()
    person = AccessFactory(organization=first)
    one, two = merge(first, second, agent), merge(second, third, agent)
    with pytest.raises(InvalidState, match="à son tour"):
        services.undo_merge(merge=one, actor=agent)
    services.undo_merge(merge=two, actor=agent)
    services.undo_merge(merge=one, actor=agent)
    person.refresh_from_db()
    assert person.organization == first


def test_undo_leaves_no_fiche_without_the_manager_it_had(agent):
    source, target = OrganizationFactory(), OrganizationFactory()
    ManagerFactory(organization=source)
    own = ManagerFactory(organization=target)
    done = merge(source, target, agent)
    services.deactivate_access(access=own, actor=agent)
    with pytest.raises(InvalidState, match="plus de gestionnaire"):
        services.undo_merge(merge=done, actor=agent)


def test_only_agents_undo(agent):
    source, target = OrganizationFactory(), OrganizationFactory()
    done = merge(source, target, agent)
    with pytest.raises(PermissionDenied):
        services.undo_merge(merge=done, actor=ManagerFactory(organization=target).user)


def test_what_moved_is_forgotten_when_it_may_not_be_undone_any_more(agent):
    old = aged(merge(OrganizationFactory(), OrganizationFactory(), agent), 31)
    recent = merge(OrganizationFactory(), OrganizationFactory(), agent)
    assert services.forget_old_merges() == 1
    assert services.forget_old_merges() == 0
    old.refresh_from_db()
    recent.refresh_from_db()
    assert (old.moved, bool(recent.moved)) == ({}, True)
    assert services.undo_plan(old).problem


# --- Where a merged fiche leads -----------------------------------------------------------------


def test_merge_is_for_good_once_no_merge_up_to_the_last_fiche_may_be_undone(agent):
    first, second, third = OrganizationFactory(), OrganizationFactory(), OrganizationFactory()
    aged(merge(first, second, agent), 40)
    first.refresh_from_db()
    assert services.is_merged_for_good(first)
    later = merge(second, third, agent)
    aged(merge(OrganizationFactory(), third, agent), 1)
    first.refresh_from_db()
    assert first.merged_into == third
    assert not services.is_merged_for_good(first)
    aged(later, 31)
    assert services.is_merged_for_good(first)
