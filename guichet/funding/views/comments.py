"""Comments between colleagues. Whoever works for the body gets 404: for them there are none."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from guichet.core.errors import InvalidState
from guichet.organizations.models import Organization
from guichet.organizations.views.scope import area_context, fiche_view

from .. import perms, services
from ..forms.comments import CommentForm
from ..models import Application
from .drafts import overview
from .scope import find_application


def _find(request: HttpRequest, organization: Organization, pk: int) -> Application:
    found = find_application(organization, pk)
    if not perms.can_comment(request.user, found):
        raise Http404
    return found


def _to_comments(found: Application) -> HttpResponse:
    return redirect(reverse("funding:application", args=[found.organization_id, found.pk]) + "#commentaires")


@require_POST
@fiche_view(back="funding:applications")
def comment(request: HttpRequest, organization: Organization, pk: int) -> HttpResponse:
    """« Ajouter » a comment."""
    found = _find(request, organization, pk)
    form = CommentForm(request.POST)
    if form.is_valid():
        try:
            services.add_comment(application=found, text=form.cleaned_data["text"], actor=request.user)
        except InvalidState as problem:
            form.add_error("text", str(problem))
        else:
            messages.success(request, _("Votre commentaire est ajouté."))
            return _to_comments(found)
    return render(request, "funding/application.html", overview(request, found, form))


@require_http_methods(["GET", "HEAD", "POST"])
@fiche_view(back="funding:applications")
def delete_comment(request: HttpRequest, organization: Organization, pk: int, comment_id: int) -> HttpResponse:
    """« Supprimer » one's own comment, after a question: in a dialog, or on this page."""
    found = _find(request, organization, pk)
    known = get_object_or_404(found.comments, pk=comment_id)
    known.application = found
    if not perms.can_delete_comment(request.user, known):
        raise PermissionDenied
    if known.deleted_at is not None:
        return _to_comments(found)
    if request.method == "POST" and "confirmed" in request.POST:
        services.delete_comment(comment=known, actor=request.user)
        messages.success(request, _("Votre commentaire est supprimé."))
        return _to_comments(found)
    frame = area_context(request, organization, "applications")
    return render(request, "funding/comment_delete.html", {**frame, "application": found, "comment": known})


urlpatterns = [
    path("<int:pk>/commentaires/", comment, name="comment"),
    path("<int:pk>/commentaires/<int:comment_id>/supprimer/", delete_comment, name="delete_comment"),
]
