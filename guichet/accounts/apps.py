from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """The person: sign-in and sign-up, profile."""

    name = "guichet.accounts"
    label = "accounts"
    verbose_name = _("Personnes")

    def ready(self) -> None:
        """Teach the timeline this app's verbs."""
        from guichet.core.events import register_sentences

        from .enums import SENTENCES

        register_sentences(SENTENCES)
