"""What a service raises when it will not do what was asked; the message is for the person who asked."""


class InvalidState(Exception):
    """The thing is not in a state that allows it. ``str()`` of it is a sentence for the screen."""
