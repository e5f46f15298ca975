"""The verdict on the answers of a form: what shows, what it is worth, what is missing, what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from .budgets import add_up, check_totals, read_budget
from .cleaning import clean_answer
from .conditions import look
from .parts import Question, QuestionType, Schema
from .problems import BudgetTotals, FileInfo, Flaw, Limits, Problem, Progress, Verdict
from .raw import is_filled, shaped


@dataclass
class _Found:
    """What one question comes to."""

    value: Any
    flaws: list[Flaw]
    totals: BudgetTotals | None = None


def evaluate(
    schema: Schema,
    answers: Any,
    *,
    limits: Limits = Limits(),  # noqa: B008 -- it never changes
    fiche: Mapping[str, str] | None = None,
    files: Mapping[int, FileInfo] | None = None,
    column: str = "planned",
) -> Verdict:
    """What these raw answers are worth. Never raises, whatever the JSON holds.

    ``fiche``: the words of the fiche's fields, by name; ``files``: the files that were received, by id;
    ``column``: the one of the budget that is being filled, « planned » or « real ».
    """
    answers = answers if isinstance(answers, Mapping) else {}
    fiche, files = fiche or {}, files or {}
    visible, held = look(schema, answers, fiche)
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    progress = []
    totals = None
    for section in schema.sections:
        done = total = wrong = 0
        for question in section.questions:
            if question.key not in visible:
                continue
            raw = (
                fiche.get(question.field, "")
                if question.type == QuestionType.FROM_FICHE
                else answers.get(question.key)
            )
            found = _look_at(question, raw, limits=limits, files=files, column=column)
            if found.value is not None and not found.flaws:
                values[question.key] = found.value
            totals = totals or found.totals
            problems += [
                Problem(question.key, section.key, flaw.path, flaw.message, flaw.missing) for flaw in found.flaws
            ]
            total += _is_required(question)
            done += _is_required(question) and not found.flaws
            wrong += sum(not flaw.missing for flaw in found.flaws)
        progress.append(Progress(section.key, section.title, done, total, wrong))
    return Verdict(visible, values, tuple(problems), tuple(progress), held, totals)


def _is_required(question: Question) -> bool:
    return question.required and question.type != QuestionType.NOTE


def _look_at(question: Question, raw: Any, *, limits: Limits, files: Mapping[int, FileInfo], column: str) -> _Found:
    """The value of one answer and what is wrong with it."""
    if question.type == QuestionType.NOTE:
        return _Found(None, [])
    if question.type == QuestionType.BUDGET:
        return _look_at_budget(question, raw, limits=limits, column=column)
    if not is_filled(question, raw):
        return _Found(None, _missing(question))
    answer = shaped(question, raw)
    if question.type == QuestionType.FROM_FICHE:
        return _Found(answer.strip(), [])
    value, flaws = clean_answer(question, answer, files)
    if question.type == QuestionType.DECLARATION and value is False:
        return _Found(None, _missing(question))
    return _Found(value, flaws)


def _look_at_budget(question: Question, raw: Any, *, limits: Limits, column: str) -> _Found:
    value, flaws = read_budget(question, shaped(question, raw), column)
    totals = add_up(value, limits=limits, column=column)
    amounts = [getattr(row, column) for row in value.rows] + [getattr(value, f"hours_{column}")]
    if all(amount is None for amount in amounts) and not flaws:
        return _Found(value if is_filled(question, raw) else None, _missing(question), totals)
    # Sums of what could be read say nothing yet.
    return _Found(value, flaws or check_totals(question, totals, limits), totals)


def _missing(question: Question) -> list[Flaw]:
    if not question.required:
        return []
    return [Flaw(_MISSING.get(question.type, _missing_answer)(), missing=True)]


def _missing_answer() -> str:
    return _("Répondez à cette question.")


_MISSING = {
    QuestionType.CHOICE: lambda: _("Choisissez une réponse."),
    QuestionType.CHOICES: lambda: _("Choisissez au moins une réponse."),
    QuestionType.YES_NO: lambda: _("Répondez par oui ou par non."),
    QuestionType.FILE: lambda: _("Joignez le fichier demandé."),
    QuestionType.TABLE: lambda: _("Remplissez au moins une ligne."),
    QuestionType.BUDGET: lambda: _("Remplissez le budget."),
    QuestionType.DECLARATION: lambda: _("Cochez la case pour accepter."),
    QuestionType.FROM_FICHE: lambda: _("Ce renseignement manque à votre fiche. Ajoutez-le là-bas."),
}
