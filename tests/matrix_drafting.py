"""The rows of `test_role_matrix` about comments, and what one begins from an application that has ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from guichet.funding.enums import ApplicationStatus
from guichet.funding.models import ApplicationComment
from guichet.funding.tests.factories import SubmittedFactory

ITS_AUTHOR = "in 403 403 ok 404 404 404"


def objects(draft, manager) -> dict[str, Any]:
    """A refused application of the fiche, and what a gestionnaire said about its draft."""
    return {
        "own_refused": SubmittedFactory(organization=draft.organization, status=ApplicationStatus.REFUSED),
        "own_comment": ApplicationComment.objects.create(
            application=draft, author=manager, author_name="Zoé", text="Il manque le devis."
        ),
    }


def rows(get: Callable, post: Callable, *, of_fiche: str) -> list:
    """Who gets what."""
    return [
        post("funding:comment", "in 403 ok ok 404 404 404", "fiche draft", text="Il manque le devis."),
        get("funding:delete_comment", ITS_AUTHOR, "fiche draft own_comment"),
        post("funding:delete_comment", ITS_AUTHOR, "fiche draft own_comment", confirmed="1"),
        get("funding:restart", of_fiche, "fiche own_refused"),
        get("funding:restart", "in 403 404 404 404 404 404", "fiche draft"),
        post("funding:restart_in", of_fiche, "fiche own_refused call"),
    ]
