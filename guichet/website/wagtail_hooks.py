"""What the site adds to Wagtail's own behaviour."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from wagtail import hooks
from wagtail.documents.models import Document

from .library import reading_of


@hooks.register("before_serve_document", order=10)
def keep_client_documents_for_clients(document: Document, request: HttpRequest) -> None:
    """A signed-in person without an active access may not know of client documents: 404.

    Wagtail's own check, which comes before, sends visitors to the sign-in page.
    """
    if request.user.is_authenticated and document.collection_id in reading_of(request).closed:
        raise Http404
