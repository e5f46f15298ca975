"""The region's files: what it holds, and where."""

import math
import shutil

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from guichet.organizations import region as region_module
from guichet.organizations.map_labels import is_inside
from guichet.organizations.models import Municipality
from guichet.organizations.region import FOLDER, load_region, read_region, shared_region

REGION = read_region(settings.REGION)
PLACES = [(mrc, name) for mrc, names in REGION.mrcs.items() for name in names]


def distance(place, rings) -> float:
    """From a place to the nearest line of an outline, in degrees."""
    found = []
    for ring in rings:
        for (ax, ay), (bx, by) in zip(ring, [*ring[1:], ring[0]], strict=True):
            length = (bx - ax) ** 2 + (by - ay) ** 2
            along = ((place[0] - ax) * (bx - ax) + (place[1] - ay) * (by - ay)) / length if length else 0
            along = max(0, min(1, along))
            found.append(math.hypot(place[0] - ax - along * (bx - ax), place[1] - ay - along * (by - ay)))
    return min(found)


def test_every_municipality_has_a_place_and_no_other_has():
    assert {mrc: sorted(names) for mrc, names in REGION.locations.items()} == {
        mrc: sorted(names) for mrc, names in REGION.mrcs.items()
    }
    assert set(REGION.outlines) == set(REGION.mrcs)


@pytest.mark.parametrize(("mrc", "name"), PLACES)
def test_municipality_lies_in_its_mrc(mrc, name):
    place = REGION.location_of(mrc, name)
    assert 45.6 < place[0] < 46.75
    assert -73.1 < place[1] < -71.2
    rings = REGION.outlines[mrc]
    assert is_inside(place, rings) or distance(place, rings) <= 0.02


def test_municipality_lies_in_no_other_mrc():
    strays = [
        (name, other)
        for mrc, name in PLACES
        for other, rings in REGION.outlines.items()
        if other != mrc and is_inside(REGION.location_of(mrc, name), rings)
    ]
    assert strays == []


def test_no_two_municipalities_stand_at_one_place():
    places = [REGION.location_of(*place) for place in PLACES]
    assert len(set(places)) == len(places)


@pytest.mark.parametrize(
    ("mrc", "name", "neighbour"),
    [
        ("Arthabaska", "Victoriaville", "Saint-Christophe-d’Arthabaska"),
        ("Drummond", "Notre-Dame-du-Bon-Conseil (village)", "Notre-Dame-du-Bon-Conseil (paroisse)"),
        ("L’Érable", "Plessisville (ville)", "Plessisville (paroisse)"),
        ("Nicolet-Yamaska", "Odanak", "Pierreville"),
    ],
)
def test_neighbours_are_neighbours(mrc, name, neighbour):
    here = REGION.location_of(mrc, name)
    others = {other: REGION.location_of(mrc, other) for other in REGION.mrcs[mrc] if other != name}
    assert min(others, key=lambda other: math.dist(here, others[other])) == neighbour


def test_unknown_municipality_has_no_place():
    assert REGION.location_of("Drummond", "Nicolet") is None
    assert REGION.location_of("Ailleurs", "Nicolet") is None


def test_file_of_places_is_not_a_region():
    with pytest.raises(ImproperlyConfigured, match=r"disponibles.*: centre-du-quebec\.$"):
        read_region("centre-du-quebec.geo")


def test_region_without_a_file_of_places_has_no_map(tmp_path, monkeypatch):
    shutil.copy(FOLDER / "centre-du-quebec.json", tmp_path)
    monkeypatch.setattr(region_module, "FOLDER", tmp_path)
    region = read_region("centre-du-quebec")
    assert region.mrcs == REGION.mrcs
    assert (region.locations, region.outlines) == ({}, {})


def test_shared_region_is_read_once():
    assert shared_region(settings.REGION) is shared_region(settings.REGION)


@pytest.mark.django_db
def test_loading_again_adds_nothing():
    load_region(REGION)
    assert load_region(REGION) == 0
    assert Municipality.objects.count() == len(PLACES)
