"""« Doublons possibles »: what is alike and why, what the night finds, what the staff say of it."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from guichet.accounts.tests.factories import AgentFactory
from guichet.core.errors import InvalidState
from guichet.organizations import services
from guichet.organizations.enums import DuplicateReason, DuplicateState
from guichet.organizations.likeness import Sketch, compare, likely_pairs
from guichet.organizations.models import DuplicatePair, Organization

from .factories import ManagerFactory, MunicipalityFactory, OrganizationFactory

NAME, NEQ, EMAIL, PHONE, ADDRESS = (
    DuplicateReason.NAME,
    DuplicateReason.NEQ,
    DuplicateReason.EMAIL,
    DuplicateReason.PHONE,
    DuplicateReason.ADDRESS,
)


def sketch(name: str, *, pk: int = 1, place: str = "Victoriaville", **known) -> Sketch:
    """A fiche; the place's name stands for its number too."""
    municipality = sum(map(ord, place)) if place else None
    return Sketch(pk, (name,), municipality, place, **known)


def likeness(one: Sketch, other: Sketch) -> int:
    """How alike; 0 when they are not, or when the search would not compare them."""
    found = compare(one, other)
    pairs = likely_pairs([one, other, *(sketch(f"Autre {word}", pk=pk) for pk, word in enumerate("abc", 10))])
    assert pairs.get((one.pk, other.pk)) == found
    return found.score if found else 0


# --- Likeness -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Club de natation Les Dauphins", "CLUB DE NATATION LES DAUPHINS"),
        ("Club de patinage L’Élan", "Club de patinage L'Elan"),
        ("Club de natation Les Dauphins", "Natation Les Dauphins"),
        ("Club de natation Les Dauphins", "Club de natation Les Dauphins inc."),
        ("Club de natation Les Dauphins", "Club de natatoin Les Dauphins"),
        ("Club de natation Les Dauphins", "Club de natation Les Daufins"),
        ("Club de natation Les Dauphins", "Club de natation Les Dauphin"),
        ("Club de natation Les Dauphins", "Les Dauphins, club de natation"),
        ("Club de ski", "Club de ski de Victoriaville"),
        ("Association de tennis de Victoriaville", "Club de tennis Victoriaville"),
        ("Plein air Arthabaska", "Pleinair Arthabaska"),
    ],
)
def test_names_of_one_organisation_are_alike(one, other):
    assert likeness(sketch(one), sketch(other, pk=2)) >= 72


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Club de natation Les Dauphins", "Club de patinage Les Dauphins"),
        ("Club de hockey Les Tigres", "Club de hockey Les Lions"),
        ("Groupe scout 12e", "Groupe scout 14e"),
        ("École Saint-Paul", "Club de tir"),
        ("Club de ski de Nicolet", "Club de ski de Bécancour"),
    ],
)
def test_names_of_two_organisations_are_not_alike(one, other):
    assert likeness(sketch(one, place=""), sketch(other, pk=2, place="")) == 0


def test_same_name_in_two_municipalities_scores_lower():
    here, there = sketch("Les Dauphins"), sketch("Les Dauphins", pk=2, place="Nicolet")
    nowhere = sketch("Les Dauphins", pk=3, place="")
    assert 0 < likeness(here, there) < likeness(here, nowhere) < likeness(here, sketch("Les Dauphins", pk=4)) == 100


def test_name_with_its_own_municipality_is_no_duplicate_elsewhere():
    assert likeness(sketch("Fadoq de Victoriaville"), sketch("Fadoq de Nicolet", pk=2, place="Nicolet")) == 0


@pytest.mark.parametrize(
    ("reason", "known"),
    [
        (NEQ, {"neq": "1145678901"}),
        (EMAIL, {"email": "info@example.org"}),
        (PHONE, {"phones": frozenset({"+18195550123"})}),
        (ADDRESS, {"address": "12, rue Principale", "postal_code": "G6P 1A1"}),
    ],
)
def test_same_coordinates_are_a_reason_by_themselves(reason, known):
    one, other = sketch("Club de tir", **known), sketch("École de danse", pk=2, place="Nicolet", **known)
    found = compare(one, other)
    assert found.reasons == (reason,)
    assert likeness(one, other) >= 72
    assert compare(sketch("Les Dauphins", **known), sketch("Les Dauphins", pk=2, **known)).reasons == tuple(
        sorted({reason, NAME}, key=list(DuplicateReason).index)
    )


def test_address_without_postal_code_and_two_neqs_say_less():
    assert compare(sketch("Un", address="1, rue A"), sketch("Autre", pk=2, address="1, rue A")) is None
    same, other = sketch("Les Dauphins", neq="1111111111"), sketch("Les Dauphins", pk=2, neq="2222222222")
    assert likeness(same, other) == 85


def test_what_many_share_is_no_reason_to_compare():
    many = [sketch(f"Organisme {chr(97 + n) * 4}", pk=n, phones=frozenset({"+18195550100"})) for n in range(20)]
    assert likely_pairs(many) == {}


def test_ten_thousand_fiches_are_compared_in_a_small_part_of_all_pairs(monkeypatch):
    letters = "bdfglmnprst"
    words = [f"{a}{vowel}{b}{end}" for a in letters for vowel in "aeiou" for b in letters for end in ("an", "or")]
    sketches = [
        sketch(f"Club de {words[n % 40]} {words[n * 7 % len(words)]}", pk=n, place=f"V{n % 80}") for n in range(10_000)
    ]
    typed_wrong = sketch(f"Cub de {words[7]} {words[49]}", pk=20_000, place="V7")
    compared = []

    def counting(one, other):
        compared.append(one.pk)
        return compare(one, other)

    monkeypatch.setattr("guichet.organizations.likeness.compare", counting)
    found = likely_pairs([*sketches, typed_wrong])
    assert (7, 20_000) in found
    assert len(compared) < 400_000


# --- The table ----------------------------------------------------------------------------------


@pytest.fixture
def person():
    return AgentFactory(first_name="Marc", last_name="Gagné")


@pytest.fixture
def agent(client_for, person):
    """A signed-in agent's browser."""
    return client_for(person)


def twins(name: str = "Les Dauphins") -> tuple[Organization, Organization]:
    return OrganizationFactory(name=f"Club de natation {name}"), OrganizationFactory(name=f"Natation {name}")


def pairs() -> list[tuple[int, int]]:
    return list(DuplicatePair.objects.to_look_at().values_list("first", "second"))


@pytest.mark.django_db
def test_search_keeps_the_pairs_that_are_alike_and_forgets_the_others():
    first, second = twins()
    OrganizationFactory(name="Club de tir")
    assert services.search_duplicates() == services.search_duplicates() == 1
    assert pairs() == [(first.pk, second.pk)]
    pair = DuplicatePair.objects.get()
    assert (pair.reasons, pair.why) == (["name"], "noms semblables")
    Organization.objects.filter(pk=second.pk).update(name="Tout autre chose", email="x@example.org")
    Organization.objects.filter(pk=first.pk).update(email="X@example.org")
    services.search_duplicates()
    pair.refresh_from_db()
    assert pair.reasons == ["email"]
    Organization.objects.filter(pk=first.pk).update(email="")
    assert services.search_duplicates() == 0
    assert not DuplicatePair.objects.exists()


@pytest.mark.django_db
def test_search_reads_phones_neq_and_addresses_of_fiches_in_service():
    here = {"phone": "+18195550123", "neq": "1145678901", "address": "12, rue A", "postal_code": "G6P 1A1"}
    OrganizationFactory(name="Club de tir", municipality=MunicipalityFactory(name="Nicolet"), **here)
    OrganizationFactory(name="École de danse", other_phone="+18195550123", **{**here, "phone": ""})
    OrganizationFactory(name="École de danse", status="archived", **here)
    services.search_duplicates()
    assert DuplicatePair.objects.get().reasons == ["neq", "phone", "address"]


@pytest.mark.django_db
def test_dismissed_pair_stays_dismissed_and_can_be_looked_at_again(person):
    twins()
    services.search_duplicates()
    pair = DuplicatePair.objects.get()
    services.dismiss_pair(pair=pair, actor=person)
    assert services.search_duplicates() == 0
    pair.refresh_from_db()
    assert (pair.state, pair.decided_by) == (DuplicateState.DISMISSED, person)
    with pytest.raises(InvalidState, match="Marc Gagné"):
        services.dismiss_pair(pair=pair, actor=AgentFactory())
    services.reopen_pair(pair=pair, actor=person)
    assert len(pairs()) == 1


@pytest.mark.django_db
def test_only_agents_decide():
    twins()
    services.search_duplicates()
    with pytest.raises(PermissionDenied):
        services.dismiss_pair(pair=DuplicatePair.objects.get(), actor=ManagerFactory().user)


@pytest.mark.django_db
def test_likely_duplicates_of_one_fiche_leave_out_the_dismissed_ones(person):
    first, second = twins()
    third = OrganizationFactory(name="Club natation Les Dauphins")
    assert [fiche for fiche, _likeness in services.likely_duplicates(first)] == [third, second]
    services.search_duplicates()
    services.dismiss_pair(pair=DuplicatePair.objects.get(first=first, second=second), actor=person)
    assert [fiche for fiche, _likeness in services.likely_duplicates(first)] == [third]
    assert [fiche for fiche, _likeness in services.likely_duplicates(second)] == [third]


@pytest.mark.django_db
def test_pair_of_which_one_was_merged_leaves_the_list(person):
    first, second = twins()
    services.search_duplicates()
    services.merge_fiches(source=second, target=first, choices=services.Choices(), actor=person)
    assert pairs() == []


# --- The screen ---------------------------------------------------------------------------------


@pytest.mark.django_db
def test_list_says_how_many_why_and_what_can_be_done(agent):
    first, second = twins()
    assert "Aucun doublon possible" in agent.get(reverse("staff_duplicates")).content.decode()
    response = agent.post(reverse("staff_duplicates_search"), follow=True)
    page = response.content.decode()
    assert "1 paire à regarder" in page
    assert "Doublons possibles (1)" in page
    assert r"Doublons (1)" in agent.get(reverse("wagtailadmin_home")).content.decode()
    for text in (first.name, second.name, "noms semblables", "Ce sont deux organismes"):
        assert text in page
    assert reverse("staff_fiche_merge_preview", args=[second.pk, first.pk]) in page


@pytest.mark.django_db
def test_list_is_searched_and_dismissed_pairs_are_found_again(agent):
    twins()
    other, _same = twins("Les Requins")
    services.search_duplicates()
    url = reverse("staff_duplicates")
    assert [pair.first for pair in agent.get(url, {"q": "requins"}).context["object_list"]] == [other]
    pair = DuplicatePair.objects.get(first=other)
    agent.post(reverse("staff_duplicate_dismiss", args=[pair.pk]))
    assert pair not in agent.get(url).context["object_list"]
    response = agent.get(url, {"state": "dismissed"})
    assert list(response.context["object_list"]) == [pair]
    assert "Revoir cette paire" in response.content.decode()
    agent.post(reverse("staff_duplicate_reopen", args=[pair.pk]))
    assert pair in agent.get(url).context["object_list"]


@pytest.mark.django_db
def test_deciding_twice_says_who_was_faster(agent):
    twins()
    services.search_duplicates()
    url = reverse("staff_duplicate_dismiss", args=[DuplicatePair.objects.get().pk])
    agent.post(url)
    assert "Déjà fait" in agent.post(url, follow=True).content.decode()
    assert agent.post(reverse("staff_duplicate_dismiss", args=[999_999])).status_code == 404
