"""The frame of our screens in the Wagtail admin: who enters, the page around, the lists.

Wagtail itself sends visitors to sign in and turns away whoever has not the admin's permission; these add our own
rule, so that a group given by mistake opens nothing.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin.forms.search import SearchForm
from wagtail.admin.views.generic.base import BaseListingView

from .errors import InvalidState
from .perms import is_agent

Trail = Sequence[tuple[str, str]]


def staff_view(
    *, back: str, same_object: bool = False
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Wrap a screen for agents. A service's InvalidState is told on the page ``back``.

    ``back`` is a URL name; ``same_object``: it takes the view's ``pk``. An agent who may not act is told so, with 403:
    Wagtail would lead back to the dashboard.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @functools.wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not is_agent(request.user):
                raise PermissionDenied
            try:
                return view(request, *args, **kwargs)
            except InvalidState as problem:
                messages.error(request, str(problem))
                return redirect(back, **({"pk": kwargs["pk"]} if same_object else {}))
            except PermissionDenied:
                title = _("Cette action est réservée")
                return render_page(request, "core/staff/reserved.html", title=title, icon="lock", status=403)

        return wrapped

    return decorate


def render_page(
    request: HttpRequest,
    template: str,
    *,
    title: str,
    icon: str = "",
    trail: Trail = (),
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """A page with Wagtail's header and its trail: ``[(label, url), …]`` from the dashboard to this page's parent."""
    return render(
        request,
        template,
        {
            "page_title": title,
            "header_title": title,
            "header_icon": icon,
            "breadcrumbs_items": breadcrumbs(*trail, (title, "")),
            **context,
        },
        status=status,
    )


def breadcrumbs(*trail: tuple[str, str]) -> list[dict[str, str]]:
    """Wagtail's breadcrumbs, from the dashboard on."""
    home = {"url": reverse("wagtailadmin_home"), "label": _("Accueil")}
    return [home, *({"url": url, "label": label} for label, url in trail)]


class StaffList(BaseListingView):
    """A searchable, filterable list for agents: Wagtail's own, for what its permissions know nothing of.

    Subclasses say how to search (`search_queryset`); ``index_url_name`` and ``index_results_url_name`` are theirs.
    """

    paginate_by = 30
    is_searchable = True
    results_template_name = "core/staff/list_results.html"
    table_classname = "listing guichet-table"
    search_label = ""
    trail: Trail = ()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Agents only."""
        if not is_agent(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        """From the dashboard to this list."""
        return breadcrumbs((str(self.page_title), ""))

    @cached_property
    def search_form(self) -> SearchForm:
        """Wagtail's search box, which says what it looks in."""
        return SearchForm(self.request.GET if "q" in self.request.GET else None, placeholder=self.search_label)
