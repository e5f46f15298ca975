"""Several requests at once: a page lists them, then each goes through its service, in a transaction of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from guichet.core.errors import InvalidState
from guichet.core.staff_frame import render_page, staff_view

from .. import services
from ..enums import OrganizationStatus, Role
from ..models import Access
from .forms import BulkForm

# More than a page of the queue comes from no screen of ours.
AT_MOST = 100


@require_http_methods(["GET", "HEAD", "POST"])
@staff_view(back="staff_requests")
def decide(request: HttpRequest, action: str) -> HttpResponse:
    """Confirm, decide, tell what became of each. ``action``: a role, or « refuse »."""
    data = request.POST if request.method == "POST" else None
    form = BulkForm(data, action=action, initial={"action": action})
    if request.method == "POST" and form.is_valid():
        results = decide_all(
            form.cleaned_data["requests"],
            action=action,
            reason=form.cleaned_data.get("reason", ""),
            actor=request.user,
        )
        return _show(
            request, "bulk_result", action, results=results, done=[one for one in results if not one["problem"]]
        )
    ids = request.POST.getlist("requests") if request.method == "POST" else request.GET.getlist("id")
    chosen = _chosen(ids)
    if not chosen:
        return redirect("staff_requests")
    return _show(request, "bulk_confirm", action, form=form, chosen=chosen)


def _chosen(ids: Iterable[str]) -> list[Access]:
    pks = [int(pk) for pk in ids if pk.isdecimal() and len(pk) < 19][:AT_MOST]
    return list(Access.objects.requested().filter(pk__in=pks).select_related("user", "organization__municipality"))


def _show(request: HttpRequest, template: str, action: str, **context: object) -> HttpResponse:
    titles = {
        BulkForm.APPROVE_MANAGER: _("Approuver comme gestionnaires"),
        BulkForm.APPROVE_CONTRIBUTOR: _("Approuver comme collaborateurs"),
        BulkForm.REFUSE: _("Refuser"),
    }
    return render_page(
        request,
        f"organizations/staff/{template}.html",
        title=titles[action],
        icon="group",
        trail=[(_("Inscriptions"), reverse("staff_requests"))],
        refusing=action == BulkForm.REFUSE,
        **context,
    )


def decide_all(accesses: Iterable[Access], *, action: str, reason: str, actor) -> list[dict[str, object]]:
    """Decide each; one that cannot be does not hold back the others. Each result has its problem in words, or none."""
    return [
        {"access": access, "problem": _problem_of(_decision(access, action, reason, actor))} for access in accesses
    ]


def _decision(access: Access, action: str, reason: str, actor) -> Callable[[], object]:
    if action != BulkForm.REFUSE:
        return partial(services.approve_access, access=access, role=Role(action), actor=actor)
    is_new_fiche = access.organization.status == OrganizationStatus.REQUESTED
    service = services.refuse_organization if is_new_fiche else services.refuse_access
    return partial(service, access=access, reason=reason, actor=actor)


def _problem_of(decision: Callable[[], object]) -> str:
    try:
        decision()
    except InvalidState as problem:
        return str(problem)
    except PermissionDenied:
        return _("C’est votre propre demande : quelqu’un d’autre en décide.")
    return ""
