"""A fiche's content: who may publish what, what waits, what is refused, and what two people at once get."""

import pytest
from django.core.exceptions import PermissionDenied

from guichet.accounts.tests.factories import AgentFactory, UserFactory
from guichet.core.errors import InvalidState
from guichet.core.models import Event, OutgoingMessage
from guichet.organizations import services
from guichet.organizations.enums import ChangeStatus
from guichet.organizations.models import Activity, DirectoryEntry, FicheChange, Organization
from guichet.organizations.values import in_words, is_empty, public_content

from .factories import AccessFactory, ManagerFactory, MunicipalityFactory, OrganizationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def fiche():
    return OrganizationFactory(name="Club de natation", description="Nager.")


@pytest.fixture
def manager(fiche):
    return ManagerFactory(organization=fiche).user


@pytest.fixture
def contributor(fiche):
    return AccessFactory(organization=fiche).user


def save(fiche, actor, base=None, **values):
    if base is None:
        base = services.editors_content(Organization.objects.get(pk=fiche.pk), values)
    return services.save_section(organization=fiche, values=values, base=base, actor=actor)


def test_manager_edit_is_live_at_once_and_leaves_two_versions(fiche, manager):
    saved = save(fiche, manager, description="Nager mieux.")
    fiche.refresh_from_db()
    assert saved.published == ["description"]
    assert fiche.description == "Nager mieux."
    assert [revision.content["description"] for revision in services.versions(fiche)] == ["Nager mieux.", "Nager."]


def test_contributor_edit_waits_and_leaves_the_fiche_as_it_is(fiche, manager, contributor):
    saved = save(fiche, contributor, description="Nager mieux.")
    fiche.refresh_from_db()
    assert saved.proposed == ["description"]
    assert fiche.description == "Nager."
    assert services.editors_content(fiche)["description"] == "Nager mieux."
    assert OutgoingMessage.objects.filter(to=manager.email, kind__endswith="change_to_approve").count() == 1


def test_managers_hear_once_of_several_proposals(fiche, manager, contributor):
    save(fiche, contributor, description="Nager mieux.")
    save(fiche, contributor, territory="Victoriaville")
    assert OutgoingMessage.objects.filter(to=manager.email, kind__endswith="change_to_approve").count() == 1


def test_manager_approves_a_part_and_refuses_another(fiche, manager, contributor):
    save(fiche, contributor, description="Nager mieux.", territory="La lune")
    changes = services.waiting_changes(fiche)
    services.decide_changes(
        organization=fiche,
        actor=manager,
        approve=[changes["description"].pk],
        refuse=[changes["territory"].pk],
        reason="Trop loin.",
    )
    fiche.refresh_from_db()
    assert (fiche.description, fiche.territory) == ("Nager mieux.", "")
    assert services.waiting_changes(fiche) == {}
    assert FicheChange.objects.get(field="territory").reason == "Trop loin."
    kinds = OutgoingMessage.objects.filter(to=contributor.email).values_list("kind", flat=True)
    assert sorted(kind.rsplit("/", 1)[1] for kind in kinds) == ["change_approved", "change_refused"]


def test_contributor_decides_nothing(fiche, contributor):
    save(fiche, contributor, description="Nager mieux.")
    change = services.waiting_changes(fiche)["description"]
    with pytest.raises(PermissionDenied):
        services.decide_changes(organization=fiche, actor=contributor, approve=[change.pk])


def test_refusal_needs_a_reason(fiche, manager, contributor):
    save(fiche, contributor, description="Nager mieux.")
    change = services.waiting_changes(fiche)["description"]
    with pytest.raises(InvalidState):
        services.decide_changes(organization=fiche, actor=manager, refuse=[change.pk], reason=" ")


def test_reserved_field_waits_for_the_body_even_from_a_manager(fiche, manager):
    agent = AgentFactory()
    saved = save(fiche, manager, name="Club de natation de Victoriaville", description="Nager mieux.")
    assert (saved.published, saved.proposed, saved.reserved) == (["description"], ["name"], ["name"])
    change = services.waiting_changes(fiche)["name"]
    with pytest.raises(PermissionDenied):
        services.decide_changes(organization=fiche, actor=manager, approve=[change.pk])
    services.decide_changes(organization=fiche, actor=agent, approve=[change.pk])
    fiche.refresh_from_db()
    assert fiche.name == "Club de natation de Victoriaville"


def test_proposal_that_changed_is_not_approved_unseen(fiche, manager, contributor):
    save(fiche, contributor, description="Nager mieux.")
    seen = services.waiting_changes(fiche)["description"].pk
    save(fiche, contributor, description="Couler.")
    with pytest.raises(services.ChangeGone):
        services.decide_changes(organization=fiche, actor=manager, approve=[seen])
    fiche.refresh_from_db()
    assert fiche.description == "Nager."


def test_second_decision_is_told_who_decided(fiche, manager, contributor):
    other = ManagerFactory(organization=fiche).user
    save(fiche, contributor, description="Nager mieux.")
    change = services.waiting_changes(fiche)["description"]
    services.decide_changes(organization=fiche, actor=manager, approve=[change.pk])
    with pytest.raises(services.ChangeGone, match=str(manager)):
        services.decide_changes(organization=fiche, actor=other, refuse=[change.pk], reason="Non.")


def test_two_people_on_one_field_get_both_versions_and_nothing_is_written(fiche, manager):
    other = ManagerFactory(organization=fiche).user
    base = services.editors_content(fiche, ["description"])
    save(fiche, other, base=base, description="De l’autre.")
    with pytest.raises(services.EditConflict) as caught:
        save(fiche, manager, base=base, description="De moi.")
    (conflict,) = caught.value.conflicts
    assert (conflict.base, conflict.theirs, conflict.yours) == ("Nager.", "De l’autre.", "De moi.")
    assert conflict.by == str(other)
    fiche.refresh_from_db()
    assert fiche.description == "De l’autre."


def test_two_people_on_two_fields_lose_nothing(fiche, manager):
    other = ManagerFactory(organization=fiche).user
    base = services.editors_content(fiche, ["description", "territory"])
    save(fiche, other, base=base, description="De l’autre.", territory="")
    save(fiche, manager, base=base, description="Nager.", territory="Victoriaville")
    fiche.refresh_from_db()
    assert (fiche.description, fiche.territory) == ("De l’autre.", "Victoriaville")


def test_change_refused_while_the_contributor_edits_the_next_leaves_the_next(fiche, manager, contributor):
    save(fiche, contributor, description="Nager mieux.")
    base = services.editors_content(fiche, ["description", "territory"])
    change = services.waiting_changes(fiche)["description"]
    services.decide_changes(organization=fiche, actor=manager, refuse=[change.pk], reason="Non.")
    saved = save(fiche, contributor, base=base, description="Nager mieux.", territory="Victoriaville")
    assert saved.proposed == ["territory"]
    assert set(services.waiting_changes(fiche)) == {"territory"}


def test_putting_the_value_back_withdraws_the_proposal(fiche, contributor):
    save(fiche, contributor, description="Nager mieux.")
    saved = save(fiche, contributor, description="Nager.")
    assert saved.withdrawn == ["description"]
    assert services.waiting_changes(fiche) == {}


def test_archived_fiche_keeps_its_proposals_and_decides_none(fiche, manager, contributor):
    agent = AgentFactory()
    save(fiche, contributor, description="Nager mieux.")
    change = services.waiting_changes(fiche)["description"]
    services.archive_organization(organization=fiche, actor=agent)
    with pytest.raises(InvalidState):
        services.decide_changes(organization=fiche, actor=agent, approve=[change.pk])
    services.restore_organization(organization=fiche, actor=agent)
    services.decide_changes(organization=fiche, actor=manager, approve=[change.pk])
    fiche.refresh_from_db()
    assert fiche.description == "Nager mieux."


def test_outsider_may_not_edit(fiche):
    with pytest.raises(PermissionDenied):
        save(fiche, UserFactory(), description="Couler.")


def test_return_to_an_earlier_version(fiche, manager):
    swim = Activity.objects.create(name="Natation d’essai", family="Aquatique")
    save(fiche, manager, activities=[swim.pk])
    first = services.versions(fiche)[0]
    save(fiche, manager, activities=[], description="Autre chose.")
    saved = services.restore_version(organization=fiche, revision=first, actor=manager)
    fiche = type(fiche).objects.get(pk=fiche.pk)
    assert saved.published == ["description", "activities"]
    assert [activity.name for activity in fiche.activities.all()] == ["Natation d’essai"]
    assert fiche.description == "Nager."
    assert Event.objects.filter(verb="organizations.version_restored").count() == 1


def test_contributor_returning_to_a_version_proposes(fiche, manager, contributor):
    save(fiche, manager, description="Autre chose.")
    first = services.versions(fiche).last()
    saved = services.restore_version(organization=fiche, revision=first, actor=contributor)
    assert saved.proposed == ["description"]


def test_directory_has_only_agreed_and_public_values(fiche, manager):
    assert not DirectoryEntry.objects.exists()
    save(fiche, manager, is_listed=True, email="prive@example.org", mailing_city="Warwick")
    entry = DirectoryEntry.objects.get()
    assert entry.data["description"] == "Nager."
    assert "email" not in entry.data
    save(fiche, manager, public_fields=["email", "mailing_city"])
    entry.refresh_from_db()
    assert entry.data["email"] == "prive@example.org"
    assert "mailing_city" not in entry.data
    assert "description" not in entry.data
    save(fiche, manager, is_listed=False)
    assert not DirectoryEntry.objects.exists()


def test_archived_fiche_leaves_the_directory(fiche, manager):
    save(fiche, manager, is_listed=True)
    services.archive_organization(organization=fiche, actor=AgentFactory())
    assert not DirectoryEntry.objects.exists()


def test_completeness_says_what_is_missing(fiche):
    percent, missing = services.completeness(fiche)
    assert 0 < percent < 100
    assert "description" not in [one.name for one in missing]
    assert "phone" in [one.name for one in missing]
    assert all(one.why for one in missing)


def test_confirmation_twice_in_a_day_is_once(fiche, manager):
    services.confirm_content(organization=fiche, actor=manager)
    services.confirm_content(organization=fiche, actor=manager)
    assert Event.objects.filter(verb="organizations.content_confirmed").count() == 1


def test_every_transition_of_a_change_ends_it():
    assert {status for status, targets in services.content.CHANGE_TRANSITIONS.items() if targets} == {
        ChangeStatus.WAITING
    }


def test_proposal_of_a_municipality_that_is_gone_is_not_approved_and_says_why(fiche, manager, contributor):
    gone = MunicipalityFactory(name="Ville engloutie")
    save(fiche, contributor, municipality=gone.pk)
    change = services.waiting_changes(fiche)["municipality"]
    gone.delete()
    with pytest.raises(InvalidState, match="n’est plus dans la liste"):
        services.decide_changes(organization=fiche, actor=manager, approve=[change.pk])
    change.refresh_from_db()
    assert change.status == ChangeStatus.WAITING


def test_zero_is_an_answer():
    fiche = OrganizationFactory(volunteers_count=0, is_listed=True, public_fields=["volunteers_count"])
    assert in_words("volunteers_count", 0) == "0"
    assert public_content(fiche)["volunteers_count"] == 0
    assert is_empty(None)
    assert is_empty(False)
