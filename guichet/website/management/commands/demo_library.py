"""`manage.py demo_library`: two documents in the médiathèque of a demo, one for everybody, one for clients."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.documents.models import Document
from wagtail.models import Collection

from guichet.website.services import CLIENTS_COLLECTION, PUBLIC_COLLECTION

GUIDE_LINES = [
    "Guide de l'espace client",
    "",
    "1. Créez votre compte et choisissez la fiche de votre organisme.",
    "2. Confirmez votre adresse courriel.",
    "3. Notre réponse vous parvient par courriel.",
    "4. Invitez vos collègues, chacun avec son propre compte.",
]
BUDGET = (
    "Poste;Montant demandé;Autres sources;Total\n"
    "Salaires et honoraires;;;\n"
    "Location d’équipement;;;\n"
    "Matériel et fournitures;;;\n"
    "Promotion;;;\n"
)


def pdf(lines: list[str]) -> bytes:
    """A page of text as a PDF 1.4 file (ISO 32000-1, 7.5); enough for a sample, in the Latin-1 alphabet."""
    escaped = [line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)") for line in lines]
    shown = "".join(f"({line}) Tj T*\n" for line in escaped)
    stream = f"BT /F1 13 Tf 22 TL 72 740 Td\n{shown}ET".encode("cp1252")
    page = b"/Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Lang (fr-CA) >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page %s >>" % page,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    content, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(content)
    content += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    content += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return content + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)


class Command(BaseCommand):
    """Two documents, so that the médiathèque of a demo is not empty."""

    help = "Add two sample documents to an empty médiathèque. Never in production."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Add them when there is no document at all, and when `setup_site` has made the collections."""
        if settings.PRODUCTION:
            raise CommandError(_("La démonstration ne s’exécute pas en production."))
        if Document.objects.exists():
            return
        collections = {collection.name: collection for collection in Collection.objects.all()}
        if not {PUBLIC_COLLECTION, CLIENTS_COLLECTION} <= collections.keys():
            raise CommandError(_("Exécutez d’abord : manage.py setup_site"))
        samples = [
            ("Guide de l’espace client", PUBLIC_COLLECTION, "guide-espace-client.pdf", pdf(GUIDE_LINES)),
            (
                "Modèle de budget pour une demande d’assistance financière",
                CLIENTS_COLLECTION,
                "modele-budget.csv",
                BUDGET.encode("utf-8-sig"),
            ),
        ]
        for title, collection, name, content in samples:
            document = Document(title=title, collection=collections[collection])
            document.file.save(name, ContentFile(content), save=False)
            document.file_size = len(content)
            document.save()
