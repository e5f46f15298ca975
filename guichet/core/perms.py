"""Who works for the body: the two staff roles that every room asks about."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db import models

Person = models.Model | AnonymousUser


def is_agent(user: Person) -> bool:
    """An LSCQ employee, agent or admin."""
    return bool(user.is_authenticated and user.is_active and user.is_staff)


def is_admin(user: Person) -> bool:
    """An LSCQ admin: staff accounts, settings, privacy register."""
    return is_agent(user) and user.is_superuser
