"""allauth tells of a confirmed address by a signal; the work is in services."""

from . import services


def on_email_confirmed(*, email_address, **kwargs) -> None:
    """The person's requests can now be answered."""
    services.note_email_confirmed(user=email_address.user, email=email_address.email)
