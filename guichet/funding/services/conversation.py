"""Messages between the body and the fiche's people, on an application."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from guichet.core.errors import InvalidState
from guichet.core.events import record
from guichet.core.uploads import CleanFile

from .. import perms
from ..messages import evaluating as messages
from ..models import Application, MessageFile, ThreadMessage, ThreadRead
from .base import lock_application, require

FILES_AT_MOST = 5
MANY_AT_MOST = 500


@transaction.atomic
def write_to_fiche(*, application: Application, text: str, files: Iterable[CleanFile] = (), actor) -> ThreadMessage:
    """The body writes. Raises PermissionDenied, or InvalidState for an empty message or too many files."""
    application = lock_application(application)
    require(perms.can_work_on(actor, application))
    message = _write(application, text, files, actor, is_staff=True)
    messages.message_to_fiche(message)
    return message


@transaction.atomic
def write_to_body(*, application: Application, text: str, files: Iterable[CleanFile] = (), actor) -> ThreadMessage:
    """Somebody of the fiche writes. Raises as `write_to_fiche` does."""
    application = lock_application(application)
    require(perms.can_write_to_body(actor, application))
    message = _write(application, text, files, actor, is_staff=False)
    messages.message_to_staff(message)
    return message


def write_to_many(*, applications: Iterable[Application], text: str, actor) -> list[tuple[Application, str]]:
    """The same message in the thread of each; return each application with what held it back, or nothing."""
    results = []
    for application in applications:
        problem = ""
        try:
            write_to_fiche(application=application, text=text, actor=actor)
        except PermissionDenied:
            problem = _("Vous ne pouvez pas écrire à propos de cette demande.")
        except InvalidState as error:
            problem = str(error)
        results.append((application, problem))
    return results


def _write(application: Application, text: str, files: Iterable[CleanFile], actor, *, is_staff: bool) -> ThreadMessage:
    files = list(files)
    if application.submitted_at is None:
        raise InvalidState(_("Les messages commencent quand la demande est transmise."))
    if not text.strip() and not files:
        raise InvalidState(_("Écrivez votre message."))
    if len(files) > FILES_AT_MOST:
        raise InvalidState(_("Joignez au plus %(most)d fichiers à un message.") % {"most": FILES_AT_MOST})
    message = ThreadMessage.objects.create(
        application=application,
        author=actor,
        author_name=str(actor)[:250],
        is_staff=is_staff,
        text=text.strip(),
    )
    for clean in files:
        held = MessageFile(message=message, name=clean.name, content_type=clean.content_type, size=clean.size)
        held.file.save(f"file{clean.extension}", clean.content, save=False)
        held.save()
    record(verb="funding.message_sent", actor=actor, subject=application)
    note_read(application=application, actor=actor)
    return message


def note_read(*, application: Application, actor) -> None:
    """This person has read the thread until now."""
    ThreadRead.objects.update_or_create(application=application, user=actor, defaults={"at": timezone.now()})
