"""Programmes, forms, calls, applications."""

from .applications import Application, ApplicationFile, Extension, Submission, closing_for
from .following import Amendment, Payment, Recovery, Report, ReportFile, ReportReminder
from .programs import Call, Criterion, Form, FormVersion, Instalment, Program

__all__ = [
    "Amendment",
    "Application",
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
    "Submission",
    "closing_for",
]
