"""What logs must not keep."""

from __future__ import annotations

import logging
import re

# A part of an address that long and random opens something by itself: a link of an e-mail.
_TOKEN = re.compile(r"(?<=/)[A-Za-z0-9_:-]{32,}(?=/|$)")


class WithoutTokens(logging.Filter):
    """Hide the tokens of addresses: Django writes the path of every answer of 400 or more."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep every line, its tokens hidden."""
        if isinstance(record.args, tuple):
            record.args = tuple(_TOKEN.sub("…", arg) if isinstance(arg, str) else arg for arg in record.args)
        return True
