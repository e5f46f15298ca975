"""« Assistance financière » in the Wagtail admin: the addresses and the menu of each part of `staff`."""

from __future__ import annotations

from django.urls import URLPattern
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem
from wagtail.snippets.models import register_snippet

from .staff import announcing, calls, forms, programs, question_sets

PARTS = (
    announcing,
    calls,
    forms,
    programs,
    question_sets,
)


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[URLPattern]:
    """Addresses under /gestion/."""
    return [pattern for part in PARTS for pattern in part.urlpatterns]


@hooks.register("register_admin_menu_item")
def register_funding_menu() -> MenuItem:
    """One menu for all."""
    items = [item for part in PARTS for item in part.menu_items]
    return SubmenuMenuItem(
        gettext_lazy("Assistance financière"),
        Menu(register_hook_name="register_funding_menu_item", items=items),
        name="staff-funding",
        icon_name="tasks",
        order=12,
    )


register_snippet(question_sets.QuestionSetViewSet)
hooks.register("before_delete_snippet", question_sets.keep_used_sets)
