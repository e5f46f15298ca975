"""Files that people send: what is refused, and what is left of what is kept."""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile
import zlib

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.handlers.wsgi import WSGIRequest
from PIL import Image

from guichet.core.uploads import DOCUMENT_BYTES, PICTURE_BYTES, clean_document, clean_picture, shown_name
from guichet.organizations.tests.factories import image_bytes

SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def archive(*names: str) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as made:
        for name in names:
            made.writestr(name, "x")
    return written.getvalue()


def bomb(side: int) -> bytes:
    """A PNG of a few bytes that claims to be ``side`` pixels wide and high."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 100)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def refusal(make_safe, file) -> str:
    with pytest.raises(ValidationError) as refused:
        make_safe(file)
    return refused.value.code


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("logo.svg", SVG, "svg"),
        ("logo.png", SVG, "svg"),
        ("photo.jpg", b"", "empty"),
        ("photo.jpg", b"MZ\x90\x00 a program", "unreadable"),
        ("photo.jpg", b"<html><script>alert(1)</script></html>", "unreadable"),
        ("photo.jpg", b"%PDF-1.7", "unreadable"),
        ("photo.jpg", image_bytes("JPEG")[:200], "unreadable"),
        ("photo.tiff", image_bytes("TIFF"), "unreadable"),
        ("bombe.png", bomb(9_000), "too_large"),
        ("bombe.png", bomb(60_000), "unreadable"),
    ],
)
def test_what_is_no_sound_picture_is_refused(name, content, code):
    assert refusal(clean_picture, upload(name, content)) == code


def test_too_heavy_picture_is_refused_unread():
    file = upload("photo.jpg", b"x")
    file.size = PICTURE_BYTES + 1
    assert refusal(clean_picture, file) == "too_big"


def test_position_and_camera_leave_the_photo():
    exif = Image.Exif()
    exif[0x0110] = "Camera of somebody"
    exif.get_ifd(0x8825)[2] = (46.0, 3.0, 10.0)
    content = image_bytes("JPEG", exif=exif.tobytes(), comment=b"secret")
    assert b"Camera" in content
    kept = clean_picture(upload("photo.jpg", content))
    for one in (kept.content.read(), kept.small):
        image = Image.open(io.BytesIO(one))
        assert not image.getexif()
        assert not {"exif", "comment", "xmp", "icc_profile"} & image.info.keys()
        assert b"Camera" not in one


def test_picture_stands_upright_whatever_its_exif_said():
    exif = Image.Exif()
    exif[0x0112] = 6
    kept = clean_picture(upload("photo.jpg", image_bytes("JPEG", (60, 40), exif=exif.tobytes())))
    assert (kept.width, kept.height) == (40, 60)


def test_large_picture_is_made_smaller():
    kept = clean_picture(upload("photo.png", image_bytes("PNG", (4000, 1000))))
    assert (kept.width, kept.height) == (1600, 400)
    assert Image.open(io.BytesIO(kept.small)).size == (480, 120)


def test_transparent_logo_stays_transparent():
    written = io.BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(written, "PNG")
    kept = clean_picture(upload("logo.png", written.getvalue()))
    assert Image.open(kept.content).mode == "RGBA"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("charte.pdf", b"", "empty"),
        ("charte.pdf", b"MZ\x90", "content"),
        ("charte.docx", b"%PDF-1.7", "content"),
        ("charte.docx", archive("xl/workbook.xml"), "content"),
        ("charte.docx", archive("word/document.xml", "word/vbaProject.bin"), "macros"),
        ("charte.odt", archive("content.xml"), "content"),
        ("charte.exe", b"MZ\x90", "extension"),
        ("charte.html", b"<script>", "extension"),
        ("charte", b"%PDF-1.7", "extension"),
        ("photo.png", SVG, "svg"),
        ("budget.csv", b"a;b\x00", "content"),
    ],
)
def test_what_is_not_the_document_its_name_says_is_refused(name, content, code):
    assert refusal(clean_document, upload(name, content)) == code


def test_archive_of_too_many_members_is_refused_before_they_are_listed(monkeypatch):
    crowd, listed = archive("word/document.xml", *(f"x{number}" for number in range(3))), []
    monkeypatch.setattr("guichet.core.uploads.ZIP_MEMBERS", 3)
    monkeypatch.setattr("zipfile.ZipFile", listed.append)
    assert refusal(clean_document, upload("charte.docx", crowd)) == "content"
    assert refusal(clean_document, upload("charte.docx", b"PK\x05\x06")) == "content"
    assert not listed


def test_archive_whose_end_points_to_a_64_bit_directory_is_refused():
    whole = archive("word/document.xml")
    end = whole.rfind(b"PK\5\6")
    forged = whole[:end] + b"PK\6\7" + bytes(16) + whole[end:]
    assert refusal(clean_document, upload("charte.docx", forged)) == "content"


def test_too_heavy_document_is_refused_unread():
    file = upload("charte.pdf", b"x")
    file.size = DOCUMENT_BYTES + 1
    assert refusal(clean_document, file) == "too_big"


def test_document_may_be_heavier_where_more_is_taken_and_a_picture_may_not():
    file = upload("charte.pdf", b"%PDF-1.7 x")
    file.size = DOCUMENT_BYTES + 1
    assert clean_document(file, at_most=DOCUMENT_BYTES + 1).name == "charte.pdf"
    photo = upload("photo.jpg", image_bytes("JPEG"))
    photo.size = PICTURE_BYTES + 1
    with pytest.raises(ValidationError) as refused:
        clean_document(photo, at_most=DOCUMENT_BYTES)
    assert refused.value.code == "too_big"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("charte.PDF", b"%PDF-1.7 x"),
        ("charte.docx", archive("[Content_Types].xml", "word/document.xml")),
        ("budget.xlsx", archive("[Content_Types].xml", "xl/workbook.xml")),
        ("budget.ods", archive("mimetype", "content.xml")),
        ("budget.csv", "Dépenses;Montant\r\nPatins;1 200,00\r\n".encode("cp1252")),
    ],
)
def test_document_is_kept_as_it_is(name, content):
    kept = clean_document(upload(name, content))
    assert (b"".join(kept.content.chunks()), kept.size, kept.name) == (content, len(content), name)
    assert kept.fingerprint() == hashlib.sha256(content).hexdigest()


def test_photographed_document_is_made_anew():
    kept = clean_document(upload("police.jpg", image_bytes("JPEG")))
    assert (kept.name, kept.content_type) == ("police.webp", "image/webp")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Photos\\été.png", "été.png"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie: x.pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ("///", "fichier"),
    ],
)
def test_file_is_shown_by_a_plain_name(name, shown):
    assert shown_name(name) == shown


class Endless(io.RawIOBase):
    """A body of a form with one heavy file, made while it is read."""

    def __init__(self, head: bytes, weight: int, tail: bytes) -> None:
        self.head, self.left, self.tail = io.BytesIO(head), weight, io.BytesIO(tail)

    def read(self, size: int = -1) -> bytes:
        start = self.head.read(size)
        if start:
            return start
        if self.left:
            chunk = b"\0" * min(self.left, 1024 * 1024 if size < 0 else size)
            self.left -= len(chunk)
            return chunk
        return self.tail.read(size)


def test_file_of_200_megabytes_is_dropped_while_it_comes_in_and_the_rest_is_kept():
    def part(head: str) -> str:
        return f"--x\r\nContent-Disposition: form-data; {head}\r\n\r\n"

    weight = 200 * 1024 * 1024
    head = part('name="picture_alt"') + "La piscine\r\n" + part('name="picture_file"; filename="photo.jpg"')
    tail = "\r\n" + part('name="after"') + "encore là\r\n--x--\r\n"
    environ = {
        "REQUEST_METHOD": "POST",
        "CONTENT_TYPE": "multipart/form-data; boundary=x",
        "CONTENT_LENGTH": str(len(head.encode()) + weight + len(tail.encode())),
        "wsgi.input": Endless(head.encode(), weight, tail.encode()),
    }
    request = WSGIRequest(environ)
    assert request.POST.dict() == {"picture_alt": "La piscine", "after": "encore là"}
    assert not request.FILES
    assert request.too_big == ["picture_file"]
