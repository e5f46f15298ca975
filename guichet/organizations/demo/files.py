"""The demo's files: a logo and a picture that are drawn here, documents that are invented, and who agreed to what."""

from __future__ import annotations

import datetime as dt
import io

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image, ImageDraw

from guichet.accounts.models import User
from guichet.core.uploads import clean_document, clean_picture

from .. import services
from ..enums import FilePurpose
from ..models import FicheFile, Organization
from .moments import DAY, happened

BLUE, WATER, WHITE, RED = "#0b5cad", "#5ab4e6", "#ffffff", "#d1495b"
# The smallest document that a reader of PDF opens: one empty page.
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)


def tell_files(*, accounts: dict[str, User], main: Organization) -> None:
    """The main fiche's logo, picture, documents and people, put there by its gestionnaire."""
    manager = accounts["gestionnaire"]
    logo = _keep(main, manager, _drawn("logo.png", _logo()))
    pool = _keep(main, manager, _drawn("bassin.png", _pool()))
    insurance, charter = (
        _keep(main, manager, SimpleUploadedFile(name, PDF)) for name in ("police.pdf", "lettres.pdf")
    )
    today = timezone.localdate()
    people = [
        {"name": str(manager), "function": "Présidente", "email": manager.email, "phone": "+18195550155"},
        {"name": "Réjean Houle", "function": "Trésorier", "email": "rejean.houle@example.org", "phone": ""},
    ]
    with happened(9 * DAY):
        services.save_section(
            organization=main,
            values={
                "logo": logo.pk,
                "pictures": [{"file": pool.pk, "alt": "Les couloirs du bassin de 25 mètres, vus du bord."}],
                "documents": [
                    _document(charter, "charter", "Lettres patentes", None),
                    _document(insurance, "insurance", "Assurance responsabilité", today + 20 * DAY),
                ],
                "people": people,
                "members_count": 142,
            },
            base={},
            actor=manager,
        )
    with happened(8 * DAY):
        services.answer_consent(organization=main, email=manager.email, parts=["name", "function"], actor=manager)


def _keep(organization: Organization, actor: User, upload: SimpleUploadedFile) -> FicheFile:
    is_picture = upload.name.endswith(".png")
    return services.receive_file(
        organization=organization,
        purpose=FilePurpose.PICTURE if is_picture else FilePurpose.DOCUMENT,
        clean=clean_picture(upload) if is_picture else clean_document(upload),
        actor=actor,
    )


def _document(file: FicheFile, kind: str, title: str, expires_on: dt.date | None) -> dict[str, object]:
    return {
        "file": file.pk,
        "kind": kind,
        "title": title,
        "expires_on": expires_on.isoformat() if expires_on else "",
    }


def _drawn(name: str, image: Image.Image) -> SimpleUploadedFile:
    written = io.BytesIO()
    image.save(written, "PNG")
    return SimpleUploadedFile(name, written.getvalue())


def _logo() -> Image.Image:
    """A swimmer in a circle."""
    image = Image.new("RGBA", (480, 480), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    pen.ellipse((10, 10, 470, 470), fill=BLUE)
    pen.ellipse((290, 150, 360, 220), fill=WHITE)
    pen.line((110, 230, 220, 160, 270, 240), fill=WHITE, width=34, joint="curve")
    for height in (300, 360):
        for left in range(120, 360, 80):
            pen.arc((left, height, left + 80, height + 50), 180, 360, fill=WATER, width=16)
    return image


def _pool() -> Image.Image:
    """Lanes that go away from whoever looks."""
    image = Image.new("RGB", (1200, 900), WATER)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, 1200, 260), fill="#cfd8dc")
    for window in range(60, 1200, 190):
        pen.rectangle((window, 50, window + 130, 190), fill="#eef6fb")
    for lane in range(-3, 10):
        pen.line((480 + lane * 40, 260, lane * 260 - 100, 900), fill=RED if lane % 2 else WHITE, width=9)
    pen.rectangle((0, 250, 1200, 275), fill=BLUE)
    return image
