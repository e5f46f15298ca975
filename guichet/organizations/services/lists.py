"""The lists that a fiche chooses from: what follows when one of their choices takes another name."""

from __future__ import annotations

from django.db import models, transaction

from ..models import DirectoryEntry
from ..values import LISTS
from .base import lock_organization
from .directory import refresh_entry


def choice_renamed(*, choice: models.Model) -> None:
    """Have the directory find the fiches that chose it by its new name, in the caller's transaction."""
    from .. import tasks

    field = next(name for name, model in LISTS.items() if isinstance(choice, model))
    tasks.refresh_entries_that_chose.enqueue(field, choice.pk)


def refresh_entries_that_chose(*, field: str, choice_id: int) -> int:
    """Write again the entries that show this choice, each under its fiche's lock; return how many."""
    entries = DirectoryEntry.objects.filter(**{f"organization__{field}": choice_id}).order_by("pk")
    shown = [pk for pk, data in entries.values_list("pk", "data") if choice_id in data.get(field, [])]
    for pk in shown:
        with transaction.atomic():
            refresh_entry(lock_organization(pk))
    return len(shown)
