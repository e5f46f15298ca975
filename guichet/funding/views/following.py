"""After the decision, for the fiche: its payments, what it asks to change, where its report stands."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guichet.core.errors import InvalidState
from guichet.organizations.models import Organization
from guichet.organizations.views.scope import area_context, fiche_view

from .. import perms, services
from ..enums import FOLLOWED, ApplicationStatus, PaymentStatus
from ..forms.following import AskAmendmentForm
from ..models import Application
from .scope import find_application

in_application = fiche_view(keeps_form=True, back="funding:applications")


def find_followed(organization: Organization, pk: int) -> Application:
    """The fiche's application, once something was granted to it; 404 before."""
    application = find_application(organization, pk)
    if application.status not in (*FOLLOWED, ApplicationStatus.CLOSED):
        raise Http404
    return application


@require_safe
@in_application
def following(request: HttpRequest, organization: Organization, application_id: int) -> HttpResponse:
    """« Suites de la demande »."""
    application = find_followed(organization, application_id)
    payments = list(application.payments.all())
    return render(
        request,
        "funding/following.html",
        {
            **area_context(request, organization, "applications"),
            "application": application,
            "payments": payments,
            "paid": sum((one.amount for one in payments if one.status == PaymentStatus.PAID), start=0),
            "amendments": application.amendments.select_related("asked_by"),
            "may_ask": services.may_change(application) and perms.can_ask_amendment(request.user, application),
            "may_withdraw": perms.can_ask_amendment(request.user, application),
            "report_is_due": application.status == ApplicationStatus.REPORT_DUE,
            "report_is_in": application.status == ApplicationStatus.REPORT_SUBMITTED,
            "recovery": services.recovery_of(application),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@in_application
def ask_amendment(request: HttpRequest, organization: Organization, application_id: int) -> HttpResponse:
    """« Demander un changement »."""
    application = find_followed(organization, application_id)
    if not perms.can_ask_amendment(request.user, application):
        raise PermissionDenied
    form = AskAmendmentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.ask_amendment(application=application, actor=request.user, **form.cleaned_data)
        except InvalidState as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("Votre demande de changement est transmise. La réponse viendra par courriel."))
            return redirect("funding:following", organization.pk, application_id)
    return render(
        request,
        "funding/ask_amendment.html",
        {**area_context(request, organization, "applications"), "application": application, "form": form},
    )


@require_POST
@in_application
def withdraw_amendment(
    request: HttpRequest, organization: Organization, application_id: int, amendment_id: int
) -> HttpResponse:
    """« Retirer » what was asked."""
    application = find_followed(organization, application_id)
    amendment = get_object_or_404(application.amendments, pk=amendment_id)
    try:
        services.withdraw_amendment(amendment=amendment, actor=request.user)
        messages.success(request, _("Votre demande de changement est retirée. Ce qui était convenu ne change pas."))
    except InvalidState as problem:
        messages.error(request, str(problem))
    return redirect("funding:following", organization.pk, application_id)


urlpatterns = [
    path("<int:application_id>/suites/", following, name="following"),
    path("<int:application_id>/suites/changement/", ask_amendment, name="ask_amendment"),
    path(
        "<int:application_id>/suites/changement/<int:amendment_id>/retirer/",
        withdraw_amendment,
        name="withdraw_amendment",
    ),
]
