"""The region's map in a browser: its links by finger and by key, in both schemes, under our security policy."""

import pytest
from django.conf import settings
from django.template.loader import render_to_string

from guichet.organizations.maps import Point, draw_map
from guichet.organizations.region import read_region

CITIES = {"Drummondville": 140, "Victoriaville": 120, "Bécancour": 52, "Nicolet": 38, "Plessisville (ville)": 33}


@pytest.fixture
def open_map(new_page, base_url):
    """``open_map(screen="phone")``: a page of the site with the map in it, as one of our screens would have it."""

    def open_map(**options):
        region = read_region(settings.REGION)
        points = [
            Point(
                name, mrc, region.location_of(mrc, name), count=CITIES.get(name, len(name) % 6), url=f"/?ville={name}"
            )
            for mrc, names in region.mrcs.items()
            for name in names
        ]
        drawn = draw_map(region_outlines=region.outlines, points=points)
        part = render_to_string(
            "organizations/parts/region_map.html", {"map": drawn, "title": "Organismes par municipalité"}
        )
        page = new_page(**options)

        def answer(route):
            response = route.fetch()
            route.fulfill(response=response, body=response.text().replace("</form>", f"</form>{part}", 1))

        page.route("**/connexion/", answer)
        page.goto("/connexion/")
        return page

    return open_map


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", ["phone", "desktop"])
def test_map_is_sound(open_map, check_axe, check_width, screen, scheme):
    page = open_map(screen=screen, scheme=scheme)
    # A phone shows 82 places in 350 pixels: they stand where they stand, which WCAG 2.5.8 calls essential, and the
    # page has a list beside the map.
    check_axe(page, within=".region-map", without=("target-size",) if screen == "phone" else ())
    page.set_viewport_size({**page.viewport_size, "width": 320})
    check_width(page)


def test_circle_opens_its_municipality_by_key_and_by_pointer(open_map):
    page = open_map()
    page.get_by_role("link", name="Drummondville").focus()
    ring = page.locator(".map-link:focus-visible .map-ring")
    assert ring.evaluate("ring => getComputedStyle(ring).stroke") != "none"
    page.keyboard.press("Enter")
    page.wait_for_url("**/?ville=Drummondville")

    page = open_map(screen="phone")
    page.get_by_role("link", name="Nicolet\u00a0: 38").tap()
    page.wait_for_url("**/?ville=Nicolet")
