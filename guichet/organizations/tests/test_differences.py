"""What differs between two texts, for the eye and for who does not see it."""

from __future__ import annotations

import re

import pytest

from guichet.organizations.differences import marked_words


def plain(marked: str) -> str:
    """The marks without what only screen readers say."""
    return re.sub(r'<span class="visually-hidden">.*?</span>', "", marked)


@pytest.mark.parametrize(
    ("old", "new", "marked"),
    [
        ("Nager en groupe.", "Nager en petit groupe.", "Nager en <ins>petit </ins>groupe."),
        ("Nager en petit groupe.", "Nager en groupe.", "Nager en <del>petit </del>groupe."),
        (
            "Du canot sur la rivière, tout l’été, en famille.",
            "Du canot sur le lac, tout l’été, en famille.",
            "Du canot sur <del>la rivière,</del><ins>le lac,</ins> tout l’été, en famille.",
        ),
    ],
)
def test_words_that_change_are_marked_together(old, new, marked):
    assert plain(marked_words(old, new)) == marked


def test_marks_are_said_to_screen_readers():
    assert "[ajouté" in marked_words("Nager en groupe.", "Nager en petit groupe.")


def test_texts_with_little_in_common_stand_side_by_side():
    old = "Cours, entraînement et compétitions pour les 6 ans et plus, du débutant au niveau provincial."
    new = "Cours, entraînement et compétitions dès 5 ans, et un groupe de maîtres le soir."
    assert marked_words(old, new) == ""


def test_what_somebody_wrote_is_never_markup():
    assert "<b>" not in marked_words("Nager <b>en</b> groupe ici.", "Nager <b>en</b> groupe là.")
