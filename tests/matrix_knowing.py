"""The rows of the role matrix for « Bilan »: every employee reads it."""

from __future__ import annotations

#              visitor pending contributor manager other agent admin
STAFF = "        in      403     403         403     403   ok    ok"


def rows(get) -> list:
    """The rows, made by the matrix's own function."""
    return [
        get("staff_knowing", STAFF),
        get("staff_knowing_report", STAFF),
        get("staff_knowing_export", STAFF, "extension"),
        get("staff_knowing_picture", STAFF, "funding_table"),
        get("staff_knowing_table", STAFF, "funding_table"),
    ]
