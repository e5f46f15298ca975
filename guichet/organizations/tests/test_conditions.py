"""« Champ, condition, valeur »: every field of a fiche is asked, on both databases alike."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db.models import F

from guichet.organizations.conditions import CONDITIONS, read_clause
from guichet.organizations.content import FIELDS
from guichet.organizations.enums import Condition
from guichet.organizations.folded import Folded
from guichet.organizations.kinds import FieldKind, kind_of, options_of
from guichet.organizations.models import AccessFeature, Activity, Clientele, Organization
from guichet.organizations.text import fold

from .factories import MunicipalityFactory, OrganizationFactory
from .test_staff_search import EVERYTHING

pytestmark = pytest.mark.django_db


def asked(field: str, condition: str, value: str = "") -> list[str]:
    """The initials of the fiches that answer."""
    return list(
        Organization.objects.filter(read_clause(field, condition, value).query)
        .order_by("initials")
        .values_list("initials", flat=True)
    )


def refused(field: str, condition: str, value: str = "") -> str:
    with pytest.raises(ValidationError) as caught:
        read_clause(field, condition, value)
    return " ".join(caught.value.messages)


@pytest.fixture
def fiches() -> None:
    """One that says everything, and one that says only what it must."""
    full = OrganizationFactory(
        municipality=MunicipalityFactory(name="Bécancour"), is_listed=True, **{**EVERYTHING, "initials": "A"}
    )
    full.activities.add(Activity.objects.create(name="Natation", family="Aquatique"))
    full.activities.add(Activity.objects.create(name="Nage synchronisée", family="Aquatique"))
    full.clienteles.add(Clientele.objects.create(name="Aînés"))
    full.access_features.add(AccessFeature.objects.create(name="Entrée sans marche"))
    Activity.objects.create(name="Quilles", family="Vie communautaire", is_archived=True)
    OrganizationFactory(name="Club", initials="B", kind="school", municipality=None, public_fields=[])


# A value that the full fiche has and the bare one has not, for each kind; a new kind needs its own.
VALUE_OF = {
    FieldKind.TEXT: lambda name: str(EVERYTHING[name]).upper(),
    FieldKind.PHONE: lambda name: "819 555-01" + str(EVERYTHING[name])[-2:],
    FieldKind.NUMBER: lambda name: str(EVERYTHING[name]),
    FieldKind.DATE: lambda name: EVERYTHING[name].isoformat(),
    FieldKind.CHOICE: lambda name: dict(options_of(name))[EVERYTHING[name]],
    FieldKind.YES_NO: lambda name: "oui",
    FieldKind.RELATED: lambda name: "becancour",
    FieldKind.LIST: lambda name: {
        "activities": "natation",
        "clienteles": "AINES",
        "access_features": "entree sans marche",
    }[name],
    FieldKind.KEYS: lambda name: {"seasons": "été", "public_fields": "Description"}[name],
    FieldKind.ROWS: lambda name: {"people": "zoe cote", "pictures": "COUPOLE", "documents": "statuts"}[name],
    FieldKind.OTHER: lambda name: "",
}
NEVER_EMPTY = {"name", "kind", "initials"}


@pytest.mark.parametrize("name", FIELDS)
def test_every_field_is_asked_in_every_way_that_fits(fiches, name):
    kind = kind_of(name)
    conditions = CONDITIONS[kind]
    if name == "initials":
        assert asked(name, "is", "a") == ["A"]
        return
    value = VALUE_OF[kind](name)
    for condition in conditions:
        answered = asked(name, condition, value)
        if condition == Condition.EMPTY:
            assert answered == ([] if name in NEVER_EMPTY else ["B"])
        elif condition == Condition.FILLED:
            assert answered == (["A", "B"] if name in NEVER_EMPTY else ["A"])
        elif condition in {Condition.IS, Condition.CONTAINS}:
            assert answered == ["A"]
        elif condition == Condition.IS_NOT:
            assert answered == ["B"]
        else:
            assert answered == []


@pytest.mark.parametrize(
    ("field", "condition", "value", "found"),
    [
        ("description", "contains", "NEBULEUSE bienvenue", ["A"]),
        ("description", "contains", "œil", ["A"]),
        ("description", "contains", "bienvenue nébuleuse", []),
        ("description", "contains", "100%", []),
        ("activities", "contains", "nag", ["A"]),
        ("activities", "is_not", "quilles", ["A", "B"]),
        ("members_count", "below", "5 000", ["A"]),
        ("members_count", "above", "4241", ["A"]),
        ("members_count", "above", "4242", []),
        ("members_count", "is_not", "1", ["A", "B"]),
        ("last_meeting_on", "below", "05/05/2026", ["A"]),
        ("last_meeting_on", "above", "2026-05-04", []),
        ("phone", "contains", "555-0123", ["A"]),
        ("kind", "contains", "organisme", ["A"]),
        ("people", "contains", "presidence", ["A"]),
        ("people", "contains", "function", []),
        ("website", "contains", "etoiles.example", ["A"]),
        ("public_fields", "contains", "site", ["A"]),
        ("public_fields", "is", "Courriel", None),
    ],
)
def test_conditions_answer(fiches, field, condition, value, found):
    assert asked(field, condition, value) == (found if found is not None else [])


@pytest.mark.parametrize(
    ("field", "condition", "value", "error"),
    [
        ("", "is", "x", "Choisissez le champ."),
        ("gone", "is", "x", "n’existe plus : retirez cette condition"),
        ("name", "", "x", "Choisissez la condition."),
        ("name", "below", "x", "ne va pas avec le champ « Nom »"),
        ("name", "forged", "x", "ne va pas avec le champ « Nom »"),
        ("name", "contains", " ", "Écrivez la valeur."),
        ("name", "contains", "!?", "Écrivez au moins une lettre ou un chiffre."),
        ("members_count", "is", "beaucoup", "Écrivez un nombre entier"),
        ("members_count", "is", "99999999999999999999", "Écrivez un nombre entier"),
        ("members_count", "is", "1.5", "Écrivez un nombre entier"),
        ("last_meeting_on", "above", "hier", "Écrivez une date, par exemple 2026-05-04."),
        ("last_meeting_on", "above", "2026-02-30", "Écrivez une date"),
        ("phone", "is", "12", "Ce numéro n’est pas complet"),
        ("phone", "contains", "poste", "au moins un chiffre"),
        ("kind", "is", "club", "Essayez : « Municipal », « Scolaire »"),
        ("kind", "is", "!", "Essayez : « Municipal »"),
        ("is_listed", "is", "peut-être", "Essayez : « Oui », « Non »"),
        ("municipality", "is", "Paris", "ne s’appelle « Paris »"),
    ],
)
def test_value_that_does_not_fit_is_refused_in_words(fiches, field, condition, value, error):
    assert error in refused(field, condition, value).replace("\N{NO-BREAK SPACE}", " ")


def test_choices_that_are_near_are_named(fiches):
    Activity.objects.bulk_create(Activity(name=f"Sport {number}", family="Sports") for number in range(20))
    assert "« Natation »" in refused("activities", "is", "natasion").replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    "text",
    [
        "Club de natation L’Érable",
        "ŒUVRE d’été — nº 5 à Saint-Zéphirin",
        "Ça ÀÂÄ ÉÈÊË ÎÏ ÔÖ ÙÛÜ Ÿ çœæ",
        "  a  \n\t b_c ",
        "100 % (vrai)",
    ],
)
def test_database_folds_as_we_do(text):
    OrganizationFactory(description=text)
    (written,) = Organization.objects.annotate(said=Folded(F("description"))).values_list("said", flat=True)
    assert written == fold(text.replace("º", "o"))


def test_clause_says_itself_in_words(fiches):
    words = str(read_clause("description", "contains", " nage "))
    assert words.replace("\N{NO-BREAK SPACE}", " ") == "Description contient « nage »"
    assert str(read_clause("email", "empty", "ignoré")) == "Courriel est vide"


def test_dates_are_days():
    OrganizationFactory(initials="A", last_meeting_on=dt.date(2026, 5, 4))
    assert asked("last_meeting_on", "is", "4/5/2026") == ["A"]
