from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrganizationsConfig(AppConfig):
    """Fiche, access, invitation, import."""

    name = "guichet.organizations"
    label = "organizations"
    verbose_name = _("Fiches")

    def ready(self) -> None:
        """Teach the timeline this app's verbs, and start the promised delay when an address is confirmed."""
        from allauth.account.signals import email_confirmed
        from django.db.backends.signals import connection_created
        from django.db.models.signals import post_delete, post_save

        from guichet.core.events import register_sentences
        from guichet.core.shared import forget

        from . import receivers, tasks  # noqa: F401 - the calendar learns its tasks by the import
        from .enums import SENTENCES
        from .folded import teach_sqlite
        from .models import DirectoryEntry

        register_sentences(SENTENCES)
        for sender in ("FicheSettings", "DirectoryEntry", "Activity", "Clientele", "Municipality", "Mrc"):
            post_save.connect(forget, sender=f"organizations.{sender}", dispatch_uid=f"organizations.{sender}_changed")
        connection_created.connect(teach_sqlite, dispatch_uid="organizations.teach_sqlite")
        email_confirmed.connect(receivers.on_email_confirmed, dispatch_uid="organizations.email_confirmed")
        post_delete.connect(
            receivers.on_entry_deleted, sender=DirectoryEntry, dispatch_uid="organizations.entry_deleted"
        )
