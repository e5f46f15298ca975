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
from .enums import DocumentKind, FilePurpose, Season
from .models import AccessFeature, Activity, Clientele, Municipality, Organization

LISTS: dict[str, type[models.Model]] = {
    "activities": Activity,
    "clienteles": Clientele,
    "access_features": AccessFeature,
}
# The fields that name files, and what those are for.
FILE_FIELDS = {"logo": FilePurpose.PICTURE, "pictures": FilePurpose.PICTURE, "documents": FilePurpose.DOCUMENT}
# The lists whose items are known by a key: two people who change different items change different things.
KEYED = {"pictures": "file", "documents": "file"}
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
    """Whether nothing was ever written there. Zero is something: « 0 bénévole » is an answer."""
    return value is None or value is False or value in ("", [], {})


def files_in(name: str, value: Any) -> list[int]:
    """The primary keys of the files that a field's value names."""
    if name == "logo":
        return [value] if value else []
    return [one["file"] for one in value or []] if name in FILE_FIELDS else []


def merge_keyed(base: list[dict], theirs: list[dict], yours: list[dict], key: str) -> list[dict] | None:
    """Both people's changes of a keyed list; None when they changed the same item in two ways, or a list is none."""
    for items in (base, theirs, yours):
        if not isinstance(items, list) or not all(isinstance(one, dict) and key in one for one in items):
            return None
    was, now, mine = ({one[key]: one for one in items} for items in (base, theirs, yours))
    merged = []
    for item in [*theirs, *(one for one in yours if one[key] not in now)]:
        one = item[key]
        if mine.get(one) == was.get(one):
            kept = now.get(one)
        elif now.get(one) in (was.get(one), mine.get(one)):
            kept = mine.get(one)
        else:
            return None
        if kept is not None:
            merged.append(kept)
    return merged


def public_content(organization: Organization) -> dict[str, Any]:
    """What the public may see of a fiche: only when it is in service and agreed, and only what it chose."""
    if not (organization.is_active and organization.is_listed):
        return {}
    values = content_of(organization, public_names(organization.public_fields))
    values["people"] = agreed_people(organization)
    return {name: value for name, value in values.items() if not is_empty(value)}


def agreed_people(organization: Organization) -> list[dict[str, str]]:
    """Of each person in charge, the parts that they agreed to show, while these are what they agreed to."""
    if not organization.people:
        return []
    agreed = {consent.email: consent.agreed for consent in organization.consents.exclude(agreed={})}
    found = []
    for person in organization.people:
        said = agreed.get(person.get("email", "").lower(), {})
        shown = {part: person[part] for part in PERSON_FIELDS if person.get(part) and person[part] == said.get(part)}
        # A function or a number without a name says nothing of whose it is.
        if shown.get("name"):
            found.append(shown)
    return found


def label_of(name: str) -> str:
    """The field's name on screen."""
    label = str(Organization._meta.get_field(name).verbose_name)
    return label[:1].upper() + label[1:]


def membership_in_words(organization: Organization, body: str, *, today: dt.date) -> str:
    """Whether the fiche is a member of the body, for its own people."""
    until = organization.member_until
    if until is None:
        return _("Pas membre de %(body)s") % {"body": body}
    if organization.is_member(today):
        return _("Membre de %(body)s jusqu’au %(day)s") % {"body": body, "day": day(until)}
    return _("Pas membre de %(body)s : l’adhésion s’est terminée le %(day)s") % {"body": body, "day": day(until)}


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
    return "\n".join(" · ".join(person_in_words(person)) for person in value)


def person_in_words(person: Mapping[str, str]) -> list[str]:
    """What is said of somebody in charge, part by part, as people read it."""
    said = {**person, "phone": str(to_phone(person["phone"])) if person.get("phone") else ""}
    return [said[part] for part in PERSON_FIELDS if said.get(part)]


def _logo(name: str, value: int) -> str:
    return _("Une image")


def _pictures(name: str, value: list[dict[str, Any]]) -> str:
    return "\n".join(one["alt"] or _("Photo sans description") for one in value)


def _documents(name: str, value: list[dict[str, Any]]) -> str:
    return "\n".join(document_in_words(one) for one in value)


def document_in_words(document: Mapping[str, Any]) -> str:
    """« Preuve d’assurance · Police 2026 · échéance : 1 mars 2027 »."""
    kind = str(dict(DocumentKind.choices).get(document["kind"], document["kind"]))
    expiry = document.get("expires_on")
    date = _("échéance : %(date)s") % {"date": day(dt.date.fromisoformat(expiry))} if expiry else ""
    return " · ".join(filter(None, [kind, document.get("title", ""), date]))


def is_late(document: Mapping[str, Any], today: dt.date) -> bool:
    """Whether a document's expiry date has passed."""
    expiry = document.get("expires_on")
    return bool(expiry) and dt.date.fromisoformat(expiry) < today


def _field_names(name: str, value: list[str]) -> str:
    return labels_of(value)


_WORDS = {
    "phone": _phone,
    "other_phone": _phone,
    "last_meeting_on": _date,
    "member_until": _date,
    "municipality": _municipality,
    "activities": _choices,
    "clienteles": _choices,
    "access_features": _choices,
    "seasons": _seasons,
    "people": _people,
    "logo": _logo,
    "pictures": _pictures,
    "documents": _documents,
    "public_fields": _field_names,
}
