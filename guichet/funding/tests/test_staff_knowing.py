"""« Bilan »: the page, where its numbers lead, its pictures, its files, the report."""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal
from xml.etree import ElementTree

import openpyxl
import pytest
from bs4 import BeautifulSoup
from django.core.cache import cache
from django.urls import reverse

from guichet.accounts.tests.factories import AgentFactory
from guichet.core.pdf import compile_pdf
from guichet.funding.enums import ApplicationStatus
from guichet.funding.models import Application
from guichet.funding.staff import figures, knowing
from guichet.funding.staff.figures import Unit, in_words
from guichet.organizations.enums import Kind
from guichet.organizations.models import Activity, Mrc
from guichet.organizations.tests.factories import MunicipalityFactory, OrganizationFactory

from .deciding import InReviewFactory, call_with, money, prepare
from .test_knowing import application, call_of

pytestmark = pytest.mark.django_db
NBSP = "\N{NO-BREAK SPACE}"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def agent(client_for):
    """A signed-in agent's browser."""
    return client_for(AgentFactory())


@pytest.fixture
def region():
    """Applications in every state, of two programmes and years, milieus and MRCs."""
    nicolet = MunicipalityFactory(name="Nicolet", mrc__name="Nicolet-Yamaska")
    calls = [call_of(2026, program__name="Été"), call_of(2025, program__name="Hiver")]
    for number, status in enumerate(status for status in ApplicationStatus if status != ApplicationStatus.DRAFT):
        place = {"municipality": nicolet, "kind": Kind.SCHOOL} if number % 3 else {}
        application(
            status,
            call=calls[number % 2],
            granted="500.50" if status in figures.GRANTED else None,
            took=20 + number if status in figures.GRANTED else None,
            organization=OrganizationFactory(**place),
        )
    return calls


def page_of(agent, **query) -> BeautifulSoup:
    return BeautifulSoup(agent.get(reverse("staff_knowing"), query).content, "html.parser")


def text_of(page) -> str:
    return " ".join(page.text.split())


def links_of(page: BeautifulSoup) -> list[tuple[int, str]]:
    """What each number of a table says, and the address to which it leads."""
    links = page.select(f".knowing-table a[href^='{reverse('staff_applications')}?']")
    return [(int(link.find(string=True).replace(NBSP, "")), link["href"]) for link in links if "$" not in link.text]


def lines_of(response) -> list[list[str]]:
    text = response.getvalue().decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:]), delimiter=";"))


# --- The page -------------------------------------------------------------------------------------


def test_page_without_an_application_says_so_and_shows_no_picture(agent):
    page = page_of(agent)
    assert page.find_all("img", class_="statistics-picture") == []
    assert len(page.find_all(string=re.compile("Rien à montrer"))) == len(page.select(".knowing-card")) == 9
    assert "Taux de réussite — " in text_of(page)


def test_menu_leads_to_the_figures(agent):
    assert reverse("staff_knowing") == "/gestion/assistance/bilan/"
    assert reverse("staff_knowing") in agent.get(reverse("wagtailadmin_home")).content.decode()


@pytest.mark.parametrize("year", [None, "2026", "2025-2026"])
def test_every_number_leads_to_as_many_applications(agent, region, year):
    query = {"program": region[0].program_id, "year": year} if year else {}
    links = links_of(page_of(agent, **query))
    assert len(links) > 10
    wrong = {}
    for count, address in links:
        found = agent.get(address).context["page_obj"].paginator.count
        if found != count:
            wrong[address] = (count, found)
    assert wrong == {}


def test_what_the_list_cannot_be_filtered_by_leads_nowhere(agent, region):
    Application.objects.first().organization.activities.add(Activity.objects.create(name="Ski de village", family="F"))
    page = page_of(agent)
    for key in ("municipalite", "activite", "clientele"):
        rows = page.find(id=f"table-{key}").find_parent("section").select("tbody tr:not(.knowing-total)")
        assert rows
        assert [row for row in rows if row.find("a")] == []


def test_filters_leave_out_the_table_that_they_settle_and_stay_in_every_address(agent, region):
    program = region[0].program
    page = page_of(agent, program=program.pk, year=2026)
    keys = [heading["id"] for heading in page.select(".knowing-card > h3")]
    assert keys == [
        f"table-{key}" for key in ("enveloppes", "mrc", "equite", "milieu", "clientele", "activite", "municipalite")
    ]
    addresses = [link["href"] for link in page.find_all("a", download=True)]
    addresses += [image["src"] for image in page.find_all("img", class_="statistics-picture")]
    assert addresses
    assert [one for one in addresses if f"?program={program.pk}&year=2026" not in one] == []
    assert [option["value"] for option in page.find_all("option", selected=True)] == [str(program.pk), "2026"]


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"program": "999999"}, "Choisissez un des programmes de la liste."),
        ({"program": "x"}, "Choisissez un des programmes de la liste."),
        ({"year": "1999"}, "Choisissez une des années de la liste."),
        ({"year": "9" * 40}, "Choisissez une des années de la liste."),
        ({"year": "2026-2028"}, "Choisissez une des années de la liste."),
    ],
)
def test_filter_that_means_nothing_is_said_and_counts_for_nothing(agent, region, query, sentence):
    page = page_of(agent, **query)
    assert sentence in page.text
    assert "Demandes 10" in text_of(page)
    assert agent.get(reverse("staff_knowing_picture", args=["mrc"]), query).status_code == 200


def test_prepared_decision_is_nowhere_in_the_page_nor_its_files(agent):
    call, officer = call_with()
    prepare(InReviewFactory(call=call), officer, amount="777.77")
    words = text_of(page_of(agent))
    assert "777,77" not in words
    assert f"Accordé 0,00{NBSP}$".replace(NBSP, " ") in words.replace(NBSP, " ")
    for name, args in (("table", ["programme"]), ("table", ["enveloppes"]), ("export", ["csv"])):
        response = agent.get(reverse(f"staff_knowing_{name}", args=args))
        assert "777,77" not in response.getvalue().decode()


def test_numbers_are_counted_once_in_a_few_minutes(agent):
    application(ApplicationStatus.SUBMITTED)
    page_of(agent)
    application(ApplicationStatus.SUBMITTED)
    assert "Demandes 1 " in text_of(page_of(agent))
    cache.clear()
    assert "Demandes 2 " in text_of(page_of(agent))


# --- The pictures and the files --------------------------------------------------------------------


def test_picture_says_what_the_table_says(agent):
    application(ApplicationStatus.ACCEPTED, requested="1000", granted="250.25")
    response = agent.get(reverse("staff_knowing_picture", args=["mrc"]))
    assert response["Content-Type"] == "image/svg+xml; charset=utf-8"
    words = " ".join("".join(text.itertext()) for text in ElementTree.fromstring(response.content).iter(f"{SVG}text"))
    assert "Arthabaska" in words
    assert f"250,25{NBSP}$ (25{NBSP}%)" in words


def test_picture_of_nothing_or_of_no_table_is_404(agent):
    for key in ("programme", "inconnu"):
        assert agent.get(reverse("staff_knowing_picture", args=[key])).status_code == 404
    assert agent.get(reverse("staff_knowing_table", args=["inconnu"])).status_code == 404


def test_chart_shows_the_largest_when_there_are_many():
    lines = [figures.Bar(f"n{number}", number, "x") for number in range(30)]
    chart = figures._chart(lines, largest=lambda bar: bar.number)
    assert [bar.label for bar in chart.bars] == [f"n{number}" for number in range(29, 17, -1)]


def test_table_as_a_file_has_a_column_for_each_number(agent):
    Mrc.objects.create(name="=1+1")
    application(ApplicationStatus.ACCEPTED, requested="1000.10", granted="250.25", took=10, promised=60)
    application(ApplicationStatus.REFUSED, requested="99.90", took=20, promised=60)
    response = agent.get(reverse("staff_knowing_table", args=["mrc"]))
    assert re.search(r'filename="bilan-mrc-\d{4}-\d\d-\d\d\.csv"', response["Content-Disposition"])
    lines = lines_of(response)
    assert lines[0] == [
        "MRC",
        "Demandes",
        "Montant demandé",
        "Accordées",
        "Montant accordé",
        "Refusées",
        "Montant refusé",
        "Taux de réussite",
        "Liste d’attente",
        "Sans réponse encore",
        "Retirées",
        "Délai moyen (jours)",
        "Délai promis (jours)",
        "Dans le délai promis",
    ]
    numbers = ["2", "1100,00", "1", "250,25", "1", "99,90", "50,0", "0", "0", "0", "15,0", "60,0", "100,0"]
    assert lines[1:] == [["Arthabaska", *numbers], ["Total", *numbers]]
    equity = lines_of(agent.get(reverse("staff_knowing_table", args=["equite"])))
    assert [line[0] for line in equity] == ["MRC", "'=1+1", "Arthabaska"]


def test_export_holds_every_application_that_was_handed_in(agent, region):
    lines = lines_of(agent.get(reverse("staff_knowing_export", args=["csv"])))
    assert len(lines) == 1 + 11
    assert all(len(line) == len(lines[0]) for line in lines)
    assert lines[0][-4:] == ["Année de l’appel", "Activités", "Clientèles", "Réponse annoncée"]
    response = agent.get(reverse("staff_knowing_export", args=["xlsx"]), {"year": 2025})
    sheet = openpyxl.load_workbook(io.BytesIO(response.getvalue())).active
    rows = list(sheet.iter_rows(values_only=True))
    assert {row[-4] for row in rows[1:]} == {2025}
    assert len(rows) == 1 + 5
    granted = rows[0].index("Accordé")
    assert sum(Decimal(str(row[granted])) for row in rows[1:] if row[granted]) == money("500.50") * 2


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (1234, Unit.COUNT, f"1{NBSP}234"),
        (Decimal("1234.5"), Unit.AMOUNT, f"1{NBSP}234,50{NBSP}$"),
        (Decimal("12.0"), Unit.PERCENT, f"12{NBSP}%"),
        (Decimal("-3.5"), Unit.NUMBER, "\N{MINUS SIGN}3,5"),
        (None, Unit.AMOUNT, "—"),
    ],
)
def test_numbers_are_written_the_french_way(value, unit, words):
    assert in_words(value, unit) == words


# --- The report -------------------------------------------------------------------------------------


def test_report_is_an_accessible_pdf_with_every_table(agent, region):
    query = {"program": region[0].program_id, "year": "2026"}
    response = agent.get(reverse("staff_knowing_report"), query)
    assert response["Content-Type"] == "application/pdf"
    assert 'filename="bilan-de-lassistance-financiere-2026.pdf"' in response["Content-Disposition"]
    assert response.content.startswith(b"%PDF-")
    assert b"pdfuaid" in response.content
    form = knowing.KnowingForm(query)
    assert form.is_valid()
    data = knowing.report_data(knowing._counted(form), form)
    assert data["about"][0] == f"Programme{NBSP}: Été"
    assert [table["title"] for table in data["tables"]] == [
        "Enveloppes des appels",
        "Par MRC",
        "Équité entre les MRC",
        "Par milieu",
        "Par clientèle",
        "Par activité",
        "Par municipalité",
    ]
    assert all(len(row) == len(table["headings"]) for table in data["tables"] for row in table["rows"])


def test_report_of_a_financial_year_says_its_days(agent, region):
    query = {"year": "2025-2026"}
    response = agent.get(reverse("staff_knowing_report"), query)
    assert 'filename="bilan-de-lassistance-financiere-exercice-2025-2026.pdf"' in response["Content-Disposition"]
    form = knowing.KnowingForm(query)
    assert form.is_valid()
    data = knowing.report_data(knowing._counted(form), form)
    assert data["title"] == "Bilan de l’assistance financière, exercice 2025-2026"
    assert data["about"][1].replace(NBSP, " ") == "Appels clos du 1er avril 2025 au 31 mars 2026"
    groups = page_of(agent).select("#id_year optgroup")
    assert [[option["value"] for option in group.find_all("option")] for group in groups] == [
        ["2026", "2025"],
        ["2025-2026", "2024-2025"],
    ]


def test_report_has_the_charts_of_the_page_as_parts_of_the_longest_bar(agent):
    application(ApplicationStatus.ACCEPTED, requested="1000", granted="250.25")
    form = knowing.KnowingForm({})
    assert form.is_valid()
    tables = knowing.report_data(knowing._counted(form), form)["tables"]
    with_chart = {table["title"] for table in tables if table["bars"]}
    assert with_chart == {table.title for table in figures.tables_of(knowing._counted(form), ()) if table.has_picture}
    bars = next(table["bars"] for table in tables if table["title"] == "Par MRC")
    assert bars == [
        {"label": "Arthabaska", "words": f"250,25{NBSP}$ (25{NBSP}%)", "part": 0.25025, "whole": 1.0},
    ]


def test_report_of_nothing_is_made_too():
    form = knowing.KnowingForm({})
    assert form.is_valid()
    data = knowing.report_data(knowing._counted(form), form)
    assert compile_pdf(knowing.REPORT, data).startswith(b"%PDF-")
