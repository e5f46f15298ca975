"""« Utilisateurs »: who has access, who asks, who is invited, and every decision about them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guichet.core.kept_forms import take_kept, typed_in
from guichet.core.perms import is_agent

from .. import services
from ..enums import AccessStatus, InvitationStatus, Role
from ..forms import HandoverForm, InviteForm, OptionalReasonForm, ReasonForm, RoleForm
from ..models import Access, Invitation, Organization
from ..services import Outcome
from .scope import area_context, awaited, fiche_view

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@fiche_view()
def users(request: HttpRequest, organization: Organization) -> HttpResponse:
    """The people of the fiche; a gestionnaire sees the actions."""
    decidable = awaited(request, organization).people
    context = area_context(request, organization, "account")
    accesses = organization.accesses.select_related("user", "invitation").order_by(
        "user__last_name", "user__first_name"
    )
    by_status: dict[str, list[Access]] = {status: [] for status in AccessStatus.values}
    for access in accesses:
        by_status[access.status].append(access)
    active = by_status[AccessStatus.ACTIVE]
    context |= {
        "managers": [access for access in active if access.role == Role.MANAGER],
        "contributors": [access for access in active if access.role == Role.CONTRIBUTOR],
    }
    context["is_last_manager"] = sum(access.user.is_active for access in context["managers"]) == 1
    if request.can_manage:
        pending = by_status[AccessStatus.REQUESTED]
        agent = is_agent(request.user)
        context |= {
            "pending": [access for access in pending if agent or access.pk in decidable],
            "pending_elsewhere": [] if agent else [access for access in pending if access.invitation_id is None],
            "deactivated": by_status[AccessStatus.DEACTIVATED],
            "invitations": organization.invitations.filter(status=InvitationStatus.SENT).select_related("invited_by"),
        }
    return render(request, "organizations/users.html", context)


def _render_form(request: HttpRequest, organization: Organization, template: str, **extra: Any) -> HttpResponse:
    context = {**area_context(request, organization, "account"), **extra}
    return render(request, f"organizations/{template}.html", context)


def _is_confirmed(request: HttpRequest) -> bool:
    """Whether « are you sure » was answered: in the dialog, or on its page for browsers without script."""
    return request.method == "POST" and "confirmed" in request.POST


def _ask_to_confirm(request: HttpRequest, organization: Organization, **question: Any) -> HttpResponse:
    """The page of the question: ``title``, ``text``, ``label`` of the button, and a ``form`` for a reason."""
    return _render_form(request, organization, "confirm", **question)


def _access(organization: Organization, access_id: int) -> Access:
    access = get_object_or_404(Access.objects.select_related("user"), pk=access_id, organization=organization)
    access.organization = organization
    return access


@get_or_post
@fiche_view(manage=True, keeps_form=True)
def invite(request: HttpRequest, organization: Organization) -> HttpResponse:
    """« Inviter un utilisateur »: one address or several."""
    form = InviteForm(typed_in(request))
    if request.method == "POST" and form.is_valid():
        results = services.invite(
            organization=organization,
            emails=form.cleaned_data["emails"],
            role=form.cleaned_data["role"],
            word=form.cleaned_data["word"],
            actor=request.user,
        )
        _tell_outcomes(request, results)
        return redirect("organizations:users", organization.pk)
    return _render_form(request, organization, "invite", form=form)


def _tell_outcomes(request: HttpRequest, results: list[services.Invited]) -> None:
    sent = [result.email for result in results if result.outcome == Outcome.SENT]
    if sent:
        text = ngettext(
            "L’invitation est en route vers %(emails)s. Le lien est bon pendant 14 jours.",
            "Les invitations sont en route vers %(emails)s. Les liens sont bons pendant 14 jours.",
            len(sent),
        )
        messages.success(request, text % {"emails": ", ".join(sent)}, extra_tags="dialog")
    sentences = {
        Outcome.ALREADY_INVITED: _("%(email)s a déjà une invitation en attente : vous pouvez la renvoyer."),
        Outcome.ALREADY_MEMBER: _("%(email)s a déjà accès à cette fiche."),
        Outcome.AWAITS_APPROVAL: _("%(email)s a déjà demandé l’accès : sa demande attend une approbation."),
    }
    for result in results:
        if result.outcome in sentences:
            messages.info(request, sentences[result.outcome] % {"email": result.email})


@require_POST
@fiche_view(manage=True)
def resend_invitation(request: HttpRequest, organization: Organization, invitation_id: int) -> HttpResponse:
    """« Renvoyer »."""
    invitation = get_object_or_404(Invitation, pk=invitation_id, organization=organization)
    services.resend_invitation(invitation=invitation, actor=request.user)
    messages.success(request, _("Un nouveau lien est en route vers %(email)s.") % {"email": invitation.email})
    return redirect("organizations:users", organization.pk)


@get_or_post
@fiche_view(manage=True)
def cancel_invitation(request: HttpRequest, organization: Organization, invitation_id: int) -> HttpResponse:
    """« Annuler », after a confirmation."""
    invitation = get_object_or_404(Invitation, pk=invitation_id, organization=organization)
    if _is_confirmed(request):
        services.cancel_invitation(invitation=invitation, actor=request.user)
        messages.success(request, _("L’invitation de %(email)s est annulée.") % {"email": invitation.email})
        return redirect("organizations:users", organization.pk)
    return _ask_to_confirm(
        request,
        organization,
        title=_("Annuler l’invitation de %(email)s?") % {"email": invitation.email},
        text=_("Le lien déjà envoyé ne fonctionnera plus. Vous pourrez inviter cette personne de nouveau."),
        label=_("Annuler l’invitation"),
    )


def _role_of(request: HttpRequest) -> str:
    """The role of the button that was pressed. A role that is none comes from no button of ours."""
    form = RoleForm(request.POST)
    if not form.is_valid():
        raise PermissionDenied
    return form.cleaned_data["role"]


@require_POST
@fiche_view(manage=True)
def approve(request: HttpRequest, organization: Organization, access_id: int) -> HttpResponse:
    """« Approuver en tant que » « Gestionnaire » | « Collaborateur »."""
    access = services.approve_access(
        access=_access(organization, access_id), role=_role_of(request), actor=request.user
    )
    messages.success(
        request,
        _("%(person)s a maintenant accès à la fiche, comme %(role)s.")
        % {"person": access.user, "role": access.get_role_display().lower()},
    )
    return redirect("organizations:users", organization.pk)


@get_or_post
@fiche_view(manage=True, keeps_form=True)
def refuse(request: HttpRequest, organization: Organization, access_id: int) -> HttpResponse:
    """« Refuser », with the reason."""
    access = _access(organization, access_id)
    confirmed = _is_confirmed(request)
    form = ReasonForm(request.POST if confirmed else take_kept(request))
    if confirmed and form.is_valid():
        services.refuse_access(access=access, reason=form.cleaned_data["reason"], actor=request.user)
        messages.success(request, _("La demande de %(person)s est refusée.") % {"person": access.user})
        return redirect("organizations:users", organization.pk)
    return _ask_to_confirm(
        request,
        organization,
        title=_("Refuser la demande de %(person)s?") % {"person": access.user},
        text=_("La personne n’aura pas accès à la fiche et recevra votre motif par courriel."),
        label=_("Refuser la demande"),
        form=form,
    )


@get_or_post
@fiche_view(manage=True, keeps_form=True)
def deactivate(request: HttpRequest, organization: Organization, access_id: int) -> HttpResponse:
    """« Désactiver », after a confirmation that says what will happen."""
    access = _access(organization, access_id)
    confirmed = _is_confirmed(request)
    form = OptionalReasonForm(request.POST if confirmed else take_kept(request))
    if confirmed and form.is_valid():
        services.deactivate_access(access=access, reason=form.cleaned_data["reason"], actor=request.user)
        messages.success(request, _("L’accès de %(person)s est désactivé.") % {"person": access.user})
        own = access.user == request.user
        return redirect("organizations:area") if own else redirect("organizations:users", organization.pk)
    return _ask_to_confirm(
        request,
        organization,
        title=_("Désactiver l’accès de %(person)s?") % {"person": access.user},
        text=_("La personne ne pourra plus ouvrir cette fiche, dès maintenant. Vous pourrez réactiver son accès."),
        label=_("Désactiver l’accès"),
        form=form,
    )


@require_POST
@fiche_view(manage=True)
def reactivate(request: HttpRequest, organization: Organization, access_id: int) -> HttpResponse:
    """« Réactiver comme » « Gestionnaire » | « Collaborateur »."""
    access = services.reactivate_access(
        access=_access(organization, access_id), role=_role_of(request), actor=request.user
    )
    messages.success(
        request,
        _("L’accès de %(person)s est réactivé, comme %(role)s.")
        % {"person": access.user, "role": access.get_role_display().lower()},
    )
    return redirect("organizations:users", organization.pk)


@require_POST
@fiche_view(manage=True)
def change_role(request: HttpRequest, organization: Organization, access_id: int) -> HttpResponse:
    """Make somebody gestionnaire, or collaborateur."""
    access = services.change_role(access=_access(organization, access_id), role=_role_of(request), actor=request.user)
    messages.success(
        request,
        _("%(person)s est maintenant %(role)s.") % {"person": access.user, "role": access.get_role_display().lower()},
    )
    return redirect("organizations:users", organization.pk)


@get_or_post
@fiche_view(keeps_form=True)
def leave(request: HttpRequest, organization: Organization) -> HttpResponse:
    """Leave the fiche, after a confirmation."""
    access = request.access
    if access is None:
        raise Http404
    confirmed = _is_confirmed(request)
    form = OptionalReasonForm(request.POST if confirmed else take_kept(request))
    if confirmed and form.is_valid():
        services.deactivate_access(access=access, reason=form.cleaned_data["reason"], actor=request.user)
        messages.success(request, _("Vous avez quitté la fiche %(fiche)s.") % {"fiche": organization})
        return redirect("organizations:area")
    return _ask_to_confirm(
        request,
        organization,
        title=_("Quitter la fiche %(fiche)s?") % {"fiche": organization},
        text=_("Vous n’y aurez plus accès, dès maintenant. Pour revenir, il faudra en refaire la demande."),
        label=_("Quitter la fiche"),
        form=form,
    )


@get_or_post
@fiche_view(manage=True, keeps_form=True)
def hand_over(request: HttpRequest, organization: Organization) -> HttpResponse:
    """« Passer le relais »: a gestionnaire who leaves names who follows."""
    access = request.access
    if access is None:
        raise Http404
    form = HandoverForm(typed_in(request), access=access)
    if request.method == "POST" and form.is_valid():
        successor, email = form.cleaned_data["successor"], form.cleaned_data["email"]
        if successor is not None:
            services.hand_over(access=access, successor=successor, actor=request.user)
            messages.success(request, _("Le relais est passé à %(person)s. Merci!") % {"person": successor.user})
            return redirect("organizations:area")
        results = services.invite(
            organization=organization, emails=[email], role=Role.MANAGER, replaces=access, actor=request.user
        )
        _tell_outcomes(request, results)
        return redirect("organizations:users", organization.pk)
    return _render_form(request, organization, "hand_over", form=form)


@require_POST
@fiche_view(manage=True)
def confirm_people(request: HttpRequest, organization: Organization) -> HttpResponse:
    """« Oui, ce sont les bonnes personnes »."""
    services.confirm_people(organization=organization, actor=request.user)
    messages.success(request, _("Merci! C’est noté : vos utilisateurs sont les bonnes personnes."))
    return redirect("organizations:users", organization.pk)
