"""Comments between colleagues. Whoever works for the body gets 404: for them there are none."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from guichet.core.errors import InvalidState
from guichet.organizations.models import Organization
from guichet.organizations.views.scope import fiche_view

from .. import perms, services
from ..forms.comments import CommentForm
from .drafts import overview
from .scope import find_application


@require_POST
@fiche_view(back="funding:applications")
def comment(request: HttpRequest, organization: Organization, pk: int) -> HttpResponse:
    """« Ajouter » a comment."""
    found = find_application(organization, pk)
    if not perms.can_comment(request.user, found):
        raise Http404
    form = CommentForm(request.POST)
    if form.is_valid():
        try:
            services.add_comment(application=found, text=form.cleaned_data["text"], actor=request.user)
        except InvalidState as problem:
            form.add_error("text", str(problem))
        else:
            messages.success(request, _("Votre commentaire est ajouté."))
            return redirect(reverse("funding:application", args=[organization.pk, found.pk]) + "#commentaires")
    return render(request, "funding/application.html", overview(request, found, form))


urlpatterns = [path("<int:pk>/commentaires/", comment, name="comment")]
