"""Who is writing in a draft right now, and what colleagues say to each other about it."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .applications import Application

# Whoever opened or saved a section is taken to write in it for this long.
WRITING_FOR = dt.timedelta(minutes=2)


class SectionVisit(models.Model):
    """The section of a draft that somebody opened or saved last: one row a person and draft."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="visits")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    section = models.CharField(max_length=40)
    seen_at = models.DateTimeField()

    class Meta:
        verbose_name = _("passage dans une section")
        verbose_name_plural = _("passages dans les sections")
        constraints = [models.UniqueConstraint(fields=["application", "user"], name="visit_one_per_person_and_draft")]

    def __str__(self) -> str:
        return f"{self.user} · {self.section}"


class ApplicationComment(models.Model):
    """A word between colleagues of the fiche about their application. The body never sees it."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("par"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    author_name = models.CharField(max_length=250)
    text = models.TextField(_("commentaire"))
    at = models.DateTimeField(_("écrit"), default=timezone.now)
    # Its author took it back: the text is gone, that it was there is not.
    deleted_at = models.DateTimeField(_("supprimé"), null=True, blank=True)

    class Meta:
        verbose_name = _("commentaire entre collègues")
        verbose_name_plural = _("commentaires entre collègues")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.author_name} · {self.at:%Y-%m-%d}"


class CommentNotice(models.Model):
    """What one colleague was told by e-mail of an application's comments: one row a person and application.

    ``told_at``: when the last e-mail left; ``waiting_since``: of when is the oldest comment that no e-mail told yet.
    """

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="comment_notices")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    told_at = models.DateTimeField(null=True, blank=True)
    waiting_since = models.DateTimeField(null=True, blank=True, db_index=True)

    class Meta:
        verbose_name = _("avis de commentaires")
        verbose_name_plural = _("avis de commentaires")
        constraints = [models.UniqueConstraint(fields=["application", "user"], name="comment_notice_one_per_person")]

    def __str__(self) -> str:
        return f"{self.user} · {self.application}"
