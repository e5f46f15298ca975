"""Programmes, forms, calls, applications."""

from .announcing import Announcement, AnnouncementRecipient, ClosingReminder
from .applications import Application, ApplicationFile, Extension, Submission, closing_for
from .building import QuestionSet
from .programs import Call, Criterion, Form, FormVersion, Instalment, Program

__all__ = [
    "Announcement",
    "AnnouncementRecipient",
    "Application",
    "ApplicationFile",
    "Call",
    "ClosingReminder",
    "Criterion",
    "Extension",
    "Form",
    "FormVersion",
    "Instalment",
    "Program",
    "QuestionSet",
    "Submission",
    "closing_for",
]
