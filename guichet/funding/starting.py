"""The reasons of decisions that a new portal starts with; afterwards they are the staff's."""

from __future__ import annotations

from django.contrib.auth.models import Group, Permission
from django.db import transaction

from guichet.accounts.services import AGENTS_GROUP

from .models import DecisionReason
from .services.letters import starting_data


@transaction.atomic
def load_reasons() -> int:
    """Fill the list of reasons when it is empty, and let the agents keep it; return how many were added."""
    if DecisionReason.objects.exists():
        return 0
    reasons = [DecisionReason(text=text, next_step=step) for text, step in starting_data()["reasons"]]
    group, _created = Group.objects.get_or_create(name=AGENTS_GROUP)
    names = [f"{action}_decisionreason" for action in ("add", "change", "view")]
    group.permissions.add(
        *Permission.objects.filter(content_type__app_label=DecisionReason._meta.app_label, codename__in=names)
    )
    return len(DecisionReason.objects.bulk_create(reasons))
