"""One call for a fiche: may it apply, for how much, until when, with which papers; then « Commencer la demande »."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guichet.core.errors import InvalidState
from guichet.core.perms import is_agent
from guichet.organizations.models import Organization
from guichet.organizations.views.scope import area_context, fiche_view

from .. import perms, services
from ..models import Application, Call, FormVersion
from ..schema import QuestionType, Schema, format_amount, format_percent, parse_schema
from ..steps import steps_of, tone_of

# What a question takes to answer, in minutes, roughly: people plan an evening by it, not a minute.
MINUTES = {
    QuestionType.LONG_TEXT: 10,
    QuestionType.BUDGET: 40,
    QuestionType.TABLE: 15,
    QuestionType.FILE: 10,
}
MINUTES_OTHERWISE = 2
ROUNDED_TO = 15


@require_safe
@fiche_view(back="funding:applications")
def call(request: HttpRequest, organization: Organization, call_id: int) -> HttpResponse:
    """« Présenter une demande »: whether this fiche may, before any effort."""
    found = find_call(organization, call_id)
    now = timezone.now()
    application = services.live_application(found, organization)
    conditions = services.conditions_of(found, organization, now=now)
    problem = services.why_not_in_time(found, organization, now=now)
    version = services.newest_version(found)
    schema = parse_schema(version.schema) if version else Schema()
    can_start = (
        application is None
        and version is not None
        and not problem
        and all(condition.is_met for condition in conditions)
        and perms.can_start_application(request.user, organization)
    )
    return render(
        request,
        "funding/call.html",
        {
            **area_context(request, organization, "applications"),
            "call": found,
            "closing": services.closing_of(found, organization),
            "conditions": conditions,
            "is_eligible": all(condition.is_met for condition in conditions),
            "problem": problem,
            "amounts": _amounts(found),
            "papers": [question for _section, question in schema if question.type == QuestionType.FILE],
            "sections": [section.title for section in schema.sections],
            "duration": _duration(schema),
            "application": application,
            "tone": tone_of(application) if application else "",
            "steps": steps_of(application) if application else [],
            "can_start": can_start,
            "earlier": _earlier(found, organization, version) if can_start else None,
            "on_behalf": is_agent(request.user),
        },
    )


def find_call(organization: Organization, pk: int) -> Call:
    """A call that people may know of, or that the fiche has an application to. Raises Http404."""
    known = Call.objects.published() | Call.objects.filter(applications__organization=organization)
    return get_object_or_404(known.select_related("program", "form").distinct(), pk=pk)


def _earlier(call: Call, organization: Organization, version: FormVersion) -> services.Earlier | None:
    """What the last application to the same programme gives, if there is one."""
    last = services.last_application(call, organization)
    return services.what_it_gives(services.former_of(last), version) if last else None


def _amounts(call: Call) -> list[tuple[str, str]]:
    """What the call pays, as lines of a list."""
    lines = []
    if call.max_amount is not None:
        lines.append((_("Maximum par demande"), format_amount(call.max_amount)))
    if call.max_share is not None:
        lines.append((_("Part des dépenses admissibles payée au plus"), format_percent(call.max_share)))
    if call.max_public_share is not None:
        lines.append((_("Part de tout l’argent public au plus"), format_percent(call.max_public_share)))
    if call.min_own_share is not None:
        lines.append((_("Votre part au moins"), format_percent(call.min_own_share)))
    if call.volunteer_rate is not None:
        lines.append((_("Valeur d’une heure de bénévolat"), format_amount(call.volunteer_rate)))
    return lines


def _duration(schema: Schema) -> str:
    """How long the form takes, to the next quarter of an hour: « 45 minutes », « 1 h 30 »."""
    total = sum(
        MINUTES.get(question.type, MINUTES_OTHERWISE) for _section, question in schema if question.is_answered_here
    )
    hours, minutes = divmod(max(ROUNDED_TO, -(-total // ROUNDED_TO) * ROUNDED_TO), 60)
    if not hours:
        return _("%(minutes)d minutes") % {"minutes": minutes}
    return f"{hours} h {minutes:02d}" if minutes else f"{hours} h"


@require_POST
@fiche_view(back="funding:applications")
def start(request: HttpRequest, organization: Organization, call_id: int) -> HttpResponse:
    """« Commencer la demande », or « Reprendre ma demande de l’an dernier »."""
    found = find_call(organization, call_id)
    source = services.last_application(found, organization) if "earlier" in request.POST else None
    return begin(request, found, organization, source=source)


def begin(
    request: HttpRequest, call: Call, organization: Organization, *, source: Application | None = None
) -> HttpResponse:
    """Begin the application to a call, from an earlier one or empty, and lead to it; or say why not."""
    began = timezone.now()
    try:
        application = services.start_application(
            call=call, organization=organization, actor=request.user, source=source, now=began
        )
    except InvalidState as problem:
        messages.error(request, str(problem))
        return redirect("funding:call", organization.pk, call.pk)
    if application.started_at < began:
        messages.info(request, _("Cette demande existait déjà : la voici. Il n’y en a qu’une par appel."))
    elif application.answers:
        messages.success(request, _("Vos réponses de la dernière fois sont reprises. Vérifiez-les, puis complétez."))
    return redirect("funding:application", organization.pk, application.pk)


urlpatterns = [
    path("appels/<int:call_id>/", call, name="call"),
    path("appels/<int:call_id>/commencer/", start, name="start"),
]
