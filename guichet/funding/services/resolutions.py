"""The resolution of the council that a call asks for: a PDF made from the application, to sign and hand back in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from guichet.core.models import SiteSettings
from guichet.core.pdf import compile_pdf

from ..models import Application
from ..schema import format_amount
from .reading import verdict_of

TEMPLATE = "funding/typst/resolution.typ"


def resolution_pdf(application: Application) -> bytes:
    """The resolution as PDF: in French, for a council's minutes."""
    with override(settings.LANGUAGE_CODE):
        return compile_pdf(TEMPLATE, resolution_data(application))


def resolution_data(application: Application) -> dict[str, Any]:
    """What it says; a blank is written by hand."""
    organization, call = application.organization, application.call
    requested = application.requested if application.submitted_at else verdict_of(application).requested
    body = SiteSettings.load().name
    what = {
        "fiche": organization.name,
        "title": application,
        "amount": format_amount(requested) if requested else "____________ $",
        "body": body,
        "program": call.program.name,
        "call": call.name,
    }
    return {
        "title": _("Résolution"),
        "about": _("Demande d’aide financière : %(title)s") % what
        + (f" ({application.number})" if application.number else ""),
        "blanks": [
            [_("Organisme"), organization.name],
            [_("Réunion du"), ""],
            [_("Résolution numéro"), ""],
            [_("Proposée par"), ""],
            [_("Appuyée par"), ""],
        ],
        "whereas": [
            _("Attendu que %(body)s offre le programme « %(program)s » (%(call)s);") % what,
            _("attendu que %(fiche)s souhaite réaliser le projet « %(title)s »;") % what,
        ],
        "resolved_word": _("Il est résolu :"),
        "resolved": [
            _("de demander à %(body)s une aide financière de %(amount)s pour ce projet;") % what,
            _("de payer la part de %(fiche)s et de respecter les engagements du programme;") % what,
            _(
                "d’autoriser ______________________________ à signer, au nom de %(fiche)s, "
                "tout document qui concerne cette demande."
            )
            % what,
        ],
        "signatures": [
            _("Présidence ou mairie : nom et signature"),
            _("Date"),
            _("Secrétariat ou greffe : nom et signature"),
            _("Date"),
        ],
    }
