"""What changes a person."""

from __future__ import annotations

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils.translation import gettext as _

from guichet.core.events import record

from .models import User

AGENTS_GROUP = "Agents"


@transaction.atomic
def update_profile(*, user: User, changed: list[str]) -> User:
    """Save a profile that a form has validated and filled in; ``changed`` names the fields that differ."""
    if changed:
        user.save(update_fields=changed)
        labels = ", ".join(str(User._meta.get_field(name).verbose_name) for name in changed)
        record(verb="accounts.profile_changed", actor=user, person=user, data={"fields": labels})
    return user


@transaction.atomic
def note_password_changed(*, user: User) -> None:
    """Remember that the person has a new password, whichever way they chose it."""
    record(verb="accounts.password_changed", actor=user, person=user)


@transaction.atomic
def note_email_changed(*, user: User, old: str, new: str) -> None:
    """Remember that another address took effect."""
    record(verb="accounts.email_changed", actor=user, person=user, data={"old": old, "new": new})


@transaction.atomic
def set_staff(*, user: User, is_staff: bool, is_admin: bool, actor: User | None) -> User:
    """Give or take away the staff side. An admin is staff too; the group carries Wagtail's own permissions."""
    before = (user.is_staff, user.is_superuser)
    user.is_staff = is_staff or is_admin
    user.is_superuser = is_admin
    user.save(update_fields=["is_staff", "is_superuser"])
    group, _created = Group.objects.get_or_create(name=AGENTS_GROUP)
    if user.is_staff:
        user.groups.add(group)
    else:
        user.groups.remove(group)
    if before != (user.is_staff, user.is_superuser):
        if user.is_staff:
            role = _("administrateur") if is_admin else _("agent")
            record(verb="accounts.staff_granted", actor=actor, person=user, data={"role": role})
        else:
            record(verb="accounts.staff_withdrawn", actor=actor, person=user)
    return user
