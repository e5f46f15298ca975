"""The fiche's content: reading it, changing it by section, approving what others propose, coming back to a version."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from guichet.core.kept_forms import typed_in

from .. import perms, services
from ..forms import DecideForm
from ..forms.content import APPROVE, REFUSE
from ..models import Organization
from .scope import area_context, fiche_view


@require_http_methods(["GET", "HEAD", "POST"])
@fiche_view(manage=True, keeps_form=True, back="organizations:changes")
def changes(request: HttpRequest, organization: Organization) -> HttpResponse:
    """« Modifications à approuver »: field by field; approve all or some, or refuse with a reason."""
    reserved = services.reserved_fields()
    waiting = list(services.waiting_changes(organization).values())
    mine = [change for change in waiting if perms.can_decide_change(request.user, change, reserved)]
    form = DecideForm(typed_in(request), changes=mine)
    if request.method == "POST" and form.is_valid():
        services.decide_changes(
            organization=organization,
            actor=request.user,
            approve=form.chosen(APPROVE),
            refuse=form.chosen(REFUSE),
            reason=form.cleaned_data["reason"],
        )
        messages.success(request, _("C’est noté. Les personnes qui ont proposé ces modifications sont averties."))
        return redirect("organizations:fiche", organization.pk)
    return render(
        request,
        "organizations/changes.html",
        {
            **area_context(request, organization, "account"),
            "form": form,
            "rows": [(change, form[form.name_of(change)]) for change in mine],
            "for_lscq": [change for change in waiting if change not in mine],
        },
    )
