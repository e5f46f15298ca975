"""What colleagues of a fiche say to each other about an application. The body never sees it."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from guichet.core.errors import InvalidState

from .. import perms
from ..models import Application, ApplicationComment
from .base import lock_application, require

COMMENT_LENGTH = 2000
COMMENTS_AT_MOST = 500


@transaction.atomic
def add_comment(*, application: Application, text: str, actor) -> ApplicationComment:
    """Leave a word for the colleagues. Raises PermissionDenied; InvalidState past `COMMENTS_AT_MOST`."""
    application = lock_application(application)
    require(perms.can_comment(actor, application))
    if application.comments.count() >= COMMENTS_AT_MOST:
        raise InvalidState(_("Cette demande a déjà beaucoup de commentaires : aucun ne s’ajoute."))
    return ApplicationComment.objects.create(
        application=application, author=actor, author_name=str(actor)[:250], text=text[:COMMENT_LENGTH]
    )
