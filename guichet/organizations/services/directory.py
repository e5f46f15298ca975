"""The public directory's projection of a fiche: written with every publication, deleted with the agreement."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from guichet.core.events import record

from .. import messages
from ..models import AccessFeature, DirectoryEntry, DirectoryTerm, ErrorReport, Municipality, Organization
from ..text import fold, stems
from ..values import public_content

# What a visitor may search in, beside the name; a list of choices is searched by its choices' names.
SEARCHED = ("initials", "description", "territory", "federation", "season_note", "access_note")


@transaction.atomic
def refresh_entry(organization: Organization) -> None:
    """Write what the public may see of a fiche; delete it when there is nothing to see any more."""
    values = public_content(organization)
    if not values:
        DirectoryEntry.objects.filter(organization=organization).delete()
        return
    place = Municipality.objects.filter(pk=values.get("municipality")).select_related("mrc").first()
    name = values.get("usual_name") or values["name"]
    entry, _created = DirectoryEntry.objects.update_or_create(
        organization=organization,
        defaults={
            "name": name,
            "sort_key": fold(name)[:120],
            "kind": values["kind"],
            "municipality": place,
            "mrc": place.mrc if place else None,
            "data": values,
            "confirmed_at": organization.content_confirmed_at,
            "updated_at": timezone.now(),
        },
    )
    entry.activities.set(values.get("activities", []))
    entry.clienteles.set(values.get("clienteles", []))
    former = _terms_of(entry)
    entry.name_words = " ".join(stems(f"{values['name']} {values.get('usual_name', '')} {values.get('initials', '')}"))
    entry.words = " ".join(
        stems(
            " ".join(
                [
                    *(str(values.get(field, "")) for field in SEARCHED),
                    *entry.activities.values_list("name", flat=True),
                    *entry.clienteles.values_list("name", flat=True),
                    *AccessFeature.objects.filter(pk__in=values.get("access_features", [])).values_list(
                        "name", flat=True
                    ),
                    place.name if place else "",
                ]
            )
        )
    )
    entry.save(update_fields=["name_words", "words"])
    _index(entry)
    _count_terms(gone=former - _terms_of(entry), come=_terms_of(entry) - former)


def forget_entry(entry: DirectoryEntry) -> None:
    """Forget the words of an entry that was deleted, however it was: no search finds them, no neighbour names them."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM organizations_directorysearch WHERE rowid = %s", [entry.organization_id])
    _count_terms(gone=_terms_of(entry), come=set())


@transaction.atomic
def report_error(*, entry: DirectoryEntry, message: str, email: str, page: str) -> ErrorReport:
    """« Signaler une erreur »: keep what a visitor says, and tell the fiche's gestionnaires, else the body's staff.

    ``page`` is the full address of what they were reading.
    """
    organization = entry.organization
    report = ErrorReport.objects.create(organization=organization, message=message.strip(), email=email.strip())
    record(verb="organizations.error_reported", actor=None, subject=organization)
    messages.error_reported(report, page=page)
    return report


def _terms_of(entry: DirectoryEntry) -> set[str]:
    return {*entry.name_words.split(), *entry.words.split()}


def _index(entry: DirectoryEntry) -> None:
    """PostgreSQL's index is an expression of the row; SQLite's is a table beside it."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM organizations_directorysearch WHERE rowid = %s", [entry.organization_id])
        cursor.execute(
            "INSERT INTO organizations_directorysearch (rowid, name_words, words) VALUES (%s, %s, %s)",
            [entry.organization_id, entry.name_words, entry.words],
        )


def _count_terms(*, gone: Iterable[str], come: Iterable[str]) -> None:
    """Keep the vocabulary. Rows are locked in one order: two publications never wait for each other in a ring."""
    gone, come = set(gone), set(come)
    DirectoryTerm.objects.bulk_create([DirectoryTerm(term=term) for term in sorted(come)], ignore_conflicts=True)
    terms = DirectoryTerm.objects.filter(term__in=gone | come)
    list(terms.order_by("term").select_for_update().values_list("pk"))
    DirectoryTerm.objects.filter(term__in=come).update(entries=F("entries") + 1)
    DirectoryTerm.objects.filter(term__in=gone, entries__gt=0).update(entries=F("entries") - 1)
    DirectoryTerm.objects.filter(term__in=gone, entries=0).delete()
