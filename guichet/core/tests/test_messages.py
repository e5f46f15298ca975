"""Writing a message: what it says, when it exists, and the page that shows it on a machine without mail server."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import override
from django_tasks_db.models import DBTaskResult

from guichet.accounts.tests.factories import UserFactory
from guichet.core.messages import absolute_url, queue_message
from guichet.core.models import OutgoingMessage, SiteSettings
from guichet.core.staff import KINDS

pytestmark = pytest.mark.django_db
CHANGED = "accounts/messages/password_changed.html"


def queue(user=None, **kwargs) -> OutgoingMessage:
    user = user or UserFactory()
    return queue_message(template=CHANGED, to=user.email, user=user, context={"user": user}, **kwargs)


def test_message_has_a_text_and_a_page_from_one_source():
    user = UserFactory(first_name="Zoé")
    message = queue(user)
    assert (message.to, message.user, message.kind) == (user.email, user, "accounts/messages/password_changed")
    assert message.subject == "LSCQ : votre mot de passe a changé"
    assert message.text.splitlines()[0:3] == ["Loisir Sport Centre-du-Québec", "", "Bonjour Zoé,"]
    assert "Bonjour Zoé," in message.html
    assert "info@lscq.example.org" in message.text


def test_message_is_in_the_bodys_name():
    body = SiteSettings.load()
    body.name, body.short_name, body.email = "Loisir Mauricie & fils", "L&M", "bonjour@mauricie.example"
    body.save()
    message = queue()
    assert message.subject == "L&M : votre mot de passe a changé"
    assert "Loisir Mauricie & fils" in message.text
    assert "Loisir Mauricie &amp; fils" in message.html
    assert "bonjour@mauricie.example" in message.text
    assert "LSCQ" not in message.html


def test_message_is_french_whatever_the_reader_of_the_page_chose():
    with override("en"):
        assert queue().subject == "LSCQ : votre mot de passe a changé"


def test_message_shows_a_name_that_looks_like_html_as_it_is():
    message = queue(UserFactory(first_name="<script>x</script>"))
    assert "&lt;script&gt;" in message.html
    assert "Bonjour <script>x</script>," in message.text


def test_subject_stays_on_one_line_and_is_cut():
    body = SiteSettings.load()
    body.name = "x"
    body.short_name = "A\nBcc: b"
    body.save()
    assert queue().subject == "A Bcc: b : votre mot de passe a changé"


def test_message_is_rolled_back_with_the_change_that_caused_it():
    with transaction.atomic():
        queue()
        transaction.set_rollback(True)
    assert OutgoingMessage.objects.count() == 0
    assert DBTaskResult.objects.count() == 0


def test_message_is_a_task_for_the_worker():
    message = queue()
    (task,) = DBTaskResult.objects.all()
    assert (task.task_path, task.args_kwargs["args"]) == ("guichet.core.tasks.deliver_message", [message.pk])


def test_absolute_url_is_the_portals(settings):
    settings.BASE_URL = "https://guichet.example.org"
    assert absolute_url("/espace/") == "https://guichet.example.org/espace/"


def test_every_message_has_a_name_for_the_staff():
    files = Path(settings.BASE_DIR, "guichet").glob("*/templates/*/messages/*.html")
    assert {path.stem for path in files} - {"layout", "button"} == set(KINDS)


# --- « Courriels envoyés » -----------------------------------------------------------------------


def test_kept_messages_are_shown_newest_first(client):
    older, newer = queue(), queue()
    page = client.get(reverse("core:sent_messages")).content.decode()
    assert page.index(newer.to) < page.index(older.to)
    assert reverse("core:sent_message", args=[newer.pk]) in page


def test_kept_messages_page_is_honest_when_empty_and_has_pages(client):
    assert "Aucun courriel pour le moment" in client.get(reverse("core:sent_messages")).content.decode()
    OutgoingMessage.objects.bulk_create(
        OutgoingMessage(kind="x", to=f"a{n}@example.org", subject="s") for n in range(45)
    )
    third = client.get(reverse("core:sent_messages"), {"page": 3})
    assert third.context["page"].number == 3
    assert len(third.context["page"].object_list) == 5


def test_kept_message_shows_text_and_page(client):
    message = queue()
    shown = client.get(reverse("core:sent_message", args=[message.pk])).content.decode()
    assert message.subject in shown
    assert reverse("core:sent_message_page", args=[message.pk]) in shown


def test_kept_message_alone_may_run_nothing(client):
    response = client.get(reverse("core:sent_message_page", args=[queue().pk]))
    policy = response.headers["Content-Security-Policy"]
    assert "script-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "Bonjour" in response.content.decode()


@pytest.mark.parametrize("name", ["sent_message", "sent_message_page"])
def test_kept_message_that_is_none_is_404(client, name):
    assert client.get(reverse(f"core:{name}", args=[1])).status_code == 404


def test_kept_messages_are_404_when_there_is_a_mail_server(client, settings):
    message = queue()
    settings.EMAIL_KEPT = False
    for address in (
        reverse("core:sent_messages"),
        reverse("core:sent_message", args=[message.pk]),
        reverse("core:sent_message_page", args=[message.pk]),
    ):
        assert client.get(address).status_code == 404
    assert reverse("core:sent_messages") not in client.get("/connexion/").content.decode()
