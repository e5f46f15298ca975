"""Answers as people read them: on a page, in a PDF, in an export. What is hidden is left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from guichet.core.templatetags.guichet import day

from .amounts import NBSP, format_amount, format_number, format_percent, parse_amount, parse_date, parse_number
from .parts import Column, LineKind, Option, Question, QuestionType, Schema
from .problems import BudgetTotals, FileInfo, Verdict
from .raw import COLUMNS, is_blank, shaped


@dataclass(frozen=True)
class ShownLine:
    """A line of a budget in words."""

    label: str
    kind: str
    planned: str
    real: str


@dataclass(frozen=True)
class ShownSide:
    """The revenues or the expenses of a budget, with their sums."""

    title: str
    lines: tuple[ShownLine, ...]
    planned: str
    real: str


@dataclass(frozen=True)
class ShownBudget:
    """A budget in words. ``facts``: its totals and shares, each with its name; ``has_real``: whether it was spent."""

    sides: tuple[ShownSide, ...]
    hours: ShownLine | None
    facts: tuple[tuple[str, str], ...]
    has_real: bool


@dataclass(frozen=True)
class Shown:
    """An answer in words. ``kind``: words, rows, files or budget, which says where they are."""

    key: str
    label: str
    kind: str
    words: str = ""
    headings: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    files: tuple[tuple[int, str], ...] = ()
    budget: ShownBudget | None = None

    @property
    def headed_rows(self) -> list[list[tuple[str, str]]]:
        """Each row as (heading, cell): on a phone, a row is a card that says them both."""
        return [list(zip(self.headings, row, strict=True)) for row in self.rows]


@dataclass(frozen=True)
class ShownSection:
    """A section that shows, with its answers."""

    key: str
    title: str
    items: tuple[Shown, ...]


def shown(
    schema: Schema, answers: Mapping[str, Any], verdict: Verdict, files: Mapping[int, FileInfo] | None = None
) -> list[ShownSection]:
    """The answers of a form, section by section, in the reader's language. What was not answered is empty."""
    sections = []
    for section in schema.sections:
        items = tuple(
            show_answer(question, answers.get(question.key), verdict, files or {})
            for question in section.questions
            if question.key in verdict.visible and question.type != QuestionType.NOTE
        )
        if items:
            sections.append(ShownSection(section.key, section.title, items))
    return sections


def show_answer(question: Question, raw: Any, verdict: Verdict, files: Mapping[int, FileInfo]) -> Shown:
    """One answer. What could not be read is shown as it was typed."""
    answer = shaped(question, raw)
    label = question.label
    if question.type == QuestionType.FROM_FICHE:
        return Shown(question.key, label, "words", str(verdict.values.get(question.key, "")))
    if question.type == QuestionType.FILE:
        named = tuple((pk, files[pk].name) for pk in answer if pk in files)
        return Shown(question.key, label, "files", ", ".join(name for _pk, name in named), files=named)
    if question.type == QuestionType.TABLE:
        rows = tuple(
            tuple(_cell(column, row[column.key]) for column in question.columns) for row in answer if not is_blank(row)
        )
        words = "\n".join(" · ".join(filter(None, row)) for row in rows)
        headings = tuple(column.label for column in question.columns)
        return Shown(question.key, label, "rows", words, headings=headings, rows=rows)
    if question.type == QuestionType.BUDGET:
        budget = _budget(question, answer, verdict.budget or BudgetTotals())
        lines = [f"{line.label} : {line.real or line.planned}" for side in budget.sides for line in side.lines]
        return Shown(question.key, label, "budget", "\n".join(lines), budget=budget)
    return Shown(question.key, label, "words", _words(question, answer))


def _words(question: Question, answer: Any) -> str:
    if question.type == QuestionType.CHOICES:
        return ", ".join(_option(question.options, key) for key in answer)
    if question.type == QuestionType.CHOICE:
        return _option(question.options, answer.strip())
    if question.type == QuestionType.YES_NO:
        return {"yes": _("Oui"), "no": _("Non")}.get(answer.strip(), answer)
    if question.type == QuestionType.DECLARATION:
        return {"yes": _("Accepté"), "no": _("Non accepté")}.get(answer.strip(), answer)
    if question.type == QuestionType.NUMBER:
        number = _read(lambda text: format_number(parse_number(text, question.decimals)), answer)
        return f"{number}{NBSP}{question.unit}" if number and question.unit else number
    if question.type == QuestionType.AMOUNT:
        return amount_in_words(answer)
    if question.type == QuestionType.DATE:
        return _read(lambda text: day(parse_date(text)), answer)
    return answer.strip()


def _read(words: Callable[[str], str], text: str) -> str:
    """A text in its proper words, or as it is."""
    try:
        return words(text) if text.strip() else ""
    except ValidationError:
        return text.strip()


def amount_in_words(text: str) -> str:
    """« 1234.5 » → « 1 234,50 $ »; what is no amount stays as it is."""
    return _read(lambda typed: format_amount(parse_amount(typed)), text)


def _option(options: tuple[Option, ...], key: str) -> str:
    return next((option.label for option in options if option.key == key), key)


def _cell(column: Column, text: str) -> str:
    if column.type == QuestionType.CHOICE:
        return _option(column.options, text.strip())
    if column.type == QuestionType.AMOUNT:
        return amount_in_words(text)
    if column.type == QuestionType.NUMBER:
        return _read(lambda typed: format_number(parse_number(typed, 2)), text)
    if column.type == QuestionType.DATE:
        return _read(lambda typed: day(parse_date(typed)), text)
    return text.strip()


def kind_in_words(kind: str) -> str:
    """What a line of a budget is made of, or where its money comes from."""
    return str(dict(LineKind.choices).get(kind, kind))


def _budget(question: Question, answer: Mapping[str, Any], totals: BudgetTotals) -> ShownBudget:
    sides = []
    for side, title in (("revenues", _("Revenus")), ("expenses", _("Dépenses"))):
        texts = [(line.label, line.kind, answer["lines"][line.key]) for line in getattr(question, side)]
        texts += [(row["label"], row["kind"], row) for row in answer[side] if not is_blank(row)]
        lines = tuple(
            ShownLine(label, kind_in_words(kind), *(amount_in_words(row[column]) for column in COLUMNS))
            for label, kind, row in texts
        )
        sums = [format_amount(_sum(row[column] for _label, _kind, row in texts)) for column in COLUMNS]
        sides.append(ShownSide(title, lines, *sums))
    hours = None
    if question.volunteer_hours:
        hours = ShownLine(_("Heures de bénévolat"), "", *(answer["hours"][column].strip() for column in COLUMNS))
    has_real = any(line.real for side in sides for line in side.lines) or bool(hours and hours.real)
    return ShownBudget(tuple(sides), hours, tuple(budget_facts(question, totals)), has_real)


def _sum(texts: Any) -> Decimal:
    total = Decimal(0)
    for text in texts:
        try:
            total += parse_amount(text)
        except ValidationError:
            continue
    return total


def budget_facts(question: Question, totals: BudgetTotals) -> list[tuple[str, str]]:
    """A budget's totals and shares, each with its name."""
    facts = [
        (_("Total des revenus"), format_amount(totals.revenues)),
        (_("Total des dépenses"), format_amount(totals.expenses)),
        (_("Écart"), format_amount(totals.balance)),
        (_("Dépenses en argent"), format_amount(totals.cash)),
        (_("Dépenses en nature"), format_amount(totals.in_kind)),
    ]
    if question.volunteer_hours:
        facts.append((_("Valeur du bénévolat"), format_amount(totals.volunteer_value)))
    share = format_percent(totals.share_requested)
    return [
        *facts,
        (_("Dépenses admissibles"), format_amount(totals.eligible)),
        (_("Aide demandée"), format_amount(totals.requested)),
        (_("Part de l’aide dans les dépenses admissibles"), share),
        (_("Part de l’argent public dans le coût"), format_percent(totals.share_public)),
        (_("Part de votre contribution dans le coût"), format_percent(totals.share_own)),
    ]
