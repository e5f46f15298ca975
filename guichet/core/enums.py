"""Choices of the core: the life of an outgoing message, and how promised delays are counted."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MessageState(models.TextChoices):
    """queued → sending → sent | queued (retry) | failed; kept: no mail server on this machine."""

    QUEUED = "queued", _("En file")
    SENDING = "sending", _("En cours d’envoi")
    SENT = "sent", _("Envoyé")
    FAILED = "failed", _("Échec")
    KEPT = "kept", _("Conservé (aucun serveur de courriel)")


class PromiseClock(models.TextChoices):
    """Which hours count towards a promised delay."""

    PLAIN = "plain", _("Heures pleines : toutes les heures comptent")
    OPEN_DAYS = "open_days", _("Jours ouvrables : ni les fins de semaine ni les jours fériés ne comptent")
    OPEN_HOURS = "open_hours", _("Heures d’ouverture : seules les heures d’ouverture des jours ouvrables comptent")
