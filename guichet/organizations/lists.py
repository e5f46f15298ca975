"""The lists that a fiche chooses from, as a new portal starts with them; afterwards they are the staff's."""

from __future__ import annotations

import json
from pathlib import Path

from django.contrib.auth.models import Group, Permission
from django.db import models, transaction

from guichet.accounts.services import AGENTS_GROUP

from .models import AccessFeature, Activity, Clientele

STARTING_LISTS = Path(__file__).resolve().parent / "data" / "listes.json"
LISTS: tuple[type[models.Model], ...] = (Activity, Clientele, AccessFeature)


@transaction.atomic
def load_lists() -> int:
    """Fill the lists that are empty, and let the agents keep them; return how many choices were added.

    A list that has anything is left as the staff made it; so are permissions, once the lists were there.
    """
    if all(model.objects.exists() for model in LISTS):
        return 0
    count = sum(len(_fill(model, choices)) for model, choices in _starting_choices().items())
    _permit_agents()
    return count


def _starting_choices() -> dict[type[models.Model], list[models.Model]]:
    data = json.loads(STARTING_LISTS.read_text())
    return {
        Activity: [
            Activity(name=name, family=family) for family, names in data["activities"].items() for name in names
        ],
        Clientele: [Clientele(name=name) for name in data["clienteles"]],
        AccessFeature: [AccessFeature(name=name) for name in data["access_features"]],
    }


def _fill(model: type[models.Model], choices: list[models.Model]) -> list[models.Model]:
    return [] if model.objects.exists() else model.objects.bulk_create(choices)


def _permit_agents() -> None:
    """Add and change: what is no longer offered is archived, so that the fiches that chose it keep it."""
    group, _created = Group.objects.get_or_create(name=AGENTS_GROUP)
    names = [f"{action}_{model._meta.model_name}" for model in LISTS for action in ("add", "change", "view")]
    label = Activity._meta.app_label
    group.permissions.add(*Permission.objects.filter(content_type__app_label=label, codename__in=names))
