from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """The person: sign-in and sign-up, profile."""

    name = "guichet.accounts"
    label = "accounts"
    verbose_name = _("Personnes")

    def ready(self) -> None:
        """Teach the timeline this app's verbs, and note what people change through allauth."""
        from allauth.account import signals

        from guichet.core.events import register_sentences

        from . import receivers
        from .enums import SENTENCES

        register_sentences(SENTENCES)
        for signal in (signals.password_changed, signals.password_reset, signals.password_set):
            signal.connect(receivers.on_password_changed, dispatch_uid="accounts.password_changed")
        signals.email_changed.connect(receivers.on_email_changed, dispatch_uid="accounts.email_changed")
