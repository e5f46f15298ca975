"""What was handed in, as staff read it: the answers in words, and what changed since the time before."""

from __future__ import annotations

from dataclasses import dataclass

from ..models import Application, Submission
from ..schema import Shown, ShownSection, differences, parse_schema
from ..services import is_intact, shown_submission


@dataclass(frozen=True)
class Change:
    """An answer that differs from the one handed in before."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Reading:
    """A submission in words. ``changes``: since the one before; ``is_intact``: None when nobody asked."""

    submission: Submission
    sections: list[ShownSection]
    changes: list[Change]
    previous: Submission | None
    is_earlier: bool
    all_submissions: list[Submission]
    is_intact: bool | None


def reading_of(application: Application, *, pk: str = "", verify: bool = False) -> Reading:
    """The submission of this key, or the last one; ``verify``: read its files again, to compare the fingerprint."""
    newest_first = list(application.submissions.select_related("form_version").order_by("-at", "-pk"))
    for one in newest_first:
        one.application = application
    number = next((index for index, one in enumerate(newest_first) if str(one.pk) == pk), 0)
    submission = newest_first[number]
    previous = newest_first[number + 1] if number + 1 < len(newest_first) else None
    sections = shown_submission(submission)
    return Reading(
        submission,
        sections,
        _changes(submission, previous, sections) if previous else [],
        previous,
        number > 0,
        newest_first,
        is_intact(submission) if verify else None,
    )


def _changes(submission: Submission, previous: Submission, sections: list[ShownSection]) -> list[Change]:
    schema = parse_schema(submission.form_version.schema)
    changed = {question.key for question in differences(schema, previous.answers, submission.answers)}
    before, after = _by_key(shown_submission(previous)), _by_key(sections)
    # What the fiche says may have changed too, with no answer that did.
    changed |= {key for key, item in after.items() if key in before and before[key].words != item.words}
    keys = dict.fromkeys([*after, *before])
    return [
        Change(
            (after.get(key) or before[key]).label,
            before[key].words if key in before else "",
            after[key].words if key in after else "",
        )
        for key in keys
        if key in changed
    ]


def _by_key(sections: list[ShownSection]) -> dict[str, Shown]:
    return {item.key: item for section in sections for item in section.items}
