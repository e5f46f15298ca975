"""What others tell by signals; the work is in services."""

from . import services


def on_email_confirmed(*, email_address, **kwargs) -> None:
    """The person's requests can now be answered."""
    services.note_email_confirmed(user=email_address.user, email=email_address.email)


def on_entry_deleted(*, instance, **kwargs) -> None:
    """An entry also goes with its fiche, which no service of ours deletes."""
    services.forget_entry(instance)
