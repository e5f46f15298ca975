"""The ways in: the fiche list, a fiche that is not in it, an invitation, another fiche, the yearly question."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.decorators import login_not_required
from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from guichet.accounts.views import SignUpView
from guichet.core.errors import InvalidState
from guichet.core.kept_forms import keeps_typed_form, sign_in_first, signed_in, typed_in

from .. import perms, services
from ..enums import AccessStatus, InvitationStatus
from ..forms import AnswerForm, AskAccessForm, InvitedSignUpForm, NewFicheForm, NewFicheSignUpForm
from ..messages import CONTENT_CHECK_SALT, PEOPLE_CHECK_SALT
from ..models import Access, Invitation, Organization
from ..text import fold

SEARCH_RESULTS = 20
ANSWER_WITHIN = dt.timedelta(days=90)
get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Fiches whose name holds what was typed, for the list of the sign-up form: names are public."""
    query = request.GET.get("q", "")[:200]
    found = Organization.objects.active().matching(query).select_related("municipality")[:SEARCH_RESULTS]
    results = [
        {
            "id": fiche.pk,
            "name": fiche.name,
            "detail": " · ".join(
                filter(None, [fiche.municipality.name if fiche.municipality else "", fiche.get_kind_display()])
            ),
        }
        for fiche in found
        if fold(query)
    ]
    return JsonResponse({"results": results})


class NewFicheView(SignUpView):
    """A fiche that is not in the list: with the sign-up for visitors, alone for who has an account."""

    template_name = "organizations/new_fiche.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Signed-in people do not sign up again."""
        if request.user.is_authenticated:
            return _new_fiche_for_member(request)
        if request.method == "POST" and "email" not in request.POST:
            # The page of a member, whose session ended since.
            return sign_in_first(request, keep=True)
        return super().dispatch(request, *args, **kwargs)

    def get_form_class(self) -> type:
        """The person and the fiche."""
        return NewFicheSignUpForm


new_fiche = NewFicheView.as_view()


def _require_client(request: HttpRequest) -> None:
    if not perms.can_ask_access(request.user):
        raise PermissionDenied


def _new_fiche_for_member(request: HttpRequest) -> HttpResponse:
    _require_client(request)
    form = NewFicheForm(typed_in(request))
    if request.method == "POST" and form.is_valid():
        form.ask_for(request.user)
        messages.success(request, _("Merci de nous avoir contactés ! Nous vous répondrons sous peu."))
        return redirect("organizations:area")
    return render(request, "organizations/new_fiche.html", {"form": form})


@get_or_post
@signed_in
@keeps_typed_form
def ask(request: HttpRequest) -> HttpResponse:
    """« Demander l’accès à une autre fiche »."""
    _require_client(request)
    if "chercher" in request.POST:
        return render(request, "organizations/ask.html", {"form": AskAccessForm(initial=request.POST.dict())})
    form = AskAccessForm(typed_in(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.request_access(
                user=request.user, organization=form.cleaned_data["organization"], actor=request.user
            )
        except InvalidState as problem:
            form.add_error("organization", str(problem))
        else:
            messages.success(request, _("Merci de nous avoir contactés ! Nous vous répondrons sous peu."))
            return redirect("organizations:area")
    return render(request, "organizations/ask.html", {"form": form})


@get_or_post
@signed_in
@keeps_typed_form
def answer(request: HttpRequest, access_id: int) -> HttpResponse:
    """Answer what the body asked about one's request."""
    access = get_object_or_404(
        Access.objects.select_related("organization"), pk=access_id, user=request.user, status=AccessStatus.REQUESTED
    )
    form = AnswerForm(typed_in(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.answer_details(access=access, answer=form.cleaned_data["answer"], actor=request.user)
            messages.success(request, _("Merci! Votre réponse est transmise."))
        except InvalidState as problem:
            messages.info(request, str(problem))
        return redirect("organizations:area")
    return render(request, "organizations/answer.html", {"form": form, "access": access})


@method_decorator(never_cache, name="dispatch")
@method_decorator(login_not_required, name="dispatch")
class InvitationView(SignUpView):
    """The link of an invitation: the sign-in page with the fiche chosen and locked, or, signed in, « Accepter »."""

    template_name = "account/login.html"
    invitation: Invitation

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Say what became of an invitation that is over; otherwise lead on."""
        token = kwargs.pop("token")
        invitation = services.find_invitation(token)
        if invitation is None or not invitation.organization.is_active:
            return render(request, "organizations/invitation_over.html", {"problem": None}, status=404)
        self.invitation = invitation
        if request.user.is_authenticated:
            return self._for_member(request)
        problem = self._problem()
        if problem:
            return render(request, "organizations/invitation_over.html", {"problem": problem}, status=410)
        return super().dispatch(request, *args, **kwargs)

    def _problem(self) -> str:
        try:
            services.require_sent(self.invitation)
        except InvalidState as problem:
            return str(problem)
        return "" if self.invitation.is_open else _("Cette invitation a expiré.")

    def _for_member(self, request: HttpRequest) -> HttpResponse:
        invitation = self.invitation
        if not services.is_for(invitation, request.user):
            return render(request, "organizations/invitation_elsewhere.html", {"invitation": invitation}, status=403)
        used_by_self = invitation.status == InvitationStatus.ACCEPTED and invitation.accepted_by == request.user
        problem = "" if used_by_self else self._problem()
        if problem:
            return render(request, "organizations/invitation_over.html", {"problem": problem}, status=410)
        if request.method == "POST":
            try:
                access = services.accept_invitation(invitation=invitation, actor=request.user)
            except InvalidState as late:
                return render(request, "organizations/invitation_over.html", {"problem": str(late)}, status=410)
            return self._welcome(request, access)
        if used_by_self:
            return redirect("organizations:area")
        return render(request, "organizations/invitation_accept.html", {"invitation": invitation})

    def _welcome(self, request: HttpRequest, access: Access) -> HttpResponse:
        if access.is_active:
            messages.success(request, _("Bienvenue! Vous avez maintenant accès à cette fiche."))
            return redirect("organizations:home", access.organization_id)
        messages.success(request, _("Merci de nous avoir contactés ! Nous vous répondrons sous peu."))
        return redirect("organizations:area")

    def get_form_class(self) -> type:
        """The person alone: the address and the fiche are the invitation's."""
        return InvitedSignUpForm

    def get_form_kwargs(self) -> dict[str, Any]:
        """The form needs the invitation."""
        return {**super().get_form_kwargs(), "invitation": self.invitation}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The sign-in column comes back here, to accept."""
        context = super().get_context_data(**kwargs)
        login = f"{reverse('account_login')}?next={self.request.path}"
        return {**context, "invitation": self.invitation, "login_url": login, "signup_url": self.request.path}

    def form_valid(self, form: Any) -> HttpResponse:
        """The link came to this address: that proves it, and no other confirmation is asked for."""
        get_adapter().stash_verified_email(self.request, self.invitation.email)
        try:
            response = super().form_valid(form)
        except InvalidState as late:
            return render(self.request, "organizations/invitation_over.html", {"problem": str(late)}, status=410)
        finally:
            get_adapter().unstash_verified_email(self.request)
        if not self.request.user.is_authenticated:
            # The address has an account, whose owner alone is told; or a double click, which has its answer already.
            return response
        access = Access.objects.select_related("organization").get(
            user=self.request.user, organization=self.invitation.organization_id
        )
        return self._welcome(self.request, access)


invitation = InvitationView.as_view()


@never_cache
@get_or_post
def people_check(request: HttpRequest, token: str) -> HttpResponse:
    """« Toujours les bonnes personnes? », from the e-mail, without signing in.

    The link opens a page with one button: programs that follow the links of e-mails must not answer for anybody.
    """
    return _answer_question(
        request,
        token,
        salt=PEOPLE_CHECK_SALT,
        template="people_check",
        leads_to="organizations:users",
        confirm=services.confirm_people,
    )


@never_cache
@get_or_post
def content_check(request: HttpRequest, token: str) -> HttpResponse:
    """« La fiche est-elle toujours vraie? », from the e-mail, as `people_check`."""
    return _answer_question(
        request,
        token,
        salt=CONTENT_CHECK_SALT,
        template="content_check",
        leads_to="organizations:fiche",
        confirm=services.confirm_content,
    )


def _answer_question(
    request: HttpRequest,
    token: str,
    *,
    salt: str,
    template: str,
    leads_to: str,
    confirm: Callable[..., Organization],
) -> HttpResponse:
    """A page with one button, for the gestionnaire of the link; 404 for a link that is none any more."""
    template = f"organizations/{template}.html"
    over = {"access": None, "leads_to": leads_to}
    try:
        data = signing.loads(token, salt=salt, max_age=ANSWER_WITHIN)
    except signing.BadSignature:
        return render(request, template, over, status=404)
    access = Access.objects.filter(pk=data["access"]).select_related("organization", "user").first()
    if access is None or not access.is_manager or not access.user.is_active:
        return render(request, template, over, status=404)
    done = request.method == "POST"
    if done:
        confirm(organization=access.organization, actor=access.user)
    return render(request, template, {"access": access, "done": done, "leads_to": leads_to})
