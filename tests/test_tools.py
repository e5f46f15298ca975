"""The tests' own tools do what the other tests count on."""

import pytest
from django.template import engines
from django.test import TransactionTestCase
from wagtail.models import Page

from guichet.core.enums import MessageState
from guichet.core.models import OutgoingMessage
from guichet.core.tasks import deliver_message
from tests.support import templates
from tests.support.mail import links_in


def render(source, monkeypatch, *, ours=True):
    monkeypatch.setattr(templates.Undefined, "_origin", staticmethod(lambda frame: templates.OURS if ours else ""))
    return engines["django"].from_string(source).render({"given": "yes"})


def test_undefined_variable_is_an_error(monkeypatch):
    with pytest.raises(templates.UndefinedVariable):
        render("{{ given }} {{ forgotten }}", monkeypatch)


@pytest.mark.parametrize(
    "source", ['{{ forgotten|default:"" }}', "{% if forgotten %}{% endif %}", "{% for x in forgotten %}{% endfor %}"]
)
def test_undefined_variable_that_may_be_absent_is_nothing(source, monkeypatch):
    assert render(source, monkeypatch) == ""


def test_undefined_variable_of_somebody_elses_template_is_nothing(monkeypatch):
    assert render("{{ forgotten }}{{ forgotten|upper }}", monkeypatch, ours=False) == ""


@pytest.fixture
def message():
    return OutgoingMessage.objects.create(
        kind="test", to="a@example.org", subject="Été", text="Voir : http://localhost/é/?a=1\n", html="<p>Voir</p>"
    )


def test_mail_server_receives_what_is_due(db, smtp_server, deliver, message):
    deliver()
    message.refresh_from_db()
    assert message.state == MessageState.SENT
    (received,) = smtp_server.to("a@example.org")
    assert received["Subject"] == "Été"
    assert links_in(received) == ["http://localhost/é/?a=1"]


@pytest.mark.parametrize(
    ("trouble", "state"),
    [
        ("away", MessageState.QUEUED),
        ("550 5.1.1 Unknown", MessageState.FAILED),
        ("451 4.3.0 Later", MessageState.QUEUED),
    ],
)
def test_mail_server_can_refuse(db, smtp_server, deliver, message, trouble, state):
    if trouble == "away":
        smtp_server.stop()
    else:
        smtp_server.refuse = trouble
    deliver()
    message.refresh_from_db()
    assert (message.state, message.attempts) == (state, 1)
    assert smtp_server.messages == []


def test_mail_server_can_hang_up_after_it_took_the_message(db, smtp_server, deliver, message):
    smtp_server.hang_up = True
    deliver()
    message.refresh_from_db()
    assert (message.state, len(smtp_server.messages)) == (MessageState.QUEUED, 1)


@pytest.mark.parametrize("turn", [1, 2])
def test_database_is_clean_after_a_test_that_commits(transactional_db, turn):
    assert TransactionTestCase._fixture_teardown.__module__ == "conftest"
    assert Page.objects.filter(depth=1).exists()
    assert OutgoingMessage.objects.count() == 0
    OutgoingMessage.objects.create(kind="test", to="b@example.org", subject="s")


def test_database_still_has_what_migrations_wrote(db):
    assert Page.objects.filter(depth=1).exists()


def test_worker_sends_in_a_process_of_its_own(start_worker, smtp_server, message, wait_until):
    deliver_message.enqueue(message.pk)
    start_worker()
    wait_until(lambda: smtp_server.messages, seconds=60)
