"""The programmes, for everybody: who may apply, for what, how much, until when, and how."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guichet.core.ics import Deadline, calendar_file
from guichet.core.messages import absolute_url
from guichet.core.perms import is_agent
from guichet.core.templatetags.guichet import moment
from guichet.organizations.models import Access

from .. import services
from ..enums import CallPhase
from ..models import Call, Program
from ..shown import in_phase, shown_programs, with_calls

# Of past calls, the last ones tell how often the programme opens.
CLOSED_SHOWN = 3


@require_safe
def programs(request: HttpRequest) -> HttpResponse:
    """Every programme of the site: those with an open call on top, then those to come."""
    context = {"programs": shown_programs(), "address": absolute_url(reverse("programs:list"))}
    return render(request, "funding/public/programs.html", context)


def _find(request: HttpRequest, slug: str) -> Program:
    """A programme of the site; staff read it before it is there."""
    rows = with_calls(Program.objects.select_related("guide"))
    return get_object_or_404(rows if is_agent(request.user) else rows.filter(is_published=True), slug=slug)


@require_safe
def program(request: HttpRequest, slug: str) -> HttpResponse:
    """One programme, its calls and how to apply."""
    found = _find(request, slug)
    fiche = _own_fiche(request)
    parts = [
        (_("Qui peut présenter une demande"), found.who_may_apply),
        (_("Montants"), found.amounts),
        (_("Dépenses admissibles"), found.eligible),
        (_("Ce qui n’est pas admissible"), found.not_eligible),
        (_("Vos engagements"), found.commitments),
    ]
    return render(
        request,
        "funding/public/program.html",
        {
            "program": found,
            "parts": [(title, text) for title, text in parts if text],
            "open_calls": [_shown(call, fiche) for call in in_phase(found, CallPhase.OPEN)],
            "coming_calls": [_shown(call, fiche) for call in in_phase(found, CallPhase.COMING)],
            "closed_calls": in_phase(found, CallPhase.CLOSED)[::-1][:CLOSED_SHOWN],
            "address": absolute_url(reverse("programs:program", args=[slug])),
        },
    )


def _own_fiche(request: HttpRequest) -> int | None:
    """The fiche of somebody who has one alone: they need not choose it."""
    if not request.user.is_authenticated:
        return None
    fiches = list(Access.objects.active().filter(user=request.user).values_list("organization", flat=True)[:2])
    return fiches[0] if len(fiches) == 1 else None


def _shown(call: Call, fiche: int | None) -> dict:
    """A call, with its conditions in words, and where one applies."""
    return {
        "call": call,
        "url": reverse("funding:call", args=[fiche, call.pk]) if fiche else reverse("organizations:area"),
        "kinds": services.kinds_in_words(call),
        "mrcs": ", ".join(mrc.name for mrc in call.mrcs.all()),
    }


@require_safe
def closing(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The closing of a call, for one's calendar."""
    call = get_object_or_404(Call.objects.published().select_related("program"), pk=pk, program__slug=slug)
    page = absolute_url(reverse("programs:program", args=[slug]))
    deadline = Deadline(
        uid=f"appel-{call.pk}@{request.get_host()}",
        title=_("Clôture : %(call)s") % {"call": call},
        at=call.closes_at,
        description=_("La demande doit être transmise avant le %(closing)s.\n%(page)s")
        % {"closing": moment(call.closes_at), "page": page},
        url=page,
    )
    return calendar_file([deadline], name=str(call), file_name=call.code.lower())


urlpatterns = [
    path("programmes/", programs, name="list"),
    path("programmes/<slug:slug>/", program, name="program"),
    path("programmes/<slug:slug>/<int:pk>.ics", closing, name="closing"),
]
