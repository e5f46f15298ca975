"""What this app adds to the Wagtail admin: addresses, the side menu."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import URLPattern, reverse
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem
from wagtail.snippets.models import register_snippet

from guichet.core.perms import is_agent

from .staff import announcing, decisions, letters, ranking


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[URLPattern]:
    """Addresses under /gestion/."""
    found: list[URLPattern] = []
    for part in (ranking, decisions, announcing, letters):
        found += part.urlpatterns
    return found


class FundingMenuItem(SubmenuMenuItem):
    """« Assistance financière », for agents."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Agents only."""
        return is_agent(request.user)


funding_menu = Menu(register_hook_name="register_funding_menu_item", construct_hook_name="construct_funding_menu")


@hooks.register("register_admin_menu_item")
def register_funding_menu() -> MenuItem:
    """« Assistance financière »."""
    return FundingMenuItem(
        gettext_lazy("Assistance financière"), funding_menu, name="funding", icon_name="tasks", order=18
    )


@hooks.register("register_funding_menu_item")
def register_decisions_menu_item() -> MenuItem:
    """« Décisions »."""
    return MenuItem(
        gettext_lazy("Décisions"), reverse("staff_decisions"), name="staff-decisions", icon_name="list-ol", order=50
    )


register_snippet(letters.ReasonViewSet)
