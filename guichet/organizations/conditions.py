"""« Champ, condition, valeur »: what staff ask of any field of the fiches, read from text, as a filter.

A new field of `content.FIELDS` is asked by its kind (`kinds`), without a word here.
"""

from __future__ import annotations

import datetime as dt
import operator
import re
from dataclasses import dataclass
from functools import reduce
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.db.models.lookups import Contains, Exact
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _
from phonenumber_field.phonenumber import to_python as to_phone
from rapidfuzz import fuzz, process

from .content import FIELDS
from .enums import Condition
from .folded import Folded, FoldedRows
from .kinds import FieldKind, kind_of, options_of
from .models import Organization
from .text import fold
from .values import LISTS, label_of

NUMBER_AT_MOST = 1_000_000_000
NAMED_AT_MOST = 12
DATE_FORMATS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y")

_FILLING = (Condition.EMPTY, Condition.FILLED)
_SAYING = (*_FILLING, Condition.CONTAINS, Condition.IS, Condition.IS_NOT)
_ORDERED = (*_FILLING, Condition.IS, Condition.IS_NOT, Condition.BELOW, Condition.ABOVE)
CONDITIONS = {
    FieldKind.TEXT: _SAYING,
    FieldKind.PHONE: _SAYING,
    FieldKind.NUMBER: _ORDERED,
    FieldKind.DATE: _ORDERED,
    FieldKind.CHOICE: _SAYING,
    FieldKind.YES_NO: (Condition.IS, Condition.IS_NOT),
    FieldKind.RELATED: _SAYING,
    FieldKind.LIST: _SAYING,
    FieldKind.KEYS: _SAYING,
    FieldKind.ROWS: (*_FILLING, Condition.CONTAINS),
    FieldKind.OTHER: _FILLING,
}
_NAMED = {FieldKind.CHOICE, FieldKind.YES_NO, FieldKind.RELATED, FieldKind.LIST, FieldKind.KEYS}


@dataclass(frozen=True)
class Clause:
    """One thing asked of the fiches: in words, and as a filter."""

    field: str
    condition: Condition
    text: str
    query: Q

    def __str__(self) -> str:
        words = f"{label_of(self.field)} {self.condition.label}"
        return f"{words} « {self.text} »" if self.text else words


def read_clause(field: str, condition: str, text: str) -> Clause:
    """What was asked. Raises ValidationError, in words, for what makes no sense."""
    text = text.strip()
    if not field:
        raise ValidationError(_("Choisissez le champ."))
    if field not in FIELDS:
        raise ValidationError(
            _("Le champ « %(field)s » n’existe plus : retirez cette condition."), params={"field": field[:60]}
        )
    if not condition:
        raise ValidationError(_("Choisissez la condition."))
    kind = kind_of(field)
    if condition not in CONDITIONS[kind]:
        raise ValidationError(
            _("Cette condition ne va pas avec le champ « %(field)s ». Celles qui vont : %(conditions)s."),
            params={
                "field": label_of(field),
                "conditions": ", ".join(f"« {known.label} »" for known in CONDITIONS[kind]),
            },
        )
    condition = Condition(condition)
    if condition in _FILLING:
        empty = _empty(field, kind)
        return Clause(field, condition, "", empty if condition == Condition.EMPTY else ~empty)
    if not text:
        raise ValidationError(_("Écrivez la valeur."))
    query = _query(field, kind, condition, text)
    return Clause(field, condition, text, ~query if condition == Condition.IS_NOT else query)


def _empty(field: str, kind: FieldKind) -> Q:
    if kind == FieldKind.LIST:
        return ~_choosing(LISTS[field].objects.all())
    if kind in {FieldKind.KEYS, FieldKind.ROWS}:
        return Q(**{field: []})
    nothing = Q(**{f"{field}__isnull": True}) if Organization._meta.get_field(field).null else Q()
    return Q(**{field: ""}) | nothing if kind in {FieldKind.TEXT, FieldKind.PHONE, FieldKind.CHOICE} else nothing


def _query(field: str, kind: FieldKind, condition: Condition, text: str) -> Q:
    """What ``text`` asks of the field; « n’est pas » asks the contrary of « est »."""
    if kind in _NAMED:
        return _one_of(field, kind, _keys(field, condition, text))
    if kind == FieldKind.PHONE:
        return _phone(field, condition, text)
    if kind in {FieldKind.NUMBER, FieldKind.DATE}:
        value = _number(text) if kind == FieldKind.NUMBER else read_date(text)
        lookup = {Condition.BELOW: "__lt", Condition.ABOVE: "__gt"}.get(condition, "")
        # A comparison with an empty field is unknown: « n’est pas » would leave it out.
        return Q(**{f"{field}{lookup}": value}, **{f"{field}__isnull": False})
    words = fold(text)
    if not words:
        raise ValidationError(_("Écrivez au moins une lettre ou un chiffre."))
    said = FoldedRows(F(field)) if kind == FieldKind.ROWS else Folded(F(field))
    return Q(Contains(said, words) if condition == Condition.CONTAINS else Exact(said, words))


def _one_of(field: str, kind: FieldKind, keys: list[Any]) -> Q:
    if kind == FieldKind.LIST:
        return _choosing(LISTS[field].objects.filter(pk__in=keys))
    if kind == FieldKind.KEYS:
        written = Cast(F(field), TextField())
        return reduce(operator.or_, (Q(Contains(written, f'"{key}"')) for key in keys))
    query = Q(**{f"{field}__in": keys})
    # A comparison with an empty field is unknown: « n’est pas » would leave it out.
    return query & Q(**{f"{field}__isnull": False}) if kind == FieldKind.RELATED else query


def _choosing(choices: QuerySet) -> Q:
    """Fiches that chose one of these. A choice of nobody's has no fiche: « not among nothing » would be unknown."""
    return Q(pk__in=choices.filter(organizations__isnull=False).order_by().values("organizations"))


def _keys(field: str, condition: Condition, text: str) -> list[Any]:
    """The choices that ``text`` names, or that say it. Raises ValidationError, with those that are near, for none."""
    options = options_of(field)
    words = fold(text)
    contains = condition == Condition.CONTAINS
    keys = [key for key, name in options if words and (words in fold(name) if contains else words == fold(name))]
    if keys:
        return keys
    names = [name for _key, name in options]
    if len(names) > NAMED_AT_MOST:
        near = process.extract(words, names, scorer=fuzz.WRatio, processor=fold, score_cutoff=60, limit=5)
        names = [name for name, _score, _place in near]
    if not names:
        raise ValidationError(
            _("Aucun choix du champ « %(field)s » ne s’appelle « %(value)s »."),
            params={"field": label_of(field), "value": text},
        )
    raise ValidationError(
        _("Aucun choix du champ « %(field)s » ne s’appelle « %(value)s ». Essayez : %(names)s."),
        params={"field": label_of(field), "value": text, "names": ", ".join(f"« {name} »" for name in names)},
    )


def _phone(field: str, condition: Condition, text: str) -> Q:
    written = Cast(F(field), TextField())
    if condition == Condition.CONTAINS:
        digits = re.sub(r"\D", "", text)
        if not digits:
            raise ValidationError(_("Écrivez au moins un chiffre du numéro."))
        return Q(Contains(written, digits))
    phone = to_phone(text)
    if phone is None or not phone.is_valid():
        raise ValidationError(_("Ce numéro n’est pas complet. Exemple : 819 555-0123"))
    return Q(Exact(written, phone.as_e164))


def _number(text: str) -> int:
    digits = re.sub(r"\s", "", text)
    if not re.fullmatch(r"-?[0-9]{1,12}", digits) or abs(int(digits)) > NUMBER_AT_MOST:
        raise ValidationError(_("Écrivez un nombre entier, par exemple 40."))
    return int(digits)


def read_date(text: str) -> dt.date:
    """A day as staff write it. Raises ValidationError, in words."""
    for pattern in DATE_FORMATS:
        try:
            return dt.datetime.strptime(text, pattern).date()  # noqa: DTZ007 - a day, not a moment
        except ValueError:
            continue
    if (day := _day_in_words(text)) is not None:
        return day
    raise ValidationError(_("Écrivez une date, par exemple 2026-05-04."))


def _day_in_words(text: str) -> dt.date | None:
    """« 31 mars 2027 », as the export and the screens write it; None for what is no such day."""
    found = re.fullmatch(r"(\d{1,2})(?:er)? (\D+) (\d{4})", fold(text))
    months = {fold(str(name)): number for number, name in MONTHS.items()}
    if found is None or found[2] not in months:
        return None
    try:
        return dt.date(int(found[3]), months[found[2]], int(found[1]))
    except ValueError:
        return None
