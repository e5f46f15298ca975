"""« Modifications réservées »: the proposals that the body decides."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from guichet.core.staff_frame import render_page, staff_view

from .. import services
from ..forms import DecideForm
from ..forms.content import APPROVE, REFUSE
from ..models import Organization


@require_http_methods(["GET", "HEAD", "POST"])
@staff_view(back="staff_fiche_changes", same_object=True)
def fiche_changes(request: HttpRequest, pk: int) -> HttpResponse:
    """The proposals of one fiche: approve all or some, or refuse with a reason."""
    fiche = get_object_or_404(Organization, pk=pk)
    form = DecideForm(request.POST or None, changes=list(services.waiting_changes(fiche).values()))
    if request.method == "POST" and form.is_valid():
        services.decide_changes(
            organization=fiche,
            actor=request.user,
            approve=form.chosen(APPROVE),
            refuse=form.chosen(REFUSE),
            reason=form.cleaned_data["reason"],
        )
        messages.success(request, _("C’est noté. Les personnes qui ont proposé ces modifications sont averties."))
        return redirect("staff_fiche", pk=pk)
    return render_page(
        request,
        "organizations/staff/changes.html",
        title=_("Modifications proposées"),
        icon="folder-open-inverse",
        trail=[(_("Fiches"), reverse("staff_fiches")), (fiche.name, reverse("staff_fiche", args=[pk]))],
        fiche=fiche,
        form=form,
    )
