"""The rows of the role matrix for the ranking, the decisions, their announcement, and the fiche's side of them."""

from __future__ import annotations

from django.utils import timezone

from guichet.accounts.tests.factories import AdminFactory
from guichet.funding.enums import Outcome
from guichet.funding.models import Letter
from guichet.funding.services import letters
from guichet.funding.tests.deciding import InReviewFactory, announce_all, prepare
from guichet.funding.tests.factories import CallFactory
from guichet.organizations.models import Organization

#              visitor pending contributor manager other agent admin
STAFF = "        in      403     403         403     403   ok    ok"
# Whoever runs the programme: here the matrix's agent does not.
RUNS = "         in      403     403         403     403   403   ok"
OF_FICHE = "     in      403     ok          ok      404   ok    ok"
ANSWERS = "      in      403     403         ok      404   403   403"
OTHERS = "       in      403     404         404     404   404   404"


def rows(get, post) -> list:
    """The rows, made by the matrix's own functions."""
    return [
        get("staff_decisions", STAFF),
        get("staff_ranking", STAFF, "ranked_call"),
        post("staff_ranking", RUNS, "ranked_call", seen=""),
        post("staff_ranking_fill", RUNS, "ranked_call"),
        post("staff_ranking_close", RUNS, "ranked_call"),
        post("staff_ranking_reopen", RUNS, "closed_call"),
        get("staff_ranking_pdf", STAFF, "ranked_call"),
        get("staff_ranking_xlsx", STAFF, "ranked_call"),
        get("staff_decision", STAFF, "to_decide"),
        post("staff_decision", RUNS, "to_decide", seen="", outcome="refused", words="Non."),
        post("staff_decision_drop", RUNS, "to_decide", seen=""),
        post("staff_decide_many", RUNS, "ranked_call", id="@to_decide"),
        get("staff_announce", STAFF, "ranked_call"),
        post("staff_announce", RUNS, "ranked_call"),
        get("staff_announcement", STAFF, "announcement"),
        get("staff_letters", STAFF, "funding_program"),
        get("staff_letter_text", RUNS, "funding_program outcome"),
        post("staff_letter_text", RUNS, "funding_program outcome", title="T", text="Bonjour."),
        get("staff_letter_sample", STAFF, "funding_program outcome"),
        get("staff_letter", STAFF, "letter"),
        get("funding:decision", OF_FICHE, "fiche granted_application"),
        get("funding:decision", OTHERS, "fiche to_decide"),
        post("funding:agree", ANSWERS, "fiche granted_application", agreed="on"),
        get("funding:decline", ANSWERS, "fiche granted_application"),
        post("funding:decline", ANSWERS, "fiche granted_application", reason="Annulé."),
        get("funding:letter", OF_FICHE, "fiche granted_application letter"),
        get("funding:letter", OTHERS, "fiche granted_application none"),
        get("funding:resolution", OF_FICHE, "fiche to_decide"),
        get("funding:resolution", OTHERS, "fiche granted_application"),
    ]


def objects(fiche: Organization) -> dict:
    """What the rows name: an application to decide, one whose grant is announced, with its letter."""
    admin = AdminFactory()
    to_decide = InReviewFactory(organization=fiche, score=80, call=CallFactory(needs_resolution=True))
    granted = InReviewFactory(organization=fiche)
    prepare(granted, admin, Outcome.ACCEPTED)
    run = announce_all(granted.call, admin)
    letters.make_letters()
    return {
        "ranked_call": to_decide.call,
        "closed_call": CallFactory(ranking_closed_at=timezone.now()),
        "to_decide": to_decide,
        "granted_application": granted,
        "announcement": run,
        "funding_program": granted.call.program,
        "outcome": "accepted",
        "letter": Letter.objects.get(decision__application=granted),
    }
