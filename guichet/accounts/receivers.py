"""allauth tells by signals what a person changed; the work is in services."""

from . import services


def on_password_changed(*, user, **kwargs) -> None:
    """Changed in the profile, or chosen anew from the link of an e-mail."""
    services.note_password_changed(user=user)


def on_email_changed(*, user, from_email_address, to_email_address, **kwargs) -> None:
    """A new address took effect; a first one, confirmed, is no change."""
    if from_email_address is not None:
        services.note_email_changed(user=user, old=from_email_address.email, new=to_email_address.email)
