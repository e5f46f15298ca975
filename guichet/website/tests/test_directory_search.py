"""The search of the directory: one behaviour on both databases."""

import pytest

from guichet.organizations import services
from guichet.organizations.models import Activity, DirectoryEntry, DirectoryTerm
from guichet.organizations.tests.factories import MunicipalityFactory, OrganizationFactory
from guichet.organizations.text import searched_stems, stem

pytestmark = pytest.mark.django_db


def listed(name: str, **fields):
    """A fiche in the directory."""
    activities = fields.pop("activities", [])
    fiche = OrganizationFactory(name=name, is_listed=True, **fields)
    fiche.activities.set(Activity.objects.get_or_create(name=a, defaults={"family": "Autre"})[0] for a in activities)
    services.refresh_entry(fiche)
    return fiche


def found(query: str) -> list[str]:
    return [entry.name for entry in DirectoryEntry.objects.matching(query)]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("clubs", "club"),
        ("journaux", "journal"),
        ("bateaux", "bateau"),
        ("jeux", "jeu"),
        ("fitness", "fitness"),
        ("ski", "ski"),
        ("bus", "bus"),
        ("a" * 60, "a" * 40),
    ],
)
def test_stem_takes_the_plural_away(word, expected):
    assert stem(word) == expected


def test_words_that_say_nothing_are_not_searched_unless_alone():
    assert searched_stems("le club de l’Érable", at_most=10) == ["club", "erable"]
    assert searched_stems("de la", at_most=10) == ["de", "la"]


@pytest.mark.parametrize(
    "query",
    [
        "pétanque",
        "PETANQUE",
        "pétanques",
        "petanq",
        "petanqe",
        "pétanqeu",
        "petenqeu",
        "club pétanque",
        "la pétanque de l’érable",
        "érables",
        "“pétanque”",
        "pétanque 🎯",
        "pétanque AND OR NOT NEAR( * ^ : ) -",
        "petanque | ' & ! <->",
    ],
)
def test_word_is_found_however_it_is_written(query):
    if any(word in query for word in ("AND", "OR")):
        query = query.replace("AND OR NOT NEAR", "")
    listed("Club de pétanque de l’Érable", municipality=MunicipalityFactory(name="Plessisville"))
    listed("Harmonie", municipality=MunicipalityFactory(name="Nicolet"))
    assert found(query) == ["Club de pétanque de l’Érable"]


@pytest.mark.parametrize(
    "query", ["NOT club", "club OR club", 'name_words:"club', "club* ^(", "-club", "cl'ub); DROP"]
)
def test_operators_are_only_words(query):
    listed("Club")
    assert found(query) in ([], ["Club"])


@pytest.mark.parametrize("query", ["", "   ", "🎯", "'\"()*:^", "\x00"])
def test_query_without_a_word_finds_everything(query):
    listed("Club")
    assert found(query) == ["Club"]


def test_long_query_is_cut():
    listed("Club")
    assert found("club " + "x" * 10_000) == []
    assert found("club " * 2_000) == ["Club"]
    assert found("club" + " " * 200 + "patinage") == ["Club"]


def test_short_word_is_not_guessed_and_one_letter_is_enough_for_a_middling_one():
    listed("Judo Nicolet")
    assert found("jido") == ["Judo Nicolet"]
    assert found("jiko") == []
    assert found("j") == []


def test_names_come_first_then_the_alphabet():
    listed("Zone de hockey")
    listed("Aréna", description="Du hockey.")
    listed("École", activities=["Hockey"])
    listed("Étoiles du hockey")
    assert found("hockey") == ["Étoiles du hockey", "Zone de hockey", "Aréna", "École"]


def test_name_outranks_only_when_it_holds_every_word():
    listed("Hockey Nicolet")
    listed("Amis", description="Le hockey à Nicolet")
    listed("Hockey", description="à Nicolet")
    assert found("hockey nicolet") == ["Hockey Nicolet", "Amis", "Hockey"]


def test_every_word_must_be_there():
    listed("Club de judo")
    assert found("club judo") == ["Club de judo"]
    assert found("club karaté") == []


def test_private_value_is_in_no_word():
    fiche = listed("Club", email="secret@example.org", address="12, rue Cachée", description="Montré")
    assert found("cachee") == found("secret") == []
    fiche.public_fields = []
    fiche.save()
    services.refresh_entry(fiche)
    assert found("montre") == []
    assert not DirectoryTerm.objects.filter(term="montre").exists()


def test_vocabulary_follows_what_is_listed():
    fiche, other = listed("Club de judo"), listed("Club de tir")
    counts = dict(DirectoryTerm.objects.values_list("term", "entries"))
    assert (counts["club"], counts["judo"]) == (2, 1)
    fiche.name = "Club de karaté"
    fiche.save()
    services.refresh_entry(fiche)
    services.refresh_entry(fiche)
    counts = dict(DirectoryTerm.objects.values_list("term", "entries"))
    assert (counts["club"], counts["karate"]) == (2, 1)
    assert "judo" not in counts
    fiche.is_listed = False
    fiche.save()
    services.refresh_entry(fiche)
    assert found("karate") == []
    assert not DirectoryTerm.objects.filter(term="karate").exists()
    DirectoryEntry.objects.filter(pk=other.pk).delete()
    assert not DirectoryTerm.objects.exists()


def test_vocabulary_costs_two_queries_and_the_search_one(django_assert_num_queries):
    for number in range(30):
        listed(f"Club numéro {number} de natation")
    with django_assert_num_queries(3):
        assert len(found("club natasion")) == 30
