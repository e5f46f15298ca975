"""Two fiches that become one: content, people, invitations, proposals; and what is refused."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from guichet.accounts.tests.factories import AgentFactory, UserFactory
from guichet.core.errors import InvalidState
from guichet.core.models import Event, OutgoingMessage
from guichet.organizations import services
from guichet.organizations.enums import AccessStatus, ChangeStatus, InvitationStatus, OrganizationStatus, Role, Side
from guichet.organizations.models import (
    Access,
    Activity,
    DirectoryEntry,
    ErrorReport,
    FicheChange,
    FicheMerge,
    Invitation,
    Organization,
    SectionDraft,
)
from guichet.organizations.services import Choices
from guichet.organizations.services.merge_rules import RULES, relations
from guichet.organizations.values import content_of

from .factories import AccessFactory, InvitationFactory, ManagerFactory, OrganizationFactory, RequestFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    return AgentFactory(first_name="Marc", last_name="Gagné")


def merge(source: Organization, target: Organization, agent=None, **choices) -> FicheMerge:
    """Merge, with what the agent chose by field."""
    return services.merge_fiches(
        source=source, target=target, choices=Choices(**choices), actor=agent or AgentFactory()
    )


def two_fiches(**options) -> tuple[Organization, Organization]:
    """The one that goes away, and the one that stays."""
    return OrganizationFactory(name="Club de ski"), OrganizationFactory(name="Ski Nicolet", **options)


def proposal(fiche: Organization, field: str, value, author=None) -> FicheChange:
    author = author or AccessFactory(organization=fiche).user
    return FicheChange.objects.create(organization=fiche, field=field, value=value, base="", proposed_by=author)


def people_of(fiche: Organization) -> dict[int, tuple[str, str]]:
    return {access.user_id: (access.role, access.status) for access in fiche.accesses.all()}


# --- Every table --------------------------------------------------------------------------------


def test_every_table_that_names_a_fiche_has_a_rule():
    assert set(relations()) == set(RULES)


def test_relations_are_those_that_django_knows_even_hidden_ones():
    assert {"organizations.SectionDraft.organization", "organizations.DirectoryEntry.organization"} <= set(relations())


# --- The fiches ---------------------------------------------------------------------------------


def test_merged_fiche_is_out_of_service_and_says_where_it_went(agent):
    source, target = two_fiches()
    merge(source, target, agent)
    source.refresh_from_db()
    assert (source.status, source.merged_into) == (OrganizationStatus.MERGED, target)
    assert list(Organization.objects.active()) == [target]
    told = Event.objects.values_list("verb", "subject_id", "actor_name").filter(verb__contains="fiche_")
    assert set(told) >= {
        ("organizations.fiche_merged", source.pk, "Marc Gagné"),
        ("organizations.fiche_absorbed", target.pk, "Marc Gagné"),
    }
    assert all(event.sentence for event in Event.objects.all())


def test_history_of_the_target_is_that_of_both(agent):
    source, target = two_fiches()
    services.archive_organization(organization=source, actor=agent)
    services.restore_organization(organization=source, actor=agent)
    merge(source, target, agent)
    told = [event.verb.partition(".")[2] for event in services.timeline_of(target)]
    assert told == ["fiche_absorbed", "fiche_restored", "fiche_archived"]
    assert services.timeline_of(source).first().verb == "organizations.fiche_merged"


def test_archived_fiche_may_be_merged_into_one_in_service(agent):
    source, target = two_fiches()
    services.archive_organization(organization=source, actor=agent)
    done = merge(source, target, agent)
    services.undo_merge(merge=done, actor=agent)
    source.refresh_from_db()
    assert source.status == OrganizationStatus.ARCHIVED


@pytest.mark.parametrize("status", [OrganizationStatus.REQUESTED, OrganizationStatus.REFUSED])
def test_fiche_that_was_never_created_is_not_merged(status, agent):
    source, target = OrganizationFactory(status=status), OrganizationFactory()
    for one, other in ((source, target), (target, source)):
        with pytest.raises(InvalidState):
            merge(one, other, agent)
    assert not FicheMerge.objects.exists()


def test_archived_fiche_receives_no_other(agent):
    with pytest.raises(InvalidState, match="pas en service"):
        merge(OrganizationFactory(), OrganizationFactory(status=OrganizationStatus.ARCHIVED), agent)


def test_fiche_is_not_merged_with_itself(agent):
    fiche = OrganizationFactory()
    with pytest.raises(InvalidState, match="elle-même"):
        merge(fiche, fiche, agent)


def test_merged_fiche_is_not_merged_again_and_tells_who_did_it(agent):
    source, target = two_fiches()
    other = OrganizationFactory()
    merge(source, target, agent)
    for one, another in ((source, other), (other, source)):
        with pytest.raises(InvalidState, match="Marc Gagné"):
            merge(one, another, AgentFactory())


def test_merged_fiche_is_neither_archived_nor_restored(agent):
    source, target = two_fiches()
    merge(source, target, agent)
    with pytest.raises(InvalidState, match="fusionnée"):
        services.archive_organization(organization=source, actor=agent)
    with pytest.raises(InvalidState):
        services.restore_organization(organization=source, actor=agent)


def test_only_agents_merge():
    source, target = two_fiches()
    with pytest.raises(PermissionDenied):
        merge(source, target, ManagerFactory(organization=target).user)


def test_nothing_is_merged_when_a_fiche_changed_since_the_preview(agent):
    source, target = two_fiches()
    seen = services.plan(source=source, target=target).digest
    AccessFactory(organization=source)
    with pytest.raises(InvalidState, match="a changé depuis"):
        merge(source, target, agent, seen=seen)
    merge(source, target, agent, seen=services.plan(source=source, target=target).digest)


def test_fiches_merged_earlier_lead_to_the_last_one(agent):
    first, second, third = (OrganizationFactory(name=name) for name in ("Un", "Deux", "Trois"))
    merge(first, second, agent)
    done = merge(second, third, agent)
    first.refresh_from_db()
    assert first.merged_into == third
    services.undo_merge(merge=done, actor=agent)
    first.refresh_from_db()
    assert first.merged_into == second


# --- The content --------------------------------------------------------------------------------


def test_target_keeps_what_it_says_and_takes_what_it_lacks(agent):
    source, target = two_fiches(description="Skier.", email="a@example.org")
    Organization.objects.filter(pk=source.pk).update(description="Autre.", website="https://ski.example.org")
    merge(source, target, agent)
    target.refresh_from_db()
    assert (target.name, target.description, target.website, target.email) == (
        "Ski Nicolet",
        "Skier.",
        "https://ski.example.org",
        "a@example.org",
    )
    assert target.latest_revision.content["website"] == "https://ski.example.org"
    assert target.latest_revision.user == agent
    assert "ski nicolet" in target.search_text


def test_agent_chooses_the_value_of_a_field_that_differs(agent):
    source, target = two_fiches(description="Skier.")
    Organization.objects.filter(pk=source.pk).update(description="Skier mieux.")
    merge(source, target, agent, content={"description": Side.SOURCE, "email": Side.SOURCE, "name": "nonsense"})
    target.refresh_from_db()
    assert (target.name, target.description) == ("Ski Nicolet", "Skier mieux.")


def test_lists_of_choices_may_be_put_together(agent):
    source, target = two_fiches()
    ski = Activity.objects.create(name="Ski d’essai", family="Neige")
    raquette = Activity.objects.create(name="Raquette d’essai", family="Neige")
    source.activities.add(ski)
    target.activities.add(raquette)
    merge(source, target, agent, content={"activities": Side.BOTH})
    assert set(target.activities.all()) == {ski, raquette}


def test_nobody_enters_the_directory_because_of_a_merge(agent):
    source, target = two_fiches()
    Organization.objects.filter(pk=source.pk).update(is_listed=True)
    source.refresh_from_db()
    services.refresh_entry(source)
    merge(source, target, agent)
    assert not DirectoryEntry.objects.exists()


def test_directory_follows_what_the_agent_chose(agent):
    source, target = two_fiches(is_listed=True, public_fields=["description"])
    Organization.objects.filter(pk=source.pk).update(description="Skier.", public_fields=["description"])
    merge(source, target, agent)
    assert DirectoryEntry.objects.get().data["description"] == "Skier."


def test_value_that_its_fiche_keeps_private_stays_private(agent):
    source, target = two_fiches(is_listed=True, public_fields=["email", "phone"], email="a@example.org")
    Organization.objects.filter(pk=source.pk).update(phone="+18195550123", public_fields=[])
    merge(source, target, agent)
    target.refresh_from_db()
    assert str(target.phone.as_e164) == "+18195550123"
    assert target.public_fields == ["email"]
    assert set(DirectoryEntry.objects.get().data) & {"email", "phone"} == {"email"}


# --- People and invitations ---------------------------------------------------------------------


def test_accesses_of_every_state_follow(agent):
    source, target = two_fiches()
    manager, asked = ManagerFactory(organization=source), RequestFactory(organization=source)
    gone = AccessFactory(organization=source, status=AccessStatus.DEACTIVATED)
    own = ManagerFactory(organization=target)
    merge(source, target, agent)
    assert people_of(target) == {
        own.user_id: (Role.MANAGER, AccessStatus.ACTIVE),
        manager.user_id: (Role.MANAGER, AccessStatus.ACTIVE),
        asked.user_id: ("", AccessStatus.REQUESTED),
        gone.user_id: (Role.CONTRIBUTOR, AccessStatus.DEACTIVATED),
    }
    assert not source.accesses.exists()


@pytest.mark.parametrize(
    ("there", "here", "kept"),
    [
        (("manager", "active"), ("contributor", "active"), ("contributor", "active")),
        (("contributor", "active"), ("manager", "active"), ("manager", "active")),
        (("contributor", "active"), ("manager", "deactivated"), ("contributor", "active")),
        (("manager", "active"), ("", "requested"), ("manager", "active")),
        (("manager", "deactivated"), ("", "refused"), ("", "refused")),
        (("", "requested"), ("contributor", "deactivated"), ("contributor", "deactivated")),
    ],
)
def test_person_in_both_keeps_the_access_of_the_target_unless_only_the_other_is_active(there, here, kept, agent):
    source, target = two_fiches()
    ManagerFactory(organization=target)
    person = UserFactory()
    AccessFactory(user=person, organization=source, role=there[0], status=there[1])
    AccessFactory(user=person, organization=target, role=here[0], status=here[1])
    merge(source, target, agent)
    assert people_of(target)[person.pk] == kept
    assert Access.objects.filter(user=person).count() == 1


def test_fiche_with_a_manager_keeps_one_and_says_so(agent):
    source, target = two_fiches()
    manager = ManagerFactory(organization=source)
    access = AccessFactory(user=manager.user, organization=target)
    planned = services.plan(source=source, target=target)
    assert [one.becomes_manager for one in planned.people] == [True]
    merge(source, target, agent)
    access.refresh_from_db()
    assert access.role == Role.MANAGER
    assert Event.objects.filter(verb="organizations.role_changed", subject_id=target.pk).exists()


def test_role_is_not_raised_where_somebody_answers_already(agent):
    source, target = two_fiches()
    both = ManagerFactory(organization=source)
    access = AccessFactory(user=both.user, organization=target)
    ManagerFactory(organization=source)
    merge(source, target, agent)
    access.refresh_from_db()
    assert access.role == Role.CONTRIBUTOR


def test_people_who_followed_and_managers_who_see_them_come_are_told(agent):
    source, target = two_fiches()
    mover, own = AccessFactory(organization=source).user, ManagerFactory(organization=target).user
    AccessFactory(organization=target)
    RequestFactory(organization=source)
    merge(source, target, agent)
    told = OutgoingMessage.objects.filter(kind__endswith="fiche_merged")
    assert set(told.values_list("to", flat=True)) == {mover.email, own.email}
    assert "Votre rôle y est\u00a0: collaborateur" in told.get(to=mover.email).text


def test_open_invitations_follow_and_others_end_or_stay(agent):
    source, target = two_fiches()
    member = AccessFactory(organization=target).user
    follows = InvitationFactory(organization=source)
    twice = InvitationFactory(organization=source, email="deux@example.org")
    InvitationFactory(organization=target, email="deux@example.org")
    useless = InvitationFactory(organization=source, email=member.email)
    used = InvitationFactory(organization=source, status="accepted", closed_at=source.created_at)
    merge(source, target, agent)
    found = {one.pk: (one.organization, one.status) for one in Invitation.objects.all()}
    assert found[follows.pk] == (target, InvitationStatus.SENT)
    assert found[twice.pk] == found[useless.pk] == (source, InvitationStatus.CANCELLED)
    assert found[used.pk] == (source, InvitationStatus.ACCEPTED)


def test_handover_to_somebody_invited_still_names_the_access_that_is_kept(agent):
    source, target = two_fiches()
    leaving = ManagerFactory(organization=source)
    kept = ManagerFactory(user=leaving.user, organization=target)
    invitation = InvitationFactory(organization=source, replaces=leaving)
    done = merge(source, target, agent)
    invitation.refresh_from_db()
    assert invitation.replaces == kept
    services.undo_merge(merge=done, actor=agent)
    invitation.refresh_from_db()
    assert invitation.replaces == leaving


# --- Proposals, drafts, reports -----------------------------------------------------------------


def test_proposals_drafts_and_reports_follow(agent):
    source, target = two_fiches()
    waiting = proposal(source, "territory", "Nicolet")
    person = waiting.proposed_by
    draft = SectionDraft.objects.create(user=person, organization=source, section="offer", data="a=1")
    twice = SectionDraft.objects.create(user=person, organization=source, section="place", data="a=2")
    SectionDraft.objects.create(user=person, organization=target, section="place", data="a=3")
    report = ErrorReport.objects.create(organization=source, message="Faux.")
    merge(source, target, agent)
    for one in (waiting, draft, report):
        one.refresh_from_db()
        assert one.organization == target
    twice.refresh_from_db()
    assert twice.organization == source
    assert waiting.status == ChangeStatus.WAITING


def test_two_opposite_proposals_need_a_choice(agent):
    source, target = two_fiches()
    proposal(source, "territory", "Nicolet")
    proposal(target, "territory", "Bécancour")
    with pytest.raises(InvalidState, match="quelle proposition"):
        merge(source, target, agent)
    source.refresh_from_db()
    assert source.is_active
    assert not FicheMerge.objects.exists()


@pytest.mark.parametrize(("side", "kept"), [(Side.SOURCE, "Nicolet"), (Side.TARGET, "Bécancour")])
def test_author_of_the_proposal_that_gives_way_is_told(side, kept, agent):
    source, target = two_fiches()
    ours, theirs = proposal(source, "territory", "Nicolet"), proposal(target, "territory", "Bécancour")
    loser = theirs if side == Side.SOURCE else ours
    merge(source, target, agent, changes={"territory": side})
    assert services.waiting_changes(target)["territory"].value == kept
    loser.refresh_from_db()
    assert (loser.status, loser.decided_by) == (ChangeStatus.REPLACED, agent)
    message = OutgoingMessage.objects.get(kind__endswith="change_replaced")
    assert (message.to, "territoire" in message.text.lower()) == (loser.proposed_by.email, True)


def test_same_proposal_made_twice_waits_once_and_nobody_is_bothered(agent):
    source, target = two_fiches()
    proposal(source, "territory", "Nicolet")
    proposal(target, "territory", "Nicolet")
    merge(source, target, agent)
    assert set(services.waiting_changes(target)) == {"territory"}
    assert not OutgoingMessage.objects.filter(kind__endswith="change_replaced").exists()


def test_plan_writes_nothing(agent):
    source, target = two_fiches()
    AccessFactory(organization=source)
    proposal(source, "territory", "Nicolet")
    before = (content_of(source), content_of(target), people_of(source), Event.objects.count())
    services.plan(source=source, target=target)
    source.refresh_from_db()
    assert (content_of(source), content_of(target), people_of(source), Event.objects.count()) == before
