"""What logs must not keep."""

from __future__ import annotations

import logging

from guichet.core.logs import WithoutTokens

TOKEN = "s2ZfaYH2M1nhforKZJdbUKEieKhTQpBD4MH32CVALOE"


def line(message: str, *args: object) -> str:
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, message, args, None)
    assert WithoutTokens().filter(record)
    return record.getMessage()


def test_token_of_an_address_is_hidden():
    assert (
        line("%s: %s", "Not Found", f"/avis-externe/{TOKEN}/fichiers/3/") == "Not Found: /avis-externe/…/fichiers/3/"
    )


def test_address_without_token_and_other_values_stay():
    assert line("%s: %s (%d)", "Not Found", "/espace/12/demandes/", 3) == "Not Found: /espace/12/demandes/ (3)"
