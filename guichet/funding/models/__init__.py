"""Programmes, forms, calls, applications."""

from .announcing import Announcement, AnnouncementRecipient, ClosingReminder
from .applications import Application, ApplicationFile, Extension, Submission, closing_for
from .building import QuestionSet
from .drafting import WRITING_FOR, ApplicationComment, SectionVisit
from .programs import Call, Criterion, Form, FormVersion, Instalment, Program

__all__ = [
    "WRITING_FOR",
    "Announcement",
    "AnnouncementRecipient",
    "Application",
    "ApplicationComment",
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
    "SectionVisit",
    "Submission",
    "closing_for",
]
