"""« Blocs réutilisables »: Wagtail's own snippet screens, for whoever builds forms."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.panels import FieldPanel
from wagtail.permission_policies import BasePermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.views.snippets import SnippetViewSet

from guichet.core.wagtail_hooks import AgentMenuItem

from .. import perms, services
from ..models import QuestionSet


class BuilderPolicy(BasePermissionPolicy):
    """Whoever builds forms does all of it; nobody else does anything."""

    def user_has_permission(self, user, action: str) -> bool:
        """One action."""
        return perms.can_build_forms(user)

    def users_with_any_permission(self, actions):
        """Wagtail asks for whom to notify: nobody is."""
        return QuestionSet.objects.none()


register_permission_policy(QuestionSet, BuilderPolicy(QuestionSet))


class QuestionSetViewSet(SnippetViewSet):
    """The list, and the pages to build on."""

    model = QuestionSet
    icon = "copy"
    menu_label = gettext_lazy("Blocs réutilisables")
    copy_view_enabled = False
    add_to_reference_index = False
    search_fields = ["name"]
    search_backend_name = None
    ordering = ["name"]
    list_display = ["name", "updated_at"]
    panels = [FieldPanel("name"), FieldPanel("body")]


def keep_used_sets(request: HttpRequest, instances: Iterable) -> HttpResponse | None:
    """Refuse to delete a reusable block that a form has: the form would be left with a hole."""
    for question_set in instances:
        if isinstance(question_set, QuestionSet) and (forms := services.forms_with(question_set)):
            messages.error(
                request,
                _("Le bloc « %(block)s » sert à ces formulaires : %(forms)s. Retirez-le d’abord de chacun.")
                % {"block": question_set, "forms": ", ".join(f"«\u00a0{form}\u00a0»" for form in forms)},
            )
            return redirect(QuestionSetViewSet().get_url_name("list"))
    return None


urlpatterns: list = []
menu_items = [
    AgentMenuItem(
        gettext_lazy("Blocs réutilisables"),
        reverse_lazy("wagtailsnippets_funding_questionset:list"),
        name="staff-question-sets",
        icon_name="copy",
        order=50,
    )
]
