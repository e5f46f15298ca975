"""An opinion from outside: who may be asked, what is shared, who reads it when, until when it changes."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.utils import timezone

from guichet.accounts.tests.factories import AdminFactory, AgentFactory
from guichet.core.errors import InvalidState
from guichet.core.models import Event, OutgoingMessage
from guichet.core.uploads import CleanFile
from guichet.funding.enums import ApplicationStatus
from guichet.funding.models import Opinion, OpinionLink, Submission
from guichet.funding.services import opinions, reviewing, reviews
from guichet.organizations.services.invitations import hash_token
from guichet.organizations.tests.factories import AccessFactory

from .evaluating import EXPERT, an_evaluation, ask, ask_opinion, give, give_opinion, link_sent
from .factories import ApplicationFileFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files_in_a_folder_of_the_test(settings, tmp_path):
    storage = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": storage, "private": storage}


@pytest.fixture
def world():
    return an_evaluation()


def in_days(count: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=count)


def due(opinion: Opinion, days: int) -> Opinion:
    """The opinion, expected so many days from today."""
    Opinion.objects.update(due_on=in_days(days))
    opinion.refresh_from_db()
    return opinion


def told(kind: str) -> set[str]:
    return set(OutgoingMessage.objects.filter(kind__endswith=f"/{kind}").values_list("to", flat=True))


def close_ranking(world) -> None:
    world.call.ranking_closed_at = timezone.now()
    world.call.save()


# --- Asking ---------------------------------------------------------------------------------------


def test_link_is_sent_to_the_person_alone_and_only_its_hash_is_kept(world):
    opinion, token = ask_opinion(world)
    assert told("opinion_asked") == {EXPERT}
    message = OutgoingMessage.objects.get(to=EXPERT)
    assert message.secret
    assert "Le matériel convient-il?" in message.text
    assert opinion.links.get().token_hash == hash_token(token)
    assert opinions.find_opinion(token) == opinion
    assert opinions.find_opinion("forged") is None


def test_event_of_an_opinion_reaches_no_page_of_the_fiche(world):
    ask_opinion(world)
    event = Event.objects.get(verb="funding.opinion_asked")
    assert event.subject_type == "funding.dossier"
    assert "Luce Gagnon" in event.sentence


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"sections": [], "files": []}, "au moins une section"),
        ({"sections": ["invented"], "files": [99]}, "au moins une section"),
        ({"due_on": dt.date(2020, 1, 1)}, "à venir"),
        ({"name": " "}, "nom de la personne"),
    ],
    ids=str,
)
def test_opinion_that_makes_no_sense_is_refused(world, values, sentence):
    with pytest.raises(InvalidState, match=sentence):
        ask_opinion(world, **values)
    assert not OpinionLink.objects.exists()


def test_address_that_is_none_is_refused(world):
    with pytest.raises(ValidationError):
        ask_opinion(world, email="luce")


def test_same_address_is_asked_again_only_once_its_link_is_closed(world):
    opinion, _token = ask_opinion(world)
    with pytest.raises(InvalidState, match="déjà demandé"):
        ask_opinion(world, email="Luce@Example.org")
    opinions.revoke_opinion(opinion=opinion, actor=world.officer)
    ask_opinion(world)


def test_person_of_the_fiche_or_of_the_team_is_not_asked(world):
    member = AccessFactory(organization=world.application.organization).user
    with pytest.raises(InvalidState, match="personne de la fiche"):
        ask_opinion(world, email=member.email)
    with pytest.raises(InvalidState, match="de l’équipe"):
        ask_opinion(world, email=AgentFactory().email)


def test_opinion_is_asked_by_whoever_runs_the_programme_without_a_conflict(world):
    with pytest.raises(PermissionDenied):
        ask_opinion(world, actor=AgentFactory())
    reviewing.declare_conflict(application=world.application, reason="Voisin.", actor=world.officer)
    with pytest.raises(PermissionDenied):
        ask_opinion(world)
    ask_opinion(world, actor=AdminFactory())


@pytest.mark.parametrize("status", [ApplicationStatus.ACCEPTED, ApplicationStatus.REFUSED])
def test_opinion_of_a_decided_application_is_not_asked(world, status):
    world.application.status = status
    world.application.save()
    with pytest.raises(InvalidState, match="pas en évaluation"):
        ask_opinion(world)


def test_what_was_completed_meanwhile_is_looked_at_again_before_it_is_shared(world):
    seen = opinions.last_submission(world.application)
    Submission.objects.create(
        application=world.application,
        form_version=seen.form_version,
        by_name="Zoé",
        statement="x",
        answers=seen.answers,
        fingerprint="1" * 64,
    )
    with pytest.raises(InvalidState, match="complétée entre-temps"):
        ask_opinion(world, submission=seen)


# --- What is shared -------------------------------------------------------------------------------


def test_only_the_ticked_sections_and_files_are_shared(world):
    shown, hidden = (ApplicationFileFactory(application=world.application, name=name) for name in ("a.pdf", "b.pdf"))
    names = [[file.pk, file.name, 14, "0" * 64] for file in (shown, hidden)]
    submission = world.application.submissions.get()
    submission.files = names
    submission.answers = {**submission.answers, "devis": [shown.pk, hidden.pk]}
    submission.save()
    opinion, _token = ask_opinion(world, files=[shown.pk])
    [section] = opinions.shared_sections(opinion)
    assert section.key == "projet"
    # A name of a file may say who somebody is: files are listed apart, the ticked ones alone.
    assert all(item.kind != "files" for item in section.items)
    assert [file.name for file in opinions.shared_files(opinion)] == ["a.pdf"]


def test_completion_of_later_is_not_shared(world):
    opinion, token = ask_opinion(world)
    Submission.objects.create(
        application=world.application,
        form_version=opinion.submission.form_version,
        by_name="Zoé",
        statement="x",
        answers={**opinion.submission.answers, "resume": "Tout autre chose."},
        fingerprint="1" * 64,
    )
    words = str(opinions.shared_sections(opinions.find_opinion(token)))
    assert "Prêter des patins" in words
    assert "Tout autre chose" not in words


# --- Giving, correcting ---------------------------------------------------------------------------


def test_opinion_that_came_is_told_to_officer_followers_and_whoever_asked(world):
    reviewing.set_officer(application=world.application, officer=world.officer, actor=world.officer)
    follower, asker = AgentFactory(), AdminFactory()
    reviewing.follow(application=world.application, actor=follower)
    opinion, _token = ask_opinion(world, actor=asker)
    give_opinion(opinion)
    assert told("opinion_received") == {world.officer.email, follower.email, asker.email}
    # An evaluator who follows it is told that it came, and no more.
    assert "Trop petit." not in OutgoingMessage.objects.filter(kind__endswith="opinion_received").first().text


def test_nothing_is_given_without_the_promise(world):
    opinion, _token = ask_opinion(world)
    with pytest.raises(InvalidState, match="déclaration"):
        opinions.give_opinion(opinion=opinion, recommendation="favorable", text="Oui.")
    opinions.declare(opinion=opinion)
    first = opinions.declare(opinion=opinion).declared_at
    assert opinions.declare(opinion=opinion).declared_at == first
    assert Event.objects.filter(verb="funding.opinion_declared").count() == 1


def test_opinion_is_corrected_until_its_date_and_late_ones_still_come_once(world):
    opinion, _token = ask_opinion(world)
    give_opinion(opinion)
    opinion = opinions.give_opinion(opinion=due(opinion, 0), recommendation="favorable", text="Finalement, oui.")
    assert (opinion.recommendation, opinion.corrected_at is None) == ("favorable", False)
    with pytest.raises(InvalidState, match="date limite est passée"):
        opinions.give_opinion(opinion=due(opinion, -1), recommendation="unfavorable", text="Non.")
    late, _token = ask_opinion(world, email="autre@example.org")
    late = due(late, -7)
    give_opinion(late)
    with pytest.raises(InvalidState, match="date limite est passée"):
        opinions.give_opinion(opinion=late, recommendation="unfavorable", text="Non.")


def test_link_expires_a_week_after_the_date_and_is_opened_again_by_another_date(world):
    opinion, _token = ask_opinion(world)
    opinion = due(opinion, -8)
    assert "expiré" in opinions.why_over(opinion)
    with pytest.raises(InvalidState, match="expiré"):
        give_opinion(opinion)
    opinion = opinions.send_opinion_again(opinion=opinion, due_on=in_days(5), actor=world.officer)
    assert opinions.why_over(opinions.find_opinion(link_sent())) == ""
    give_opinion(opinion)


@pytest.mark.parametrize("how", ["ranking", "status"])
def test_opinion_no_longer_changes_once_the_evaluation_is_over(world, how):
    opinion, _token = ask_opinion(world)
    give_opinion(opinion)
    if how == "ranking":
        close_ranking(world)
    else:
        world.application.status = ApplicationStatus.REFUSED
        world.application.save()
    with pytest.raises(InvalidState, match="terminée"):
        opinions.give_opinion(opinion=opinion, recommendation="favorable", text="Oui.")


def test_closed_link_takes_nothing_more_and_what_came_stays(world):
    opinion, _token = ask_opinion(world)
    give_opinion(opinion)
    opinions.revoke_opinion(opinion=opinion, actor=world.officer)
    with pytest.raises(InvalidState, match="fermé"):
        opinions.give_opinion(opinion=opinion, recommendation="favorable", text="Oui.")
    with pytest.raises(InvalidState, match="déjà fermé"):
        opinions.revoke_opinion(opinion=opinion, actor=world.officer)
    with pytest.raises(InvalidState, match="déjà fermé"):
        opinions.send_opinion_again(opinion=opinion, due_on=in_days(3), actor=world.officer)
    assert [one.text for one in opinions.readable_opinions(world.application, world.officer)] == ["Trop petit."]


def test_every_link_that_was_sent_works_until_they_are_closed_together(world):
    opinion, first = ask_opinion(world)
    opinions.send_opinion_again(opinion=opinion, due_on=opinion.due_on, actor=world.officer)
    second = link_sent()
    assert first != second
    assert {opinions.find_opinion(token) for token in (first, second)} == {opinion}
    opinions.revoke_opinion(opinion=opinion, actor=world.officer)
    assert all(opinions.why_over(opinions.find_opinion(token)) for token in (first, second))


def test_too_many_links_in_a_day_are_refused(world):
    opinion, _token = ask_opinion(world)
    for _time in range(opinions.LINKS_A_DAY - 1):
        opinions.send_opinion_again(opinion=opinion, due_on=opinion.due_on, actor=world.officer)
    with pytest.raises(InvalidState, match="attendez demain"):
        opinions.send_opinion_again(opinion=opinion, due_on=opinion.due_on, actor=world.officer)


def test_file_is_kept_replaced_and_taken_away(world, django_capture_on_commit_callbacks):
    opinion, _token = ask_opinion(world)
    opinion = give_opinion(opinion, file=CleanFile("un.pdf", "application/pdf", ".pdf", ContentFile(b"%PDF-1.7 un")))
    storage, first = opinion.file.storage, opinion.file.name
    assert opinion.file_name == "un.pdf"
    with django_capture_on_commit_callbacks(execute=True):
        opinion = give_opinion(
            opinion, file=CleanFile("deux.pdf", "application/pdf", ".pdf", ContentFile(b"%PDF-1.7 deux"))
        )
    assert (opinion.file_name, storage.exists(first)) == ("deux.pdf", False)
    assert give_opinion(opinion).file_name == "deux.pdf"
    opinion = give_opinion(opinion, removes_file=True)
    assert not opinion.file
    assert opinion.file_name == ""


# --- Who reads it ---------------------------------------------------------------------------------


def test_evaluator_reads_no_opinion_before_their_own_is_finished(world):
    evaluator, reader = AgentFactory(), AgentFactory()
    [review] = ask(world, evaluator)
    opinion, _token = ask_opinion(world)
    give_opinion(opinion)

    def read_by(user) -> list[Opinion]:
        return opinions.readable_opinions(world.application, user)

    assert read_by(evaluator) == []
    assert read_by(world.officer) == read_by(reader) == [opinion]
    give(world, review, "5", "5")
    assert read_by(evaluator) == [opinion]
    reviews.reopen_review(review=review, reason="Un oubli.", actor=world.officer)
    assert read_by(evaluator) == []


def test_opinion_that_did_not_come_is_read_by_nobody_and_a_conflict_reads_none(world):
    opinion, _token = ask_opinion(world)
    assert opinions.readable_opinions(world.application, world.officer) == []
    give_opinion(opinion)
    AccessFactory(user=world.officer, organization=world.application.organization)
    assert opinions.readable_opinions(world.application, world.officer) == []


# --- The reminder ---------------------------------------------------------------------------------


def test_person_is_reminded_once_three_days_before_with_a_link_of_its_own(world):
    opinion, first = ask_opinion(world)
    days = [in_days(10 + before) for before in (-4, -3, -3, -1, 0, 1)]
    assert [opinions.remind_opinions(today=day) for day in days] == [0, 1, 0, 0, 0, 0]
    assert told("opinion_reminder") == {EXPERT}
    assert link_sent() != first
    assert opinions.find_opinion(link_sent()) == opinion


def test_nobody_is_reminded_of_what_came_was_closed_or_is_over(world):
    given, _token = ask_opinion(world)
    give_opinion(given)
    closed, _token = ask_opinion(world, email="autre@example.org")
    opinions.revoke_opinion(opinion=closed, actor=world.officer)
    ask_opinion(world, email="encore@example.org")
    close_ranking(world)
    assert opinions.remind_opinions(today=in_days(8)) == 0


def test_another_date_brings_another_reminder(world):
    opinion, _token = ask_opinion(world)
    opinions.remind_opinions(today=in_days(8))
    opinion.refresh_from_db()
    opinions.send_opinion_again(opinion=opinion, due_on=in_days(20), actor=world.officer)
    assert opinions.remind_opinions(today=in_days(18)) == 1


def test_opinion_that_says_the_same_again_tells_nobody(world):
    opinion, _token = ask_opinion(world)
    give_opinion(opinion)
    before = OutgoingMessage.objects.count()
    assert give_opinion(opinion).corrected_at is None
    assert OutgoingMessage.objects.count() == before


def test_opinion_reaches_the_programmes_agents_when_nobody_else_is_left(world):
    opinion, _token = ask_opinion(world)
    other = AgentFactory()
    world.call.program.officers.set([other])
    world.officer.is_active = False
    world.officer.save()
    give_opinion(opinion)
    assert OutgoingMessage.objects.latest("pk").to == other.email


def test_request_that_leaves_when_the_reminder_would_is_not_followed_by_one(world):
    opinion, _token = ask_opinion(world, due_on=timezone.localdate() + dt.timedelta(days=2))
    assert opinions.remind_opinions() == 0
    assert opinion.links.count() == 1


def test_title_that_a_completion_changes_is_not_shown(world):
    opinion, _token = ask_opinion(world)
    handed_in = opinions.shared_title(opinion)
    world.application.title = "Un autre projet"
    world.application.save()
    assert opinions.shared_title(Opinion.objects.get()) == handed_in != "Un autre projet"
