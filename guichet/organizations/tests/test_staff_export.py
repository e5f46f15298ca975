"""The export of the list of fiches: what is filtered, every field in words, nothing that a spreadsheet would run."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from guichet.accounts.tests.factories import AgentFactory
from guichet.organizations.content import FIELDS
from guichet.organizations.models import Activity
from guichet.organizations.values import label_of

from .factories import ManagerFactory, OrganizationFactory

pytestmark = pytest.mark.django_db
FORMATS = ["csv", "xlsx"]


@pytest.fixture
def agent(client_for):
    """A signed-in agent's browser."""
    return client_for(AgentFactory())


def exported(agent, extension: str, **query) -> list[dict[str, str]]:
    """The rows, by the names of their columns."""
    response = agent.get(reverse("staff_fiches_export", args=[extension]), query)
    content = response.getvalue()
    if extension == "csv":
        return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    header, *rows = load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)
    return [dict(zip(header, (cell or "" for cell in row), strict=True)) for row in rows]


@pytest.mark.parametrize("extension", FORMATS)
def test_every_field_is_in_words_with_mrc_and_state(agent, extension):
    fiche = OrganizationFactory(
        name="Club", seasons=["winter"], people=[{"name": "Zoé Côté", "function": "Présidence"}]
    )
    fiche.activities.add(Activity.objects.create(name="Natation", family="Aquatique"))
    (row,) = exported(agent, extension)
    assert {label_of(name) for name in FIELDS} <= row.keys()
    wanted = {
        "Milieu": "Associatif (OBNL)",
        "Activités": "Natation",
        "Saisons": "Hiver",
        "Municipalité": "Victoriaville",
        "MRC": "Arthabaska",
        "État": "Active",
        "Personnes responsables": "Zoé Côté · Présidence",
    }
    assert {name: row[name] for name in wanted} == wanted


@pytest.mark.parametrize("extension", FORMATS)
def test_only_what_is_filtered_and_searched_is_exported(agent, extension):
    OrganizationFactory(name="Club de ski", kind="school")
    OrganizationFactory(name="Club de tir", kind="school")
    OrganizationFactory(name="Ski privé", kind="private")
    assert [
        row["Nom légal" if "Nom légal" in row else "Nom"] for row in exported(agent, extension, kind="school")
    ] == [
        "Club de ski",
        "Club de tir",
    ]
    assert len(exported(agent, extension, kind="school", q="ski")) == 1


@pytest.mark.parametrize("extension", FORMATS)
def test_formulas_are_harmless(agent, extension):
    OrganizationFactory(name='=HYPERLINK("http://example.org")', territory="+1\x0b")
    (row,) = exported(agent, extension)
    assert row["Nom"] == '\'=HYPERLINK("http://example.org")'
    assert row["Territoire desservi"] == "'+1"


@pytest.mark.parametrize("extension", FORMATS)
def test_export_costs_the_same_whatever_its_length(agent, extension):
    counts = []
    for more in (2, 40):
        for _number in range(more):
            OrganizationFactory().activities.add(
                Activity.objects.get_or_create(name="Natation", family="Aquatique")[0]
            )
        with CaptureQueriesContext(connection) as captured:
            exported(agent, extension)
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 12


def test_list_leads_to_the_export_of_what_it_shows(agent):
    page = agent.get(reverse("staff_fiches"), {"kind": "school", "p": "2"}).content.decode()
    assert f"{reverse('staff_fiches_export', args=['xlsx'])}?kind=school" in page


def test_client_exports_nothing(client_for):
    client = client_for(ManagerFactory().user)
    assert client.get(reverse("staff_fiches_export", args=["csv"])).status_code == 403
