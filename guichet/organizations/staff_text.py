"""What staff search a fiche by: the words of all its fields, in one column, and the names of what it chose.

The names of choices and places are looked up when one searches: whoever renames a choice has no fiche to write again.
"""

from __future__ import annotations

import re

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import translation

from .content import FIELDS
from .enums import Section
from .kinds import FieldKind, kind_of
from .models import Mrc, Municipality, Organization
from .text import fold
from .values import LISTS, in_words, value_of

WORDS_AT_MOST = 10
_PHONE = re.compile(r"\+\d{7,15}")
_LOOKED_UP = {FieldKind.LIST, FieldKind.RELATED}


def has_words(name: str) -> bool:
    """Whether a field's words are in the column: what says who may see the others is no text of the fiche."""
    return FIELDS[name].section != Section.VISIBILITY and kind_of(name) not in {*_LOOKED_UP, FieldKind.OTHER}


def staff_text(organization: Organization) -> str:
    """The fiche's words, folded, each once, in the portal's own language; phone numbers without spaces too."""
    texts = [organization.external_id]
    with translation.override(settings.LANGUAGE_CODE):
        for name in filter(has_words, FIELDS):
            value = value_of(organization, name)
            texts += [in_words(name, value), *_PHONE.findall(str(value))]
    return " ".join(dict.fromkeys(fold(" ".join(texts)).split()))


def saying(query: str) -> Q:
    """Fiches that say every word of ``query``: themselves, or in the name of a choice, of their place or MRC."""
    words = fold(query)[:200].split()[:WORDS_AT_MOST]
    found = Q()
    named = _names() if words else []
    for word in words:
        said = Q(staff_text__contains=word)
        for model, names in named:
            if pks := [pk for pk, name in names if word in name]:
                said |= _choosing(model, pks)
        found &= said
    return found


def _names() -> list[tuple[type[models.Model], list[tuple[int, str]]]]:
    """The folded names of all that fiches choose from, once for all the words: short lists, which the staff keep."""
    return [
        (model, [(pk, fold(name)) for pk, name in model.objects.order_by().values_list("pk", "name")])
        for model in (Municipality, Mrc, *LISTS.values())
    ]


def _choosing(model: type[models.Model], pks: list[int]) -> Q:
    """Fiches that chose one of these. A subquery: a join would show a fiche once for each of its choices."""
    if model is Municipality:
        return Q(municipality__in=pks)
    if model is Mrc:
        return Q(municipality__in=Municipality.objects.filter(mrc__in=pks).values("pk"))
    return Q(pk__in=model.objects.filter(pk__in=pks).order_by().values("organizations"))
