"""How often one address may ask: allauth's counters, which the sign-in uses, for what allauth does not know."""

from __future__ import annotations

from allauth.core.internal import ratelimit
from django.conf import settings
from django.http import HttpRequest

LIMITS = {"error_report": "10/h/ip", "open_data": "60/m/ip", "opinion": "60/m/ip"}


def may_go_on(request: HttpRequest, action: str) -> bool:
    """Count this request; False when there were too many. A demo may lift every limit."""
    if not settings.ACCOUNT_RATE_LIMITS:
        return True
    usage = ratelimit.consume(request, app="allauth.account", action=action, config=LIMITS, limit_get=True)
    return usage is not None
