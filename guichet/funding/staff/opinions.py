"""Opinions from outside: asking for one, sending its link again, closing it, reading what came with it."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from guichet.core.downloads import file_answer
from guichet.core.errors import InvalidState
from guichet.core.staff_frame import render_page

from .. import perms
from ..enums import OPEN_TO_REVIEWS
from ..models import Application, Opinion
from ..services import opinions
from .dossiers import dossier_form_page, dossier_view, trail
from .opinion_forms import AskOpinionForm, SendAgainForm
from .queue import ICON


def opinions_of(application: Application, user, *, runs: bool) -> dict[str, object]:
    """What an application's page says of them: who was asked, what is shared, what they advise if one may read it."""
    asked = list(application.opinions.select_related("submission__form_version"))
    readable = {one.pk for one in opinions.readable_opinions(application, user)} if asked else set()
    for one in asked:
        one.submission.application = application
    is_open = application.status in OPEN_TO_REVIEWS and application.call.ranking_closed_at is None
    return {
        "opinions": [
            {"opinion": one, "shared": _shared(one), "is_readable": one.pk in readable, "is_over": _is_over(one)}
            for one in asked
        ],
        "opinions_given": sum(one.is_given for one in asked),
        "can_ask_opinion": runs and is_open,
    }


def _is_over(opinion: Opinion) -> bool:
    return bool(opinions.why_over(opinion))


def _shared(opinion: Opinion) -> str:
    """What the link shows, in words."""
    sections = opinions.shareable_sections(opinion.submission)
    files = opinions.shareable_files(opinion.submission)
    names = [sections[key] for key in opinion.sections if key in sections]
    return ", ".join([*names, *(files[key] for key in opinion.files if key in files)])


def _back(application: Application) -> HttpResponse:
    return redirect(reverse("staff_application", args=[application.pk]) + "#avis")


def _find(application: Application, opinion_id: int) -> Opinion:
    opinion = get_object_or_404(application.opinions.all(), pk=opinion_id)
    opinion.application = application
    return opinion


@require_http_methods(["GET", "HEAD", "POST"])
@dossier_view(runs=True)
def ask(request: HttpRequest, application: Application) -> HttpResponse:
    """« Demander un avis externe »."""
    newest = opinions.last_submission(application)
    form = AskOpinionForm(request.POST or None, submission=newest)
    if request.method == "POST" and form.is_valid():
        values = {**form.cleaned_data, "submission": newest, "files": form.cleaned_data.get("files", [])}
        try:
            opinion = opinions.ask_opinion(application=application, actor=request.user, **values)
        except InvalidState as problem:
            # Shown again with what was typed.
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("La demande d’avis est envoyée à %(person)s.") % {"person": opinion.name})
            return _back(application)
    return render_page(
        request,
        "funding/staff/ask_opinion.html",
        title=_("Demander un avis externe"),
        icon=ICON,
        trail=trail(application),
        application=application,
        form=form,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@dossier_view(runs=True)
def send_again(request: HttpRequest, application: Application, opinion_id: int) -> HttpResponse:
    """« Renvoyer le lien », with another date if need be."""
    opinion = _find(application, opinion_id)
    form = SendAgainForm(request.POST or None, opinion=opinion)
    if request.method == "POST" and form.is_valid():
        opinions.send_opinion_again(opinion=opinion, due_on=form.cleaned_data["due_on"], actor=request.user)
        messages.success(request, _("Le lien est envoyé de nouveau à %(email)s.") % {"email": opinion.email})
        return _back(application)
    return dossier_form_page(
        request,
        application,
        form,
        title=_("Renvoyer le lien"),
        button=_("Renvoyer le lien"),
        note=_("%(person)s reçoit un nouveau courriel à %(email)s. Les liens déjà reçus fonctionnent toujours.")
        % {"person": opinion.name, "email": opinion.email},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@dossier_view(runs=True)
def revoke(request: HttpRequest, application: Application, opinion_id: int) -> HttpResponse:
    """« Fermer le lien », after a page that says what follows."""
    opinion = _find(application, opinion_id)
    if request.method == "POST":
        opinions.revoke_opinion(opinion=opinion, actor=request.user)
        messages.success(request, _("Le lien est fermé."))
        return _back(application)
    return dossier_form_page(
        request,
        application,
        forms.Form(),
        title=_("Fermer le lien"),
        button=_("Fermer le lien"),
        note=_("%(person)s n’ouvrira plus rien de cette demande. Un avis déjà reçu reste au dossier.")
        % {"person": opinion.name},
    )


@require_safe
@dossier_view()
def file(request: HttpRequest, application: Application, opinion_id: int) -> HttpResponse:
    """The file that came with an opinion, for whoever may read it."""
    opinion = _find(application, opinion_id)
    if not opinion.file:
        raise Http404
    if not perms.can_read_opinions(request.user, application):
        raise InvalidState(_("Vous le lirez quand vous aurez terminé votre évaluation."))
    return file_answer(opinion.file.open("rb"), name=opinion.file_name, content_type=opinion.content_type)


_ONE = "demandes/<int:pk>/avis/"
urlpatterns = [
    path(_ONE, ask, name="staff_opinion_ask"),
    path(f"{_ONE}<int:opinion_id>/renvoyer/", send_again, name="staff_opinion_send_again"),
    path(f"{_ONE}<int:opinion_id>/fermer/", revoke, name="staff_opinion_revoke"),
    path(f"{_ONE}<int:opinion_id>/fichier/", file, name="staff_opinion_file"),
]
