"""What a map of the same places always has, whatever it counts: its frame, outlines, tiles, where its circles stand.

Pure functions; `ground_of` keeps what it found, for a search draws the same region anew with other numbers.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from .region import Location, Ring

# All lengths are in units of the view box; a page as wide as the view box shows one as a pixel.
WIDTH = 800
MARGIN = 28
# A region that is tall and narrow would fill several screens.
TALLEST = 1000
# The biggest circle.
RADIUS_MAX = 26
# Between two centres, so that a finger meets one: each link has a circle of half that around it (WCAG 2.5.8).
APART = 28
HIT_MIN, HIT_MAX = APART / 2, 36

TILES_AT_MOST = 24
ZOOM_MAX = 18
# Where Web Mercator ends.
LATITUDE_MAX = 85.0511

# MRCs, each with its rings; places, each with its MRC.
Outlines = tuple[tuple[str, tuple[Ring, ...]], ...]
Places = tuple[tuple[str, Location], ...]


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
class Tile:
    """An image of the background."""

    href: str
    x: float
    y: float
    width: float


@dataclass(frozen=True)
class Site:
    """Where a place's circle stands."""

    # Its number among the places.
    number: int
    x: float
    y: float
    # The others from the nearest on, as far as they count: how far, and their number.
    neighbours: tuple[tuple[float, int], ...]


@dataclass(frozen=True)
class Ground:
    """What is behind the circles, and where these stand."""

    viewport: Viewport
    # By MRC: its outline as an SVG path.
    paths: dict[str, str]
    # By MRC of the frame: its main outline in the view box.
    rings: dict[str, tuple[tuple[float, float], ...]]
    sites: tuple[Site, ...]
    tiles: tuple[Tile, ...]


@functools.lru_cache(maxsize=32)
def ground_of(outlines: Outlines, places: Places, only_mrc: str | None, tiles_url: str) -> Ground:
    """The ground of the whole region, or of one MRC; ``only_mrc`` has to be one of the outlines'."""
    shown = [number for number, (mrc, _location) in enumerate(places) if only_mrc in {None, mrc}]
    frame = {mrc: rings for mrc, rings in outlines if only_mrc in {None, mrc}}
    corners = [location for rings in frame.values() for ring in rings for location in ring]
    viewport = fit(corners or [places[number][1] for number in shown])
    centres = {number: viewport.place(places[number][1]) for number in shown}
    return Ground(
        viewport=viewport,
        paths={mrc: path_of(rings, viewport) for mrc, rings in outlines},
        rings={mrc: tuple(viewport.place(location) for location in rings[0]) for mrc, rings in frame.items()},
        sites=_sites({number: centre for number, centre in centres.items() if viewport.holds(*centre)}, viewport),
        tiles=tuple(cover(viewport, tiles_url)),
    )


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


def _sites(centres: dict[int, tuple[float, float]], viewport: Viewport) -> tuple[Site, ...]:
    stand = dict(zip(centres, _spread(list(centres.values()), viewport), strict=True))
    return tuple(Site(number, *place, _neighbours(number, stand)) for number, place in stand.items())


def _neighbours(number: int, stand: dict[int, tuple[float, float]]) -> tuple[tuple[float, int], ...]:
    """A link that is further than two of the widest takes no room from this one."""
    distances = [(math.dist(stand[number], place), other) for other, place in stand.items() if other != number]
    return tuple(sorted(pair for pair in distances if pair[0] < 2 * HIT_MAX))


def _spread(centres: list[tuple[float, float]], viewport: Viewport) -> list[tuple[float, float]]:
    """Push apart what stands closer than APART: a village and its parish keep a circle each. Always the same way."""
    places = [list(centre) for centre in centres]
    near = [
        (a, b)
        for a in range(len(places))
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
    # The biggest circle has room everywhere.
    right, bottom = viewport.width - RADIUS_MAX, viewport.height - RADIUS_MAX
    return [(round(min(max(x, RADIUS_MAX), right), 1), round(min(max(y, RADIUS_MAX), bottom), 1)) for x, y in places]
