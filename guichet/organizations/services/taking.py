"""Taking one's fiche along: all of it, with its history and its files, in an archive that needs no portal to read."""

from __future__ import annotations

import csv
import io
import json
import shutil
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import PurePath
from typing import IO, Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from guichet.core.events import record, sentence_of
from guichet.core.models import Event
from guichet.core.templatetags.guichet import moment

from .. import perms
from ..content import FIELDS, fields_of
from ..enums import Section
from ..models import FicheFile, Organization
from ..text import harmless
from ..values import content_of, files_in, in_words, label_of
from .base import require
from .content import versions
from .merging import timeline_of

# Beyond that, the archive waits on the disk.
IN_MEMORY = 8 * 1024 * 1024


def take_fiche(*, organization: Organization, actor) -> IO[bytes]:
    """The archive, open for reading: a readable index, the data for machines, the history, the files.

    Raises PermissionDenied for who does not answer for the fiche. Its people have a right to what it holds of them
    in a form that a machine reads (P-39.1, s. 27).
    """
    require(perms.can_manage_users(actor, organization))
    record(verb="organizations.fiche_taken", actor=actor, subject=organization)
    values = content_of(organization)
    files = [_Filed(file, _folder_of(file, values)) for file in organization.files.filter(is_used=True)]
    events = list(timeline_of(organization))
    kept = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the answer closes it
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("index.html", _index(organization, values, files, events))
        archive.writestr("fiche.json", _as_json(_data(organization, values, files)))
        archive.writestr("versions.json", _as_json([_version(one) for one in versions(organization)]))
        archive.writestr("historique.csv", _history(events))
        for filed in files:
            with filed.file.file.open("rb") as source, archive.open(filed.path, "w") as target:
                shutil.copyfileobj(source, target)
    kept.seek(0)
    return kept


@dataclass(frozen=True)
class _Filed:
    """A file and where it lies in the archive."""

    file: FicheFile
    folder: str

    @property
    def path(self) -> str:
        """A name that every system can write, and that no other file of the archive has."""
        name = PurePath(self.file.name)
        return f"{self.folder}/{self.file.pk}-{slugify(name.stem) or 'fichier'}.{slugify(name.suffix) or 'bin'}"


def _folder_of(file: FicheFile, values: dict[str, Any]) -> str:
    in_force = {pk for name in ("logo", "pictures", "documents") for pk in files_in(name, values[name])}
    folder = "images" if file.purpose == "picture" else "documents"
    return folder if file.pk in in_force else f"versions-anterieures/{folder}"


def _index(organization: Organization, values: dict[str, Any], files: list[_Filed], events: list[Event]) -> str:
    sections = [
        {
            "label": section.label,
            "rows": [{"label": label_of(name), "text": in_words(name, values[name])} for name in fields_of(section)],
        }
        for section in Section
    ]
    context = {
        "organization": organization,
        "sections": sections,
        "files": files,
        "events": [{"at": moment(event.at), "text": sentence_of(event), "reason": event.reason} for event in events],
        "today": timezone.now(),
    }
    return render_to_string("organizations/taken.html", context)


def _as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def _data(organization: Organization, values: dict[str, Any], files: list[_Filed]) -> dict[str, Any]:
    people = organization.accesses.select_related("user").order_by("pk")
    confirmed = organization.content_confirmed_at
    return {
        "id": organization.pk,
        "external_id": organization.external_id,
        "status": organization.status,
        "created_at": organization.created_at.isoformat(),
        "confirmed_at": confirmed.isoformat() if confirmed else None,
        "fields": {
            name: {"label": label_of(name), "value": values[name], "text": in_words(name, values[name])}
            for name in FIELDS
        },
        "users": [
            {"name": str(one.user), "email": one.user.email, "role": one.role, "status": one.status} for one in people
        ],
        "files": [
            {"id": filed.file.pk, "path": filed.path, "uploaded_at": filed.file.uploaded_at.isoformat()}
            for filed in files
        ],
    }


def _version(revision) -> dict[str, Any]:
    return {
        "at": revision.created_at.isoformat(),
        "by": str(revision.user) if revision.user else None,
        "content": {name: value for name, value in revision.content.items() if name in FIELDS},
    }


def _history(events: list[Event]) -> str:
    lines = io.StringIO()
    writer = csv.writer(lines, delimiter=";")
    writer.writerow([_("Date"), _("Quoi"), _("Motif")])
    for event in events:
        row = [timezone.localtime(event.at).isoformat(timespec="minutes"), sentence_of(event), event.reason]
        writer.writerow([harmless(cell) for cell in row])
    # The mark by which Excel knows UTF-8.
    return "\ufeff" + lines.getvalue()
