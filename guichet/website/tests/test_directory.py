"""The pages of the directory: what visitors find, and what nobody must."""

import datetime as dt
import json
import re

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guichet.accounts.tests.factories import AgentFactory
from guichet.core.models import Event, OutgoingMessage
from guichet.core.shared import forget
from guichet.organizations import services
from guichet.organizations.enums import OrganizationStatus
from guichet.organizations.models import Activity, Clientele, DirectoryEntry, ErrorReport
from guichet.organizations.tests.factories import ManagerFactory, MrcFactory, MunicipalityFactory, OrganizationFactory

pytestmark = pytest.mark.django_db
ADDRESS = "/repertoire/"
# One secret word for each field that is private by default or always.
SECRETS = {
    "neq": "1149999999",
    "members_count": 86753,
    "volunteers_count": 97531,
    "phone": "+18195550101",
    "other_phone": "+18195550102",
    "email": "secret@example.org",
    "address": "12, rue Discrète",
    "postal_code": "G6P 1A1",
    "mailing_address": "C.P. Cachée",
    "mailing_city": "Secrèteville",
    "mailing_postal_code": "G6P 2B2",
    "people": [{"name": "Zoé Intime", "function": "", "email": "", "phone": ""}],
    "year_end": "31 brumaire",
    "record_check": "some",
    "member_until": dt.date(2031, 3, 31),
}
TRACES = ["1149999999", "86753", "97531", "555-0101", "5550101", "555-0102", "secret@", "iscrète", "G6P", "achée"]
TRACES += ["ecrèteville", "Intime", "brumaire", "some", "2031"]


def listed(name="Club de judo", **fields):
    """A fiche in the directory; lists of choices by their names."""
    activities, clienteles = fields.pop("activities", []), fields.pop("clienteles", [])
    fiche = OrganizationFactory(name=name, is_listed=True, **fields)
    fiche.activities.set(Activity.objects.get_or_create(name=a, defaults={"family": "Autre"})[0] for a in activities)
    fiche.clienteles.set(Clientele.objects.get_or_create(name=c)[0] for c in clienteles)
    services.refresh_entry(fiche)
    return fiche


def page_of(fiche) -> str:
    return DirectoryEntry.objects.get(pk=fiche.pk).get_absolute_url()


def soup(response) -> BeautifulSoup:
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def names(response) -> list[str]:
    return [title.text.strip() for title in soup(response).select(".row-title")]


def choices(response) -> dict[str, dict[str, int]]:
    """The facets' choices and their counts."""
    found: dict[str, dict[str, int]] = {}
    for box in soup(response).select(".facet input"):
        label, count = re.fullmatch(r"(.*?)\s*\((\d+)\)", box.find_next("label").text.strip(), re.DOTALL).groups()
        found.setdefault(box["name"], {})[label] = int(count)
    return found


def test_everybody_listed_is_there_and_nobody_else(client):
    listed("Zèbres")
    listed("Éclairs")
    OrganizationFactory(name="Discrets")
    services.refresh_entry(OrganizationFactory(name="Archivés", is_listed=True, status=OrganizationStatus.ARCHIVED))
    assert names(client.get(ADDRESS)) == ["Éclairs", "Zèbres"]


def test_empty_directory_says_so(client):
    assert "Aucun organisme n’a encore choisi" in soup(client.get(ADDRESS)).text


def test_nothing_found_says_what_to_do(client):
    listed()
    page = soup(client.get(ADDRESS, {"q": "patinage"}))
    assert "Retirez un filtre" in page.text
    assert page.select_one(".empty a")["href"] == ADDRESS


def test_facets_count_the_results_of_the_other_filters(client):
    nicolet = MunicipalityFactory(name="Nicolet", mrc=MrcFactory(name="Nicolet-Yamaska"))
    listed("A", activities=["Judo", "Tir"], clienteles=["Aînés"])
    listed("B", activities=["Judo"], municipality=nicolet, kind="school")
    listed("C", activities=["Tir"], municipality=nicolet)
    judo = Activity.objects.get(name="Judo").pk
    everything = choices(client.get(ADDRESS))
    assert everything["activite"] == {"Judo": 2, "Tir": 2}
    assert everything["mrc"] == {"Arthabaska": 1, "Nicolet-Yamaska": 2}
    answer = client.get(ADDRESS, {"activite": judo})
    assert names(answer) == ["A", "B"]
    assert choices(answer) == {
        "activite": {"Judo": 2, "Tir": 2},
        "clientele": {"Aînés": 1},
        "mrc": {"Arthabaska": 1, "Nicolet-Yamaska": 1},
        "municipalite": {"Nicolet": 1, "Victoriaville": 1},
        "milieu": {"Associatif (OBNL)": 1, "Scolaire": 1},
    }
    answer = client.get(ADDRESS, {"activite": judo, "municipalite": nicolet.pk})
    assert names(answer) == ["B"]
    assert choices(answer)["activite"] == {"Judo": 1, "Tir": 1}
    assert choices(answer)["municipalite"] == {"Nicolet": 1, "Victoriaville": 1}


@pytest.mark.parametrize("words", [{}, {"q": "club"}])
def test_facets_count_alike_with_words_and_without(client, words):
    nicolet = MunicipalityFactory(name="Nicolet", mrc=MrcFactory(name="Nicolet-Yamaska"))
    listed("Club A", activities=["Judo", "Tir"], clienteles=["Aînés"])
    listed("Club B", activities=["Judo"], clienteles=["Aînés", "Enfants"], municipality=nicolet, kind="school")
    listed("Club C", activities=["Tir"], clienteles=["Enfants"], municipality=nicolet)
    listed("Club D", municipality=None)
    judo, aines = Activity.objects.get(name="Judo").pk, Clientele.objects.get(name="Aînés").pk
    three = {"activite": judo, "clientele": aines, "municipalite": nicolet.pk, **words}
    answer = client.get(ADDRESS, three)
    assert names(answer) == ["Club B"]
    assert choices(answer) == {
        "activite": {"Judo": 1},
        "clientele": {"Aînés": 1, "Enfants": 1},
        "mrc": {"Nicolet-Yamaska": 1},
        "municipalite": {"Nicolet": 1, "Victoriaville": 1},
        "milieu": {"Scolaire": 1},
    }


def test_activities_of_a_result_are_in_words_and_escaped(client):
    listed("Club", activities=["Tir", "<i>Judo"])
    (row,) = soup(client.get(ADDRESS)).select(".directory-rows li")
    assert "<i>Judo, Tir" in row.text
    assert "<i>Judo" in choices(client.get(ADDRESS))["activite"]


def test_two_values_of_a_facet_widen_and_two_facets_narrow(client):
    listed("A", activities=["Judo"])
    listed("B", activities=["Tir"], kind="school")
    both = list(Activity.objects.filter(name__in=["Judo", "Tir"]).values_list("pk", flat=True))
    assert names(client.get(ADDRESS, {"activite": both})) == ["A", "B"]
    assert names(client.get(ADDRESS, {"activite": both, "milieu": "school"})) == ["B"]


def test_chosen_filter_is_a_chip_that_removes_it(client):
    listed("Judo A", kind="school")
    page = soup(client.get(ADDRESS, {"q": "judo", "milieu": "school"}))
    (chip,) = page.select(".chip")
    assert "Scolaire" in chip.text
    assert chip["href"] == f"{ADDRESS}?q=judo"
    assert page.select_one("meta[name=robots]")["content"].startswith("noindex")


def test_chosen_value_that_nobody_has_stays_removable(client):
    listed()
    judo = Activity.objects.create(name="Judo", family="Combat")
    assert soup(client.get(ADDRESS, {"activite": judo.pk})).select_one(".chip").text.split()[-1] == "Judo"


@pytest.mark.parametrize(
    "query",
    [
        "activite=x",
        "activite=99999999999999999999",
        "mrc=-1",
        "milieu=tout",
        "page=0",
        "page=9999999999999",
        "q=%00",
        "municipalite=%F0%9F%8E%AF",
        "activite=%C2%B2",
    ],
)
def test_nonsense_in_the_address_is_harmless(client, query):
    listed()
    assert client.get(f"{ADDRESS}?{query}").status_code == 200


def test_map_links_to_the_municipality_and_keeps_the_other_filters(client):
    fiche = listed("Judo")
    (link,) = soup(client.get(ADDRESS, {"q": "judo"})).select("a.map-link")
    assert link["href"] == f"?q=judo&municipalite={fiche.municipality_id}"
    assert names(client.get(ADDRESS + link["href"])) == ["Judo"]


def test_search_costs_the_same_for_any_number_of_entries(client, home):
    def cost() -> int:
        client.get(ADDRESS)
        forget()
        with CaptureQueriesContext(connection) as captured:
            client.get(ADDRESS, {"q": "judoo", "milieu": "association"})
        return len(captured)

    for number in range(3):
        listed(f"Judo {number}", activities=["Judo"])
    few = cost()
    for number in range(297):
        listed(f"Judo n{number}", activities=["Judo"])
    assert cost() == few <= 12


def test_pages_keep_the_filters(client):
    for number in range(25):
        listed(f"Judo {number:02}")
    page = soup(client.get(ADDRESS, {"q": "judo"}))
    assert len(page.select(".row-title")) == 20
    assert page.select_one("[rel=next]")["href"] == "?q=judo&page=2"


@pytest.mark.parametrize("asked", [{}, {"q": "judo"}, {"milieu": "association"}, {"q": "🎯"}])
def test_page_beyond_the_last_is_the_last(client, asked):
    for number in range(25):
        listed(f"Judo {number:02}")
    last = [f"Judo {number}" for number in range(20, 25)]
    assert [names(client.get(ADDRESS, {**asked, "page": page})) for page in ("2", "9", "0")] == [last] * 3


# --- An organisation's page -----------------------------------------------------------------------


def test_page_shows_public_values_in_words(client):
    fiche = listed(
        "Club de judo", description="Tomber sans se faire mal.", website="https://judo.example.org", founded_year=1987,
        seasons=["winter"], phone="+18195550101", public_fields=["description", "website", "seasons", "phone"],
    )  # fmt: skip
    page = soup(client.get(page_of(fiche)))
    assert "Tomber sans se faire mal." in page.select_one("[itemprop=description]").text
    assert "Hiver" in page.text
    assert "1987" not in page.select_one("article").text
    link = page.select_one("a[itemprop=url]")
    assert (link["href"], link["rel"]) == ("https://judo.example.org", ["nofollow", "noopener"])
    assert page.select_one("a[href^='tel:']")["href"] == "tel:+1-819-555-0101"
    assert page.select_one("link[rel=canonical]")["href"] == f"http://localhost:8000{page_of(fiche)}"
    assert page.select_one("meta[property='og:title']")["content"] == "Club de judo"


def test_another_name_leads_to_the_right_one(client):
    fiche = listed("Club de judo")
    response = client.get(f"/repertoire/{fiche.pk}-ancien-nom/")
    assert (response.status_code, response["Location"]) == (301, f"/repertoire/{fiche.pk}-club-de-judo/")


def test_unlisted_page_does_not_exist(client):
    fiche = listed()
    address = page_of(fiche)
    services.archive_organization(organization=fiche, actor=AgentFactory())
    assert client.get(address).status_code == 404
    assert client.get(f"/repertoire/{fiche.pk}/erreur/").status_code == 404
    assert client.get("/repertoire/99999999999999999999-x/").status_code == 404
    services.restore_organization(organization=fiche, actor=AgentFactory())
    assert client.get(address).status_code == 200


def test_nothing_written_becomes_markup_or_a_dangerous_link(client):
    fiche = listed("<script>alert(1)</script>", description="<img src=x onerror=alert(2)>")
    DirectoryEntry.objects.filter(pk=fiche.pk).update(
        data={**DirectoryEntry.objects.get(pk=fiche.pk).data, "website": "javascript:alert(3)", "facebook": "ftp://x/"}
    )
    for address in (page_of(fiche), ADDRESS, f"/repertoire/{fiche.pk}/erreur/", f"{ADDRESS}?q=<script>alert(4)"):
        page = soup(client.get(address))
        assert not [script for script in page.select("script") if not script.get("src")]
        assert not page.select("img[onerror]")
        assert not page.select("a[href^='javascript'], a[href^='ftp']")


@pytest.mark.parametrize("address", ["page", ADDRESS, "/donnees/repertoire.json", "/donnees/repertoire.csv",
                                     "/sitemap.xml"])  # fmt: skip
def test_private_value_is_nowhere(client, home, address):
    fiche = listed("Club de judo", **SECRETS)
    text = client.get(page_of(fiche) if address == "page" else address).content.decode()
    assert "judo" in text
    body = text.partition("<main>")[2].partition("</main>")[0] or text
    assert [trace for trace in TRACES if trace in body] == []


def test_private_list_is_in_no_facet(client):
    listed("Club", activities=["Judo"], clienteles=["Aînés"], public_fields=[])
    assert set(choices(client.get(ADDRESS))) == {"mrc", "municipalite", "milieu"}


def test_sitemap_names_the_listed(client, home):
    fiche = listed()
    OrganizationFactory(name="Discrets")
    answer = client.get("/sitemap.xml").content.decode()
    assert f"<loc>http://localhost:8000{page_of(fiche)}</loc>" in answer
    assert "<loc>http://localhost:8000/repertoire/</loc>" in answer
    assert answer.count("/repertoire/") == 2


# --- « Signaler une erreur » ----------------------------------------------------------------------


def report(client, fiche, **data):
    return client.post(f"/repertoire/{fiche.pk}/erreur/", {"message": "Le numéro a changé.", **data})


def test_report_reaches_the_gestionnaires(client):
    fiche = listed()
    manager = ManagerFactory(organization=fiche).user
    agent = AgentFactory()
    response = report(client, fiche, email="visiteur@example.org")
    assert response["Location"] == page_of(fiche)
    assert ErrorReport.objects.get().message == "Le numéro a changé."
    message = OutgoingMessage.objects.get(kind__endswith="error_reported")
    assert message.to == manager.email
    assert "Le numéro a changé." in message.text
    assert "visiteur@example.org" in message.text
    assert not OutgoingMessage.objects.filter(to=agent.email).exists()
    assert Event.objects.filter(verb="organizations.error_reported", subject_id=fiche.pk).count() == 1


def test_report_reaches_the_staff_when_nobody_answers_for_the_fiche(client):
    agent = AgentFactory()
    report(client, listed())
    assert OutgoingMessage.objects.get(kind__endswith="error_reported").to == agent.email


def test_program_that_fills_everything_in_leaves_nothing(client):
    fiche = listed()
    assert report(client, fiche, subject="Achetez").status_code == 302
    assert not ErrorReport.objects.exists()


def test_empty_report_is_refused(client):
    assert "is-invalid" in report(client, listed(), message=" ").content.decode()
    assert not ErrorReport.objects.exists()


def test_reports_are_limited(client, rate_limits):
    fiche = listed()
    assert [report(client, fiche).status_code for _n in range(11)] == [302] * 10 + [429]
    assert ErrorReport.objects.count() == 10


# --- Open data ------------------------------------------------------------------------------------


def conforms(value, schema, schemas) -> bool:
    """Whether a value is as a schema says: what of JSON Schema the description uses."""
    if "$ref" in schema:
        return conforms(value, schemas[schema["$ref"].rpartition("/")[2]], schemas)
    kinds = {"string": str, "integer": int, "array": list, "object": dict, "null": type(None)}
    wanted = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if type(value) not in [kinds[kind] for kind in wanted]:
        return False
    if "enum" in schema and value not in schema["enum"]:
        return False
    if isinstance(value, list):
        return all(conforms(item, schema["items"], schemas) for item in value)
    if isinstance(value, dict):
        parts = schema["properties"]
        return set(value) == set(schema["required"]) and all(conforms(value[n], parts[n], schemas) for n in value)
    return True


def test_json_is_as_described(client):
    from guichet.organizations.content import FIELDS

    listed("Plein", activities=["Judo"], seasons=["winter"], founded_year=1987, website="https://x.example.org")
    everything = {**SECRETS, "public_fields": list(FIELDS)}
    listed("Tout public", **everything)
    listed("Vide", municipality=None)
    schemas = client.get("/donnees/openapi.json").json()["components"]["schemas"]
    answer = client.get("/donnees/repertoire.json")
    assert conforms(answer.json(), schemas["Page"], schemas)
    assert answer["Cache-Control"] == "public, max-age=3600"
    full, public, _empty = answer.json()["results"]
    assert (full["activities"], full["founded_year"], full["phone"]) == (["Judo"], 1987, None)
    assert (public["phone"], public["email"]) == ("(819) 555-0101", "secret@example.org")
    assert "Intime" not in json.dumps(public)
    refusal = client.get("/donnees/repertoire.json?page=2")
    assert refusal.status_code == 404
    assert conforms(refusal.json(), schemas["Refus"], schemas)


def test_json_has_pages(client, monkeypatch):
    monkeypatch.setattr("guichet.website.directory.open_data.ROWS_PER_PAGE", 2)
    for number in range(3):
        listed(f"Judo {number}")
    first = client.get("/donnees/repertoire.json").json()
    assert (first["count"], first["pages"], first["previous"]) == (3, 2, None)
    second = client.get(first["next"].removeprefix("http://localhost:8000")).json()
    assert [row["name"] for row in second["results"]] == ["Judo 2"]


def test_csv_holds_no_formula(client):
    import csv
    import io

    listed("=HYPERLINK(1)", description="@SOMME(A1)", territory=" +1")
    text = client.get("/donnees/repertoire.csv").content.decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["name"], row["description"], row["territory"]) == ("'=HYPERLINK(1)", "'@SOMME(A1)", "' +1")


def test_open_data_is_limited(client, rate_limits):
    answers = [client.get("/donnees/repertoire.json") for _n in range(61)]
    assert [answer.status_code for answer in answers] == [200] * 60 + [429]
    assert client.get("/donnees/repertoire.csv").status_code == 429
    assert "Retry-After" in answers[-1]
    assert answers[-1]["Cache-Control"] == "no-store"
