"""Every write of the financial assistance: one verb a function."""

from .base import AlreadyMoved
from .eligibility import Condition, closing_of, conditions_of, is_eligible, why_not_in_time
from .reading import fiche_words, files_of, limits_of, schema_of, verdict_of
from .sending import (
    AlreadySubmitted,
    Incomplete,
    grant_extension,
    is_intact,
    remind_managers,
    return_application,
    send_to_managers,
    submit,
    too_late,
    withdraw,
)

__all__ = [
    "AlreadyMoved",
    "AlreadySubmitted",
    "Condition",
    "Incomplete",
    "closing_of",
    "conditions_of",
    "fiche_words",
    "files_of",
    "grant_extension",
    "is_eligible",
    "is_intact",
    "limits_of",
    "remind_managers",
    "return_application",
    "schema_of",
    "send_to_managers",
    "submit",
    "too_late",
    "verdict_of",
    "why_not_in_time",
    "withdraw",
]
