"""The region's map, drawn on the server: places, counts and outlines become the shapes of an SVG picture.

Pure functions: what they are given decides what they return. The template part
``organizations/parts/region_map.html`` shows a `Map`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .map_labels import AreaLabel, Disc, Label, place_labels
from .region import Location, Ring

# All lengths are in units of the view box; a page as wide as the view box shows one as a pixel.
WIDTH = 800
MARGIN = 28
# A region that is tall and narrow would fill several screens.
TALLEST = 1000
# Circles: the smallest, the biggest, and those of places without anything.
RADIUS_MIN, RADIUS_MAX, RADIUS_NONE = 5, 26, 3
# Between two centres, so that a finger meets one: each link has a circle of half that around it (WCAG 2.5.8).
APART = 28
HIT_MIN, HIT_MAX = APART / 2, 36
# In a region with little to show, a handful is no big circle.
COUNT_OF_THE_BIGGEST = 25
# The circle that holds its count.
RADIUS_COUNTED = 9

TILES_AT_MOST = 24
ZOOM_MAX = 18
# Where Web Mercator ends.
LATITUDE_MAX = 85.0511


@dataclass(frozen=True)
class Point:
    """A municipality to show: where, how many, and the page that its circle opens."""

    label: str
    mrc: str
    location: Location
    count: int = 0
    url: str = ""
    selected: bool = False
    # What its circle says; without it, « Nicolet : 12 organismes ».
    title: str = ""


@dataclass(frozen=True)
class Viewport:
    """A rectangle of the projected world (from 0 to 1, north-west first) and the view box that shows it."""

    left: float
    top: float
    scale: float
    width: int
    height: int

    def place(self, location: Location) -> tuple[float, float]:
        """A place in the view box."""
        x, y = project(location)
        return (x - self.left) * self.scale, (y - self.top) * self.scale

    def holds(self, x: float, y: float) -> bool:
        """Whether a point of the view box is in it."""
        return 0 <= x <= self.width and 0 <= y <= self.height


@dataclass(frozen=True)
class Area:
    """An MRC: its outline as an SVG path, and its name."""

    name: str
    path: str
    # None when there is no room for it.
    label: AreaLabel | None
    # On the map of one MRC, the others around it.
    around: bool


@dataclass(frozen=True)
class Mark:
    """A municipality in the view box."""

    name: str
    title: str
    url: str
    count: int
    selected: bool
    x: float
    y: float
    radius: float
    # The circle that answers to the pointer, wider than the one that is seen.
    hit: float
    label: Label | None = None

    @property
    def shows_count(self) -> bool:
        """Whether the circle has room for its number."""
        return self.count > 0 and self.radius >= RADIUS_COUNTED + 2.5 * (len(str(self.count)) - 1)

    @property
    def ring(self) -> float:
        """The radius of the ring that shows the focus."""
        return round(self.radius + 4, 1)

    @property
    def is_link(self) -> bool:
        """A circle to follow. A place without anything leads nowhere."""
        return bool(self.count and self.url)


@dataclass(frozen=True)
class Tile:
    """An image of the background."""

    href: str
    x: float
    y: float
    width: float


@dataclass(frozen=True)
class Map:
    """What the template draws."""

    width: int
    height: int
    areas: list[Area]
    # Big circles first: a small one is drawn over a big one.
    marks: list[Mark]
    # From north-west to south-east, by rows: the order of the Tab key.
    links: list[Mark]
    tiles: list[Tile]


def project(location: Location) -> tuple[float, float]:
    """Web Mercator, the projection of tiles: the world from (0, 0), north-west, to (1, 1), south-east."""
    latitude, longitude = location
    phi = math.radians(max(-LATITUDE_MAX, min(LATITUDE_MAX, latitude)))
    return (longitude + 180) / 360, (1 - math.asinh(math.tan(phi)) / math.pi) / 2


def fit(locations: Sequence[Location]) -> Viewport:
    """The view box that shows all of these, with a margin."""
    corners = [project(location) for location in locations] or [(0.0, 0.0), (1.0, 1.0)]
    left, right = min(x for x, _y in corners), max(x for x, _y in corners)
    top, bottom = min(y for _x, y in corners), max(y for _x, y in corners)
    # One place alone has no size: show some kilometres around it.
    span_x, span_y = max(right - left, 1e-5), max(bottom - top, 1e-5)
    scale = min((WIDTH - 2 * MARGIN) / span_x, (TALLEST - 2 * MARGIN) / span_y)
    height = round(span_y * scale + 2 * MARGIN)
    middle = (left + right) / 2
    return Viewport(
        left=middle - WIDTH / 2 / scale,
        top=(top + bottom) / 2 - height / 2 / scale,
        scale=scale,
        width=WIDTH,
        height=height,
    )


def path_of(rings: Sequence[Ring], viewport: Viewport) -> str:
    """An outline as the ``d`` of an SVG path; ``fill-rule="evenodd"`` leaves its holes empty."""
    parts = []
    for ring in rings:
        places = (viewport.place(location) for location in ring)
        parts.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in places) + "Z")
    return "".join(parts)


def radius_for(count: int, biggest: int) -> float:
    """A circle whose area follows the count; the biggest count has the biggest circle, unless it is small."""
    if count <= 0:
        return RADIUS_NONE
    return round(max(RADIUS_MIN, RADIUS_MAX * math.sqrt(count / max(biggest, COUNT_OF_THE_BIGGEST))), 1)


def cover(viewport: Viewport, tiles_url: str) -> list[Tile]:
    """The tiles behind the viewport, at the closest zoom that takes no more than TILES_AT_MOST of them."""
    if not tiles_url:
        return []
    zoom = next(zoom for zoom in range(ZOOM_MAX, -1, -1) if _tile_count(viewport, zoom) <= TILES_AT_MOST)
    width = viewport.scale / 2**zoom
    columns, rows = _tile_ranges(viewport, zoom)
    return [
        Tile(
            href=tiles_url.replace("{z}", str(zoom)).replace("{x}", str(column)).replace("{y}", str(row)),
            x=round(column * width - viewport.left * viewport.scale, 1),
            y=round(row * width - viewport.top * viewport.scale, 1),
            width=round(width, 1),
        )
        for row in rows
        for column in columns
    ]


def _tile_ranges(viewport: Viewport, zoom: int) -> tuple[range, range]:
    number = 2**zoom

    def across(start: float, length: float) -> range:
        first, last = math.floor(start * number), math.floor((start + length / viewport.scale) * number)
        return range(max(first, 0), min(last, number - 1) + 1)

    return across(viewport.left, viewport.width), across(viewport.top, viewport.height)


def _tile_count(viewport: Viewport, zoom: int) -> int:
    columns, rows = _tile_ranges(viewport, zoom)
    return len(columns) * len(rows)


def title_of(name: str, count: int) -> str:
    """What a circle says: « Nicolet : 12 organismes »."""
    if count == 0:
        return _("{name} : aucun organisme").format(name=name)
    return ngettext("{name} : {count} organisme", "{name} : {count} organismes", count).format(name=name, count=count)


def draw_map(
    *,
    region_outlines: Mapping[str, Sequence[Ring]],
    points: Sequence[Point],
    tiles_url: str = "",
    only_mrc: str | None = None,
) -> Map:
    """The whole region, or one MRC from nearer by, with a circle for each municipality.

    An ``only_mrc`` without an outline is as none: the whole region.
    """
    if only_mrc not in region_outlines:
        only_mrc = None
    shown = [point for point in points if only_mrc in {None, point.mrc}]
    frame = [only_mrc] if only_mrc else list(region_outlines)
    corners = [location for mrc in frame for ring in region_outlines[mrc] for location in ring]
    viewport = fit(corners or [point.location for point in shown])
    marks = _spread(_marks_for(shown, viewport), viewport)
    marks = _with_hits(sorted(marks, key=lambda mark: (-mark.radius, mark.name)))
    labels = place_labels(
        [mark.name for mark in marks if mark.count],
        # Names keep clear of the rings, and of the places without anything, which are last.
        [Disc(mark.x, mark.y, mark.ring if mark.selected else mark.radius) for mark in marks],
        areas={mrc: [viewport.place(location) for location in region_outlines[mrc][0]] for mrc in frame},
        size=(viewport.width, viewport.height),
    )
    marks = [replace(mark, label=labels.names.get(number)) for number, mark in enumerate(marks)]
    return Map(
        width=viewport.width,
        height=viewport.height,
        areas=[
            Area(mrc, path_of(rings, viewport), labels.areas.get(mrc), around=mrc not in frame)
            for mrc, rings in region_outlines.items()
        ],
        marks=marks,
        links=sorted((mark for mark in marks if mark.is_link), key=_reading_order),
        tiles=cover(viewport, tiles_url),
    )


def _marks_for(points: Sequence[Point], viewport: Viewport) -> list[Mark]:
    biggest = max((point.count for point in points), default=0)
    marks = []
    for point in points:
        x, y = viewport.place(point.location)
        radius = radius_for(point.count, biggest)
        title = point.title or title_of(point.label, point.count)
        mark = Mark(point.label, title, point.url, point.count, point.selected, x, y, radius, hit=HIT_MIN)
        if viewport.holds(x, y):
            marks.append(mark)
    return marks


def _spread(marks: list[Mark], viewport: Viewport) -> list[Mark]:
    """Push apart what stands closer than APART: a village and its parish keep a circle each. Always the same way."""
    places = [[mark.x, mark.y] for mark in marks]
    near = [
        (a, b)
        for a in range(len(marks))
        for b in range(a)
        if abs(places[a][0] - places[b][0]) < 3 * APART and abs(places[a][1] - places[b][1]) < 3 * APART
    ]
    for _round in range(40):
        moved = False
        for a, b in near:
            dx, dy = places[a][0] - places[b][0], places[a][1] - places[b][1]
            distance = math.hypot(dx, dy)
            if distance >= APART - 0.05:
                continue
            if distance == 0:
                dx, dy, distance = 1.0, 0.0, 1.0
                gap = APART
            else:
                gap = APART - distance
            push_x, push_y = dx / distance * gap / 2, dy / distance * gap / 2
            places[a][0] += push_x
            places[a][1] += push_y
            places[b][0] -= push_x
            places[b][1] -= push_y
            moved = True
        if not moved:
            break
    return [
        replace(
            mark,
            x=round(min(max(x, mark.radius), viewport.width - mark.radius), 1),
            y=round(min(max(y, mark.radius), viewport.height - mark.radius), 1),
        )
        for mark, (x, y) in zip(marks, places, strict=True)
    ]


def _with_hits(marks: list[Mark]) -> list[Mark]:
    """Give each link what is free around it, up to half-way to the next link."""
    links = [mark for mark in marks if mark.is_link]
    found = []
    for mark in marks:
        nearest = min(
            (math.hypot(mark.x - other.x, mark.y - other.y) for other in links if other is not mark), default=math.inf
        )
        free = min(max(nearest / 2, HIT_MIN), HIT_MAX)
        found.append(replace(mark, hit=round(max(free, mark.radius), 1)))
    return found


def _reading_order(mark: Mark) -> tuple[int, float, str]:
    """By rows of some 60 units, then from west to east."""
    return int(mark.y // 60), mark.x, mark.name
