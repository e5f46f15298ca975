"""Sending: over a real SMTP exchange, through refusals, absences and a killed worker."""

from __future__ import annotations

import asyncio
import datetime as dt
import email
import email.policy

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.utils import timezone

from guichet.accounts.tests.factories import AgentFactory
from guichet.core import services
from guichet.core.enums import MessageState
from guichet.core.errors import InvalidState
from guichet.core.models import Event, OutgoingMessage
from guichet.core.tasks import deliver_message

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


def write(to: str = "zoe@example.org", **kwargs) -> OutgoingMessage:
    given = {"subject": "Été à l’Érable", "text": "Bonjour,\n", "html": "<p>Bonjour,</p>", **kwargs}
    message = OutgoingMessage.objects.create(kind="x", to=to, **given)
    deliver_message.enqueue(message.pk)
    return message


def state_of(message: OutgoingMessage) -> tuple[str, int]:
    message.refresh_from_db()
    return message.state, message.attempts


def test_message_arrives_with_both_versions_and_its_headers(smtp_server, settings):
    message = write()
    services.deliver(message_id=message.pk)
    assert state_of(message) == (MessageState.SENT, 1)
    assert message.sent_at is not None
    assert message.last_error == ""
    (received,) = smtp_server.to("zoe@example.org")
    assert received["Subject"] == "Été à l’Érable"
    assert received["From"] == f"Loisir Sport Centre-du-Québec <{settings.DEFAULT_FROM_EMAIL}>"
    assert received["Reply-To"] == "info@lscq.example.org"
    assert received["Auto-Submitted"] == "auto-generated"
    assert received["Message-ID"].startswith(f"<guichet-{message.pk}-")
    assert received.get_body(("plain",)).get_content().split() == ["Bonjour,"]
    assert received.get_body(("html",)).get_content().strip() == "<p>Bonjour,</p>"


def test_message_to_an_accented_domain_arrives(smtp_server):
    message = write("zoe@québec.example")
    services.deliver(message_id=message.pk)
    assert state_of(message) == (MessageState.SENT, 1)
    assert smtp_server.to("zoe@xn--qubec-csa.example") != []


def test_message_sent_is_not_sent_again(smtp_server):
    message = write()
    services.deliver(message_id=message.pk)
    services.deliver(message_id=message.pk)
    services.sweep(now=timezone.now() + dt.timedelta(days=3))
    assert len(smtp_server.messages) == 1


def test_message_without_mail_server_is_kept():
    message = write()
    services.deliver(message_id=message.pk)
    assert state_of(message) == (MessageState.KEPT, 1)


def test_message_that_is_gone_is_nobodys_error():
    services.deliver(message_id=1)


def test_mail_server_down_for_an_hour_loses_nothing(smtp_server):
    smtp_server.stop()
    messages = [write(f"a{n}@example.org") for n in range(3)]
    start = timezone.now()
    for minute in range(61):
        services.sweep(now=start + minute * MINUTE)
    for message in messages:
        assert state_of(message) == (MessageState.QUEUED, 4)  # at once, after 1, 6 and 21 minutes
        assert message.last_error.startswith("ConnectionRefusedError")
        assert message.next_attempt_at == start + 81 * MINUTE
    smtp_server.start()
    assert services.sweep(now=start + 80 * MINUTE) == 0
    assert services.sweep(now=start + 81 * MINUTE) == 3
    assert [state_of(message)[0] for message in messages] == [MessageState.SENT] * 3
    assert sorted(received["To"] for received in smtp_server.messages) == [f"a{n}@example.org" for n in range(3)]


def test_message_is_given_up_after_the_last_delay_and_says_why(smtp_server, settings):
    smtp_server.refuse = "451 4.3.0 Revenez plus tard"
    message = write()
    now, waited = timezone.now(), []
    while message.state == MessageState.QUEUED:
        services.deliver(message_id=message.pk, now=now)
        message.refresh_from_db()
        waited.append(message.next_attempt_at - now)
        now = message.next_attempt_at
    assert waited[:-1] == settings.MESSAGE_RETRY_DELAYS
    assert state_of(message) == (MessageState.FAILED, len(settings.MESSAGE_RETRY_DELAYS) + 1)
    assert "451" in message.last_error
    assert smtp_server.messages == []


def test_permanent_refusal_fails_at_once_and_says_why(smtp_server):
    smtp_server.refuse = "550 5.1.1 Cette boite n'existe pas"
    message = write()
    services.deliver(message_id=message.pk)
    assert state_of(message) == (MessageState.FAILED, 1)
    assert message.last_error.startswith("SMTPRecipientsRefused")
    assert "550" in message.last_error
    assert "Cette boite n'existe pas" in message.last_error


def test_temporary_refusal_is_tried_again(smtp_server):
    smtp_server.refuse = "451 4.7.1 Greylisted"
    message, now = write(), timezone.now()
    services.deliver(message_id=message.pk, now=now)
    assert state_of(message) == (MessageState.QUEUED, 1)
    smtp_server.refuse = ""
    services.sweep(now=now + MINUTE)
    assert state_of(message) == (MessageState.SENT, 2)
    assert message.last_error == ""


def test_one_refused_address_does_not_hold_up_the_others(smtp_server, run_queue, transactional_db):
    write("accent-é@example.org ")
    fine = write("b@example.org")
    run_queue()
    assert state_of(fine)[0] == MessageState.SENT


def test_message_being_sent_is_left_to_whoever_sends_it(smtp_server):
    now = timezone.now()
    message = write(state=MessageState.SENDING, claimed_at=now, attempts=1)
    services.deliver(message_id=message.pk, now=now)
    services.sweep(now=now + services.STALE_AFTER)
    assert state_of(message) == (MessageState.SENDING, 1)
    services.sweep(now=now + services.STALE_AFTER + MINUTE)
    assert state_of(message) == (MessageState.SENT, 2)


def test_message_that_kills_every_worker_is_given_up(smtp_server, settings):
    now, last = timezone.now(), len(settings.MESSAGE_RETRY_DELAYS) + 1
    message = write(state=MessageState.SENDING, claimed_at=now - dt.timedelta(hours=1), attempts=last)
    services.sweep(now=now)
    assert state_of(message) == (MessageState.FAILED, last)
    assert message.last_error != ""
    assert smtp_server.messages == []


@pytest.mark.django_db(transaction=True)
def test_worker_killed_in_the_middle_of_a_send_loses_no_message(smtp_server, start_worker, wait_until):
    seen = []

    async def hang(server, session, envelope) -> str:
        seen.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        await asyncio.Event().wait()
        return "250 never said"

    smtp_server.handle_DATA = hang
    hit, behind = write("hit@example.org"), write("behind@example.org")
    worker = start_worker()
    wait_until(lambda: seen, seconds=60)
    worker.kill()
    worker.wait()
    del smtp_server.handle_DATA
    now = timezone.now()
    assert state_of(hit) == (MessageState.SENDING, 1)
    assert state_of(behind) == (MessageState.QUEUED, 0)
    assert smtp_server.messages == []

    services.sweep(now=now)
    assert state_of(hit) == (MessageState.SENDING, 1)
    assert [received["To"] for received in smtp_server.messages] == ["behind@example.org"]

    services.sweep(now=now + services.STALE_AFTER + MINUTE)
    services.sweep(now=now + 2 * services.STALE_AFTER + MINUTE)
    assert state_of(hit) == (MessageState.SENT, 2)
    (received,) = smtp_server.to("hit@example.org")
    assert received["Message-ID"] == seen[0]["Message-ID"]
    assert len(smtp_server.messages) == 2


# --- « Renvoyer » and forgetting ------------------------------------------------------------------


def test_message_is_sent_again_on_demand_and_remembered(smtp_server):
    agent = AgentFactory()
    message = write(state=MessageState.FAILED, attempts=9, last_error="550", user=agent)
    services.send_again(message=message, actor=agent)
    assert state_of(message) == (MessageState.QUEUED, 0)
    assert message.last_error == ""
    (event,) = Event.objects.all()
    assert (event.verb, event.actor, event.person) == ("core.message_sent_again", agent, agent)
    assert "zoe@example.org" in event.sentence
    services.sweep()
    assert len(smtp_server.messages) == 1


@pytest.mark.parametrize("state", [MessageState.QUEUED, MessageState.SENDING])
def test_message_on_its_way_is_not_sent_twice(state):
    with pytest.raises(InvalidState, match="déjà en route"):
        services.send_again(message=write(state=state), actor=AgentFactory())


def test_message_whose_body_was_forgotten_is_not_sent():
    with pytest.raises(InvalidState, match="trop ancien"):
        services.send_again(message=write(state=MessageState.SENT, text="", html=""), actor=AgentFactory())


def test_tidy_forgets_old_bodies_but_not_what_is_still_to_send():
    old = timezone.now() - dt.timedelta(days=31)
    sent = write(state=MessageState.SENT, created_at=old)
    failed = write(state=MessageState.FAILED, created_at=old)
    queued = write(created_at=old)
    recent = write(state=MessageState.SENT)
    services.tidy()
    kept = {message.pk: bool(message.text or message.html) for message in OutgoingMessage.objects.all()}
    assert kept == {sent.pk: False, failed.pk: False, queued.pk: True, recent.pk: True}
    assert OutgoingMessage.objects.get(pk=sent.pk).subject == "Été à l’Érable"


def test_tidy_forgets_ended_sessions(client, client_for):
    client_for(AgentFactory())
    Session.objects.update(expire_date=timezone.now() - dt.timedelta(days=1))
    client_for(AgentFactory())
    services.tidy()
    assert Session.objects.count() == 1


def test_worker_command_has_our_options():
    with pytest.raises(SystemExit):
        call_command("worker", "--help")
