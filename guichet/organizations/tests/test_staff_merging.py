"""« Fusionner… » in the admin: choosing, the preview, confirming, « Annuler la fusion »."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from guichet.accounts.tests.factories import AgentFactory
from guichet.organizations import services
from guichet.organizations.models import ErrorReport, FicheChange, FicheMerge, Organization

from .factories import AccessFactory, InvitationFactory, ManagerFactory, OrganizationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return AgentFactory(first_name="Marc", last_name="Gagné")


@pytest.fixture
def agent(client_for, person):
    """A signed-in agent's browser."""
    return client_for(person)


@pytest.fixture
def fiches() -> tuple[Organization, Organization]:
    """The one that goes away, and the one that stays."""
    return (
        OrganizationFactory(name="Club de ski de Nicolet", description="Skier.", website="https://ski.example.org"),
        OrganizationFactory(name="Club ski Nicolet", description="Skier à Nicolet."),
    )


def preview_of(source: Organization, target: Organization) -> str:
    return reverse("staff_fiche_merge_preview", args=[source.pk, target.pk])


def confirm(agent, source: Organization, target: Organization, **chosen):
    """Open the preview, choose, confirm."""
    url = preview_of(source, target)
    return agent.post(url, {"seen": agent.get(url).context["form"]["seen"].value(), **chosen})


def text_of(response) -> str:
    return response.content.decode().replace("\u00a0", " ")


def test_fiche_leads_to_the_likely_duplicates_first(agent, fiches):
    source, target = fiches
    OrganizationFactory(name="Les Amis du tennis")
    url = reverse("staff_fiche_merge", args=[source.pk])
    assert url in text_of(agent.get(reverse("staff_fiche", args=[source.pk])))
    response = agent.get(url)
    assert [one["fiche"] for one in response.context["likely"]] == [target]
    assert preview_of(source, target) in text_of(response)


def test_other_fiche_is_searched_among_those_in_service(agent, fiches):
    source, _target = fiches
    tennis = OrganizationFactory(name="Les Amis du tennis")
    OrganizationFactory(name="Tennis fini", status="archived")
    url = reverse("staff_fiche_merge", args=[source.pk])
    assert list(agent.get(url, {"q": "TENNIS"}).context["found"]) == [tennis]
    assert "Aucune fiche ne correspond" in text_of(agent.get(url, {"q": "curling"}))
    assert list(agent.get(url, {"q": " "}).context["found"]) == []


def test_preview_shows_both_values_who_moves_and_what_waits(agent, fiches):
    source, target = fiches
    mover, both = ManagerFactory(organization=source).user, AccessFactory(organization=source).user
    AccessFactory(user=both, organization=target)
    InvitationFactory(organization=source, email="invitee@example.org")
    ErrorReport.objects.create(organization=source, message="Faux.")
    for fiche, value in ((source, "Ici"), (target, "Là-bas")):
        FicheChange.objects.create(organization=fiche, field="territory", value=value, base="", proposed_by=mover)
    FicheChange.objects.create(organization=source, field="season_note", value="En hiver", base="", proposed_by=mover)
    page = text_of(agent.get(preview_of(source, target)))
    for text in (
        "Skier.",
        "Skier à Nicolet.",
        "https://ski.example.org",
        str(mover),
        "Suit, comme à présent.",
        "Garde son accès à « Club ski Nicolet » : actif, collaborateur.",
        "invitee@example.org",
        "Erreurs signalées : 1",
        "Ici",
        "Là-bas",
        "En hiver",
        "Garder plutôt « Club de ski de Nicolet »",
    ):
        assert text in page, text
    assert not FicheMerge.objects.exists()


def test_agent_chooses_and_confirms(agent, fiches, person):
    source, target = fiches
    response = confirm(agent, source, target, content_description="source", content_name="target")
    merge = FicheMerge.objects.get()
    assert response.url == reverse("staff_merge", args=[merge.pk])
    target.refresh_from_db()
    assert (target.name, target.description, target.website, merge.merged_by) == (
        "Club ski Nicolet",
        "Skier.",
        "https://ski.example.org",
        person,
    )


def test_opposite_proposals_without_a_choice_are_said_beside_them_and_nothing_is_lost(agent, fiches):
    source, target = fiches
    author = AccessFactory(organization=source).user
    for fiche in fiches:
        FicheChange.objects.create(
            organization=fiche, field="territory", value=f"De {fiche.pk}", base="", proposed_by=author
        )
    response = confirm(agent, source, target, content_description="source")
    assert "Choisissez quelle proposition garder." in text_of(response)
    assert response.context["form"]["content_description"].value() == "source"
    assert not FicheMerge.objects.exists()
    assert confirm(agent, source, target, change_territory="source").status_code == 302
    assert services.waiting_changes(target)["territory"].value == f"De {source.pk}"


def test_forged_choice_is_refused(agent, fiches):
    assert confirm(agent, *fiches, content_name="both").status_code == 200
    assert not FicheMerge.objects.exists()


def test_confirming_what_changed_since_shows_it_again_and_keeps_the_choices(agent, fiches):
    source, target = fiches
    url = preview_of(source, target)
    seen = agent.get(url).context["form"]["seen"].value()
    newcomer = AccessFactory(organization=source).user
    response = agent.post(url, {"seen": seen, "content_description": "source"})
    page = text_of(response)
    assert response.status_code == 409
    assert "a changé depuis" in page
    assert str(newcomer) in page
    form = response.context["form"]
    assert form["content_description"].value() == "source"
    assert agent.post(url, {"seen": form["seen"].value(), "content_description": "source"}).status_code == 302


def test_second_agent_is_told_who_was_faster(agent, fiches, client_for):
    source, target = fiches
    second = client_for(AgentFactory())
    url = preview_of(source, target)
    seen = second.get(url).context["form"]["seen"].value()
    confirm(agent, source, target)
    response = second.post(url, {"seen": seen}, follow=True)
    assert "Marc Gagné a fusionné la fiche" in text_of(response)
    assert FicheMerge.objects.count() == 1


@pytest.mark.parametrize("status", ["requested", "refused", "archived", "merged", "itself"])
def test_preview_of_what_may_not_be_merged_says_why(agent, fiches, status, person):
    source, target = fiches
    if status == "merged":
        services.merge_fiches(source=target, target=OrganizationFactory(), choices=services.Choices(), actor=person)
    elif status == "itself":
        target = source
    else:
        Organization.objects.filter(pk=target.pk).update(status=status)
    response = agent.get(preview_of(source, target), follow=True)
    assert response.redirect_chain[0][0] == reverse("staff_fiche", args=[source.pk])
    assert any(word in text_of(response) for word in ("n’est pas en service", "a fusionné la fiche", "avec elle-même"))


def test_requested_fiche_is_decided_in_the_queue_first(agent):
    fiche = OrganizationFactory(status="requested")
    response = agent.get(reverse("staff_fiche_merge", args=[fiche.pk]), follow=True)
    assert "décidez-en d’abord dans les inscriptions" in text_of(response)


def test_unknown_fiches_are_404(agent, fiches):
    assert agent.get(reverse("staff_fiche_merge", args=[999_999])).status_code == 404
    assert agent.get(reverse("staff_fiche_merge_preview", args=[fiches[0].pk, 999_999])).status_code == 404
    assert agent.get(reverse("staff_merge", args=[999_999])).status_code == 404


def test_both_fiches_say_that_it_can_be_undone_and_until_when(agent, fiches):
    confirm(agent, *fiches)
    merge = FicheMerge.objects.get()
    for fiche in fiches:
        page = text_of(agent.get(reverse("staff_fiche", args=[fiche.pk])))
        assert reverse("staff_merge", args=[merge.pk]) in page
        assert "possible jusqu’au" in page
    FicheMerge.objects.update(merged_at=timezone.now() - dt.timedelta(days=31))
    page = text_of(agent.get(reverse("staff_fiche", args=[fiches[0].pk])))
    assert "a été fusionnée le" in page
    assert "possible jusqu’au" not in page


def test_page_of_a_merge_says_what_undoing_will_do_and_does_it(agent, fiches, person):
    source, target = fiches
    mover = ManagerFactory(organization=source).user
    confirm(agent, source, target, content_description="source")
    merge = FicheMerge.objects.get()
    services.save_section(organization=target, values={"website": ""}, base={}, actor=person)
    page = text_of(agent.get(reverse("staff_merge", args=[merge.pk])))
    assert str(mover) in page
    assert "redisent ce qu’ils disaient : description." in page
    assert "restent comme ils sont : site web." in page
    response = agent.post(reverse("staff_merge_undo", args=[merge.pk]), follow=True)
    assert "La fusion est annulée" in text_of(response)
    source.refresh_from_db()
    target.refresh_from_db()
    assert (source.is_active, target.description) == (True, "Skier à Nicolet.")
    assert "Fusion annulée" in text_of(agent.get(reverse("staff_merge", args=[merge.pk])))


def test_undo_that_is_refused_says_why(agent, fiches, person):
    confirm(agent, *fiches)
    merge = FicheMerge.objects.get()
    services.archive_organization(organization=fiches[1], actor=person)
    assert "remettez-la d’abord en service" in text_of(agent.get(reverse("staff_merge", args=[merge.pk])))
    response = agent.post(reverse("staff_merge_undo", args=[merge.pk]), follow=True)
    assert "remettez-la d’abord en service" in text_of(response)
    FicheMerge.objects.update(merged_at=timezone.now() - dt.timedelta(days=31))
    assert "trente jours" in text_of(agent.post(reverse("staff_merge_undo", args=[merge.pk]), follow=True))
