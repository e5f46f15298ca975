"""« Fiches » in the admin."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from guichet.accounts.tests.factories import AgentFactory
from guichet.core.models import Event
from guichet.organizations import services
from guichet.organizations.enums import OrganizationStatus
from guichet.organizations.models import Activity, Clientele, Organization
from guichet.organizations.validators import clean_neq, clean_postal_code

from .factories import (
    AccessFactory,
    InvitationFactory,
    ManagerFactory,
    MunicipalityFactory,
    OrganizationFactory,
    RequestFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent(client_for):
    """A signed-in agent's browser."""
    return client_for(AgentFactory(first_name="Marc", last_name="Gagné"))


def listed(agent, **query) -> list[str]:
    """The names in the list."""
    return [fiche.name for fiche in agent.get(reverse("staff_fiches"), query).context["object_list"]]


FORM = {
    "name": "Club de ski",
    "kind": "association",
    "municipality": "",
    "neq": "",
    "email": "",
    "phone": "",
    "website": "",
    "address": "",
    "postal_code": "",
    "external_id": "",
}


def typed(agent, fiche, **values) -> dict:
    """What a browser sends of the edit form, with these values typed in."""
    form = agent.get(reverse("staff_fiche_edit", args=[fiche.pk])).context["form"]
    sent = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in {**sent, **values}.items() if value not in (None, False)}


@pytest.mark.parametrize("query", ["etoiles", "ÉTOILES becancour", "1145678901"])
def test_fiches_are_searched_by_name_municipality_and_neq(agent, query):
    OrganizationFactory(name="Les Étoiles", municipality__name="Bécancour", neq="1145678901")
    OrganizationFactory(name="Autre")
    assert listed(agent, q=query) == ["Les Étoiles"]


def test_fiches_are_filtered(agent):
    here, there = (
        MunicipalityFactory(name="Nicolet", mrc__name="Nicolet-Yamaska"),
        MunicipalityFactory(name="Victoriaville"),
    )
    OrganizationFactory(name="Ici", municipality=here, kind="school")
    OrganizationFactory(name="Là", municipality=there, kind="private")
    OrganizationFactory(name="Archivée", municipality=there, status="archived")
    OrganizationFactory(name="Refusée", municipality=there, status="refused")
    assert listed(agent) == ["Archivée", "Ici", "Là"]
    assert listed(agent, status="archived") == ["Archivée"]
    assert listed(agent, status="refused") == ["Refusée"]
    assert listed(agent, kind="school") == ["Ici"]
    assert listed(agent, mrc=here.mrc.pk) == ["Ici"]
    assert listed(agent, municipality=there.pk) == ["Archivée", "Là"]


def test_fiches_that_nobody_answers_for_are_found(agent):
    long_ago = timezone.now() - dt.timedelta(days=400)
    OrganizationFactory(name="Sans personne")
    ManagerFactory(organization__name="Active")
    ManagerFactory(organization__name="Silencieuse", last_used_at=long_ago, decided_at=long_ago)
    ManagerFactory(organization__name="Compte fermé", user__is_active=False)
    assert listed(agent, people="without_manager") == ["Compte fermé", "Sans personne"]
    assert listed(agent, people="silent") == ["Silencieuse"]


@pytest.mark.parametrize("count", [3, 60])
def test_the_list_takes_as_many_queries_whatever_its_length(agent, django_assert_max_num_queries, count):
    for _number in range(count):
        AccessFactory()
    with django_assert_max_num_queries(25):
        agent.get(reverse("staff_fiches"))


def test_an_agent_creates_a_fiche(agent):
    response = agent.post(reverse("staff_fiche_add"), {**FORM, "neq": "1145 678 901", "postal_code": "g6p1a1"})
    fiche = Organization.objects.get(name="Club de ski")
    assert response.url == reverse("staff_fiche", args=[fiche.pk])
    assert (fiche.neq, fiche.postal_code, fiche.status, fiche.search_text) == (
        "1145678901",
        "G6P 1A1",
        OrganizationStatus.ACTIVE,
        "club de ski 1145678901",
    )
    assert Event.objects.about(fiche).get().sentence == "Marc Gagné a créé la fiche Club de ski."


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("name", "", "Écrivez le nom de l’organisme."),
        ("kind", "", "Choisissez le milieu."),
        ("neq", "1234567890", "commence par 11, 22, 33 ou 88"),
        ("postal_code", "K1A 0B1", "qui commence par G, H ou J"),
        ("phone", "12", "Ce numéro n’est pas complet"),
        ("external_id", "D-1", "porte déjà ce numéro"),
    ],
)
def test_a_fiche_that_is_wrong_says_why_in_french(agent, field, value, error):
    OrganizationFactory(external_id="D-1")
    response = agent.post(reverse("staff_fiche_add"), {**FORM, field: value})
    assert response.status_code == 200
    assert error in " ".join(response.context["form"].errors[field])


def test_a_form_never_sets_the_state(agent):
    fiche = OrganizationFactory()
    values = typed(agent, fiche, name="Club de ski", status="archived")
    agent.post(reverse("staff_fiche_edit", args=[fiche.pk]), values)
    fiche.refresh_from_db()
    assert (fiche.name, fiche.status) == ("Club de ski", OrganizationStatus.ACTIVE)


def test_a_change_is_told_with_its_fields(agent):
    fiche = OrganizationFactory(name="Club de ski", municipality=None)
    agent.post(reverse("staff_fiche_edit", args=[fiche.pk]), typed(agent, fiche, email="ski@example.org"))
    assert Event.objects.about(fiche).get().sentence == "Marc Gagné a modifié la fiche : courriel."


def test_every_section_is_changed_and_shown_in_words(agent):
    swim = Activity.objects.create(name="Natation", family="Aquatique")
    fiche = OrganizationFactory(name="Club", description="Nager.\r\nMieux.", seasons=["summer", "winter"])
    values = typed(
        agent, fiche, activities=[swim.pk], last_meeting_on="2026-05-04", is_listed="on", members_count="40"
    )
    response = agent.post(reverse("staff_fiche_edit", args=[fiche.pk]), values)
    assert response.status_code == 302
    sentence = Event.objects.about(fiche).get().sentence
    assert sentence.endswith(
        "activités, nombre de membres, dernière assemblée générale, paraît dans le répertoire public."
    )
    page = agent.get(reverse("staff_fiche", args=[fiche.pk])).content.decode()
    for text in ("Natation", "4 mai 2026", "Hiver, Été", "Jamais", "Remplie à"):
        assert text in page.replace("\N{NO-BREAK SPACE}", " ")


def test_two_agents_at_once_get_both_versions_and_nothing_is_written(agent, client_for):
    other = client_for(AgentFactory(first_name="Zoé", last_name="Roy"))
    fiche = OrganizationFactory(name="Club", description="Avant.")
    url = reverse("staff_fiche_edit", args=[fiche.pk])
    mine = typed(agent, fiche, description="La mienne.")
    assert other.post(url, typed(other, fiche, description="La sienne.", territory="Nicolet")).status_code == 302
    response = agent.post(url, mine)
    assert response.status_code == 409
    page = response.content.decode()
    assert all(text in page for text in ("La mienne.", "La sienne.", "Zoé Roy"))
    fiche.refresh_from_db()
    assert fiche.description == "La sienne."
    # Saved again, it replaces what was shown, and only that.
    form = response.context["form"]
    assert agent.post(url, {**mine, "base": form["base"].value()}).status_code == 302
    fiche.refresh_from_db()
    assert (fiche.description, fiche.territory) == ("La mienne.", "Nicolet")


@pytest.mark.parametrize("base", ["", "forgé"])
def test_form_without_its_base_writes_nothing(agent, base):
    fiche = OrganizationFactory(description="Avant.")
    values = {**typed(agent, fiche, description="Après."), "base": base}
    response = agent.post(reverse("staff_fiche_edit", args=[fiche.pk]), values)
    assert "rouvrez la fiche" in response.content.decode()
    fiche.refresh_from_db()
    assert fiche.description == "Avant."


def test_archived_choice_stays_offered_where_it_was_chosen(agent):
    old = Activity.objects.create(name="Quilles", family="Vie communautaire", is_archived=True)
    fiche = OrganizationFactory()
    url = reverse("staff_fiche_edit", args=[fiche.pk])
    assert "Quilles" not in agent.get(url).content.decode()
    fiche.activities.add(old)
    assert "Quilles" in agent.get(url).content.decode()
    assert agent.post(url, typed(agent, fiche, territory="Nicolet")).status_code == 302
    assert list(fiche.activities.all()) == [old]


def test_archived_fiche_is_not_changed(agent):
    fiche = OrganizationFactory(status="archived")
    assert agent.get(reverse("staff_fiche_edit", args=[fiche.pk])).status_code == 302


def test_fiches_are_filtered_by_offer_directory_confirmation_and_what_lacks(agent):
    swim = Activity.objects.create(name="Natation", family="Aquatique")
    elders = Clientele.objects.create(name="Aînés")
    now = timezone.now()
    full = {"email": "a@example.org", "neq": "1145678901"}
    a = OrganizationFactory(name="A", is_listed=True, content_confirmed_at=now, **full)
    OrganizationFactory(name="B", content_confirmed_at=now - dt.timedelta(days=800), **full)
    OrganizationFactory(name="C", **{**full, "email": ""})
    OrganizationFactory(name="D", **{**full, "neq": ""})
    a.activities.add(swim)
    a.clienteles.add(elders)
    AccessFactory(organization=a)
    contributor = AccessFactory(organization=a)
    services.save_section(organization=a, values={"territory": "Nicolet"}, base={}, actor=contributor.user)
    assert listed(agent, activity=swim.pk) == listed(agent, clientele=elders.pk) == ["A"]
    assert (listed(agent, listed="yes"), listed(agent, listed="no")) == (["A"], ["B", "C", "D"])
    assert (listed(agent, confirmed="never"), listed(agent, confirmed="stale")) == (["C", "D"], ["B"])
    assert (listed(agent, to_do="email"), listed(agent, to_do="neq")) == (["C"], ["D"])
    assert listed(agent, to_do="changes") == ["A"]
    (fiche,) = agent.get(reverse("staff_fiches"), {"activity": swim.pk}).context["object_list"]
    assert fiche.people_count == 2


def test_archiving_asks_first_and_can_be_undone(agent):
    fiche = AccessFactory().organization
    url = reverse("staff_fiche_archive", args=[fiche.pk])
    assert "Rien n’est effacé" in agent.get(url).content.decode()
    agent.post(url, {"reason": "Dissoute."})
    fiche.refresh_from_db()
    assert fiche.status == OrganizationStatus.ARCHIVED
    assert "Dissoute." in agent.get(reverse("staff_fiche", args=[fiche.pk])).content.decode()
    assert "Cette fiche" not in agent.get(url).content.decode()
    agent.post(reverse("staff_fiche_restore", args=[fiche.pk]))
    fiche.refresh_from_db()
    assert fiche.status == OrganizationStatus.ACTIVE


def test_archiving_twice_says_that_it_is_done(agent):
    fiche = OrganizationFactory(status="archived")
    response = agent.post(reverse("staff_fiche_archive", args=[fiche.pk]), {"reason": ""}, follow=True)
    assert "Déjà fait" in response.content.decode()


def test_a_fiche_shows_its_people_its_invitations_and_its_timeline(agent):
    manager = ManagerFactory()
    request = RequestFactory(organization=manager.organization)
    former = AccessFactory(organization=manager.organization, status="deactivated")
    invitation = InvitationFactory(organization=manager.organization)
    page = agent.get(reverse("staff_fiche", args=[manager.organization.pk])).content.decode()
    for text in (str(manager.user), str(request.user), str(former.user), invitation.email):
        assert text in page
    assert reverse("organizations:users", args=[manager.organization.pk]) in page


@pytest.mark.parametrize("neq", ["1145678901", "22 4567 8901", "3345678901", "8845678901"])
def test_neq_is_read(neq):
    assert len(clean_neq(neq)) == 10


@pytest.mark.parametrize("neq", ["4445678901", "114567890", "11456789012", "11456789OI"])
def test_neq_is_refused(neq):
    with pytest.raises(ValidationError):
        clean_neq(neq)


@pytest.mark.parametrize(("written", "read"), [("g6p1a1", "G6P 1A1"), ("H2X-3Y7", "H2X 3Y7"), ("J2C 1R5", "J2C 1R5")])
def test_postal_code_is_read(written, read):
    assert clean_postal_code(written) == read


@pytest.mark.parametrize("code", ["K1A 0B1", "G6P 1D1", "G6P1A", "12345"])
def test_postal_code_is_refused(code):
    with pytest.raises(ValidationError):
        clean_postal_code(code)
