"""The versions of a fiche: who changed what and when, and coming back to one of them."""

from __future__ import annotations

import itertools

from django.core.paginator import Paginator
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from .. import services
from ..content import NOT_RESTORED
from ..differences import changed_names, compare
from ..models import Organization
from ..values import LISTS, content_of, labels_of
from .scope import area_context, fiche_view
from .sections import tell_saved


@require_safe
@fiche_view()
def versions(request: HttpRequest, organization: Organization) -> HttpResponse:
    """« Versions »: newest first, with the fields that each one changed."""
    page = Paginator(services.versions(organization), 20).get_page(request.GET.get("page"))
    # One more than the page: its last version is told by the one before it.
    start = max(page.start_index() - 1, 0)
    revisions = list(services.versions(organization)[start : start + 21])
    rows = [
        {
            "revision": revision,
            "fields": labels_of(changed_names(older.content, revision.content)) if older else "",
            "is_first": older is None,
        }
        for revision, older in itertools.pairwise([*revisions, None])
    ][:20]
    context = area_context(request, organization, "account")
    return render(
        request,
        "organizations/versions.html",
        {**context, "page": page, "rows": rows, "newest": organization.latest_revision_id},
    )


@require_safe
@fiche_view()
def version(request: HttpRequest, organization: Organization, revision_id: int) -> HttpResponse:
    """One version: how it differs from today's fiche."""
    revision = get_object_or_404(services.versions(organization), pk=revision_id)
    prefetch_related_objects([organization], *LISTS)
    today = content_of(organization)
    names = changed_names(revision.content, today)
    context = area_context(request, organization, "account")
    return render(
        request,
        "organizations/version.html",
        {
            **context,
            "revision": revision,
            "rows": [compare(organization, name, today[name], revision.content[name]) for name in names],
            "can_restore": organization.is_active and bool(set(names) - NOT_RESTORED),
            "keeps_visibility": bool(set(names) & {"is_listed", "public_fields"}),
        },
    )


@require_POST
@fiche_view(back="organizations:fiche")
def restore(request: HttpRequest, organization: Organization, revision_id: int) -> HttpResponse:
    """« Revenir à cette version »: in force where the person may, proposed elsewhere."""
    revision = get_object_or_404(services.versions(organization), pk=revision_id)
    saved = services.restore_version(organization=organization, revision=revision, actor=request.user)
    tell_saved(request, saved)
    return redirect("organizations:fiche", organization.pk)
