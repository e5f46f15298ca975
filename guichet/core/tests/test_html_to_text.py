"""The text version of a message, read off its HTML."""

from __future__ import annotations

import pytest

from guichet.core.messages import html_to_text
from tests.support.pages import plain


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<p>Bonjour,</p><p>Merci.</p>", "Bonjour,\n\nMerci.\n"),
        ("<p>Une\n    ligne   coupée</p>", "Une ligne coupée\n"),
        ("<p>Une<br>puis deux</p>", "Une\npuis deux\n"),
        ("<p>Voir <a href='https://a.example/x'>la page</a>.</p>", "Voir la page : https://a.example/x.\n"),
        ("<p><a href='mailto:a@example.org'>a@example.org</a></p>", "a@example.org\n"),
        ("<p><a href='https://a.example'>https://a.example</a></p>", "https://a.example\n"),
        ("<ul><li>un</li><li>deux <b>gras</b></li></ul>", "- un\n- deux gras\n"),
        ("<p>Avant</p><ul><li>un</li></ul><p>Après</p>", "Avant\n\n- un\n\nAprès\n"),
        ("<table><tr><td><p>Un</p></td></tr><tr><td>Deux</td></tr></table>", "Un\n\nDeux\n"),
        ("<blockquote>Un mot<br>de vous</blockquote>", "Un mot\nde vous\n"),
        ("<p>L&#x27;Érable &amp; fils &lt;3</p>", "L'Érable & fils <3\n"),
        ("<p>Un<!-- rien --></p>", "Un\n"),
        ("<html><head><title>T</title><style>p{}</style></head><body><p>Un</p><img alt='x'></body></html>", "Un\n"),
        ("", "\n"),
        ("<p>Jamais fermé", "Jamais fermé\n"),
    ],
)
def test_text_is_what_a_reader_sees(page, text):
    assert plain(html_to_text(page)) == plain(text)


def test_text_keeps_spaces_that_do_not_break():
    assert html_to_text("<p>12\u00a0h\u00a030</p>") == "12\u00a0h\u00a030\n"
