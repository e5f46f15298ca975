"""What was handed in, as staff read it: the answers in words, and what changed since the time before."""

from __future__ import annotations

from dataclasses import dataclass

from ..models import Application, Call, Submission
from ..schema import FileInfo, Shown, ShownSection, differences, evaluate, parse_schema, shown
from ..services.reading import limits_of


@dataclass(frozen=True)
class Change:
    """An answer that differs from the one handed in before."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Reading:
    """A submission in words. ``earlier``: whether there is a later one; ``changes``: since the one before."""

    submission: Submission
    sections: list[ShownSection]
    changes: list[Change]
    previous: Submission | None
    is_earlier: bool
    all_submissions: list[Submission]


def reading_of(application: Application, *, pk: str = "") -> Reading:
    """The submission of this key, or the last one."""
    newest_first = list(application.submissions.select_related("form_version").order_by("-at", "-pk"))
    number = next((index for index, one in enumerate(newest_first) if str(one.pk) == pk), 0)
    submission = newest_first[number]
    previous = newest_first[number + 1] if number + 1 < len(newest_first) else None
    sections = in_words(submission, application.call)
    return Reading(
        submission,
        sections,
        _changes(submission, previous, sections, application.call) if previous else [],
        previous,
        number > 0,
        newest_first,
    )


def in_words(submission: Submission, call: Call) -> list[ShownSection]:
    """The answers of a submission, under the form that it was written for."""
    schema = parse_schema(submission.form_version.schema)
    files = {key: FileInfo(name, size) for key, name, size, _digest in submission.files}
    verdict = evaluate(schema, submission.answers, limits=limits_of(call), fiche=submission.fiche, files=files)
    return shown(schema, submission.answers, verdict, files)


def _changes(submission: Submission, previous: Submission, sections: list[ShownSection], call: Call) -> list[Change]:
    schema = parse_schema(submission.form_version.schema)
    changed = {question.key for question in differences(schema, previous.answers, submission.answers)}
    before, after = _by_key(in_words(previous, call)), _by_key(sections)
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
