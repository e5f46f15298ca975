"""What the core adds to the Wagtail admin: « Courriels », its panel, our few styles."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component

from . import staff
from .perms import is_agent


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[URLPattern]:
    """Addresses under /gestion/."""
    return [
        path("courriels/", staff.MessageList.as_view(), name="staff_messages"),
        path("courriels/resultats/", staff.MessageList.as_view(results_only=True), name="staff_messages_results"),
        path("courriels/<int:pk>/", staff.message, name="staff_message"),
        path("courriels/<int:pk>/renvoyer/", staff.send_again, name="staff_message_send_again"),
    ]


class AgentMenuItem(MenuItem):
    """An item of the side menu, for agents."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Agents only."""
        return is_agent(request.user)


@hooks.register("register_admin_menu_item")
def register_messages_menu_item() -> MenuItem:
    """« Courriels »."""
    return AgentMenuItem(_("Courriels"), reverse("staff_messages"), name="staff-messages", icon_name="mail", order=40)


class MessagesPanel(Component):
    """Nothing while all leaves; a warning when messages were given up."""

    name = "staff_messages"
    template_name = "core/staff/messages_panel.html"
    order = 60

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        """The count of failures."""
        return staff.panel_context()


@hooks.register("construct_homepage_panels")
def add_messages_panel(request: HttpRequest, panels: list[Component]) -> None:
    """On the dashboard of agents."""
    if is_agent(request.user):
        panels.append(MessagesPanel())


@hooks.register("insert_global_admin_css")
def staff_styles() -> SafeString:
    """The few styles that Wagtail's own do not have."""
    return format_html('<link rel="stylesheet" href="{}">', static("core/staff.css"))
