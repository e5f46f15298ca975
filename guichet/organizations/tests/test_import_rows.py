"""Import: what each row says, what is wrong with it, and which fiche it is about."""

from __future__ import annotations

import pytest

from guichet.organizations.enums import OrganizationStatus
from guichet.organizations.imports.columns import find_header
from guichet.organizations.imports.planning import Action, Planner
from guichet.organizations.imports.reading import read_grid
from guichet.organizations.imports.rows import Places, Row, check_rows

from .factories import MunicipalityFactory, OrganizationFactory
from .spreadsheets import csv, xlsx

pytestmark = pytest.mark.django_db


def rows_of(*table: list[object], **options) -> list[Row]:
    """The rows of a workbook, checked."""
    grid = read_grid(xlsx(table, **options), max_rows=20_000)
    return list(check_rows(grid, find_header(grid.rows), Places()))


def row_with(**columns: str) -> Row:
    """One row: a name, a milieu, and these columns."""
    columns = {"Nom": "Club de ski", "Milieu": "OBNL", **columns}
    return rows_of(list(columns), list(columns.values()))[0]


def errors(row: Row) -> list[tuple[str, str]]:
    """Column and message of each error."""
    return [(error.column, error.message) for error in row.errors]


@pytest.mark.parametrize(
    ("column", "value", "field", "expected"),
    [
        ("Milieu", "osbl", "kind", "association"),
        ("Milieu", "ASSOCIATIF (OBNL)", "kind", "association"),
        ("Milieu", "École", "kind", "school"),
        ("NEQ", "1145 678 901", "neq", "1145678901"),
        ("Courriel", " Info@Ski.Example.org ", "email", "info@ski.example.org"),
        ("Téléphone", "819 555-0144", "phone", "+18195550144"),
        ("Site web", "ski.example.org", "website", "https://ski.example.org"),
        ("Code postal", "g6p1a1", "postal_code", "G6P 1A1"),
        ("N° de dossier", "00012", "external_id", "00012"),
    ],
)
def test_values_are_cleaned(column, value, field, expected):
    row = row_with(**{column: value})
    assert errors(row) == []
    assert row.values[field] == expected


@pytest.mark.parametrize(
    ("column", "value", "sentence"),
    [
        ("Nom", "", "Remplissez cette case"),
        ("Nom", "@SOMME(A1)", "comme une formule"),
        ("Nom", "+33", "comme une formule"),
        ("Nom", "-2+3", "comme une formule"),
        ("Nom", "…", "ni lettre ni chiffre"),
        ("Nom", "x" * 121, "Au plus 120 caractères"),
        ("Milieu", "", "Remplissez cette case"),
        ("Milieu", "Martien", "Milieu inconnu"),
        ("NEQ", "123", "10 chiffres"),
        ("Courriel", "ski@", "n’est pas complète"),
        ("Téléphone", "555", "n’est pas complet"),
        ("Téléphone", "819 555-0144 poste 12", "sans le poste"),
        ("Téléphone", "819 555-0144 x12", "sans le poste"),
        ("Site web", "pas un site", "n’est pas complète"),
        ("Code postal", "90210", "code postal du Québec"),
        ("Municipalité", "Paris", "pas dans la liste"),
    ],
)
def test_errors_name_the_column_and_say_what_to_do(column, value, sentence):
    row = row_with(**{column: value, "Adresse": "ici"})
    assert len(row.errors) == 1
    assert row.errors[0].row == 2
    assert row.errors[0].value == value[:200]
    assert sentence in row.errors[0].message


def test_a_formula_in_a_csv_name_is_an_error():
    grid = read_grid(csv([["Nom", "Milieu"], ['=HYPERLINK("http://x")', "OBNL"]]), max_rows=10)
    (row,) = check_rows(grid, find_header(grid.rows), Places())
    assert "comme une formule" in row.errors[0].message


def test_a_text_that_looks_like_a_formula_stays_a_text_elsewhere():
    grid = read_grid(csv([["Nom", "Milieu", "Adresse"], ["Club", "OBNL", "=1+1, rue"]]), max_rows=10)
    (row,) = check_rows(grid, find_header(grid.rows), Places())
    assert row.values["address"] == "=1+1, rue"


def test_a_formula_without_its_result_is_an_empty_cell():
    row = rows_of(["Nom", "Milieu"], ["=A1&B1", "OBNL"])[0]
    assert errors(row) == [("Nom de l’organisme", "Remplissez cette case.")]


def test_hidden_and_empty_rows_are_passed_over_and_numbers_stay_those_of_the_sheet():
    table = [["Nom", "Milieu"], ["Un", "OBNL"], ["Masqué", "OBNL"], [None, None], ["Deux", "OBNL"]]
    assert [(row.number, row.values["name"]) for row in rows_of(*table, hidden_rows=[3])] == [(2, "Un"), (5, "Deux")]


def test_municipalities_are_found_as_people_write_them():
    place = MunicipalityFactory(name="Saint-Germain-de-Grantham", mrc__name="Drummond")
    assert row_with(Municipalité="ST-GERMAIN DE GRANTHAM").values["municipality"] == place


def test_an_ambiguous_municipality_asks_for_its_mrc():
    here = MunicipalityFactory(name="Saint-Valère", mrc__name="Arthabaska")
    MunicipalityFactory(name="Saint-Valère", mrc__name="L’Érable")
    assert "Ajoutez la MRC" in row_with(Municipalité="Saint-Valère").errors[0].message
    assert row_with(Municipalité="Saint-Valère", MRC="MRC d’Arthabaska").values["municipality"] == here
    assert "MRC indiquée" in row_with(Municipalité="Saint-Valère", MRC="Drummond").errors[0].message


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        (["A", "Victoriaville", "", "D1"], ["B", "Victoriaville", "", "D1"], True),
        (["A", "Victoriaville", "1145678901", ""], ["B", "Victoriaville", "1145678901", ""], True),
        (["Étoile", "Victoriaville", "", ""], ["ETOILE", "Victoriaville", "", ""], True),
        (["Étoile", "", "", ""], ["ETOILE", "Victoriaville", "", ""], True),
        (["A", "Victoriaville", "", "D1"], ["A", "Victoriaville", "", ""], True),
        (["A", "Victoriaville", "", "D1"], ["A", "Victoriaville", "", "D2"], False),
        (["A", "Victoriaville", "1145678901", "D1"], ["A", "Victoriaville", "1145678901", "D2"], False),
        (["A", "Victoriaville", "", ""], ["A", "Nicolet", "", ""], False),
    ],
)
def test_a_row_that_repeats_another_names_it(first, second, same):
    MunicipalityFactory(name="Victoriaville")
    MunicipalityFactory(name="Nicolet")
    header = ["Nom", "Municipalité", "NEQ", "No dossier", "Milieu"]
    one, two = rows_of(header, [*first, "OBNL"], [*second, "OBNL"])
    assert one.errors == []
    assert [error.message for error in two.errors] == (
        ["C’est la même fiche qu’à la ligne 2. Gardez une seule des deux lignes."] if same else []
    )


def plan(**columns: str):
    """What importing one row would do."""
    (planned,) = Planner().plan([row_with(**columns)])
    return planned


def test_a_fiche_is_matched_by_number_then_neq_then_name_and_place():
    place = MunicipalityFactory(name="Nicolet")
    by_number = OrganizationFactory(name="Un", external_id="D1", neq="1145678901", municipality=place)
    by_neq = OrganizationFactory(name="Deux", neq="2245678901", municipality=place)
    by_name = OrganizationFactory(name="L’Étoile", municipality=place)
    assert plan(Nom="Autre nom", **{"No dossier": "D1", "NEQ": "2245678901"}).organization == by_number
    assert plan(Nom="Autre nom", NEQ="2245678901").organization == by_neq
    assert plan(Nom="ETOILE (L')", Municipalité="Nicolet").action == Action.CREATE
    assert plan(Nom="l'etoile", Municipalité="Nicolet").organization == by_name
    assert plan(Nom="l'etoile").organization == by_name


def test_the_same_name_elsewhere_is_another_fiche():
    OrganizationFactory(name="L’Étoile", municipality__name="Nicolet")
    MunicipalityFactory(name="Bécancour")
    assert plan(Nom="L’Étoile", Municipalité="Bécancour").action == Action.CREATE


def test_another_number_is_another_fiche():
    OrganizationFactory(name="Club de ski", external_id="D1", municipality=None)
    assert plan(**{"No dossier": "D2"}).action == Action.CREATE


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({"Nom": "Double"}, "Plusieurs fiches correspondent"),
        ({"Nom": "Autre", "NEQ": "1145678901"}, "Plusieurs fiches correspondent"),
        ({"Nom": "Unique", "NEQ": "3345678901"}, "porte un autre NEQ (2245678901)"),
        ({"Nom": "Rangée"}, "Cette fiche est archivée"),
    ],
)
def test_a_doubtful_match_is_an_error(columns, sentence):
    OrganizationFactory(name="Double", municipality__name="Nicolet", neq="1145678901")
    OrganizationFactory(name="Double", municipality__name="Bécancour", neq="1145678901")
    OrganizationFactory(name="Unique", neq="2245678901")
    OrganizationFactory(name="Rangée", status=OrganizationStatus.ARCHIVED)
    planned = plan(**columns)
    assert planned.action == Action.REFUSE
    assert sentence in planned.row.errors[0].message


def test_only_filled_cells_change_a_fiche():
    OrganizationFactory(name="Club de ski", email="avant@example.org", address="1, rue", municipality=None)
    planned = plan(Courriel="apres@example.org", Adresse="", Téléphone="")
    assert (planned.action, planned.before) == (Action.UPDATE, {"email": "avant@example.org"})
    assert planned.organization.address == "1, rue"


def test_two_rows_that_lead_to_one_fiche_are_an_error_of_the_second():
    OrganizationFactory(name="Ancien nom", external_id="D1", municipality=None)
    header = ["Nom", "Milieu", "No dossier"]
    first, second = Planner().plan(rows_of(header, ["Nouveau nom", "OBNL", "D1"], ["Ancien nom", "OBNL", ""]))
    assert (first.action, second.action) == (Action.UPDATE, Action.REFUSE)
    assert "ligne 2" in second.row.errors[0].message


def test_fiches_that_are_only_asked_for_are_no_match():
    OrganizationFactory(name="Club de ski", status=OrganizationStatus.REQUESTED, municipality=None)
    assert plan().action == Action.CREATE
