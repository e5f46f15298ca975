"""What this app adds to the Wagtail admin: addresses, the side menu."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import URLPattern, reverse
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

from guichet.core.perms import is_agent

from .staff import amendments, final_reports, followings, paying, payments


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[URLPattern]:
    """Addresses under /gestion/."""
    found: list[URLPattern] = []
    for part in (payments, paying, followings, amendments, final_reports):
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
def register_payments_menu_item() -> MenuItem:
    """« Versements »."""
    return MenuItem(
        gettext_lazy("Versements"), reverse("staff_payments"), name="staff-payments", icon_name="tasks", order=60
    )


@hooks.register("register_funding_menu_item")
def register_followings_menu_item() -> MenuItem:
    """« Suites et archives »."""
    return MenuItem(
        gettext_lazy("Suites et archives"),
        reverse("staff_followings"),
        name="staff-followings",
        icon_name="pick",
        order=70,
    )
