"""What an invented person answers to a form of the demo: every question by its type, and a budget that adds up."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from guichet.organizations.models import Organization

from ..models import Call
from ..schema import Line, Question, QuestionType, Schema
from ..schema.amounts import parse_amount
from .projects import LONG_ANSWERS, Project

# The programme where the reach of the activity says the most that one may ask.
REACHING = "encouragement-loisir"
BY_REACH = {"locale": 500, "territoriale": 1000, "regionale": 2500}
LARGE = 50_000
STEPS = ("Préparation et inscriptions", "Achats et installation", "Réalisation", "Bilan avec les partenaires")
SITES = "Centre communautaire de {place}"
# Never asked: a project that needs them would be another one.
LEFT_OUT = {"autre", "prive"}


@dataclass(frozen=True)
class Author:
    """Who answers: the fiche, its project, the person in charge."""

    organization: Organization
    project: Project
    name: str
    email: str
    job_title: str

    @property
    def place(self) -> str:
        """Where it happens: of two municipalities of one name, nobody says which."""
        return self.organization.municipality.name.partition(" (")[0]

    def words(self, text: str) -> str:
        """A text of the project, about this place."""
        return text.replace("{place}", self.place)


class Pen:
    """Answers one form for one author."""

    def __init__(self, chance: random.Random, author: Author, call: Call) -> None:
        self.chance = chance
        self.author = author
        self.call = call
        self.reach = chance.choice(list(BY_REACH))
        self.wants_minors = {"jeunes", "ados"} & set(author.project.audiences)

    def answers(self, schema: Schema) -> dict[str, Any]:
        """Every answer but the files, whether its question shows or not."""
        found = {question.key: self._answer(question) for _section, question in schema if question.is_answered_here}
        return {key: answer for key, answer in found.items() if answer is not None}

    def _answer(self, question: Question) -> Any:
        answer = {
            QuestionType.TEXT: self._text,
            QuestionType.LONG_TEXT: self._long_text,
            QuestionType.NUMBER: self._number,
            QuestionType.DATE: self._date,
            QuestionType.CHOICE: self._choice,
            QuestionType.CHOICES: self._choices,
            QuestionType.YES_NO: self._yes_no,
            QuestionType.DECLARATION: lambda _question: "yes",
            QuestionType.TABLE: lambda one: [self._row(one, number) for number in range(len(STEPS) - 1)],
            QuestionType.BUDGET: self._budget,
        }.get(question.type)
        return answer(question) if answer else None

    def _text(self, question: Question) -> str:
        author = self.author
        known = {
            "titre": author.words(author.project.title),
            "resp-nom": author.name,
            "resp-titre": author.job_title or "Responsable du projet",
            "resp-courriel": author.email,
            "resp-telephone": f"819 555-01{self.chance.randint(0, 99):02}",
            "site": f"Sentiers de {author.place}",
            "terrain": f"Municipalité de {author.place}",
        }
        return known.get(question.key, author.words(SITES))

    def _long_text(self, question: Question) -> str:
        project = self.author.project
        own = {"description": project.description, "besoin": project.need}
        return self.author.words(own.get(question.key) or LONG_ANSWERS.get(question.key) or project.description)

    def _number(self, question: Question) -> str:
        return str(self.chance.randint(2, 9) if question.unit == "km" else self.chance.randint(12, 240))

    def _date(self, question: Question) -> str:
        return self._day(150 if question.key == "fin" else 40).isoformat()

    def _day(self, after: int) -> dt.date:
        return self.call.project_from + dt.timedelta(days=after + self.chance.randint(-15, 15))

    def _choice(self, question: Question) -> str:
        if question.key == "portee":
            return self.reach
        if question.key == "etat":
            return self.chance.choice(["prevu", "prevu", "prevu", "modifie"])
        return self.chance.choice([option.key for option in question.options if option.key not in LEFT_OUT])

    def _choices(self, question: Question) -> list[str]:
        keys = [option.key for option in question.options if option.key not in LEFT_OUT]
        audiences = [key for key in keys if key in self.author.project.audiences]
        return audiences or sorted(self.chance.sample(keys, 2), key=keys.index)

    def _yes_no(self, question: Question) -> str:
        if question.key in {"mineurs", "accompagnement"}:
            return "yes" if self.wants_minors else "no"
        return self.chance.choice(["yes", "no"]) if question.key == "nouveau" else "no"

    def _row(self, question: Question, number: int) -> dict[str, str]:
        by_type = {
            "date": self._day(20 + 40 * number).isoformat(),
            "number": str(self.chance.randint(10, 60)),
        }
        row = {column.key: by_type.get(column.type, STEPS[number]) for column in question.columns}
        own = {"qui": self.author.name, "lieu": self.author.words(SITES)}
        return {key: own.get(key, text) for key, text in row.items()}

    # --- Money --------------------------------------------------------------------------------------

    def _budget(self, question: Question) -> dict[str, Any]:
        """Revenues and expenses that are equal, within what the call allows."""
        asked, cost = self._asked_and_cost()
        rest = cost - asked
        own = -(-rest * 3 // 40) * 10
        town = (rest - own) // 20 * 10
        lines = {"lscq": asked, "mise": own, "municipal": town, "commandites": rest - own - town}
        eligible = [line for line in question.expenses if line.eligible]
        kept = [line.key for line in self.chance.sample(eligible, min(3, len(eligible)))]
        lines |= dict(zip(kept, self._cut(cost, len(kept)), strict=True))
        hours = self.chance.choice([0, 0, 20, 35, 60]) if question.volunteer_hours else 0
        return {
            "lines": {key: {"planned": money(amount), "real": ""} for key, amount in lines.items() if amount},
            "revenues": [],
            "expenses": [],
            "hours": {"planned": str(hours or ""), "real": ""},
        }

    def _asked_and_cost(self) -> tuple[int, int]:
        call = self.call
        most = BY_REACH[self.reach] if call.program.slug == REACHING else int(call.max_amount)
        # Works that ask for all of it are rare.
        part = self.chance.randint(10, 40) if most > LARGE else self.chance.randint(30, 100)
        asked = max(most * part // 1000 * 10, 300)
        share = int(call.max_share or 75) * self.chance.randint(72, 88) // 100
        return asked, -(-asked * 100 // (share * 10)) * 10

    def _cut(self, total: int, count: int) -> list[int]:
        """The total in so many parts, each a multiple of ten."""
        parts = []
        for left in range(count, 1, -1):
            parts.append(total * self.chance.randint(60, 130) // (100 * left) // 10 * 10)
            total -= parts[-1]
        return [*parts, total]


def money(amount: int | Decimal) -> str:
    """An amount as people type it: « 1 250,00 »."""
    return f"{Decimal(amount):,.2f}".replace(",", " ").replace(".", ",")


def with_real(budget: dict[str, Any], expenses: Iterable[Line], *, spent: Decimal, own: Decimal) -> dict[str, Any]:
    """A report's budget: beside what was planned, what it came to, line by line, paid by LSCQ and by us."""
    lines = {key: dict(row) for key, row in budget["lines"].items()}
    for key, amount in (("lscq", spent - own), ("mise", own)):
        lines.setdefault(key, {"planned": ""})["real"] = money(amount)
    free = [dict(row) for row in budget["expenses"]]
    rows = [row for row in (*(lines.get(line.key, {}) for line in expenses), *free) if row.get("planned")]
    planned = [parse_amount(row["planned"]) for row in rows]
    left = spent
    for row, amount in zip(rows[1:], planned[1:], strict=True):
        part = (spent * amount / sum(planned)).quantize(Decimal("0.01"))
        row["real"], left = money(part), left - part
    rows[0]["real"] = money(left)
    return {**budget, "lines": lines, "expenses": free}
