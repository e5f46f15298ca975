"""The forms of the applications, as data: what they ask, what an answer is worth, what is missing. No database."""

from .amounts import format_amount, format_number, format_percent, parse_amount, parse_date, parse_number
from .bound import BoundQuestion, bound_questions
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
from .posted import base_input, cancelled_upload, read_base, read_posted, removed_file, row_action
from .problems import (
    BegunUpload,
    BudgetRow,
    BudgetTotals,
    BudgetValue,
    FileInfo,
    Limits,
    Problem,
    Progress,
    Verdict,
)
from .showing import Shown, ShownBudget, ShownSection, shown

__all__ = [
    "BegunUpload",
    "BoundQuestion",
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
    "Shown",
    "ShownBudget",
    "ShownSection",
    "Verdict",
    "base_input",
    "bound_questions",
    "cancelled_upload",
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
    "read_base",
    "read_posted",
    "removed_file",
    "row_action",
    "shown",
]
