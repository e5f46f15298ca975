"""Every write of the financial assistance: one verb a function."""

from .eligibility import Condition, closing_of, conditions_of, is_eligible, why_not_in_time

__all__ = [
    "Condition",
    "closing_of",
    "conditions_of",
    "is_eligible",
    "why_not_in_time",
]
