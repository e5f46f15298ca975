"""Filters of a list under a name, one's own or the team's: « Filtres enregistrés » of the fiches, and other lists."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guichet.core.errors import InvalidState
from guichet.core.staff_frame import StaffList, Trail, render_page, staff_view

from .. import perms, services
from ..enums import Listing
from ..models import SavedFilter
from .bulk_forms import SavedFilterForm

Words = str | Promise
# Of an address of a list, what is not asked of it: the page, what was ticked, what scripts add, that all is wanted.
ALL = "toutes"
_NOT_ASKED = {"p", "id", "next", "_w_filter_fragment", "csrfmiddlewaretoken", ALL}


def asked_query(data: QueryDict) -> str:
    """What an address asks of a list, as a query string."""
    asked = QueryDict(mutable=True)
    for name, values in data.lists():
        if name not in _NOT_ASKED and any(values):
            asked.setlist(name, [value for value in values if value])
    return asked.urlencode()


def _sorted(query: str) -> list[tuple[str, list[str]]]:
    return sorted((name, sorted(values)) for name, values in QueryDict(query).lists())


class SavingList(StaffList):
    """A list that offers its saved filters, and opens on the one that the person chose."""

    listing: Listing

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """An address that asks nothing opens on what the person wants to see first."""
        if not request.GET and not self.results_only:
            first = SavedFilter.objects.first_of(request.user, self.listing)
            if first is not None:
                return redirect(f"{reverse(self.index_url_name)}?{first.query}")
        return super().get(request, *args, **kwargs)

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The list's, with what is asked of it, and the saved filters."""
        query = asked_query(self.request.GET)
        return super().get_context_data(*args, **kwargs) | {
            "asked": query,
            "saved_filters": self._saved_filters(query),
            "all_url": f"{reverse(self.index_url_name)}?{ALL}=1",
        }

    def _saved_filters(self, query: str) -> list[dict[str, Any]]:
        """The person's and the team's, as links."""
        listing = reverse(self.index_url_name)
        now = _sorted(query)
        offered = SavedFilter.objects.of(self.listing).offered_to(self.request.user)
        return [
            {
                "name": saved.name,
                "url": f"{listing}?{saved.query}",
                "is_now": _sorted(saved.query) == now,
                "by": "" if saved.owner_id == self.request.user.pk else str(saved.owner),
            }
            for saved in offered.select_related("owner")
        ]


@dataclass(frozen=True)
class SavedScreens:
    """The screens of one list's saved filters. ``prefix``: of their names; ``index``: the list's own name.

    ``query_of`` says what of a request is kept; the rest are words.
    """

    listing: Listing
    index: str
    prefix: str
    list_title: Words
    title: Words
    add_title: Words
    help_text: Words
    shared_help: Words
    nothing: Words
    nothing_to_save: Words
    saved: Words
    changed: Words
    deleted: Words
    delete_heading: Words
    delete_note: Words
    delete_shared_note: Words
    back: Words
    query_of: Callable[[HttpRequest], str] = lambda request: asked_query(request.GET)

    def patterns(self, base: str) -> list[URLPattern]:
        """Their addresses, below ``base``."""
        to_list = staff_view(back=self.index)
        to_all = staff_view(back=f"{self.prefix}s")
        both = require_http_methods(["GET", "HEAD", "POST"])
        named = [
            ("", "s", require_safe(to_list(self.every))),
            ("enregistrer/", "_add", both(to_list(self.add))),
            ("<int:pk>/modifier/", "_edit", both(to_all(self.edit))),
            ("<int:pk>/supprimer/", "_delete", both(to_all(self.delete))),
            ("<int:pk>/ouvrir-en-premier/", "_first", require_POST(to_all(self.open_first))),
            ("tout-ouvrir-en-premier/", "_none_first", require_POST(to_all(self.open_all_first))),
        ]
        return [path(base + end, view, name=self.prefix + name) for end, name, view in named]

    def _trail(self, *, deeper: bool = True) -> Trail:
        trail = [(str(self.list_title), reverse(self.index))]
        return [*trail, (str(self.title), reverse(f"{self.prefix}s"))] if deeper else trail

    def _page(
        self, request: HttpRequest, template: str, *, title: Words, trail: Trail, **context: Any
    ) -> HttpResponse:
        return render_page(
            request,
            f"organizations/staff/{template}.html",
            title=str(title),
            icon="folder-open-inverse",
            trail=trail,
            screens=self,
            every_url=reverse(f"{self.prefix}s"),
            **context,
        )

    def every(self, request: HttpRequest) -> HttpResponse:
        """All those that one sees, with what one may do with each."""
        listing = reverse(self.index)
        visible = SavedFilter.objects.of(self.listing).visible_to(request.user).with_first(request.user)
        rows = [
            {
                "saved": saved,
                "url": f"{listing}?{saved.query}",
                "is_own": saved.owner_id == request.user.pk,
                "can_change": perms.can_change_filter(request.user, saved),
                # An admin also sees those that others keep to themselves: no list of theirs opens on one.
                "can_open_first": saved.is_shared or saved.owner_id == request.user.pk,
                **{action: self._address(action, saved) for action in ("edit", "delete", "first")},
            }
            for saved in visible.select_related("owner")
        ]
        none_first_url = reverse(f"{self.prefix}_none_first")
        trail = self._trail(deeper=False)
        return self._page(
            request, "filters", title=self.title, trail=trail, rows=rows, index=listing, none_first_url=none_first_url
        )

    def _address(self, action: str, saved: SavedFilter) -> str:
        return reverse(f"{self.prefix}_{action}", args=[saved.pk])

    def _form(self, request: HttpRequest, saved: SavedFilter | None = None) -> SavedFilterForm:
        initial = {"name": saved.name, "is_shared": saved.is_shared} if saved else None
        return SavedFilterForm(request.POST or None, initial=initial, screens=self)

    def add(self, request: HttpRequest) -> HttpResponse:
        """« Enregistrer »: what the address asks of the list."""
        query = self.query_of(request)
        if not query:
            raise InvalidState(str(self.nothing_to_save))
        back = f"{reverse(self.index)}?{query}"
        form = self._form(request)
        if request.method == "POST" and form.is_valid():
            try:
                saved = services.save_filter(
                    listing=self.listing, query=query, actor=request.user, **form.cleaned_data
                )
            except InvalidState as problem:
                form.add_error("name", str(problem))
            else:
                messages.success(request, str(self.saved) % {"name": saved})
                return redirect(back)
        return self._page(request, "filter_form", title=self.add_title, trail=self._trail(), form=form, back=back)

    def edit(self, request: HttpRequest, pk: int) -> HttpResponse:
        """« Renommer »: the name, and who sees it."""
        saved = self._find(request, pk)
        form = self._form(request, saved)
        if request.method == "POST" and form.is_valid():
            try:
                services.change_filter(saved=saved, actor=request.user, **form.cleaned_data)
            except InvalidState as problem:
                form.add_error("name", str(problem))
            else:
                messages.success(request, str(self.changed))
                return redirect(f"{self.prefix}s")
        back = reverse(f"{self.prefix}s")
        return self._page(request, "filter_form", title=saved.name, trail=self._trail(), form=form, back=back)

    def delete(self, request: HttpRequest, pk: int) -> HttpResponse:
        """« Supprimer », after a page that says whom it concerns."""
        saved = self._find(request, pk)
        if request.method == "POST":
            services.delete_filter(saved=saved, actor=request.user)
            messages.success(request, str(self.deleted) % {"name": saved})
            return redirect(f"{self.prefix}s")
        return self._page(
            request,
            "filter_delete",
            title=_("Supprimer"),
            trail=[*self._trail(), (saved.name, "")],
            saved=saved,
            heading=str(self.delete_heading) % {"name": saved},
        )

    def open_first(self, request: HttpRequest, pk: int) -> HttpResponse:
        """« Ouvrir en premier »."""
        offered = SavedFilter.objects.of(self.listing).offered_to(request.user)
        saved = get_object_or_404(offered, pk=pk)
        services.open_first(saved=saved, actor=request.user)
        messages.success(request, _("La liste s’ouvre maintenant sur « %(name)s ».") % {"name": saved})
        return redirect(f"{self.prefix}s")

    def open_all_first(self, request: HttpRequest) -> HttpResponse:
        """« Ne plus ouvrir en premier »."""
        services.open_all_first(listing=self.listing, actor=request.user)
        messages.success(request, _("La liste s’ouvre de nouveau sans filtre."))
        return redirect(f"{self.prefix}s")

    def _find(self, request: HttpRequest, pk: int) -> SavedFilter:
        """The filter, in what the person may know of; whoever only uses it may not change it."""
        visible = SavedFilter.objects.of(self.listing).visible_to(request.user)
        saved = get_object_or_404(visible.select_related("owner"), pk=pk)
        if not perms.can_change_filter(request.user, saved):
            raise PermissionDenied
        return saved


of_fiches = SavedScreens(
    listing=Listing.FICHES,
    index="staff_fiches",
    prefix="staff_filter",
    list_title=gettext_lazy("Fiches"),
    title=gettext_lazy("Filtres enregistrés"),
    add_title=gettext_lazy("Enregistrer ce filtre"),
    help_text=gettext_lazy("Par exemple : Clubs sans courriel."),
    shared_help=gettext_lazy("Toute l’équipe le voit dans la liste des fiches."),
    nothing=gettext_lazy(
        "Aucun filtre enregistré. Cherchez ou filtrez dans la liste des fiches, puis « Enregistrer ce filtre »."
    ),
    nothing_to_save=gettext_lazy("Il n’y a rien à enregistrer : cherchez ou filtrez d’abord."),
    saved=gettext_lazy("Le filtre « %(name)s » est enregistré."),
    changed=gettext_lazy("Le filtre est à jour."),
    deleted=gettext_lazy("Le filtre « %(name)s » est supprimé."),
    delete_heading=gettext_lazy("Supprimer le filtre « %(name)s »"),
    delete_note=gettext_lazy("Les fiches ne changent pas."),
    delete_shared_note=gettext_lazy("Toute l’équipe le perd. Les fiches ne changent pas."),
    back=gettext_lazy("Retour aux fiches"),
)
