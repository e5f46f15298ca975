"""From what staff build (`blocks`) to the form as data (`schema`): the keys are the blocks' own ids, which last."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from wagtail.blocks import StreamValue, StructValue
from wagtail.blocks.list_block import ListValue

from guichet.organizations.values import label_of

from .enums import FormPurpose
from .schema import check_schema
from .schema.parts import LineKind, QuestionType

YES = {"oui", "yes", "vrai"}
NO = {"non", "no", "faux"}
CHOSEN = {QuestionType.CHOICE, QuestionType.CHOICES}
YES_OR_NO = {QuestionType.YES_NO, QuestionType.DECLARATION}
# What goes into the schema as it is, by type of question.
AS_IT_IS = {
    QuestionType.TEXT: ("max_length",),
    QuestionType.LONG_TEXT: ("max_length",),
    QuestionType.NUMBER: ("decimals", "unit"),
    QuestionType.CHOICES: ("minimum", "maximum"),
    QuestionType.FILE: ("extensions", "max_mb", "max_files"),
    QuestionType.TABLE: ("min_rows", "max_rows"),
    QuestionType.BUDGET: ("free_revenues", "free_expenses", "volunteer_hours", "must_balance"),
    QuestionType.FROM_FICHE: ("field",),
}
# Numbers, amounts and dates, which the schema writes in words.
WRITTEN = {
    QuestionType.NUMBER: ("minimum", "maximum"),
    QuestionType.AMOUNT: ("minimum", "maximum"),
    QuestionType.DATE: ("earliest", "latest"),
}


@dataclass
class Built:
    """A form as data, and what is wrong with it: sentences for who builds it."""

    schema: dict[str, Any]
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Named:
    """The question that a short name stands for."""

    key: str
    type: str
    options: dict[str, str]


def build(body: StreamValue, purpose: str) -> Built:
    """The form that these blocks make."""
    sections = [(section, _questions_of(section.value["questions"])) for section in body]
    built = Built({"sections": []})
    names = _names(built, [question for _section, questions in sections for question in questions])
    for section, questions in sections:
        value = section.value
        built.schema["sections"].append(
            {
                "key": section.id,
                "title": value["title"],
                "help": value["help"],
                "condition": _condition(built, value["title"], value["condition"], names),
                "questions": [_question(built, question, names) for question in questions],
            }
        )
    _check_sets(built, body)
    if purpose == FormPurpose.APPLICATION:
        _check_requested(built)
    built.problems += check_schema(built.schema)
    return built


def _questions_of(stream: StreamValue) -> list[Any]:
    """The blocks of a section, those of a reusable block in its place."""
    found = []
    for block in stream:
        if block.block_type != "question_set":
            found.append(block)
        elif block.value is not None:
            found += list(block.value.body)
    return found


def _names(built: Built, questions: list[Any]) -> dict[str, Named]:
    """The questions by the short name that staff gave them."""
    names: dict[str, Named] = {}
    for block in questions:
        name = block.value.get("reference")
        if not name:
            continue
        if name in names:
            built.problems.append(_("Deux questions ont le repère « %(name)s ». Changez-en un.") % {"name": name})
        else:
            options = {child.value.casefold(): child.id for child in _children(block.value.get("options"))}
            names[name] = Named(block.id, block.block_type, options)
    return names


def _children(value: ListValue | None) -> list[Any]:
    return [] if value is None else list(value.bound_blocks)


def _condition(built: Built, where: str, value: StructValue, names: dict[str, Named]) -> dict[str, Any] | None:
    tests = []
    for test in value["tests"]:
        named = names.get(test["question"])
        if named is None:
            built.problems.append(
                _("La condition de « %(where)s » nomme « %(name)s » : aucune question n’a ce repère.")
                % {"where": where, "name": test["question"]}
            )
        else:
            tests.append({"question": named.key, "test": test["test"], "value": _answer(named, test["value"])})
    return {"match": value["match"], "tests": tests} if tests else None


def _answer(named: Named, words: str) -> str:
    """What staff wrote, as the answer to that question is kept: the key of a choice, « yes » or « no »."""
    words = words.strip()
    if named.type in CHOSEN:
        return named.options.get(words.casefold(), words)
    if named.type in YES_OR_NO and words.casefold() in YES | NO:
        return "yes" if words.casefold() in YES else "no"
    return words


def _question(built: Built, block: Any, names: dict[str, Named]) -> dict[str, Any]:
    value, kind = block.value, block.block_type
    label = label_of(value["field"]) if kind == QuestionType.FROM_FICHE else value["label"]
    question = {
        "key": block.id,
        "type": kind,
        "label": label,
        "help": value["help"],
        "required": bool(value.get("required")),
        "condition": _condition(built, label or value["help"], value["condition"], names),
        "kept": bool(value.get("kept", True)),
    }
    question |= {name: value[name] for name in AS_IT_IS.get(kind, ()) if value[name] is not None}
    question |= {name: str(value[name]) for name in WRITTEN.get(kind, ()) if value[name] is not None}
    if kind in CHOSEN:
        question["options"] = _options(value["options"])
    elif kind == QuestionType.TABLE:
        question["columns"] = [_column(child) for child in _children(value["columns"])]
    elif kind == QuestionType.BUDGET:
        question["revenues"] = [{"key": line.id, **line.value} for line in _children(value["revenues"])]
        question["expenses"] = [{"key": line.id, **line.value} for line in _children(value["expenses"])]
    return question


def _options(value: ListValue) -> list[dict[str, str]]:
    return [{"key": child.id, "label": child.value} for child in _children(value)]


def _column(child: Any) -> dict[str, Any]:
    value = child.value
    column = {"key": child.id, "label": value["label"], "type": value["type"], "required": value["required"]}
    return {**column, "options": _options(value["options"])} if value["type"] == QuestionType.CHOICE else column


def _check_sets(built: Built, body: StreamValue) -> None:
    """A reusable block is there once; one that was deleted leaves a hole."""
    used = [
        block.value for section in body for block in section.value["questions"] if block.block_type == "question_set"
    ]
    if None in used:
        built.problems.append(_("Un bloc réutilisable a été supprimé. Retirez-le du formulaire."))
    for question_set, count in Counter(one for one in used if one is not None).items():
        if count > 1:
            built.problems.append(
                _("Le bloc réutilisable « %(name)s » est là deux fois. Gardez-en un.") % {"name": question_set}
            )


def _check_requested(built: Built) -> None:
    """A budget of an application says how much is asked of the body."""
    for section in built.schema["sections"]:
        for question in section["questions"]:
            if question["type"] == QuestionType.BUDGET and not any(
                line["kind"] == LineKind.LSCQ for line in question["revenues"]
            ):
                built.problems.append(
                    _("« %(question)s » n’a pas de ligne pour l’aide demandée. Ajoutez-la aux revenus.")
                    % {"question": question["label"]}
                )
