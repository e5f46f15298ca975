"""What a fiche sees of a decision once it is announced: the outcome, the agreement, the letter; and the resolution."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guichet.core.downloads import PDF, file_answer, pdf_answer
from guichet.core.errors import InvalidState
from guichet.organizations.models import Organization
from guichet.organizations.views.scope import area_context, fiche_view

from .. import perms
from ..enums import ApplicationStatus
from ..forms.decisions import AgreementForm, DeclineForm
from ..models import Application, Decision
from ..services import agreements as services
from ..services.letters import letters_of
from ..services.resolutions import resolution_pdf
from .scope import find_application

in_application = fiche_view(back="funding:applications")


def decision_context(user, application: Application) -> dict[str, Any]:
    """What `funding/parts/decision.html` shows of an application; nothing before the announcement."""
    decision = services.announced_decision(application)
    if decision is None:
        return {"decision": None}
    decision.application = application
    agreement = services.agreement_of(decision)
    awaits = decision.is_grant and agreement is None and application.status == ApplicationStatus.ACCEPTED
    return {
        "decision": decision,
        "agreement": agreement,
        "instalments": services.instalments_in_words(decision),
        "letters": letters_of(application),
        "awaits_agreement": awaits,
        "can_agree": awaits and perms.can_agree(user, application),
    }


def _find(organization: Organization, pk: int) -> tuple[Application, Decision]:
    """The application and the decision that the fiche knows. Raises Http404 before the announcement."""
    application = find_application(organization, pk)
    decision = services.announced_decision(application)
    if decision is None:
        raise Http404
    decision.application = application
    return application, decision


def _decision_page(
    request: HttpRequest, application: Application, form: AgreementForm | None = None, status: int = 200
) -> HttpResponse:
    shown = decision_context(request.user, application)
    return render(
        request,
        "funding/decision.html",
        {
            **area_context(request, application.organization, "applications"),
            **shown,
            "application": application,
            "statement": services.statement_of(shown["decision"]) if shown["awaits_agreement"] else "",
            "form": (form or AgreementForm()) if shown["can_agree"] else None,
        },
        status=status,
    )


@require_safe
@in_application
def decision(request: HttpRequest, organization: Organization, application_id: int) -> HttpResponse:
    """The decision, its letter, and the agreement to accept."""
    application, _decision = _find(organization, application_id)
    return _decision_page(request, application)


@require_POST
@in_application
def agree(request: HttpRequest, organization: Organization, application_id: int) -> HttpResponse:
    """« Accepter l’entente »."""
    application, _decision = _find(organization, application_id)
    if not perms.can_agree(request.user, application):
        raise PermissionDenied
    form = AgreementForm(request.POST)
    if not form.is_valid():
        return _decision_page(request, application, form)
    try:
        services.accept_agreement(application=application, actor=request.user)
    except InvalidState as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("L’entente est acceptée. Les gestionnaires en reçoivent la confirmation."))
    return redirect("funding:decision", organization.pk, application_id)


@require_http_methods(["GET", "HEAD", "POST"])
@fiche_view(keeps_form=True, back="funding:applications")
def decline(request: HttpRequest, organization: Organization, application_id: int) -> HttpResponse:
    """« Renoncer à l’aide »: what it does, why, then it is done."""
    application, known = _find(organization, application_id)
    if not perms.can_agree(request.user, application):
        raise PermissionDenied
    form = DeclineForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.decline_agreement(application=application, reason=form.cleaned_data["reason"], actor=request.user)
        except InvalidState as problem:
            messages.error(request, str(problem))
        else:
            messages.success(request, _("Vous avez renoncé à l’aide. La demande est fermée."))
        return redirect("funding:decision", organization.pk, application_id)
    if not decision_context(request.user, application)["can_agree"]:
        return redirect("funding:decision", organization.pk, application_id)
    frame = area_context(request, organization, "applications")
    return render(
        request, "funding/decline.html", {**frame, "application": application, "decision": known, "form": form}
    )


@require_safe
@in_application
def letter(request: HttpRequest, organization: Organization, application_id: int, letter_id: int) -> HttpResponse:
    """The letter as PDF, once the worker has made it."""
    application, _decision = _find(organization, application_id)
    found = get_object_or_404(letters_of(application).filter(made_at__isnull=False), pk=letter_id)
    return file_answer(found.file.open("rb"), name=f"lettre-{application.number}.pdf", content_type=PDF)


@require_safe
@in_application
def resolution(request: HttpRequest, organization: Organization, application_id: int) -> HttpResponse:
    """The council's resolution to sign, when the call asks for one."""
    application = find_application(organization, application_id)
    if not application.call.needs_resolution:
        raise Http404
    return pdf_answer(resolution_pdf(application), name="resolution.pdf")


urlpatterns = [
    path("<int:application_id>/decision/", decision, name="decision"),
    path("<int:application_id>/decision/entente/", agree, name="agree"),
    path("<int:application_id>/decision/renoncer/", decline, name="decline"),
    path("<int:application_id>/decision/lettres/<int:letter_id>.pdf", letter, name="letter"),
    path("<int:application_id>/resolution.pdf", resolution, name="resolution"),
]
