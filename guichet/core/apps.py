from django.apps import AppConfig
from django.db.models.signals import post_save
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    """What every room uses: outgoing messages, the event timeline, settings of the body, the calendar."""

    name = "guichet.core"
    label = "core"
    verbose_name = "Guichet"

    def ready(self) -> None:
        """Teach the timeline the core's verbs, and pages when to look at the settings again."""
        from . import tasks  # noqa: F401 - the calendar learns its tasks by the import
        from .events import register_sentences
        from .shared import forget

        register_sentences(
            {"core.message_sent_again": _("{actor} a renvoyé le courriel « {title} » à {address}.")},
        )
        post_save.connect(forget, sender="core.SiteSettings", dispatch_uid="core.settings_changed")
