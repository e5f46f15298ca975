"""What a form of the demo is made of: the very blocks that staff build with, with keys that read."""

from __future__ import annotations

from typing import Any

Block = dict[str, Any]
ALWAYS = {"match": "all", "tests": []}


def items(pairs: list[tuple[str, Any]]) -> list[Block]:
    """A list of Wagtail's, each item with its key."""
    return [{"type": "item", "id": key, "value": value} for key, value in pairs]


def when(reference: str, test: str, value: str = "") -> Block:
    """« Montrer seulement si », of one test."""
    return {"match": "all", "tests": items([("test", {"question": reference, "test": test, "value": value})])}


def _question(kind: str, key: str, label: str, given: Block, **own: Any) -> Block:
    common = {"label": label, "help": "", "required": True, "reference": "", "condition": ALWAYS, "kept": True}
    return {"type": kind, "id": key, "value": {**common, **own, **given}}


def text(key: str, label: str, **given: Any) -> Block:
    """A line."""
    return _question("text", key, label, given, max_length=120)


def long_text(key: str, label: str, **given: Any) -> Block:
    """Paragraphs."""
    return _question("long_text", key, label, given, max_length=1500)


def number(key: str, label: str, **given: Any) -> Block:
    """A whole number."""
    return _question("number", key, label, given, minimum="0", maximum=None, decimals=0, unit="")


def date(key: str, label: str, **given: Any) -> Block:
    """A day; it is another one next year."""
    return _question("date", key, label, given, earliest=None, latest=None, kept=False)


def yes_no(key: str, label: str, **given: Any) -> Block:
    """Yes or no."""
    return _question("yes_no", key, label, given)


def choice(key: str, label: str, options: list[tuple[str, str]], **given: Any) -> Block:
    """One of these."""
    return _question("choice", key, label, given, options=items(options))


def choices(key: str, label: str, options: list[tuple[str, str]], **given: Any) -> Block:
    """Some of these."""
    return _question("choices", key, label, given, options=items(options), minimum=None, maximum=None)


def file(key: str, label: str, **given: Any) -> Block:
    """A file or several."""
    return _question("file", key, label, given, extensions=["pdf"], max_mb=20, max_files=1, kept=False)


def declaration(key: str, label: str, **given: Any) -> Block:
    """A sentence to agree to, each year anew."""
    return _question("declaration", key, label, given, kept=False)


def note(key: str, title: str, words: str) -> Block:
    """Words alone."""
    return {"type": "note", "id": key, "value": {"label": title, "help": words, "condition": ALWAYS}}


def from_fiche(key: str, field: str, *, required: bool = True) -> Block:
    """What the fiche says."""
    value = {"field": field, "help": "", "required": required, "reference": "", "condition": ALWAYS}
    return {"type": "from_fiche", "id": key, "value": value}


def table(key: str, label: str, columns: list[tuple[str, str, str]], **given: Any) -> Block:
    """Rows that the client adds; each column is (its key, its title, its type)."""
    columns = items(
        [(name, {"label": title, "type": kind, "options": [], "required": True}) for name, title, kind in columns]
    )
    return _question("table", key, label, given, columns=columns, min_rows=1, max_rows=20)


def budget(revenues: list[tuple[str, str, str]], expenses: list[tuple[str, str, bool]], **given: Any) -> Block:
    """The budget; a revenue is (key, name, kind), an expense (key, name, whether it is eligible)."""
    return _question(
        "budget",
        "budget",
        "Budget du projet",
        given,
        revenues=items([(key, {"label": name, "kind": kind}) for key, name, kind in revenues]),
        expenses=items(
            [(key, {"label": name, "kind": "cash", "eligible": eligible}) for key, name, eligible in expenses]
        ),
        free_revenues=5,
        free_expenses=5,
        volunteer_hours=False,
        must_balance=True,
        kept=False,
    )


def question_set(key: str, pk: int) -> Block:
    """A reusable block."""
    return {"type": "question_set", "id": key, "value": pk}


def section(key: str, title: str, questions: list[Block], *, words: str = "", condition: Block = ALWAYS) -> Block:
    """A page of the form."""
    value = {"title": title, "help": words, "questions": questions, "condition": condition}
    return {"type": "section", "id": key, "value": value}
