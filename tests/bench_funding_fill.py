"""A database for the bench of the financial assistance: a form of 60 questions, one call to rank, thousands around."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection, transaction
from django.utils import timezone

from guichet.accounts.models import User
from guichet.accounts.tests.factories import AdminFactory, AgentFactory, UserFactory
from guichet.funding.enums import ApplicationStatus, Outcome, ReviewState
from guichet.funding.models import (
    Application,
    Call,
    Criterion,
    CriterionNote,
    Decision,
    FormVersion,
    Review,
    Submission,
)
from guichet.funding.schema import digest
from guichet.funding.services import decision_announcing, letters
from guichet.funding.tests.factories import ANSWERS, SCHEMA, CallFactory, FormVersionFactory
from guichet.organizations.enums import AccessStatus, Role
from guichet.organizations.models import Access, Organization

from .bench_fill import SENTENCES
from .bench_fill import fill as fill_fiches

BATCH = 1000
LONG = "long"
# So many of each in the long section.
SORTS = ["text"] * 20 + ["long_text"] * 10 + ["number"] * 10 + ["date"] * 5 + ["choice"] * 5
SORTS += ["choices"] * 5 + ["yes_no"] * 5
OPTIONS = [{"key": key, "label": f"Choix {key}"} for key in "abc"]
TYPED: dict[str, Any] = {
    "text": "Patins pour tous",
    "long_text": " ".join(SENTENCES),
    "number": "1 200",
    "date": "2027-05-01",
    "choice": "a",
    "choices": ["a", "c"],
    "yes_no": "yes",
}


def session_of(person: User) -> str:
    """A session of theirs, as signing in makes it."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return session.session_key


def schema_of_sixty() -> dict[str, Any]:
    """A section of 60 questions, and the budget."""
    asked = [
        {
            "key": f"q{number}",
            "type": sort,
            "label": f"Question {number + 1}",
            "help": "Répondez en quelques mots.",
            "required": True,
            **({"options": OPTIONS} if sort in {"choice", "choices"} else {}),
            **({"max_length": 1500} if sort == "long_text" else {}),
        }
        for number, sort in enumerate(SORTS)
    ]
    return {"sections": [{"key": LONG, "title": "Votre projet", "questions": asked}, SCHEMA["sections"][1]]}


def answers_of_sixty() -> dict[str, Any]:
    """All that it asks."""
    return {f"q{number}": TYPED[sort] for number, sort in enumerate(SORTS)} | {"budget": ANSWERS["budget"]}


@transaction.atomic
def fill(ranked: int, in_all: int, burst: int) -> dict[str, Any]:
    """Applications of as many fiches as one call has, over as many calls as it takes. What visits them, as JSON."""
    fill_fiches(ranked)
    chance = random.Random(ranked)
    version = FormVersionFactory(schema=schema_of_sixty())
    fiches = list(Organization.objects.order_by("pk")[:ranked])
    visitor = User.objects.order_by("pk").first()
    officers = [AdminFactory(), AgentFactory(), AgentFactory()]
    calls = [_call(version, f"BENCH{n}") for n in range(-(-in_all // ranked))]
    for call in calls:
        call.program.officers.set(officers)
        _applications(call, fiches, version, chance)
    _score(calls[0], officers[1:], chance)
    opened = _call(version, "OUVERT")
    drafts = _drafts(opened, fiches[: burst + 1], version)
    mine = drafts[0]
    return {
        "list": f"/espace/{mine.organization_id}/demandes/",
        "application": f"/espace/{mine.organization_id}/demandes/{mine.pk}/",
        "section": f"/espace/{mine.organization_id}/demandes/{mine.pk}/sections/{LONG}/",
        "base": {key: digest(answer) for key, answer in mine.answers.items()},
        # What the autosave writes in turn, with their marks; the second is there already.
        "texts": [[text, digest(text)] for text in ("Patins pour elles", TYPED["text"])],
        "session": session_of(visitor),
        "staff": session_of(officers[0]),
        "ranking": f"/gestion/appels/{calls[0].pk}/classement/",
        "letters_call": calls[-1].pk,
        "burst_call": opened.pk,
        "burst": [
            [f"/espace/{one.organization_id}/demandes/{one.pk}/transmettre/", session_of(person)]
            for one, person in zip(drafts[1:], _managers(drafts[1:]), strict=True)
        ],
    }


def _call(version: FormVersion, code: str) -> Call:
    return CallFactory(form=version.form, code=code, envelope=Decimal("5000000.00"), max_amount=Decimal("5000.00"))


def _applications(call: Call, fiches: list[Organization], version: FormVersion, chance: random.Random) -> None:
    """In evaluation, each with its submission."""
    now, answers = timezone.now(), answers_of_sixty()
    for start in range(0, len(fiches), BATCH):
        made = Application.objects.bulk_create(
            Application(
                organization=fiche,
                call=call,
                form_version=version,
                status=ApplicationStatus.IN_REVIEW,
                number=f"{call.code}-{number:05d}",
                title=f"Projet {number}",
                answers=answers,
                requested=Decimal(chance.randrange(500, 5000)),
                total_cost=Decimal(5500),
                submitted_at=now - dt.timedelta(minutes=number),
                decision_due_on=timezone.localdate() + dt.timedelta(days=chance.randrange(80)),
            )
            for number, fiche in enumerate(fiches[start : start + BATCH], start=start)
        )
        Submission.objects.bulk_create(
            Submission(
                application=one,
                form_version=version,
                at=one.submitted_at,
                by_name="Zoé Côté",
                statement="Vrai.",
                answers=answers,
                requested=one.requested,
                total_cost=one.total_cost,
                fingerprint="0" * 64,
            )
            for one in made
        )


def _score(call: Call, evaluators: list[User], chance: random.Random) -> None:
    """Two finished evaluations each, and their average."""
    criteria = [Criterion.objects.create(call=call, title=f"Critère {n}", points=20, sort_order=n) for n in range(5)]
    found = list(call.applications.all())
    given = Review.objects.bulk_create(
        Review(application=one, evaluator=who, state=ReviewState.DONE, done_at=timezone.now())
        for one in found
        for who in evaluators
    )
    CriterionNote.objects.bulk_create(
        (
            CriterionNote(review=review, criterion=criterion, points=Decimal(chance.randrange(41)) / 2)
            for review in given
            for criterion in criteria
        ),
        batch_size=BATCH,
    )
    for one in found:
        one.score = Decimal(chance.randrange(10001)) / 100
    Application.objects.bulk_update(found, ["score"], batch_size=300)


def _drafts(call: Call, fiches: list[Organization], version: FormVersion) -> list[Application]:
    return Application.objects.bulk_create(
        Application(organization=fiche, call=call, form_version=version, answers=answers_of_sixty())
        for fiche in fiches
    )


def _managers(drafts: list[Application]) -> list[User]:
    """A gestionnaire of each draft's fiche."""
    people = UserFactory.create_batch(len(drafts))
    Access.objects.bulk_create(
        Access(
            user=person,
            organization_id=draft.organization_id,
            role=Role.MANAGER,
            status=AccessStatus.ACTIVE,
            decided_at=timezone.now(),
        )
        for draft, person in zip(drafts, people, strict=True)
    )
    return people


def make_letters(call_id: int, count: int) -> dict[str, Any]:
    """Announce so many decisions of a call, as the worker does, then make their letters; the seconds of both."""
    call, actor = Call.objects.get(pk=call_id), User.objects.filter(is_superuser=True).first()
    now = timezone.now()
    Decision.objects.bulk_create(
        Decision(
            application=one,
            outcome=Outcome.REFUSED,
            words=" ".join(SENTENCES),
            next_step=SENTENCES[0],
            decided_by=actor,
            decided_at=now,
        )
        for one in call.applications.order_by("pk")[:count]
    )
    ready = decision_announcing.plan_announcement(call).ready
    run = decision_announcing.announce(
        call=call, seen={row.decision.pk: row.decision.decided_at for row in ready}, actor=actor
    )
    began = timezone.now()
    decision_announcing.run_announcement(run_id=run.pk, most=count)
    told = timezone.now()
    made = letters.make_letters(most=count)
    done = timezone.now()
    return {"made": made, "announcing": (told - began).total_seconds(), "letters": (done - told).total_seconds()}


def handed_in(call_id: int) -> dict[str, Any]:
    """What the call received, and how many numbers there are among them."""
    numbers = list(
        Application.objects.filter(call=call_id, status=ApplicationStatus.SUBMITTED).values_list("number", flat=True)
    )
    return {"received": len(numbers), "numbers": len(set(numbers))}


def vacuum() -> None:
    """What autovacuum would do by itself, in the middle of a measure."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
