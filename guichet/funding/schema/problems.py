"""What a verdict says: problems, progress, totals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from .parts import Clause

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Problem:
    """What is wrong with an answer, or that it is missing.

    ``path``: the part of the answer, as the end of its input's name: « 0-name », « rent-planned »; empty for all.
    """

    question_key: str
    section_key: str
    path: str
    message: str
    missing: bool = False

    @property
    def input_id(self) -> str:
        """The id of the input that a link leads to."""
        return "-".join(filter(None, ["q", self.question_key, self.path]))


@dataclass(frozen=True)
class Flaw:
    """A problem of one answer, before it is known where that stands."""

    message: str
    path: str = ""
    missing: bool = False


@dataclass(frozen=True)
class FileInfo:
    """A file that was received. ``size``: in bytes."""

    name: str
    size: int


@dataclass(frozen=True)
class BegunUpload:
    """A heavy file that came in part. ``modified``: as its browser says; ``url``: where it is gone on with."""

    pk: int
    name: str
    size: int
    offset: int
    modified: int
    url: str


@dataclass(frozen=True)
class Limits:
    """What a programme pays, and for how much. Shares are percents; None is no limit.

    ``max_share``: of the eligible costs, what the body pays; ``max_public_share``: of all costs, what public money
    pays; ``min_own_share``: of all costs, what the applicant brings, in money, goods or hours; ``volunteer_rate``:
    what an hour is worth.
    """

    max_amount: Decimal | None = None
    max_share: Decimal | None = None
    max_public_share: Decimal | None = None
    min_own_share: Decimal | None = None
    volunteer_rate: Decimal | None = None


@dataclass(frozen=True)
class BudgetRow:
    """A line of a budget with its cleaned amounts. ``side``: revenues or expenses."""

    side: str
    key: str
    label: str
    kind: str
    eligible: bool
    planned: Decimal | None
    real: Decimal | None


@dataclass(frozen=True)
class BudgetValue:
    """A budget's cleaned answer. Hours are volunteers'."""

    rows: tuple[BudgetRow, ...]
    hours_planned: Decimal | None = None
    hours_real: Decimal | None = None


@dataclass(frozen=True)
class BudgetTotals:
    """Sums to the cent, shares to a tenth of a percent. The volunteers' hours count on both sides."""

    revenues: Decimal = ZERO
    expenses: Decimal = ZERO
    cash: Decimal = ZERO
    in_kind: Decimal = ZERO
    volunteer_value: Decimal = ZERO
    eligible: Decimal = ZERO
    balance: Decimal = ZERO
    requested: Decimal = ZERO
    own: Decimal = ZERO
    public: Decimal = ZERO
    share_requested: Decimal = Decimal("0.0")
    share_public: Decimal = Decimal("0.0")
    share_own: Decimal = Decimal("0.0")


@dataclass(frozen=True)
class Progress:
    """How far a section is. ``total``: its required questions that show; ``problems``: the wrong answers' only."""

    section_key: str
    title: str
    done: int
    total: int
    problems: int

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do there."""
        return self.done == self.total and not self.problems


@dataclass(frozen=True)
class Verdict:
    """What the answers of a form are worth."""

    visible: frozenset[str] = frozenset()
    values: Mapping[str, Any] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    progress: tuple[Progress, ...] = ()
    # The tests of the conditions that are true of these answers.
    held: frozenset[Clause] = frozenset()
    budget: BudgetTotals | None = None

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing and nothing is wrong."""
        return not self.problems

    @property
    def requested(self) -> Decimal:
        """The amount asked of the body."""
        return self.budget.requested if self.budget else ZERO

    @property
    def total_cost(self) -> Decimal:
        """What the project costs in all, in money, goods and hours."""
        return self.budget.expenses if self.budget else ZERO

    def problems_of(self, question_key: str) -> list[Problem]:
        """What is wrong with one answer."""
        return [problem for problem in self.problems if problem.question_key == question_key]
