"""Programmes, forms, calls, applications, and what staff keep about these."""

from .applications import Application, ApplicationFile, Extension, Submission, closing_for
from .drafting import WRITING_FOR, ApplicationComment, SectionVisit
from .evaluation import (
    CannedText,
    Conflict,
    CriterionNote,
    Dossier,
    Follow,
    InternalNote,
    Label,
    MessageFile,
    QueueColumns,
    Review,
    ThreadMessage,
    ThreadRead,
)
from .programs import Call, Criterion, Form, FormVersion, Instalment, Program

__all__ = [
    "WRITING_FOR",
    "Application",
    "ApplicationComment",
    "ApplicationFile",
    "Call",
    "CannedText",
    "Conflict",
    "Criterion",
    "CriterionNote",
    "Dossier",
    "Extension",
    "Follow",
    "Form",
    "FormVersion",
    "Instalment",
    "InternalNote",
    "Label",
    "MessageFile",
    "Program",
    "QueueColumns",
    "Review",
    "SectionVisit",
    "Submission",
    "ThreadMessage",
    "ThreadRead",
    "closing_for",
]
