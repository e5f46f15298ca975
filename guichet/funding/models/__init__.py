"""Programmes, forms, calls, applications."""

from .applications import Application, ApplicationFile, Extension, Submission, closing_for
from .programs import Call, Criterion, Form, FormVersion, Instalment, Program

__all__ = [
    "Application",
    "ApplicationFile",
    "Call",
    "Criterion",
    "Extension",
    "Form",
    "FormVersion",
    "Instalment",
    "Program",
    "Submission",
    "closing_for",
]
