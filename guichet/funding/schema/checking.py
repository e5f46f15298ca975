"""What is wrong with a form, for who builds it: each a sentence that says where and what to do."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from guichet.organizations.content import FIELDS

from .conditions import TESTS, comparable, in_order_of_need
from .parsing import SchemaError, items, mapping, parse_schema, text
from .parts import (
    COLUMN_TYPES,
    EXPENSE_KINDS,
    REVENUE_KINDS,
    Clause,
    Column,
    Condition,
    LineKind,
    Option,
    Question,
    QuestionType,
    Relation,
    Schema,
)

_KEY = re.compile(r"[a-z0-9_-]{1,40}")
# What the lines that a client adds, and the hours, are called in a budget's form.
_RESERVED_LINE = re.compile(r"hours|[re]\d+")
_WITHOUT_VALUE = frozenset({Relation.FILLED, Relation.EMPTY})
_MEASURED = frozenset({QuestionType.NUMBER, QuestionType.AMOUNT, QuestionType.DATE})
_CHOSEN = frozenset({QuestionType.CHOICE, QuestionType.CHOICES})


def check_schema(data: Any) -> list[str]:
    """The sentences of what is wrong with these data; none when they make a form."""
    try:
        unknown = _unknown_types(data)
        if unknown:
            return unknown
        schema = parse_schema(data)
    except SchemaError:
        return [_("Ce formulaire est illisible : ses parties ne sont pas à leur place.")]
    return list(dict.fromkeys(_sentences(schema)))


def _unknown_types(data: Any) -> list[str]:
    found = []
    for section in items(mapping(data).get("sections")):
        for question in items(mapping(section).get("questions")):
            kind = text(mapping(question), "type")
            if kind not in QuestionType.values:
                found.append(
                    _("« %(question)s » est d’un type inconnu : « %(type)s ».")
                    % {"question": text(question, "label") or text(question, "key"), "type": kind}
                )
    return found


def _sentences(schema: Schema) -> Iterator[str]:
    if not any(question.is_answered_here for _section, question in schema):
        yield _("Le formulaire ne pose aucune question. Ajoutez-en une.")
    yield from _check_keys(_("sections"), (section.key for section in schema.sections))
    yield from _check_keys(_("questions"), (question.key for _section, question in schema))
    yield from _check_inputs(schema)
    for section in schema.sections:
        yield from _check_condition(schema, section.title or section.key, section.condition)
        if section.condition and {test.question for test in section.condition.tests} & {
            question.key for question in section.questions
        }:
            yield _("La section « %(section)s » dépend d’une de ses propres questions.") % {
                "section": section.title or section.key
            }
    for _section, question in schema:
        yield from _check_question(schema, question)
    if sum(question.type == QuestionType.BUDGET for _section, question in schema) > 1:
        yield _("Le formulaire a deux budgets. Gardez-en un seul.")
    loop = in_order_of_need(schema)[1]
    if len(loop) > 1:
        yield _("Ces questions dépendent l’une de l’autre, en boucle : %(questions)s.") % {
            "questions": ", ".join(f"«\u00a0{_name(schema.questions[key])}\u00a0»" for key in loop)
        }


def _name(question: Question) -> str:
    return question.label or question.key


def _check_keys(of: str, keys: Iterable[str]) -> Iterator[str]:
    for key, count in Counter(keys).items():
        if not _KEY.fullmatch(key):
            yield _(
                "La clé « %(key)s » (%(of)s) est mal écrite : de 1 à 40 minuscules sans accent, chiffres, - ou _."
            ) % {"key": key, "of": of}
        elif count > 1:
            yield _("La clé « %(key)s » (%(of)s) sert deux fois.") % {"key": key, "of": of}


def _check_inputs(schema: Schema) -> Iterator[str]:
    """A question whose name in the page would be a part of another's: « a-rows » beside the table « a »."""
    patterns = {key: _inner_names(question) for key, question in schema.questions.items()}
    for key in schema.questions:
        for other, pattern in patterns.items():
            if pattern and key.startswith(f"{other}-") and re.fullmatch(pattern, key[len(other) + 1 :]):
                yield _("Les clés « %(key)s » et « %(other)s » se confondent. Changez-en une.") % {
                    "key": key,
                    "other": other,
                }


def _inner_names(question: Question) -> str:
    if question.type == QuestionType.TABLE:
        return r"rows|add|remove|\d+-.+"
    if question.type == QuestionType.BUDGET:
        return r".+-(?:planned|real|label|kind)"
    return "remove" if question.type == QuestionType.FILE else ""


def _check_question(schema: Schema, question: Question) -> Iterator[str]:
    name = _name(question)
    if not question.label and question.type != QuestionType.NOTE:
        yield _("La question « %(key)s » n’a pas de libellé.") % {"key": question.key}
    yield from _check_condition(schema, name, question.condition)
    if question.condition and question.key in {test.question for test in question.condition.tests}:
        yield _("La condition de « %(question)s » porte sur cette question elle-même.") % {"question": name}
    if question.at_most is not None and question.at_least > question.at_most:
        yield _upside_down(name)
    check = _CHECKS.get(question.type)
    if check:
        yield from check(question)


def _check_choice(question: Question) -> Iterator[str]:
    yield from _check_options(_name(question), question.options)
    if question.type == QuestionType.CHOICES and question.at_least > len(question.options) > 0:
        yield _("« %(question)s » demande plus de choix qu’elle n’en offre.") % {"question": _name(question)}


def _check_file(question: Question) -> Iterator[str]:
    if not (question.max_files and question.max_mb):
        yield _("« %(question)s » n’accepte aucun fichier : corrigez le nombre ou le poids.") % {
            "question": _name(question)
        }


def _check_field(question: Question) -> Iterator[str]:
    if question.field not in FIELDS:
        yield _("« %(question)s » montre un champ que la fiche n’a pas : « %(field)s ».") % {
            "question": _name(question),
            "field": question.field,
        }


def _upside_down(name: str) -> str:
    return _("« %(question)s » : le minimum dépasse le maximum.") % {"question": name}


def _check_options(name: str, options: tuple[Option, ...]) -> Iterator[str]:
    if not options:
        yield _("« %(question)s » n’offre aucun choix. Ajoutez-en.") % {"question": name}
    yield from _check_keys(name, (option.key for option in options))
    if not all(option.label for option in options):
        yield _("« %(question)s » a un choix sans texte.") % {"question": name}


def _check_limits(question: Question) -> Iterator[str]:
    limits = [comparable(question.type, limit) for limit in (question.minimum, question.maximum)]
    for limit, written in zip(limits, (question.minimum, question.maximum), strict=True):
        if written and limit is None:
            yield _("« %(question)s » : la limite « %(limit)s » est illisible.") % {
                "question": _name(question),
                "limit": written,
            }
    if None not in limits and limits[0] > limits[1]:
        yield _upside_down(_name(question))


def _check_table(question: Question) -> Iterator[str]:
    name = _name(question)
    if not question.columns:
        yield _("Le tableau « %(question)s » n’a aucune colonne.") % {"question": name}
    yield from _check_keys(name, (column.key for column in question.columns))
    if question.at_least > question.rows_at_most:
        yield _upside_down(name)
    for column in question.columns:
        yield from _check_column(name, column)


def _check_column(name: str, column: Column) -> Iterator[str]:
    where = f"{name}, {column.label or column.key}"
    if not column.label:
        yield _("« %(question)s » a une colonne sans titre.") % {"question": name}
    if column.type not in COLUMN_TYPES:
        yield _("« %(question)s » est d’un type inconnu : « %(type)s ».") % {"question": where, "type": column.type}
    if column.type == QuestionType.CHOICE:
        yield from _check_options(where, column.options)


def _check_budget(question: Question) -> Iterator[str]:
    name = _name(question)
    yield from _check_keys(name, (line.key for line in (*question.revenues, *question.expenses)))
    for lines, kinds in ((question.revenues, REVENUE_KINDS), (question.expenses, EXPENSE_KINDS)):
        for line in lines:
            if not line.label:
                yield _("« %(question)s » a une ligne sans nom.") % {"question": name}
            if line.kind not in kinds:
                yield _("« %(question)s » : la ligne « %(line)s » est d’une sorte inconnue.") % {
                    "question": name,
                    "line": line.label,
                }
            if _RESERVED_LINE.fullmatch(line.key):
                yield _("« %(question)s » : la clé « %(key)s » est réservée. Changez-la.") % {
                    "question": name,
                    "key": line.key,
                }
    if sum(line.kind == LineKind.LSCQ for line in question.revenues) > 1:
        yield _("« %(question)s » demande l’aide sur deux lignes. Gardez-en une seule.") % {"question": name}
    if not question.expenses and not question.free_expenses:
        yield _("Le budget « %(question)s » n’a aucune ligne de dépense.") % {"question": name}


_CHECKS: dict[str, Callable[[Question], Iterator[str]]] = {
    QuestionType.CHOICE: _check_choice,
    QuestionType.CHOICES: _check_choice,
    QuestionType.NUMBER: _check_limits,
    QuestionType.AMOUNT: _check_limits,
    QuestionType.DATE: _check_limits,
    QuestionType.FILE: _check_file,
    QuestionType.TABLE: _check_table,
    QuestionType.BUDGET: _check_budget,
    QuestionType.FROM_FICHE: _check_field,
}


def _check_condition(schema: Schema, name: str, condition: Condition | None) -> Iterator[str]:
    for test in condition.tests if condition else ():
        asked = schema.questions.get(test.question)
        if asked is None:
            yield _("La condition de « %(question)s » porte sur une question qui n’existe pas : « %(asked)s ».") % {
                "question": name,
                "asked": test.question,
            }
        elif test.test not in TESTS[asked.type]:
            yield _("La condition de « %(question)s » ne convient pas à « %(asked)s ».") % {
                "question": name,
                "asked": _name(asked),
            }
        elif test.test not in _WITHOUT_VALUE and not _is_possible(test, asked):
            yield _("La condition de « %(question)s » attend de « %(asked)s » une réponse impossible.") % {
                "question": name,
                "asked": _name(asked),
            }


def _is_possible(test: Clause, asked: Question) -> bool:
    """Whether an answer can be what the test compares it with."""
    if asked.type in _CHOSEN:
        return test.value in {option.key for option in asked.options}
    if asked.type in {QuestionType.YES_NO, QuestionType.DECLARATION}:
        return test.value in {"yes", "no"}
    if asked.type in _MEASURED:
        return comparable(asked.type, test.value) is not None
    return bool(test.value)
