"""An opinion from outside on screen: the link's pages, and what staff see of it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from guichet.accounts.tests.factories import AgentFactory
from guichet.core.shared import forget
from guichet.funding.models import Opinion
from guichet.funding.services import opinions
from tests.support.pages import text_of

from .evaluating import EXPERT, an_evaluation, ask, ask_opinion, give, give_opinion, link_sent
from .factories import ApplicationFileFactory

pytestmark = pytest.mark.django_db
ANSWER = {"recommendation": "reserved", "text": "Trop petit."}


@pytest.fixture(autouse=True)
def _files_in_a_folder_of_the_test(settings, tmp_path):
    storage = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": storage, "private": storage}


@pytest.fixture
def world():
    return an_evaluation()


@pytest.fixture
def browser(client_for, world):
    """The officer's."""
    return client_for(world.officer)


def page(client: Client, name: str, *args, status: int = 200) -> str:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == status
    return text_of(answer)


def dossier(client: Client, world) -> str:
    return page(client, "staff_application", world.application.pk)


def attach(world, *names: str) -> list:
    """Files of what was handed in."""
    files = [ApplicationFileFactory(application=world.application, name=name) for name in names]
    world.application.submissions.update(files=[[one.pk, one.name, 14, "0" * 64] for one in files])
    return files


# --- The link -------------------------------------------------------------------------------------


def test_nothing_of_the_application_shows_before_the_promise(client, world):
    _opinion, token = ask_opinion(world)
    before = page(client, "opinions:opinion", token)
    assert "Le matériel convient-il?" in before
    assert "Prêter des patins" not in before
    refused = client.post(reverse("opinions:declare", args=[token]))
    assert "Cochez la case" in text_of(refused)
    client.post(reverse("opinions:declare", args=[token]), {"agreed": "on"})
    after = page(client, "opinions:opinion", token)
    assert "Prêter des patins" in after
    # Its budget is a section of its own, that nobody ticked.
    assert "Budget du projet" not in after


def test_opinion_is_sent_then_corrected_and_a_refused_form_keeps_what_was_typed(client, world):
    opinion, token = ask_opinion(world)
    opinions.declare(opinion=opinion)
    address = reverse("opinions:opinion", args=[token])
    refused = client.post(address, {"text": "Trop petit."})
    assert "Choisissez votre recommandation" in text_of(refused)
    assert "Trop petit.</textarea>" in text_of(refused)
    upload = SimpleUploadedFile("notes.pdf", b"%PDF-1.7 notes")
    assert client.post(address, {**ANSWER, "file": upload}).status_code == 302
    opinion.refresh_from_db()
    assert (opinion.recommendation, opinion.text, opinion.file_name) == ("reserved", "Trop petit.", "notes.pdf")
    client.post(address, {**ANSWER, "text": "Bien assez grand.", "removes_file": "on"})
    opinion.refresh_from_db()
    assert (opinion.text, opinion.file_name) == ("Bien assez grand.", "")


def test_file_whose_content_is_not_what_its_name_says_is_refused(client, world):
    opinion, token = ask_opinion(world)
    opinions.declare(opinion=opinion)
    upload = SimpleUploadedFile("notes.pdf", b"MZ")
    refused = client.post(reverse("opinions:opinion", args=[token]), {**ANSWER, "file": upload})
    assert "se termine par « .pdf »" in text_of(refused)
    assert "Trop petit.</textarea>" in text_of(refused)


def test_only_shared_files_are_given_and_only_after_the_promise(client, world):
    shown, hidden = attach(world, "devis.pdf", "nas.pdf")
    opinion, token = ask_opinion(world, files=[shown.pk])
    page(client, "opinions:file", token, shown.pk, status=404)
    opinions.declare(opinion=opinion)
    answer = client.get(reverse("opinions:file", args=[token, shown.pk]))
    assert answer.getvalue() == b"%PDF-1.7 devis"
    assert "attachment" in answer["Content-Disposition"]
    page(client, "opinions:file", token, hidden.pk, status=404)
    shared = page(client, "opinions:opinion", token)
    assert "devis.pdf" in shared
    assert "nas.pdf" not in shared


def test_what_is_shared_is_gone_once_nothing_is_written_any_more(client, world):
    [shown] = attach(world, "devis.pdf")
    opinion, token = ask_opinion(world, files=[shown.pk])
    give_opinion(opinion)
    Opinion.objects.update(due_on=timezone.localdate() - dt.timedelta(days=1))
    settled = page(client, "opinions:opinion", token)
    assert "votre avis ne change plus" in settled
    assert "Trop petit." in settled
    assert "Prêter des patins" not in settled
    page(client, "opinions:file", token, shown.pk, status=404)


@pytest.mark.parametrize("how", ["forged", "revoked", "expired"])
def test_link_that_is_over_says_so_with_404_and_shows_nothing(client, world, how):
    opinion, token = ask_opinion(world)
    opinions.declare(opinion=opinion)
    said = {"forged": "n’est pas valable", "revoked": "a été fermé", "expired": "a expiré"}[how]
    if how == "forged":
        token = "x" + token
    elif how == "revoked":
        opinions.revoke_opinion(opinion=opinion, actor=world.officer)
    else:
        Opinion.objects.update(due_on=timezone.localdate() - dt.timedelta(days=8))
    over = page(client, "opinions:opinion", token, status=404)
    assert said in over
    assert "Patins" not in over
    assert client.post(reverse("opinions:opinion", args=[token]), ANSWER).status_code == 404
    assert client.post(reverse("opinions:declare", args=[token]), {"agreed": "on"}).status_code == 404


def test_link_is_kept_by_no_cache_no_search_engine_and_no_other_site(client, world):
    _opinion, token = ask_opinion(world)
    for one in (token, "forged"):
        headers = client.get(reverse("opinions:opinion", args=[one])).headers
        assert "noindex" in headers["X-Robots-Tag"]
        assert headers["Referrer-Policy"] == "same-origin"
        assert "no-store" in headers["Cache-Control"]


def test_too_many_pages_in_a_minute_wait_and_what_was_typed_stays(client, world, rate_limits):
    opinion, token = ask_opinion(world)
    opinions.declare(opinion=opinion)
    address = reverse("opinions:opinion", args=[token])
    answers = [client.get(address).status_code for _time in range(61)]
    assert answers == [200] * 60 + [429]
    late = client.post(address, ANSWER)
    assert late.status_code == 429
    assert "Trop petit.</textarea>" in text_of(late)
    opinion.refresh_from_db()
    assert not opinion.is_given


def test_form_of_the_link_is_taken_with_its_token_against_forgery(world):
    """« no-referrer » would have browsers send an empty origin, which Django refuses."""
    opinion, token = ask_opinion(world)
    opinions.declare(opinion=opinion)
    browser = Client(enforce_csrf_checks=True)
    address = reverse("opinions:opinion", args=[token])
    browser.get(address)
    typed = {**ANSWER, "csrfmiddlewaretoken": browser.cookies["csrftoken"].value}
    assert browser.post(address, typed).status_code == 302
    assert Client(enforce_csrf_checks=True).post(address, ANSWER).status_code == 403


# --- Staff ----------------------------------------------------------------------------------------


def ask_page(world) -> str:
    return reverse("staff_opinion_ask", args=[world.application.pk])


def typed(world, **values) -> dict:
    return {
        "name": "Luce Gagnon",
        "email": EXPERT,
        "question": "Le matériel convient-il?",
        "due_on": (timezone.localdate() + dt.timedelta(days=10)).isoformat(),
        "submission": opinions.last_submission(world.application).pk,
        "sections": ["projet"],
        **values,
    }


def test_officer_ticks_what_is_shown_and_nothing_is_ticked_in_advance(browser, world):
    [file] = attach(world, "devis.pdf")
    first = browser.get(ask_page(world))
    assert "checked" not in first.content.decode().partition('id="id_sections"')[2]
    asked = browser.post(ask_page(world), typed(world, files=[file.pk]))
    assert asked.status_code == 302
    opinion = Opinion.objects.get()
    assert (opinion.sections, opinion.files, opinion.asked_by) == (["projet"], [file.pk], world.officer)
    shown = dossier(browser, world)
    assert "Luce Gagnon" in shown
    assert "Votre projet, devis.pdf" in shown


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"sections": []}, "au moins une section"),
        ({"email": "luce"}, "n’est pas complète"),
        ({"due_on": "2020-01-01"}, "à venir"),
        ({"due_on": "demain"}, "Écrivez la date comme ceci"),
        ({"submission": "0"}, "complétée entre-temps"),
    ],
    ids=str,
)
def test_wrong_request_is_told_and_keeps_what_was_typed(browser, world, values, sentence):
    refused = browser.post(ask_page(world), typed(world, **values))
    assert sentence in text_of(refused)
    assert "Le matériel convient-il?" in text_of(refused)
    assert not Opinion.objects.exists()


def test_request_of_what_was_completed_meanwhile_goes_through_at_the_second_try(browser, world):
    refused = browser.post(ask_page(world), typed(world, submission="0"))
    now = refused.context["form"]["submission"].value()
    assert now == str(opinions.last_submission(world.application).pk)
    browser.post(ask_page(world), typed(world, submission=now))
    assert Opinion.objects.count() == 1


@pytest.mark.parametrize("end", ["ranking", "link"])
def test_what_was_typed_too_late_is_shown_to_be_copied(client, world, end):
    opinion, token = ask_opinion(world)
    opinions.declare(opinion=opinion)
    if end == "ranking":
        world.call.ranking_closed_at = timezone.now()
        world.call.save()
    else:
        opinions.revoke_opinion(opinion=opinion, actor=world.officer)
    answer = client.post(reverse("opinions:opinion", args=[token]), ANSWER)
    assert "Votre texte n’a pas été transmis" in text_of(answer)
    assert "Trop petit." in text_of(answer)


def test_file_that_was_dropped_on_its_way_is_told(client, world, settings):
    opinion, token = ask_opinion(world)
    opinions.declare(opinion=opinion)
    settings.UPLOAD_MAX_BYTES = 10
    heavy = SimpleUploadedFile("avis.pdf", b"%PDF-1.7 " + b"x" * 100)
    answer = client.post(reverse("opinions:opinion", args=[token]), {**ANSWER, "file": heavy})
    assert "trop lourd" in text_of(answer)
    assert not Opinion.objects.get().is_given


def test_link_is_sent_again_and_closed_from_the_applications_page(browser, world):
    opinion, first = ask_opinion(world)
    again = reverse("staff_opinion_send_again", args=[world.application.pk, opinion.pk])
    later = (timezone.localdate() + dt.timedelta(days=30)).isoformat()
    assert browser.post(again, {"due_on": "2020-01-01"}).status_code == 200
    assert browser.post(again, {"due_on": later}).status_code == 302
    assert link_sent() != first
    close = reverse("staff_opinion_revoke", args=[world.application.pk, opinion.pk])
    assert "n’ouvrira plus rien" in text_of(browser.get(close))
    browser.post(close)
    assert "Lien fermé" in dossier(browser, world)


def test_evaluator_reads_the_opinion_and_its_file_once_done(client_for, world):
    evaluator = AgentFactory()
    [review] = ask(world, evaluator)
    opinion, token = ask_opinion(world)
    opinions.declare(opinion=opinion)
    upload = SimpleUploadedFile("notes.pdf", b"%PDF-1.7 notes")
    Client().post(reverse("opinions:opinion", args=[token]), {**ANSWER, "file": upload})
    reader = client_for(evaluator)
    file = reverse("staff_opinion_file", args=[world.application.pk, opinion.pk])
    blind = dossier(reader, world)
    assert "Luce Gagnon" in blind
    for secret in ("Trop petit.", "Favorable avec réserves", "notes.pdf"):
        assert secret not in blind
    assert reader.get(file).status_code == 302
    give(world, review, "5", "5")
    after = dossier(reader, world)
    for said in ("Trop petit.", "Favorable avec réserves", "notes.pdf"):
        assert said in after
    assert reader.get(file).getvalue() == b"%PDF-1.7 notes"


def test_pages_cost_the_same_with_one_opinion_and_with_many(client, browser, world, django_assert_max_num_queries):
    files = attach(world, "a.pdf", "b.pdf")
    opinion, token = ask_opinion(world, files=[files[0].pk])
    give_opinion(opinion)
    addresses = [
        (browser, reverse("staff_application", args=[world.application.pk]), 45),
        (browser, ask_page(world), 25),
        (client, reverse("opinions:opinion", args=[token]), 10),
    ]

    def cost() -> list[int]:
        counts = []
        for who, address, budget in addresses:
            who.get(address)
            forget()
            with django_assert_max_num_queries(budget) as captured:
                assert who.get(address).status_code == 200
            counts.append(len(captured.captured_queries))
        return counts

    one = cost()
    for number in range(5):
        other, _token = ask_opinion(world, email=f"e{number}@example.org", files=[file.pk for file in files])
        give_opinion(other)
    assert cost() == one
