"""Programmes, forms, calls, applications."""

from .applications import Application, ApplicationFile, Extension, Submission, closing_for
from .decisions import (
    Agreement,
    AnnouncementRow,
    AnnouncementRun,
    Decision,
    DecisionReason,
    Letter,
    LetterTemplate,
    TriedAmount,
)
from .programs import Call, Criterion, Form, FormVersion, Instalment, Program

__all__ = [
    "Agreement",
    "AnnouncementRow",
    "AnnouncementRun",
    "Application",
    "ApplicationFile",
    "Call",
    "Criterion",
    "Decision",
    "DecisionReason",
    "Extension",
    "Form",
    "FormVersion",
    "Instalment",
    "Letter",
    "LetterTemplate",
    "Program",
    "Submission",
    "TriedAmount",
    "closing_for",
]
