"""States of calls and applications, their transitions (DESIGN, section 4), and the verbs of the timeline."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CallStatus(models.TextChoices):
    """draft → published ⇄ withdrawn. Whether a published call takes applications is a matter of its dates."""

    DRAFT = "draft", pgettext_lazy("appel", "En préparation")
    PUBLISHED = "published", pgettext_lazy("appel", "Publié")
    WITHDRAWN = "withdrawn", pgettext_lazy("appel", "Retiré")


CALL_TRANSITIONS = {
    CallStatus.DRAFT: {CallStatus.PUBLISHED},
    CallStatus.PUBLISHED: {CallStatus.WITHDRAWN},
    CallStatus.WITHDRAWN: {CallStatus.PUBLISHED},
}


class FormPurpose(models.TextChoices):
    """What a form is filled for."""

    APPLICATION = "application", _("Demande")
    REPORT = "report", _("Reddition de comptes")


class ApplicationStatus(models.TextChoices):
    """draft → awaiting_manager → submitted → in_review → accepted | refused | waitlisted.

    in_review → changes_requested → submitted; accepted → report_due → report_submitted → closed;
    any state before a decision → withdrawn. A contributor's completion goes by its managers too.
    """

    DRAFT = "draft", pgettext_lazy("demande", "Brouillon")
    AWAITING_MANAGER = "awaiting_manager", pgettext_lazy("demande", "À transmettre par un gestionnaire")
    SUBMITTED = "submitted", pgettext_lazy("demande", "Transmise")
    IN_REVIEW = "in_review", pgettext_lazy("demande", "En évaluation")
    CHANGES_REQUESTED = "changes_requested", pgettext_lazy("demande", "À compléter")
    ACCEPTED = "accepted", pgettext_lazy("demande", "Acceptée")
    REFUSED = "refused", pgettext_lazy("demande", "Refusée")
    WAITLISTED = "waitlisted", pgettext_lazy("demande", "Sur la liste d’attente")
    REPORT_DUE = "report_due", pgettext_lazy("demande", "Reddition de comptes à faire")
    REPORT_SUBMITTED = "report_submitted", pgettext_lazy("demande", "Reddition de comptes transmise")
    CLOSED = "closed", pgettext_lazy("demande", "Fermée")
    WITHDRAWN = "withdrawn", pgettext_lazy("demande", "Retirée")


_A = ApplicationStatus
APPLICATION_TRANSITIONS = {
    _A.DRAFT: {_A.AWAITING_MANAGER, _A.SUBMITTED, _A.WITHDRAWN},
    _A.AWAITING_MANAGER: {_A.DRAFT, _A.CHANGES_REQUESTED, _A.SUBMITTED, _A.WITHDRAWN},
    _A.SUBMITTED: {_A.IN_REVIEW, _A.WITHDRAWN},
    _A.IN_REVIEW: {_A.CHANGES_REQUESTED, _A.ACCEPTED, _A.REFUSED, _A.WAITLISTED, _A.WITHDRAWN},
    _A.CHANGES_REQUESTED: {_A.AWAITING_MANAGER, _A.SUBMITTED, _A.WITHDRAWN},
    _A.WAITLISTED: {_A.ACCEPTED, _A.REFUSED},
    _A.ACCEPTED: {_A.REPORT_DUE, _A.CLOSED},
    _A.REFUSED: set(),
    _A.REPORT_DUE: {_A.REPORT_SUBMITTED, _A.CLOSED},
    _A.REPORT_SUBMITTED: {_A.REPORT_DUE, _A.CLOSED},
    _A.CLOSED: set(),
    _A.WITHDRAWN: set(),
}
# The client may still write in it.
OPEN_TO_CLIENTS = (_A.DRAFT, _A.CHANGES_REQUESTED)
# LSCQ has it and has announced nothing.
BEFORE_DECISION = (_A.SUBMITTED, _A.IN_REVIEW, _A.CHANGES_REQUESTED)
# Something is still to be done about it, by whoever: the rest are archives.
ENDED = (_A.REFUSED, _A.CLOSED, _A.WITHDRAWN)


SENTENCES = {
    "funding.application_started": _("{actor} a commencé la demande {subject}."),
    "funding.application_sent_to_managers": _("{actor} a remis la demande {subject} aux gestionnaires."),
    "funding.application_returned": _("{actor} a retourné la demande {subject} pour correction."),
    "funding.application_submitted": _("{actor} a transmis la demande {subject}, sous le numéro {number}."),
    "funding.application_withdrawn": _("{actor} a retiré la demande {subject}."),
    "funding.extension_granted": _("{actor} a prolongé l’appel « {call} » jusqu’au {until} pour la fiche {subject}."),
}

SENTENCES |= {
    "funding.application_started_on_behalf": _("{actor} a commencé la demande {subject} au nom de l’organisme."),
    "funding.application_form_renewed": _("{actor} a fait passer la demande {subject} au nouveau formulaire."),
    "funding.file_attached": _("{actor} a joint « {file} » à la demande {subject}."),
    "funding.file_removed": _("{actor} a retiré « {file} » de la demande {subject}."),
}

# --- After the decision: payments, change requests, the final report ---------------------------------------------

# Granted, and not yet closed: what is paid, asked, reported and recovered happens here.
FOLLOWED = (_A.ACCEPTED, _A.REPORT_DUE, _A.REPORT_SUBMITTED)


class PaymentStatus(models.TextChoices):
    """planned ⇄ ready → paid; planned | ready → cancelled. A payment that was noted by mistake is ready again."""

    PLANNED = "planned", pgettext_lazy("versement", "Prévu")
    READY = "ready", pgettext_lazy("versement", "À payer")
    PAID = "paid", pgettext_lazy("versement", "Payé")
    CANCELLED = "cancelled", pgettext_lazy("versement", "Annulé")


PAYMENT_TRANSITIONS = {
    PaymentStatus.PLANNED: {PaymentStatus.READY, PaymentStatus.CANCELLED},
    PaymentStatus.READY: {PaymentStatus.PLANNED, PaymentStatus.PAID, PaymentStatus.CANCELLED},
    PaymentStatus.PAID: {PaymentStatus.READY},
    PaymentStatus.CANCELLED: set(),
}
UNPAID = (PaymentStatus.PLANNED, PaymentStatus.READY)


class PaymentMethod(models.TextChoices):
    """How the money leaves."""

    CHEQUE = "cheque", _("Chèque")
    TRANSFER = "transfer", _("Virement")


class AmendmentSubject(models.TextChoices):
    """What a fiche asks to change of what was agreed."""

    AMOUNT = "amount", _("Le montant")
    DATES = "dates", _("Les dates")
    PROJECT = "project", _("Le projet")


class AmendmentStatus(models.TextChoices):
    """asked → accepted | refused | withdrawn."""

    ASKED = "asked", pgettext_lazy("changement", "À décider")
    ACCEPTED = "accepted", pgettext_lazy("changement", "Accepté")
    REFUSED = "refused", pgettext_lazy("changement", "Refusé")
    WITHDRAWN = "withdrawn", pgettext_lazy("changement", "Retiré")


FOLLOWING_SENTENCES = {
    "funding.payments_planned": _("{actor} a préparé les versements de {subject} : {amount} en tout."),
    "funding.payment_changed": _("{actor} a modifié le versement {number} de {subject} : {amount}."),
    "funding.payment_ready": _("{actor} a mis à payer le versement {number} de {subject} : {amount}."),
    "funding.payment_held": _("{actor} a remis à plus tard le versement {number} de {subject} : {amount}."),
    "funding.payment_paid": _(
        "{actor} a noté le paiement du versement {number} de {subject} : {amount}, référence {reference}."
    ),
    "funding.payment_taken_back": _("{actor} a repris le versement {number} de {subject}, noté payé : {amount}."),
    "funding.payment_cancelled": _("{actor} a annulé le versement {number} de {subject} : {amount}."),
    "funding.amendment_asked": _("{actor} a demandé un changement à {subject} ({what})."),
    "funding.amendment_accepted": _("{actor} a accepté un changement à {subject} ({what} : {before} → {after})."),
    "funding.amendment_refused": _("{actor} a refusé un changement à {subject} ({what})."),
    "funding.amendment_withdrawn": _("{actor} a retiré sa demande de changement à {subject} ({what})."),
    "funding.report_sent_to_managers": _("{actor} a remis la reddition de comptes de {subject} aux gestionnaires."),
    "funding.report_given_back": _("{actor} a redonné la reddition de comptes de {subject} à qui la prépare."),
    "funding.report_submitted": _("{actor} a transmis la reddition de comptes de {subject}."),
    "funding.report_returned": _("{actor} a retourné la reddition de comptes de {subject} pour correction."),
    "funding.report_extended": _("{actor} a reporté au {date} la reddition de comptes de {subject}."),
    "funding.report_reminded": _("{actor} a rappelé la reddition de comptes de {subject}, attendue le {date}."),
    "funding.recovery_asked": _("{actor} a demandé le remboursement de {amount} pour {subject}."),
    "funding.recovery_received": _(
        "{actor} a noté le remboursement de {amount} pour {subject}, référence {reference}."
    ),
    "funding.recovery_dropped": _("{actor} a renoncé au remboursement de {amount} pour {subject}."),
    "funding.application_closed": _("{actor} a fermé la demande {subject}."),
}
SENTENCES |= FOLLOWING_SENTENCES
