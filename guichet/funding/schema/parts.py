"""What a form is made of: sections, questions, conditions, lines of a budget."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class QuestionType(TextChoices):
    """The sorts of questions."""

    NOTE = "note", _("Texte d’information")
    TEXT = "text", _("Texte court")
    LONG_TEXT = "long_text", _("Texte long")
    NUMBER = "number", _("Nombre")
    AMOUNT = "amount", _("Montant")
    DATE = "date", _("Date")
    CHOICE = "choice", _("Un choix")
    CHOICES = "choices", _("Plusieurs choix")
    YES_NO = "yes_no", _("Oui ou non")
    FILE = "file", _("Fichiers")
    TABLE = "table", _("Tableau")
    BUDGET = "budget", _("Budget")
    DECLARATION = "declaration", _("Déclaration à accepter")
    FROM_FICHE = "from_fiche", _("Renseignement de la fiche")


class Relation(TextChoices):
    """What a condition asks of an answer."""

    IS = "is", _("est")
    IS_NOT = "is_not", _("n’est pas")
    CONTAINS = "contains", _("contient")
    FILLED = "filled", _("est rempli")
    EMPTY = "empty", _("est vide")
    BELOW = "below", _("est inférieur à")
    ABOVE = "above", _("est supérieur à")


class LineKind(TextChoices):
    """Where the money of a budget comes from, and what an expense is made of."""

    LSCQ = "lscq", _("Aide demandée")
    OWN = "own", _("Votre contribution")
    PUBLIC = "public", _("Autre aide publique")
    PRIVATE = "private", _("Commandite, don ou vente")
    IN_KIND = "in_kind", _("En nature")
    CASH = "cash", _("En argent")


REVENUE_KINDS = (LineKind.LSCQ, LineKind.OWN, LineKind.PUBLIC, LineKind.PRIVATE, LineKind.IN_KIND)
# The money that the body gives stands on one line, the one that the programme names.
FREE_REVENUE_KINDS = tuple(kind for kind in REVENUE_KINDS if kind != LineKind.LSCQ)
EXPENSE_KINDS = (LineKind.CASH, LineKind.IN_KIND)
COLUMN_TYPES = (
    QuestionType.TEXT,
    QuestionType.NUMBER,
    QuestionType.AMOUNT,
    QuestionType.DATE,
    QuestionType.CHOICE,
)
# They ask nothing: nobody answers them in the form.
UNANSWERED = frozenset({QuestionType.NOTE, QuestionType.FROM_FICHE})
TEXT_LENGTH, LONG_TEXT_LENGTH = 250, 15_000
ROWS_AT_MOST = 50
DECIMALS_AT_MOST = 6


@dataclass(frozen=True)
class Clause:
    """One test of a condition. ``type``: of the question that it asks, empty when the form has no such question."""

    question: str
    test: str
    value: str = ""
    type: str = ""


@dataclass(frozen=True)
class Condition:
    """When something shows. ``match``: « all » or « any »."""

    match: str
    tests: tuple[Clause, ...]


@dataclass(frozen=True)
class Option:
    """One choice."""

    key: str
    label: str


@dataclass(frozen=True)
class Column:
    """A column of a table."""

    key: str
    label: str
    type: str = QuestionType.TEXT
    options: tuple[Option, ...] = ()
    required: bool = False


@dataclass(frozen=True)
class Line:
    """A line that the programme put in a budget. ``eligible``: whether the programme pays for that expense."""

    key: str
    label: str
    kind: str
    eligible: bool = True


@dataclass(frozen=True)
class Question:
    """A question, or a note. What its type does not use stays as it is here."""

    key: str
    type: str
    label: str = ""
    help: str = ""
    required: bool = False
    condition: Condition | None = None
    kept: bool = True
    max_length: int = TEXT_LENGTH
    # As they are written in the schema: numbers, amounts or dates (« 2027-03-31 »), empty for no limit.
    minimum: str = ""
    maximum: str = ""
    decimals: int = 0
    unit: str = ""
    options: tuple[Option, ...] = ()
    # Of choices, and of a table's rows.
    at_least: int = 0
    at_most: int | None = None
    extensions: tuple[str, ...] = ()
    max_mb: int = 20
    max_files: int = 1
    columns: tuple[Column, ...] = ()
    revenues: tuple[Line, ...] = ()
    expenses: tuple[Line, ...] = ()
    free_revenues: int = 0
    free_expenses: int = 0
    volunteer_hours: bool = False
    must_balance: bool = False
    # The name of a fiche's field.
    field: str = ""

    @property
    def max_bytes(self) -> int:
        """What a file may weigh."""
        return self.max_mb * 1024 * 1024

    @property
    def is_answered_here(self) -> bool:
        """Whether it is answered in the form."""
        return self.type not in UNANSWERED

    @property
    def rows_at_most(self) -> int:
        """Of a table."""
        return min(self.at_most or ROWS_AT_MOST, ROWS_AT_MOST)


@dataclass(frozen=True)
class Section:
    """A page of the form."""

    key: str
    title: str
    help: str = ""
    condition: Condition | None = None
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True)
class Schema:
    """A form."""

    sections: tuple[Section, ...] = field(default=())

    def __iter__(self) -> Iterator[tuple[Section, Question]]:
        """Every question with its section, in the form's order."""
        return ((section, question) for section in self.sections for question in section.questions)

    @functools.cached_property
    def questions(self) -> dict[str, Question]:
        """The questions by key."""
        return {question.key: question for _section, question in self}

    def section(self, key: str) -> Section | None:
        """A section by its key."""
        return next((section for section in self.sections if section.key == key), None)
