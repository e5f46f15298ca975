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

SENTENCES |= {
    "funding.application_started_on_behalf": _("{actor} a commencé la demande {subject} au nom de l’organisme."),
    "funding.application_form_renewed": _("{actor} a fait passer la demande {subject} au nouveau formulaire."),
    "funding.file_attached": _("{actor} a joint « {file} » à la demande {subject}."),
    "funding.file_removed": _("{actor} a retiré « {file} » de la demande {subject}."),
}
