"""Password rules that Django has not: NIST SP 800-63B, 5.1.1.2."""

from __future__ import annotations

from difflib import SequenceMatcher

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

MAX_PASSWORD_LENGTH = 256


class AboutThePersonValidator:
    """No password that is the person's name, address or this service's name, with little around it."""

    def validate(self, password: str, user=None) -> None:
        """Raise ValidationError when the password says who owns it."""
        words = {"guichet", "espaceclient", "motdepasse", "loisirsport"}
        if user is not None:
            local, _at, domain = user.email.lower().partition("@")
            names = [user.first_name, user.last_name, f"{user.first_name}{user.last_name}", user.username]
            words |= {
                w for w in [local, domain.partition(".")[0], user.email, *(n.lower() for n in names)] if len(w) > 3
            }
        bare = password.lower().replace(" ", "")
        for word in words:
            rest = bare.replace(word, "")
            if (word in bare and len(rest) < 6) or SequenceMatcher(a=bare, b=word).quick_ratio() >= 0.85:
                raise ValidationError(
                    _("Ce mot de passe ressemble trop à votre nom ou à votre adresse : on le devinerait."),
                    code="password_about_person",
                )

    def get_help_text(self) -> str:
        """What to avoid."""
        return str(gettext_lazy("Ni votre nom ni votre adresse."))


class MaximumLengthValidator:
    """A bound far above what anybody types: hashing a novel would tie up the server."""

    def validate(self, password: str, user=None) -> None:
        """Raise ValidationError past 256 characters."""
        if len(password) > MAX_PASSWORD_LENGTH:
            raise ValidationError(_("Au plus 256 caractères."), code="password_too_long")

    def get_help_text(self) -> str:
        """Nothing that a person has to know beforehand."""
        return ""
