"""« Fusionner… »: choosing the other fiche, seeing what would happen, doing it, undoing it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guichet.core.staff_frame import render_page, staff_view

from .. import services
from ..enums import Side
from ..models import FicheMerge, Organization
from ..models.merging import UNDOABLE_FOR
from ..services.merge_plan import ChangePlan, PersonPlan
from ..values import in_words, label_of, labels_of
from .merge_forms import CHANGE, CONTENT, FicheSearchForm, MergeForm

FOUND_AT_MOST = 20
ICON = "folder-open-inverse"


def _find(pk: int) -> Organization:
    return get_object_or_404(Organization.objects.select_related("municipality__mrc"), pk=pk)


def _trail(fiche: Organization) -> list[tuple[str, str]]:
    return [(_("Fiches"), reverse("staff_fiches")), (fiche.name, reverse("staff_fiche", args=[fiche.pk]))]


@require_safe
@staff_view(back="staff_fiche", same_object=True)
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    """The fiche that stays: likely duplicates first, or a search."""
    fiche = _find(pk)
    services.require_can_go(fiche)
    form = FicheSearchForm(request.GET if "q" in request.GET else None)
    asked = form.is_valid() and form.cleaned_data["q"].strip()
    others = Organization.objects.active().exclude(pk=pk).select_related("municipality")
    return render_page(
        request,
        "organizations/staff/merge_choose.html",
        title=_("Fusionner"),
        icon=ICON,
        trail=_trail(fiche),
        fiche=fiche,
        form=form,
        asked=asked,
        found=others.matching(asked)[:FOUND_AT_MOST] if asked else [],
        likely=[
            {"fiche": other, "score": likeness.score, "why": ", ".join(str(one.label) for one in likeness.reasons)}
            for other, likeness in services.likely_duplicates(fiche)
        ],
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_view(back="staff_fiche", same_object=True)
def preview(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """Both fiches side by side, who moves, what waits; then the merge itself, of exactly what was shown."""
    source, target = _find(pk), _find(other)
    plan = services.plan(source=source, target=target)
    form = MergeForm(request.POST or None, plan=plan)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            merge = services.merge_fiches(source=source, target=target, choices=form.choices(), actor=request.user)
        except services.PlanChanged as problem:
            form.add_error(None, str(problem))
            form.show_again()
            status = 409
        else:
            messages.success(request, _("Les deux fiches n’en font plus qu’une : « %(fiche)s ».") % {"fiche": target})
            return redirect("staff_merge", pk=merge.pk)
    return render_page(
        request,
        "organizations/staff/merge_preview.html",
        title=_("Fusionner avec « %(fiche)s »") % {"fiche": target},
        icon=ICON,
        trail=_trail(source),
        status=status,
        source=source,
        target=target,
        form=form,
        differing=form.rows(CONTENT),
        taken=[
            (label_of(one.name), in_words(one.name, one.source)) for one in plan.fields if one.usual == Side.SOURCE
        ],
        people=[{"access": one.access, "fate": _fate_of(one, target)} for one in plan.people],
        invitations=plan.invitations,
        opposite=form.rows(CHANGE),
        waiting=[_waiting(one) for one in plan.changes if not one.is_open],
        following=services.following(plan),
        undoable_until=timezone.now() + UNDOABLE_FOR,
    )


def _fate_of(one: PersonPlan, target: Organization) -> str:
    """What becomes of one person, as a sentence."""
    if one.becomes_manager:
        return _("Devient gestionnaire de « {fiche} », qui n’en aurait pas sinon.").format(fiche=target)
    if not one.moves:
        return _("Garde son accès à « {fiche} » : {state}.").format(fiche=target, state=_state_of(one.other))
    if one.other is not None:
        return _("Retrouve un accès à « {fiche} » : le sien y était {state}.").format(
            fiche=target, state=one.other.get_status_display().lower()
        )
    return _("Suit, comme à présent.")


def _state_of(access: Any) -> str:
    words = [access.get_status_display(), access.get_role_display() if access.role else ""]
    return ", ".join(filter(None, words)).lower()


def _waiting(one: ChangePlan) -> dict[str, Any]:
    name = one.change.field
    return {
        "label": label_of(name),
        "words": in_words(name, one.change.value) or "—",
        "by": one.change.proposed_by,
        "is_twice": one.other is not None,
    }


@require_safe
@staff_view(back="staff_fiches")
def merge_page(request: HttpRequest, pk: int) -> HttpResponse:
    """A merge: what was done, by whom, and what « Annuler la fusion » would do."""
    merges = FicheMerge.objects.select_related("source", "target", "merged_by", "undone_by")
    merge = get_object_or_404(merges, pk=pk)
    planned = services.undo_plan(merge)
    return render_page(
        request,
        "organizations/staff/merge.html",
        title=_("Fusion"),
        icon=ICON,
        trail=_trail(merge.target),
        merge=merge,
        problem=planned.problem,
        fields=labels_of(planned.fields),
        changed_since=labels_of(planned.changed_since),
        going=planned.going,
        returning=planned.returning,
    )


@require_POST
@staff_view(back="staff_merge", same_object=True)
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """« Annuler la fusion »."""
    merge = services.undo_merge(merge=get_object_or_404(FicheMerge, pk=pk), actor=request.user)
    messages.success(
        request, _("La fusion est annulée : « %(fiche)s » est de nouveau à part.") % {"fiche": merge.source}
    )
    return redirect("staff_fiche", pk=merge.source_id)
