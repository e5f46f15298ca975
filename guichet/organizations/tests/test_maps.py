"""The region's map: its geometry and its picture."""

import math
import re
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from guichet.organizations.map_ground import APART, RADIUS_MAX, TILES_AT_MOST, fit, path_of, project
from guichet.organizations.map_labels import NAMES_AT_MOST, Box, Disc, is_inside, place_labels
from guichet.organizations.maps import (
    RADIUS_MIN,
    Point,
    draw_map,
    radius_for,
    title_of,
)
from guichet.organizations.region import read_region
from tests.support.pages import plain

TILES = "https://tiles.example.org/{z}/{x}/{y}.png"
REGION = read_region(settings.REGION)
SQUARE = [(46.0, -72.0), (46.0, -71.0), (46.5, -71.0), (46.5, -72.0)]


def region_points(counts=None, **changes) -> list[Point]:
    counts = counts or {}
    return [
        Point(name, mrc, REGION.location_of(mrc, name), count=counts.get(name, 3), url=f"/?m={number}", **changes)
        for number, (mrc, name) in enumerate((mrc, name) for mrc, names in REGION.mrcs.items() for name in names)
    ]


def draw(points, **options):
    return draw_map(region_outlines=REGION.outlines, points=points, **options)


# --- Projection and viewport ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ((0, 0), (0.5, 0.5)),
        ((85.0511, -180), (0, 0)),
        ((-85.0511, 180), (1, 1)),
        ((90, 0), (0.5, 0)),
        # In metres from the middle of the world (EPSG:3857), as tables give it.
        ((45, -72), (0.5 - 8015003.337 / 40075016.686, 0.5 - 5621521.486 / 40075016.686)),
    ],
)
def test_projection_is_that_of_tiles(location, expected):
    assert project(location) == pytest.approx(expected, abs=1e-6)


def test_viewport_holds_everything_with_a_margin():
    viewport = fit(SQUARE)
    places = [viewport.place(location) for location in SQUARE]
    assert min(x for x, _y in places) == pytest.approx(28)
    assert max(x for x, _y in places) == pytest.approx(viewport.width - 28)
    assert min(y for _x, y in places) == pytest.approx(28, abs=0.5)
    assert max(y for _x, y in places) == pytest.approx(viewport.height - 28, abs=0.5)


def test_north_is_above_and_east_to_the_right():
    viewport = fit(SQUARE)
    (left, top), (right, bottom) = viewport.place((46.4, -71.9)), viewport.place((46.1, -71.2))
    assert left < right
    assert top < bottom


@pytest.mark.parametrize("locations", [[], [(46.0, -72.0)], [(45.0, -72.0), (47.0, -72.0)]])
def test_viewport_of_little_has_a_size(locations):
    viewport = fit(locations)
    assert viewport.width == 800
    assert 0 < viewport.height <= 1000


def test_one_mrc_is_seen_from_nearer_by():
    whole, near = draw(region_points()), draw(region_points(), only_mrc="Drummond")
    assert {mark.name for mark in near.marks} == set(REGION.mrcs["Drummond"])
    assert [area.name for area in near.areas if not area.around] == ["Drummond"]
    assert not any(area.around for area in whole.areas)
    spans = [max(mark.x for mark in drawn.marks if mark.name in REGION.mrcs["Drummond"]) for drawn in (whole, near)]
    assert spans[1] > spans[0]


def test_unknown_mrc_shows_the_whole_region():
    assert draw(region_points(), only_mrc="Ailleurs") == draw(region_points())


def test_outline_has_one_decimal_and_is_closed():
    assert re.fullmatch(r"M-?\d+\.\d -?\d+\.\d(L-?\d+\.\d -?\d+\.\d){3}Z", path_of([SQUARE], fit(SQUARE)))


def test_hole_of_an_outline_is_outside():
    hole = [(46.2, -71.6), (46.2, -71.4), (46.3, -71.4), (46.3, -71.6)]
    assert is_inside((46.1, -71.5), [SQUARE, hole])
    assert not is_inside((46.25, -71.5), [SQUARE, hole])
    assert not is_inside((47, -71.5), [SQUARE, hole])


def test_region_without_outlines_is_drawn_around_its_points():
    drawn = draw_map(region_outlines={}, points=region_points())
    assert len(drawn.marks) == len(region_points())
    assert drawn.areas == []


def test_nothing_to_draw_is_an_empty_map():
    drawn = draw_map(region_outlines={}, points=[])
    assert (drawn.marks, drawn.links, drawn.tiles) == ([], [], [])


# --- Circles ---------------------------------------------------------------------------------------


def test_area_of_a_circle_follows_the_count():
    assert radius_for(100, 100) == RADIUS_MAX
    assert radius_for(50, 100) == pytest.approx(RADIUS_MAX / math.sqrt(2), abs=0.05)
    assert radius_for(1, 1000) == RADIUS_MIN
    assert radius_for(0, 100) < RADIUS_MIN
    assert radius_for(1, 1) == pytest.approx(RADIUS_MAX / 5, abs=0.05)


def test_big_circles_are_drawn_first():
    radii = [mark.radius for mark in draw(region_points({"Drummondville": 90, "Nicolet": 40, "Warwick": 0})).marks]
    assert radii == sorted(radii, reverse=True)


def test_centres_stand_apart_and_links_do_not_share_their_ground():
    marks = draw(region_points()).marks
    for number, mark in enumerate(marks):
        for other in marks[:number]:
            distance = math.hypot(mark.x - other.x, mark.y - other.y)
            assert distance > APART - 0.5, (mark.name, other.name)
            assert mark.hit + other.hit <= distance + 0.6, (mark.name, other.name)
    # On a page as wide as the picture: 24 pixels (WCAG 2.5.8).
    assert min(mark.hit for mark in marks) >= 12


def test_same_points_give_the_same_map():
    assert draw(region_points()) == draw(region_points())


def test_two_places_at_one_point_part():
    points = [Point(name, "Drummond", (45.9, -72.5), count=1, url="/") for name in ("A", "B")]
    one, other = draw(points).marks
    assert math.hypot(one.x - other.x, one.y - other.y) == pytest.approx(APART, abs=0.3)


def test_place_without_anything_is_no_link():
    drawn = draw(region_points({"Nicolet": 0}))
    nicolet = next(mark for mark in drawn.marks if mark.name == "Nicolet")
    assert not nicolet.is_link
    assert nicolet not in drawn.links
    assert nicolet.label is None


def test_tab_key_goes_by_rows_from_the_north_west():
    links = draw(region_points()).links
    assert links[0].name == "Deschaillons-sur-Saint-Laurent"
    assert links[-1].name == "Durham-Sud"
    rows = [int(link.y // 60) for link in links]
    assert rows == sorted(rows)


def test_count_shows_in_circles_big_enough():
    marks = {mark.name: mark for mark in draw(region_points({"Drummondville": 140})).marks}
    assert marks["Drummondville"].shows_count
    assert not marks["Warwick"].shows_count


@pytest.mark.parametrize(
    ("count", "language", "expected"),
    [
        (0, "fr-ca", "Nicolet : aucun organisme"),
        (1, "fr-ca", "Nicolet : 1 organisme"),
        (12, "fr-ca", "Nicolet : 12 organismes"),
        (0, "en", "Nicolet: no organization"),
        (1, "en", "Nicolet: 1 organization"),
        (12, "en", "Nicolet: 12 organizations"),
    ],
)
def test_title_counts_in_words(count, language, expected):
    with translation.override(language):
        assert plain(title_of("Nicolet", count)) == expected


# --- Names -----------------------------------------------------------------------------------------


def test_names_are_few_and_the_biggest_have_theirs():
    marks = draw(region_points({"Drummondville": 140, "Victoriaville": 120, "Nicolet": 40})).marks
    labelled = [mark for mark in marks if mark.label]
    assert 0 < len(labelled) <= NAMES_AT_MOST
    assert {"Drummondville", "Victoriaville", "Nicolet"} <= {mark.name for mark in labelled}


def test_name_takes_a_free_side_or_none():
    size = (800, 800)
    alone = place_labels(["Nicolet"], [Disc(400, 400, 10)], areas={}, size=size).names
    assert alone[0].anchor == "start"
    at_the_edge = place_labels(["Nicolet"], [Disc(780, 400, 10)], areas={}, size=size).names
    assert at_the_edge[0].anchor == "end"
    crowd = [Disc(400 + x, 400 + y, 24) for y in range(-60, 61, 30) for x in range(-120, 121, 30)]
    assert 22 not in place_labels(["Nicolet"] * len(crowd), crowd, areas={}, size=size).names


def test_names_of_mrcs_lie_within_them_and_do_not_meet():
    drawn = draw(region_points())
    labels = [area.label for area in drawn.areas]
    assert [label.text for label in labels] == list(REGION.mrcs)
    for number, label in enumerate(labels):
        assert label.box.within((drawn.width, drawn.height))
        assert not label.box.meets_any([other.box for other in labels[:number]])


def test_box_meets_and_covers():
    box = Box(0, 0, 10, 10)
    assert box.meets(Box(9, 9, 20, 20))
    assert not box.meets(Box(10, 0, 20, 10))
    assert box.covers(Disc(12, 5, 3))
    assert not box.covers(Disc(15, 5, 3))
    assert box.covers(Disc(15, 5, 3).enlarged)


# --- Tiles -----------------------------------------------------------------------------------------


def test_without_an_address_there_are_no_tiles():
    assert draw(region_points()).tiles == []


@pytest.mark.parametrize("only_mrc", [None, *REGION.mrcs])
def test_tiles_cover_the_picture_and_are_few(only_mrc):
    drawn = draw(region_points(), tiles_url=TILES, only_mrc=only_mrc)
    tiles = drawn.tiles
    assert 4 <= len(tiles) <= TILES_AT_MOST
    assert min(tile.x for tile in tiles) <= 0
    assert min(tile.y for tile in tiles) <= 0
    assert max(tile.x + tile.width for tile in tiles) >= drawn.width
    assert max(tile.y + tile.width for tile in tiles) >= drawn.height
    columns, rows = {tile.x for tile in tiles}, {tile.y for tile in tiles}
    assert len(columns) * len(rows) == len(tiles) == len({tile.href for tile in tiles})


def test_tile_lies_where_its_address_says():
    drawn = draw(region_points(), tiles_url=TILES)
    for tile in drawn.tiles:
        zoom, column, row = map(
            int, re.fullmatch(r"https://tiles.example.org/(\d+)/(\d+)/(\d+).png", tile.href).groups()
        )
        victoriaville = project(REGION.location_of("Arthabaska", "Victoriaville"))
        if (column, row) == tuple(int(value * 2**zoom) for value in victoriaville):
            mark = next(mark for mark in drawn.marks if mark.name == "Victoriaville")
            assert tile.x <= mark.x <= tile.x + tile.width
            assert tile.y <= mark.y <= tile.y + tile.width
            return
    pytest.fail("no tile holds Victoriaville")


# --- The picture ------------------------------------------------------------------------------------


class Elements(HTMLParser):
    """The elements of a page, each with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict]] = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))

    def all(self, tag: str) -> list[dict]:
        return [attributes for name, attributes in self.found if name == tag]


def show(drawn, **changes) -> str:
    context = {"map": drawn, "title": "Organismes par municipalité", **changes}
    return render_to_string("organizations/parts/region_map.html", context)


def test_picture_is_a_group_of_named_links():
    html = show(draw(region_points({"Nicolet": 12, "Warwick": 0})))
    elements = Elements(html)
    (svg,) = elements.all("svg")
    assert svg["role"] == "group"
    assert svg["aria-labelledby"] in {title.get("id") for title in elements.all("title")}
    labels = [plain(link["aria-label"]) for link in elements.all("a")]
    assert len(labels) == len(region_points()) - 1
    assert "Nicolet : 12 organismes" in labels
    assert "<title>Warwick : aucun organisme</title>" in plain(html)


def test_picture_holds_no_style_nor_script():
    elements = Elements(show(draw(region_points(), tiles_url=TILES)))
    assert elements.all("style") == elements.all("script") == []
    assert [attributes for _tag, attributes in elements.found if "style" in attributes] == []


def test_numbers_of_the_picture_have_points_whatever_the_language():
    for language in ("fr-ca", "en"):
        with translation.override(language):
            html = show(draw(region_points({"Nicolet": 12_000}), tiles_url=TILES))
        numbers = [
            attributes[name]
            for _tag, attributes in Elements(html).found
            for name in ("x", "y", "r", "width", "transform")
            if name in attributes
        ]
        assert [number for number in numbers if not re.fullmatch(r"(translate\()?[-\d. ]+\)?", number)] == []


def test_names_are_escaped():
    point = Point('<b>"A"</b>', "Drummond", (45.9, -72.5), count=9, url='/?m="><script>', selected=True)
    html = show(draw([point]), title="<i>")
    assert "<b>" not in html
    assert "<i>" not in html
    assert "<script>" not in html
    (link,) = Elements(html).all("a")
    assert link["aria-label"].startswith('<b>"A"</b>')
    assert link["aria-current"] == "true"


def test_title_of_the_caller_is_said():
    point = Point("Nicolet", "Nicolet-Yamaska", (46.225, -72.615), count=2, url="/", title="Nicolet : 2 demandes")
    (link,) = Elements(show(draw([point]))).all("a")
    assert link["aria-label"] == "Nicolet : 2 demandes"


def test_caption_says_whose_the_ground_is():
    without, with_tiles = (
        show(draw(region_points())),
        show(draw(region_points(), tiles_url=TILES), attribution="© Moi"),
    )
    assert "schématique" in without
    assert "© Moi" not in without
    assert "schématique" not in with_tiles
    assert "Fond de carte : © Moi." in plain(with_tiles)
