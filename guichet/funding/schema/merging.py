"""Several people on one draft: what each answer was, who changed what."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .parts import Question, Schema, Section
from .raw import clean

DIGEST_LENGTH = 12
# A budget's amounts are four levels down; deeper is no answer of ours.
_DEPTH = 6


def digest(raw: Any) -> str:
    """A mark of one raw answer. Answers that say the same have the same: nothing, an empty text, an empty row."""
    said = json.dumps(_canonical(raw, _DEPTH), sort_keys=True, default=str)
    return hashlib.sha256(said.encode()).hexdigest()[:DIGEST_LENGTH]


def _canonical(raw: Any, depth: int) -> Any:
    """What an answer says, without what says nothing; None for nothing."""
    if isinstance(raw, str):
        return clean(raw).strip() or None
    if not depth:
        return None
    if isinstance(raw, Mapping):
        parts = {str(name): _canonical(value, depth - 1) for name, value in raw.items()}
        said = {name: value for name, value in parts.items() if value is not None}
        # The list of a free line of a budget always chooses a kind.
        return said if said.keys() - {"kind"} else None
    if isinstance(raw, list):
        return [part for part in (_canonical(value, depth - 1) for value in raw) if part is not None] or None
    return raw


@dataclass(frozen=True)
class Merge:
    """The answers after somebody's save.

    ``changed``: the keys that this save changed; ``conflicts``: what somebody else saved meanwhile, by key, where both
    changed: it stays in ``answers``, and the page shows both.
    """

    answers: dict[str, Any]
    changed: set[str]
    conflicts: dict[str, Any]


def merge(section: Section, stored: Mapping[str, Any], posted: Mapping[str, Any], base: Mapping[str, str]) -> Merge:
    """Put what one person posted into what is stored. ``base``: the digests of what their page showed.

    A key that was not posted stays as it is. Without a digest, an answer only takes the place of nothing.
    """
    answers, changed, conflicts = dict(stored), set(), {}
    for question in section.questions:
        key = question.key
        if key not in posted or not question.is_answered_here:
            continue
        was, now, mine = base.get(key, digest(None)), digest(stored.get(key)), digest(posted[key])
        if mine in (now, was):
            continue
        if now == was:
            answers[key] = posted[key]
            changed.add(key)
        else:
            conflicts[key] = stored.get(key)
    return Merge(answers, changed, conflicts)


def differences(schema: Schema, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Question]:
    """The questions whose answers differ, in the form's order."""
    return [
        question
        for _section, question in schema
        if question.is_answered_here and digest(before.get(question.key)) != digest(after.get(question.key))
    ]
