"""How allauth's flows speak through our outgoing messages and our way of writing addresses."""

from __future__ import annotations

import itertools
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from anyascii import anyascii
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from guichet.core.messages import absolute_url, queue_message

from . import emails
from .models import User

# allauth's name for a message → ours. A message that is not here fails loudly instead of leaving in English.
TEMPLATES = {
    "account/email/email_confirmation_signup": "accounts/messages/confirm_email.html",
    "account/email/email_confirmation": "accounts/messages/confirm_email.html",
    "account/email/account_already_exists": "accounts/messages/account_exists.html",
    "account/email/unknown_account": "accounts/messages/unknown_account.html",
    "account/email/password_reset_key": "accounts/messages/password_reset.html",
    "account/email/password_changed": "accounts/messages/password_changed.html",
    "account/email/password_reset": "accounts/messages/password_changed.html",
    "account/email/password_set": "accounts/messages/password_changed.html",
    "account/email/email_changed": "accounts/messages/email_changed.html",
    "account/email/email_confirm": "accounts/messages/email_confirmed.html",
    "account/email/email_deleted": "accounts/messages/email_changed.html",
}
SECRET = {
    "accounts/messages/confirm_email.html",
    "accounts/messages/password_reset.html",
}


def _ours(key: str, value: Any) -> Any:
    """A link of a message, at the portal's own address: allauth writes the host that the request claims."""
    if not key.endswith("_url"):
        return value
    address = urlsplit(value)
    return absolute_url(address._replace(scheme="", netloc="").geturl())


class AccountAdapter(DefaultAccountAdapter):
    """allauth's hooks."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _(
            "L’identifiant, l’adresse ou le mot de passe ne convient pas. Vérifiez et réessayez."
        ),
        "username_password_mismatch": _(
            "L’identifiant, l’adresse ou le mot de passe ne convient pas. Vérifiez et réessayez."
        ),
        "too_many_login_attempts": _("Trop d’essais. Attendez cinq minutes, ou choisissez un nouveau mot de passe."),
        "enter_current_password": _("Ce n’est pas votre mot de passe actuel."),
        "duplicate_email": _("C’est déjà votre adresse."),
        "email_taken": _("Cette adresse ne peut pas être utilisée."),
    }

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue one of allauth's messages as one of ours."""
        template = TEMPLATES[template_prefix]
        user = context.get("user")
        queue_message(
            template=template,
            to=email,
            user=user if user is not None and user.pk else None,
            context={
                **{key: _ours(key, value) for key, value in context.items() if key != "request"},
                "email": email,
                "sign_in_url": absolute_url(reverse("account_login")),
            },
            secret=template in SECRET,
        )

    def send_notification_mail(self, template_prefix: str, user: User, context=None, email=None) -> None:
        """Allauth's notice of a change, with the person whom it is about."""
        super().send_notification_mail(template_prefix, user, {**(context or {}), "user": user}, email)

    def clean_email(self, email: str) -> str:
        """The address as we store it."""
        return emails.clean_email(email)

    def populate_username(self, request: HttpRequest, user: User) -> None:
        """« prenom.nom », with a number when somebody has it already."""
        if user.username:
            return
        base = ".".join(filter(None, (slugify(anyascii(name)) for name in (user.first_name, user.last_name))))[:140]
        base = base or "personne"
        taken = set(User.objects.filter(username__startswith=base).values_list("username", flat=True))
        numbered = (f"{base}{number}" for number in itertools.count(2))
        user.username = base if base not in taken else next(name for name in numbered if name not in taken)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Staff go to their own side; everybody else to the client area."""
        return reverse("wagtailadmin_home") if request.user.is_staff else super().get_login_redirect_url(request)
