"""PDF documents: what people wrote is text in them, never markup; readers hear a title and a language."""

from __future__ import annotations

import io
import re

import pytest
from django.core.files.base import ContentFile
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from wagtail.images import get_image_model

from guichet.core.models import SiteSettings
from guichet.core.pdf import compile_pdf, compile_pictures

SAMPLE = "core/tests/sample.typ"
LETTER = {
    "title": "Une aide",
    "recipient": ["Club de ski"],
    "date": "29 novembre 2026",
    "subject_word": "Objet",
    "text": "Bonjour.",
    "signatory": ["Zoé Roy"],
}
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="100"><rect width="300" height="100"/></svg>'
pytestmark = pytest.mark.django_db


def test_document_says_its_title_its_language_and_the_body():
    made = compile_pdf(SAMPLE, {"title": "Lettre à l’organisme", "text": "Bonjour."})
    assert made.startswith(b"%PDF-")
    assert b"/Lang(fr-CA)" in made
    assert b"pdfuaid" in made


def test_document_speaks_the_readers_language():
    with override("en"):
        assert b"/Lang(en-CA)" in compile_pdf(SAMPLE, {"title": "Letter", "text": "Hello."})


def test_the_same_data_make_the_same_picture_and_others_another():
    first, again, other = (
        compile_pictures(SAMPLE, {"title": "T", "text": text})[0] for text in ("Un texte.", "Un texte.", "*Un texte.*")
    )
    assert first == again
    assert first != other


@pytest.mark.parametrize(
    "words",
    [
        '#read("/config/settings.py")',
        "#panic()",
        "*gras* _penché_ `code` $x^2$ <étiquette> @renvoi",
        "[ ] { } \\ \" ' // /* */ ~ = - + 1.",
        '"); #sys.inputs',
        "\x00\x07\u2028\ufffe",
        "“” 👍 日本 ⵣ",
        "",
    ],
)
def test_markup_stays_text(words):
    assert compile_pdf(SAMPLE, {"title": words or "Titre", "text": words}).startswith(b"%PDF-")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet="#*_[]{}$@<>`~\\\"'/=-+éà \n(),;:.!x1", max_size=60))
def test_any_text_makes_a_document(words):
    made = compile_pdf(SAMPLE, {"title": "Titre", "text": words})
    assert len(re.findall(rb"/Type ?/Page\b", made)) == 1


def test_word_longer_than_a_line_goes_on_below():
    for words in ("x" * 300, "https://www.example.org/" + "y" * 300, "é" * 31 + "-" + "_" * 200):
        (page,) = compile_pictures(SAMPLE, {"title": words, "text": words})
        with Image.open(io.BytesIO(page)) as drawn:
            margin = drawn.convert("L").crop((drawn.width - drawn.width // 12, 0, drawn.width, drawn.height))
            assert margin.getextrema() == (255, 255)


# --- The body's logo --------------------------------------------------------------------------------


def picture(mode: str, form: str) -> bytes:
    content = io.BytesIO()
    Image.new(mode, (300, 100)).save(content, form)
    return content.getvalue()


def set_logo(content: bytes, name: str):
    """Give the body this logo, as Wagtail keeps it."""
    image = get_image_model()(title="Logo")
    image.file.save(name, ContentFile(content), save=False)
    # As they were when the file was sound.
    image.width, image.height = 300, 100
    image.save()
    body = SiteSettings.load()
    body.logo = image
    body.save()
    return image


def letter() -> bytes:
    return compile_pictures("funding/typst/letter.typ", LETTER)[0]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("logo.svg", SVG.encode()),
        ("logo.png", picture("RGBA", "PNG")),
        ("logo.webp", picture("RGB", "WEBP")),
        ("logo.jpg", picture("CMYK", "JPEG")),
    ],
)
def test_letter_wears_the_logo_whatever_its_sort(name, content):
    in_type = letter()
    set_logo(content, name)
    assert letter() != in_type
    made = compile_pdf("funding/typst/letter.typ", LETTER)
    assert b"pdfuaid" in made


def test_another_logo_shows_in_the_next_letter():
    set_logo(picture("RGB", "PNG"), "logo.png")
    first = letter()
    set_logo(SVG.replace("<rect", '<rect fill="#f00"').encode(), "logo.svg")
    assert letter() != first


@pytest.mark.parametrize(
    ("name", "content"), [("logo.svg", b"<svg"), ("logo.svg", b""), ("logo.svg", b"\xff\xfe"), ("logo.png", b"GIF8")]
)
def test_logo_that_cannot_be_drawn_leaves_the_name_in_type(name, content):
    in_type = letter()
    set_logo(content, name)
    assert letter() == in_type


def test_logo_whose_file_is_gone_leaves_the_name_in_type():
    in_type = letter()
    image = set_logo(picture("RGB", "PNG"), "logo.png")
    image.file.storage.delete(image.file.name)
    assert letter() == in_type
