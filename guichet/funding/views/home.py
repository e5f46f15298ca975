"""What this room shows on « Accueil », and what it puts in the yellow bar."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guichet.core.shared import shared_settings
from guichet.organizations.models import Organization
from guichet.organizations.views.area import HOME_CARDS
from guichet.organizations.views.scope import AWAITED_ELSEWHERE, Elsewhere

from ..models import Application, Extension, Report
from ..steps import next_action, tone_of

SHOWN = 5


def status_card(request: HttpRequest, organization: Organization) -> dict[str, Any]:
    """« Statut des demandes »: the fiche's current applications, the latest first. One query."""
    extension = Extension.objects.filter(call=OuterRef("call"), organization=OuterRef("organization"))
    current = (
        Application.objects.current()
        .filter(organization=organization)
        .select_related("call__program")
        .annotate(extended_until=Subquery(extension.values("until")[:1]))
        .defer("answers", "touched")
    )
    can_submit = request.access is not None and request.access.is_manager
    body = shared_settings().short_name
    return {
        "template": "funding/parts/home_card.html",
        "rows": [
            {
                "application": application,
                "tone": tone_of(application),
                "next": next_action(
                    application,
                    can_submit=can_submit,
                    closing=max(filter(None, [application.call.closes_at, application.extended_until])),
                    body=body,
                ),
            }
            for application in current[:SHOWN]
        ],
    }


def waiting_applications(organization_id: int) -> QuerySet[Application]:
    """The fiche's applications that a gestionnaire has to submit."""
    return Application.objects.awaiting_manager().filter(organization=organization_id)


def waiting_reports(organization_id: int) -> QuerySet[Report]:
    """The fiche's final reports that a gestionnaire has to submit."""
    return Report.objects.filter(application__organization=organization_id, awaiting_manager=True)


def applications_in_bar(organization: Organization, count: int) -> dict[str, Any]:
    """Their line of the yellow bar."""
    text = ngettext(
        "Une demande attend que vous la transmettiez.",
        "%(count)d demandes attendent que vous les transmettiez.",
        count,
    )
    return _in_bar(organization, text, count)


def reports_in_bar(organization: Organization, count: int) -> dict[str, Any]:
    """Their line of the yellow bar."""
    text = ngettext(
        "Une reddition de comptes attend que vous la transmettiez.",
        "%(count)d redditions de comptes attendent que vous les transmettiez.",
        count,
    )
    return _in_bar(organization, text, count)


def _in_bar(organization: Organization, text: str, count: int) -> dict[str, Any]:
    return {
        "text": " ".join([text % {"count": count}, _("Accéder aux demandes ici.")]),
        "url": reverse("funding:applications", args=[organization.pk]),
        "count": count,
    }


def register() -> None:
    """Tell the client area's frame."""
    HOME_CARDS.append(status_card)
    AWAITED_ELSEWHERE["funding.application"] = Elsewhere(rows=waiting_applications, in_bar=applications_in_bar)
    AWAITED_ELSEWHERE["funding.report"] = Elsewhere(rows=waiting_reports, in_bar=reports_in_bar)
