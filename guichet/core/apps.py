from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    """What every room uses: outgoing messages, the event timeline, settings of the body, the calendar."""

    name = "guichet.core"
    label = "core"
    verbose_name = "Guichet"

    def ready(self) -> None:
        """Teach the timeline the core's verbs."""
        from . import tasks  # noqa: F401 - the calendar learns its tasks by the import
        from .events import register_sentences

        register_sentences(
            {"core.message_sent_again": _("{actor} a renvoyé le courriel « {title} » à {address}.")},
        )
