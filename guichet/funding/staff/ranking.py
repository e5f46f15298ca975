"""« Classement »: the applications of a call by score, what is tried for each, and what is left of the envelope."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guichet.core.downloads import pdf_answer
from guichet.core.pdf import compile_pdf
from guichet.core.staff_frame import render_page, staff_view
from guichet.core.templatetags.guichet import day

from ..enums import DECIDABLE
from ..models import Call
from ..perms import can_run_program
from ..schema import format_amount, format_number
from ..services import ranking as services
from .deciding_pages import find_call, read_amounts, read_seen, require_runner, trail_to, write_seen
from .spreadsheets import spreadsheet


@require_safe
@staff_view(back="wagtailadmin_home")
def decisions(request: HttpRequest) -> HttpResponse:
    """« Décisions »: every call that has something to decide or to announce, and where it stands."""
    calls = (
        Call.objects.select_related("program")
        .annotate(
            to_decide=Count("applications", filter=Q(applications__status__in=DECIDABLE), distinct=True),
            prepared=Count(
                "applications__decisions", filter=Q(applications__decisions__announced_at=None), distinct=True
            ),
            announced=Count("applications", filter=Q(applications__announced_at__isnull=False), distinct=True),
        )
        .filter(Q(to_decide__gt=0) | Q(announced__gt=0))
        .order_by("-closes_at", "pk")
    )
    page = Paginator(calls, 30).get_page(request.GET.get("p"))
    sums = dict(
        Call.objects.filter(pk__in=[call.pk for call in page])
        .annotate(total=Sum("applications__granted"))
        .values_list("pk", "total")
    )
    return render_page(
        request,
        "funding/staff/decisions.html",
        title=_("Décisions"),
        icon="list-ol",
        page=page,
        rows=[(call, sums.get(call.pk) or Decimal("0.00")) for call in page],
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_view(back="staff_ranking", same_object=True)
def ranking(request: HttpRequest, pk: int) -> HttpResponse:
    """The ranking; « Recalculer » shows what the typed amounts come to, « Enregistrer les montants » keeps them."""
    call = find_call(pk)
    if request.method != "POST":
        return _page(request, call)
    require_runner(request.user, call)
    amounts, problems = read_amounts(request.POST)
    if problems or "save" not in request.POST:
        return _page(request, call, typed=request.POST, amounts=amounts, problems=problems)
    conflicts = services.save_amounts(
        call=call, amounts=amounts, seen=read_seen(request.POST.get("seen", "")), actor=request.user
    )
    if conflicts:
        names = ", ".join(application.organization.name for application in conflicts[:5])
        messages.warning(
            request,
            _("Quelqu’un d’autre a changé ces montants entre-temps, et les siens restent : %(names)s.")
            % {"names": names},
        )
    else:
        messages.success(request, _("Les montants sont enregistrés. Rien n’est décidé ni annoncé."))
    return redirect("staff_ranking", pk=pk)


def _page(
    request: HttpRequest,
    call: Call,
    *,
    typed: dict | None = None,
    amounts: dict[int, Decimal] | None = None,
    problems: dict[int, str] | None = None,
) -> HttpResponse:
    found = services.rank(call, amounts=amounts)
    kept = found if amounts is None else services.rank(call)
    lines = [
        (
            row,
            typed.get(f"amount-{row.application.pk}", "") if typed else _typed(row.amount),
            (problems or {}).get(row.application.pk, ""),
        )
        for row in found.rows
    ]
    return render_page(
        request,
        "funding/staff/ranking.html",
        title=_("Classement"),
        icon="list-ol",
        trail=trail_to(call),
        call=call,
        ranking=found,
        lines=lines,
        problems=len(problems or {}),
        is_unsaved=typed is not None,
        seen=typed.get("seen", "") if typed else write_seen(services.amounts_of(kept)),
        can_run=can_run_program(request.user, call.program),
        chosen=set(typed.getlist("id")) if typed else set(),
    )


def _typed(amount: Decimal) -> str:
    """An amount as one would type it: « 1 234,50 », nothing for none."""
    return format_number(amount, 2) if amount else ""


@require_POST
@staff_view(back="staff_ranking", same_object=True)
def fill(request: HttpRequest, pk: int) -> HttpResponse:
    """« Remplir automatiquement »."""
    left = services.fill_amounts(call=find_call(pk), actor=request.user)
    messages.success(
        request,
        _("Les montants sont répartis selon les notes. Il reste %(left)s.") % {"left": format_amount(left)},
    )
    return redirect("staff_ranking", pk=pk)


@require_POST
@staff_view(back="staff_ranking", same_object=True)
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """« Fermer le classement »."""
    services.close_ranking(call=find_call(pk), actor=request.user)
    messages.success(request, _("Le classement est fermé : les notes et les montants essayés ne changent plus."))
    return redirect("staff_ranking", pk=pk)


@require_POST
@staff_view(back="staff_ranking", same_object=True)
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """« Rouvrir le classement »."""
    services.reopen_ranking(call=find_call(pk), actor=request.user)
    messages.success(request, _("Le classement est rouvert."))
    return redirect("staff_ranking", pk=pk)


# --- The committee's list -------------------------------------------------------------------------


@require_safe
@staff_view(back="staff_ranking", same_object=True)
def committee_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The list as PDF, for a meeting."""
    call = find_call(pk)
    content = compile_pdf("funding/typst/committee.typ", committee_data(services.rank(call)))
    return pdf_answer(content, name=f"{_file_name(call)}.pdf")


def committee_data(found: services.Ranking) -> dict:
    """What the committee's list says, in words."""
    call = found.call
    return {
        "title": _("Liste du comité : %(call)s") % {"call": call},
        "made": _("En date du %(day)s. Rien de ceci n’est annoncé.") % {"day": day(timezone.localdate())},
        "facts": [
            [_("Enveloppe"), format_amount(call.envelope) if call.envelope is not None else _("Aucune")],
            [_("Déjà accordé"), format_amount(found.granted)],
            [_("À l’essai ou décidé"), format_amount(found.tried)],
            [_("Reste"), format_amount(found.left) if found.left is not None else "—"],
        ],
        "headings": [
            _("Rang"),
            _("Organisme et projet"),
            _("MRC"),
            _("Note obtenue"),
            _("Coût"),
            _("Demandé"),
            _("Montant"),
            _("Cumul"),
            _("Décision"),
        ],
        "rows": [
            {
                "cells": [
                    str(row.rank),
                    [row.application.organization.name, f"{row.application.number} · {row.application}"],
                    services.mrc_of(row.application),
                    format_number(row.application.score) if row.application.score is not None else "—",
                    _money(row.application.total_cost),
                    _money(row.application.requested),
                    _money(row.amount or None),
                    format_amount(row.total),
                    services.outcome_of(row),
                ],
                "rule": row.is_first_beyond,
            }
            for row in found.rows
        ],
        "rule_words": _("L’enveloppe est épuisée ici."),
        "groups": [
            {
                "title": title,
                "headings": [name, _("Demandes"), _("Servies"), _("Demandé"), _("Montant")],
                "rows": [
                    [one.name, str(one.count), str(one.served), format_amount(one.asked), format_amount(one.amount)]
                    for one in shares
                ],
            }
            for title, name, shares in (
                (_("Par MRC"), _("MRC"), found.by_mrc),
                (_("Par milieu"), _("Milieu"), found.by_kind),
            )
        ],
        "empty": _("Aucune demande à décider."),
    }


def _money(amount: Decimal | None) -> str:
    return "—" if amount is None else format_amount(amount)


@require_safe
@staff_view(back="staff_ranking", same_object=True)
def committee_xlsx(request: HttpRequest, pk: int) -> HttpResponse:
    """The list as a spreadsheet."""
    call = find_call(pk)
    return spreadsheet(_rows(services.rank(call)), name=_file_name(call), extension="xlsx")


def _rows(found: services.Ranking) -> Iterator[list]:
    yield [
        _("Rang"),
        _("Numéro"),
        _("Organisme"),
        _("Projet"),
        _("MRC"),
        _("Milieu"),
        _("Note obtenue"),
        _("Coût du projet"),
        _("Montant demandé"),
        _("Montant"),
        _("Cumul"),
        _("Décision"),
    ]
    for row in found.rows:
        application = row.application
        yield [
            str(row.rank),
            application.number,
            application.organization.name,
            str(application),
            services.mrc_of(application),
            application.organization.get_kind_display(),
            application.score,
            application.total_cost,
            application.requested,
            row.amount,
            row.total,
            services.outcome_of(row),
        ]


def _file_name(call: Call) -> str:
    return slugify(f"{_('classement')} {call.code}")


urlpatterns = [
    path("decisions/", decisions, name="staff_decisions"),
    path("appels/<int:pk>/classement/", ranking, name="staff_ranking"),
    path("appels/<int:pk>/classement/remplir/", fill, name="staff_ranking_fill"),
    path("appels/<int:pk>/classement/fermer/", close, name="staff_ranking_close"),
    path("appels/<int:pk>/classement/rouvrir/", reopen, name="staff_ranking_reopen"),
    path("appels/<int:pk>/classement/comite.pdf", committee_pdf, name="staff_ranking_pdf"),
    path("appels/<int:pk>/classement/comite.xlsx", committee_xlsx, name="staff_ranking_xlsx"),
]
