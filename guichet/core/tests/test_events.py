"""The timeline: every decision can be read back, whatever became of the people in it."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.translation import override

from guichet.accounts.tests.factories import UserFactory
from guichet.core import events
from guichet.core.models import Event
from guichet.organizations.tests.factories import OrganizationFactory

ALWAYS_GIVEN = {"actor", "person", "subject"}


def recorded_in_the_code() -> list[tuple[str, str, set[str] | None]]:
    """Each ``record(verb="…", data={…})`` of the code: where, the verb, the keys of its data, None when elsewhere."""
    found = []
    for path in Path(settings.BASE_DIR, "guichet").rglob("*.py"):
        if "tests" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or getattr(node.func, "attr", getattr(node.func, "id", "")) != "record":
                continue
            given = {keyword.arg: keyword.value for keyword in node.keywords}
            data = given.get("data", ast.Dict(keys=[], values=[]))
            whole = isinstance(data, ast.Dict) and None not in data.keys
            keys = {key.value for key in data.keys} if whole else None
            texts = [str(n.value) for n in ast.walk(given["verb"]) if isinstance(n, ast.Constant)]
            # What ends so is the beginning of a verb.
            verbs = [text for text in texts if "." in text and not text.endswith("_")]
            found += [(f"{path.name}:{node.lineno}", verb, keys) for verb in verbs]
    return found


def test_every_recorded_verb_has_a_sentence_and_its_data():
    found = recorded_in_the_code()
    assert len(found) > 20
    for where, verb, keys in found:
        places = {name for _text, name, _spec, _conv in string.Formatter().parse(str(events._SENTENCES[verb])) if name}
        if keys is not None:
            assert places - ALWAYS_GIVEN == keys, f"{where}: {verb}"


def test_every_sentence_is_recorded_somewhere():
    left_out = {"enums.py", "demo"}
    files = [path for path in Path(settings.BASE_DIR, "guichet").rglob("*.py") if not left_out & set(path.parts)]
    source = "".join(path.read_text() for path in files)
    # f"funding.payment_{step}": the end of the verb stands elsewhere, as a word of its own.
    beginnings = re.findall(r'f"(\w+\.\w+_){', source)

    def is_made(verb: str) -> bool:
        ends = [verb.removeprefix(one) for one in beginnings if verb.startswith(one)]
        return any(f'"{end}"' in source or f"ApplicationStatus.{end.upper()}" in source for end in ends)

    assert [verb for verb in events._SENTENCES if f'"{verb}"' not in source and not is_made(verb)] == []


@pytest.mark.django_db
def test_event_reads_as_a_sentence():
    actor, person = UserFactory(first_name="Aline", last_name="Roy"), UserFactory(first_name="Luc", last_name="Côté")
    event = events.record(
        verb="organizations.role_changed",
        actor=actor,
        subject=OrganizationFactory(),
        person=person,
        data={"old_role": "collaborateur", "role": "gestionnaire"},
    )
    assert event.sentence == "Aline Roy a changé le rôle de Luc Côté : collaborateur est devenu gestionnaire."
    assert str(event) == event.sentence


@pytest.mark.django_db
def test_event_with_an_unknown_verb_is_not_written():
    with pytest.raises(KeyError):
        events.record(verb="organizations.unheard_of", actor=None)
    assert Event.objects.count() == 0


@pytest.mark.django_db
def test_event_still_reads_when_the_account_is_gone():
    actor = UserFactory(first_name="Aline", last_name="Roy")
    event = events.record(verb="organizations.people_confirmed", actor=actor, subject=OrganizationFactory())
    actor.delete()
    event.refresh_from_db()
    assert event.actor is None
    assert event.sentence == "Aline Roy a confirmé que les utilisateurs de la fiche sont les bonnes personnes."


@pytest.mark.django_db
def test_event_of_nobody_is_the_portals():
    event = events.record(
        verb="organizations.access_approved", actor=None, person=UserFactory(), data={"role": "gestionnaire"}
    )
    assert event.sentence.startswith("Le portail a approuvé")


@pytest.mark.django_db
def test_event_takes_names_as_they_are():
    person = UserFactory(first_name="{actor}", last_name="<b>{0}</b>")
    event = events.record(
        verb="organizations.access_requested", actor=person, person=person, subject=OrganizationFactory(name="A {x}")
    )
    assert event.sentence == "{actor} <b>{0}</b> a demandé l’accès à la fiche A {x}."


@pytest.mark.django_db
def test_event_with_a_verb_that_left_the_code_shows_who():
    event = Event.objects.create(verb="gone.verb", actor_name="Aline Roy")
    with override("en"):
        assert event.sentence == "Aline Roy"


@pytest.mark.django_db
def test_events_about_one_thing_are_newest_first_and_its_own():
    organization, other = OrganizationFactory(), OrganizationFactory()
    person = UserFactory()
    first = events.record(verb="organizations.fiche_archived", actor=person, subject=organization)
    second = events.record(verb="organizations.fiche_restored", actor=person, subject=organization, person=person)
    events.record(verb="organizations.fiche_archived", actor=person, subject=other)
    assert list(Event.objects.about(organization)) == [second, first]
    assert list(Event.objects.of_person(person)) == [second]
