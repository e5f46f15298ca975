"""The scoring grid of one evaluator, beside what was handed in; who evaluates the applications of a call."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from guichet.core.errors import InvalidState
from guichet.core.staff_frame import render_page, staff_view

from .. import perms
from ..enums import OPEN_TO_REVIEWS, ReviewState
from ..models import Application, Call, Review
from ..services import reviews
from .dossiers import dossier_view, trail
from .evaluating_forms import DistributeForm, ReasonForm, ReviewForm
from .queue import ICON
from .reading import reading_of


@require_http_methods(["GET", "HEAD", "POST"])
@dossier_view()
def my_review(request: HttpRequest, application: Application) -> HttpResponse:
    """« Mon évaluation »: « Enregistrer » keeps it open, « Terminer » closes it."""
    review = application.reviews.filter(evaluator=request.user).prefetch_related("notes").first()
    if review is None:
        raise InvalidState(_("Personne ne vous a demandé d’évaluer cette demande."))
    review.application = application
    form = ReviewForm(request.POST or None, review=review)
    if request.method == "POST" and form.is_valid():
        try:
            reviews.save_review(
                review=review,
                given=form.given,
                comment=form.cleaned_data["comment"],
                recommended=form.cleaned_data["recommended"],
                is_done=form.is_done,
                actor=request.user,
            )
        except InvalidState as problem:
            # Shown again with what was typed.
            form.add_error(None, str(problem))
        else:
            if form.is_done:
                messages.success(request, _("Votre évaluation est terminée."))
                return redirect("staff_application", pk=application.pk)
            messages.success(request, _("Votre évaluation est enregistrée. Terminez-la quand elle est prête."))
            return redirect("staff_review", pk=application.pk)
    return render_page(
        request,
        "funding/staff/review.html",
        title=_("Mon évaluation"),
        icon=ICON,
        trail=trail(application),
        application=application,
        review=review,
        form=form,
        reading=reading_of(application),
        is_closed=application.call.ranking_closed_at is not None,
    )


def _review(application: Application, review_id: int) -> Review:
    review = get_object_or_404(application.reviews.select_related("evaluator"), pk=review_id)
    review.application = application
    return review


@require_http_methods(["GET", "HEAD", "POST"])
@dossier_view(runs=True)
def reopen(request: HttpRequest, application: Application, review_id: int) -> HttpResponse:
    """« Rouvrir », with the reason that its evaluator reads."""
    review = _review(application, review_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reviews.reopen_review(review=review, reason=form.cleaned_data["reason"], actor=request.user)
        messages.success(request, _("L’évaluation est rouverte."))
        return redirect("staff_application", pk=application.pk)
    return render_page(
        request,
        "funding/staff/dossier_form.html",
        title=_("Rouvrir une évaluation"),
        icon=ICON,
        trail=trail(application),
        application=application,
        form=form,
        button=_("Rouvrir l’évaluation"),
        note=_("%(person)s pourra la changer. La moyenne de la demande disparaît jusqu’à ce qu’elle soit terminée.")
        % {"person": review.evaluator},
    )


@require_POST
@dossier_view(runs=True)
def remove(request: HttpRequest, application: Application, review_id: int) -> HttpResponse:
    """« Retirer »: ask no more for this opinion."""
    reviews.remove_review(review=_review(application, review_id), actor=request.user)
    messages.success(request, _("L’évaluation n’est plus demandée."))
    return redirect("staff_application", pk=application.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_view(back="staff_applications")
def evaluators(request: HttpRequest, pk: int) -> HttpResponse:
    """Who evaluates the applications of a call, how far they are; more opinions, for all of them at once."""
    call = get_object_or_404(Call.objects.select_related("program"), pk=pk)
    if not perms.can_run_program(request.user, call.program):
        raise PermissionDenied
    form = DistributeForm(request.POST or None)
    result = None
    if request.method == "POST" and form.is_valid():
        result = reviews.distribute(
            call=call,
            evaluators=form.cleaned_data["evaluators"],
            per_application=form.cleaned_data["number"],
            actor=request.user,
        )
        count = sum(len(asked) for asked in result.by_evaluator.values())
        messages.success(
            request,
            ngettext("%(count)d évaluation est demandée.", "%(count)d évaluations sont demandées.", count)
            % {"count": count},
        )
        if not result.short:
            return redirect("staff_call_evaluators", pk=pk)
    return render_page(
        request,
        "funding/staff/evaluators.html",
        title=_("Évaluateurs"),
        icon=ICON,
        trail=[(_("Demandes"), f"{reverse('staff_applications')}?call={call.pk}")],
        call=call,
        form=form,
        short=result.short if result else [],
        progress=_progress(call),
        applications=call.applications.filter(status__in=OPEN_TO_REVIEWS).count(),
        criteria=call.criteria.all(),
    )


def _progress(call: Call) -> list[dict]:
    """For each evaluator of a call: asked, done."""
    people = (
        reviews.possible_evaluators()
        .filter(reviews__application__call=call)
        .annotate(asked=Count("reviews"), done=Count("reviews", filter=Q(reviews__state=ReviewState.DONE)))
    )
    return [{"person": person, "asked": person.asked, "done": person.done} for person in people]


urlpatterns = [
    path("demandes/<int:pk>/evaluation/", my_review, name="staff_review"),
    path("demandes/<int:pk>/evaluations/<int:review_id>/rouvrir/", reopen, name="staff_review_reopen"),
    path("demandes/<int:pk>/evaluations/<int:review_id>/retirer/", remove, name="staff_review_remove"),
    path("appels/<int:pk>/evaluateurs/", evaluators, name="staff_call_evaluators"),
]
