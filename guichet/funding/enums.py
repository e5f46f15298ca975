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


class CallPhase(models.TextChoices):
    """What people see of a call: its state, and its dates once it is published."""

    DRAFT = "draft", pgettext_lazy("appel", "En préparation")
    COMING = "coming", pgettext_lazy("appel", "À venir")
    OPEN = "open", pgettext_lazy("appel", "Ouvert")
    CLOSED = "closed", pgettext_lazy("appel", "Fermé")
    WITHDRAWN = "withdrawn", pgettext_lazy("appel", "Retiré")


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

# --- Programmes, calls, forms
SENTENCES |= {
    "funding.program_created": _("{actor} a créé le programme {subject}."),
    "funding.program_changed": _("{actor} a modifié le programme {subject}."),
    "funding.program_published": _("{actor} a fait paraître le programme {subject} dans le site."),
    "funding.program_unpublished": _("{actor} a retiré le programme {subject} du site."),
    "funding.program_assigned": _("{actor} a confié le programme {subject} à : {officers}."),
    "funding.call_created": _("{actor} a créé l’appel {subject}."),
    "funding.call_copied": _("{actor} a créé l’appel {subject} en copiant « {source} »."),
    "funding.call_changed": _("{actor} a modifié l’appel {subject}."),
    "funding.call_moved": _("{actor} a changé les dates de l’appel {subject} : {before}, puis {after}."),
    "funding.call_published": _("{actor} a publié l’appel {subject}."),
    "funding.call_withdrawn": _("{actor} a retiré l’appel {subject}."),
    "funding.call_announced": _("{actor} a annoncé l’ouverture de l’appel {subject}. Destinataires : {count}."),
    "funding.form_created": _("{actor} a créé le formulaire {subject}."),
    "funding.form_changed": _("{actor} a modifié le formulaire {subject}."),
    "funding.form_published": _("{actor} a publié la version {number} du formulaire {subject}."),
    "funding.form_deleted": _("{actor} a supprimé le formulaire {subject}."),
}

# --- Evaluating -----------------------------------------------------------------------------------


class ReviewState(models.TextChoices):
    """draft ⇄ done: whoever evaluates finishes, and whoever runs the programme may reopen."""

    DRAFT = "draft", pgettext_lazy("évaluation", "En cours")
    DONE = "done", pgettext_lazy("évaluation", "Terminée")


class CannedPurpose(models.TextChoices):
    """Where a text that staff keep is offered."""

    COMPLETION = "completion", _("Demande de complément")
    MESSAGE = "message", _("Message à l’organisme")


class ManyAction(models.TextChoices):
    """What staff do to several applications at once; the value is in the address."""

    TAKE_IN = "prendre", _("Prendre en évaluation")
    ASSIGN = "confier", _("Confier")
    LABEL = "etiqueter", _("Étiqueter")


class Recommendation(models.TextChoices):
    """What somebody outside the body, whose opinion was asked, advises."""

    FAVORABLE = "favorable", pgettext_lazy("avis", "Favorable")
    RESERVED = "reserved", pgettext_lazy("avis", "Favorable avec réserves")
    UNFAVORABLE = "unfavorable", pgettext_lazy("avis", "Défavorable")


# A review is written while the application is in the body's hands.
OPEN_TO_REVIEWS = (_A.SUBMITTED, _A.IN_REVIEW, _A.CHANGES_REQUESTED)

SENTENCES |= {
    "funding.application_taken_in": _("{actor} a pris la demande {subject} en évaluation."),
    "funding.changes_asked": _("{actor} a demandé de compléter la demande {subject} d’ici le {due_on}."),
    "funding.changes_received": _(
        "La demande {subject} est complétée. L’attente a duré {days} j : la décision est promise pour le {due_on}."
    ),
    "funding.changes_waived": _("{actor} a repris la demande {subject} sans attendre le complément."),
    "funding.message_sent": _("{actor} a écrit un message au sujet de la demande {subject}."),
    # What staff alone read: see `Dossier`.
    "funding.officer_changed": _("{actor} a confié la demande {subject} à {person}."),
    "funding.officer_removed": _("{actor} a retiré la demande {subject} à {person}."),
    "funding.labels_changed": _("{actor} a changé les étiquettes de la demande {subject} : {labels}."),
    "funding.note_added": _("{actor} a ajouté une note interne à la demande {subject}."),
    "funding.conflict_declared": _("{actor} a déclaré un conflit d’intérêts avec la demande {subject}."),
    "funding.conflict_lifted": _("{actor} a levé le conflit d’intérêts de {person} avec la demande {subject}."),
    "funding.review_assigned": _("{actor} a demandé à {person} d’évaluer la demande {subject}."),
    "funding.review_removed": _("{actor} a retiré l’évaluation de la demande {subject} à {person}."),
    "funding.review_done": _("{actor} a terminé son évaluation de la demande {subject}."),
    "funding.review_reopened": _("{actor} a rouvert l’évaluation de {person} pour la demande {subject}."),
    # An opinion from outside: what it says is read in its place, once one may.
    "funding.opinion_asked": _(
        "{actor} a demandé à {expert} un avis externe sur la demande {subject}, d’ici le {due_on}."
    ),
    "funding.opinion_sent_again": _(
        "{actor} a renvoyé à {expert} le lien de l’avis externe sur la demande {subject}, attendu le {due_on}."
    ),
    "funding.opinion_reminded": _(
        "{actor} a rappelé à {expert} l’avis externe sur la demande {subject}, attendu le {due_on}."
    ),
    "funding.opinion_declared": _(
        "{expert} s’engage à la confidentialité et déclare n’avoir aucun conflit d’intérêts avec la demande {subject}."
    ),
    "funding.opinion_given": _("{expert} a remis son avis externe sur la demande {subject}."),
    "funding.opinion_corrected": _("{expert} a corrigé son avis externe sur la demande {subject}."),
    "funding.opinion_revoked": _("{actor} a fermé le lien de {expert} vers la demande {subject}."),
}

SENTENCES |= {
    "funding.application_started_on_behalf": _("{actor} a commencé la demande {subject} au nom de l’organisme."),
    "funding.application_form_renewed": _("{actor} a fait passer la demande {subject} au nouveau formulaire."),
    "funding.file_attached": _("{actor} a joint « {file} » à la demande {subject}."),
    "funding.file_removed": _("{actor} a retiré « {file} » de la demande {subject}."),
}


# --- Deciding -------------------------------------------------------------------------------------


class Outcome(models.TextChoices):
    """What becomes of an application; `STATUS_OF` says which state it then has."""

    ACCEPTED = "accepted", pgettext_lazy("décision", "Acceptée")
    REFUSED = "refused", pgettext_lazy("décision", "Refusée")
    WAITLISTED = "waitlisted", pgettext_lazy("décision", "Liste d’attente")


STATUS_OF = {
    Outcome.ACCEPTED: _A.ACCEPTED,
    Outcome.REFUSED: _A.REFUSED,
    Outcome.WAITLISTED: _A.WAITLISTED,
}
# About which the body may prepare a decision.
DECIDABLE = (_A.IN_REVIEW, _A.WAITLISTED)
# A prepared grant holds a part of the envelope while its application may still get it.
HOLDS_ENVELOPE = (*BEFORE_DECISION, _A.WAITLISTED)

SENTENCES |= {
    "funding.ranking_saved": _("{actor} a enregistré les montants essayés de l’appel {subject} : {total} en tout."),
    "funding.ranking_closed": _("{actor} a fermé le classement de l’appel {subject}."),
    "funding.ranking_reopened": _("{actor} a rouvert le classement de l’appel {subject}."),
    "funding.decision_prepared": _("{actor} a préparé une décision pour {subject} : {decision}."),
    "funding.decision_changed": _("{actor} a changé la décision préparée pour {subject} : {before} → {decision}."),
    "funding.decision_dropped": _("{actor} a retiré la décision préparée pour {subject} : {decision}."),
    "funding.envelope_exceeded": _("{actor} a confirmé un dépassement de l’enveloppe de {amount} pour {subject}."),
    "funding.announcement_started": _("{actor} a lancé l’annonce de {count} décisions de l’appel {subject}."),
    "funding.application_accepted": _("{actor} a annoncé la décision : {subject} est acceptée, {amount}."),
    "funding.application_refused": _("{actor} a annoncé la décision : {subject} est refusée."),
    "funding.application_waitlisted": _("{actor} a annoncé la décision : {subject} est sur la liste d’attente."),
    "funding.agreement_accepted": _("{actor} a accepté l’entente de {subject} : {amount}."),
    "funding.agreement_declined": _("{actor} a renoncé à l’aide accordée à {subject} : {amount}."),
    "funding.letter_template_changed": _("{actor} a modifié la lettre « {outcome} » du programme {subject}."),
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


SENTENCES |= {
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
