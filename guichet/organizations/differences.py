"""What differs between two values, for the eye: word by word in a text, side by side elsewhere."""

from __future__ import annotations

import difflib
import re
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
    """The new text with what was added and what was taken out, said to screen readers too."""
    before, after = re.findall(r"\s+|[^\s]+", old), re.findall(r"\s+|[^\s]+", new)
    if max(len(before), len(after)) > WORDS_AT_MOST:
        return ""
    pieces = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        removed, added = "".join(before[a:b]), "".join(after[c:d])
        if kind == "equal":
            pieces.append(format_html("{}", added))
            continue
        if removed:
            pieces.append(_mark("del", _("retiré"), removed))
        if added:
            pieces.append(_mark("ins", _("ajouté"), added))
    return format_html_join("", "{}", ((piece,) for piece in pieces))


def _mark(tag: str, word: str, text: str) -> SafeString:
    mark = '<{0}><span class="visually-hidden">[{1} : </span>{2}<span class="visually-hidden">]</span></{0}>'
    return format_html(mark, tag, word, text)
