"""A fiche's fields as plain values (JSON), as rows, and as words."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from phonenumber_field.phonenumber import PhoneNumber
from phonenumber_field.phonenumber import to_python as to_phone

from guichet.core.templatetags.guichet import day

from .content import FIELDS, public_names
from .enums import Season
from .models import AccessFeature, Activity, Clientele, Municipality, Organization

LISTS: dict[str, type[models.Model]] = {
    "activities": Activity,
    "clienteles": Clientele,
    "access_features": AccessFeature,
}
PERSON_FIELDS = ("name", "function", "email", "phone")


def as_json(value: Any) -> Any:
    """A cleaned form value as a revision or a proposal holds it."""
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, PhoneNumber):
        return value.as_e164
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, models.QuerySet):
        return sorted(item.pk for item in value)
    return copy.deepcopy(value)


def value_of(organization: Organization, name: str) -> Any:
    """One field's value. Lists of choices are sorted primary keys; a municipality is its primary key."""
    if name in LISTS:
        chosen = organization.__dict__.get("chosen", {})
        return chosen[name] if name in chosen else sorted(item.pk for item in getattr(organization, name).all())
    return as_json(getattr(organization, Organization._meta.get_field(name).attname))


def content_of(organization: Organization, names: Iterable[str] = FIELDS) -> dict[str, Any]:
    """Several fields' values, by name."""
    return {name: value_of(organization, name) for name in names}


def put(organization: Organization, values: Mapping[str, Any]) -> None:
    """Set fields from values, in memory; `write` saves them. Names that are no field of a fiche are left out."""
    for name, value in values.items():
        if name in LISTS:
            organization.__dict__.setdefault("chosen", {})[name] = sorted(value)
        elif name in FIELDS:
            field = Organization._meta.get_field(name)
            python = value if isinstance(field, models.JSONField) else field.to_python(value)
            if name in {"phone", "other_phone"}:
                python = to_phone(value) if value else ""
            setattr(organization, field.attname, copy.deepcopy(python))


def write(organization: Organization, names: Iterable[str]) -> None:
    """Save these fields. A choice that is no longer in its list falls away."""
    names = list(names)
    organization.refresh_search_text()
    columns = [name for name in names if name not in LISTS]
    organization.save(update_fields=[*columns, "search_text", "staff_text", "updated_at"])
    for name in names:
        if name in LISTS:
            wanted = organization.__dict__.get("chosen", {}).pop(name, None)
            if wanted is not None:
                getattr(organization, name).set(LISTS[name].objects.filter(pk__in=wanted))


def is_empty(value: Any) -> bool:
    """Whether nothing was ever written there."""
    return value in ("", None, [], {}, False)


def public_content(organization: Organization) -> dict[str, Any]:
    """What the public may see of a fiche: only when it is in service and agreed, and only what it chose."""
    if not (organization.is_active and organization.is_listed):
        return {}
    values = content_of(organization, public_names(organization.public_fields))
    return {name: value for name, value in values.items() if not is_empty(value)}


def label_of(name: str) -> str:
    """The field's name on screen."""
    label = str(Organization._meta.get_field(name).verbose_name)
    return label[:1].upper() + label[1:]


def labels_of(names: Iterable[str]) -> str:
    """Several fields' names, for a sentence, in the order of the fiche."""
    wanted = set(names)
    return ", ".join(str(Organization._meta.get_field(name).verbose_name) for name in FIELDS if name in wanted)


def in_words(name: str, value: Any) -> str:
    """A value as people read it: one line, or one a person; empty when there is nothing."""
    if name == "is_listed":
        return _("Oui") if value else _("Non")
    if is_empty(value):
        return ""
    return _WORDS.get(name, _plain)(name, value)


def _plain(name: str, value: Any) -> str:
    field = Organization._meta.get_field(name)
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return str(value)


def _phone(name: str, value: str) -> str:
    return str(to_phone(value))


def _date(name: str, value: str) -> str:
    return day(dt.date.fromisoformat(value))


def _municipality(name: str, value: int) -> str:
    place = Municipality.objects.select_related("mrc").filter(pk=value).first()
    return f"{place.name} ({_('MRC')} : {place.mrc.name})" if place else ""


def _choices(name: str, value: list[int]) -> str:
    return ", ".join(LISTS[name].objects.filter(pk__in=value).values_list("name", flat=True))


def _seasons(name: str, value: list[str]) -> str:
    return ", ".join(str(label) for season, label in Season.choices if season in value)


def _people(name: str, value: list[dict[str, str]]) -> str:
    lines = []
    for person in value:
        said = {**person, "phone": str(to_phone(person["phone"])) if person.get("phone") else ""}
        lines.append(" · ".join(filter(None, (said.get(part, "") for part in PERSON_FIELDS))))
    return "\n".join(lines)


def _field_names(name: str, value: list[str]) -> str:
    return labels_of(value)


_WORDS = {
    "phone": _phone,
    "other_phone": _phone,
    "last_meeting_on": _date,
    "municipality": _municipality,
    "activities": _choices,
    "clienteles": _choices,
    "access_features": _choices,
    "seasons": _seasons,
    "people": _people,
    "public_fields": _field_names,
}
