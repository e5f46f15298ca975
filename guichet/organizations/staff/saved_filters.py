"""« Filtres enregistrés »: the list of fiches under a name, one's own or the team's."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from guichet.core.errors import InvalidState
from guichet.core.staff_frame import render_page, staff_view

from .. import perms, services
from ..models import SavedFilter
from .bulk_forms import SavedFilterForm
from .fiche_asking import asked_query

ICON = "folder-open-inverse"


def _trail(*, deeper: bool = True) -> list[tuple[str, str]]:
    trail = [(_("Fiches"), reverse("staff_fiches"))]
    return [*trail, (_("Filtres enregistrés"), reverse("staff_filters"))] if deeper else trail


@require_safe
@staff_view(back="staff_fiches")
def saved_filters(request: HttpRequest) -> HttpResponse:
    """All those that one sees, with what one may do with each."""
    listing = reverse("staff_fiches")
    rows = [
        {
            "saved": saved,
            "url": f"{listing}?{saved.query}",
            "is_own": saved.owner_id == request.user.pk,
            "can_change": perms.can_change_filter(request.user, saved),
        }
        for saved in SavedFilter.objects.visible_to(request.user).select_related("owner")
    ]
    return render_page(
        request,
        "organizations/staff/filters.html",
        title=_("Filtres enregistrés"),
        icon=ICON,
        trail=_trail(deeper=False),
        rows=rows,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_view(back="staff_fiches")
def add(request: HttpRequest) -> HttpResponse:
    """« Enregistrer ce filtre »: what the address asks of the list."""
    query = asked_query(request.GET)
    if not query:
        raise InvalidState(_("Il n’y a rien à enregistrer : cherchez ou filtrez d’abord."))
    form = SavedFilterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            saved = services.save_filter(query=query, actor=request.user, **form.cleaned_data)
        except InvalidState as problem:
            form.add_error("name", str(problem))
        else:
            messages.success(request, _("Le filtre « %(name)s » est enregistré.") % {"name": saved})
            return redirect(f"{reverse('staff_fiches')}?{query}")
    return render_page(
        request,
        "organizations/staff/filter_form.html",
        title=_("Enregistrer ce filtre"),
        icon=ICON,
        trail=_trail(),
        form=form,
        back=f"{reverse('staff_fiches')}?{query}",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_view(back="staff_filters")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """« Renommer »: the name, and who sees it."""
    saved = _find(request, pk)
    form = SavedFilterForm(request.POST or None, initial={"name": saved.name, "is_shared": saved.is_shared})
    if request.method == "POST" and form.is_valid():
        try:
            services.change_filter(saved=saved, actor=request.user, **form.cleaned_data)
        except InvalidState as problem:
            form.add_error("name", str(problem))
        else:
            messages.success(request, _("Le filtre est à jour."))
            return redirect("staff_filters")
    return render_page(
        request,
        "organizations/staff/filter_form.html",
        title=saved.name,
        icon=ICON,
        trail=_trail(),
        form=form,
        back=reverse("staff_filters"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_view(back="staff_filters")
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """« Supprimer », after a page that says whom it concerns."""
    saved = _find(request, pk)
    if request.method == "POST":
        services.delete_filter(saved=saved, actor=request.user)
        messages.success(request, _("Le filtre « %(name)s » est supprimé.") % {"name": saved})
        return redirect("staff_filters")
    return render_page(
        request,
        "organizations/staff/filter_delete.html",
        title=_("Supprimer"),
        icon=ICON,
        trail=[*_trail(), (saved.name, "")],
        saved=saved,
    )


def _find(request: HttpRequest, pk: int) -> SavedFilter:
    """The filter, in what the person may know of; whoever only uses it may not change it."""
    saved = get_object_or_404(SavedFilter.objects.visible_to(request.user).select_related("owner"), pk=pk)
    if not perms.can_change_filter(request.user, saved):
        raise PermissionDenied
    return saved
