"""The rows of `test_role_matrix` about what one begins from an application that has ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from guichet.funding.enums import ApplicationStatus
from guichet.funding.tests.factories import SubmittedFactory


def objects(draft) -> dict[str, Any]:
    """A refused application of the fiche."""
    return {
        "own_refused": SubmittedFactory(organization=draft.organization, status=ApplicationStatus.REFUSED),
    }


def rows(get: Callable, post: Callable, *, of_fiche: str) -> list:
    """Who gets what."""
    return [
        get("funding:restart", of_fiche, "fiche own_refused"),
        get("funding:restart", "in 403 404 404 404 404 404", "fiche draft"),
        post("funding:restart_in", of_fiche, "fiche own_refused call"),
    ]
