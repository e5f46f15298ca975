import gc
import json

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.urls import reverse
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Page

from guichet.accounts.tests.factories import UserFactory
from guichet.core.models import SiteSettings
from guichet.website.blocks import CallToActionBlock
from guichet.website.models import ContactPage, ContentPage, HomePage, LibraryPage, SectionPage

ADDRESSES = ["/", "/programmes-services/", "/assistance-financiere/", "/a-propos/", "/nous-joindre/", "/mediatheque/"]


def soup(response) -> BeautifulSoup:
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def text_of(response) -> str:
    return " ".join(soup(response).get_text().split())


@pytest.mark.parametrize("address", ADDRESSES)
def test_page_answers_in_ten_queries_at_most(client_for, home, address, django_assert_max_num_queries):
    client = client_for(UserFactory())
    client.get(address)
    with django_assert_max_num_queries(10):
        page = soup(client.get(address))
    assert len(page.select("h1")) == 1
    assert page.select_one("meta[name=description]")["content"]
    assert page.select_one("link[rel=canonical]")["href"] == f"http://localhost:8000{address}"
    assert page.select_one("meta[property='og:title']")["content"]
    assert not page.select("[style], script:not([src])")


def test_home_shows_the_two_doors_to_a_visitor(client, home):
    doors = soup(client.get("/")).select(".door")
    assert [door["href"] for door in doors] == [reverse("account_login"), reverse("account_signup")]


def test_home_leads_a_signed_in_person_to_the_area(client_for, home):
    doors = soup(client_for(UserFactory()).get("/")).select(".door")
    assert [door["href"] for door in doors] == [reverse("organizations:area")]


def test_home_leads_visitors_to_the_directory(client, home):
    home.reasons = home.highlights = "[]"
    home.save_revision().publish()
    assert [link["href"] for link in soup(client.get("/")).select("main .call a")] == [reverse("website:directory")]


def test_home_without_reasons_nor_highlights_still_opens(client, home):
    home.reasons = home.highlights = "[]"
    home.save_revision().publish()
    assert soup(client.get("/")).select(".home-section") == []


def test_home_leaves_out_a_highlighted_page_that_was_unpublished(client, home):
    SectionPage.objects.get(slug="assistance-financiere").unpublish()
    cards = soup(client.get("/")).select(".home-section .link-card h3")
    assert [card.text.strip() for card in cards] == ["Programmes & Services", "Médiathèque"]


@pytest.fixture
def make_image():
    """Make an image. Wagtail leaves the file of a resized one to the garbage collector, which comes here."""
    yield lambda title: Image.objects.create(title=title, file=get_test_image_file())
    gc.collect()


resizes_an_image = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@resizes_an_image
def test_home_image_is_decoration(client, home, make_image):
    home.hero_image = make_image("Lac")
    home.save_revision().publish()
    image = soup(client.get("/")).select_one(".hero-image")
    assert image["alt"] == ""
    assert image["width"]


def test_section_lists_its_pages(client, home):
    section = SectionPage.objects.get(slug="programmes-services")
    section.add_child(instance=ContentPage(title="Prêt d’équipement", slug="pret", intro="Ballons et filets."))
    section.add_child(instance=ContentPage(title="Brouillon", slug="brouillon", live=False))
    links = soup(client.get("/programmes-services/")).select(".section-pages a")
    assert [(link.text, link["href"]) for link in links] == [("Prêt d’équipement", "/programmes-services/pret/")]


def test_section_without_content_says_so(client, home):
    section = SectionPage.objects.get(slug="a-propos")
    section.body = "[]"
    section.save_revision().publish()
    assert "Cette section se prépare" in text_of(client.get("/a-propos/"))


@resizes_an_image
def test_content_page_renders_every_block(
    client, public_document, client_document, make_image, django_assert_max_num_queries
):
    image = make_image("Patinoire")
    contact = ContactPage.objects.get()
    body = [
        {"type": "text", "value": "<h2>Règles</h2><p>Un <b>mot</b>.</p>"},
        {
            "type": "picture",
            "value": {
                "image": {"image": image.pk, "decorative": False, "alt_text": "Des enfants patinent"},
                "caption": "En janvier",
            },
        },
        {
            "type": "documents",
            "value": {
                "heading": "À lire",
                "documents": [
                    {"id": "1", "type": "item", "value": public_document.pk},
                    {"id": "2", "type": "item", "value": client_document.pk},
                ],
            },
        },
        {
            "type": "call_to_action",
            "value": {"heading": "Une idée?", "text": "", "button": "Nous écrire", "page": contact.pk, "address": ""},
        },
        {
            "type": "questions",
            "value": {"heading": "Questions", "questions": [{"question": "Quand?", "answer": "<p>Demain.</p>"}]},
        },
        {"type": "quote", "value": {"text": "On s’amuse", "author": "Une joueuse"}},
    ]
    section = SectionPage.objects.get(slug="a-propos")
    section.add_child(instance=ContentPage(title="Patinoires", slug="patinoires", body=json.dumps(body)))
    client.get("/a-propos/patinoires/")
    with django_assert_max_num_queries(14):
        page = soup(client.get("/a-propos/patinoires/"))
    assert page.select_one(".back-link")["href"] == "/a-propos/"
    assert page.select_one(".picture img")["alt"] == "Des enfants patinent"
    assert page.select_one(".picture figcaption").text == "En janvier"
    assert [title.text for title in page.select(".row-title")] == ["Guide des bénévoles"]
    assert page.select_one(".call a")["href"] == "/nous-joindre/"
    assert page.select_one("details.question summary").text == "Quand?"
    assert page.select_one(".said blockquote").text.strip() == "«\u00a0On s’amuse\u00a0»"


def test_content_page_under_the_home_page_has_no_way_back(client, home):
    home.add_child(instance=ContentPage(title="Confidentialité", slug="confidentialite"))
    assert soup(client.get("/confidentialite/")).select(".back-link") == []


def test_contact_page_reads_the_settings_of_the_body(client, home):
    body = SiteSettings.load()
    body.name, body.email, body.phone = "Loisir Ailleurs", "allo@ailleurs.example.org", "+18195550199"
    body.promise_max_hours = 36
    body.save()
    shown = text_of(client.get("/nous-joindre/"))
    for expected in ("Loisir Ailleurs", "allo@ailleurs.example.org", "555-0199", "8 h 30 à 16 h 30", "12 à 36 heures"):
        assert expected in shown.replace("\u00a0", " ")


def test_editors_words_keep_their_language_under_an_english_frame(client, home):
    client.cookies["django_language"] = "en"
    page = soup(client.get("/a-propos/"))
    assert page.html["lang"] == "en"
    assert page.select_one(".page-body")["lang"] == "fr-ca"


def test_pages_stand_where_they_may():
    assert HomePage.allowed_parent_page_models() == [Page]
    assert set(HomePage.allowed_subpage_models()) == {SectionPage, ContentPage, ContactPage, LibraryPage}
    assert SectionPage.allowed_subpage_models() == [ContentPage]
    for leaf in (ContentPage, ContactPage, LibraryPage):
        assert leaf.allowed_subpage_models() == []


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["", "https://example.org/"])
def test_call_to_action_has_one_destination(home, address):
    page = ContactPage.objects.get().page_ptr if address else None
    block = CallToActionBlock()
    value = block.to_python(
        {"heading": "Titre", "text": "", "button": "Lire", "page": page.pk if page else None, "address": address}
    )
    with pytest.raises(ValidationError):
        block.clean(value)


def test_sitemap_names_every_page(client, home):
    answer = client.get("/sitemap.xml").content.decode()
    # The directory and the programmes have addresses of their own.
    assert answer.count("<loc>") == len(ADDRESSES) + 2
    assert "<loc>http://localhost:8000/programmes/</loc>" in answer
    assert "<loc>http://localhost:8000/mediatheque/</loc>" in answer
    assert "<loc>http://localhost:8000/repertoire/</loc>" in answer


def test_robots_close_a_demo(client, db):
    assert client.get("/robots.txt").content.decode() == "User-agent: *\nDisallow: /\n"


def test_robots_open_the_public_pages_in_production(client, db, settings):
    settings.PRODUCTION = True
    lines = client.get("/robots.txt").content.decode().splitlines()
    assert "Disallow: /" not in lines
    assert f"Disallow: {reverse('organizations:area')}" in lines
    assert lines[-1] == "Sitemap: http://localhost:8000/sitemap.xml"
