import pytest
from bs4 import BeautifulSoup
from django.template.loader import render_to_string
from django.urls import reverse
from wagtail.models import Site

from guichet.website.models import SectionPage
from guichet.website.templatetags.website import clock, site_menu

TITLES = ["Programmes & Services", "Assistance financière", "À propos", "Nous joindre", "Médiathèque", "Répertoire"]


def menu_of(response) -> list:
    page = BeautifulSoup(response.content, "html.parser")
    return page.select("nav.site-menu a")


def test_menu_lists_the_public_sections_in_order(client, home):
    assert [link.text for link in menu_of(client.get("/"))] == TITLES


def test_menu_is_there_outside_wagtail(client, home):
    assert [link.text for link in menu_of(client.get(reverse("account_login")))] == TITLES


def test_menu_marks_the_current_page(client, home):
    marked = [link["href"] for link in menu_of(client.get("/a-propos/")) if link.get("aria-current") == "page"]
    assert marked == ["/a-propos/"]


def test_menu_marks_the_section_of_a_page(client, home):
    from guichet.website.models import ContentPage

    section = SectionPage.objects.get(slug="a-propos")
    section.add_child(instance=ContentPage(title="L’équipe", slug="equipe"))
    marked = {link["href"]: link.get("aria-current") for link in menu_of(client.get("/a-propos/equipe/"))}
    assert marked["/a-propos/"] == "true"
    assert marked["/mediatheque/"] is None


def test_menu_leaves_out_what_staff_took_out(client, home):
    page = SectionPage.objects.get(slug="a-propos")
    page.show_in_menus = False
    page.save_revision().publish()
    SectionPage.objects.get(slug="programmes-services").unpublish()
    assert [link.text for link in menu_of(client.get("/"))] == [TITLES[1], TITLES[3], TITLES[4], TITLES[5]]


def test_menu_costs_two_queries_at_most(rf, home, django_assert_max_num_queries):
    Site.get_site_root_paths()
    request = rf.get("/")
    with django_assert_max_num_queries(2):
        site_menu({"request": request})
        site_menu({"request": request})


@pytest.mark.django_db
def test_menu_is_empty_without_a_site(rf):
    Site.objects.all().delete()
    assert render_to_string("website/menu.html", {}, request=rf.get("/")).strip() == ""


def test_menu_is_empty_without_a_request():
    assert site_menu({}) == []


@pytest.mark.parametrize(("hour", "minute", "written"), [(8, 30, "8\u00a0h\u00a030"), (16, 0, "16\u00a0h")])
def test_clock_is_written_the_french_way(hour, minute, written):
    import datetime as dt

    assert clock(dt.time(hour, minute)) == written
