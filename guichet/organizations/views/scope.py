"""Which fiche, and as whom: found once per request, 404 for the outsider, 403 for who may know but not enter."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import CharField, Q, QuerySet, Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guichet.core.compiled import CompiledQuery
from guichet.core.errors import InvalidState
from guichet.core.kept_forms import sign_in_first
from guichet.core.perms import is_agent
from guichet.core.shared import remembered

from .. import services
from ..enums import OrganizationStatus
from ..models import Access, FicheChange, Organization


def fiche_view(
    *, manage: bool = False, keeps_form: bool = False, back: str = "organizations:users"
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Wrap a view of one fiche: ``view(request, organization, **kwargs)``, with ``request.access`` (None for staff).

    ``manage``: only for who manages its users. ``keeps_form``: its page shows on GET the form it takes by POST.
    A service's InvalidState is told on the page ``back``, a URL name that takes the fiche.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @functools.wraps(view)
        def wrapped(request: HttpRequest, organization_id: int, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return _sign_in(request, organization_id, keeps_form=keeps_form, back=back)
            organization, access, request.other_accesses = find_fiche(request.user, organization_id)
            if organization.status == OrganizationStatus.MERGED:
                return _lead_on(request, organization, kwargs)
            request.access = access
            request.can_manage = is_agent(request.user) or (access is not None and access.is_manager)
            if access is not None and not access.is_active and not is_agent(request.user):
                return render(request, "organizations/no_entry.html", {"access": access}, status=403)
            if manage and not request.can_manage:
                raise PermissionDenied
            if access is not None:
                services.note_visit(access)
            try:
                return view(request, organization, **kwargs)
            except InvalidState as problem:
                messages.error(request, str(problem))
                return redirect(back, organization.pk)

        return wrapped

    return decorate


def _lead_on(request: HttpRequest, organization: Organization, arguments: dict[str, Any]) -> HttpResponse:
    """From a merged fiche to the one that is left: the same page of it, or its home for what names another row."""
    if request.method in {"GET", "HEAD"} and arguments.keys() <= {"section"}:
        name = request.resolver_match.view_name
        return redirect(name, organization_id=organization.merged_into_id, **arguments)
    messages.info(request, _("Cette fiche fait maintenant partie d’une autre, que voici. Refaites-y votre geste."))
    return redirect("organizations:home", organization.merged_into_id)


def _sign_in(request: HttpRequest, organization_id: int, *, keeps_form: bool, back: str) -> HttpResponse:
    if request.method != "POST" or keeps_form:
        return sign_in_first(request, keep=keeps_form)
    messages.warning(request, _("Votre session avait pris fin : votre dernier geste n’a pas été fait. Refaites-le."))
    return redirect_to_login(reverse(back, args=[organization_id]))


def find_fiche(user, organization_id: int) -> tuple[Organization, Access | None, list[Access]]:
    """The fiche, the person's access to it, whatever its status, and their other active accesses.

    People have a few accesses: one query fetches them all. A merged fiche may be known by who may know the one that
    it went into. Raises Http404 for the outsider.
    """
    accesses = list(Access.objects.filter(user_id=user.pk).select_related("organization").order_by())
    access = next((one for one in accesses if one.organization_id == organization_id), None)
    others = sorted(
        (one for one in accesses if one is not access and one.is_active), key=lambda one: one.organization.name
    )
    if access is not None:
        access.user = user
        # Rooms that ask several times in one page as whom it was found (see `funding.perms`) ask the database once.
        access.organization.found_for = (user.pk, access)
        return access.organization, access, others
    known = Organization.objects.visible_to(user).order_by().values("pk")
    fiches = Organization.objects.filter(Q(pk__in=known) | Q(merged_into__in=known))
    organization = get_object_or_404(fiches, pk=organization_id)
    organization.found_for = (user.pk, None)
    return organization, None, others


def shared_reserved() -> list[str]:
    """The fields that the body reserves, for pages. Services read them from the database instead."""
    return remembered("reserved fields", services.reserved_fields)


def decidable(request: HttpRequest, waiting: Iterable[FicheChange], reserved: list[str]) -> list[FicheChange]:
    """Of the proposals that wait, those that this person may decide (`perms.can_decide_change`, without a query)."""
    if not request.can_manage:
        return []
    agent = is_agent(request.user)
    return [change for change in waiting if agent or change.field not in reserved]


@dataclass(frozen=True)
class Elsewhere:
    """What another room lets the gestionnaires of a fiche decide: its rows, and the words of the yellow bar."""

    rows: Callable[[int], QuerySet]
    in_bar: Callable[[Organization, int], dict[str, Any]]


# By a mark with a dot in it: no field of a fiche is called so.
AWAITED_ELSEWHERE: dict[str, Elsewhere] = {}


@dataclass(frozen=True)
class Awaited:
    """What this person may decide here: accesses (their keys), how many proposals, and how many rows elsewhere."""

    people: frozenset[int] = frozenset()
    changes: int = 0
    elsewhere: Mapping[str, int] = field(default_factory=dict)


def _awaited(organization_id: int) -> QuerySet:
    people = Access.objects.for_managers().filter(organization=organization_id).order_by()
    proposals = FicheChange.objects.waiting().filter(organization=organization_id).order_by()
    others = [
        room.rows(organization_id).order_by().values_list("pk", Value(mark, output_field=CharField()))
        for mark, room in AWAITED_ELSEWHERE.items()
    ]
    return people.values_list("pk", Value("", output_field=CharField())).union(
        proposals.values_list("pk", "field"), *others, all=True
    )


_AWAITED = CompiledQuery(_awaited)


def awaited(request: HttpRequest, organization: Organization) -> Awaited:
    """What awaits this person at the fiche, asked once a request, in one query."""
    if not request.can_manage:
        return Awaited()
    if not hasattr(request, "awaited"):
        rows = _AWAITED.rows(organization.pk)
        marks = Counter(mark for _pk, mark in rows)
        fields = {mark: n for mark, n in marks.items() if mark and "." not in mark}
        reserved = shared_reserved() if fields and not is_agent(request.user) else []
        request.awaited = Awaited(
            people=frozenset(pk for pk, mark in rows if not mark),
            changes=sum(n for field, n in fields.items() if field not in reserved),
            # Staff decide nothing there in the gestionnaires' place.
            elsewhere={} if is_agent(request.user) else {mark: n for mark, n in marks.items() if "." in mark},
        )
    return request.awaited


def area_context(request: HttpRequest, organization: Organization, section: str) -> dict[str, Any]:
    """What the client area's frame needs: the fiche, who looks at it, what awaits them, their other fiches."""
    found = awaited(request, organization)
    bar = awaiting(organization, len(found.people), found.changes)
    bar += [AWAITED_ELSEWHERE[mark].in_bar(organization, count) for mark, count in found.elsewhere.items()]
    return {
        "organization": organization,
        "access": request.access,
        "can_manage": request.can_manage,
        "awaiting": bar,
        "other_accesses": request.other_accesses,
        "section": section,
    }


def awaiting(organization: Organization, to_approve: int, changes_to_decide: int) -> list[dict[str, Any]]:
    """What awaits a gestionnaire of the fiche, for the yellow bar: a sentence, where it leads, how many."""
    items = []
    if to_approve:
        text = ngettext(
            "Un utilisateur nécessite une approbation.",
            "%(count)d utilisateurs nécessitent une approbation.",
            to_approve,
        ) % {"count": to_approve}
        items.append(
            {
                "text": " ".join([text, _("Accéder aux utilisateurs ici.")]),
                "url": reverse("organizations:users", args=[organization.pk]) + "#attente",
                "count": to_approve,
            }
        )
    if changes_to_decide:
        text = ngettext(
            "Une modification de la fiche nécessite une approbation.",
            "%(count)d modifications de la fiche nécessitent une approbation.",
            changes_to_decide,
        ) % {"count": changes_to_decide}
        items.append(
            {
                "text": " ".join([text, _("Accéder aux modifications ici.")]),
                "url": reverse("organizations:changes", args=[organization.pk]),
                "count": changes_to_decide,
            }
        )
    return items
