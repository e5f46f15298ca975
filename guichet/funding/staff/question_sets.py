"""« Blocs réutilisables »: Wagtail's own snippet screens, for whoever builds forms."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.panels import FieldPanel
from wagtail.permission_policies import BasePermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.views.snippets import SnippetViewSet

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
    # In our menu, and so not under « Fragments ».
    add_to_admin_menu = True
    menu_hook = "register_funding_menu_item"
    menu_order = 50
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
# Wagtail puts the snippet's own item in the menu.
menu_items: list = []
