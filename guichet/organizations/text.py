"""Names as people search for them: without accents, case or punctuation; cells as a spreadsheet may open them."""

from __future__ import annotations

import re

from anyascii import anyascii

# What a spreadsheet takes for the beginning of a formula.
FORMULA_STARTS = ("=", "+", "-", "@")
_NOT_WORD = re.compile(r"[^a-z0-9]+")


def fold(text: str) -> str:
    """« Club de natation L’Érable » → « club de natation l erable »."""
    return _NOT_WORD.sub(" ", anyascii(text).lower()).strip()


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith((*FORMULA_STARTS, "\t", "\r", "\n")) else cell
