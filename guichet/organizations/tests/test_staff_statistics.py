"""« Statistiques »: the page, its pictures and its files."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import subprocess
import sys
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from guichet.accounts.tests.factories import AgentFactory
from guichet.core.shared import forget
from guichet.organizations.enums import ChangeStatus, Kind
from guichet.organizations.models import FicheChange, Mrc
from guichet.organizations.staff import drawing
from guichet.organizations.staff.figures import Figure, Row, in_words

from .factories import ManagerFactory, MunicipalityFactory, OrganizationFactory

pytestmark = pytest.mark.django_db
NBSP = "\N{NO-BREAK SPACE}"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def agent(client_for):
    """A signed-in agent's browser."""
    return client_for(AgentFactory())


def page_of(agent, **query) -> BeautifulSoup:
    return BeautifulSoup(agent.get(reverse("staff_statistics"), query).content, "html.parser")


def table_of(page: BeautifulSoup, key: str) -> list[list[str]]:
    """A figure's table: its caption aside, every line."""
    table = page.find(id=f"figure-{key}").find_parent("section").find("table")
    return [[cell.text for cell in line.find_all(["th", "td"])] for line in table.find_all("tr")]


def picture_of(agent, page: BeautifulSoup, key: str):
    return agent.get(page.find(id=f"figure-{key}").find_parent("section").find("img")["src"])


def words_in(svg: bytes) -> str:
    return " ".join("".join(text.itertext()) for text in ElementTree.fromstring(svg).iter(f"{SVG}text"))


def a_figure(*numbers: int, **options) -> Figure:
    rows = tuple(Row(f"Rang {n}", (number, 10.0)) for n, number in enumerate(numbers))
    return Figure(**{"key": "x", "title": "Essai", "headings": ("Rang", "Fiches", "Part"), "rows": rows, **options})


# --- The page -------------------------------------------------------------------------------------


def test_page_of_an_empty_portal_says_so_and_shows_no_picture(agent):
    page = page_of(agent)
    assert page.find_all("img", class_="statistics-picture") == []
    assert len(page.find_all(string=re.compile("Rien à montrer"))) == len(page.select(".statistics-card")) == 8


def test_page_shows_each_figure_with_its_table_and_its_file(agent):
    OrganizationFactory.create_batch(2)
    OrganizationFactory(kind=Kind.SCHOOL)
    page = page_of(agent)
    table = table_of(page, "milieu")
    assert table[0] == ["Milieu", "Fiches", "Part (%)"]
    assert ["Associatif (OBNL)", "2", "66,7"] in table
    assert ["Scolaire", "1", "33,3"] in table
    assert [caption.text for caption in page.select(".statistics-table caption")][:2] == [
        "Fiches par milieu",
        "Fiches par territoire",
    ]
    assert "3 fiches en service" in " ".join(page.text.split())


def test_menu_leads_to_the_statistics(agent):
    assert reverse("staff_statistics") in agent.get(reverse("wagtailadmin_home")).content.decode()


def test_period_and_mrc_stand_in_the_address(agent):
    nicolet = MunicipalityFactory(name="Nicolet", mrc__name="Nicolet-Yamaska")
    OrganizationFactory(municipality=nicolet)
    OrganizationFactory.create_batch(2)
    page = page_of(agent, periode=12, mrc=nicolet.mrc_id)
    assert table_of(page, "lieu")[1:] == [["Nicolet", "1", "100,0"]]
    assert len(table_of(page, "creees")) == 1 + 12
    assert [option["value"] for option in page.find_all("option", selected=True)] == ["12", str(nicolet.mrc_id)]
    files = [link["href"] for link in page.find_all("a", download=True)]
    assert all(f"periode=12&mrc={nicolet.mrc_id}" in address for address in files)


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"periode": "7"}, "Choisissez une des périodes de la liste."),
        ({"periode": "x\0"}, "Choisissez une des périodes de la liste."),
        ({"mrc": "999999"}, "Choisissez une des MRC de la liste."),
        ({"mrc": "9" * 40}, "Choisissez une des MRC de la liste."),
    ],
)
def test_filter_that_means_nothing_is_said_and_counts_for_nothing(agent, query, sentence):
    OrganizationFactory()
    page = page_of(agent, **query)
    assert sentence in page.text
    assert len(table_of(page, "creees")) == 1 + 24
    assert page.find("option", selected=True)["value"] == "24"
    assert picture_of(agent, page, "milieu").status_code == 200


def test_changes_show_the_median_delay_or_none(agent):
    now = timezone.now()
    for days, status in ((1, ChangeStatus.APPROVED), (2, ChangeStatus.REFUSED)):
        FicheChange.objects.create(
            organization=OrganizationFactory(),
            field="description",
            status=status,
            proposed_at=now - dt.timedelta(days=days),
            decided_at=now,
        )
    table = table_of(page_of(agent), "modifications")
    assert table[0] == ["Mois", "Proposées", "Approuvées", "Refusées", "Délai médian (jours)"]
    assert table[-1][2:] == ["1", "1", "1,5"]
    assert table[1][1:] == ["0", "0", "0", "—"]


def test_numbers_are_counted_once_in_a_few_minutes(agent):
    OrganizationFactory()
    page_of(agent)
    OrganizationFactory()
    assert "1 fiche en service" in " ".join(page_of(agent).text.split())
    cache.clear()
    assert "2 fiches en service" in " ".join(page_of(agent).text.split())


def test_page_costs_the_same_at_any_number_of_fiches(agent):
    page_of(agent)
    costs = []
    for more in (1, 20):
        ManagerFactory.create_batch(more)
        cache.clear()
        forget()
        with CaptureQueriesContext(connection) as captured:
            page_of(agent)
        costs.append(len(captured))
    assert costs[0] == costs[1] <= 32


# --- The pictures ---------------------------------------------------------------------------------


def test_picture_says_in_french_what_the_table_says(agent):
    OrganizationFactory.create_batch(2)
    OrganizationFactory(kind=Kind.SCHOOL)
    response = picture_of(agent, page_of(agent), "milieu")
    assert response["Content-Type"] == "image/svg+xml; charset=utf-8"
    words = words_in(response.content)
    assert "Associatif (OBNL)" in words
    assert f"2 (66,7{NBSP}%)" in words


def test_picture_by_month_has_a_panel_a_column(agent):
    FicheChange.objects.create(organization=OrganizationFactory(), field="description")
    words = words_in(picture_of(agent, page_of(agent), "modifications").content)
    assert [name for name in ("Proposées", "Approuvées", "Refusées", "Délai médian (jours)") if name in words] == [
        "Proposées",
        "Approuvées",
        "Refusées",
        "Délai médian (jours)",
    ]


def test_picture_of_nothing_or_of_no_figure_is_404(agent):
    for key in ("milieu", "inconnu"):
        assert agent.get(reverse("staff_statistics_picture", args=[key])).status_code == 404


def test_markup_in_a_label_is_text():
    svg = drawing.picture_of(a_figure(3, rows=(Row("<script>alert(1)</script> & « x »", (3, 100.0)),)))
    assert "<script" not in svg
    assert "<script>alert(1)</script> & « x »" in words_in(svg.encode())


def test_same_numbers_are_drawn_once(monkeypatch):
    drawn = []
    draw = drawing._draw
    monkeypatch.setattr(drawing, "_draw", lambda figure: drawn.append(figure) or draw(figure))
    first = drawing.picture_of(a_figure(1, 2))
    assert drawing.picture_of(a_figure(1, 2)) == first
    assert drawing.picture_of(a_figure(1, 3)) != first
    with override("en"):
        drawing.picture_of(a_figure(1, 2))
    assert len(drawn) == 3


def test_drawing_comes_to_the_process_with_the_first_chart_only():
    code = (
        "import django, sys; django.setup(); import guichet.organizations.staff.statistics; "
        "sys.exit('altair' in sys.modules or 'vl_convert' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# --- The files ------------------------------------------------------------------------------------


def test_file_holds_the_table_for_a_spreadsheet(agent):
    Mrc.objects.create(name="=1+1")
    OrganizationFactory.create_batch(3)
    response = agent.get(reverse("staff_statistics_table", args=["lieu"]))
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert re.search(r'filename="statistiques-lieu-\d{4}-\d\d-\d\d\.csv"', response["Content-Disposition"])
    text = response.content.decode()
    assert text.startswith("\ufeff")
    lines = list(csv.reader(io.StringIO(text[1:]), delimiter=";"))
    assert lines == [["Territoire", "Fiches", "Part (%)"], ["'=1+1", "0", "0,0"], ["Arthabaska", "3", "100,0"]]


def test_file_of_no_figure_is_404(agent):
    assert agent.get(reverse("staff_statistics_table", args=["inconnu"])).status_code == 404


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0"), (1234, f"1{NBSP}234"), (11.864, "11,9"), (0.04, "0,0"), (None, "—")]
)
def test_numbers_are_written_the_french_way(number, words):
    with override("fr-ca"):
        assert in_words(number) == words
