"""A fiche's files as the pages of its people and of staff show them."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone

from .models import Organization
from .values import document_in_words, is_late


def shown_files(organization: Organization, name: str, value: Any) -> list[dict[str, Any]]:
    """A field's files for a page: a thumbnail's address or none, where it leads, its words, whether it has expired."""
    if name == "logo":
        return [_picture(organization, value, "")] if value else []
    if name == "pictures":
        return [_picture(organization, one["file"], one["alt"]) for one in value or []]
    if name == "documents":
        return [
            {
                "url": reverse("organizations:document", args=[organization.pk, one["file"]]),
                "text": document_in_words(one),
                "late": is_late(one, timezone.localdate()),
            }
            for one in value or []
        ]
    return []


def _picture(organization: Organization, pk: int, alt: str) -> dict[str, Any]:
    return {
        "thumb": reverse("organizations:picture", args=[organization.pk, pk, "petite"]),
        "url": reverse("organizations:picture", args=[organization.pk, pk, "grande"]),
        "alt": alt,
    }
