"""Names as people search for them: without accents, case or punctuation."""

from __future__ import annotations

import re

from anyascii import anyascii

_NOT_WORD = re.compile(r"[^a-z0-9]+")


def fold(text: str) -> str:
    """« Club de natation L’Érable » → « club de natation l erable »."""
    return _NOT_WORD.sub(" ", anyascii(text).lower()).strip()
