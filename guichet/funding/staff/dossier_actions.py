"""What is done from an application's page, one address an action."""

from __future__ import annotations

import mimetypes

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guichet.core.downloads import file_answer
from guichet.core.staff_frame import render_page, staff_view

from ..models import Application, Conflict
from ..services import completion, reviewing
from .dossiers import HANDED_IN, dossier_form_page, dossier_view, trail
from .evaluating_forms import ChangesForm, ConflictForm, LabelsForm, NoteForm, OfficerForm, ReasonForm
from .queue import ICON


def _back(application: Application, anchor: str = "") -> HttpResponse:
    return redirect(reverse("staff_application", args=[application.pk]) + anchor)


@require_POST
@dossier_view(runs=True)
def take_in(request: HttpRequest, application: Application) -> HttpResponse:
    """« Prendre en évaluation »."""
    reviewing.take_in(application=application, actor=request.user)
    messages.success(request, _("La demande est en évaluation."))
    return _back(application)


@require_POST
@dossier_view(runs=True)
def set_officer(request: HttpRequest, application: Application) -> HttpResponse:
    """« Confier »."""
    form = OfficerForm(request.POST, application=application)
    if not form.is_valid():
        messages.error(request, _("Choisissez une personne de la liste."))
        return _back(application)
    reviewing.set_officer(application=application, officer=form.cleaned_data["officer"], actor=request.user)
    messages.success(request, _("C’est noté."))
    return _back(application)


@require_POST
@dossier_view(runs=True)
def set_labels(request: HttpRequest, application: Application) -> HttpResponse:
    """« Étiqueter »."""
    form = LabelsForm(request.POST, application=application)
    if form.is_valid():
        reviewing.set_labels(application=application, labels=form.cleaned_data["labels"], actor=request.user)
        messages.success(request, _("Les étiquettes sont à jour."))
    else:
        messages.error(request, _("Une de ces étiquettes n’existe plus."))
    return _back(application)


@require_POST
@dossier_view()
def follow(request: HttpRequest, application: Application) -> HttpResponse:
    """« Suivre »."""
    reviewing.follow(application=application, actor=request.user)
    messages.success(request, _("Vous recevrez un courriel quand quelque chose bouge."))
    return _back(application)


@require_POST
@dossier_view()
def unfollow(request: HttpRequest, application: Application) -> HttpResponse:
    """« Ne plus suivre »."""
    reviewing.unfollow(application=application, actor=request.user)
    messages.success(request, _("Vous ne suivez plus cette demande."))
    return _back(application)


@require_http_methods(["GET", "HEAD", "POST"])
@dossier_view(runs=True)
def add_note(request: HttpRequest, application: Application) -> HttpResponse:
    """« Ajouter une note »."""
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reviewing.add_note(application=application, text=form.cleaned_data["text"], actor=request.user)
        messages.success(request, _("La note est ajoutée."))
        return _back(application, "#notes")
    return dossier_form_page(request, application, form, title=_("Ajouter une note"), button=_("Ajouter la note"))


@require_http_methods(["GET", "HEAD", "POST"])
@dossier_view()
def declare_conflict(request: HttpRequest, application: Application) -> HttpResponse:
    """« Déclarer un conflit d’intérêts », after a page that says what follows."""
    form = ConflictForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reviewing.declare_conflict(application=application, reason=form.cleaned_data["reason"], actor=request.user)
        messages.success(request, _("Votre conflit d’intérêts est déclaré. La demande vous est fermée."))
        return redirect("staff_applications")
    return dossier_form_page(
        request,
        application,
        form,
        title=_("Déclarer un conflit d’intérêts"),
        button=_("Déclarer et fermer la demande"),
        note=_(
            "Vous ne pourrez plus ouvrir cette demande ni l’évaluer, et votre évaluation sera retirée. "
            "Une autre personne chargée du programme peut lever le conflit."
        ),
    )


@require_POST
@staff_view(back="staff_applications")
def lift_conflict(request: HttpRequest, pk: int, conflict_id: int) -> HttpResponse:
    """« Lever », by somebody else."""
    application = get_object_or_404(HANDED_IN, pk=pk)
    conflicts = Conflict.objects.select_related("user", "application__call__program", "application__organization")
    reviewing.lift_conflict(
        conflict=get_object_or_404(conflicts, pk=conflict_id, application=application), actor=request.user
    )
    messages.success(request, _("Le conflit d’intérêts est levé."))
    return _back(application)


@require_http_methods(["GET", "HEAD", "POST"])
@dossier_view(runs=True)
def ask_changes(request: HttpRequest, application: Application) -> HttpResponse:
    """« Demander un complément »; « Insérer » adds the chosen text without sending anything."""
    form = ChangesForm(request.POST or None, application=application)
    if request.method == "POST" and "insert" in request.POST:
        form = ChangesForm(
            application=application,
            initial={
                "text": form.with_canned(),
                "questions": request.POST.getlist("questions"),
                "due_on": request.POST.get("due_on"),
            },
        )
    elif request.method == "POST" and form.is_valid():
        completion.ask_changes(
            application=application,
            text=form.cleaned_data["text"],
            questions=form.cleaned_data["questions"],
            due_on=form.cleaned_data["due_on"],
            actor=request.user,
        )
        messages.success(request, _("La demande est à compléter. Le délai de la décision s’arrête en attendant."))
        return _back(application)
    return render_page(
        request,
        "funding/staff/ask_changes.html",
        title=_("Demander un complément"),
        icon=ICON,
        trail=trail(application),
        application=application,
        form=form,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@dossier_view(runs=True)
def waive_changes(request: HttpRequest, application: Application) -> HttpResponse:
    """« Reprendre sans attendre »."""
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        completion.waive_changes(application=application, reason=form.cleaned_data["reason"], actor=request.user)
        messages.success(request, _("La demande revient telle qu’elle a été transmise. Son délai court de nouveau."))
        return _back(application)
    return dossier_form_page(
        request,
        application,
        form,
        title=_("Reprendre sans attendre le complément"),
        button=_("Reprendre la demande"),
        note=_("L’organisme ne pourra plus la compléter. Ce qu’il a transmis en dernier est évalué."),
    )


@require_safe
@dossier_view()
def file(request: HttpRequest, application: Application, file_id: int) -> HttpResponse:
    """A file that was handed in, always as a download; what the fiche prepares since is its own."""
    handed_in = {one[0] for files in application.submissions.values_list("files", flat=True) for one in files}
    if file_id not in handed_in:
        raise Http404
    return download(get_object_or_404(application.files, pk=file_id))


def download(held) -> HttpResponse:
    """A file of ours as a download; nothing of it can run."""
    kind = held.content_type or mimetypes.guess_type(held.name)[0]
    return file_answer(held.file.open("rb"), name=held.name, content_type=kind)


_ONE = "demandes/<int:pk>/"
urlpatterns = [
    path(f"{_ONE}prendre/", take_in, name="staff_application_take_in"),
    path(f"{_ONE}confier/", set_officer, name="staff_application_officer"),
    path(f"{_ONE}etiquettes/", set_labels, name="staff_application_labels"),
    path(f"{_ONE}suivre/", follow, name="staff_application_follow"),
    path(f"{_ONE}ne-plus-suivre/", unfollow, name="staff_application_unfollow"),
    path(f"{_ONE}notes/", add_note, name="staff_application_note"),
    path(f"{_ONE}conflit/", declare_conflict, name="staff_application_conflict"),
    path(f"{_ONE}conflits/<int:conflict_id>/lever/", lift_conflict, name="staff_conflict_lift"),
    path(f"{_ONE}complement/", ask_changes, name="staff_application_changes"),
    path(f"{_ONE}reprendre/", waive_changes, name="staff_application_waive"),
    path(f"{_ONE}fichiers/<int:file_id>/", file, name="staff_application_file"),
]
