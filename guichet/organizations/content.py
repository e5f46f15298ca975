"""The fields of a fiche that people change: in which section, public or private, and why each matters."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .enums import Publicity, Section


@dataclass(frozen=True)
class ContentField:
    """One field. ``why``: what an empty one costs the organisation; without it, the field is not missed.

    ``kept_by_body``: only the body's staff set it; the fiche's people read it.
    """

    name: str
    section: Section
    publicity: Publicity
    why: str | Promise = ""
    kept_by_body: bool = False


_ALL = (
    ContentField("name", Section.IDENTITY, Publicity.ALWAYS, _("Sans lui, personne ne vous trouve.")),
    ContentField("usual_name", Section.IDENTITY, Publicity.ALWAYS),
    ContentField("initials", Section.IDENTITY, Publicity.ALWAYS),
    ContentField("kind", Section.IDENTITY, Publicity.ALWAYS, _("Il décide des programmes qui vous sont ouverts.")),
    ContentField("neq", Section.IDENTITY, Publicity.HIDDEN, _("Il est exigé pour demander une aide financière.")),
    ContentField("founded_year", Section.IDENTITY, Publicity.SHOWN),
    ContentField("federation", Section.IDENTITY, Publicity.SHOWN),
    ContentField("member_until", Section.IDENTITY, Publicity.NEVER, kept_by_body=True),
    ContentField(
        "description",
        Section.OFFER,
        Publicity.SHOWN,
        _("Deux ou trois phrases aident une famille à savoir si c’est pour elle."),
    ),
    ContentField("activities", Section.OFFER, Publicity.SHOWN, _("Les gens cherchent par activité.")),
    ContentField("clienteles", Section.OFFER, Publicity.SHOWN, _("Les gens cherchent pour quelqu’un.")),
    ContentField("seasons", Section.OFFER, Publicity.SHOWN, _("On saura quand s’inscrire.")),
    ContentField("season_note", Section.OFFER, Publicity.SHOWN),
    ContentField("territory", Section.OFFER, Publicity.SHOWN),
    ContentField("members_count", Section.OFFER, Publicity.HIDDEN, _("Il compte dans plusieurs programmes.")),
    ContentField("volunteers_count", Section.OFFER, Publicity.HIDDEN),
    ContentField(
        "access_features",
        Section.OFFER,
        Publicity.SHOWN,
        _("Une personne handicapée saura qu’elle peut venir."),
    ),
    ContentField("access_note", Section.OFFER, Publicity.SHOWN),
    ContentField("logo", Section.PICTURES, Publicity.SHOWN, _("On vous reconnaît au premier coup d’œil.")),
    ContentField("pictures", Section.PICTURES, Publicity.SHOWN, _("Une photo en dit plus qu’une description.")),
    ContentField("phone", Section.CONTACT, Publicity.HIDDEN, _("Nous vous joignons ainsi en cas d’urgence.")),
    ContentField("other_phone", Section.CONTACT, Publicity.HIDDEN),
    ContentField("email", Section.CONTACT, Publicity.HIDDEN, _("C’est là que nous vous écrivons.")),
    ContentField("website", Section.CONTACT, Publicity.SHOWN),
    ContentField("facebook", Section.CONTACT, Publicity.SHOWN),
    ContentField("instagram", Section.CONTACT, Publicity.SHOWN),
    ContentField("other_network", Section.CONTACT, Publicity.SHOWN),
    ContentField("municipality", Section.PLACE, Publicity.ALWAYS, _("Les gens cherchent près de chez eux.")),
    ContentField("address", Section.PLACE, Publicity.HIDDEN, _("Elle est exigée pour recevoir un versement.")),
    ContentField("postal_code", Section.PLACE, Publicity.HIDDEN),
    ContentField("mailing_address", Section.PLACE, Publicity.NEVER),
    ContentField("mailing_city", Section.PLACE, Publicity.NEVER),
    ContentField("mailing_postal_code", Section.PLACE, Publicity.NEVER),
    ContentField("people", Section.PEOPLE, Publicity.CONSENT, _("Nous savons à qui parler, même quand vous partez.")),
    ContentField("last_meeting_on", Section.LIFE, Publicity.NEVER),
    ContentField("year_end", Section.LIFE, Publicity.NEVER),
    ContentField("record_check", Section.LIFE, Publicity.NEVER, _("Les programmes pour les jeunes le demandent.")),
    ContentField("documents", Section.DOCUMENTS, Publicity.NEVER, _("Ils sont prêts quand un programme les demande.")),
    ContentField("is_listed", Section.VISIBILITY, Publicity.NEVER, _("Le répertoire vous fait connaître.")),
    ContentField("public_fields", Section.VISIBILITY, Publicity.NEVER),
)
FIELDS: dict[str, ContentField] = {field.name: field for field in _ALL}

RESERVED_BY_DEFAULT = ["name", "neq", "kind"]
# Decisions of today, which no older version of the fiche brings back.
NOT_RESTORED = {"is_listed", "public_fields", *(field.name for field in _ALL if field.kept_by_body)}


def fields_of(section: str) -> list[str]:
    """The names of a section's fields, in order."""
    return [field.name for field in _ALL if field.section == section]


def own_fields_of(section: str) -> list[str]:
    """Those of them that the fiche's people change."""
    return [name for name in fields_of(section) if not FIELDS[name].kept_by_body]


def default_public_fields() -> list[str]:
    """What shows of a fiche that agrees to the directory and says nothing more."""
    return [field.name for field in _ALL if field.publicity == Publicity.SHOWN]


def choosable_fields() -> list[str]:
    """The fields whose organisation decides whether they are public."""
    return [field.name for field in _ALL if field.publicity in {Publicity.SHOWN, Publicity.HIDDEN}]


def public_names(chosen: list[str]) -> list[str]:
    """The fields that the public may see when these are chosen: never one that is always private.

    Of the people in charge, each one's consent says what: see `values.public_content`.
    """
    return [
        field.name
        for field in _ALL
        if field.publicity in {Publicity.ALWAYS, Publicity.CONSENT}
        or (field.publicity in {Publicity.SHOWN, Publicity.HIDDEN} and field.name in chosen)
    ]
