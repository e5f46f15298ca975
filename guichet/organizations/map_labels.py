"""Where a map's names go: beside their circle when nothing else is there, else nowhere: its title says it."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Place = tuple[float, float]

# The letters' size in the view box, as _map.scss has it, and how wide one is, on average.
NAME_SIZE, AREA_SIZE = 15, 17
LETTER, AREA_LETTER = 0.54, 0.74
# On a narrow page the style sheet enlarges circles and names around the circle's centre. Names of that size have to
# find room there too; those that do not are only for wide pages.
ENLARGED = 1.8
NAMES_AT_MOST, NAMES_AT_MOST_ENLARGED = 24, 7
# Only the names of the biggest circles are for narrow pages.
CANDIDATES_ENLARGED = 12
# A phone's map without the names of its cities would say little: there, they may hide two circles.
RADIUS_OF_A_CITY = 18
GAP = 5
# How many places are tried for an MRC's name, on each side of the middle.
STEPS = 7
AROUND = sorted(
    ((row, column) for row in range(1 - STEPS, STEPS) for column in range(1 - STEPS, STEPS)),
    key=lambda step: (step[0] ** 2 + step[1] ** 2, step),
)


@dataclass(frozen=True)
class Disc:
    """A circle of the map."""

    x: float
    y: float
    radius: float

    @property
    def enlarged(self) -> Disc:
        """The same on a narrow page."""
        return Disc(self.x, self.y, self.radius * ENLARGED)


@dataclass(frozen=True)
class Label:
    """A name beside a circle: how far from its centre, to which side it runs, and whether narrow pages show it."""

    text: str
    dx: float
    dy: float
    # SVG's text-anchor.
    anchor: str
    narrow: bool


@dataclass(frozen=True)
class AreaLabel:
    """A name in the middle of an outline."""

    text: str
    x: float
    y: float

    @property
    def box(self) -> Box:
        """Its room on a narrow page, where it is largest."""
        half_width = len(self.text) * AREA_SIZE * AREA_LETTER * ENLARGED / 2
        height = AREA_SIZE * ENLARGED
        return Box(self.x - half_width, self.y - height * 0.8, self.x + half_width, self.y + height * 0.25)


@dataclass(frozen=True)
class Box:
    """A rectangle by its sides."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Whether two boxes overlap."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def meets_any(self, others: Sequence[Box]) -> bool:
        """Whether it overlaps one of these."""
        return any(self.meets(other) for other in others)

    def covers(self, disc: Disc) -> bool:
        """Whether a circle reaches into the box."""
        across = max(self.left - disc.x, disc.x - self.right, 0)
        down = max(self.top - disc.y, disc.y - self.bottom, 0)
        return across * across + down * down < disc.radius * disc.radius

    def covered(self, discs: Sequence[Disc]) -> list[Disc]:
        """The circles that reach into the box. Few are near: the sides tell, in a hundredth of the page's time."""
        left, top, right, bottom = self.left, self.top, self.right, self.bottom
        return [
            disc
            for disc in discs
            if disc.x + disc.radius > left
            and disc.x - disc.radius < right
            and disc.y + disc.radius > top
            and disc.y - disc.radius < bottom
            and self.covers(disc)
        ]

    def within(self, size: tuple[int, int]) -> bool:
        """Whether the box is in the picture."""
        return self.left >= 0 and self.top >= 0 and self.right <= size[0] and self.bottom <= size[1]


@dataclass(frozen=True)
class Labels:
    """What `place_labels` found room for."""

    # By the number of the circle.
    names: dict[int, Label]
    areas: dict[str, AreaLabel]


def place_labels(
    names: Sequence[str], discs: Sequence[Disc], *, areas: Mapping[str, tuple[Place, ...]], size: tuple[int, int]
) -> Labels:
    """Names that narrow pages show, then the areas', then those for which a wide page still has room.

    The first circles choose first: a free side, or none.
    """
    found: dict[int, Label] = {}
    enlarged_discs = [disc.enlarged for disc in discs]
    first = range(min(len(names), CANDIDATES_ENLARGED))
    _place_names(found, names, discs, [], first, at_most=NAMES_AT_MOST_ENLARGED, size=size, enlarged=enlarged_discs)
    boxes = [_box(label, discs[number], ENLARGED) for number, label in found.items()]
    area_labels = _place_areas(areas, enlarged_discs, boxes, size)
    boxes = [label.box for label in area_labels.values()]
    _place_names(found, names, discs, boxes, range(len(names)), at_most=NAMES_AT_MOST, size=size)
    return Labels(found, area_labels)


def _place_names(
    found: dict[int, Label],
    names: Sequence[str],
    discs: Sequence[Disc],
    taken: Sequence[Box],
    candidates: Iterable[int],
    *,
    at_most: int,
    size: tuple[int, int],
    enlarged: Sequence[Disc] = (),
) -> None:
    """Add to ``found`` the names that meet neither another circle nor another name.

    With ``enlarged``, the circles of a narrow page, names find room on both.
    """
    scale = ENLARGED if enlarged else 1
    boxes = [*taken, *(_box(label, discs[number], scale) for number, label in found.items())]
    for number in candidates:
        if len(found) >= at_most:
            return
        if number in found:
            continue
        for label in _sides(names[number], discs[number], narrow=bool(enlarged)):
            box = _box(label, discs[number], scale)
            if (
                box.within(size)
                and not box.meets_any(boxes)
                and not _hides(_box(label, discs[number], 1), number, discs)
                and (not enlarged or _hides(box, number, enlarged) <= _may_hide(discs[number]))
            ):
                found[number] = label
                boxes.append(box)
                break


def _hides(box: Box, number: int, discs: Sequence[Disc]) -> int:
    """How many circles a name lies on, its own aside."""
    return sum(disc is not discs[number] for disc in box.covered(discs))


def _may_hide(disc: Disc) -> int:
    """How many circles the name of this one may hide on a narrow page."""
    return 2 if disc.radius >= RADIUS_OF_A_CITY else 0


def _sides(name: str, disc: Disc, *, narrow: bool) -> list[Label]:
    """To the right, to the left, above, below. A text's y is that of its baseline."""
    beside = round(disc.radius + GAP, 1)
    return [
        Label(name, beside, NAME_SIZE * 0.35, "start", narrow),
        Label(name, -beside, NAME_SIZE * 0.35, "end", narrow),
        Label(name, 0, -beside, "middle", narrow),
        Label(name, 0, round(beside + NAME_SIZE * 0.75, 1), "middle", narrow),
    ]


def _box(label: Label, disc: Disc, enlarged: float) -> Box:
    """The room of a name, of letters enlarged around its circle's centre."""
    width, height = len(label.text) * NAME_SIZE * LETTER * enlarged, NAME_SIZE * enlarged
    x, baseline = disc.x + label.dx * enlarged, disc.y + label.dy * enlarged
    left = {"start": x, "end": x - width, "middle": x - width / 2}[label.anchor]
    return Box(left, baseline - height * 0.8, left + width, baseline + height * 0.25)


def _place_areas(
    areas: Mapping[str, tuple[Place, ...]], discs: Sequence[Disc], taken: Sequence[Box], size: tuple[int, int]
) -> dict[str, AreaLabel]:
    """Names within their outlines, where they hide the least of the circles, near the middle; none without room."""
    found: dict[str, AreaLabel] = {}
    boxes = list(taken)
    for name, ring in areas.items():
        candidates = _area_candidates(name, ring, size)
        near = _around(candidates).covered(discs)
        best, least = None, math.inf
        for label, box in candidates:
            if not box.meets_any(boxes):
                hidden = sum(disc.radius for disc in box.covered(near))
                if hidden < least:
                    best, least = label, hidden
                if not hidden:
                    break
        if best:
            found[name] = best
            boxes.append(best.box)
    return found


@functools.lru_cache(maxsize=128)
def _area_candidates(name: str, ring: tuple[Place, ...], size: tuple[int, int]) -> tuple[tuple[AreaLabel, Box], ...]:
    """Places for a name within a ring and the picture, those nearest to its middle first."""
    xs, ys = [x for x, _y in ring], [y for _x, y in ring]
    middle_x, middle_y = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
    step_x, step_y = (max(xs) - min(xs)) / STEPS / 2, (max(ys) - min(ys)) / STEPS / 2
    # Its ends may reach over the border a little.
    third = len(name) * AREA_SIZE * AREA_LETTER * ENLARGED / 3
    found = []
    for row, column in AROUND:
        x, y = middle_x + column * step_x, middle_y + row * step_y
        if all(is_inside(place, [ring]) for place in ((x, y), (x - third, y), (x + third, y))):
            label = AreaLabel(name, round(x, 1), round(y, 1))
            found.append((label, label.box))
    return tuple((label, box) for label, box in found if box.within(size))


def _around(candidates: Sequence[tuple[AreaLabel, Box]]) -> Box:
    """The box that holds all of theirs."""
    boxes = [box for _label, box in candidates]
    return Box(
        min((box.left for box in boxes), default=0),
        min((box.top for box in boxes), default=0),
        max((box.right for box in boxes), default=0),
        max((box.bottom for box in boxes), default=0),
    )


def is_inside(place: Place, rings: Sequence[Sequence[Place]]) -> bool:
    """Whether a place is within an outline: a line from it crosses the rings an odd number of times."""
    x, y = place
    inside = False
    for ring in rings:
        for (x_a, y_a), (x_b, y_b) in zip(ring, [*ring[1:], ring[0]], strict=True):
            if (y_a > y) != (y_b > y):
                inside ^= x < x_a + (y - y_a) * (x_b - x_a) / (y_b - y_a)
    return inside
