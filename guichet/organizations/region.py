"""The region that the body serves: its MRCs and municipalities, from a file that names them."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass, field
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.utils.translation import gettext as _

from .models import Mrc, Municipality

FOLDER = Path(__file__).resolve().parent / "data"


# What `<name>.json` may have beside it: where its municipalities are.
GEOGRAPHY = ".geo"
# Stands in the same folder and is no region.
LISTS = "listes"

# (latitude, longitude), WGS 84.
Location = tuple[float, float]
Ring = tuple[Location, ...]


@dataclass(frozen=True)
class Region:
    """A region's name, its municipalities by MRC and, when its file of places is there, where they are."""

    name: str
    mrcs: dict[str, list[str]]
    # By MRC, then by municipality: two of one name may stand in two MRCs.
    locations: dict[str, dict[str, Location]] = field(default_factory=dict)
    # By MRC: the rings of a schematic outline; a ring inside another is a hole.
    outlines: dict[str, tuple[Ring, ...]] = field(default_factory=dict)

    def location_of(self, mrc: str, name: str) -> Location | None:
        """Where a municipality is, about; None for one that the file does not place."""
        return self.locations.get(mrc, {}).get(name)


def read_region(name: str) -> Region:
    """The region of ``data/<name>.json``. Raises ImproperlyConfigured, naming those there are, when there is none."""
    files = {
        path.stem: path for path in FOLDER.glob("*.json") if not path.stem.endswith(GEOGRAPHY) and path.stem != LISTS
    }
    if name not in files:
        raise ImproperlyConfigured(
            _("Il n’y a pas de région « {name} » (GUICHET_REGION). Régions disponibles : {known}.").format(
                name=name, known=", ".join(sorted(files))
            )
        )
    data = json.loads(files[name].read_text())
    locations, outlines = _read_geography(FOLDER / f"{name}{GEOGRAPHY}.json")
    return Region(
        name=data["name"],
        mrcs={mrc["name"]: mrc["municipalities"] for mrc in data["mrcs"]},
        locations=locations,
        outlines=outlines,
    )


@functools.lru_cache(maxsize=4)
def shared_region(name: str) -> Region:
    """The same, read once a process: for pages. Nobody changes what they get."""
    return read_region(name)


def _read_geography(path: Path) -> tuple[dict[str, dict[str, Location]], dict[str, tuple[Ring, ...]]]:
    """The places and the outlines of a file; nothing when there is none: such a region has no map."""
    if not path.exists():
        return {}, {}
    data = json.loads(path.read_text())
    locations = {
        mrc: {name: _location(pair) for name, pair in municipalities.items()}
        for mrc, municipalities in data["locations"].items()
    }
    outlines = {
        mrc: tuple(tuple(_location(pair) for pair in ring) for ring in rings)
        for mrc, rings in data["outlines"].items()
    }
    return locations, outlines


def _location(pair: list[float]) -> Location:
    latitude, longitude = pair
    return latitude, longitude


@transaction.atomic
def load_region(region: Region) -> int:
    """Create the municipalities that are not there yet; return how many. Those without a place get theirs."""
    count = 0
    for mrc_name, municipalities in region.mrcs.items():
        mrc, _created = Mrc.objects.get_or_create(name=mrc_name)
        for name in municipalities:
            municipality, created = Municipality.objects.get_or_create(name=name, mrc=mrc)
            count += created
            location = region.location_of(mrc_name, name)
            if location and municipality.latitude is None and municipality.longitude is None:
                municipality.latitude, municipality.longitude = location
                municipality.save(update_fields=["latitude", "longitude"])
    return count
