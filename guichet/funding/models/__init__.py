"""Programmes, forms, calls, applications."""

from .announcing import Announcement, AnnouncementRecipient, ClosingReminder
from .applications import Application, ApplicationFile, Extension, Submission, closing_for
from .building import QuestionSet
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
from .drafting import WRITING_FOR, ApplicationComment, CommentNotice, SectionVisit
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
from .following import Amendment, Payment, Recovery, Report, ReportFile, ReportReminder
from .opinions import Opinion, OpinionLink
from .programs import Call, Criterion, Form, FormVersion, Instalment, Program
from .uploads import PARTS_FOLDER, UPLOAD_KEPT_FOR, PartialUpload

__all__ = [
    "PARTS_FOLDER",
    "UPLOAD_KEPT_FOR",
    "WRITING_FOR",
    "Agreement",
    "Amendment",
    "Announcement",
    "AnnouncementRecipient",
    "AnnouncementRow",
    "AnnouncementRun",
    "Application",
    "ApplicationComment",
    "ApplicationFile",
    "Call",
    "CannedText",
    "ClosingReminder",
    "CommentNotice",
    "Conflict",
    "Criterion",
    "CriterionNote",
    "Decision",
    "DecisionReason",
    "Dossier",
    "Extension",
    "Follow",
    "Form",
    "FormVersion",
    "Instalment",
    "InternalNote",
    "Label",
    "Letter",
    "LetterTemplate",
    "MessageFile",
    "Opinion",
    "OpinionLink",
    "PartialUpload",
    "Payment",
    "Program",
    "QuestionSet",
    "QueueColumns",
    "Recovery",
    "Report",
    "ReportFile",
    "ReportReminder",
    "Review",
    "SectionVisit",
    "Submission",
    "ThreadMessage",
    "ThreadRead",
    "TriedAmount",
    "closing_for",
]
