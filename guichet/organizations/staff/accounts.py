"""What Wagtail's own screens of users must not do: take away a fiche's last gestionnaire, or a person's history."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from guichet.accounts.models import User

from .. import services


def keep_person(request: HttpRequest, user: User) -> HttpResponse:
    """People are never deleted here: what they decided stays theirs. Their account can be closed instead."""
    messages.error(
        request, _("Une personne ne se supprime pas : ses décisions restent à son nom. Désactivez plutôt son compte.")
    )
    return redirect("wagtailusers_users:edit", user.pk)


def keep_managers(request: HttpRequest, user: User) -> HttpResponse | None:
    """Refuse to close the account of somebody who is the only gestionnaire of a fiche."""
    closes = request.method == "POST" and user.is_active and "is_active" not in request.POST and user != request.user
    left = services.fiches_left_without_manager(user) if closes else []
    if not left:
        return None
    messages.error(
        request,
        _("%(person)s est la seule personne gestionnaire de : %(fiches)s. Nommez d’abord quelqu’un d’autre.")
        % {"person": user, "fiches": ", ".join(str(fiche) for fiche in left)},
    )
    return redirect("wagtailusers_users:edit", user.pk)


def keep_people_in_bulk(
    request: HttpRequest, action_type: str, objects: list[Any], action: Any
) -> HttpResponse | None:
    """Deleting and closing accounts is done one by one, where the fiches are looked at."""
    if not issubclass(action.model, User) or action_type not in {"delete", "set_active_state"}:
        return None
    messages.error(request, _("Les comptes se ferment un à un, à partir de la page de chaque personne."))
    return redirect("wagtailusers_users:index")
