"""One way to write an e-mail address, so that two spellings are one person."""

from __future__ import annotations

import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

MAX_LENGTH = 254  # RFC 5321, 4.5.3.1.3: a path of 256 octets, less its angle brackets.
INVISIBLE = dict.fromkeys([0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF])


def normalize_email(address: str) -> str:
    """The address as it is stored and compared: no spaces around, composed, lower case.

    Lower-casing the local part is against the letter of RFC 5321 and with what every mail server does.
    """
    return unicodedata.normalize("NFKC", address).translate(INVISIBLE).strip().lower()


def clean_email(address: str) -> str:
    """The normalized address. Raises ValidationError, in words for the person, when it is none."""
    email = normalize_email(address)
    if len(email) > MAX_LENGTH:
        raise ValidationError(_("Cette adresse est trop longue : une adresse courriel compte au plus 254 caractères."))
    if not email.rpartition("@")[0].isascii():
        raise ValidationError(_("La partie avant le @ ne peut pas contenir d’accent : vérifiez l’adresse."))
    try:
        validate_email(email)
    except ValidationError as error:
        raise ValidationError(
            _("Cette adresse courriel n’est pas complète. Exemple : prenom.nom@exemple.ca")
        ) from error
    return email
