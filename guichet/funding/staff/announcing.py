"""« Annoncer aux organismes admissibles »: who will be told that a call opens, then how far the sending is."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from guichet.core.staff_frame import render_page, staff_view

from .. import services
from ..enums import CallPhase
from ..models import Announcement, Call
from .calls import find_own, trail_to

PEOPLE_SHOWN = 50
REFRESH_SECONDS = 2


@require_http_methods(["GET", "HEAD", "POST"])
@staff_view(back="staff_call", same_object=True)
def announce(request: HttpRequest, pk: int) -> HttpResponse:
    """« Annoncer aux organismes admissibles »: who will be told, then how far it is."""
    call = find_own(request, pk)
    if request.method == "POST":
        services.start_announcement(call=call, actor=request.user)
        return redirect("staff_call_announce", pk=pk)
    announcement = Announcement.objects.select_related("started_by").filter(call=call).first()
    if announcement is None:
        return _announcement_to_confirm(request, call)
    response = render_page(
        request,
        "funding/staff/announcement.html",
        title=_("Annonce de l’ouverture"),
        icon="mail",
        trail=trail_to(call),
        call=call,
        announcement=announcement,
        sent=announcement.recipients.filter(sent_at__isnull=False).count(),
        total=announcement.recipients.count(),
    )
    if announcement.finished_at is None:
        response.headers["Refresh"] = str(REFRESH_SECONDS)
    return response


def _announcement_to_confirm(request: HttpRequest, call: Call) -> HttpResponse:
    people = list(services.audience_of(call).items())
    fiches = services.eligible_fiches(call).count()
    return render_page(
        request,
        "funding/staff/announce.html",
        title=_("Annoncer l’ouverture"),
        icon="mail",
        trail=trail_to(call),
        call=call,
        may_announce=call.is_published and call.phase() in {CallPhase.OPEN, CallPhase.COMING},
        people_count=len(people),
        fiches_count=fiches,
        silent_count=fiches - len({fiche.pk for _user, own in people for fiche in own}),
        page=Paginator(people, PEOPLE_SHOWN).get_page(request.GET.get("p")),
    )


urlpatterns = [path("appels/<int:pk>/annoncer/", announce, name="staff_call_announce")]
menu_items: list = []
