"""What a fiche's numbers look like: the enterprise number (NEQ) and the postal code."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# The Registraire's numbers begin with 11 (legal persons), 22 (individuals), 33 (others) or 88 (public bodies).
_NEQ = re.compile(r"(?:11|22|33|88)\d{8}")
# Canada Post leaves out D, F, I, O, Q and U; Québec's codes begin with G, H or J.
_POSTAL_CODE = re.compile(r"[GHJ]\d[ABCEGHJ-NPRSTV-Z]\d[ABCEGHJ-NPRSTV-Z]\d")


def clean_neq(text: str) -> str:
    """The ten digits of a NEQ. Raises ValidationError when it is none."""
    digits = re.sub(r"[\s.-]", "", text)
    if not _NEQ.fullmatch(digits):
        raise ValidationError(_("Le NEQ compte 10 chiffres et commence par 11, 22, 33 ou 88."), code="neq")
    return digits


def clean_postal_code(text: str) -> str:
    """« g6p1a1 » → « G6P 1A1 ». Raises ValidationError when it is no postal code of Québec."""
    code = re.sub(r"[\s-]", "", text).upper()
    if not _POSTAL_CODE.fullmatch(code):
        raise ValidationError(
            _("Écrivez un code postal du Québec, qui commence par G, H ou J. Exemple : G6P 1A1"), code="postal_code"
        )
    return f"{code[:3]} {code[3:]}"
