"""Who gets what at every address of the project (DESIGN, section 2). An address without a row fails.

An answer is « ok » (the page, or a redirect within the person's own way), « in » (sign in first), « 403 », « 404 »,
or another status. Each role is tried on objects of its own, so that the answer is the permission's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest
from django.core import signing
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.resolvers import RoutePattern, URLPattern, URLResolver

from guichet.accounts.models import User
from guichet.accounts.tests.factories import PASSWORD, AdminFactory, AgentFactory
from guichet.core.enums import MessageState
from guichet.core.models import OutgoingMessage
from guichet.funding.enums import ApplicationStatus, CallStatus
from guichet.funding.tests.factories import (
    ApplicationFactory,
    ApplicationFileFactory,
    CallFactory,
    SubmittedFactory,
)
from guichet.organizations import services
from guichet.organizations.enums import AccessStatus, DuplicateState, ImportState, OrganizationStatus, ReportState
from guichet.organizations.import_models import ImportBatch
from guichet.organizations.messages import CONSENT_SALT, CONTENT_CHECK_SALT, PEOPLE_CHECK_SALT
from guichet.organizations.models import DuplicatePair, ErrorReport, FicheChange, Municipality, SavedFilter
from guichet.organizations.tests.factories import (
    AccessFactory,
    DocumentFactory,
    InvitationFactory,
    ManagerFactory,
    OrganizationFactory,
    PictureFactory,
    RequestFactory,
)
from guichet.website.services import CLIENTS_COLLECTION, PUBLIC_COLLECTION
from guichet.website.tests.factories import add_document

from . import (
    matrix_building,
    matrix_deciding,
    matrix_drafting,
    matrix_evaluating,
    matrix_knowing,
    matrix_uploads,
)
from .matrix_following import add_following, following_rows

pytestmark = pytest.mark.django_db
ROLES = ["visitor", "pending", "contributor", "manager", "other", "agent", "admin"]

#             visitor pending contributor manager other agent admin     (other: manager of another fiche)
EVERYBODY = "   ok      ok        ok        ok     ok    ok    ok"
NOBODY = "      404     404       404       404    404   404   404"
SIGNED_IN = "   in      ok        ok        ok     ok    ok    ok"
VISITORS = "    ok      ok        ok        ok     ok    403   403"  # staff ask for no access
CLIENTS = "     in      ok        ok        ok     ok    403   403"
OF_FICHE = "    in      403       ok        ok     404   ok    ok"
MANAGE = "      in      403       403       ok     404   ok    ok"
AS_MEMBER = "   in      403       ok        ok     404   404   404"  # for people with an access of their own
AS_MANAGER = "  in      403       403       ok     404   404   404"
CONFIRM = "     in      403       403       ok     404   403   403"
STAFF = "       in      403       403       403    403   ok    ok"


@dataclass(frozen=True)
class Row:
    """One address by one method: the objects in it, by their name in `World`, what is sent, who gets what."""

    method: str
    name: str
    expected: str
    args: str = ""
    data: dict = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.method} {self.name}"


def get(name: str, expected: str, args: str = "", /, **data) -> Row:
    return Row("GET", name, expected, args, data)


def post(name: str, expected: str, args: str = "", /, **data) -> Row:
    return Row("POST", name, expected, args, data)


YES = {"confirmed": "1"}
PERSON = {
    "first_name": "Zoé",
    "last_name": "Côté",
    "email": "zoe@example.org",
    "password1": PASSWORD,
    "password2": PASSWORD,
}
FICHE = {"fiche_name": "Club neuf", "kind": "association", "municipality": "@municipality", "reason": "Nous jouons."}
STAFF_FICHE = {"name": "Club neuf", "kind": "association", "municipality": "@municipality"}

ROWS = [
    # --- The core
    get("core:theme", EVERYBODY, "version"),
    get("core:sent_messages", EVERYBODY),  # only where there is no mail server; see guichet/core/tests
    get("core:sent_message", EVERYBODY, "message"),
    get("core:sent_message_page", EVERYBODY, "message"),
    post("set_language", EVERYBODY, language="en"),
    # --- The person
    get("account_login", EVERYBODY),
    post("account_login", EVERYBODY, login="nobody", password="x"),
    get("account_signup", EVERYBODY),
    post("account_signup", EVERYBODY, organization="@fiche", **PERSON),
    get("account_logout", EVERYBODY),
    post("account_logout", EVERYBODY),
    get("account_inactive", EVERYBODY),
    get("account_email_verification_sent", EVERYBODY),
    get("account_confirm_email", EVERYBODY, "forged"),
    post("account_confirm_email", EVERYBODY, "forged"),
    get("account_reset_password", EVERYBODY),
    post("account_reset_password", EVERYBODY, email="nobody@example.org"),
    get("account_reset_password_done", EVERYBODY),
    get("account_reset_password_from_key", EVERYBODY, "uid forged"),
    post("account_reset_password_from_key", EVERYBODY, "uid forged", password1=PASSWORD, password2=PASSWORD),
    get("account_reset_password_from_key_done", EVERYBODY),
    get("account_email", SIGNED_IN),
    post("account_email", SIGNED_IN, email="autre@example.org", action_add=""),
    get("account_change_password", SIGNED_IN),
    post("account_change_password", SIGNED_IN, oldpassword=PASSWORD, password1="x", password2="x"),
    get("account_set_password", SIGNED_IN),
    post("account_set_password", SIGNED_IN, password1="x", password2="x"),
    get("accounts:profile", SIGNED_IN),
    post("accounts:profile", SIGNED_IN, first_name="Zoé", last_name="Côté"),
    # --- The ways in
    get("organizations:search", EVERYBODY, q="club"),
    get("organizations:new_fiche", VISITORS),
    post("organizations:new_fiche", VISITORS, **FICHE, **PERSON),
    get("organizations:invitation", " ok      403       403       403    403   403   403", "token"),
    post("organizations:invitation", "ok      403       403       403    403   403   403", "token", **PERSON),
    get("organizations:people_check", EVERYBODY, "check_token"),
    post("organizations:people_check", EVERYBODY, "check_token"),
    get("organizations:content_check", EVERYBODY, "content_token"),
    post("organizations:content_check", EVERYBODY, "content_token"),
    get("organizations:area", SIGNED_IN),
    get("organizations:ask", CLIENTS),
    post("organizations:ask", CLIENTS, organization="@elsewhere"),
    get("organizations:answer", "     in      ok        404       404    404   404   404", "question"),
    post("organizations:answer", "    in      ok        404       404    404   404   404", "question", answer="Moi."),
    # --- The client area
    get("organizations:home", OF_FICHE, "fiche"),
    get("organizations:fiche", OF_FICHE, "fiche"),
    get("organizations:changes", MANAGE, "fiche"),
    post("organizations:changes", MANAGE, "fiche"),
    post("organizations:confirm_content", CONFIRM, "fiche"),
    post("organizations:withdraw_change", OF_FICHE, "fiche change"),
    post("organizations:close_report", MANAGE, "fiche report"),
    get("organizations:versions", OF_FICHE, "fiche"),
    get("organizations:version", OF_FICHE, "fiche revision"),
    post("organizations:restore_version", OF_FICHE, "fiche revision"),
    get("organizations:fiche_section", OF_FICHE, "fiche section"),
    post("organizations:fiche_section", OF_FICHE, "fiche section", description="Nager."),
    get("organizations:picture", OF_FICHE, "fiche picture size"),
    get("organizations:picture", "in 403 404 404 404 404 404", "fiche document size"),
    get("organizations:picture", "in 403 404 404 404 404 404", "fiche picture section"),
    get("organizations:document", OF_FICHE, "fiche document"),
    get("organizations:document", "in 403 404 404 404 404 404", "fiche public_picture"),
    post("organizations:take_fiche", MANAGE, "fiche"),
    get("organizations:my_consent", OF_FICHE, "fiche"),
    post("organizations:my_consent", OF_FICHE, "fiche"),
    get("organizations:consent", EVERYBODY, "consent_token"),
    post("organizations:consent", EVERYBODY, "consent_token"),
    get("organizations:consent", NOBODY, "forged"),
    post("organizations:keep_draft", "401   403       ok        ok     404   ok    ok", "fiche section"),
    post("organizations:drop_draft", OF_FICHE, "fiche section"),
    get("organizations:communications", OF_FICHE, "fiche"),
    get("organizations:support", OF_FICHE, "fiche"),
    get("organizations:membership", OF_FICHE, "fiche"),
    get("organizations:history", MANAGE, "fiche"),
    get("organizations:users", OF_FICHE, "fiche"),
    get("organizations:invite", MANAGE, "fiche"),
    post("organizations:invite", MANAGE, "fiche", emails="un@example.org", role="later"),
    post("organizations:confirm_people", CONFIRM, "fiche"),
    get("organizations:hand_over", AS_MANAGER, "fiche"),
    post("organizations:hand_over", AS_MANAGER, "fiche", successor="@member"),
    get("organizations:leave", AS_MEMBER, "fiche"),
    post("organizations:leave", AS_MEMBER, "fiche", **YES),
    post("organizations:approve", MANAGE, "fiche invited", role="contributor"),
    get("organizations:refuse", MANAGE, "fiche invited"),
    post("organizations:refuse", MANAGE, "fiche invited", reason="Non.", **YES),
    get("organizations:deactivate", MANAGE, "fiche member"),
    post("organizations:deactivate", MANAGE, "fiche member", **YES),
    post("organizations:reactivate", MANAGE, "fiche gone", role="contributor"),
    post("organizations:change_role", MANAGE, "fiche member", role="manager"),
    post("organizations:resend_invitation", MANAGE, "fiche invitation"),
    get("organizations:cancel_invitation", MANAGE, "fiche invitation"),
    post("organizations:cancel_invitation", MANAGE, "fiche invitation", **YES),
    # --- Funding: drafting
    get("funding:applications", OF_FICHE, "fiche"),
    get("funding:archives", OF_FICHE, "fiche"),
    get("funding:call", OF_FICHE, "fiche call"),
    get("funding:call", "in 403 404 404 404 404 404", "fiche hidden_call"),
    post("funding:start", OF_FICHE, "fiche call"),
    get("funding:application", OF_FICHE, "fiche draft"),
    get("funding:application", "in 403 404 404 404 404 404", "fiche draft_elsewhere"),
    post("funding:renew_form", OF_FICHE, "fiche draft"),
    get("funding:section", OF_FICHE, "fiche draft form_section"),
    get("funding:section", "in 403 404 404 404 404 404", "fiche draft forged"),
    get("funding:section", "in 403 404 404 404 404 404", "fiche draft_elsewhere form_section"),
    post("funding:section", OF_FICHE, "fiche draft form_section", **{"q-nom": "Patins pour tous"}),
    get("funding:file", OF_FICHE, "fiche draft application_file"),
    get("funding:file", "in 403 404 404 404 404 404", "fiche draft document_elsewhere"),
    *matrix_drafting.rows(get, post, of_fiche=OF_FICHE),
    # --- Funding: sending
    get("funding:send", OF_FICHE, "fiche draft"),
    post("funding:send", OF_FICHE, "fiche draft", agreed="on"),
    get("funding:return", MANAGE, "fiche waiting"),
    post("funding:return", MANAGE, "fiche waiting", remark="Ajoutez un devis."),
    get("funding:withdraw", OF_FICHE, "fiche draft"),
    get("funding:withdraw", MANAGE, "fiche own_submitted"),
    post("funding:withdraw", MANAGE, "fiche own_submitted", reason="Annulé."),
    get("funding:receipt", OF_FICHE, "fiche own_submitted"),
    get("funding:application_pdf", OF_FICHE, "fiche draft"),
    get("funding:deadlines", OF_FICHE, "fiche draft"),
    get("funding:submission_pdf", OF_FICHE, "fiche own_submitted own_submission"),
    get("staff_application_extend", "in 403 403 403 403 403 ok", "not_officers"),
    post(
        "staff_application_extend", "in 403 403 403 403 403 ok", "not_officers", until="2030-01-31T12:00", reason="x"
    ),
    # --- LSCQ's side: inscriptions
    get("staff_requests", STAFF),
    get("staff_requests_results", STAFF),
    get("staff_requests_managers", STAFF, id="@request"),
    post("staff_requests_managers", STAFF, requests="@request"),
    get("staff_requests_contributors", STAFF, id="@request"),
    post("staff_requests_contributors", STAFF, requests="@request"),
    get("staff_requests_refuse", STAFF, id="@request"),
    post("staff_requests_refuse", STAFF, requests="@request", reason="Non."),
    get("staff_request", STAFF, "request"),
    post("staff_request_approve", STAFF, "request", role="manager"),
    post("staff_request_create_fiche", STAFF, "new_fiche_request"),
    get("staff_request_refuse", STAFF, "request"),
    post("staff_request_refuse", STAFF, "request", reason="Non."),
    get("staff_request_ask", STAFF, "request"),
    post("staff_request_ask", STAFF, "request", question="Qui êtes-vous?"),
    get("staff_request_attach", STAFF, "new_fiche_request elsewhere"),
    post("staff_request_attach", STAFF, "new_fiche_request elsewhere"),
    post("staff_request_resend", STAFF, "request"),
    # --- LSCQ's side: fiches, import, people, messages
    get("staff_fiches", STAFF),
    get("staff_fiches_results", STAFF),
    get("staff_fiches_export", STAFF, "extension"),
    get("staff_fiche_map", STAFF),
    get("staff_fiches_bulk", STAFF, id="@fiche"),
    get("staff_fiches_bulk_action", STAFF, "bulk_action", id="@fiche"),
    post("staff_fiches_bulk_action", STAFF, "bulk_action"),
    get("staff_filters", STAFF),
    get("staff_filter_add", STAFF, q="club"),
    post("staff_filter_add", STAFF, name="Clubs"),
    get("staff_filter_edit", STAFF, "saved_filter"),
    post("staff_filter_edit", STAFF, "saved_filter", name="Clubs"),
    get("staff_filter_delete", STAFF, "saved_filter"),
    post("staff_filter_delete", STAFF, "saved_filter"),
    post("staff_filter_first", STAFF, "saved_filter"),
    post("staff_filter_none_first", STAFF),
    get("staff_fiche_add", STAFF),
    post("staff_fiche_add", STAFF, **STAFF_FICHE),
    get("staff_fiche", STAFF, "fiche"),
    get("staff_fiche_edit", STAFF, "fiche"),
    post("staff_fiche_edit", STAFF, "fiche", **STAFF_FICHE),
    get("staff_changes", STAFF),
    get("staff_changes_results", STAFF),
    get("staff_fiche_changes", STAFF, "fiche"),
    post("staff_fiche_changes", STAFF, "fiche"),
    get("staff_reports", STAFF),
    get("staff_reports_results", STAFF),
    get("staff_report", STAFF, "report"),
    post("staff_report", STAFF, "report", note="Corrigé."),
    post("staff_report_reopen", STAFF, "closed_report"),
    get("staff_fiche_archive", STAFF, "fiche"),
    post("staff_fiche_archive", STAFF, "fiche"),
    post("staff_fiche_restore", STAFF, "archived"),
    get("staff_fiche_merge", STAFF, "fiche"),
    get("staff_fiche_merge_preview", STAFF, "fiche elsewhere"),
    post("staff_fiche_merge_preview", STAFF, "fiche elsewhere"),
    get("staff_merge", STAFF, "merge"),
    post("staff_merge_undo", STAFF, "merge"),
    get("staff_duplicates", STAFF),
    get("staff_duplicates_results", STAFF),
    post("staff_duplicates_search", STAFF),
    post("staff_duplicate_dismiss", STAFF, "pair"),
    post("staff_duplicate_reopen", STAFF, "dismissed_pair"),
    get("staff_imports", STAFF),
    post("staff_imports", STAFF, file="@spreadsheet"),
    get("staff_import_example", STAFF, "extension"),
    get("staff_import", STAFF, "batch"),
    post("staff_import_confirm", STAFF, "batch"),
    post("staff_import_abandon", STAFF, "batch"),
    get("staff_import_errors", STAFF, "batch"),
    get("staff_statistics", STAFF),
    get("staff_statistics_picture", STAFF, "figure"),
    get("staff_statistics_table", STAFF, "figure"),
    get("staff_people", STAFF),
    get("staff_people_results", STAFF),
    get("staff_person", STAFF, "person"),
    get("staff_messages", STAFF),
    get("staff_messages_results", STAFF),
    get("staff_message", STAFF, "message"),
    post("staff_message_send_again", STAFF, "message"),
    # --- The directory
    get("website:directory", EVERYBODY, q="club"),
    get("website:directory_entry", EVERYBODY, "listed listed_slug"),
    get("website:directory_entry", NOBODY, "elsewhere listed_slug"),
    get("website:report_error", EVERYBODY, "listed"),
    post("website:report_error", EVERYBODY, "listed", message="Le numéro a changé."),
    get("website:report_error", NOBODY, "elsewhere"),
    get("website:directory_picture", EVERYBODY, "listed public_picture size"),
    get("website:directory_picture", NOBODY, "listed private_picture size"),
    get("website:directory_picture", NOBODY, "elsewhere public_picture size"),
    get("website:directory_json", EVERYBODY),
    get("website:directory_csv", EVERYBODY),
    get("website:openapi", EVERYBODY),
    # --- The public site
    get("wagtail_serve", EVERYBODY, "home_path"),
    get("wagtaildocs_serve", EVERYBODY, "public_document public_name"),
    get(
        "wagtaildocs_serve", "        in      404       ok        ok     ok    ok    ok", "client_document client_name"
    ),
    get("wagtaildocs_authenticate_with_password", NOBODY, "none"),
    get("wagtailcore_authenticate_with_password", NOBODY, "none none"),
    # Wagtail's own sign-in forms would go round our limits on attempts: there is one door.
    get("wagtailcore_login", "        in      in        in        in     in    in    in"),
    post("wagtailcore_login", "       in      in        in        in     in    in    in", username="@agent_name"),
    get("site_sign_in", "             in      in        in        in     in    in    in"),
    post("site_sign_in", "            in      in        in        in     in    in    in", username="@agent_name"),
    get("staff_sign_in", "            in      403       403       403    403   in    in"),
    post("staff_sign_in", "           in      403       403       403    403   in    in", username="@agent_name"),
    get("media", NOBODY, "media_path"),
    get("sitemap", EVERYBODY),
    get("robots", EVERYBODY),
    # --- Funding: evaluating
    *matrix_evaluating.rows(get, post),
    # --- Funding: deciding
    *matrix_deciding.rows(get, post),
    # --- Funding: after the decision
    *following_rows(get, post, of_fiche=OF_FICHE, by_manager=CONFIRM, staff=STAFF),
    # --- Funding: programmes, calls, forms
    *matrix_building.rows(get, post),
    # --- Funding: knowing
    *matrix_knowing.rows(get),
    # --- Funding: heavy files
    *matrix_uploads.rows(get, post, Row),
]


class World(SimpleNamespace):
    """What a case is about: a fiche with people in every state, somebody for each role, and what staff handle."""

    def __init__(self) -> None:
        manager = ManagerFactory()
        fiche = manager.organization
        invitation = InvitationFactory(
            organization=fiche, invited_by=manager.user, token="jeton", email="zoe@example.org"
        )
        used = InvitationFactory(
            organization=fiche, invited_by=manager.user, status="accepted", closed_at=manager.decided_at
        )
        pending = RequestFactory(organization=fiche)
        new_fiche = OrganizationFactory(name="Club de tir", status=OrganizationStatus.REQUESTED)
        listed = OrganizationFactory(
            name="Club public", is_listed=True, people=[{"name": "Zoé Roy", "email": "zoe@example.org"}]
        )
        public_picture = PictureFactory(organization=listed)
        listed.pictures = [{"file": public_picture.pk, "alt": "La piscine"}]
        listed.save()
        services.refresh_entry(listed)
        batch = ImportBatch(file_name="fiches.csv", state=ImportState.READY)
        super().__init__(
            roles={
                "visitor": None,
                "pending": pending.user,
                "contributor": AccessFactory(organization=fiche).user,
                "manager": manager.user,
                "other": ManagerFactory().user,
                "agent": AgentFactory(),
                "admin": AdminFactory(),
            },
            fiche=fiche,
            member=AccessFactory(organization=fiche),
            invited=RequestFactory(organization=fiche, invitation=used),
            change=None,
            revision=None,
            saved_filter=None,
            section="offer",
            gone=AccessFactory(organization=fiche, status=AccessStatus.DEACTIVATED),
            question=pending,
            invitation=invitation,
            token="jeton",
            content_token=signing.dumps({"access": manager.pk, "at": 0}, salt=CONTENT_CHECK_SALT),
            check_token=signing.dumps({"access": manager.pk, "at": 0}, salt=PEOPLE_CHECK_SALT),
            elsewhere=OrganizationFactory(),
            archived=OrganizationFactory(status=OrganizationStatus.ARCHIVED),
            report=ErrorReport.objects.create(organization=fiche, message="Le numéro a changé."),
            closed_report=ErrorReport.objects.create(
                organization=fiche, message="L’adresse.", state=ReportState.CLOSED, closed_at=manager.decided_at
            ),
            listed=listed,
            listed_slug="club-public",
            request=RequestFactory(),
            new_fiche_request=RequestFactory(organization=new_fiche),
            merge=None,
            pair=DuplicatePair.objects.create(first=fiche, second=listed, score=80, reasons=["name"]),
            dismissed_pair=None,
            message=OutgoingMessage.objects.create(
                kind="x", to="a@example.org", subject="s", text="t", html="h", state=MessageState.FAILED
            ),
            person=manager.user,
            municipality=Municipality.objects.first(),
            batch=batch,
            spreadsheet=SimpleUploadedFile("fiches.csv", b"Nom,Milieu\nClub neuf,Associatif\n"),
            agent_name="agent",
            version="00000000",
            extension="csv",
            figure="milieu",
            bulk_action="archiver",
            forged="forged",
            size="petite",
            picture=PictureFactory(organization=fiche),
            document=DocumentFactory(organization=fiche),
            public_picture=public_picture,
            private_picture=PictureFactory(organization=listed),
            consent_token=signing.dumps({"fiche": listed.pk, "email": "zoe@example.org"}, salt=CONSENT_SALT),
            uid="1",
            none=999_999,
            home_path="",
            funding_table="programme",
            media_path="images/none.png",
        )
        self.change = FicheChange.objects.create(
            organization=fiche, field="territory", value="Ici", base="", proposed_by=self.roles["contributor"]
        )
        self.saved_filter = SavedFilter.objects.create(
            name="Écoles", query="kind=school", owner=self.roles["agent"], is_shared=True
        )
        self.revision = fiche.save_revision(clean=False)
        self.dismissed_pair = DuplicatePair.objects.create(
            first=listed, second=self.elsewhere, score=80, reasons=["name"], state=DuplicateState.DISMISSED
        )
        vars(self).update(matrix_building.objects(self.roles["agent"]))
        self.merge = services.merge_fiches(
            source=OrganizationFactory(),
            target=OrganizationFactory(),
            choices=services.Choices(),
            actor=self.roles["agent"],
        )
        self.hidden_call = CallFactory(status=CallStatus.DRAFT)
        self.call = CallFactory()
        self.form_section = "projet"
        self.draft = ApplicationFactory(organization=fiche)
        self.draft_elsewhere = ApplicationFactory()
        vars(self).update(matrix_drafting.objects(self.draft, manager.user))
        self.not_officers = ApplicationFactory()
        self.waiting = ApplicationFactory(organization=fiche, status=ApplicationStatus.AWAITING_MANAGER)
        self.own_submitted = SubmittedFactory(organization=fiche)
        self.own_submission = self.own_submitted.submissions.get()
        self.application_file = ApplicationFileFactory(application=self.draft)
        self.document_elsewhere = ApplicationFileFactory(application=self.draft_elsewhere)
        batch.file.save("fiches.csv", ContentFile(b"Nom,Milieu\n"))
        services.ask_details(access=pending, question="Qui?", actor=self.roles["agent"])
        add_following(self)
        self.upload = matrix_uploads.upload(self.draft, self.roles["contributor"])


@pytest.fixture
def known(settings, tmp_path) -> dict:
    """A world on the public site as `setup_site` leaves it, with its documents and the staff's true permissions."""
    storage = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": storage, "private": storage}
    settings.MEDIA_ROOT = tmp_path
    call_command("setup_site", verbosity=0)
    documents = {
        "public_document": add_document("Guide", collection=PUBLIC_COLLECTION),
        "client_document": add_document("Budget", collection=CLIENTS_COLLECTION),
    }
    names = {
        "public_name": documents["public_document"].filename,
        "client_name": documents["client_document"].filename,
    }
    world = vars(World())
    fiche = world["fiche"]
    return {**documents, **names, **world, **matrix_evaluating.objects(fiche), **matrix_deciding.objects(fiche)}


def answer_to(response) -> str:
    """The answer, in the words of the table. A file is read to its end, which closes it."""
    if response.streaming:
        response.getvalue()
    if response.status_code in {301, 302, 303, 307}:
        leads_to = response.headers["Location"].partition("?")[0]
        return "in" if leads_to in {reverse("account_login"), reverse("staff_sign_in")} else "ok"
    return "ok" if response.status_code == 200 else str(response.status_code)


def browser_of(person: User | None) -> Client:
    client = Client()
    if person is not None:
        client.force_login(person)
    return client


def ask(row: Row, role: str, known: dict) -> str:
    """Be that role, send the row's request, note the answer, and take back whatever it changed."""

    def named(name: str):
        found = known[name]
        return getattr(found, "pk", found)

    address = reverse(row.name, args=[named(name) for name in row.args.split()])
    data = {name: named(value[1:]) if str(value).startswith("@") else value for name, value in row.data.items()}
    with transaction.atomic():
        answer = answer_to(getattr(browser_of(known["roles"][role]), row.method.lower())(address, data))
        transaction.set_rollback(True)
    return answer


def test_every_address_answers_each_role_as_the_table_says(known):
    wrong = []
    for row in ROWS:
        for role, expected in zip(ROLES, row.expected.split(), strict=True):
            answer = ask(row, role, known)
            if answer != expected:
                wrong.append(f"{row} {row.args}: {role} gets {answer}, not {expected}")
    assert "\n".join(wrong) == ""


# --- Methods --------------------------------------------------------------------------------------

BY_NAME = {row.name: row for row in ROWS}
METHODS = {name: {row.method for row in ROWS if row.name == name} for name in BY_NAME}
OURS = ("organizations:", "funding:", "programs:", "opinions:", "accounts:", "core:", "website:", "staff_")


def test_action_is_never_done_by_get(known):
    names = [name for name, methods in METHODS.items() if methods == {"POST"} and name != "set_language"]
    answers = {}
    for name in names:
        role = "agent" if name.startswith("staff_") else "manager"
        answers[name] = ask(Row("GET", name, "", BY_NAME[name].args), role, known)
    assert answers == dict.fromkeys(names, "405")


def test_page_takes_no_post(known):
    names = [name for name, methods in METHODS.items() if methods == {"GET"} and name.startswith(OURS)]
    answers = {name: ask(Row("POST", name, "", BY_NAME[name].args), "admin", known) for name in names}
    assert answers == dict.fromkeys(names, "405")


# --- Wagtail's own addresses, by rule -------------------------------------------------------------

# What stands for each kind of argument, and for each expression that is none of Django's routes.
SAMPLES = {"int": "1", "str": "x", "slug": "x", "path": "x", "uuid": "00000000-0000-0000-0000-000000000000", "": "x"}
EXPRESSIONS = {
    r"^(?P<pk>\d+)/revisions/compare/(?P<revision_id_a>live|earliest|\d+)\.\.\.(?P<revision_id_b>live|latest|\d+)/$": (
        "1/revisions/compare/live...latest/"
    ),
    r"^.*/$": "nowhere/",
    r"^pages/": "pages/",
    r"^documents/": "documents/",
    r"^images/": "images/",
}
ADMIN = "gestion/"
# Open to a visitor, because a page of the sign-in needs it; none shows or changes anything.
OPEN = {
    ("gestion/sprite/", "get"): "ok",
    ("gestion/sprite/", "post"): "ok",
    ("gestion/jsi18n/", "get"): "ok",
    ("gestion/jsi18n/", "post"): "405",
}
# Wagtail's own ways to sign in, out and to a new password, which ours replace.
CLOSED = {
    "gestion/password_reset/",
    "gestion/password_reset/done/",
    "gestion/password_reset/confirm/<uidb64>/<token>/",
    "gestion/password_reset/complete/",
}
# For admins alone: staff accounts, settings, sites (DESIGN, section 2), and what could change who may do what.
ADMINS_ONLY = ("gestion/users/", "gestion/groups/", "gestion/settings/", "gestion/sites/", "gestion/redirects/")
# It raises on purpose, to test the page of errors.
BROKEN = "gestion/failwhale/"


def walk(resolver: URLResolver, prefix: str = "", namespaces: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Every pattern below, as (its route, its full name)."""
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from walk(pattern, route, (*namespaces, pattern.namespace) if pattern.namespace else namespaces)
        else:
            yield route, ":".join([*namespaces, pattern.name or ""])


def address_of(resolver: URLResolver, wanted: str, prefix: str = "", route: str = "") -> str | None:
    """An address that the pattern of this route answers, with sample arguments."""
    for pattern in resolver.url_patterns:
        own = str(pattern.pattern)
        if not wanted.startswith(route + own):
            continue
        if isinstance(pattern.pattern, RoutePattern):
            filled = re.sub(r"<(?:(\w+):)?\w+>", lambda found: SAMPLES[found[1] or ""], own)
        else:
            filled = EXPRESSIONS[own]
        if isinstance(pattern, URLPattern):
            if route + own == wanted:
                return f"/{prefix}{filled}"
        elif found := address_of(pattern, wanted, prefix + filled, route + own):
            return found
    return None


EVERY = list(walk(get_resolver()))
BY_RULE = sorted({route for route, name in EVERY if route.startswith(ADMIN) and name not in BY_NAME})


def test_every_address_has_a_row():
    assert sorted(name for route, name in EVERY if name not in BY_NAME and not route.startswith(ADMIN)) == []


def test_every_row_has_an_address():
    assert sorted(set(BY_NAME) - {name for _route, name in EVERY}) == []


def test_our_own_addresses_are_not_left_to_the_rule():
    assert [name for _route, name in EVERY if name.startswith("staff_") and name not in BY_NAME] == []


def status(client: Client, method: str, address: str) -> str:
    return answer_to(getattr(client, method)(address))


@pytest.fixture
def admin_clients(known) -> dict[str, Client]:
    """Everybody at the door of Wagtail's admin; an error in Wagtail's own code, on sample arguments, is a 500."""
    clients = {role: browser_of(person) for role, person in known["roles"].items()}
    for role in ("agent", "admin"):
        clients[role].raise_request_exception = False
    return clients


def test_wagtail_admin_has_a_visitor_sign_in(admin_clients):
    found, expected = {}, {}
    for route in BY_RULE:
        for method in ("get", "post"):
            found[route, method] = status(admin_clients["visitor"], method, address_of(get_resolver(), route))
            expected[route, method] = OPEN.get((route, method), "404" if route in CLOSED else "in")
    assert len(found) > 300
    assert differences(found, expected) == ""


@pytest.mark.parametrize("role", ["pending", "contributor", "manager", "other"])
def test_wagtail_admin_is_closed_to_clients(admin_clients, role):
    found = {
        (route, method): status(admin_clients[role], method, address_of(get_resolver(), route))
        for route in BY_RULE
        for method in ("get", "post")
    }
    assert differences(found, dict.fromkeys(found, "403")) == ""


def test_wagtail_admin_keeps_agents_from_what_is_the_admins(admin_clients):
    """Wagtail refuses by leading back to the dashboard."""
    routes = [route for route in BY_RULE if route.startswith(ADMINS_ONLY)]
    assert len(routes) > 30
    for role, opens in (("agent", False), ("admin", True)):
        seen = []
        for route in routes:
            address = address_of(get_resolver(), route)
            for method in ("get", "post"):
                response = getattr(admin_clients[role], method)(address)
                home = response.status_code == 302 and response.headers["Location"] == reverse("wagtailadmin_home")
                if not (home or response.status_code in {403, 404, 405}):
                    seen.append((method, route, response.status_code))
        assert bool(seen) is opens, (role, seen)


def test_wagtail_admin_opens_for_staff(admin_clients):
    for role in ("agent", "admin"):
        for route in BY_RULE:
            if not route.startswith(ADMINS_ONLY) and route not in {BROKEN, "gestion/login/", "gestion/logout/"}:
                assert status(admin_clients[role], "get", address_of(get_resolver(), route)) != "in", (role, route)
        assert admin_clients[role].get("/gestion/").status_code == 200
        assert admin_clients[role].get("/gestion/pages/").status_code in {200, 302}


def differences(found: dict, expected: dict) -> str:
    return "\n".join(f"{key}: {got}, not {expected[key]}" for key, got in found.items() if got != expected[key])
