"""Importing fiches from a spreadsheet: received, checked, confirmed, written by pieces, taken over when interrupted.

Every piece is one transaction that also says how far the import is: a worker killed at any moment loses the piece it
was at, and whoever takes over begins with that piece. Rows are matched with the fiches that exist each time, so
that importing a row twice changes nothing the second time.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import Counter

from django.conf import settings
from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from guichet.core.errors import InvalidState
from guichet.core.events import record
from guichet.core.models import Event
from guichet.core.perms import is_agent

from ..content import FIELDS
from ..enums import ImportState
from ..imports.columns import find_header
from ..imports.planning import Action, Planned, Planner
from ..imports.reading import UnreadableFile, read_grid
from ..imports.rows import Places, Row, check_rows
from ..models import ImportBatch, Organization
from ..text import harmless
from ..values import content_of
from .base import require
from .content import publish

CHUNK = 200
PREVIEWED = 10
# Files this small are read, and imports this short written, while the person waits.
AT_ONCE_BYTES = 64 * 1024
AT_ONCE_ROWS = 500
# A piece takes a second: whoever is silent this long was killed.
SILENT_AFTER = dt.timedelta(minutes=2)
MAX_TAKEOVERS = 5
KEEP_FILES_FOR = dt.timedelta(days=30)


def start_import(*, file: File, actor) -> ImportBatch:
    """Receive a file and have it checked, at once or by the worker. Raises InvalidState for one that is too big."""
    require(is_agent(actor))
    if file.size > settings.IMPORT_MAX_BYTES:
        raise InvalidState(too_big(file.size))
    with transaction.atomic():
        batch = ImportBatch.objects.create(file=file, file_name=str(file.name)[-200:], created_by=actor)
        if file.size > AT_ONCE_BYTES:
            _enqueue(batch)
    if file.size <= AT_ONCE_BYTES:
        run_import(batch_id=batch.pk)
        batch.refresh_from_db()
    return batch


def too_big(size: int) -> str:
    """The sentence for a file past the limit."""
    return _(
        "Ce fichier pèse {size} Mo; la limite est de {max} Mo. Retirez-en les images et les feuilles inutiles."
    ).format(size=max(1, round(size / 1024 / 1024)), max=settings.IMPORT_MAX_BYTES // 1024 // 1024)


def _enqueue(batch: ImportBatch) -> None:
    from .. import tasks

    tasks.run_import.enqueue(batch.pk)


def confirm_import(*, batch: ImportBatch, actor) -> ImportBatch:
    """« Importer »: write what was checked. Raises InvalidState when it was done, or another one is at work."""
    require(is_agent(actor))
    try:
        with transaction.atomic():
            batch = ImportBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
            if batch.state != ImportState.READY:
                raise InvalidState(_("Cette importation a déjà été confirmée."))
            if not batch.changes_something:
                raise InvalidState(_("Il n’y a rien à importer : aucune fiche ne serait créée ni modifiée."))
            batch.state = ImportState.IMPORTING
            batch.confirmed_by = actor
            batch.heartbeat_at = timezone.now()
            batch.rows_done = batch.takeovers = 0
            batch.created_count = batch.updated_count = batch.unchanged_count = batch.error_count = 0
            batch.errors = []
            batch.save()
            if batch.rows_total > AT_ONCE_ROWS:
                _enqueue(batch)
    except IntegrityError as error:
        raise InvalidState(
            _("Une autre importation est en cours. Attendez qu’elle se termine, puis recommencez.")
        ) from error
    if batch.rows_total <= AT_ONCE_ROWS:
        run_import(batch_id=batch.pk)
        batch.refresh_from_db()
    return batch


@transaction.atomic
def abandon_import(*, batch: ImportBatch, actor) -> None:
    """Forget an import that was not confirmed, and its file."""
    require(is_agent(actor))
    batch = ImportBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if batch.state not in {ImportState.READY, ImportState.UNREADABLE}:
        raise InvalidState(_("Cette importation a déjà été confirmée."))
    file = batch.file
    batch.delete()
    transaction.on_commit(lambda: file.delete(save=False))


def run_import(*, batch_id: int) -> None:
    """Do what the import's state asks for: read and check the file, or write its rows from where it was left."""
    batch = ImportBatch.objects.select_related("confirmed_by").get(pk=batch_id)
    if batch.state in {ImportState.UPLOADED, ImportState.CHECKING}:
        _check(batch)
    elif batch.state == ImportState.IMPORTING:
        _write(batch)


def _read_rows(batch: ImportBatch) -> list[Row]:
    """The file's rows, each with its errors. Raises UnreadableFile."""
    with batch.file.open("rb") as file:
        grid = read_grid(file.read(), max_rows=settings.IMPORT_MAX_ROWS)
    header = find_header(grid.rows)
    batch.ignored_columns = header.ignored
    batch.rows_hidden = len([number for number in grid.hidden if number > header.row_number])
    rows = list(check_rows(grid, header, Places()))
    if not rows:
        raise UnreadableFile(_("Il n’y a aucune ligne sous les noms des colonnes."))
    return rows


def _check(batch: ImportBatch) -> None:
    """Read the file and foresee what importing it would do."""
    ImportBatch.objects.filter(pk=batch.pk).update(state=ImportState.CHECKING, heartbeat_at=timezone.now())
    try:
        rows = _read_rows(batch)
    except UnreadableFile as problem:
        batch.state = ImportState.UNREADABLE
        batch.problem = str(problem)
        batch.finished_at = timezone.now()
    else:
        _foresee(batch, rows)
        batch.state = ImportState.READY
    batch.heartbeat_at = timezone.now()
    with transaction.atomic():
        # Somebody who took over may have finished first, and the import may even be confirmed by now.
        if (
            ImportBatch.objects.select_for_update(of=("self",))
            .filter(pk=batch.pk, state=ImportState.CHECKING)
            .exists()
        ):
            batch.save()


def _foresee(batch: ImportBatch, rows: list[Row]) -> None:
    """Note on the import what writing its rows would do; the caller saves."""
    planner, counts, preview, errors = Planner(), Counter(), {}, []
    for start in range(0, len(rows), CHUNK):
        for planned in planner.plan(rows[start : start + CHUNK]):
            counts[planned.action] += 1
            if planned.action == Action.REFUSE:
                errors.extend(error.as_json() for error in planned.row.errors)
            elif len(shown := preview.setdefault(planned.action.value, [])) < PREVIEWED:
                shown.append(planned.as_json())
    batch.rows_total = len(rows)
    batch.preview, batch.errors = preview, errors
    _set_counts(batch, counts)


def _set_counts(batch: ImportBatch, counts: Counter) -> None:
    for action in Action:
        name = f"{action.value}_count"
        setattr(batch, name, getattr(batch, name) + counts[action])


def _write(batch: ImportBatch) -> None:
    """Write the rows that are left, piece by piece."""
    rows = _read_rows(batch)
    planner = Planner()
    start = batch.rows_done
    while start < len(rows):
        if not _write_piece(batch.pk, rows, start, planner):
            return
        start += CHUNK
    ImportBatch.objects.filter(pk=batch.pk, state=ImportState.IMPORTING, rows_done=len(rows)).update(
        state=ImportState.DONE, finished_at=timezone.now()
    )


@transaction.atomic
def _write_piece(batch_id: int, rows: list[Row], start: int, planner: Planner) -> bool:
    """Write one piece; False when somebody else has taken the import over."""
    batch = ImportBatch.objects.select_for_update(of=("self",)).get(pk=batch_id)
    if batch.state != ImportState.IMPORTING or batch.rows_done != start:
        return False
    piece = rows[start : start + CHUNK]
    plan = planner.plan(piece, lock=True)
    new = [planned.organization for planned in plan if planned.action == Action.CREATE]
    for organization in new:
        organization.refresh_search_text()
    Organization.objects.bulk_create(new)
    for planned in plan:
        if planned.action == Action.UPDATE:
            _update(batch, planned)
    Event.objects.bulk_create(_created_event(batch, organization) for organization in new)
    _set_counts(batch, Counter(planned.action for planned in plan))
    batch.errors += [error.as_json() for planned in plan for error in planned.row.errors]
    batch.rows_done = start + len(piece)
    batch.takeovers = 0
    batch.heartbeat_at = timezone.now()
    batch.save()
    return True


def _update(batch: ImportBatch, planned: Planned) -> None:
    """Put a row's values in force: a version like any other, whose event names the file."""
    wanted = planned.organization
    fiche = Organization.objects.select_related("municipality").get(pk=wanted.pk)
    reason = _("Importation du fichier « {file} »").format(file=batch.file_name)
    values = content_of(wanted, [name for name in planned.before if name in FIELDS])
    publish(organization=fiche, values=values, actor=batch.confirmed_by, reason=reason)
    if "external_id" in planned.before:
        fiche.external_id = wanted.external_id
        fiche.refresh_search_text()
        fiche.save(update_fields=["external_id", "staff_text", "updated_at"])
        label = str(Organization._meta.get_field("external_id").verbose_name)
        record(
            verb="organizations.fiche_changed",
            actor=batch.confirmed_by,
            subject=fiche,
            reason=reason,
            data={"fields": label},
        )


def _created_event(batch: ImportBatch, organization: Organization) -> Event:
    """The fiche's timeline tells who imported it from which file."""
    return Event(
        verb="organizations.fiche_imported",
        actor=batch.confirmed_by,
        actor_name=str(batch.confirmed_by or "")[:250],
        subject_type=organization._meta.label_lower,
        subject_id=organization.pk,
        subject_name=organization.name,
        data={"file": batch.file_name},
    )


def resume_imports(*, now: dt.datetime | None = None) -> int:
    """Take over the imports whose worker was killed; give up the ones that fail each time. Return how many."""
    now = now or timezone.now()
    silent = ImportBatch.objects.at_work().filter(heartbeat_at__lt=now - SILENT_AFTER)
    count = 0
    for pk in list(silent.values_list("pk", flat=True)):
        with transaction.atomic():
            batch = silent.select_for_update(of=("self",)).filter(pk=pk).first()
            if batch is None:
                continue
            batch.heartbeat_at = now
            batch.takeovers += 1
            if batch.takeovers > MAX_TAKEOVERS:
                _give_up(batch, now)
            else:
                _enqueue(batch)
            batch.save(update_fields=["heartbeat_at", "takeovers", "state", "problem", "finished_at"])
            count += 1
    return count


def _give_up(batch: ImportBatch, now: dt.datetime) -> None:
    if batch.state == ImportState.IMPORTING:
        batch.state = ImportState.DONE
        batch.problem = _(
            "L’importation s’est arrêtée après {done} lignes sur {total}. Ce qui est importé le reste : "
            "envoyez le même fichier de nouveau pour faire la suite."
        ).format(done=batch.rows_done, total=batch.rows_total)
    else:
        batch.state = ImportState.UNREADABLE
        batch.problem = _(
            "La lecture de ce fichier s’arrête chaque fois. Copiez ses données dans un nouveau classeur."
        )
    batch.finished_at = now


def forget_import_files(*, now: dt.datetime | None = None) -> int:
    """Delete the files of old imports, and the imports that nobody confirmed (Law 25: no longer than needed)."""
    now = now or timezone.now()
    old = ImportBatch.objects.filter(created_at__lt=now - KEEP_FILES_FOR).exclude(state=ImportState.IMPORTING)
    count = 0
    for batch in old.exclude(Q(file="") & Q(state=ImportState.DONE)):
        batch.file.delete(save=False)
        if batch.state == ImportState.DONE:
            batch.errors = []
            batch.preview = {}
            batch.save()
        else:
            batch.delete()
        count += 1
    return count


def errors_as_csv(batch: ImportBatch) -> str:
    """The errors as a spreadsheet; what could be taken for a formula is made harmless."""
    lines = io.StringIO()
    writer = csv.writer(lines, delimiter=";")
    writer.writerow([_("Ligne"), _("Colonne"), _("Valeur"), _("À faire")])
    for error in batch.errors:
        writer.writerow([error["row"], error["column"], harmless(error["value"]), error["message"]])
    return lines.getvalue()
