"""One answer at a time: its value, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import PurePath
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guichet.core.templatetags.guichet import day

from .amounts import format_amount, format_number, parse_amount, parse_date, parse_number
from .conditions import comparable
from .parts import Column, Option, Question, QuestionType
from .problems import FileInfo, Flaw
from .raw import is_blank

PICTURES = {"jpg", "jpeg", "png", "gif", "webp"}
Cleaned = tuple[Any, list[Flaw]]


def clean_answer(question: Question, answer: Any, files: Mapping[int, FileInfo]) -> Cleaned:
    """The value of a shaped answer that says something, None when it is wrong, and what is wrong with it."""
    if question.type == QuestionType.FILE:
        return _clean_files(question, answer, files)
    if question.type == QuestionType.TABLE:
        return _clean_table(question, answer)
    try:
        return _CLEAN[question.type](question, answer), []
    except ValidationError as problem:
        return None, [Flaw(message) for message in problem.messages]


def _clean_text(question: Question, answer: str) -> str:
    text = answer.strip()
    _require_length(text, question.max_length)
    return text


def _require_length(text: str, most: int) -> None:
    if len(text) > most:
        raise ValidationError(
            _("Ce texte compte %(count)s caractères. Gardez-en %(most)s au plus.")
            % {"count": _count(len(text)), "most": _count(most)},
            code="too_long",
        )


def _count(number: int) -> str:
    return format_number(number)


def _clean_number(question: Question, answer: str) -> Any:
    number = parse_number(answer, question.decimals)
    _require_between(question, number, format_number)
    return number


def _clean_amount(question: Question, answer: str) -> Any:
    amount = parse_amount(answer)
    _require_between(question, amount, format_amount)
    return amount


def _clean_date(question: Question, answer: str) -> Any:
    date = parse_date(answer)
    _require_between(question, date, day)
    return date


def _require_between(question: Question, value: Any, words: Callable[[Any], str]) -> None:
    """Refuse what is beyond the question's limits. A limit that cannot be read is none."""
    least, most = comparable(question.type, question.minimum), comparable(question.type, question.maximum)
    is_date = question.type == QuestionType.DATE
    if least is not None and value < least:
        sentence = _("Choisissez le %(least)s ou un jour plus tard.") if is_date else _("Le minimum est %(least)s.")
        raise ValidationError(sentence % {"least": words(least)}, code="below")
    if most is not None and value > most:
        sentence = _("Choisissez le %(most)s ou un jour plus tôt.") if is_date else _("Le maximum est %(most)s.")
        raise ValidationError(sentence % {"most": words(most)}, code="above")


def _require_option(options: tuple[Option, ...], key: str) -> None:
    if key not in {option.key for option in options}:
        raise ValidationError(_("Choisissez un élément de la liste."), code="unknown")


def _clean_choice(question: Question, answer: str) -> str:
    key = answer.strip()
    _require_option(question.options, key)
    return key


def _clean_choices(question: Question, answer: list[str]) -> tuple[str, ...]:
    for key in answer:
        _require_option(question.options, key)
    if len(answer) < question.at_least:
        raise ValidationError(
            ngettext("Choisissez-en au moins %(count)d.", "Choisissez-en au moins %(count)d.", question.at_least)
            % {"count": question.at_least},
            code="too_few",
        )
    if question.at_most is not None and len(answer) > question.at_most:
        raise ValidationError(
            ngettext("Choisissez-en %(count)d au plus.", "Choisissez-en %(count)d au plus.", question.at_most)
            % {"count": question.at_most},
            code="too_many",
        )
    # In the order of the form, whatever the order of the clicks.
    return tuple(option.key for option in question.options if option.key in answer)


def _clean_yes_no(question: Question, answer: str) -> bool:
    if answer.strip() not in {"yes", "no"}:
        raise ValidationError(_("Répondez par oui ou par non."), code="unknown")
    return answer.strip() == "yes"


def _clean_declaration(question: Question, answer: str) -> bool:
    if answer.strip() == "no":
        return False
    if answer.strip() != "yes":
        raise ValidationError(_("Cochez la case pour accepter."), code="unknown")
    return True


_CLEAN: dict[str, Callable[[Question, Any], Any]] = {
    QuestionType.TEXT: _clean_text,
    QuestionType.LONG_TEXT: _clean_text,
    QuestionType.NUMBER: _clean_number,
    QuestionType.AMOUNT: _clean_amount,
    QuestionType.DATE: _clean_date,
    QuestionType.CHOICE: _clean_choice,
    QuestionType.CHOICES: _clean_choices,
    QuestionType.YES_NO: _clean_yes_no,
    QuestionType.DECLARATION: _clean_declaration,
}


def _clean_files(question: Question, answer: list[int], files: Mapping[int, FileInfo]) -> Cleaned:
    """The ids of the files. One that is not there any more is told: nobody takes it for handed in."""
    flaws = []
    if len(answer) > question.max_files:
        flaws.append(
            Flaw(
                ngettext(
                    "Gardez %(count)d fichier : il y en a %(found)d.",
                    "Gardez %(count)d fichiers au plus : il y en a %(found)d.",
                    question.max_files,
                )
                % {"count": question.max_files, "found": len(answer)}
            )
        )
    for pk in answer:
        file = files.get(pk)
        if file is None:
            flaws.append(Flaw(_("Un fichier joint est introuvable. Retirez-le, puis envoyez-le de nouveau.")))
            continue
        extension = PurePath(file.name).suffix.lower().lstrip(".")
        if question.extensions and extension not in _accepted(question):
            flaws.append(
                Flaw(
                    _("« %(name)s » n’est pas d’un type accepté : %(types)s.")
                    % {"name": file.name, "types": ", ".join(question.extensions)}
                )
            )
        if file.size > question.max_bytes:
            flaws.append(
                Flaw(
                    _("« %(name)s » est trop lourd : %(most)d Mo au plus.")
                    % {"name": file.name, "most": question.max_mb}
                )
            )
    return (None if flaws else tuple(answer)), flaws


def _accepted(question: Question) -> set[str]:
    """The ends of names that a file may have. A picture, of whatever kind it was, is kept as WebP."""
    accepted = set(question.extensions)
    return accepted | {"webp"} if accepted & PICTURES else accepted


def _clean_table(question: Question, answer: list[dict[str, str]]) -> Cleaned:
    """The rows in which something is written, as dictionaries of values; an empty cell is None."""
    flaws: list[Flaw] = []
    rows = []
    for number, texts in enumerate(answer):
        if is_blank(texts):
            continue
        row = {}
        for column in question.columns:
            try:
                row[column.key] = _clean_cell(column, texts[column.key].strip())
            except ValidationError as problem:
                flaws.append(Flaw(problem.messages[0], f"{number}-{column.key}"))
        rows.append(row)
    if len(rows) < question.at_least:
        flaws.append(
            Flaw(
                ngettext(
                    "Remplissez au moins %(count)d ligne.", "Remplissez au moins %(count)d lignes.", question.at_least
                )
                % {"count": question.at_least}
            )
        )
    if len(rows) > question.rows_at_most:
        flaws.append(
            Flaw(
                ngettext("Gardez %(count)d ligne au plus.", "Gardez %(count)d lignes au plus.", question.rows_at_most)
                % {"count": question.rows_at_most}
            )
        )
    return (None if flaws else tuple(rows)), flaws


def _clean_cell(column: Column, text: str) -> Any:
    if not text:
        if column.required:
            raise ValidationError(_("Remplissez « %(column)s ».") % {"column": column.label}, code="required")
        return None
    if column.type == QuestionType.CHOICE:
        _require_option(column.options, text)
        return text
    if column.type == QuestionType.NUMBER:
        return parse_number(text, 2)
    if column.type == QuestionType.AMOUNT:
        return parse_amount(text)
    if column.type == QuestionType.DATE:
        return parse_date(text)
    _require_length(text, Question("", QuestionType.TEXT).max_length)
    return text
