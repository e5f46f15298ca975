"""What colleagues say to each other: that something was said, not what. An answer by e-mail would reach the body."""

from __future__ import annotations

from collections.abc import Sequence

from ..models import Application, ApplicationComment
from .base import address_of, tell


def comments_added(application: Application, *, user, comments: Sequence[ApplicationComment]) -> None:
    """To a colleague: who wrote since they were last told, and when."""
    url = f"{address_of(application)}#commentaires"
    tell("comments_added", people=[user], application=application, comments=comments, url=url)
