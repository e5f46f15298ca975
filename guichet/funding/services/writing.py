"""One engine for what several people write together, section by section: an application, its final report."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from guichet.core.errors import InvalidState

from ..models import Application, Report
from ..schema import Merge, Question, QuestionType, Schema, Section, digest, merge

# All the answers of one application or report, as JSON. A long form that is filled to the brim takes a tenth of it.
ANSWERS_BYTES = 1_000_000
# They keep alike what was typed, who changed it last, and when it was saved.
Written = Application | Report


class TooMuchText(InvalidState):
    """The answers together are larger than what is kept."""

    def __init__(self) -> None:
        super().__init__(
            _("C’est trop de texte pour un seul formulaire : raccourcissez, puis enregistrez de nouveau.")
        )


@dataclass(frozen=True)
class Conflict:
    """An answer that two people changed at once: what the other one wrote, who, and when."""

    question: Question
    theirs: Any
    by: str
    at: dt.datetime | None


@dataclass(frozen=True)
class Saved:
    """The answers after a save, the keys that it changed, and those that wait for a choice."""

    answers: dict[str, Any]
    changed: set[str]
    conflicts: list[Conflict]
    saved_at: dt.datetime


def section_of(schema: Schema, key: str) -> Section:
    """A section by its key. Raises InvalidState when the form has none like it."""
    section = schema.section(key)
    if section is None:
        raise InvalidState(_("Cette section n’existe plus dans le formulaire."))
    return section


def merge_typed(
    written: Written, section: Section, answers: Mapping[str, Any], base: Mapping[str, str]
) -> tuple[Merge, list[Conflict]]:
    """What somebody typed beside what others wrote meanwhile. Files are no business of it: they have their verbs."""
    typed = {question.key for question in section.questions if question.type != QuestionType.FILE}
    merged = merge(section, written.answers, {key: raw for key, raw in answers.items() if key in typed}, dict(base))
    conflicts = [
        Conflict(question, merged.conflicts[question.key], *last_hand(written, question.key))
        for question in section.questions
        if question.key in merged.conflicts
    ]
    return merged, conflicts


def put_answers(written: Written, answers: Mapping[str, Any], changed: Iterable[str], actor, now: dt.datetime) -> None:
    """Set the answers of a locked row, and who changed which; the caller saves it. Raises TooMuchText."""
    if len(json.dumps(answers, ensure_ascii=False).encode()) > ANSWERS_BYTES:
        raise TooMuchText
    written.answers = dict(answers)
    written.touched = {
        **written.touched,
        **{key: [actor.pk, str(actor)[:250], now.isoformat(timespec="seconds")] for key in changed},
    }
    written.saved_at = now


def last_hand(written: Written, key: str) -> tuple[str, dt.datetime | None]:
    """Who changed an answer last, and when; nobody when it came with the draft."""
    try:
        _who, name, moment = written.touched[key]
        return name, dt.datetime.fromisoformat(moment)
    except (KeyError, TypeError, ValueError):
        return "", None


def refuse_changes(written: Written, questions: Iterable[Question], answers: Mapping[str, Any]) -> None:
    """Raise InvalidState when an answer changes one of these questions, which are not open."""
    closed = [
        question.label
        for question in questions
        if question.key in answers and digest(answers[question.key]) != digest(written.answers.get(question.key))
    ]
    if closed:
        raise InvalidState(
            _("Ce n’est pas ouvert à la modification : %(questions)s. Rien n’a été enregistré.")
            % {"questions": ", ".join(f"«\u00a0{label}\u00a0»" for label in closed)}
        )
