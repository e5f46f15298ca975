"""The public directory's projection of a fiche: written with every publication, deleted with the agreement."""

from __future__ import annotations

from django.utils import timezone

from ..models import AccessFeature, DirectoryEntry, Municipality, Organization
from ..text import fold
from ..values import public_content

# What a visitor may search in, beside the name; a list of choices is searched by its choices' names.
SEARCHED = ("initials", "description", "territory", "federation", "season_note", "access_note")


def refresh_entry(organization: Organization) -> None:
    """Write what the public may see of a fiche; delete it when there is nothing to see any more."""
    values = public_content(organization)
    if not values:
        DirectoryEntry.objects.filter(organization=organization).delete()
        return
    place = Municipality.objects.filter(pk=values.get("municipality")).select_related("mrc").first()
    name = values.get("usual_name") or values["name"]
    entry, _created = DirectoryEntry.objects.update_or_create(
        organization=organization,
        defaults={
            "name": name,
            "sort_key": fold(name)[:120],
            "kind": values["kind"],
            "municipality": place,
            "mrc": place.mrc if place else None,
            "data": values,
            "confirmed_at": organization.content_confirmed_at,
            "updated_at": timezone.now(),
        },
    )
    entry.activities.set(values.get("activities", []))
    entry.clienteles.set(values.get("clienteles", []))
    names = fold(f"{values['name']} {values.get('usual_name', '')} {values.get('initials', '')}")
    entry.name_words = names
    entry.words = fold(
        " ".join(
            [
                *(str(values.get(field, "")) for field in SEARCHED),
                *entry.activities.values_list("name", flat=True),
                *entry.clienteles.values_list("name", flat=True),
                *AccessFeature.objects.filter(pk__in=values.get("access_features", [])).values_list("name", flat=True),
                place.name if place else "",
            ]
        )
    )
    entry.save(update_fields=["name_words", "words"])
