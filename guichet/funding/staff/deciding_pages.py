"""What the screens of the ranking, the decisions and their announcement have in common."""

from __future__ import annotations

import functools
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from guichet.core.errors import InvalidState
from guichet.core.staff_frame import render_page, staff_view

from ..models import Application, Call
from ..perms import can_run_program
from ..schema import parse_amount

ZERO = Decimal("0.00")


def deciding_view(
    *, back: str, same_object: bool = False
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """A `staff_view` that tells an agent who may not act so, with 403: Wagtail would lead back to the dashboard."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @functools.wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                return view(request, *args, **kwargs)
            except PermissionDenied:
                return render_page(
                    request,
                    "funding/staff/reserved.html",
                    title=_("Cette action est réservée"),
                    icon="lock",
                    trail=[(_("Décisions"), reverse("staff_decisions"))],
                    status=403,
                )

        return staff_view(back=back, same_object=same_object)(wrapped)

    return decorate


def find_call(pk: int) -> Call:
    """The call with its programme. Raises Http404."""
    return get_object_or_404(Call.objects.select_related("program"), pk=pk)


def find_application(pk: int) -> Application:
    """An application that was handed in. Raises Http404."""
    rows = Application.objects.handed_in().select_related("call__program", "organization__municipality__mrc")
    return get_object_or_404(rows, pk=pk)


def require_runner(user, call: Call) -> None:
    """Raise PermissionDenied unless the programme is theirs."""
    if not can_run_program(user, call.program):
        raise PermissionDenied


def trail_to(call: Call) -> list[tuple[str, str]]:
    """From the list of the calls to decide to this call's ranking."""
    return [
        (_("Décisions"), reverse("staff_decisions")),
        (str(call), reverse("staff_ranking", args=[call.pk])),
    ]


def read_keys(values: list[str]) -> list[int]:
    """The keys that were ticked; what is none is left out."""
    return [int(value) for value in dict.fromkeys(values) if value.isdecimal() and len(value) < 19]


def incomplete() -> InvalidState:
    """A form that lost a part on its way."""
    return InvalidState(_("Ce formulaire est incomplet. Rien n’est modifié : recommencez."))


def read_amounts(data: QueryDict) -> tuple[dict[int, Decimal], dict[int, str]]:
    """The amounts of a posted ranking by application, and what is wrong with the others."""
    amounts, problems = {}, {}
    for name, typed in data.items():
        key = name.removeprefix("amount-")
        if name == key or not key.isdecimal() or len(key) > 18:
            continue
        try:
            amounts[int(key)] = parse_amount(typed) if typed.strip() else ZERO
        except ValidationError as error:
            problems[int(key)] = " ".join(error.messages)
    return amounts, problems


def read_seen(text: str) -> dict[int, Decimal]:
    """The amounts that the page showed: « 12=1000.00 13=… ». Raises InvalidState for what is none."""
    try:
        pairs = [one.split("=") for one in text.split()]
        return {int(key): Decimal(amount) for key, amount in pairs}
    except (ValueError, InvalidOperation) as error:
        raise incomplete() from error


def write_seen(amounts: dict[int, Decimal]) -> str:
    """For the page: see `read_seen`."""
    return " ".join(f"{key}={amount}" for key, amount in amounts.items() if amount)
