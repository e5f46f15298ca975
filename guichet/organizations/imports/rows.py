"""Checking each row: what it says, cleaned, or what is wrong with it and what to do."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _
from phonenumber_field.phonenumber import to_python as to_phone

from guichet.accounts.emails import clean_email

from ..conditions import read_date
from ..enums import Kind
from ..models import Municipality
from ..text import FORMULA_STARTS, fold
from ..validators import clean_neq, clean_postal_code
from .columns import LABELS, Header
from .reading import Grid

_CHECK_URL = URLValidator(schemes=["http", "https"])

KINDS = {
    **{fold(str(kind.label)): kind for kind in Kind},
    **{kind.value: kind for kind in Kind},
    "municipalite": Kind.MUNICIPAL,
    "ville": Kind.MUNICIPAL,
    "mrc": Kind.MUNICIPAL,
    "ecole": Kind.SCHOOL,
    "centre de services scolaire": Kind.SCHOOL,
    "etablissement scolaire": Kind.SCHOOL,
    "associatif": Kind.ASSOCIATION,
    "obnl": Kind.ASSOCIATION,
    "osbl": Kind.ASSOCIATION,
    "organisme a but non lucratif": Kind.ASSOCIATION,
    "personnes handicapees": Kind.DISABILITY,
    "oph": Kind.DISABILITY,
    "coop": Kind.COOPERATIVE,
    "federation": Kind.FEDERATION,
    "association regionale": Kind.FEDERATION,
    "entreprise privee": Kind.PRIVATE,
    "entreprise": Kind.PRIVATE,
}


@dataclass(frozen=True)
class RowError:
    """One thing that is wrong: where, what was written, and what to do about it."""

    row: int
    column: str
    value: str
    message: str

    def as_json(self) -> dict[str, Any]:
        """For the database."""
        return {"row": self.row, "column": self.column, "value": self.value[:120], "message": self.message}


@dataclass
class Row:
    """One row of the sheet: the fields that it fills in, and its errors."""

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    errors: list[RowError] = field(default_factory=list)

    def refuse(self, column: str, value: str, message: str) -> None:
        """Note an error of a column."""
        self.errors.append(RowError(self.number, str(LABELS.get(column, column)), value, message))

    @property
    def name_key(self) -> str:
        """The name as it is compared."""
        return fold(self.values.get("name", ""))


class Places:
    """The municipalities, by the names that people write."""

    def __init__(self) -> None:
        self._by_name: dict[str, list[Municipality]] = defaultdict(list)
        for municipality in Municipality.objects.select_related("mrc"):
            self._by_name[place_key(municipality.name)].append(municipality)

    def find(self, name: str, mrc: str) -> Municipality:
        """The municipality. Raises ValidationError when there is none, or several."""
        found = self._by_name.get(place_key(name), [])
        if not found:
            raise ValidationError(
                _(
                    "Cette municipalité n’est pas dans la liste de la région. "
                    "Vérifiez son nom, ou laissez la case vide."
                )
            )
        if mrc:
            found = [place for place in found if place_key(place.mrc.name) == place_key(mrc.removeprefix("MRC "))]
            if not found:
                raise ValidationError(
                    _("Cette municipalité n’est pas dans la MRC indiquée. Corrigez l’une ou l’autre.")
                )
        if len(found) > 1:
            raise ValidationError(_("Plusieurs municipalités portent ce nom. Ajoutez la MRC."))
        return found[0]


def place_key(name: str) -> str:
    """« St-Germain » and « Saint-Germain » are one place; « de », « d’ » before an MRC's name do not count."""
    words = [{"st": "saint", "ste": "sainte"}.get(word, word) for word in fold(name).split()]
    return " ".join(word for word in words if word not in {"de", "d", "la", "le", "l", "du"})


def check_rows(grid: Grid, header: Header, places: Places) -> Iterator[Row]:
    """Every row that says something, cleaned and compared with those before it; hidden and empty ones are left out."""
    seen = _Seen()
    for number, cells in enumerate(grid.rows[header.row_number :], start=header.row_number + 1):
        texts = {
            name: re.sub(r"\s+", " ", cells[position]).strip() if position < len(cells) else ""
            for name, position in header.columns.items()
        }
        if number in grid.hidden or not any(texts.values()):
            continue
        row = _clean(Row(number), texts, places)
        if not row.errors:
            seen.compare(row)
        yield row


def _clean(row: Row, texts: dict[str, str], places: Places) -> Row:
    cleaners: dict[str, Callable[[str], Any]] = {
        "name": _clean_name,
        "kind": _clean_kind,
        "municipality": lambda text: places.find(text, texts.get("mrc", "")),
        "neq": clean_neq,
        "email": clean_email,
        "phone": _clean_phone,
        "website": _clean_website,
        "address": _at_most(200),
        "postal_code": clean_postal_code,
        "external_id": _at_most(40),
        "member_until": read_date,
    }
    for name, clean in cleaners.items():
        text = texts.get(name, "")
        if not text:
            if name in {"name", "kind"}:
                row.refuse(name, "", _("Remplissez cette case."))
            continue
        try:
            row.values[name] = clean(text)
        except ValidationError as error:
            row.refuse(name, text, " ".join(error.messages))
    return row


def _at_most(length: int) -> Callable[[str], str]:
    def clean(text: str) -> str:
        if len(text) > length:
            raise ValidationError(_("Au plus {length} caractères : raccourcissez.").format(length=length))
        return text

    return clean


def _clean_name(text: str) -> str:
    if text.startswith(FORMULA_STARTS):
        raise ValidationError(_("Ce nom commence comme une formule (=, +, - ou @). Écrivez le nom de l’organisme."))
    if not fold(text):
        raise ValidationError(_("Ce nom ne contient ni lettre ni chiffre. Écrivez le nom de l’organisme."))
    return _at_most(120)(text)


def _clean_kind(text: str) -> Kind:
    kind = KINDS.get(fold(text))
    if kind is None:
        labels = ", ".join(f"« {label} »" for label in Kind.labels)
        raise ValidationError(_("Milieu inconnu. Choisissez parmi {labels}.").format(labels=labels))
    return kind


def _clean_phone(text: str) -> Any:
    # The library knows « ext. » and « x », not « poste ».
    phone = to_phone(re.sub(r"\bposte\b", "ext", text, flags=re.IGNORECASE))
    if phone is None or not phone.is_valid():
        raise ValidationError(_("Ce numéro de téléphone n’est pas complet. Exemple : 819 555-0123"))
    if phone.extension:
        raise ValidationError(_("Écrivez le numéro sans le poste : la fiche garde le numéro général."))
    return phone


def _clean_website(text: str) -> str:
    url = text if re.match(r"https?://", text, re.IGNORECASE) else f"https://{text}"
    try:
        _CHECK_URL(url)
    except ValidationError as error:
        raise ValidationError(_("Cette adresse web n’est pas complète. Exemple : https://www.exemple.ca")) from error
    return _at_most(200)(url)


class _Seen:
    """The rows before: two that would be one fiche are an error of the second, which names the first."""

    def __init__(self) -> None:
        self._by_id: dict[str, Row] = {}
        self._by_neq: dict[str, list[Row]] = defaultdict(list)
        self._by_name: dict[str, list[Row]] = defaultdict(list)

    def compare(self, row: Row) -> None:
        """Note the row, or its error."""
        external_id, neq = row.values.get("external_id"), row.values.get("neq")
        if external_id in self._by_id:
            self._refuse(row, "external_id", self._by_id[external_id])
            return
        for column, others in (("neq", self._by_neq[neq] if neq else []), ("name", self._by_name[row.name_key])):
            for other in others:
                told_apart = external_id and other.values.get("external_id")
                if not told_apart and (column == "neq" or _may_be_one_place(row, other)):
                    self._refuse(row, column, other)
                    return
        if external_id:
            self._by_id[external_id] = row
        if neq:
            self._by_neq[neq].append(row)
        self._by_name[row.name_key].append(row)

    def _refuse(self, row: Row, column: str, first: Row) -> None:
        message = _("C’est la même fiche qu’à la ligne {row}. Gardez une seule des deux lignes.").format(
            row=first.number
        )
        row.refuse(column, str(row.values.get(column, "")), message)


def _may_be_one_place(row: Row, other: Row) -> bool:
    here, there = row.values.get("municipality"), other.values.get("municipality")
    return here is None or there is None or here == there
