"""Programmes, forms, calls, applications, and what staff keep about these."""

from .applications import Application, ApplicationFile, Extension, Submission, closing_for
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
    "Application",
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
    "Submission",
    "ThreadMessage",
    "ThreadRead",
    "closing_for",
]
