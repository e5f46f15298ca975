"""How alike two organisations are, by what their fiches say; and, among many, which pairs are worth comparing.

Ten thousand fiches make fifty million pairs. Those that are compared share something rare: a word, a pair of words,
a number. A word that is mistyped stands for its more frequent neighbour there, so that it shares it too.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

from rapidfuzz import fuzz

from .enums import DuplicateReason
from .text import EMPTY_WORDS, fold, stem

# Words that many organisations of whatever sort bear: they tell two of them apart less than the others do.
GENERIC = frozenset(("association centre cercle club comite corporation groupe inc ligue organisme societe").split())  # noqa: SIM905
# What more fiches than this share says nothing of any two of them.
SHARED_AT_MOST = 30
# A telephone or an address of more fiches than these is a town's, or a community centre's.
CONTACT_SHARED_AT_MOST = 8
ALIKE_AT_LEAST = 72
WORD_ALIKE_AT_LEAST = 75
EACH_ITS_OWN = 12
# What each reason is worth by itself; each one more adds `ONE_MORE`.
WORTH = {
    DuplicateReason.NEQ: 95,
    DuplicateReason.EMAIL: 76,
    DuplicateReason.PHONE: 74,
    DuplicateReason.ADDRESS: 72,
}
ONE_MORE = 6
ELSEWHERE, SOMEWHERE, OTHER_NEQ = 24, 4, 15
# Words from this length on have neighbours, one letter away.
LONG_WORD = 5
WORDS_AT_MOST = 8
_SOUNDS = (("ph", "f"), ("y", "i"), ("qu", "k"), ("ck", "k"), ("c", "k"), ("th", "t"), ("x", "s"), ("z", "s"))


@dataclass(frozen=True)
class Likeness:
    """How alike (0 to 100), and why."""

    score: int
    reasons: tuple[DuplicateReason, ...]


@dataclass(frozen=True)
class Sketch:
    """What is compared of a fiche."""

    pk: int
    names: tuple[str, ...]
    municipality: int | None = None
    place_name: str = ""
    neq: str = ""
    phones: frozenset[str] = field(default_factory=frozenset)
    email: str = ""
    address: str = ""
    postal_code: str = ""

    @cached_property
    def stems(self) -> tuple[tuple[str, ...], ...]:
        """The words of each name that say something."""
        return tuple(_stems(name) for name in self.names)

    @cached_property
    def numbers(self) -> frozenset[str]:
        """The numbers in the legal name: one digit for another is no mistyping."""
        return frozenset(word for word in self.stems[0] if any(letter.isdigit() for letter in word))

    @cached_property
    def place(self) -> frozenset[str]:
        """The words of the municipality's name."""
        return frozenset(_stems(self.place_name))

    @cached_property
    def door(self) -> str:
        """Where it is: the folded address with the postal code; empty unless both are there."""
        code = re.sub(r"\W", "", self.postal_code).upper()
        return f"{fold(self.address)} {code}" if self.address and code else ""


def _stems(name: str) -> tuple[str, ...]:
    words = fold(name).split()
    return tuple(stem(word) for word in words if word not in EMPTY_WORDS) or tuple(words)


def compare(one: Sketch, other: Sketch) -> Likeness | None:
    """How alike two fiches are; None when nothing says that they could be the same organisation."""
    worth = {reason: WORTH[reason] for reason in _shared(one, other)}
    by_name = name_likeness(one, other)
    if by_name >= ALIKE_AT_LEAST:
        worth[DuplicateReason.NAME] = by_name
    if not worth:
        return None
    score = min(100, max(worth.values()) + ONE_MORE * (len(worth) - 1))
    return Likeness(score, tuple(reason for reason in DuplicateReason if reason in worth))


def _shared(one: Sketch, other: Sketch) -> Iterator[DuplicateReason]:
    if one.neq and one.neq == other.neq:
        yield DuplicateReason.NEQ
    if one.email and one.email == other.email:
        yield DuplicateReason.EMAIL
    if one.phones & other.phones:
        yield DuplicateReason.PHONE
    if one.door and one.door == other.door:
        yield DuplicateReason.ADDRESS


def name_likeness(one: Sketch, other: Sketch) -> int:
    """How alike the names are, less when the municipality or the NEQ says that they are two."""
    if one.numbers != other.numbers:
        return 0
    elsewhere = None not in (one.municipality, other.municipality) and one.municipality != other.municipality
    # « Club de ski de Nicolet » is « Club de ski » in Nicolet, and nowhere else.
    place = frozenset() if elsewhere else one.place | other.place
    score = max(_alike(a, b, place) for a, b in itertools.product(one.stems, other.stems))
    if elsewhere:
        score -= ELSEWHERE
    elif one.municipality is None or other.municipality is None:
        score -= SOMEWHERE
    if one.neq and other.neq and one.neq != other.neq:
        score -= OTHER_NEQ
    return max(0, round(score))


def _alike(one: tuple[str, ...], other: tuple[str, ...], place: frozenset[str]) -> float:
    """Three quarters for what is their own in both names, a quarter for all of their words."""
    own = _words_alike(_own_words(one, place), _own_words(other, place))
    return own if own < ALIKE_AT_LEAST else 0.75 * own + 0.25 * _words_alike(one, other)


def _own_words(stems: tuple[str, ...], place: frozenset[str]) -> tuple[str, ...]:
    return tuple(word for word in stems if word not in GENERIC and word not in place) or stems


def _words_alike(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    """The share of the letters that stand in words which both have; a word that is nearly another counts as much."""
    if "".join(one) == "".join(other):
        return 100.0
    letters = sum(map(len, one)) + sum(map(len, other))
    left = [word for word in other if word not in one]
    common = 100.0 * sum(len(word) for word in (*one, *other) if word in one and word in other)
    alone = 0
    for word in (word for word in one if word not in other):
        likest = max(left, key=lambda candidate: fuzz.ratio(word, candidate), default="")
        likeness = fuzz.ratio(word, likest)
        if likeness >= WORD_ALIKE_AT_LEAST:
            left.remove(likest)
            common += likeness * (len(word) + len(likest))
        else:
            alone += 1
    # « Les Tigres » and « Les Lions »: each says what the other does not.
    return max(0, common / letters - (EACH_ITS_OWN if alone and left else 0))


# --- Among many ---------------------------------------------------------------------------------


def without_shared_contacts(sketches: Iterable[Sketch]) -> list[Sketch]:
    """The sketches without the e-mails, telephones and addresses that too many fiches have."""
    sketches = list(sketches)
    frequency = Counter(contact for sketch in sketches for contact in _contacts(sketch))
    shared = {contact for contact, count in frequency.items() if count > CONTACT_SHARED_AT_MOST}
    if not shared:
        return sketches
    return [
        replace(
            sketch,
            email="" if (DuplicateReason.EMAIL, sketch.email) in shared else sketch.email,
            phones=frozenset(phone for phone in sketch.phones if (DuplicateReason.PHONE, phone) not in shared),
            address="" if (DuplicateReason.ADDRESS, sketch.door) in shared else sketch.address,
        )
        for sketch in sketches
    ]


def likely_pairs(sketches: Iterable[Sketch]) -> dict[tuple[int, int], Likeness]:
    """The pairs that are alike, by their two numbers, the smaller first."""
    known = {sketch.pk: sketch for sketch in without_shared_contacts(sketches)}
    found: dict[tuple[int, int], Likeness] = {}
    seen: set[tuple[int, int]] = set()
    for block in _blocks(known.values()):
        for pair in itertools.combinations(sorted(block), 2):
            if pair in seen:
                continue
            seen.add(pair)
            likeness = compare(known[pair[0]], known[pair[1]])
            if likeness is not None:
                found[pair] = likeness
    return found


def _blocks(sketches: Iterable[Sketch]) -> Iterator[list[int]]:
    """Groups of fiches that share something rare."""
    by_key: dict[tuple[str, ...], list[int]] = defaultdict(list)
    sketches = list(sketches)
    usual = _usual_spellings(sketches)
    for sketch in sketches:
        for kind, value in _contacts(sketch):
            by_key["contact", kind, value].append(sketch.pk)
        for key in _word_keys(sketch, usual):
            by_key[key].append(sketch.pk)
    yield from (pks for pks in by_key.values() if 1 < len(pks) <= SHARED_AT_MOST)


def _contacts(sketch: Sketch) -> Iterator[tuple[str, str]]:
    if sketch.neq:
        yield DuplicateReason.NEQ, sketch.neq
    if sketch.email:
        yield DuplicateReason.EMAIL, sketch.email
    for phone in sketch.phones:
        yield DuplicateReason.PHONE, phone
    if sketch.door:
        yield DuplicateReason.ADDRESS, sketch.door


def _word_keys(sketch: Sketch, usual: dict[str, str]) -> set[tuple[str, ...]]:
    """Each word, each two words, each word with the municipality."""
    words = sorted({usual[word] for name in sketch.stems for word in name})[: 2 * WORDS_AT_MOST]
    where = [] if sketch.municipality is None else [f"@{sketch.municipality}"]
    return {*((word,) for word in words), *itertools.combinations([*where, *words], 2)}


def _usual_spellings(sketches: Iterable[Sketch]) -> dict[str, str]:
    """Each word's most frequent neighbour by sound, one letter away at most."""
    frequency = Counter(word for sketch in sketches for word in {word for name in sketch.stems for word in name})
    sounds = {word: _sound(word) for word in frequency}
    by_sound: Counter[str] = Counter()
    for word, count in frequency.items():
        by_sound[sounds[word]] += count
    neighbours: dict[str, list[str]] = defaultdict(list)
    for sound in by_sound:
        for key in _shortened(sound):
            neighbours[key].append(sound)
    leaders = {key: max(group, key=lambda sound: (by_sound[sound], sound)) for key, group in neighbours.items()}
    return {
        word: max((leaders[key] for key in _shortened(sound)), key=lambda found: (by_sound[found], found))
        for word, sound in sounds.items()
    }


def _sound(word: str) -> str:
    if not word.isalpha():
        return word
    for written, heard in _SOUNDS:
        word = word.replace(written, heard)
    return re.sub(r"(.)\1", r"\1", word)


def _shortened(word: str) -> set[str]:
    """The word, and itself without each of its letters: two words one letter apart have one of these in common."""
    if len(word) < LONG_WORD or not word.isalpha():
        return {word}
    return {word, *(word[:place] + word[place + 1 :] for place in range(len(word)))}
