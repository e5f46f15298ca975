"""Forms for the tests of the engine: one of every type, small ones, random ones."""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st

from guichet.funding.schema import parse_schema

OPTIONS = [{"key": "a", "label": "Aréna"}, {"key": "b", "label": "Bibliothèque"}, {"key": "c", "label": "Centre"}]
BUDGET = {
    "key": "budget",
    "type": "budget",
    "label": "Budget du projet",
    "required": True,
    "revenues": [
        {"key": "lscq", "label": "Aide demandée", "kind": "lscq"},
        {"key": "own", "label": "Contribution du club", "kind": "own"},
        {"key": "town", "label": "Municipalité", "kind": "public"},
    ],
    "expenses": [
        {"key": "gear", "label": "Équipement", "kind": "cash", "eligible": True},
        {"key": "food", "label": "Repas", "kind": "cash", "eligible": False},
        {"key": "hall", "label": "Prêt d’une salle", "kind": "in_kind", "eligible": False},
    ],
    "free_revenues": 2,
    "free_expenses": 2,
    "volunteer_hours": True,
    "must_balance": True,
}
EVERY_TYPE = [
    {"key": "intro", "type": "note", "label": "Avant de commencer", "help": "Ayez votre budget en main."},
    {"key": "title", "type": "text", "label": "Titre du projet", "required": True, "max_length": 80},
    {"key": "story", "type": "long_text", "label": "Votre projet", "help": "En quelques phrases.", "max_length": 1500},
    {
        "key": "people",
        "type": "number",
        "label": "Participants",
        "minimum": "1",
        "maximum": "5000",
        "unit": "personnes",
    },
    {"key": "price", "type": "amount", "label": "Prix d’entrée", "maximum": "100.00"},
    {"key": "start", "type": "date", "label": "Début", "earliest": "2027-04-01", "latest": "2028-03-31"},
    {"key": "place", "type": "choice", "label": "Lieu", "options": OPTIONS, "required": True},
    {"key": "kinds", "type": "choices", "label": "Activités", "options": OPTIONS, "maximum": 2},
    {"key": "new", "type": "yes_no", "label": "Est-ce un nouveau projet?"},
    {
        "key": "quotes",
        "type": "file",
        "label": "Soumissions",
        "extensions": ["pdf", "png"],
        "max_mb": 5,
        "max_files": 2,
    },
    {
        "key": "team",
        "type": "table",
        "label": "Équipe",
        "max_rows": 3,
        "columns": [
            {"key": "name", "label": "Nom", "required": True},
            {"key": "hours", "label": "Heures", "type": "number"},
            {"key": "wage", "label": "Salaire", "type": "amount"},
            {"key": "from", "label": "Dès le", "type": "date"},
            {"key": "at", "label": "Lieu", "type": "choice", "options": OPTIONS},
        ],
    },
    BUDGET,
    {"key": "truth", "type": "declaration", "label": "Je déclare que tout est exact.", "required": True},
    {"key": "neq", "type": "from_fiche", "label": "NEQ", "field": "neq", "required": True},
]
# What a careful person answers to it.
ANSWERS = {
    "title": "Patiner ensemble",
    "story": "Une patinoire\net des bancs.",
    "people": "1 200",
    "price": "5,50 $",
    "start": "2027-12-01",
    "place": "a",
    "kinds": ["a", "c"],
    "new": "yes",
    "quotes": [7],
    "team": [{"name": "Ana Roy", "hours": "12,5", "wage": "25", "from": "2027-12-01", "at": "b"}],
    "budget": {
        "lines": {
            "lscq": {"planned": "1 000,00 $", "real": ""},
            "own": {"planned": "500", "real": ""},
            "town": {"planned": "300", "real": ""},
            "gear": {"planned": "1,600.00", "real": ""},
            "food": {"planned": "200", "real": ""},
            "hall": {"planned": "100", "real": ""},
        },
        "revenues": [{"label": "Prêt de la salle", "kind": "in_kind", "planned": "150", "real": ""}],
        "expenses": [{"label": "Affiches", "kind": "cash", "planned": "50", "real": ""}],
        "hours": {"planned": "10", "real": ""},
    },
    "truth": "yes",
}


def form(*questions: dict[str, Any], condition: dict[str, Any] | None = None) -> dict[str, Any]:
    """A form of one section."""
    return {
        "sections": [
            {"key": "s", "title": "Section", "help": "", "condition": condition, "questions": list(questions)}
        ]
    }


def asks(key: str, kind: str = "text", **more: Any) -> dict[str, Any]:
    """A question."""
    return {"key": key, "type": kind, "label": key.capitalize(), **more}


def when(question: str, test: str = "is", value: str = "yes", match: str = "all") -> dict[str, Any]:
    """A condition of one test."""
    return {"match": match, "tests": [{"question": question, "test": test, "value": value}]}


def every_type():
    return parse_schema(form(*EVERY_TYPE))


# --- Random forms ---------------------------------------------------------------------------------

KEYS = [f"q{number}" for number in range(8)]
TESTS = ["is", "is_not", "contains", "filled", "empty", "below", "above"]
VALUES = ["a", "b", "yes", "no", "3", "10,50", "2027-05-01", "Club"]
TYPES = ["text", "number", "amount", "date", "choice", "choices", "yes_no", "declaration", "long_text"]


@st.composite
def conditions(draw, asked: list[str]):
    """None, or some tests of these questions."""
    if not asked or draw(st.booleans()):
        return None
    test = st.fixed_dictionaries(
        {"question": st.sampled_from(asked), "test": st.sampled_from(TESTS), "value": st.sampled_from(VALUES)}
    )
    return {"match": draw(st.sampled_from(["all", "any"])), "tests": draw(st.lists(test, min_size=1, max_size=3))}


@st.composite
def forms(draw):
    """Forms without loops: a question only asks those that come before it in a shuffled order, often further down."""
    count = draw(st.integers(1, len(KEYS)))
    order = draw(st.permutations(KEYS[:count]))
    questions = {}
    for place, key in enumerate(order):
        kind = draw(st.sampled_from(TYPES))
        questions[key] = asks(key, kind, required=draw(st.booleans()), condition=draw(conditions(list(order[:place]))))
        if kind in {"choice", "choices"}:
            questions[key]["options"] = OPTIONS
    cut = draw(st.integers(0, count))
    first, second = [questions[key] for key in KEYS[:cut]], [questions[key] for key in KEYS[cut:count]]
    # The second section asks the first, unless a question of the first asks it.
    asked_by_first = {
        test["question"] for question in first for test in (question["condition"] or {"tests": []})["tests"]
    }
    free = [] if asked_by_first & set(KEYS[cut:count]) else KEYS[:cut]
    return {
        "sections": [
            {"key": "one", "title": "Une", "questions": first},
            {"key": "two", "title": "Deux", "condition": draw(conditions(free)), "questions": second},
        ]
    }


words = st.sampled_from(["", " ", *VALUES, "c", "12 abc", "1 234,50 $", "-3", "2027-13-01"])
raws = st.one_of(words, st.lists(words, max_size=3))
answers = st.dictionaries(st.sampled_from(KEYS), raws)
scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), words)
anything = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.one_of(
                st.text(max_size=4),
                st.sampled_from(
                    ["lines", "revenues", "expenses", "hours", "lscq", "planned", "real", "kind", "label", "name"]
                ),
            ),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=15,
)
