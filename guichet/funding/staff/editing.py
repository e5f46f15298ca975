"""Wagtail's own editing interface, for what its permissions know nothing of: forms, calls, programmes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from wagtail.admin.panels import ObjectList
from wagtail.fields import StreamField

from guichet.core.staff_frame import render_page


def _require_streams(instance: models.Model, request: HttpRequest) -> None:
    """Raise BadRequest without the count of a stream's blocks: Wagtail reads it and does not look whether it came."""
    names = [field.name for field in instance._meta.fields if isinstance(field, StreamField)]
    if not all(f"{name}-count" in request.POST for name in names):
        raise BadRequest


class Editor:
    """A model's panels, its form, and the page around them."""

    def __init__(self, handler: ObjectList, instance: models.Model, request: HttpRequest, **initial: Any) -> None:
        self.request = request
        if request.method == "POST":
            _require_streams(instance, request)
        form_class = handler.get_form_class()
        data = (request.POST, request.FILES) if request.method == "POST" else (None, None)
        self.form = form_class(*data, instance=instance, for_user=request.user, initial=initial or None)
        self.panel = handler.get_bound_panel(instance=instance, request=request, form=self.form)

    def is_valid(self) -> bool:
        """Whether something was sent that can be saved; says on top of the page that it cannot."""
        if self.request.method != "POST":
            return False
        if self.form.is_valid():
            return True
        messages.error(self.request, _("Rien n’est enregistré : corrigez ce qui est marqué en rouge."))
        return False

    def refuse(self, problem: Exception) -> None:
        """Show the form again, with why it was not saved."""
        self.form.add_error(None, str(problem))

    def page(self, template: str, *, title: str, **context: Any) -> HttpResponse:
        """The page, with Wagtail's scripts for its panels."""
        return render_page(
            self.request,
            template,
            title=title,
            form=self.form,
            panel=self.panel,
            media=self.panel.media + self.form.media,
            **{"action_url": "", **context},
        )
