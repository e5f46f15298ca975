"""« Listes »: the activities, clientèles and accessibility measures, which the staff keep as Wagtail's snippets."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy
from wagtail.admin.panels import FieldPanel
from wagtail.admin.ui.tables import BooleanColumn
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.views.snippets import EditView, SnippetViewSet, SnippetViewSetGroup

from guichet.core.perms import is_agent

from .. import services
from ..models import AccessFeature, Activity, Clientele


class AgentPolicy(ModelPermissionPolicy):
    """Django's permissions, for agents alone: a group given by mistake opens nothing."""

    def user_has_permission(self, user, action: str) -> bool:
        """One action."""
        return is_agent(user) and super().user_has_permission(user, action)

    def user_has_any_permission(self, user, actions) -> bool:
        """One of several."""
        return is_agent(user) and super().user_has_any_permission(user, actions)


for model in (Activity, Clientele, AccessFeature):
    register_permission_policy(model, AgentPolicy(model))


class ChoiceEditView(EditView):
    """One choice: another name reaches the directory too."""

    def save_instance(self) -> models.Model:
        """Save, and queue what follows in the same transaction."""
        choice = super().save_instance()
        if "name" in self.form.changed_data:
            services.choice_renamed(choice=choice)
        return choice


class ListViewSet(SnippetViewSet):
    """One list: its choices by name, those that are no longer offered marked so."""

    icon = "list-ul"
    add_to_reference_index = False
    copy_view_enabled = False
    edit_view_class = ChoiceEditView
    list_per_page = 100
    list_filter = ["is_archived"]
    search_fields = ["name"]
    # Few rows, and no index of them: the database looks.
    search_backend_name = None
    ordering = ["name"]
    list_display = ["name", BooleanColumn("is_archived", label=gettext_lazy("Archivé"), sort_key="is_archived")]
    panels = [FieldPanel("name"), FieldPanel("is_archived")]


class ActivityViewSet(ListViewSet):
    """« Activités », by family."""

    model = Activity
    menu_label = gettext_lazy("Activités")
    list_display = [
        "name",
        "family",
        BooleanColumn("is_archived", label=gettext_lazy("Archivé"), sort_key="is_archived"),
    ]
    list_filter = ["family", "is_archived"]
    search_fields = ["name", "family"]
    ordering = ["family", "name"]
    panels = [FieldPanel("name"), FieldPanel("family"), FieldPanel("is_archived")]


class ClienteleViewSet(ListViewSet):
    """« Clientèles »."""

    model = Clientele
    menu_label = gettext_lazy("Clientèles")


class AccessFeatureViewSet(ListViewSet):
    """« Accessibilité »."""

    model = AccessFeature
    menu_label = gettext_lazy("Accessibilité")


class ListsGroup(SnippetViewSetGroup):
    """The three in one submenu."""

    items = (ActivityViewSet, ClienteleViewSet, AccessFeatureViewSet)
    menu_label = gettext_lazy("Listes")
    menu_icon = "list-ul"
    menu_name = "staff-lists"
    menu_order = 40
