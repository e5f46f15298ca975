"""The addresses of heavy files, in the table of tests/test_role_matrix.py.

They are for the page's script: who has no session gets 401, and who may ask without speaking its protocol, 412.
That an upload is its owner's alone is in guichet/funding/tests/test_uploads.py.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from guichet.funding.models import Application, PartialUpload

#         visitor pending contributor manager other agent admin
ASKED = " 401     403     ok          ok      404   ok    ok"
SPOKEN = "401     403     412         412     404   412   412"


def rows(get: Callable, post: Callable, row: Callable) -> list[Any]:
    """The rows, made by the table's own `get`, `post` and `Row`."""
    return [
        get("funding:uploads", ASKED, "fiche draft"),
        post("funding:uploads", SPOKEN, "fiche draft"),
        get("funding:report_uploads", ASKED, "fiche followed"),
        post("funding:report_uploads", SPOKEN, "fiche followed"),
        row("HEAD", "funding:upload", SPOKEN, "fiche draft upload"),
        row("PATCH", "funding:upload", SPOKEN, "fiche draft upload"),
        row("DELETE", "funding:upload", SPOKEN, "fiche draft upload"),
    ]


def upload(application: Application, user: Any) -> PartialUpload:
    """What somebody began to send."""
    return PartialUpload.objects.create(
        application=application,
        for_report=False,
        question="devis",
        user=user,
        name="plan.pdf",
        size=20_000_000,
        modified=0,
        expires_at=timezone.now() + dt.timedelta(days=7),
    )
