"""The region's map, drawn on the server: places, counts and outlines become the shapes of an SVG picture.

Pure functions: what they are given decides what they return. The template part
``organizations/parts/region_map.html`` shows a `Map`.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from .map_ground import HIT_MAX, HIT_MIN, RADIUS_MAX, Site, Tile, ground_of
from .map_labels import AreaLabel, Disc, Label, place_labels
from .region import Location, Ring

# Circles: the smallest, and those of places without anything. All lengths are in units of the view box.
RADIUS_MIN, RADIUS_NONE = 5, 3
# In a region with little to show, a handful is no big circle.
COUNT_OF_THE_BIGGEST = 25
# The circle that holds its count.
RADIUS_COUNTED = 9


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

    @property
    def is_link(self) -> bool:
        """A circle to follow. A place without anything leads nowhere."""
        return bool(self.count and self.url)


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
    is_link: bool
    label: Label | None = None

    @property
    def shows_count(self) -> bool:
        """Whether the circle has room for its number."""
        return self.count > 0 and self.radius >= RADIUS_COUNTED + 2.5 * (len(str(self.count)) - 1)

    @property
    def ring(self) -> float:
        """The radius of the ring that shows the focus."""
        return round(self.radius + 4, 1)


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


def radius_for(count: int, biggest: int) -> float:
    """A circle whose area follows the count; the biggest count has the biggest circle, unless it is small."""
    if count <= 0:
        return RADIUS_NONE
    return round(max(RADIUS_MIN, RADIUS_MAX * math.sqrt(count / max(biggest, COUNT_OF_THE_BIGGEST))), 1)


def title_of(name: str, count: int) -> str:
    """What a circle says: « Nicolet : 12 organismes »."""
    return _title(count, get_language()).format(name=name, count=count)


@functools.lru_cache(maxsize=1000)
def _title(count: int, language: str) -> str:
    """The sentence in this language: the catalogue is slow to answer for each of a hundred circles."""
    if count == 0:
        return _("{name} : aucun organisme")
    return ngettext("{name} : {count} organisme", "{name} : {count} organismes", count)


def draw_map(
    *,
    region_outlines: Mapping[str, tuple[Ring, ...]],
    points: Sequence[Point],
    tiles_url: str = "",
    only_mrc: str | None = None,
) -> Map:
    """The whole region, or one MRC from nearer by, with a circle for each municipality.

    An ``only_mrc`` without an outline is as none: the whole region.
    """
    if only_mrc not in region_outlines:
        only_mrc = None
    ground = ground_of(
        tuple(region_outlines.items()), tuple((point.mrc, point.location) for point in points), only_mrc, tiles_url
    )
    size = (ground.viewport.width, ground.viewport.height)
    marks = sorted(_marks_for(points, ground.sites), key=lambda mark: (-mark.radius, mark.name))
    labels = place_labels(
        [mark.name for mark in marks if mark.count],
        # Names keep clear of the rings, and of the places without anything, which are last.
        [Disc(mark.x, mark.y, mark.ring if mark.selected else mark.radius) for mark in marks],
        areas=ground.rings,
        size=size,
    )
    for number, label in labels.names.items():
        marks[number] = replace(marks[number], label=label)
    return Map(
        width=size[0],
        height=size[1],
        areas=[
            Area(mrc, path, labels.areas.get(mrc), around=mrc not in ground.rings)
            for mrc, path in ground.paths.items()
        ],
        marks=marks,
        links=sorted((mark for mark in marks if mark.is_link), key=_reading_order),
        tiles=list(ground.tiles),
    )


def _marks_for(points: Sequence[Point], sites: Sequence[Site]) -> list[Mark]:
    biggest = max((points[site.number].count for site in sites), default=0)
    linked = {site.number for site in sites if points[site.number].is_link}
    marks = []
    for site in sites:
        point = points[site.number]
        radius = radius_for(point.count, biggest)
        marks.append(
            Mark(
                point.label,
                point.title or title_of(point.label, point.count),
                point.url,
                point.count,
                point.selected,
                site.x,
                site.y,
                radius,
                hit=round(max(_free_around(site, linked), radius), 1),
                is_link=point.is_link,
            )
        )
    return marks


def _free_around(site: Site, linked: set[int]) -> float:
    """What is free around a circle: up to half-way to the next link."""
    nearest = next((distance for distance, number in site.neighbours if number in linked), math.inf)
    return min(max(nearest / 2, HIT_MIN), HIT_MAX)


def _reading_order(mark: Mark) -> tuple[int, float, str]:
    """By rows of some 60 units, then from west to east."""
    return int(mark.y // 60), mark.x, mark.name
