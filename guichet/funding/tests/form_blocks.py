"""Forms as staff build them, for tests: the blocks with what a test says of them, the rest by default."""

from __future__ import annotations

from typing import Any

from guichet.funding.enums import FormPurpose
from guichet.funding.models import Form

NO_CONDITION = {"match": "all", "tests": []}
DEFAULTS: dict[str, dict[str, Any]] = {
    "text": {"max_length": 120},
    "long_text": {"max_length": 1500},
    "number": {"minimum": None, "maximum": None, "decimals": 0, "unit": ""},
    "amount": {"minimum": None, "maximum": None},
    "date": {"earliest": None, "latest": None},
    "choices": {"minimum": None, "maximum": None},
    "file": {"extensions": ["pdf"], "max_mb": 20, "max_files": 1},
    "table": {"min_rows": 0, "max_rows": 10},
}


def _items(pairs: list[tuple[str, Any]]) -> list[dict[str, Any]]:
    return [{"type": "item", "id": key, "value": value} for key, value in pairs]


def block(kind: str, key: str, /, **value: Any) -> dict[str, Any]:
    """A question."""
    if "options" in value:
        value["options"] = _items(value["options"])
    if "columns" in value:
        value["columns"] = _items(
            [
                (name, {"label": label, "type": sort, "options": [], "required": False})
                for name, label, sort in value["columns"]
            ]
        )
    common = {"help": "", "required": True, "reference": "", "condition": NO_CONDITION, "kept": True}
    return {"type": kind, "value": {**common, **DEFAULTS.get(kind, {}), **value}, "id": key}


def budget(revenues: list[tuple[str, str, str]] | None = None) -> dict[str, Any]:
    """A budget of one expense; its revenues are what is asked, unless others are given."""
    revenues = revenues or [("lscq", "Montant demandé", "lscq")]
    return block(
        "budget",
        "budget",
        label="Budget",
        revenues=_items([(key, {"label": label, "kind": kind}) for key, label, kind in revenues]),
        expenses=_items([("materiel", {"label": "Matériel", "kind": "cash", "eligible": True})]),
        free_revenues=2,
        free_expenses=2,
        volunteer_hours=True,
        must_balance=True,
    )


def asking(reference: str, test: str, value: str = "") -> dict[str, Any]:
    """A condition of one test."""
    clause = {"question": reference, "test": test, "value": value}
    return {"match": "all", "tests": _items([("t", clause)])}


def section(*questions: dict[str, Any], key: str = "projet", condition: dict | None = None) -> dict[str, Any]:
    """A section of these questions."""
    value = {"title": "Projet", "help": "", "questions": list(questions), "condition": condition or NO_CONDITION}
    return {"type": "section", "value": value, "id": key}


def form_with(*sections: dict[str, Any], purpose: str = FormPurpose.APPLICATION) -> Form:
    """A form of these sections, as the database gives it back."""
    form = Form.objects.create(name="Formulaire", purpose=purpose, body=list(sections))
    return Form.objects.get(pk=form.pk)
