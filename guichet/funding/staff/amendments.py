"""A change that a fiche asks for, and the answer."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from guichet.core.staff_frame import render_page, staff_view

from .. import perms, services
from ..enums import FOLLOWED
from ..forms.following import AcceptAmendmentForm, RefuseAmendmentForm
from ..models import Amendment
from .following_pages import ICON, ask, done, require_follow, require_open, trail


def _find(pk: int) -> Amendment:
    found = Amendment.objects.select_related(
        "application__organization__municipality__mrc", "application__call__program", "asked_by", "decided_by"
    )
    return get_object_or_404(found, pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_view(back="staff_followings")
def amendment_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What is asked; « Accepter », with the amount or the date that it comes to."""
    amendment = _find(pk)
    application = amendment.application
    require_open(request, application)
    may_answer = (
        amendment.is_waiting and application.status in FOLLOWED and perms.can_follow(request.user, application)
    )
    form = AcceptAmendmentForm(
        request.POST or None,
        amendment=amendment,
        initial={"amount": amendment.amount, "report_due_on": services.proposed_report_date(amendment)},
    )
    if request.method == "POST":
        require_follow(request, application)
        accept = lambda: services.accept_amendment(  # noqa: E731
            amendment=amendment, actor=request.user, **form.cleaned_data
        )
        if form.is_valid() and done(form, accept):
            messages.success(request, _("Le changement est accepté, et l’organisme le sait."))
            return redirect("staff_following", pk=application.pk)
    return render_page(
        request,
        "funding/staff/amendment.html",
        title=_("Changement demandé"),
        icon=ICON,
        trail=trail(application),
        amendment=amendment,
        application=application,
        form=form,
        may_answer=may_answer,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_view(back="staff_amendment", same_object=True)
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """« Refuser », with the reason."""
    amendment = _find(pk)
    return ask(
        request,
        amendment.application,
        RefuseAmendmentForm(request.POST or None),
        lambda values: services.refuse_amendment(amendment=amendment, actor=request.user, **values),
        title=_("Refuser le changement"),
        button=_("Refuser"),
        success=_("Le changement est refusé, et l’organisme le sait."),
        text=_("Ce qui était convenu ne change pas."),
        serious=True,
    )


urlpatterns = [
    path("assistance/changements/<int:pk>/", amendment_page, name="staff_amendment"),
    path("assistance/changements/<int:pk>/refuser/", refuse, name="staff_amendment_refuse"),
]
