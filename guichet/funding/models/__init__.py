"""Programmes, forms, calls, applications."""

from .applications import Application, ApplicationFile, Extension, Submission, closing_for
from .drafting import WRITING_FOR, ApplicationComment, SectionVisit
from .following import Amendment, Payment, Recovery, Report, ReportFile, ReportReminder
from .programs import Call, Criterion, Form, FormVersion, Instalment, Program

__all__ = [
    "WRITING_FOR",
    "Amendment",
    "Application",
    "ApplicationComment",
    "ApplicationFile",
    "Call",
    "Criterion",
    "Extension",
    "Form",
    "FormVersion",
    "Instalment",
    "Payment",
    "Program",
    "Recovery",
    "Report",
    "ReportFile",
    "ReportReminder",
    "SectionVisit",
    "Submission",
    "closing_for",
]
