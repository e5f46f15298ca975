"""The rows of the role matrix for applications in evaluation, and the objects that they name."""

from __future__ import annotations

from django.core.files.base import ContentFile
from django.utils import timezone

from guichet.accounts.tests.factories import AgentFactory
from guichet.funding.enums import ApplicationStatus, Recommendation, ReviewState
from guichet.funding.models import (
    Application,
    ApplicationFile,
    Call,
    Conflict,
    Label,
    MessageFile,
    Opinion,
    OpinionLink,
    Review,
    ThreadMessage,
)
from guichet.funding.tests.factories import SubmittedFactory
from guichet.organizations.enums import Listing
from guichet.organizations.models import Organization, SavedFilter
from guichet.organizations.services.invitations import hash_token

#                   visitor pending contributor manager other agent admin
EVERYBODY = "         ok      ok      ok          ok      ok    ok    ok"
NOBODY = "            404     404     404         404     404   404   404"
STAFF = "             in      403     403         403     403   ok    ok"
# An agent who does not run the programme.
RUNS = "              in      403     403         403     403   403   ok"
# Whoever runs the programme: here the matrix's agent does not.
RUNS = "              in      403     403         403     403   403   ok"
OF_FICHE = "          in      403     ok          ok      404   ok    ok"
WRITE = "             in      403     ok          ok      404   403   403"

_ONE = "submitted"
GETS = [
    ("staff_applications", STAFF, ""),
    ("staff_applications_results", STAFF, ""),
    ("staff_applications_export", STAFF, "extension"),
    ("staff_applications_columns", STAFF, ""),
    ("staff_views", STAFF, ""),
    ("staff_view_add", STAFF, ""),
    ("staff_view_edit", RUNS, "shared_view"),
    ("staff_view_delete", RUNS, "shared_view"),
    # One list's filters are not another's.
    ("staff_view_edit", "in 403 403 403 403 404 404", "saved_filter"),
    ("staff_application", STAFF, _ONE),
    ("staff_application_messages", STAFF, _ONE),
    ("staff_application_file", STAFF, f"{_ONE} evaluated_file"),
    ("staff_message_file", STAFF, f"{_ONE} message_file"),
    ("staff_application_note", RUNS, _ONE),
    ("staff_application_conflict", STAFF, _ONE),
    ("staff_application_changes", RUNS, "in_review"),
    ("staff_application_waive", RUNS, "to_complete"),
    ("staff_review", STAFF, _ONE),
    ("staff_review_reopen", RUNS, f"{_ONE} done_review"),
    ("staff_opinion_ask", RUNS, _ONE),
    ("staff_opinion_send_again", RUNS, f"{_ONE} opinion"),
    ("staff_opinion_revoke", RUNS, f"{_ONE} opinion"),
    ("staff_opinion_file", STAFF, f"{_ONE} opinion"),
    # Whoever has the link: it is the whole permission.
    ("opinions:opinion", EVERYBODY, "opinion_token"),
    ("opinions:opinion", NOBODY, "forged"),
    ("opinions:file", EVERYBODY, "opinion_token evaluated_file"),
    ("opinions:file", NOBODY, "opinion_token none"),
    ("opinions:file", NOBODY, "forged evaluated_file"),
    ("funding:messages", OF_FICHE, f"fiche {_ONE}"),
    ("funding:message_file", OF_FICHE, f"fiche {_ONE} message_file"),
]
POSTS = [
    ("staff_applications_columns", STAFF, "", {"columns": "fiche"}),
    ("staff_view_add", STAFF, "", {"name": "Au comité"}),
    # A colleague's: used, not changed.
    ("staff_view_edit", RUNS, "shared_view", {"name": "Au comité"}),
    ("staff_view_delete", RUNS, "shared_view", {}),
    ("staff_view_first", STAFF, "shared_view", {}),
    ("staff_view_none_first", STAFF, "", {}),
    ("staff_applications_write", STAFF, "", {"text": "Bonjour."}),
    ("staff_applications_many", STAFF, "many_action", {}),
    ("staff_application_messages", "in 403 403 403 403 403 ok", _ONE, {"text": "Bonjour."}),
    ("staff_application_take_in", RUNS, _ONE, {}),
    ("staff_application_officer", RUNS, _ONE, {"officer": ""}),
    ("staff_application_labels", RUNS, _ONE, {"labels": "@label"}),
    ("staff_application_follow", STAFF, _ONE, {}),
    ("staff_application_unfollow", STAFF, _ONE, {}),
    ("staff_application_note", RUNS, _ONE, {"text": "Appeler."}),
    ("staff_application_conflict", STAFF, _ONE, {"reason": "Voisin."}),
    ("staff_conflict_lift", RUNS, f"{_ONE} conflict", {}),
    ("staff_application_changes", RUNS, "in_review", {"text": "Un devis."}),
    ("staff_application_waive", RUNS, "to_complete", {"reason": "Trop tard."}),
    ("staff_review", STAFF, _ONE, {"comment": "Bien."}),
    ("staff_review_reopen", RUNS, f"{_ONE} done_review", {"reason": "Oubli."}),
    ("staff_review_remove", RUNS, f"{_ONE} open_review", {}),
    ("staff_opinion_ask", RUNS, _ONE, {"name": "Luce"}),
    ("staff_opinion_send_again", RUNS, f"{_ONE} opinion", {"due_on": "2100-01-31"}),
    ("staff_opinion_revoke", RUNS, f"{_ONE} opinion", {}),
    ("opinions:opinion", EVERYBODY, "opinion_token", {"text": "Bien."}),
    ("opinions:declare", EVERYBODY, "opinion_token", {"agreed": "on"}),
    ("opinions:declare", NOBODY, "forged", {"agreed": "on"}),
    ("staff_call_evaluators", RUNS, "funding_call", {}),
    ("funding:messages", WRITE, f"fiche {_ONE}", {"text": "Bonjour."}),
]


def rows(get, post) -> list:
    """The rows, made by the matrix's own functions."""
    return [
        *(get(name, expected, args) for name, expected, args in GETS),
        get("staff_applications_write", STAFF, "", id="@submitted"),
        get("staff_applications_many", STAFF, "many_action", id="@submitted"),
        get("staff_call_evaluators", RUNS, "funding_call"),
        *(post(name, expected, args, **data) for name, expected, args, data in POSTS),
    ]


def objects(fiche: Organization) -> dict:
    """What the rows name: applications of the fiche in three states, and what hangs on them."""
    submitted = SubmittedFactory(organization=fiche, title="Patins")
    call: Call = submitted.call
    evaluators = AgentFactory.create_batch(2)
    file = ApplicationFile.objects.create(
        application=submitted,
        question="devis",
        file=ContentFile(b"%PDF-1.7", "devis.pdf"),
        name="devis.pdf",
        content_type="application/pdf",
        size=8,
        sha256="0" * 64,
    )
    submitted.submissions.update(files=[[file.pk, "devis.pdf", 8, "0" * 64]])
    opinion = Opinion.objects.create(
        application=submitted,
        submission=submitted.submissions.get(),
        name="Luce Gagnon",
        email="luce@example.org",
        question="Qu’en pensez-vous?",
        sections=["projet"],
        files=[file.pk],
        due_on=timezone.localdate(),
        declared_at=timezone.now(),
        recommendation=Recommendation.FAVORABLE,
        text="Oui.",
        file=ContentFile(b"%PDF-1.7", "avis.pdf"),
        file_name="avis.pdf",
        content_type="application/pdf",
        given_at=timezone.now(),
    )
    OpinionLink.objects.create(opinion=opinion, token_hash=hash_token("lien"))
    message = ThreadMessage.objects.create(application=submitted, is_staff=True, text="x", author_name="x")
    to_complete: Application = SubmittedFactory(
        organization=fiche,
        status=ApplicationStatus.CHANGES_REQUESTED,
        changes_asked_at=timezone.now(),
        changes_due_on=timezone.localdate(),
    )
    return {
        "submitted": submitted,
        "in_review": SubmittedFactory(organization=fiche, status=ApplicationStatus.IN_REVIEW),
        "to_complete": to_complete,
        "funding_call": call,
        "evaluated_file": file,
        "message_file": MessageFile.objects.create(
            message=message,
            file=ContentFile(b"%PDF-1.7", "a.pdf"),
            name="a.pdf",
            content_type="application/pdf",
            size=8,
        ),
        "many_action": "prendre",
        "shared_view": SavedFilter.objects.create(
            listing=Listing.APPLICATIONS,
            name="En retard",
            query="to_do=late",
            owner=evaluators[0],
            is_shared=True,
        ),
        "opinion": opinion,
        "opinion_token": "lien",
        "label": Label.objects.create(name="à visiter"),
        "conflict": Conflict.objects.create(application=submitted, user=evaluators[0], reason="Voisin."),
        "open_review": Review.objects.create(application=submitted, evaluator=evaluators[0]),
        "done_review": Review.objects.create(
            application=submitted,
            evaluator=evaluators[1],
            state=ReviewState.DONE,
            done_at=timezone.now(),
        ),
    }
