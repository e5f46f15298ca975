"""Files that people send: measured before they are read, known by their content, pictures made anew."""

from __future__ import annotations

import hashlib
import io
import re
import struct
import warnings
import zipfile
from dataclasses import dataclass
from pathlib import PurePath

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps

PICTURE_BYTES = 15 * 1024 * 1024
DOCUMENT_BYTES = 20 * 1024 * 1024
# A decoded picture takes four bytes a pixel: no phone takes one of more, and no worker is filled by one.
PIXELS_AT_MOST = 50_000_000
LARGE, SMALL = 1600, 480
# A photographed page stays readable.
PAGE = 2600
NAME_LENGTH = 120
PICTURE_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
PICTURE_TYPE = "image/webp"
_UNREADABLE = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
    ImageCms.PyCMSError,
)
_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"
# A document's type by the end of its name, and the member that its archive must hold.
_ARCHIVES = {
    ".docx": (f"{_OFFICE}.wordprocessingml.document", "word/document.xml"),
    ".xlsx": (f"{_OFFICE}.spreadsheetml.sheet", "xl/workbook.xml"),
    ".odt": (f"{_OPEN}.text", "content.xml"),
    ".ods": (f"{_OPEN}.spreadsheet", "content.xml"),
}
# The end of an archive with the longest comment; what its directory holds at most.
ZIP_END_BYTES = 65_557
ZIP_MEMBERS, ZIP_DIRECTORY_BYTES = 5_000, 1024 * 1024
_PICTURES = {".jpg", ".jpeg", ".png", ".webp"}
DOCUMENT_EXTENSIONS = [".pdf", *_ARCHIVES, *sorted(_PICTURES)]
# What a form may ask for besides: a table of a treasurer's, as text.
TABLE_EXTENSION = ".csv"
_NOT_IN_TEXT = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class CappedUploads(FileUploadHandler):
    """Drop a file past what any form takes, while it comes in: its form is told, the rest of it is kept."""

    def new_file(self, *args, **kwargs) -> None:
        """A file begins."""
        super().new_file(*args, **kwargs)
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Let a chunk through, up to the limit."""
        self.received += len(raw_data)
        if self.received > settings.UPLOAD_MAX_BYTES:
            self.request.too_big = [*getattr(self.request, "too_big", []), self.field_name]
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Another handler keeps the file."""


@dataclass(frozen=True)
class CleanFile:
    """A file that may be kept. ``small``, ``width`` and ``height`` (pixels) are a picture's.

    ``content`` may be heavy: it is read a piece at a time, and never held whole.
    """

    name: str
    content_type: str
    extension: str
    content: File
    small: bytes = b""
    width: int | None = None
    height: int | None = None

    @property
    def size(self) -> int:
        """In bytes."""
        return self.content.size

    def fingerprint(self) -> str:
        """The SHA-256 of the content."""
        mark = hashlib.sha256()
        for piece in self.content.chunks():
            mark.update(piece)
        return mark.hexdigest()


def shown_name(name: str) -> str:
    """A file's name without what a screen or a header could stumble over."""
    plain = "".join(character for character in PurePath(name.replace("\\", "/")).name if character.isprintable())
    stem, suffix = PurePath(plain).stem, PurePath(plain).suffix[:10]
    return f"{stem[: NAME_LENGTH - len(suffix)]}{suffix}" or "fichier"


def clean_picture(upload: UploadedFile, *, side: int = LARGE, at_most: int = PICTURE_BYTES) -> CleanFile:
    """A picture made anew from its pixels: no position, no camera, no hidden content goes with it.

    ``side``: its longest side, in pixels, at most; ``at_most``: its weight as it came, in bytes.
    Raises ValidationError for what is too heavy, too large, empty, or no picture that we take (JPEG, PNG, WebP, GIF).
    """
    _require_size(upload, at_most)
    upload.seek(0)
    if b"<svg" in upload.read(4096).lower():
        raise ValidationError(
            _("Les images SVG ne sont pas acceptées. Enregistrez la vôtre en PNG, puis envoyez-la."), code="svg"
        )
    try:
        large = _pixels_of(upload, side)
        small = large.copy()
        small.thumbnail((SMALL, SMALL))
        content, small_content = _as_webp(large), _as_webp(small)
    except _UNREADABLE as problem:
        raise ValidationError(
            _("Ce fichier n’est pas une image lisible. Envoyez une photo JPEG, PNG, WebP ou GIF."), code="unreadable"
        ) from problem
    return CleanFile(
        name=shown_name(PurePath(upload.name).stem + ".webp"),
        content_type=PICTURE_TYPE,
        extension=".webp",
        content=ContentFile(content),
        small=small_content,
        width=large.width,
        height=large.height,
    )


def _pixels_of(upload: UploadedFile, side: int) -> Image.Image:
    """The first image of a file, upright, in sRGB, no larger than shown anywhere."""
    upload.seek(0)
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        image = Image.open(upload, formats=PICTURE_FORMATS)
        if image.width * image.height > PIXELS_AT_MOST:
            raise ValidationError(
                _("Cette image est trop grande : %(width)d × %(height)d pixels. Réduisez-la à 4 000 pixels de côté."),
                params={"width": image.width, "height": image.height},
                code="too_large",
            )
        image.draft("RGB", (side, side))
        image.load()
    profile = image.info.get("icc_profile")
    image = ImageOps.exif_transpose(image)
    transparent = image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info
    image = image.convert("RGBA" if transparent else "RGB")
    if profile:
        image = _in_srgb(image, profile)
    image.thumbnail((side, side))
    return image


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """The colours as every screen shows them; as they are when the profile is another kind of colour's."""
    try:
        given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.profileToProfile(image, given, ImageCms.createProfile("sRGB"), outputMode=image.mode)
    except (OSError, ImageCms.PyCMSError):
        return image


def _as_webp(image: Image.Image) -> bytes:
    written = io.BytesIO()
    image.save(written, "WEBP", quality=82, method=4, exif=b"", icc_profile=b"", xmp=b"")
    return written.getvalue()


def clean_document(upload: UploadedFile, *, at_most: int = DOCUMENT_BYTES) -> CleanFile:
    """A document whose content is what its name says: PDF, Word, Excel, OpenDocument, text, or a picture (made anew).

    Raises ValidationError for another kind, macros, an empty file, or more than ``at_most`` bytes.
    """
    _require_size(upload, at_most)
    extension = PurePath(upload.name).suffix.lower()
    if extension in _PICTURES:
        return clean_picture(upload, side=PAGE, at_most=heaviest(upload.name, at_most))
    upload.seek(0)
    if extension == ".pdf":
        if upload.read(5) != b"%PDF-":
            raise _not_what_it_says(extension)
        return CleanFile(shown_name(upload.name), "application/pdf", extension, upload)
    if extension == TABLE_EXTENSION:
        if any(_NOT_IN_TEXT.search(piece) for piece in upload.chunks()):
            raise _not_what_it_says(extension)
        return CleanFile(shown_name(upload.name), "text/csv", extension, upload)
    if extension in _ARCHIVES:
        content_type, member = _ARCHIVES[extension]
        names = _names_in(upload)
        if member not in names or (extension in {".odt", ".ods"} and "mimetype" not in names):
            raise _not_what_it_says(extension)
        if any(name.lower().endswith(("vbaproject.bin", "basic/script-lc.xml")) for name in names):
            raise ValidationError(
                _("Ce document contient des macros. Enregistrez-le en PDF, puis envoyez-le."), code="macros"
            )
        return CleanFile(shown_name(upload.name), content_type, extension, upload)
    raise ValidationError(
        _("Ce genre de fichier n’est pas accepté. Envoyez un PDF, un document Word ou Excel, ou une photo."),
        code="extension",
    )


def heaviest(name: str, at_most: int) -> int:
    """What a document of this name may weigh where ``at_most`` bytes are taken: a picture has a limit of its own."""
    return min(at_most, PICTURE_BYTES) if PurePath(name).suffix.lower() in _PICTURES else at_most


def _has_short_directory(upload: UploadedFile) -> bool:
    """Whether the archive's list of its members is one that an office writes: `ZipFile` reads all of it at once."""
    upload.seek(max(0, upload.size - ZIP_END_BYTES))
    tail = upload.read(ZIP_END_BYTES)
    end = tail.rfind(b"PK\5\6")
    # A 64-bit directory, which says its size elsewhere, is of archives that no form takes.
    if end < 0 or len(tail) < end + 22 or tail[max(0, end - 20) : end].startswith(b"PK\6\7"):
        return False
    members, size = struct.unpack("<HL", tail[end + 10 : end + 16])
    return members <= ZIP_MEMBERS and size <= ZIP_DIRECTORY_BYTES


def _names_in(upload: UploadedFile) -> set[str]:
    if not _has_short_directory(upload):
        return set()
    try:
        with zipfile.ZipFile(upload) as archive:
            return set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return set()


def _not_what_it_says(extension: str) -> ValidationError:
    return ValidationError(
        _("Ce fichier se termine par « %(extension)s », mais son contenu n’en est pas. Enregistrez-le de nouveau."),
        params={"extension": extension},
        code="content",
    )


def _require_size(upload: UploadedFile, at_most: int) -> None:
    if not upload.size:
        raise ValidationError(_("Ce fichier est vide. Choisissez-en un autre."), code="empty")
    if upload.size > at_most:
        raise too_big(at_most)


def too_big(at_most: int) -> ValidationError:
    """The error of a file of more than ``at_most`` bytes."""
    return ValidationError(
        _("Ce fichier est trop lourd : %(limit)s au plus. Réduisez-le, puis envoyez-le de nouveau."),
        params={"limit": filesizeformat(at_most)},
        code="too_big",
    )
