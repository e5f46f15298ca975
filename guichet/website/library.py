"""The médiathèque: which documents a visitor may know of, and how they are found."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet
from django.http import HttpRequest
from wagtail.documents.models import Document
from wagtail.models import Collection, CollectionViewRestriction

from guichet.organizations.text import fold

from .perms import can_read_client_documents


class Reading:
    """What one visitor may read: the collections that are not for everybody, and those closed to them."""

    def __init__(self, request: HttpRequest) -> None:
        self.restricted: set[int] = set()
        self.closed: set[int] = set()
        restrictions = CollectionViewRestriction.objects.select_related("collection").prefetch_related("groups")
        for restriction in restrictions:
            # A restriction holds for the collections underneath too.
            inside = set(Collection.get_tree(restriction.collection).values_list("pk", flat=True))
            self.restricted |= inside
            if not _lets_in(restriction, request):
                self.closed |= inside

    def shown(self, documents: Iterable[Document | None]) -> list[Document]:
        """Those that this visitor may open, each told apart when it is not for everybody."""
        found = [document for document in documents if document and document.collection_id not in self.closed]
        for document in found:
            document.is_restricted = document.collection_id in self.restricted
        return found

    def documents(self) -> QuerySet[Document]:
        """All that this visitor may open, by collection then by title."""
        return (
            Document.objects.exclude(collection__in=self.closed)
            .select_related("collection")
            .order_by("collection__name", "title", "pk")
        )

    def hides_documents(self) -> bool:
        """Whether there are documents that this visitor may not open."""
        return bool(self.closed) and Document.objects.filter(collection__in=self.closed).exists()


def _lets_in(restriction: CollectionViewRestriction, request: HttpRequest) -> bool:
    if restriction.restriction_type == CollectionViewRestriction.LOGIN:
        return can_read_client_documents(request.user)
    return restriction.accept_request(request)


def reading_of(request: HttpRequest) -> Reading:
    """What the visitor of this request may read; asked of the database once a request."""
    if not hasattr(request, "_reading"):
        request._reading = Reading(request)
    return request._reading


def with_title(documents: QuerySet[Document], query: str) -> QuerySet[Document]:
    """The documents whose title holds every word of ``query``, accents and case ignored.

    Compared here and not in the database: SQLite and PostgreSQL fold accents differently, and a body's
    médiathèque holds hundreds of titles, not millions.
    """
    words = fold(query)[:200].split()
    if not words:
        return documents
    found = [pk for pk, title in documents.values_list("pk", "title") if all(word in fold(title) for word in words)]
    return documents.filter(pk__in=found)
