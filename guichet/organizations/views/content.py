"""The fiche's content: reading it, approving what others propose, saying that it is still true."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guichet.core.kept_forms import typed_in
from guichet.core.shared import shared_settings

from .. import services
from ..content import FIELDS, choosable_fields, fields_of, public_names
from ..differences import compare
from ..enums import ChangeStatus, Publicity, Section
from ..forms import DecideForm
from ..models import FicheChange, Organization
from ..shown import shown_files
from ..values import LISTS, agreed_people, content_of, in_words, label_of, membership_in_words, person_in_words
from .reports import open_reports
from .scope import area_context, decidable, fiche_view, shared_reserved

# A section without any of these shows nothing that its organisation could publish.
PUBLISHABLE = {Publicity.ALWAYS, Publicity.SHOWN, Publicity.HIDDEN}
ANSWERS_SHOWN_FOR = dt.timedelta(days=60)


@require_safe
@fiche_view()
def fiche(request: HttpRequest, organization: Organization) -> HttpResponse:
    """« Fiche »: section by section, what is in force, what waits, what is missing."""
    prefetch_related_objects([organization], *LISTS, "municipality__mrc")
    waiting = services.waiting_changes(organization)
    reserved = shared_reserved()
    percent, missing = services.completeness(organization)
    can_edit = organization.is_active
    context = {
        **area_context(request, organization, "account"),
        "sections": _sections(request, organization, waiting, reserved),
        "can_take": request.can_manage,
        "percent": percent,
        "missing": [{"label": one.label, "why": one.why, "section": one.section} for one in missing],
        "can_edit": can_edit,
        "can_confirm": can_edit and request.access is not None and request.can_manage,
        "refused": _refused(request, organization),
        "reports": open_reports(request, organization),
    }
    return render(request, "organizations/fiche.html", context)


def _sections(
    request: HttpRequest, organization: Organization, waiting: dict[str, FicheChange], reserved: list[str]
) -> list[dict[str, Any]]:
    values = content_of(organization)
    public = set(public_names(organization.public_fields)) if organization.is_listed else set()
    return [
        {
            "key": section.value,
            "label": section.label,
            "rows": [
                _row(request, organization, name, values[name], waiting.get(name))
                | {"is_public": name in public and name != "people", "is_reserved": name in reserved}
                for name in fields_of(section)
            ],
            "always_private": not any(FIELDS[name].publicity in PUBLISHABLE for name in fields_of(section)),
            "is_by_consent": section == Section.PEOPLE,
            "is_visibility": section == Section.VISIBILITY,
        }
        for section in Section
    ]


def _row(
    request: HttpRequest, organization: Organization, name: str, value: Any, change: FicheChange | None
) -> dict[str, Any]:
    if name == "public_fields":
        # What was chosen and shows: names that the organisation may not choose say nothing.
        value = [one for one in value if one in choosable_fields()]
    label, text = label_of(name), in_words(name, value)
    if name == "member_until":
        label = _("Adhésion")
        text = membership_in_words(organization, shared_settings().short_name, today=timezone.localdate())
    return {
        "name": name,
        "label": label,
        "text": text,
        "is_kept_by_body": FIELDS[name].kept_by_body,
        "files": shown_files(organization, name, value),
        "people": _people(request, organization) if name == "people" else [],
        "change": change,
        "proposed_files": shown_files(organization, name, change.value) if change else [],
        "proposed": in_words(name, change.value) if change else "",
        "can_withdraw": change is not None and (request.can_manage or change.proposed_by_id == request.user.pk),
    }


def _people(request: HttpRequest, organization: Organization) -> list[dict[str, Any]]:
    """Each person in charge: what the public sees of them, or why nothing, and whether it is who looks."""
    if not organization.people:
        return []
    agreed = {person["name"]: person for person in agreed_people(organization)} if organization.is_listed else {}
    asked = set(organization.consents.values_list("email", flat=True))
    found = []
    for person in organization.people:
        email = person.get("email", "").lower()
        if not organization.is_listed:
            why = _("Rien n’est public : la fiche n’est pas dans le répertoire.")
        elif not email:
            why = _("Rien n’est public : sans courriel, nous ne pouvons pas lui demander son accord.")
        elif email in asked:
            why = _("Rien n’est public : cette personne n’a rien accepté de montrer.")
        else:
            why = _("Rien n’est public.")
        found.append(
            {
                "text": " · ".join(person_in_words(person)),
                "shown": ", ".join(person_in_words(agreed.get(person["name"], {}))),
                "why": why,
                "is_me": email == request.user.email.lower(),
            }
        )
    return found


def _refused(request: HttpRequest, organization: Organization) -> list[dict[str, Any]]:
    """This person's proposals that were refused lately, with what they had written."""
    changes = organization.changes.filter(
        proposed_by=request.user,
        status=ChangeStatus.REFUSED,
        decided_at__gte=timezone.now() - ANSWERS_SHOWN_FOR,
    ).select_related("decided_by")
    return [
        {"change": change, "label": label_of(change.field), "text": in_words(change.field, change.value)}
        for change in changes.order_by("-decided_at")[:10]
        if change.field in FIELDS
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@fiche_view(manage=True, keeps_form=True, back="organizations:changes")
def changes(request: HttpRequest, organization: Organization) -> HttpResponse:
    """« Modifications à approuver »: field by field; approve all or some, or refuse with a reason."""
    waiting = list(services.waiting_changes(organization).values())
    mine = decidable(request, waiting, shared_reserved())
    form = DecideForm(typed_in(request), changes=mine)
    if request.method == "POST" and form.is_valid():
        form.decide(organization, request.user)
        messages.success(request, _("C’est noté. Les personnes qui ont proposé ces modifications sont averties."))
        return redirect("organizations:fiche", organization.pk)
    prefetch_related_objects([organization], *LISTS)
    live = content_of(organization, [change.field for change in waiting])
    rows = [
        {"change": change, **compare(organization, change.field, live[change.field], change.value)}
        for change in waiting
    ]
    decided = {change.pk for change in mine}
    return render(
        request,
        "organizations/changes.html",
        {
            **area_context(request, organization, "account"),
            "form": form,
            "rows": [
                {**row, "choice": form[form.name_of(row["change"])]} for row in rows if row["change"].pk in decided
            ],
            "for_body": [row for row in rows if row["change"].pk not in decided],
        },
    )


@require_POST
@fiche_view(back="organizations:fiche")
def withdraw(request: HttpRequest, organization: Organization, change_id: int) -> HttpResponse:
    """« Retirer » a proposal."""
    change = get_object_or_404(FicheChange, pk=change_id, organization=organization)
    services.withdraw_change(change=change, actor=request.user)
    messages.success(request, _("La proposition est retirée : %(fields)s.") % {"fields": label_of(change.field)})
    return redirect("organizations:fiche", organization.pk)


@require_POST
@fiche_view(manage=True, back="organizations:fiche")
def confirm(request: HttpRequest, organization: Organization) -> HttpResponse:
    """« Tout est encore vrai »."""
    services.confirm_content(organization=organization, actor=request.user)
    messages.success(request, _("Merci! C’est noté : tout est encore vrai."))
    return redirect("organizations:fiche", organization.pk)
