"""What the pages of the directory show of an entry: public values, in words, and safe links."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from phonenumber_field.phonenumber import to_python as to_phone

from guichet.core.shared import remembered
from guichet.organizations.content import FIELDS
from guichet.organizations.maps import Point, draw_map
from guichet.organizations.models import DirectoryEntry, FicheFile, Municipality
from guichet.organizations.region import Region, shared_region
from guichet.organizations.values import in_words, label_of

from .search import Search

# What stands elsewhere in the page.
AT_THE_TOP = {"usual_name", "description", "logo", "pictures"}
# https://schema.org/Organization
PROPERTIES = {
    "name": "legalName",
    "initials": "alternateName",
    "founded_year": "foundingDate",
    "territory": "areaServed",
    "phone": "telephone",
    "other_phone": "telephone",
    "email": "email",
    "website": "url",
    "facebook": "sameAs",
    "instagram": "sameAs",
    "other_network": "sameAs",
    "address": "address",
    "activities": "knowsAbout",
    "federation": "memberOf",
}


@dataclass(frozen=True)
class Fact:
    """One public value: its name, its words, where it leads, and its schema.org property."""

    label: str
    words: str
    url: str = ""
    outside: bool = False
    itemprop: str = ""


def facts_of(entry: DirectoryEntry) -> list[Fact]:
    """Every public value of an entry, in the order of the fiche."""
    return [
        _fact(name, entry.data[name])
        for name in FIELDS
        if name in entry.data and name not in AT_THE_TOP and not (name == "name" and entry.data[name] == entry.name)
    ]


def _fact(name: str, value) -> Fact:
    words = in_words(name, value)
    itemprop = PROPERTIES.get(name, "")
    if name in {"website", "facebook", "instagram", "other_network"}:
        return Fact(label_of(name), words, safe_link(value), outside=True, itemprop=itemprop)
    if name in {"phone", "other_phone"}:
        number = to_phone(value)
        return Fact(label_of(name), words, number.as_rfc3966 if number.is_valid() else "", itemprop=itemprop)
    if name == "email":
        return Fact(label_of(name), words, f"mailto:{value}", itemprop=itemprop)
    return Fact(label_of(name), words, itemprop=itemprop)


@dataclass(frozen=True)
class Picture:
    """A public picture: its addresses, its size in pixels, what it shows."""

    small: str
    large: str
    width: int | None
    height: int | None
    alt: str


def pictures_of(entry: DirectoryEntry) -> tuple[Picture | None, list[Picture]]:
    """The logo, if it is public, and the public pictures. One query."""
    named = [
        (entry.data.get("logo"), entry.name),
        *((one["file"], one["alt"]) for one in entry.data.get("pictures", [])),
    ]
    files = FicheFile.objects.filter(organization=entry.organization_id).in_bulk([pk for pk, _alt in named if pk])
    shown = [_picture(entry, files[pk], alt) if pk in files else None for pk, alt in named]
    return shown[0], [picture for picture in shown[1:] if picture]


def _picture(entry: DirectoryEntry, file: FicheFile, alt: str) -> Picture:
    small, large = (
        reverse("website:directory_picture", args=[entry.pk, file.pk, size]) for size in ("petite", "grande")
    )
    return Picture(small, large, file.width, file.height, alt)


def safe_link(value: str) -> str:
    """The address, when a browser may follow it; else nothing: it stays text."""
    try:
        address = urlsplit(value)
    except ValueError:
        return ""
    return value if address.scheme in {"http", "https"} and address.netloc else ""


def map_of(search: Search) -> str:
    """The region with the results of each municipality, drawn; nothing for a region without a map."""
    region = shared_region(settings.REGION)
    if not region.outlines:
        return ""
    group = search.group("municipalite")
    address = search.addresses(group.facet)
    mrcs = remembered(
        "municipalities", lambda: {str(pk): mrc for pk, mrc in Municipality.objects.values_list("pk", "mrc__name")}
    )
    shown = {(mrcs.get(choice.value, ""), choice.label): choice for choice in group.choices}
    points = []
    for mrc, places in region.locations.items():
        for name, location in places.items():
            choice = shown.get((mrc, name))
            if choice is None:
                points.append(Point(name, mrc, location))
            else:
                points.append(Point(name, mrc, location, choice.count, address(choice.value), choice.chosen))
    chosen = search.group("mrc").chosen
    only = chosen[0].label if len(chosen) == 1 else None
    # Drawn once for everybody who sees the same circles in these seconds.
    return remembered(("directory map", tuple(points), only, get_language()), lambda: _drawn(region, points, only))


def _drawn(region: Region, points: list[Point], only: str | None) -> str:
    context = {
        "map": draw_map(
            region_outlines=region.outlines, points=points, tiles_url=settings.MAP_TILES_URL, only_mrc=only
        ),
        "title": _("Organismes par municipalité"),
        "attribution": settings.MAP_ATTRIBUTION,
    }
    return render_to_string("organizations/parts/region_map.html", context)
