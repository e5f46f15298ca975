"""The questions of a section as the templates draw them: names, ids, what was typed, what is wrong. No HTML here."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .amounts import format_number, parse_date
from .bound_budget import BoundBudget, bind_budget
from .bound_parts import RADIOS_AT_MOST, BoundTable, Input, bind_table, options_of, widget_of
from .conditions import comparable, is_met_by
from .parts import Condition, Question, QuestionType, Section
from .posted import name_of
from .problems import BegunUpload, BudgetTotals, FileInfo, Limits, Problem, Verdict
from .raw import shaped

# The template of each type, in funding/questions/.
TEMPLATES = {
    QuestionType.NOTE: "note",
    QuestionType.TEXT: "input",
    QuestionType.LONG_TEXT: "long_text",
    QuestionType.NUMBER: "input",
    QuestionType.AMOUNT: "input",
    QuestionType.DATE: "input",
    QuestionType.CHOICE: "options",
    QuestionType.CHOICES: "options",
    QuestionType.YES_NO: "options",
    QuestionType.FILE: "file",
    QuestionType.TABLE: "table",
    QuestionType.BUDGET: "budget",
    QuestionType.DECLARATION: "declaration",
    QuestionType.FROM_FICHE: "from_fiche",
}
# A phone offers its camera where pictures are asked for by their type; a name's end is not enough for all of them.
_PICTURE_TYPES = {"jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp"}
_NOTHING_HOLDS = json.dumps({"match": "all", "tests": [{"known": False}]})


@dataclass(frozen=True)
class BoundQuestion:
    """A question with its answer, ready to be drawn.

    ``limit`` and ``counter``: of a text that is counted; ``condition``: JSON for the page's script.
    """

    question: Question
    name: str
    raw: Any
    template: str
    visible: bool = True
    condition: str = ""
    problems: tuple[Problem, ...] = ()
    input: Input | None = None
    limit: int = 0
    counter: str = ""
    table: BoundTable | None = None
    budget: BoundBudget | None = None
    files: tuple[tuple[int, str, int], ...] = ()
    uploads: tuple[BegunUpload, ...] = ()
    accepted: str = ""
    room: int = 0
    words: str = ""
    fiche_link: str = ""
    described_by: str = ""

    @property
    def key(self) -> str:
        """The question's key."""
        return self.question.key

    @property
    def unit(self) -> str:
        """What stands after the control."""
        return "$" if self.question.type == QuestionType.AMOUNT else self.question.unit

    @property
    def is_accepted(self) -> bool:
        """Of a declaration."""
        return self.raw == "yes"

    @property
    def file_limits(self) -> str:
        """The types, the size and the number of files that are accepted, in words."""
        question = self.question
        size = ngettext(
            "%(size)d Mo au plus, %(count)d fichier.",
            "%(size)d Mo au plus par fichier, %(count)d fichiers au plus.",
            question.max_files,
        ) % {"size": question.max_mb, "count": question.max_files}
        if not question.extensions:
            return size
        return _("Types acceptés : %(types)s.") % {"types": ", ".join(question.extensions)} + f" {size}"

    @property
    def blank_upload(self) -> BegunUpload:
        """The row that the page's script copies for each file that it begins to send."""
        return BegunUpload(0, "", 0, 0, 0, "")

    @property
    def errors(self) -> list[str]:
        """The sentences of what is wrong with the whole answer; those of its parts stand beside them."""
        return [problem.message for problem in self.problems if not problem.path]


@dataclass(frozen=True)
class _Page:
    """What every question of a page needs."""

    section: Section
    answers: Mapping[str, Any]
    verdict: Verdict | None
    files: Mapping[int, FileInfo]
    uploads: Mapping[str, Sequence[BegunUpload]]
    fiche_links: Mapping[str, str]
    limits: Limits
    column: str
    missing: bool
    keys: frozenset[str] = field(default_factory=frozenset)


def bound_questions(
    section: Section,
    answers: Mapping[str, Any],
    verdict: Verdict | None = None,
    *,
    files: Mapping[int, FileInfo] | None = None,
    uploads: Mapping[str, Sequence[BegunUpload]] | None = None,
    fiche_links: Mapping[str, str] | None = None,
    limits: Limits | None = None,
    column: str = "planned",
    missing: bool = False,
    closed: Collection[str] = (),
) -> list[BoundQuestion]:
    """Every question of a section, hidden ones too. Without a verdict all show, and nothing is wrong.

    ``fiche_links``: where the fields of the fiche are corrected, by name; ``uploads``: what the reader began to send,
    by question; ``limits``: for the value of volunteers' hours; ``column``: of the budget that is filled; ``missing``:
    whether what is missing is told, as one does to who wanted to send the form; ``closed``: the keys of the questions
    that the page only shows.
    """
    page = _Page(
        section,
        answers if isinstance(answers, Mapping) else {},
        verdict,
        files or {},
        uploads or {},
        fiche_links or {},
        limits or Limits(),
        column,
        missing,
        # What the page asks by itself: its script knows their answers.
        frozenset(one.key for one in section.questions if one.is_answered_here and one.key not in closed),
    )
    return [_bind(page, question) for question in section.questions]


def _bind(page: _Page, question: Question) -> BoundQuestion:
    verdict = page.verdict or Verdict()
    name = name_of(question)
    stored = page.answers.get(question.key)
    raw = shaped(question, stored)
    problems = tuple(problem for problem in verdict.problems_of(question.key) if page.missing or not problem.missing)
    refused = any(not problem.path for problem in problems)
    counted = question.type == QuestionType.LONG_TEXT
    described = [("help", bool(question.help)), ("count", counted), ("error", refused)]
    described_by = " ".join(f"{word}-{name}" for word, is_there in described if is_there)
    errors = {problem.path: problem.message for problem in problems}
    return BoundQuestion(
        question=question,
        name=name,
        raw=raw,
        template=f"funding/questions/{TEMPLATES[question.type]}.html",
        visible=page.verdict is None or question.key in verdict.visible,
        condition=_condition(page, question.condition),
        problems=problems,
        input=_input(question, name, raw, described_by=described_by, refused=refused),
        limit=question.max_length if counted else 0,
        counter=_counter(len(raw), question.max_length) if counted else "",
        table=bind_table(question, name, raw, errors) if question.type == QuestionType.TABLE else None,
        budget=_budget(page, question, name, raw, errors) if question.type == QuestionType.BUDGET else None,
        files=_files(question, raw, page.files),
        uploads=tuple(page.uploads.get(question.key, ())),
        accepted=_accepted(question),
        room=max(0, question.max_files - len(raw)) if question.type == QuestionType.FILE else 0,
        words=str(verdict.values.get(question.key, "")) if question.type == QuestionType.FROM_FICHE else "",
        fiche_link=page.fiche_links.get(question.field, ""),
        described_by=described_by,
    )


def _budget(page: _Page, question: Question, name: str, raw: Any, errors: Mapping[str, str]) -> BoundBudget:
    totals = page.verdict.budget if page.verdict and page.verdict.budget else BudgetTotals()
    return bind_budget(question, name, raw, errors, totals=totals, limits=page.limits, column=page.column)


def _input(question: Question, name: str, raw: Any, *, described_by: str, refused: bool) -> Input | None:
    """The question's one control, or its list of options."""
    if not isinstance(raw, str) and question.type != QuestionType.CHOICES:
        return None
    chosen = raw if isinstance(raw, list) else [raw.strip()]
    widget, mode = widget_of(question.type, raw if isinstance(raw, str) else "", options=len(question.options))
    return Input(
        name=name,
        label=question.label,
        value=raw if isinstance(raw, str) else "",
        widget=widget,
        inputmode=mode,
        options=options_of(_options(question), chosen),
        described_by=described_by,
        refused=refused,
        least=_day(question, question.minimum),
        most=_day(question, question.maximum),
    )


def _options(question: Question) -> list[tuple[str, str]]:
    options = [(option.key, option.label) for option in question.options]
    if question.type == QuestionType.YES_NO:
        options = [("yes", _("Oui")), ("no", _("Non"))]
    # A button that was chosen by mistake cannot be let go of.
    if question.type != QuestionType.CHOICES and options and not question.required and len(options) <= RADIOS_AT_MOST:
        options.append(("", _("Sans réponse")))
    return options


def _day(question: Question, limit: str) -> str:
    """A limit of a date, for the browser's calendar."""
    is_date = question.type == QuestionType.DATE and comparable(question.type, limit) is not None
    return parse_date(limit).isoformat() if is_date else ""


def _counter(count: int, most: int) -> str:
    return _("%(count)s / %(most)s caractères") % {"count": format_number(count), "most": format_number(most)}


def _files(question: Question, raw: Any, files: Mapping[int, FileInfo]) -> tuple[tuple[int, str, int], ...]:
    """The files that are there: id, name, size. One that is lost is named as such, so that it can be taken away."""
    if question.type != QuestionType.FILE:
        return ()
    lost = FileInfo(_("Fichier introuvable"), 0)
    return tuple((pk, files.get(pk, lost).name, files.get(pk, lost).size) for pk in raw)


def _accepted(question: Question) -> str:
    """What the browser's list of files, and a phone's camera, offer."""
    types = [_PICTURE_TYPES[extension] for extension in question.extensions if extension in _PICTURE_TYPES]
    return ",".join(dict.fromkeys([*(f".{extension}" for extension in question.extensions), *types]))


def _condition(page: _Page, condition: Condition | None) -> str:
    """A condition for the page's script. What the page does not ask, the server has already answered."""
    verdict = page.verdict
    if verdict and not is_met_by(page.section.condition, verdict.held):
        return _NOTHING_HOLDS
    if condition is None:
        return ""
    tests = [
        {"question": test.question, "test": test.test, "value": test.value, "type": test.type}
        if test.question in page.keys
        else {"known": bool(verdict and test in verdict.held)}
        for test in condition.tests
    ]
    return json.dumps({"match": condition.match, "tests": tests})
