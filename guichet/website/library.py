"""The médiathèque: which documents a visitor may know of, and how they are found."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists
from django.http import HttpRequest
from wagtail.documents.models import Document
from wagtail.models import Collection, CollectionViewRestriction

from guichet.core.perms import is_agent
from guichet.organizations.enums import OrganizationStatus
from guichet.organizations.models import Access
from guichet.organizations.text import fold


class Reading:
    """What one visitor may read: the collections that are not for everybody, and those closed to them."""

    def __init__(self, request: HttpRequest) -> None:
        self.restricted: set[int] = set()
        self.closed: set[int] = set()
        accesses = Access.objects.active().filter(user=request.user.pk, organization__status=OrganizationStatus.ACTIVE)
        restrictions = CollectionViewRestriction.objects.select_related("collection").annotate(
            is_client=Exists(accesses)
        )
        for restriction in restrictions:
            inside = _with_descendants(restriction.collection)
            self.restricted |= inside
            if not _lets_in(restriction, request):
                self.closed |= inside

    def shown(self, documents: Iterable[Document | None]) -> list[Document]:
        """Those that this visitor may open, each told apart when it is not for everybody."""
        found = [document for document in documents if document and document.collection_id not in self.closed]
        for document in found:
            document.is_restricted = document.collection_id in self.restricted
        return found


def _with_descendants(collection: Collection) -> set[int]:
    """A restriction holds for the collections underneath too."""
    if not collection.numchild:
        return {collection.pk}
    return set(Collection.get_tree(collection).values_list("pk", flat=True))


def _lets_in(restriction: CollectionViewRestriction, request: HttpRequest) -> bool:
    """« Client documents » are for people with an active access, and for staff (DESIGN, section 2).

    Wagtail's « any logged-in users » would let in whoever has signed up.
    """
    if restriction.restriction_type == CollectionViewRestriction.LOGIN:
        return is_agent(request.user) or restriction.is_client
    return restriction.accept_request(request)


def reading_of(request: HttpRequest) -> Reading:
    """What the visitor of this request may read; asked of the database once a request."""
    if not hasattr(request, "_reading"):
        request._reading = Reading(request)
    return request._reading


def all_documents() -> list[Document]:
    """Every document, by collection then by title, as a French reader sorts them.

    Read at once: a body's médiathèque holds hundreds of documents, and SQLite and PostgreSQL would neither sort
    nor search accents alike.
    """
    documents = Document.objects.select_related("collection")
    return sorted(documents, key=lambda document: (fold(document.collection.name), fold(document.title), document.pk))


def with_title(documents: list[Document], query: str) -> list[Document]:
    """The documents whose title holds every word of ``query``, accents and case ignored."""
    words = fold(query).split()
    return [document for document in documents if all(word in fold(document.title) for word in words)]
