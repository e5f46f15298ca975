"""Roles, states and their transitions (DESIGN, section 4), and the verbs of the timeline."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Kind(models.TextChoices):
    """« Milieu »."""

    MUNICIPAL = "municipal", _("Municipal")
    SCHOOL = "school", _("Scolaire")
    ASSOCIATION = "association", _("Associatif (OBNL)")
    DISABILITY = "disability", _("Organisme pour personnes handicapées")
    COOPERATIVE = "cooperative", _("Coopérative")
    FEDERATION = "federation", _("Fédération ou association régionale")
    PRIVATE = "private", _("Privé")
    OTHER = "other", _("Autre")


class OrganizationStatus(models.TextChoices):
    """requested → active | refused; active ⇄ archived; active | archived ⇄ merged, the way back for thirty days."""

    REQUESTED = "requested", _("Demandée")
    ACTIVE = "active", pgettext_lazy("fiche", "Active")
    REFUSED = "refused", _("Refusée")
    ARCHIVED = "archived", _("Archivée")
    MERGED = "merged", _("Fusionnée")


ORGANIZATION_TRANSITIONS = {
    OrganizationStatus.REQUESTED: {OrganizationStatus.ACTIVE, OrganizationStatus.REFUSED},
    OrganizationStatus.ACTIVE: {OrganizationStatus.ARCHIVED, OrganizationStatus.MERGED},
    OrganizationStatus.REFUSED: set(),
    OrganizationStatus.ARCHIVED: {OrganizationStatus.ACTIVE, OrganizationStatus.MERGED},
    OrganizationStatus.MERGED: {OrganizationStatus.ACTIVE, OrganizationStatus.ARCHIVED},
}


class Side(models.TextChoices):
    """Of two fiches that become one: which one's value, or both together in a list of choices."""

    TARGET = "target", _("La fiche gardée")
    SOURCE = "source", _("La fiche fusionnée")
    BOTH = "both", _("Les deux ensemble")


class DuplicateState(models.TextChoices):
    """open ⇄ dismissed."""

    OPEN = "open", _("À regarder")
    DISMISSED = "dismissed", _("Deux organismes")


class DuplicateReason(models.TextChoices):
    """Why two fiches may be about the same organisation."""

    NEQ = "neq", _("même NEQ")
    EMAIL = "email", _("même courriel")
    PHONE = "phone", _("même téléphone")
    ADDRESS = "address", _("même adresse")
    NAME = "name", _("noms semblables")


class Section(models.TextChoices):
    """The parts of a fiche: each is read and edited by itself."""

    IDENTITY = "identity", _("Identité")
    OFFER = "offer", _("Activités et offre")
    PICTURES = "pictures", _("Logo et photos")
    CONTACT = "contact", _("Pour vous joindre")
    PLACE = "place", _("Adresses")
    PEOPLE = "people", _("Personnes responsables")
    LIFE = "life", _("Vie de l’organisme")
    DOCUMENTS = "documents", _("Documents")
    VISIBILITY = "visibility", _("Visibilité")


class Publicity(models.TextChoices):
    """Whether the public may see a field of a fiche that agreed to the directory."""

    ALWAYS = "always", _("Toujours publique")
    SHOWN = "shown", _("Publique, sauf si vous la retirez")
    HIDDEN = "hidden", _("Privée, sauf si vous la publiez")
    CONSENT = "consent", _("Publique selon le choix de chaque personne")
    NEVER = "never", _("Toujours privée")


class Season(models.TextChoices):
    """When the offer is open."""

    WINTER = "winter", _("Hiver")
    SPRING = "spring", _("Printemps")
    SUMMER = "summer", _("Été")
    AUTUMN = "autumn", _("Automne")


class RecordCheck(models.TextChoices):
    """Whether criminal records are checked of those who work with young or vulnerable people."""

    ALWAYS = "always", _("Oui, pour toutes les personnes en contact")
    SOME = "some", _("Oui, pour certaines")
    NO = "no", _("Non")
    NOT_CONCERNED = "none", _("Sans objet : ni jeunes ni personnes vulnérables")


class ChangeStatus(models.TextChoices):
    """waiting → approved | refused | withdrawn | replaced."""

    WAITING = "waiting", _("En attente")
    APPROVED = "approved", _("Approuvée")
    REFUSED = "refused", _("Refusée")
    WITHDRAWN = "withdrawn", _("Retirée")
    REPLACED = "replaced", _("Remplacée")


CHANGE_TRANSITIONS = {
    ChangeStatus.WAITING: {
        ChangeStatus.APPROVED,
        ChangeStatus.REFUSED,
        ChangeStatus.WITHDRAWN,
        ChangeStatus.REPLACED,
    },
    ChangeStatus.APPROVED: set(),
    ChangeStatus.REFUSED: set(),
    ChangeStatus.WITHDRAWN: set(),
    ChangeStatus.REPLACED: set(),
}


class FilePurpose(models.TextChoices):
    """What a file of a fiche is for."""

    PICTURE = "picture", _("Image")
    DOCUMENT = "document", _("Document")


class DocumentKind(models.TextChoices):
    """What a private document of a fiche is."""

    CHARTER = "charter", _("Lettres patentes ou statuts")
    BYLAWS = "bylaws", _("Règlements généraux")
    FINANCES = "finances", _("États financiers")
    INSURANCE = "insurance", _("Preuve d’assurance")
    MINUTES = "minutes", _("Procès-verbal d’assemblée")
    RESOLUTION = "resolution", _("Résolution")
    OTHER = "other", _("Autre document")


class ReportState(models.TextChoices):
    """open ⇄ closed."""

    OPEN = "open", _("À regarder")
    CLOSED = "closed", _("Réglée")


REPORT_TRANSITIONS = {
    ReportState.OPEN: {ReportState.CLOSED},
    ReportState.CLOSED: {ReportState.OPEN},
}


class Role(models.TextChoices):
    """What a person is at a fiche."""

    MANAGER = "manager", _("Gestionnaire")
    CONTRIBUTOR = "contributor", _("Collaborateur")


class AccessStatus(models.TextChoices):
    """requested → active | refused; active ⇄ deactivated; refused or deactivated → requested, by asking again."""

    REQUESTED = "requested", _("En attente")
    ACTIVE = "active", _("Actif")
    REFUSED = "refused", _("Refusé")
    DEACTIVATED = "deactivated", _("Désactivé")


ACCESS_TRANSITIONS = {
    AccessStatus.REQUESTED: {AccessStatus.ACTIVE, AccessStatus.REFUSED},
    AccessStatus.ACTIVE: {AccessStatus.DEACTIVATED},
    AccessStatus.REFUSED: {AccessStatus.REQUESTED},
    AccessStatus.DEACTIVATED: {AccessStatus.ACTIVE, AccessStatus.REQUESTED},
}


class InvitationStatus(models.TextChoices):
    """sent → accepted | cancelled | expired."""

    SENT = "sent", _("Envoyée")
    ACCEPTED = "accepted", _("Acceptée")
    CANCELLED = "cancelled", _("Annulée")
    EXPIRED = "expired", _("Expirée")


class Condition(models.TextChoices):
    """How staff compare a field of the fiches with a value."""

    EMPTY = "empty", _("est vide")
    FILLED = "filled", _("est rempli")
    CONTAINS = "contains", _("contient")
    IS = "is", _("est")
    IS_NOT = "is_not", _("n’est pas")
    BELOW = "below", _("est avant, ou plus petit que")
    ABOVE = "above", _("est après, ou plus grand que")


class Listing(models.TextChoices):
    """The lists whose filters staff keep under a name."""

    FICHES = "fiches", _("Fiches")
    APPLICATIONS = "applications", _("Demandes")


class BulkAction(models.TextChoices):
    """What staff do to several fiches at once. The value is the end of the address."""

    ADD_ACTIVITIES = "ajouter-activites", _("Ajouter des activités")
    REMOVE_ACTIVITIES = "retirer-activites", _("Retirer des activités")
    ADD_CLIENTELES = "ajouter-clienteles", _("Ajouter des clientèles")
    REMOVE_CLIENTELES = "retirer-clienteles", _("Retirer des clientèles")
    SET_KIND = "milieu", _("Changer le milieu")
    SET_MUNICIPALITY = "municipalite", _("Changer la municipalité")
    SET_FEDERATION = "federation", _("Changer la fédération ou le regroupement")
    SET_MEMBERSHIP = "adhesion", _("Changer l’adhésion")
    HIDE = "masquer", _("Retirer du répertoire public")
    ASK = "toujours-vraie", _("Demander si elles sont toujours vraies")
    ARCHIVE = "archiver", _("Archiver")
    RESTORE = "remettre", _("Remettre en service")


class ImportState(models.TextChoices):
    """uploaded → checking → ready | unreadable; ready → importing → done."""

    UPLOADED = "uploaded", _("Reçu")
    CHECKING = "checking", _("Vérification en cours")
    READY = "ready", _("À confirmer")
    UNREADABLE = "unreadable", _("Illisible")
    IMPORTING = "importing", _("Importation en cours")
    DONE = "done", _("Terminé")


SENTENCES = {
    "organizations.access_requested": _("{person} a demandé l’accès à la fiche {subject}."),
    "organizations.access_requested_again": _("{person} a demandé de nouveau l’accès à la fiche {subject}."),
    "organizations.access_approved": _("{actor} a approuvé {person} comme {role}."),
    "organizations.access_refused": _("{actor} a refusé la demande d’accès de {person}."),
    "organizations.access_deactivated": _("{actor} a désactivé l’accès de {person}."),
    "organizations.access_left": _("{person} a quitté la fiche {subject}."),
    "organizations.access_reactivated": _("{actor} a réactivé l’accès de {person} comme {role}."),
    "organizations.role_changed": _("{actor} a changé le rôle de {person} : {old_role} est devenu {role}."),
    "organizations.details_asked": _("{actor} a demandé une précision à {person}."),
    "organizations.details_given": _("{person} a répondu à la demande de précision."),
    "organizations.handed_over": _("{actor} a passé le relais à {person}."),
    "organizations.invitation_sent": _("{actor} a invité {email}."),
    "organizations.invitation_resent": _("{actor} a renvoyé l’invitation de {email}."),
    "organizations.invitation_cancelled": _("{actor} a annulé l’invitation de {email}."),
    "organizations.invitation_expired": _("L’invitation de {email} a expiré."),
    "organizations.invitation_accepted": _("{person} a accepté l’invitation envoyée à {email}."),
    "organizations.fiche_requested": _("{actor} a demandé la création de la fiche {subject}."),
    "organizations.fiche_created": _("{actor} a créé la fiche {subject}."),
    "organizations.fiche_approved": _("{actor} a approuvé la création de la fiche {subject}."),
    "organizations.fiche_refused": _("{actor} a refusé la création de la fiche {subject}."),
    "organizations.fiche_is_another": _("{actor} a rattaché la demande de {person} à la fiche existante {other}."),
    "organizations.fiche_changed": _("{actor} a modifié la fiche : {fields}."),
    "organizations.membership_set": _("{actor} a noté que l’organisme est membre jusqu’au {date}."),
    "organizations.membership_ended": _("{actor} a noté que l’organisme n’est pas membre."),
    "organizations.change_proposed": _("{actor} a proposé de modifier la fiche : {fields}."),
    "organizations.change_approved": _("{actor} a approuvé la proposition de {person} : {fields}."),
    "organizations.change_refused": _("{actor} a refusé la proposition de {person} : {fields}."),
    "organizations.change_withdrawn": _("{actor} a retiré une proposition : {fields}."),
    "organizations.version_restored": _("{actor} est revenu à la version du {date} : {fields}."),
    "organizations.content_confirmed": _("{actor} a confirmé que la fiche est toujours vraie."),
    "organizations.content_check_sent": _("Le portail a demandé aux gestionnaires si la fiche est toujours vraie."),
    "organizations.document_reminded": _("Le portail a rappelé l’échéance d’un document : {document}."),
    "organizations.consent_asked": _("Le portail a demandé à {email} ce que le public peut voir."),
    "organizations.consent_given": _("{email} a choisi ce que le public voit de ses coordonnées."),
    "organizations.fiche_taken": _("{actor} a téléchargé toute la fiche."),
    "organizations.error_reported": _("Quelqu’un a signalé une erreur dans la page publique de la fiche."),
    "organizations.report_closed": _("{actor} a réglé une erreur signalée dans la page publique de la fiche."),
    "organizations.report_reopened": _("{actor} a rouvert une erreur signalée dans la page publique de la fiche."),
    "organizations.fiche_archived": _("{actor} a archivé la fiche {subject}."),
    "organizations.fiche_restored": _("{actor} a remis la fiche {subject} en service."),
    "organizations.fiche_merged": _("{actor} a fusionné la fiche {subject} dans la fiche {other}."),
    "organizations.fiche_absorbed": _("{actor} a fusionné la fiche {other} dans la fiche {subject}."),
    "organizations.merge_undone": _("{actor} a annulé la fusion des fiches {subject} et {other}."),
    "organizations.access_followed": _("L’accès de {person} à la fiche {other} a suivi la fusion : {role}."),
    "organizations.change_replaced": _("La fusion a écarté la proposition de {person} : {fields}."),
    "organizations.fiche_imported": _("{actor} a importé la fiche {subject} du fichier {file}."),
    "organizations.filter_saved": _("{actor} a enregistré « {subject} », pour une liste."),
    "organizations.filter_changed": _("{actor} a modifié « {subject} », enregistré pour une liste."),
    "organizations.filter_deleted": _("{actor} a supprimé « {subject} », enregistré pour une liste."),
    "organizations.content_check_asked": _("{actor} a demandé aux gestionnaires si la fiche est toujours vraie."),
    "organizations.people_confirmed": _(
        "{actor} a confirmé que les utilisateurs de la fiche sont les bonnes personnes."
    ),
    "organizations.people_check_sent": _(
        "Le portail a demandé aux gestionnaires si les utilisateurs sont toujours les bons."
    ),
    "organizations.silence_reported": _("Le portail a signalé que les gestionnaires sont silencieux depuis un an."),
}
