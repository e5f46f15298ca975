"""A person in charge says what the public sees of them: by the link that they were sent, or signed in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from .. import services
from ..forms import ConsentForm
from ..messages import CONSENT_SALT
from ..models import Organization
from .scope import area_context, fiche_view

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
PAGE, PAGE_SIGNED_IN = "organizations/consent.html", "organizations/my_consent.html"


@never_cache
@get_or_post
def from_message(request: HttpRequest, token: str) -> HttpResponse:
    """« Que peut voir le public? », from the e-mail, without signing in; one may come back and take it back."""
    try:
        data = signing.loads(token, salt=CONSENT_SALT)
    except signing.BadSignature:
        return render(request, PAGE, {"form": None}, status=404)
    organization = Organization.objects.active().filter(pk=data["fiche"]).first()
    person = services.person_at(organization, data["email"]) if organization else None
    if person is None:
        return render(request, PAGE, {"form": None}, status=404)
    context = _answer(request, organization, data["email"], person, actor=None)
    return render(request, PAGE, context)


@get_or_post
@fiche_view(back="organizations:fiche")
def mine(request: HttpRequest, organization: Organization) -> HttpResponse:
    """« Ce que le public voit de vous », for who is signed in with the address that the fiche gives for them."""
    email = request.user.email
    person = services.person_at(organization, email)
    context: dict[str, Any] = {"form": None}
    if person is not None:
        context = _answer(request, organization, email, person, actor=request.user)
        if context["done"]:
            messages.success(request, _("C’est noté : le public voit ce que vous avez choisi, et rien d’autre."))
            return redirect("organizations:fiche", organization.pk)
    return render(request, PAGE_SIGNED_IN, {**area_context(request, organization, "account"), **context})


def _answer(
    request: HttpRequest, organization: Organization, email: str, person: dict[str, str], *, actor
) -> dict[str, Any]:
    consent = services.consent_of(organization, email)
    form = ConsentForm(
        request.POST if request.method == "POST" else None, person=person, agreed=consent.agreed if consent else {}
    )
    done = request.method == "POST" and form.is_valid()
    if done:
        services.answer_consent(organization=organization, email=email, parts=form.parts(), actor=actor)
    return {"form": form, "organization": organization, "done": done}
