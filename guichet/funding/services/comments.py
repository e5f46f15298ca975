"""What colleagues of a fiche say to each other about an application. The body never sees it."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from guichet.core.errors import InvalidState

from .. import perms
from ..messages import comments as messages
from ..models import Application, ApplicationComment, CommentNotice
from .base import lock_application, require

COMMENT_LENGTH = 2000
COMMENTS_AT_MOST = 500
# One e-mail a person and application for so long; what comes meanwhile is told together.
TOLD_EVERY = dt.timedelta(hours=1)


@transaction.atomic
def add_comment(*, application: Application, text: str, actor, now: dt.datetime | None = None) -> ApplicationComment:
    """Leave a word for the colleagues, and tell those concerned. Raises PermissionDenied; InvalidState past
    `COMMENTS_AT_MOST`.
    """
    now = now or timezone.now()
    application = lock_application(application)
    require(perms.can_comment(actor, application))
    if application.comments.count() >= COMMENTS_AT_MOST:
        raise InvalidState(_("Cette demande a déjà beaucoup de commentaires : aucun ne s’ajoute."))
    comment = ApplicationComment.objects.create(
        application=application, author=actor, author_name=str(actor)[:250], text=text[:COMMENT_LENGTH], at=now
    )
    # Whoever writes has read what was there.
    application.comment_notices.filter(user=actor).update(waiting_since=None)
    for user in colleagues_concerned(application, but=actor):
        notice, _made = CommentNotice.objects.get_or_create(application=application, user=user)
        notice.waiting_since = notice.waiting_since or now
        _tell_if_due(notice, now)
    return comment


def colleagues_concerned(application: Application, *, but) -> list:
    """Who began it, wrote in it or commented it, while they have an access; nobody of the body."""
    concerned = {application.started_by_id, *application.comments.values_list("author", flat=True)}
    concerned |= {hand[0] for hand in application.touched.values() if isinstance(hand, list) and hand}
    accesses = application.organization.accesses.active().filter(user__in=concerned - {None, but.pk})
    return [access.user for access in accesses.filter(user__is_staff=False).select_related("user").order_by("pk")]


def _tell_if_due(notice: CommentNotice, now: dt.datetime) -> None:
    """Send what waits, unless an e-mail left less than `TOLD_EVERY` ago; the caller holds the application's lock."""
    if notice.told_at is None or notice.told_at <= now - TOLD_EVERY:
        new = notice.application.comments.filter(at__gte=notice.waiting_since, deleted_at__isnull=True)
        comments = list(new.exclude(author=notice.user_id))
        if comments:
            messages.comments_added(notice.application, user=notice.user, comments=comments)
            notice.told_at = now
        notice.waiting_since = None
    notice.save(update_fields=["told_at", "waiting_since"])


def send_comment_notices(*, now: dt.datetime | None = None) -> None:
    """Tell what waited for the end of its hour. Whoever has no access any more is told nothing."""
    now = now or timezone.now()
    due = Q(told_at__isnull=True) | Q(told_at__lte=now - TOLD_EVERY)
    waiting = CommentNotice.objects.filter(due, waiting_since__isnull=False).select_related("application")
    for one in waiting.order_by("pk"):
        with transaction.atomic():
            application = lock_application(one.application)
            notice = application.comment_notices.filter(pk=one.pk, waiting_since__isnull=False).first()
            if notice is None:
                continue
            notice.application = application
            if perms.can_comment(notice.user, application):
                _tell_if_due(notice, now)
            else:
                notice.delete()


@transaction.atomic
def delete_comment(*, comment: ApplicationComment, actor, now: dt.datetime | None = None) -> None:
    """Take back one's own comment: its text is gone, that there was one stays. Twice is once.

    Raises PermissionDenied.
    """
    application = lock_application(comment.application)
    comment = application.comments.select_for_update(of=("self",)).get(pk=comment.pk)
    comment.application = application
    require(perms.can_delete_comment(actor, comment))
    if comment.deleted_at is None:
        comment.text, comment.deleted_at = "", now or timezone.now()
        comment.save(update_fields=["text", "deleted_at"])
