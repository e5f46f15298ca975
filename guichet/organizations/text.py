"""Names as people search for them: without accents, case, punctuation or plural; cells that no spreadsheet runs."""

from __future__ import annotations

import re
import unicodedata

from anyascii import anyascii

# What a spreadsheet takes for the beginning of a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
# Characters that XML, hence a workbook, cannot hold.
_NOT_IN_CELLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
CELL_AT_MOST = 32_000
_NOT_WORD = re.compile(r"[^a-z0-9]+")


def fold(text: str) -> str:
    """« Club de natation L’Érable » → « club de natation l erable »."""
    return _NOT_WORD.sub(" ", anyascii(text).lower()).strip()


# Of a term of the directory's vocabulary.
TERM_LENGTH = 40
# Words that say nothing of what is searched.
EMPTY_WORDS = frozenset(
    ("a au aux avec d dans de des du en et l la le les ou par pour s sur un une").split()  # noqa: SIM905
)


def stem(word: str) -> str:
    """A folded word without its French plural: « clubs » → « club », « journaux » → « journal »."""
    word = word[:TERM_LENGTH]
    if len(word) < 4 or word[-1] not in "sx" or word.endswith("ss"):
        return word
    if word.endswith("aux") and not word.endswith("eaux"):
        return f"{word[:-3]}al"
    return word[:-1]


def _without_symbols(text: str) -> str:
    """Pictures are no words: anyascii would spell « 🎯 » as « dart »."""
    return "".join(" " if unicodedata.category(letter).startswith("S") else letter for letter in text)


def stems(text: str) -> list[str]:
    """The stems of a text, each once, in order: what the directory's search looks in and looks for."""
    return list(dict.fromkeys(stem(word) for word in fold(_without_symbols(text)).split()))


def searched_stems(query: str, *, at_most: int) -> list[str]:
    """The stems of what somebody searches: without the words that say nothing, unless there are no others."""
    words = fold(_without_symbols(query)).split()
    return stems(" ".join([word for word in words if word not in EMPTY_WORDS] or words))[:at_most]


def cell_text(text: str) -> str:
    """What a cell of a spreadsheet says: no formula, no character that its format has not, no more than it takes."""
    return harmless(_NOT_IN_CELLS.sub("", text))[:CELL_AT_MOST]


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.lstrip(" ").startswith((*FORMULA_STARTS, "\t", "\r", "\n")) else cell
