"""« Repartir de cette demande »: from one that has ended to a call that is open, with what may be taken along."""

from __future__ import annotations

from typing import Any

from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from guichet.core.perms import is_agent
from guichet.organizations.models import Organization
from guichet.organizations.views.scope import area_context, fiche_view

from .. import perms, queries, services
from ..enums import ENDED
from ..models import Application
from ..steps import tone_of
from .calls import begin, find_call
from .scope import find_application


def _find_ended(organization: Organization, pk: int) -> Application:
    """An application of the fiche about which nothing is left to do. Raises Http404."""
    found = find_application(organization, pk)
    if found.status not in ENDED:
        raise Http404
    return found


@require_safe
@fiche_view(back="funding:applications")
def restart(request: HttpRequest, organization: Organization, pk: int) -> HttpResponse:
    """The open calls: what the application gives to each, or why the fiche may not apply, or what it has there."""
    found = _find_ended(organization, pk)
    return render(
        request,
        "funding/restart.html",
        {
            **area_context(request, organization, "applications"),
            "application": found,
            "ways": _ways_on(found),
            "can_start": perms.can_start_application(request.user, organization),
            "on_behalf": is_agent(request.user),
        },
    )


def _ways_on(found: Application) -> list[dict[str, Any]]:
    """Each open call, in a number of queries that does not grow with them."""
    organization, now = found.organization, timezone.now()
    live = list(Application.objects.live().filter(organization=organization).select_related("call"))
    calls = queries.open_calls(organization, live, queries.extensions_of(organization), now)
    prefetch_related_objects([one.call for one in calls], "mrcs")
    versions = services.newest_versions({one.call.form_id for one in calls})
    former, standing = services.former_of(found), services.standing_of(organization, now=now)
    ways = []
    for one in calls:
        conditions = services.conditions_of(one.call, organization, now=now, standing=standing)
        missed = [condition for condition in conditions if not condition.is_met]
        version = versions.get(one.call.form_id)
        may_start = one.application is None and version is not None and not missed
        ways.append(
            {
                "call": one.call,
                "closing": one.closing,
                "application": one.application,
                "tone": tone_of(one.application) if one.application else "",
                "missed": missed,
                "earlier": services.what_it_gives(former, version) if may_start else None,
            }
        )
    # Those that take the application first.
    return sorted(ways, key=lambda way: way["earlier"] is None)


@require_POST
@fiche_view(back="funding:applications")
def restart_in(request: HttpRequest, organization: Organization, pk: int, call_id: int) -> HttpResponse:
    """« Repartir vers cet appel »."""
    found = _find_ended(organization, pk)
    return begin(request, find_call(organization, call_id), organization, source=found)


urlpatterns = [
    path("<int:pk>/repartir/", restart, name="restart"),
    path("<int:pk>/repartir/<int:call_id>/", restart_in, name="restart_in"),
]
