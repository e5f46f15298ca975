"""The ways to filter the directory."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection, models
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from guichet.core.shared import remembered
from guichet.organizations.enums import Kind
from guichet.organizations.models import Activity, Clientele, DirectoryEntry, Mrc, Municipality
from guichet.organizations.text import fold

VALUES_AT_MOST = 50


@dataclass(frozen=True)
class Facet:
    """One way to filter: its name in the address, its field of an entry, and the model of its choices."""

    name: str
    label: str | Promise
    field: str
    model: type[models.Model] | None = None
    many: bool = False

    @property
    def through(self) -> type[models.Model]:
        """The table of who chose what."""
        return DirectoryEntry._meta.get_field(self.field).remote_field.through

    @property
    def column(self) -> str:
        """What holds the value: a column of that table, or of the entry's own."""
        if self.many:
            return f"{self.model._meta.model_name}_id"
        return f"{self.field}_id" if self.model else self.field

    @property
    def keys(self) -> str:
        """Where PostgreSQL has a list of choices in the entry's own row (organizations, migration 0010)."""
        return f"{self.column}s" if self.many and connection.vendor == "postgresql" else ""

    def clean(self, values: list[str]) -> list[str]:
        """The values that could be, each once."""
        if self.model is None:
            return [value for value in Kind.values if value in values]
        numbers = {int(value) for value in values if value.isascii() and value.isdigit() and len(value) <= 9}
        return [str(number) for number in sorted(numbers)[:VALUES_AT_MOST]]

    def holds(self, values: list[str]) -> Q:
        """Whether an entry has one of these values."""
        if self.keys:
            numbers = [int(value) for value in values]
            return Q(RawSQL(f"{self.keys} && %s::bigint[]", [numbers], models.BooleanField()))  # noqa: S611 - our name
        if self.many:
            return Q(pk__in=self.through.objects.filter(**{f"{self.column}__in": values}).values("directoryentry"))
        return Q(**{f"{self.column}__in": values})

    def names(self) -> dict[str, str]:
        """The label of every value that there is, in their order."""
        return remembered(("facet", self.name, get_language()), self._sorted_names)

    def _sorted_names(self) -> dict[str, str]:
        found = self.model.objects.values_list("pk", "name") if self.model else Kind.choices
        names = ((str(value), str(label)) for value, label in found)
        return dict(sorted(names, key=lambda pair: (fold(pair[1]), pair[0])))


ACTIVITIES = Facet("activite", _("Activité"), "activities", Activity, many=True)
KINDS = Facet("milieu", _("Milieu"), "kind")
FACETS = (
    ACTIVITIES,
    Facet("clientele", _("Clientèle"), "clienteles", Clientele, many=True),
    Facet("mrc", _("MRC"), "mrc", Mrc),
    Facet("municipalite", _("Municipalité"), "municipality", Municipality),
    KINDS,
)
