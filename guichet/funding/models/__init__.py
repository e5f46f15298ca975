"""Programmes, forms, calls, applications."""

from .applications import Application, ApplicationFile, Extension, Submission, closing_for
from .drafting import WRITING_FOR, ApplicationComment, SectionVisit
from .programs import Call, Criterion, Form, FormVersion, Instalment, Program

__all__ = [
    "WRITING_FOR",
    "Application",
    "ApplicationComment",
    "ApplicationFile",
    "Call",
    "Criterion",
    "Extension",
    "Form",
    "FormVersion",
    "Instalment",
    "Program",
    "SectionVisit",
    "Submission",
    "closing_for",
]
