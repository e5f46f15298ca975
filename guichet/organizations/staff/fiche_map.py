"""« Carte »: the fiches of each municipality, and how many lack something, on the region's map and in a table."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guichet.core.staff_frame import render_page, staff_view

from ..enums import OrganizationStatus
from ..map_tiles import allows_map_tiles
from ..maps import Point, draw_map
from ..models import Municipality
from ..region import shared_region


def municipalities() -> QuerySet[Municipality]:
    """Each with how many fiches in service, and how many of them lack an e-mail, a description, a confirmation."""
    active = Q(organizations__status=OrganizationStatus.ACTIVE)
    return (
        Municipality.objects.select_related("mrc")
        .annotate(
            fiches=Count("organizations", filter=active),
            without_email=Count("organizations", filter=active & Q(organizations__email="")),
            without_description=Count("organizations", filter=active & Q(organizations__description="")),
            never_confirmed=Count(
                "organizations", filter=active & Q(organizations__content_confirmed_at__isnull=True)
            ),
        )
        .order_by("mrc__name", "name")
    )


@require_safe
@staff_view(back="staff_fiches")
@allows_map_tiles
def fiche_map(request: HttpRequest) -> HttpResponse:
    """The map, and the same in a table beside it."""
    places = list(municipalities())
    listing = reverse("staff_fiches")
    for place in places:
        place.url = f"{listing}?municipality={place.pk}&status={OrganizationStatus.ACTIVE.value}"
    outlines = shared_region(settings.REGION).outlines
    points = [
        Point(place.name, place.mrc.name, (place.latitude, place.longitude), place.fiches, place.url)
        for place in places
        if place.latitude is not None and place.longitude is not None
    ]
    return render_page(
        request,
        "organizations/staff/fiche_map.html",
        title=_("Carte des fiches"),
        icon="site",
        trail=[(_("Fiches"), listing)],
        map=draw_map(region_outlines=outlines, points=points, tiles_url=settings.MAP_TILES_URL) if outlines else None,
        attribution=settings.MAP_ATTRIBUTION,
        rows=[place for place in places if place.fiches],
    )
