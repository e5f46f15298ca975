"""A fiche's files: received, named by its content, reminded of, forgotten when nothing ever named them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from guichet.core.errors import InvalidState
from guichet.core.events import record
from guichet.core.uploads import CleanFile

from .. import messages, perms
from ..models import FicheFile, FicheSettings, Organization
from ..values import FILE_FIELDS, files_in
from .base import require

FILES_AT_MOST = 200
# Whoever sent a file and never saved has this long to come back to the form.
UNUSED_KEPT_FOR = dt.timedelta(days=7)


@transaction.atomic
def receive_file(*, organization: Organization, purpose: str, clean: CleanFile, actor) -> FicheFile:
    """Keep a file that was made safe. It shows nowhere until the fiche's content names it.

    Raises PermissionDenied, and InvalidState past `FILES_AT_MOST` files, versions of before included.
    """
    require(perms.can_edit_fiche(actor, organization))
    if organization.files.count() >= FILES_AT_MOST:
        raise InvalidState(_("Cette fiche a déjà beaucoup de fichiers. Écrivez-nous pour en ajouter d’autres."))
    stored = FicheFile(
        organization=organization,
        purpose=purpose,
        name=clean.name,
        content_type=clean.content_type,
        size=clean.size,
        width=clean.width,
        height=clean.height,
        uploaded_by=actor,
    )
    stored.file.save(f"file{clean.extension}", clean.content, save=False)
    if clean.small:
        stored.small.save(f"small{clean.extension}", ContentFile(clean.small), save=False)
    stored.save()
    return stored


def use_files(organization: Organization, values: Mapping[str, Any]) -> None:
    """Mark the files that these values name as the fiche's; raises InvalidState for one that is not, or no more."""
    for name in FILE_FIELDS.keys() & values.keys():
        wanted = set(files_in(name, values[name]))
        own = organization.files.filter(pk__in=wanted, purpose=FILE_FIELDS[name])
        if own.count() != len(wanted):
            raise InvalidState(_("Un de ces fichiers n’est plus là. Ajoutez-le de nouveau."))
        own.filter(is_used=False).update(is_used=True)


@transaction.atomic
def forget_unused_files(*, now: dt.datetime | None = None) -> int:
    """Delete the files that were sent and never saved; return how many."""
    now = now or timezone.now()
    count = 0
    for file in FicheFile.objects.filter(is_used=False, uploaded_at__lt=now - UNUSED_KEPT_FOR).select_for_update():
        delete_content(file)
        file.delete()
        count += 1
    return count


def delete_content(file: FicheFile) -> None:
    """Delete what a file holds once the transaction stands: a row without content would be worse than the reverse."""
    for held in (file.file, file.small):
        if held:
            transaction.on_commit(lambda storage=held.storage, name=held.name: storage.delete(name))


@transaction.atomic
def send_document_reminders(*, today: dt.date | None = None) -> int:
    """Tell gestionnaires of the documents that expire soon, then of those that have; return how many messages' worth.

    Once before and once after each expiry date: another date is another reminder.
    """
    today = today or timezone.localdate()
    soon = today + dt.timedelta(days=FicheSettings.load().document_reminder_days)
    count = 0
    for organization in Organization.objects.active().exclude(documents=[]):
        due = {
            one["file"]: one
            for one in organization.documents
            if one.get("expires_on") and dt.date.fromisoformat(one["expires_on"]) <= soon
        }
        for file in organization.files.select_for_update().filter(pk__in=due):
            expires_on = dt.date.fromisoformat(due[file.pk]["expires_on"])
            late = expires_on < today
            if file.reminded_for == expires_on and file.reminded_late == late:
                continue
            file.reminded_for, file.reminded_late = expires_on, late
            file.save(update_fields=["reminded_for", "reminded_late"])
            title = due[file.pk]["title"] or file.name
            messages.document_expires(organization, title=title, expires_on=expires_on, late=late)
            record(
                verb="organizations.document_reminded",
                actor=None,
                subject=organization,
                data={"document": title},
            )
            count += 1
    return count
