"""Sending what is queued: the only code that talks to the mail server."""

from __future__ import annotations

import datetime as dt
import smtplib
from email.utils import formataddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from . import events, tasks
from .enums import MessageState
from .errors import InvalidState
from .models import OutgoingMessage, SiteSettings

# Longer than the mail server's time-out: whoever holds a message this long was killed.
STALE_AFTER = dt.timedelta(minutes=3)
SWEEP_SIZE = 200


def deliver(*, message_id: int, now: dt.datetime | None = None) -> None:
    """Send one message if it is due; on failure plan the next attempt, or give up after the last.

    The message is claimed in a transaction of its own before anything is said to the mail server. A worker
    killed between the server's « 250 » and our commit leaves it claimed; `sweep` sends it again, with the
    same Message-ID, so that a person may get that one message twice but never zero times.
    """
    now = now or timezone.now()
    with transaction.atomic():
        rows = OutgoingMessage.objects.due(now).filter(pk=message_id)
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True, of=("self",))
        message = rows.first()
        if message is None:
            return
        message.state = MessageState.SENDING
        # The moment of the claim itself: in a long sweep, `now` is when the sweep began.
        claim = message.claimed_at = max(now, timezone.now())
        message.attempts += 1
        message.save(update_fields=["state", "claimed_at", "attempts"])
    try:
        _send(message)
    except (smtplib.SMTPException, OSError, UnicodeError, ValueError) as error:
        _note_failure(message, error, now)
    else:
        message.state = MessageState.KEPT if settings.EMAIL_KEPT else MessageState.SENT
        message.sent_at = timezone.now()
        message.last_error = ""
    # Only while the claim is ours: whoever took it over meanwhile writes what became of it.
    OutgoingMessage.objects.filter(pk=message.pk, state=MessageState.SENDING, claimed_at=claim).update(
        state=message.state,
        claimed_at=None,
        sent_at=message.sent_at,
        next_attempt_at=message.next_attempt_at,
        last_error=message.last_error,
    )


def sweep(*, now: dt.datetime | None = None) -> int:
    """Deliver what is due again, and take back what a killed worker left; return how many were tried."""
    now = now or timezone.now()
    left = OutgoingMessage.objects.filter(state=MessageState.SENDING, claimed_at__lt=now - STALE_AFTER)
    # Whoever sends it dies every time: once more would be for ever.
    left.filter(attempts__gt=len(settings.MESSAGE_RETRY_DELAYS)).update(
        state=MessageState.FAILED, claimed_at=None, last_error=_("Interrompu à chaque essai.")
    )
    left.update(state=MessageState.QUEUED, claimed_at=None, next_attempt_at=now)
    due = list(OutgoingMessage.objects.due(now).order_by("next_attempt_at").values_list("pk", flat=True)[:SWEEP_SIZE])
    for pk in due:
        deliver(message_id=pk, now=now)
    return len(due)


def send_again(*, message: OutgoingMessage, actor) -> None:
    """Queue a message once more, at the staff's request.

    Raises InvalidState when it is on its way already, or when its body was forgotten.
    """
    with transaction.atomic():
        locked = OutgoingMessage.objects.select_for_update(of=("self",)).get(pk=message.pk)
        if locked.state in {MessageState.QUEUED, MessageState.SENDING}:
            raise InvalidState(_("Ce courriel est déjà en route."))
        if not locked.text:
            raise InvalidState(_("Le contenu de ce courriel a été effacé : il est trop ancien pour être renvoyé."))
        locked.state = MessageState.QUEUED
        locked.attempts = 0
        locked.next_attempt_at = timezone.now()
        locked.last_error = ""
        locked.save(update_fields=["state", "attempts", "next_attempt_at", "last_error"])
        events.record(
            verb="core.message_sent_again",
            actor=actor,
            person=locked.user,
            data={"title": locked.subject, "address": locked.to},
        )
        tasks.deliver_message.enqueue(locked.pk)


def tidy(*, now: dt.datetime | None = None) -> None:
    """Forget the bodies of old messages (Law 25: no longer than the purpose needs), old tasks, ended sessions."""
    now = now or timezone.now()
    ended = OutgoingMessage.objects.filter(state__in=[MessageState.SENT, MessageState.KEPT, MessageState.FAILED])
    for secret, days in ((True, settings.INVITATION_DAYS), (False, settings.MESSAGE_KEEP_BODY_DAYS)):
        old = ended.filter(secret=secret, created_at__lt=now - dt.timedelta(days=days))
        old.exclude(text="").update(text="", html="")
    call_command("clearsessions")
    call_command("prune_db_task_results", "--backend", "queue", verbosity=0)


def _send(message: OutgoingMessage) -> None:
    body = SiteSettings.load()
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2]
    email = EmailMultiAlternatives(
        subject=message.subject,
        body=message.text,
        from_email=formataddr((body.name, settings.DEFAULT_FROM_EMAIL)),
        to=[message.to],
        reply_to=[body.email],
        headers={
            "Message-ID": f"<guichet-{message.pk}-{int(message.created_at.timestamp())}@{domain}>",
            "Auto-Submitted": "auto-generated",
        },
    )
    email.attach_alternative(message.html, "text/html")
    email.send()


def _note_failure(message: OutgoingMessage, error: Exception, now: dt.datetime) -> None:
    message.last_error = f"{type(error).__name__}: {error}"[:1000]
    delays = settings.MESSAGE_RETRY_DELAYS
    if _is_permanent(error) or message.attempts > len(delays):
        message.state = MessageState.FAILED
    else:
        message.state = MessageState.QUEUED
        message.next_attempt_at = now + delays[message.attempts - 1]


def _is_permanent(error: Exception) -> bool:
    """Whether trying again is useless: the server refused the address for good (RFC 5321, 4.2.1: 5yz)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(500 <= code < 600 for code, _reply in error.recipients.values())
    return isinstance(error, UnicodeError | ValueError)
