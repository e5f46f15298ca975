"""What this app adds to the Wagtail admin: addresses, the side menu, the dashboard."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, reverse
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem
from wagtail.admin.ui.components import Component
from wagtail.snippets.models import register_snippet

from guichet.core.perms import is_agent

from .staff import (
    amendments,
    announcing,
    calls,
    decision_announcing,
    decisions,
    dossier,
    dossier_actions,
    extensions,
    final_reports,
    followings,
    forms,
    knowing,
    letters,
    many,
    opinions,
    paying,
    payments,
    programs,
    question_sets,
    queue,
    ranking,
    reviews,
    texts,
    thread,
)

PARTS = (
    queue,
    many,
    thread,
    dossier,
    dossier_actions,
    extensions,
    reviews,
    opinions,
    ranking,
    decisions,
    decision_announcing,
    letters,
    payments,
    paying,
    followings,
    amendments,
    final_reports,
    announcing,
    calls,
    forms,
    programs,
    question_sets,
    knowing,
)


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[URLPattern]:
    """Addresses under /gestion/."""
    return [pattern for part in PARTS for pattern in part.urlpatterns]


class FundingMenuItem(SubmenuMenuItem):
    """« Assistance financière », for agents."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Agents only."""
        return is_agent(request.user)


funding_menu = Menu(register_hook_name="register_funding_menu_item", construct_hook_name="construct_funding_menu")


@hooks.register("register_admin_menu_item")
def register_funding_menu() -> MenuItem:
    """« Assistance »: the whole name does not fit the menu."""
    return FundingMenuItem(gettext_lazy("Assistance"), funding_menu, name="funding", icon_name="tasks", order=18)


@hooks.register("register_funding_menu_item")
def register_applications_menu_item() -> MenuItem:
    """« Demandes »."""
    return MenuItem(
        gettext_lazy("Demandes"),
        reverse("staff_applications"),
        name="staff-applications",
        icon_name=queue.ICON,
        order=10,
    )


@hooks.register("register_funding_menu_item")
def register_decisions_menu_item() -> MenuItem:
    """« Décisions »."""
    return MenuItem(
        gettext_lazy("Décisions"), reverse("staff_decisions"), name="staff-decisions", icon_name="list-ol", order=50
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


@hooks.register("register_funding_menu_item")
def register_knowing_menu_item() -> MenuItem:
    """« Bilan »."""
    return MenuItem(
        gettext_lazy("Bilan"), reverse("staff_knowing"), name="staff-knowing", icon_name=knowing.ICON, order=80
    )


class ApplicationsPanel(Component):
    """« Assistance financière » on the dashboard."""

    name = "staff_applications"
    template_name = "funding/staff/applications_panel.html"
    order = 55

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        """What awaits this person."""
        return {
            "counts": queue.counts_for(parent_context["request"].user),
            "url": reverse("staff_applications"),
        }


@hooks.register("construct_homepage_panels")
def add_applications_panel(request: HttpRequest, panels: list[Component]) -> None:
    """On the dashboard of agents."""
    if is_agent(request.user):
        panels.append(ApplicationsPanel())


for part in (announcing, calls, forms, programs, question_sets):
    for item in part.menu_items:
        hooks.register("register_funding_menu_item", lambda item=item: item)
register_snippet(question_sets.QuestionSetViewSet)
hooks.register("before_delete_snippet", question_sets.keep_used_sets)
register_snippet(texts.LabelViewSet)
register_snippet(texts.CannedTextViewSet)
register_snippet(letters.ReasonViewSet)
