"""The region that the body serves: its MRCs and municipalities, from a file that names them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.utils.translation import gettext as _

from .models import Mrc, Municipality

FOLDER = Path(__file__).resolve().parent / "data"


@dataclass(frozen=True)
class Region:
    """A region's name, and its municipalities by MRC."""

    name: str
    mrcs: dict[str, list[str]]


def read_region(name: str) -> Region:
    """The region of ``data/<name>.json``. Raises ImproperlyConfigured, naming those there are, when there is none."""
    files = {path.stem: path for path in FOLDER.glob("*.json")}
    if name not in files:
        raise ImproperlyConfigured(
            _("Il n’y a pas de région « {name} » (GUICHET_REGION). Régions disponibles : {known}.").format(
                name=name, known=", ".join(sorted(files))
            )
        )
    data = json.loads(files[name].read_text())
    return Region(name=data["name"], mrcs={mrc["name"]: mrc["municipalities"] for mrc in data["mrcs"]})


@transaction.atomic
def load_region(region: Region) -> int:
    """Create the municipalities that are not there yet; return how many."""
    count = 0
    for mrc_name, municipalities in region.mrcs.items():
        mrc, _created = Mrc.objects.get_or_create(name=mrc_name)
        for name in municipalities:
            _municipality, created = Municipality.objects.get_or_create(name=name, mrc=mrc)
            count += created
    return count
