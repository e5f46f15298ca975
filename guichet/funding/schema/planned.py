"""A planned budget on the lines of another form's budget: the report has a form of its own."""

from __future__ import annotations

from typing import Any

from .parts import LineKind, Question
from .raw import FREE_KINDS, shaped


def planned_on(wanted: Question, asked: Question, raw: Any) -> dict[str, Any]:
    """The answer to ``asked`` as one to ``wanted``: each line by its key, else by its name; the one that is asked of
    the body by its kind. The others become lines of the client's own, while there is room.
    """
    answer = shaped(asked, raw)
    found: dict[str, Any] = {"lines": {}, "hours": answer["hours"]}
    for side in ("revenues", "expenses"):
        lines, rows = getattr(wanted, side), list(answer[side])
        for line in getattr(asked, side):
            row = answer["lines"][line.key]
            same = next((one for one in lines if one.key == line.key), None) or next(
                (one for one in lines if _is_like(one, line) and one.key not in found["lines"]), None
            )
            if same is not None:
                found["lines"][same.key] = row
            elif row["planned"].strip() and line.kind in FREE_KINDS[side]:
                rows.append({"label": line.label, "kind": str(line.kind), **row})
        found[side] = rows[: getattr(wanted, f"free_{side}")]
    return found


def _is_like(one: Any, other: Any) -> bool:
    return same_words(one, other) or one.kind == other.kind == LineKind.LSCQ


def same_words(one: Any, other: Any) -> bool:
    """Whether two parts of forms have the same name."""
    return len({" ".join(part.label.split()).casefold() for part in (one, other)}) == 1
