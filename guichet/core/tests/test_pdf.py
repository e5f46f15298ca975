"""PDF documents: what people wrote is text in them, never markup; readers hear a title and a language."""

from __future__ import annotations

import re

import pytest
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guichet.core.pdf import compile_pdf, compile_pictures

SAMPLE = "core/tests/sample.typ"
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
