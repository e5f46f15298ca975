"""Which column is which, by the names that people give them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..text import fold
from .reading import UnreadableFile

HEADER_WITHIN = 10

LABELS = {
    "name": gettext_lazy("Nom de l’organisme"),
    "kind": gettext_lazy("Milieu"),
    "municipality": gettext_lazy("Municipalité"),
    "mrc": gettext_lazy("MRC"),
    "neq": gettext_lazy("NEQ"),
    "email": gettext_lazy("Courriel"),
    "phone": gettext_lazy("Téléphone"),
    "website": gettext_lazy("Site web"),
    "address": gettext_lazy("Adresse"),
    "postal_code": gettext_lazy("Code postal"),
    "external_id": gettext_lazy("No dossier"),
    "member_until": gettext_lazy("Membre jusqu’au"),
}
REQUIRED = ["name", "kind"]

# Folded names, the surest first: when two columns claim a field, the surer one has it.
SYNONYMS: dict[str, Sequence[str]] = {
    "name": (
        "nom de l organisme",
        "nom de l organisation",
        "nom organisme",
        "nom de la fiche",
        "organisme",
        "organisation",
        "nom",
    ),
    "kind": ("milieu", "type d organisme", "type de milieu", "type", "categorie"),
    "municipality": ("municipalite", "ville", "ville municipalite", "localite"),
    "mrc": ("mrc", "nom de la mrc"),
    "neq": ("neq", "no neq", "numero d entreprise du quebec", "numero d entreprise du quebec neq"),
    "email": ("courriel", "adresse courriel", "courriel de l organisme", "e mail", "email", "adresse e mail", "mail"),
    "phone": ("telephone", "no de telephone", "numero de telephone", "tel"),
    "website": ("site web", "site internet", "site", "url", "web"),
    "address": ("adresse", "adresse postale", "adresse civique", "rue"),
    "postal_code": ("code postal", "cp"),
    "external_id": (
        "no dossier",
        "no de dossier",
        "numero de dossier",
        "numero dossier",
        "n dossier",
        "ndeg dossier",
        "ndeg de dossier",
        "dossier",
        "id dossier",
    ),
    "member_until": ("membre jusqu au", "membre jusqu a", "adhesion jusqu au", "fin de l adhesion", "fin d adhesion"),
}


@dataclass(frozen=True)
class Header:
    """Where the header row is (counted from 1), which column holds which field, and what is left aside."""

    row_number: int
    columns: dict[str, int]
    ignored: list[str]


def find_header(rows: Sequence[Sequence[str]]) -> Header:
    """The header among the first ten rows. Raises UnreadableFile, naming what was found and what is needed."""
    candidates = [_read_header(number, row) for number, row in enumerate(rows[:HEADER_WITHIN], start=1)]
    best = max(candidates, key=lambda header: len(header.columns))
    missing = [str(LABELS[field]) for field in REQUIRED if field not in best.columns]
    if missing:
        if best.columns:
            cells = rows[best.row_number - 1]
        else:
            cells = next((row for row in rows[:HEADER_WITHIN] if any(row)), [])
        found = ", ".join(f"« {cell[:60]} »" for cell in [cell for cell in cells if cell][:20])
        raise UnreadableFile(
            _(
                "Il manque une colonne : {missing}. Colonnes trouvées : {found}. Colonnes attendues : {expected}."
            ).format(
                missing=", ".join(f"« {label} »" for label in missing),
                found=found or _("aucune"),
                expected=", ".join(f"« {label} »" for label in LABELS.values()),
            )
        )
    return best


def _read_header(number: int, row: Sequence[str]) -> Header:
    folded = [fold(cell) if len(cell) <= 80 else "" for cell in row]
    columns = {}
    for field, names in SYNONYMS.items():
        position = next((folded.index(name) for name in names if name in folded), None)
        if position is not None:
            columns[field] = position
    taken = set(columns.values())
    return Header(number, columns, [cell for position, cell in enumerate(row) if cell and position not in taken])
