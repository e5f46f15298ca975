"""Questions that several forms ask: written once, copied into each form when it is published."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.fields import StreamField

from ..blocks import QuestionsBlock


class QuestionSet(models.Model):
    """« Bloc réutilisable »."""

    name = models.CharField(_("nom"), max_length=120, unique=True)
    body = StreamField(QuestionsBlock(), verbose_name=_("questions"))
    updated_at = models.DateTimeField(_("modifié"), auto_now=True)

    class Meta:
        verbose_name = _("bloc réutilisable")
        verbose_name_plural = _("blocs réutilisables")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
