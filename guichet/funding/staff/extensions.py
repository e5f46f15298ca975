"""« Prolonger »: more time to hand in, for the fiche of one application."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from guichet.core.errors import InvalidState
from guichet.core.staff_frame import render_page, staff_view
from guichet.core.templatetags.guichet import moment

from .. import perms, services
from ..forms.extensions import ExtensionForm
from ..models import Application, Extension


@require_http_methods(["GET", "HEAD", "POST"])
@staff_view(back="staff_applications")
def extend(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the fiche more time for this call."""
    application = get_object_or_404(Application.objects.select_related("call__program", "organization"), pk=pk)
    call, organization = application.call, application.organization
    if not perms.can_run_program(request.user, call.program):
        raise PermissionDenied
    existing = Extension.objects.filter(call=call, organization=organization).first()
    initial = {"until": existing.until, "reason": existing.reason} if existing else {"until": call.closes_at}
    form = ExtensionForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            extension = services.grant_extension(
                call=call, organization=organization, actor=request.user, **form.cleaned_data
            )
        except InvalidState as problem:
            form.add_error("until", str(problem))
        else:
            messages.success(
                request,
                _("%(fiche)s a jusqu’au %(moment)s. Ses gestionnaires en sont avisés.")
                % {"fiche": organization.name, "moment": moment(extension.until)},
            )
            return redirect("staff_applications")
    return render_page(
        request,
        "funding/staff/extend.html",
        title=_("Prolonger pour %(fiche)s") % {"fiche": organization.name},
        icon="time",
        trail=[(_("Demandes"), reverse("staff_applications"))],
        form=form,
        call=call,
    )


urlpatterns = [path("demandes/<int:pk>/prolonger/", extend, name="staff_application_extend")]
