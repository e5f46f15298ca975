"""« Annoncer »: who receives what, then the announcement itself, which the worker does row by row."""

from __future__ import annotations

import datetime as dt

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from guichet.core.staff_frame import render_page

from ..enums import Outcome
from ..models import AnnouncementRun, Letter
from ..perms import can_run_program
from ..services import decision_announcing as services
from .deciding_pages import deciding_view, find_call, incomplete, read_keys, require_runner, trail_to

PLAN_SALT = "guichet.funding.staff.decision_announcing"
REFRESH_SECONDS = 3


@require_http_methods(["GET", "HEAD", "POST"])
@deciding_view(back="staff_announce", same_object=True)
def announce(request: HttpRequest, pk: int) -> HttpResponse:
    """The list with its count; « Ne garder que les cochées » shows a shorter one; « Annoncer » does what is shown."""
    call = find_call(pk)
    if request.method == "POST":
        require_runner(request.user, call)
    if "plan" in request.POST:
        run = services.announce(call=call, seen=_read_plan(request.POST["plan"]), actor=request.user)
        return redirect("staff_announcement", pk=run.pk)
    only = read_keys(request.POST.getlist("id")) if request.method == "POST" else None
    plan = services.plan_announcement(call, only=only)
    return render_page(
        request,
        "funding/staff/decisions_announce.html",
        title=_("Annoncer les décisions"),
        icon="mail",
        trail=trail_to(call),
        call=call,
        plan=plan,
        counts=[(outcome.label, plan.count_of(outcome)) for outcome in Outcome],
        money=services.envelope_words(call),
        runs=call.announcements.select_related("started_by"),
        at_work=call.announcements.at_work().first(),
        can_run=can_run_program(request.user, call.program),
        is_selection=only is not None,
        signed=signing.dumps(
            [[row.decision.pk, row.decision.decided_at.isoformat()] for row in plan.ready],
            salt=PLAN_SALT,
            compress=True,
        ),
    )


def _read_plan(signed: str) -> dict[int, dt.datetime]:
    """The decisions that the page showed, as they were. Raises InvalidState for what is no plan."""
    try:
        rows = signing.loads(signed, salt=PLAN_SALT)
    except signing.BadSignature as error:
        raise incomplete() from error
    return {pk: dt.datetime.fromisoformat(seen) for pk, seen in rows}


@require_safe
@deciding_view(back="staff_decisions")
def announcement(request: HttpRequest, pk: int) -> HttpResponse:
    """How far an announcement is: the page looks again by itself while the worker has it, or letters to make."""
    run = get_object_or_404(AnnouncementRun.objects.select_related("call__program", "started_by"), pk=pk)
    rows = run.rows.select_related("decision__application__organization")
    letters = Letter.objects.filter(decision__announcement_rows__run=run)
    total, done = rows.count(), rows.filter(done_at__isnull=False).count()
    made, all_letters = letters.filter(made_at__isnull=False).count(), letters.count()
    is_working = run.finished_at is None or made < all_letters
    response = render_page(
        request,
        "funding/staff/decisions_announcement.html",
        title=_("Annonce en cours") if is_working else _("Annonce terminée"),
        icon="mail",
        trail=trail_to(run.call),
        run=run,
        total=total,
        done=done,
        letters_made=made,
        letters=all_letters,
        is_working=is_working,
        problems=[row for row in rows if row.problem],
    )
    if is_working:
        response.headers["Refresh"] = str(REFRESH_SECONDS)
    return response


urlpatterns = [
    path("appels/<int:pk>/annonce/", announce, name="staff_announce"),
    path("annonces/<int:pk>/", announcement, name="staff_announcement"),
]
