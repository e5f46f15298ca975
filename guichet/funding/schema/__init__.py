"""The forms of the applications, as data: what they ask, what an answer is worth, what is missing. No database."""

from .amounts import format_amount, format_number, format_percent, parse_amount, parse_date, parse_number
from .checking import check_schema
from .evaluating import evaluate
from .merging import Merge, differences, digest, kept_answers, merge
from .parsing import SchemaError, parse_schema
from .parts import (
    Clause,
    Column,
    Condition,
    Line,
    LineKind,
    Option,
    Question,
    QuestionType,
    Relation,
    Schema,
    Section,
)
from .problems import BudgetRow, BudgetTotals, BudgetValue, FileInfo, Limits, Problem, Progress, Verdict

__all__ = [
    "BudgetRow",
    "BudgetTotals",
    "BudgetValue",
    "Clause",
    "Column",
    "Condition",
    "FileInfo",
    "Limits",
    "Line",
    "LineKind",
    "Merge",
    "Option",
    "Problem",
    "Progress",
    "Question",
    "QuestionType",
    "Relation",
    "Schema",
    "SchemaError",
    "Section",
    "Verdict",
    "check_schema",
    "differences",
    "digest",
    "evaluate",
    "format_amount",
    "format_number",
    "format_percent",
    "kept_answers",
    "merge",
    "parse_amount",
    "parse_date",
    "parse_number",
    "parse_schema",
]
