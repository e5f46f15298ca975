"""« Étiquettes » and « Textes types », which staff keep as Wagtail's snippets."""

from __future__ import annotations

from django.utils.translation import gettext_lazy
from wagtail.admin.panels import FieldPanel
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.views.snippets import SnippetViewSet

from guichet.core.perms import is_agent

from ..models import CannedText, Label


class AgentPolicy(ModelPermissionPolicy):
    """Every agent keeps these lists: no group to be in."""

    def user_has_permission(self, user, action: str) -> bool:
        """One action."""
        return is_agent(user)

    def user_has_any_permission(self, user, actions) -> bool:
        """One of several."""
        return is_agent(user)


for model in (Label, CannedText):
    register_permission_policy(model, AgentPolicy(model))


class LabelViewSet(SnippetViewSet):
    """« Étiquettes »: removing one takes it off the applications, which do not change otherwise."""

    model = Label
    icon = "tag"
    menu_label = gettext_lazy("Étiquettes")
    menu_hook = "register_funding_menu_item"
    menu_order = 80
    add_to_reference_index = False
    copy_view_enabled = False
    search_backend_name = None
    search_fields = ["name"]
    list_display = ["name"]
    list_per_page = 100
    ordering = ["name"]
    panels = [FieldPanel("name")]


class CannedTextViewSet(SnippetViewSet):
    """« Textes types »."""

    model = CannedText
    icon = "doc-full"
    menu_label = gettext_lazy("Textes types")
    menu_hook = "register_funding_menu_item"
    menu_order = 90
    add_to_reference_index = False
    search_backend_name = None
    search_fields = ["title", "text"]
    list_display = ["title", "purpose"]
    list_filter = ["purpose"]
    list_per_page = 100
    ordering = ["purpose", "title"]
    panels = [FieldPanel("purpose"), FieldPanel("title"), FieldPanel("text")]
