"""Every write of the financial assistance: one verb a function."""

from .comments import COMMENT_LENGTH, add_comment
from .drafts import (
    Conflict,
    Earlier,
    Saved,
    TooMuchText,
    earlier_answers,
    is_question_open,
    last_hand,
    live_application,
    newest_version,
    note_visit,
    renew_form,
    save_answers,
    start_application,
    visits_now,
)
from .eligibility import Condition, closing_of, conditions_of, is_eligible, why_not_in_time
from .files import attach_file, check_upload, keys_of, remove_file
from .reading import fiche_words, files_of, limits_of, schema_of, verdict_of

__all__ = [
    "COMMENT_LENGTH",
    "Condition",
    "Conflict",
    "Earlier",
    "Saved",
    "TooMuchText",
    "add_comment",
    "attach_file",
    "check_upload",
    "closing_of",
    "conditions_of",
    "earlier_answers",
    "fiche_words",
    "files_of",
    "is_eligible",
    "is_question_open",
    "keys_of",
    "last_hand",
    "limits_of",
    "live_application",
    "newest_version",
    "note_visit",
    "remove_file",
    "renew_form",
    "save_answers",
    "schema_of",
    "start_application",
    "verdict_of",
    "visits_now",
    "why_not_in_time",
]
