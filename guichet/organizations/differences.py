"""What differs between two values, for the eye: word by word in a text, side by side elsewhere."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from .content import FIELDS
from .models import Organization
from .shown import shown_files
from .values import in_words, label_of

# Beyond that many words, two texts stand side by side: comparing them would take too long.
WORDS_AT_MOST = 1500
# Words and the spaces between them: two words that stay.
SHORTEST_RUN = 4
TEXTS = {
    "name",
    "usual_name",
    "federation",
    "description",
    "season_note",
    "territory",
    "access_note",
    "address",
    "mailing_address",
}


def compare(organization: Organization, name: str, old: Any, new: Any) -> dict[str, Any]:
    """One field's difference: its name on screen, both values in words, the text marked where it is a text, the files.

    ``organization``: whose files they are.
    """
    before, after = in_words(name, old), in_words(name, new)
    marked = marked_words(before, after) if name in TEXTS and before and after else ""
    return {
        "name": name,
        "label": label_of(name),
        "old": before,
        "new": after,
        "marked": marked,
        "old_files": shown_files(organization, name, old),
        "new_files": shown_files(organization, name, new),
    }


def changed_names(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """The fields that two versions say differently."""
    return [name for name in FIELDS if name in old and name in new and old[name] != new[name]]


def marked_words(old: str, new: str) -> SafeString | str:
    """The new text with what was added and what was taken out, said to screen readers too.

    Empty for two texts that have little in common: they read better side by side.
    """
    before, after = re.findall(r"\s+|[^\s]+", old), re.findall(r"\s+|[^\s]+", new)
    if max(len(before), len(after)) > WORDS_AT_MOST:
        return ""
    runs = _runs(difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes())
    kept = sum(b - a for is_same, a, b, _c, _d in runs if is_same)
    if kept * 2 < max(len(before), len(after)):
        return ""
    pieces = []
    for is_same, a, b, c, d in runs:
        removed, added = "".join(before[a:b]), "".join(after[c:d])
        if is_same:
            pieces.append(format_html("{}", added))
            continue
        if removed:
            pieces.append(_mark("del", _("retiré"), removed))
        if added:
            pieces.append(_mark("ins", _("ajouté"), added))
    return format_html_join("", "{}", ((piece,) for piece in pieces))


def _runs(opcodes: Iterable[tuple[str, int, int, int, int]]) -> list[tuple[bool, int, int, int, int]]:
    """What is the same and what is not. One word that stays between two that change is read with them."""
    opcodes = list(opcodes)
    runs: list[tuple[bool, int, int, int, int]] = []
    for number, (kind, a, b, c, d) in enumerate(opcodes):
        between = 0 < number < len(opcodes) - 1
        is_same = kind == "equal" and not (between and b - a < SHORTEST_RUN)
        if runs and not is_same and not runs[-1][0]:
            runs[-1] = (False, runs[-1][1], b, runs[-1][3], d)
        else:
            runs.append((is_same, a, b, c, d))
    return runs


def _mark(tag: str, word: str, text: str) -> SafeString:
    mark = '<{0}><span class="visually-hidden">[{1} : </span>{2}<span class="visually-hidden">]</span></{0}>'
    return format_html(mark, tag, word, text)
