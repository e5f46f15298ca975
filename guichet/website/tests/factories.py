"""Documents of the médiathèque for tests."""

from __future__ import annotations

from django.core.files.base import ContentFile
from wagtail.documents.models import Document
from wagtail.models import Collection


def add_document(title: str, *, collection: str) -> Document:
    """A document in the collection of that name."""
    document = Document(title=title, collection=Collection.objects.get(name=collection), file_size=7)
    document.file.save("document.txt", ContentFile(b"bonjour"), save=False)
    document.save()
    return document
