"""Amounts and numbers as people type them, and as they read them. Decimals, never floats."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _

NBSP = "\u00a0"
MINUS = "\u2212"
CENT = Decimal("0.01")
AMOUNT_AT_MOST = Decimal("99999999.99")
NUMBER_AT_MOST = Decimal("999999999999")
# Longer than any number that is accepted, with its spaces.
LENGTH_AT_MOST = 60
_MINUS_SIGNS = "-−–—‐‑"
_GROUPS = re.compile(r"\d{1,3}(?:([ .,])\d{3})(?:\1\d{3})*")
_BLANKS = re.compile(r"\s+")


def parse_amount(text: str) -> Decimal:
    """« 1 234,50 $ », « 1,234.50 », « 1234.5 » → the amount, to the cent. Raises ValidationError, which says why."""
    plain = _BLANKS.sub(" ", text[: LENGTH_AT_MOST * 10]).strip()
    plain = (plain.removesuffix("$") if plain.endswith("$") else plain.removeprefix("$")).strip()
    if plain.startswith("(") or any(sign in plain for sign in _MINUS_SIGNS):
        raise ValidationError(_("Un montant ne peut pas être négatif."), code="negative")
    amount = _read(plain, 2, _("Écrivez le montant au cent près : deux chiffres au plus après la virgule."))
    if amount > AMOUNT_AT_MOST:
        raise ValidationError(
            _("Ce montant est trop grand. Le plus grand accepté est %(most)s.")
            % {"most": format_amount(AMOUNT_AT_MOST)},
            code="too_big",
        )
    return amount.quantize(CENT)


def parse_number(text: str, decimals: int = 0) -> Decimal:
    """A number as people type it, negative or not. Raises ValidationError, which says why."""
    plain = _BLANKS.sub(" ", text[: LENGTH_AT_MOST * 10]).strip()
    is_negative = plain[:1] in _MINUS_SIGNS and plain != ""
    if decimals:
        too_fine = _("Écrivez au plus %(count)d chiffres après la virgule.") % {"count": decimals}
    else:
        too_fine = _("Écrivez un nombre entier, sans virgule.")
    number = _read(plain[1:].strip() if is_negative else plain, decimals, too_fine)
    if number > NUMBER_AT_MOST:
        raise ValidationError(_("Ce nombre est trop grand."), code="too_big")
    return -number if is_negative else number


def parse_date(text: str) -> dt.date:
    """« 2027-03-31 », as browsers send it, or « 31/03/2027 ». Raises ValidationError when it is no day."""
    numbers = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text.strip(), re.ASCII)
    if numbers:
        year, month, day = map(int, numbers.groups())
    elif numbers := re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text.strip(), re.ASCII):
        day, month, year = map(int, numbers.groups())
    else:
        raise ValidationError(_("Écrivez la date ainsi : année-mois-jour, par exemple 2027-03-31."), code="date")
    try:
        return dt.date(year, month, day)
    except ValueError as problem:
        raise ValidationError(_("Cette date n’existe pas au calendrier."), code="no_such_day") from problem


def _read(plain: str, decimals: int, too_fine: str) -> Decimal:
    """The number that a text without sign or currency says, with so many decimals at most."""
    _require_digits(plain)
    whole, fraction = _split(plain, decimals)
    # A thousandth of a cent is refused, even when it is nothing: who typed it meant another amount.
    if len(fraction) > decimals:
        raise ValidationError(too_fine, code="too_fine")
    if not (whole.isdigit() or _GROUPS.fullmatch(whole)) or " " in fraction:
        raise ValidationError(
            _("Ce nombre est mal découpé. Écrivez-le sans espace, par exemple 1234,50."), code="groups"
        )
    digits = re.sub(r"\D", "", whole)
    return Decimal(f"{digits}.{fraction or 0}")


def _require_digits(plain: str) -> None:
    """Refuse what is no number, each with its own sentence."""
    if not plain:
        raise ValidationError(_("Écrivez un nombre."), code="empty")
    if len(plain) > LENGTH_AT_MOST:
        raise ValidationError(_("Ce nombre est trop long."), code="too_long")
    if any(character.isnumeric() and not character.isascii() for character in plain):
        raise ValidationError(_("Écrivez avec les chiffres 0 à 9."), code="digits")
    if not re.fullmatch(r"[\d ., ]*\d[\d ., ]*", plain, re.ASCII):
        raise ValidationError(
            _("Écrivez seulement des chiffres, par exemple 1234,50 : ni lettres ni autres signes."), code="letters"
        )


def _split(plain: str, decimals: int) -> tuple[str, str]:
    """The whole part, with its separators of thousands, and the decimals."""
    marks = [character for character in plain if character in ",."]
    if not marks:
        return plain, ""
    last = marks[-1]
    whole, fraction = (part.strip() for part in plain.rsplit(last, 1))
    if marks.count(last) > 1:
        # A decimal mark comes once: these cut thousands, « 1,234,567 ».
        return plain, ""
    looks_grouped = len(marks) == 1 and re.fullmatch(r"[1-9]\d{0,2}", whole) and re.fullmatch(r"\d{3}", fraction)
    if looks_grouped and not decimals:
        return plain, ""
    if looks_grouped and decimals < 3:
        raise ValidationError(
            _("« %(typed)s » se lit de deux façons : écrivez %(thousands)s ou %(decimals)s.")
            % {
                "typed": plain,
                "thousands": f"{whole}{NBSP}{fraction}",
                "decimals": f"{whole},{fraction[:decimals]}",
            },
            code="ambiguous",
        )
    return whole or "0", fraction


def _in_french() -> bool:
    return (get_language() or "fr").startswith("fr")


def format_number(number: Decimal, decimals: int | None = None) -> str:
    """« 1 234,5 »; in English « 1,234.5 ». ``decimals``: exactly so many."""
    plain = f"{abs(number):,f}" if decimals is None else f"{abs(number):,.{decimals}f}"
    if decimals is None and "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    sign = MINUS if number < 0 else ""
    return sign + (plain.replace(",", NBSP).replace(".", ",") if _in_french() else plain)


def format_amount(amount: Decimal) -> str:
    """« 1 234,50 $ », with spaces that do not break; in English « $1,234.50 »."""
    plain = format_number(abs(amount), 2)
    sign = MINUS if amount < 0 else ""
    return f"{sign}{plain}{NBSP}$" if _in_french() else f"{sign}${plain}"


def format_percent(share: Decimal) -> str:
    """« 47,5 % »; in English « 47.5% »."""
    plain = format_number(share)
    return f"{plain}{NBSP}%" if _in_french() else f"{plain}%"
