"""« Vos demandes »: what is open, what is under way, and the archives."""

from __future__ import annotations

from itertools import groupby

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_safe

from guichet.core.shared import shared_settings
from guichet.organizations.models import Organization
from guichet.organizations.views.scope import area_context, fiche_view

from .. import queries
from ..models import Application, closing_for
from ..steps import next_action, steps_of, tone_of


@require_safe
@fiche_view()
def applications(request: HttpRequest, organization: Organization) -> HttpResponse:
    """« Vos demandes »."""
    now = timezone.now()
    extensions = queries.extensions_of(organization)
    current = queries.current_applications(organization)
    can_submit = request.access is not None and request.access.is_manager
    body = shared_settings().short_name
    return render(
        request,
        "funding/applications.html",
        {
            **area_context(request, organization, "applications"),
            "calls": queries.open_calls(organization, current, extensions, now),
            "current": [
                {
                    "application": application,
                    "tone": tone_of(application),
                    "steps": steps_of(application),
                    "next": next_action(
                        application,
                        can_submit=can_submit,
                        closing=closing_for(application.call, extensions.get(application.call_id)),
                        body=body,
                    ),
                }
                for application in current
            ],
            "archived": queries.archives(organization).count(),
        },
    )


@require_safe
@fiche_view(back="funding:applications")
def archives(request: HttpRequest, organization: Organization) -> HttpResponse:
    """« Archives »: what has ended, by year, searched by its name, its number or its programme."""
    words = request.GET.get("q", "").strip()[:100]
    years = queries.archive_years(organization)
    asked = request.GET.get("annee", "")
    year = int(asked) if asked in map(str, years) else None
    page = Paginator(queries.archives(organization, words, year), 30).get_page(request.GET.get("page"))
    return render(
        request,
        "funding/archives.html",
        {
            **area_context(request, organization, "applications"),
            "page": page,
            "groups": [
                {
                    "year": year,
                    "rows": [{"application": one, "tone": tone_of(one)} for one in rows],
                }
                for year, rows in groupby(page, key=_year)
            ],
            "years": years,
            "year": year,
            "words": words,
            "is_narrowed": bool(words or year),
        },
    )


def _year(application: Application) -> int:
    return timezone.localtime(application.dated_at).year


urlpatterns = [
    path("", applications, name="applications"),
    path("archives/", archives, name="archives"),
]
