"""Programmes: created, changed, put in the site and taken out of it, given to agents."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from guichet.core.errors import InvalidState
from guichet.core.events import record

from .. import perms
from ..models import Program
from .base import require


def lock_program(program: Program) -> Program:
    """The programme as it is now."""
    return Program.objects.select_for_update(of=("self",)).get(pk=program.pk)


@transaction.atomic
def create_program(*, program: Program, actor, officers: Iterable = ()) -> Program:
    """Create a programme; it is not in the site yet."""
    require(perms.can_create_program(actor))
    program.is_published = False
    program.save()
    record(verb="funding.program_created", actor=actor, subject=program)
    _assign(program, list(officers), actor)
    return program


@transaction.atomic
def update_program(*, program: Program, actor, officers: Iterable | None = None) -> Program:
    """Change a programme. ``officers``: None leaves them, which is all that an agent may do."""
    stored = lock_program(program)
    require(perms.can_run_program(actor, stored))
    # The state has verbs of its own.
    program.is_published = stored.is_published
    program.save()
    record(verb="funding.program_changed", actor=actor, subject=program)
    if officers is not None:
        require(perms.can_create_program(actor))
        _assign(program, list(officers), actor)
    return program


def _assign(program: Program, officers: list, actor) -> None:
    if {user.pk for user in officers} == set(program.officers.values_list("pk", flat=True)):
        return
    program.officers.set(officers)
    names = ", ".join(str(user) for user in officers) or _("personne")
    record(verb="funding.program_assigned", actor=actor, subject=program, data={"officers": names})


@transaction.atomic
def publish_program(*, program: Program, actor) -> Program:
    """Put it in the site, with its published calls."""
    return _show(program, True, actor)


@transaction.atomic
def unpublish_program(*, program: Program, actor) -> Program:
    """Take it out of the site: its calls take no application any more; nothing that was written is lost."""
    return _show(program, False, actor)


def _show(program: Program, shown: bool, actor) -> Program:
    program = lock_program(program)
    require(perms.can_run_program(actor, program))
    if program.is_published == shown:
        raise InvalidState(
            _("Ce programme paraît déjà dans le site.")
            if shown
            else _("Ce programme ne paraît déjà plus dans le site.")
        )
    program.is_published = shown
    program.save(update_fields=["is_published"])
    verb = "funding.program_published" if shown else "funding.program_unpublished"
    record(verb=verb, actor=actor, subject=program)
    return program
