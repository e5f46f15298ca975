"""« Courriels » in the Wagtail admin: what left, what did not and why, « Renvoyer »."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn

from . import services
from .enums import MessageState
from .models import OutgoingMessage
from .staff_frame import StaffList, render_page, staff_view


def kind_label(kind: str) -> str:
    """What sort of message, in words: « organizations/messages/approved » → « Inscription approuvée »."""
    return str(KINDS.get(kind.rpartition("/")[2], kind))


KINDS = {
    "account_exists": gettext_lazy("Compte existant"),
    "confirm_email": gettext_lazy("Confirmation d’adresse"),
    "email_changed": gettext_lazy("Adresse changée"),
    "email_confirmed": gettext_lazy("Adresse confirmée"),
    "password_changed": gettext_lazy("Mot de passe changé"),
    "password_reset": gettext_lazy("Nouveau mot de passe"),
    "unknown_account": gettext_lazy("Compte inconnu"),
    "approved": gettext_lazy("Inscription approuvée"),
    "deactivated": gettext_lazy("Accès désactivé"),
    "details_asked": gettext_lazy("Précision demandée"),
    "details_given": gettext_lazy("Précision reçue"),
    "fiche_merged": gettext_lazy("Fiches fusionnées"),
    "fiche_refused": gettext_lazy("Fiche refusée"),
    "handed_over": gettext_lazy("Relais passé"),
    "invitation": gettext_lazy("Invitation"),
    "joined": gettext_lazy("Personne invitée arrivée"),
    "late_requests": gettext_lazy("Rappel des retards"),
    "consent_asked": gettext_lazy("Consentement demandé"),
    "content_check": gettext_lazy("Vérification de la fiche"),
    "people_check": gettext_lazy("Vérification des utilisateurs"),
    "merge_undone": gettext_lazy("Fusion annulée"),
    "reactivated": gettext_lazy("Accès réactivé"),
    "refused": gettext_lazy("Inscription refusée"),
    "request_received": gettext_lazy("Demande reçue"),
    "change_approved": gettext_lazy("Modification de fiche approuvée"),
    "change_refused": gettext_lazy("Modification de fiche refusée"),
    "change_replaced": gettext_lazy("Proposition écartée par une fusion"),
    "change_to_approve": gettext_lazy("Modification de fiche à approuver"),
    "change_to_decide": gettext_lazy("Modification réservée à approuver"),
    "document_expires": gettext_lazy("Échéance d’un document"),
    "error_reported": gettext_lazy("Erreur signalée"),
    "request_to_decide": gettext_lazy("Inscription à traiter"),
    "role_changed": gettext_lazy("Rôle changé"),
    "silent_fiches": gettext_lazy("Fiches silencieuses"),
    "application_returned": gettext_lazy("Demande retournée"),
    "application_still_to_submit": gettext_lazy("Demande à transmettre, rappel"),
    "application_submitted": gettext_lazy("Preuve de réception d’une demande"),
    "application_to_submit": gettext_lazy("Demande à transmettre"),
    "application_withdrawn": gettext_lazy("Demande retirée"),
    "extension_granted": gettext_lazy("Prolongation d’un appel"),
    "comments_added": gettext_lazy("Commentaires entre collègues"),
    "call_opens": gettext_lazy("Appel annoncé"),
    "call_closes_soon": gettext_lazy("Clôture rappelée"),
    "call_withdrawn": gettext_lazy("Appel retiré"),
    "user_to_approve": gettext_lazy("Utilisateur à approuver"),
    "decision_announced": gettext_lazy("Décision annoncée"),
    "agreement_accepted": gettext_lazy("Entente acceptée"),
    "agreement_declined": gettext_lazy("Renonciation à une aide"),
    "grant_given_up": gettext_lazy("Aide libérée"),
    # Applications in evaluation.
    "application_entrusted": gettext_lazy("Demande confiée"),
    "application_moved": gettext_lazy("Demande suivie : du nouveau"),
    "changes_asked": gettext_lazy("Complément demandé"),
    "changes_reminder": gettext_lazy("Rappel d’un complément"),
    "message_to_fiche": gettext_lazy("Message à un organisme"),
    "message_to_staff": gettext_lazy("Message d’un organisme"),
    "review_reopened": gettext_lazy("Évaluation rouverte"),
    "reviews_assigned": gettext_lazy("Évaluations demandées"),
    "opinion_asked": gettext_lazy("Avis externe demandé"),
    "opinion_reminder": gettext_lazy("Rappel d’un avis externe"),
    "opinion_received": gettext_lazy("Avis externe reçu"),
    "payment_made": gettext_lazy("Versement parti"),
    "amendment_asked": gettext_lazy("Changement demandé"),
    "amendment_decided": gettext_lazy("Réponse à un changement"),
    "report_to_submit": gettext_lazy("Reddition à transmettre"),
    "report_given_back": gettext_lazy("Reddition redonnée"),
    "report_to_check": gettext_lazy("Reddition à vérifier"),
    "report_received": gettext_lazy("Reddition transmise"),
    "report_returned": gettext_lazy("Reddition à corriger"),
    "report_extended": gettext_lazy("Reddition reportée"),
    "report_reminder": gettext_lazy("Rappel de reddition"),
    "recovery_asked": gettext_lazy("Remboursement demandé"),
    "application_closed": gettext_lazy("Demande fermée"),
}


class MessageFilterSet(WagtailFilterSet):
    """By state and by sort."""

    state = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("État"), choices=MessageState.choices, widget=forms.CheckboxSelectMultiple
    )
    kind = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("Sorte"),
        choices=sorted(KINDS.items(), key=lambda item: str(item[1])),
        method="filter_kind",
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = OutgoingMessage
        fields: list[str] = []

    def filter_kind(self, queryset: QuerySet, name: str, value: list[str]) -> QuerySet:
        """The sort is the end of the template's name, in whatever app."""
        wanted = Q()
        for kind in value:
            wanted |= Q(kind__endswith=f"/{kind}")
        return queryset.filter(wanted)


class StateColumn(Column):
    """The state as a tag, and what happens next."""

    cell_template_name = "core/staff/message_state_cell.html"


class MessageList(StaffList):
    """The list."""

    page_title = gettext_lazy("Courriels")
    header_icon = "mail"
    index_url_name = "staff_messages"
    index_results_url_name = "staff_messages_results"
    search_label = gettext_lazy("Chercher une adresse ou un objet")
    filterset_class = MessageFilterSet
    verbose_name_plural = gettext_lazy("courriels")
    no_results_message = gettext_lazy("Aucun courriel ici.")
    default_ordering = "-created_at"
    columns = [
        TitleColumn("subject", label=gettext_lazy("Objet"), url_name="staff_message"),
        Column("to", label=gettext_lazy("À")),
        Column("kind", label=gettext_lazy("Sorte"), accessor=lambda message: kind_label(message.kind)),
        StateColumn("state", label=gettext_lazy("État")),
        DateColumn("created_at", label=gettext_lazy("Créé"), sort_key="created_at"),
    ]

    def get_base_queryset(self) -> QuerySet[OutgoingMessage]:
        """Without the bodies: the list does not show them."""
        return OutgoingMessage.objects.defer("text", "html")

    def search_queryset(self, queryset: QuerySet) -> QuerySet:
        """By address or subject."""
        query = self.search_query
        return queryset.filter(Q(to__icontains=query) | Q(subject__icontains=query)) if query else queryset


@require_safe
@staff_view(back="staff_messages")
def message(request: HttpRequest, pk: int) -> HttpResponse:
    """One message: its state, and its text unless it holds a personal link."""
    shown = get_object_or_404(OutgoingMessage.objects.select_related("user").defer("html"), pk=pk)
    return render_page(
        request,
        "core/staff/message.html",
        title=shown.subject,
        icon="mail",
        trail=[(_("Courriels"), reverse("staff_messages"))],
        message_sent=shown,
        kind=kind_label(shown.kind),
        on_its_way=shown.state in {MessageState.QUEUED, MessageState.SENDING},
    )


@require_POST
@staff_view(back="staff_message", same_object=True)
def send_again(request: HttpRequest, pk: int) -> HttpResponse:
    """« Renvoyer »."""
    services.send_again(message=get_object_or_404(OutgoingMessage, pk=pk), actor=request.user)
    messages.success(request, _("Le courriel est de nouveau en route."))
    return redirect("staff_message", pk=pk)


def failed_count() -> int:
    """How many messages were given up."""
    return OutgoingMessage.objects.filter(state=MessageState.FAILED).count()


def panel_context() -> dict[str, Any]:
    """What the dashboard says of the e-mails."""
    return {"failed": failed_count(), "url": f"{reverse('staff_messages')}?state={MessageState.FAILED}"}
