"""What sort of value each field of a fiche has, read off the model: searches and filters know new fields by it."""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from phonenumber_field.modelfields import PhoneNumberField

from .content import choosable_fields
from .enums import Season
from .models import Organization
from .values import LISTS, label_of


class FieldKind(enum.Enum):
    """How a field is compared."""

    TEXT = enum.auto()
    PHONE = enum.auto()
    NUMBER = enum.auto()
    DATE = enum.auto()
    # One of a few choices, in the code.
    CHOICE = enum.auto()
    YES_NO = enum.auto()
    # One row of another table.
    RELATED = enum.auto()
    # Several rows of a list that the staff keep.
    LIST = enum.auto()
    # Several of a few choices, in the code.
    KEYS = enum.auto()
    # Repeated groups of texts.
    ROWS = enum.auto()
    # What has no words: the key of a file.
    OTHER = enum.auto()


# The choices of the fields that hold several keys.
_KEYS: dict[str, Callable[[], list[tuple[str, Any]]]] = {
    "seasons": lambda: list(Season.choices),
    "public_fields": lambda: [(name, label_of(name)) for name in choosable_fields()],
}
# By the model's field, the first that fits.
_BY_CLASS = (
    (PhoneNumberField, FieldKind.PHONE),
    (models.BooleanField, FieldKind.YES_NO),
    (models.ForeignKey, FieldKind.RELATED),
    (models.DateField, FieldKind.DATE),
    # Nothing of a fiche counts in billions: a big one is a key.
    (models.BigIntegerField, FieldKind.OTHER),
    (models.IntegerField, FieldKind.NUMBER),
    (models.JSONField, FieldKind.ROWS),
    (models.CharField, FieldKind.TEXT),
    (models.TextField, FieldKind.TEXT),
)


def kind_of(name: str) -> FieldKind:
    """The sort of a field of `content.FIELDS`."""
    if name in LISTS:
        return FieldKind.LIST
    if name in _KEYS:
        return FieldKind.KEYS
    field = Organization._meta.get_field(name)
    if field.choices:
        return FieldKind.CHOICE
    return next((kind for known, kind in _BY_CLASS if isinstance(field, known)), FieldKind.OTHER)


def options_of(name: str) -> list[tuple[Any, str]]:
    """What a field is chosen from, as keys and names; archived choices too: fiches may have them."""
    kind = kind_of(name)
    if kind == FieldKind.YES_NO:
        return [(True, _("Oui")), (False, _("Non"))]
    if kind == FieldKind.KEYS:
        return [(key, str(label)) for key, label in _KEYS[name]()]
    if kind == FieldKind.CHOICE:
        return [(key, str(label)) for key, label in Organization._meta.get_field(name).flatchoices]
    model = LISTS[name] if kind == FieldKind.LIST else Organization._meta.get_field(name).related_model
    return [(item.pk, str(item)) for item in model.objects.all()]
