"""The pages of the directory."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from guichet.core.limits import may_go_on
from guichet.core.messages import absolute_url
from guichet.organizations import services
from guichet.organizations.map_tiles import allows_map_tiles
from guichet.organizations.models import DirectoryEntry, FicheFile, Organization
from guichet.organizations.values import files_in
from guichet.organizations.views.files import picture_response

from .forms import ErrorReportForm
from .pages import facts_of, map_of, pictures_of
from .search import ENTRIES_PER_PAGE, Search

BIGGEST_NUMBER = 2**63 - 1


@require_safe
@allows_map_tiles
def directory(request: HttpRequest) -> HttpResponse:
    """« Répertoire »: the search, its filters, the map, the results."""
    search = Search(request.GET)
    # The filters' counts tell how many there are.
    found = Paginator(range(search.total), ENTRIES_PER_PAGE).get_page(request.GET.get("page", "")[:9])
    found.object_list = search.entries(found.object_list.start)
    return render(
        request,
        "website/directory/directory.html",
        {
            "search": search,
            "groups": search.groups,
            "base_url": settings.BASE_URL,
            "found": found,
            "map": map_of(search) if found else "",
        },
    )


def _entry(pk: int) -> DirectoryEntry:
    # SQLite holds no greater number, and says so by an error.
    if pk > BIGGEST_NUMBER:
        raise Http404
    return get_object_or_404(DirectoryEntry.objects.select_related("municipality__mrc"), pk=pk)


def _lead_on(pk: int) -> HttpResponse:
    """To the page of the fiche that this one was merged into: for good once that may not be undone any more."""
    merged = get_object_or_404(
        Organization.objects.select_related("merged_into__directory_entry"),
        pk=pk,
        merged_into__directory_entry__isnull=False,
    )
    return redirect(merged.merged_into.directory_entry, permanent=services.is_merged_for_good(merged))


@require_safe
def entry(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """An organisation's page: its number is what lasts, another name leads to the right one."""
    try:
        shown = _entry(pk)
    except Http404:
        if pk > BIGGEST_NUMBER:
            raise
        return _lead_on(pk)
    if slug != shown.slug:
        return redirect(shown, permanent=True)
    logo, pictures = pictures_of(shown)
    on_networks = logo or (pictures[0] if pictures else None)
    return render(
        request,
        "website/directory/entry.html",
        {
            "entry": shown,
            "logo": logo,
            "pictures": pictures,
            "image": absolute_url(on_networks.large) if on_networks else "",
            "description": shown.data.get("description", ""),
            "facts": facts_of(shown),
            "address": absolute_url(shown.get_absolute_url()),
        },
    )


@require_safe
@cache_control(public=True, max_age=3600)
def picture(request: HttpRequest, pk: int, file_id: int, size: str) -> HttpResponse:
    """A picture of an organisation's page, while it is public."""
    shown = _entry(pk)
    named = [*files_in("logo", shown.data.get("logo")), *files_in("pictures", shown.data.get("pictures"))]
    if file_id not in named:
        raise Http404
    return picture_response(get_object_or_404(FicheFile, pk=file_id, organization=pk), size)


@require_http_methods(["GET", "HEAD", "POST"])
def report_error(request: HttpRequest, pk: int) -> HttpResponse:
    """« Signaler une erreur »."""
    shown = _entry(pk)
    form = ErrorReportForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        if may_go_on(request, "error_report"):
            # Whoever filled in what nobody sees believes to have succeeded.
            if not form.cleaned_data["subject"]:
                services.report_error(
                    entry=shown,
                    message=form.cleaned_data["message"],
                    email=form.cleaned_data["email"],
                    page=absolute_url(shown.get_absolute_url()),
                )
            messages.success(request, _("Merci : votre message est parti. La page sera vérifiée."))
            return redirect(shown)
        form.add_error(None, _("Trop de messages en peu de temps. Réessayez dans une heure."))
        status = 429
    return render(request, "website/directory/report_error.html", {"entry": shown, "form": form}, status=status)
