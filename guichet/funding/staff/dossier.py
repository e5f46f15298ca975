"""One application as staff see it: what was handed in, the fiche, the evaluations, the notes, the timeline."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_safe

from guichet.core.staff_frame import render_page

from .. import perms
from ..enums import OPEN_TO_REVIEWS, ApplicationStatus
from ..models import Application, ThreadMessage
from ..services import reviews
from ..services.reviewing import staff_timeline
from .dossiers import dossier_view, trail
from .evaluating_forms import LabelsForm, NoteForm, OfficerForm
from .opinions import opinions_of
from .queue import ICON
from .reading import reading_of

EVENTS_SHOWN = 60
NOTES_SHOWN = 50
HISTORY_SHOWN = 20


@require_safe
@dossier_view(back="staff_applications")
def dossier(request: HttpRequest, application: Application) -> HttpResponse:
    """The page."""
    user = request.user
    runs = perms.can_run_program(user, application.call.program)
    return render_page(
        request,
        "funding/staff/application.html",
        title=application.number,
        icon=ICON,
        trail=trail(),
        application=application,
        runs=runs,
        can_take_in=runs and application.status == ApplicationStatus.SUBMITTED,
        can_ask_changes=runs and application.status == ApplicationStatus.IN_REVIEW,
        can_waive=runs and application.is_completion,
        officer_form=OfficerForm(application=application),
        labels_form=LabelsForm(application=application),
        note_form=NoteForm(),
        labels=list(application.labels.all()),
        follows=application.follows.filter(user=user).exists(),
        reading=reading_of(application, pk=request.GET.get("transmission", ""), verify="verifier" in request.GET),
        history=_history(application),
        unread=ThreadMessage.objects.unread_by(user, is_staff=True).filter(application=application).count(),
        messages_count=application.thread.count(),
        notes=application.internal_notes.all()[:NOTES_SHOWN],
        conflicts=list(application.conflicts.select_related("user")),
        events=staff_timeline(application).select_related("actor", "person")[:EVENTS_SHOWN],
        **_reviews(application, user, runs=runs),
        **opinions_of(application, user, runs=runs),
    )


def _history(application: Application) -> list[Application]:
    """What the fiche asked of the body before and since."""
    others = Application.objects.handed_in().filter(organization=application.organization_id)
    others = others.exclude(pk=application.pk).select_related("call__program").defer("answers", "touched")
    return list(others.order_by("-submitted_at", "-pk")[:HISTORY_SHOWN])


def _reviews(application: Application, user, *, runs: bool) -> dict[str, Any]:
    """Who evaluates it and who is done; what they gave once that may be read."""
    spread = reviews.spread(application)
    everybody = list(application.reviews.select_related("evaluator"))
    readable = [
        {"review": review, "total": reviews.total_of(review), "notes": list(review.notes.all())}
        for review in reviews.readable_reviews(application, user)
        if review.is_done
    ]
    is_open = application.status in OPEN_TO_REVIEWS and application.call.ranking_closed_at is None
    return {
        "spread": spread,
        "reviews": everybody,
        "readable_reviews": readable if spread.is_complete else [],
        "can_manage_reviews": runs and is_open,
        "mine": next((review for review in everybody if review.evaluator_id == user.pk), None),
    }


urlpatterns = [path("demandes/<int:pk>/", dossier, name="staff_application")]
