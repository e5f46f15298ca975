"""The forms of the applications, as data: what they ask, what an answer is worth, what is missing. No database."""

from .amounts import format_amount, format_number, format_percent, parse_amount, parse_date, parse_number
from .bound import BoundQuestion, bound_questions
from .carrying import asked_alike, carried_files, kept_answers
from .checking import check_schema
from .cleaning import clean_answer
from .evaluating import evaluate
from .merging import Merge, differences, digest, merge
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
from .planned import planned_on
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
    "asked_alike",
    "base_input",
    "bound_questions",
    "cancelled_upload",
    "carried_files",
    "check_schema",
    "clean_answer",
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
    "planned_on",
    "read_base",
    "read_posted",
    "removed_file",
    "row_action",
    "shown",
]
