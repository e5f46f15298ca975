"""Heavy files in parts: begun, cut off, gone on with, attached like any other; and what is refused on the way."""

from __future__ import annotations

import base64
import datetime as dt
import io
import threading

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from guichet.accounts.tests.factories import AgentFactory
from guichet.core.errors import InvalidState
from guichet.funding import services
from guichet.funding.enums import ApplicationStatus
from guichet.funding.models import PARTS_FOLDER, Application, ApplicationFile, PartialUpload, ReportFile
from guichet.funding.services.uploads import AT_ONCE, PART_BYTES, PART_BYTES_AT_LEAST
from guichet.organizations.import_models import private_storage
from guichet.organizations.tests.factories import AccessFactory
from tests.support.pages import end_session, text_of

from .factories import ApplicationFactory, SubmittedFactory
from .test_reports import report_form

pytestmark = pytest.mark.django_db
CONTENT = b"%PDF-1.7 " + bytes(range(256)) * 10_000
PARTS = [CONTENT[start : start + PART_BYTES] for start in range(0, len(CONTENT), PART_BYTES)]
MODIFIED = 1_790_000_000_000


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    """An empty private storage."""
    private = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "private": private}
    return private_storage()


@pytest.fixture
def draft():
    return ApplicationFactory()


@pytest.fixture
def writer(draft):
    return AccessFactory(organization=draft.organization).user


@pytest.fixture
def due():
    """An application whose final report is written now."""
    return SubmittedFactory(call__report_form=report_form(), status=ApplicationStatus.REPORT_DUE, granted=1000)


def begin(application, actor, **more) -> PartialUpload:
    about = {"name": "plan.pdf", "size": len(CONTENT), "modified": MODIFIED, "question_key": "devis"} | more
    return services.begin_upload(application=application, actor=actor, **({"for_report": False} | about))


def append(upload, actor, data, offset=None, **more) -> PartialUpload:
    upload.refresh_from_db()
    at = upload.offset if offset is None else offset
    return services.append_part(upload=upload, offset=at, data=data, actor=actor, **more)


def parts_in(storage) -> list[str]:
    """The names of every part of any upload."""
    try:
        folders = storage.listdir(PARTS_FOLDER)[0]
    except FileNotFoundError:
        return []
    return sorted(name for folder in folders for name in storage.listdir(f"{PARTS_FOLDER}/{folder}")[1])


# --- The verbs ------------------------------------------------------------------------------------


def test_parts_make_the_file_that_was_sent(draft, writer, storage, django_capture_on_commit_callbacks):
    upload = begin(draft, writer)
    for part in PARTS[:-1]:
        append(upload, writer, part)
    assert parts_in(storage) == ["00000", "00001"]
    assert not ApplicationFile.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        append(upload, writer, PARTS[-1])
    file = ApplicationFile.objects.get()
    assert (file.name, file.size, file.content_type) == ("plan.pdf", len(CONTENT), "application/pdf")
    with file.file.open("rb") as content:
        assert content.read() == CONTENT
    draft.refresh_from_db()
    assert draft.answers["devis"] == [file.pk]
    upload.refresh_from_db()
    assert (upload.offset, upload.parts) == (len(CONTENT), [])
    assert storage.listdir(PARTS_FOLDER) == ([], [])
    assert services.uploads_begun(draft, writer, for_report=False) == []


def test_file_of_one_part_is_attached_at_once(draft, writer):
    append(begin(draft, writer, size=14), writer, b"%PDF-1.7 devis")
    assert ApplicationFile.objects.get().size == 14


def test_file_of_a_report_comes_in_parts_too(due):
    actor = AccessFactory(organization=due.organization).user
    upload = begin(due, actor, for_report=True)
    for part in PARTS:
        append(upload, actor, part)
    file = ReportFile.objects.get()
    assert file.size == len(CONTENT)
    assert file.report.answers["devis"] == [file.pk]


def test_same_file_begun_again_goes_on_and_another_does_not(draft, writer):
    upload = begin(draft, writer)
    append(upload, writer, PARTS[0])
    assert begin(draft, writer) == upload
    assert {begin(draft, writer, modified=1), begin(draft, writer, size=50)}.isdisjoint({upload})
    assert begin(draft, AgentFactory()) != upload
    assert services.uploads_begun(draft, writer, for_report=False)[0].offset == PART_BYTES


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"name": "plan.exe"}, "n’est pas d’un type accepté"),
        ({"name": ""}, "n’est pas d’un type accepté"),
        ({"size": 21 * 1024 * 1024}, "est trop lourd"),
        ({"size": 0}, "Ce fichier est vide"),
    ],
)
def test_file_that_the_question_never_takes_is_not_begun(draft, writer, more, words):
    with pytest.raises(ValidationError, match=words):
        begin(draft, writer, **more)
    assert not PartialUpload.objects.exists()


def test_kind_that_nobody_takes_is_not_begun_where_the_question_names_none(draft, writer):
    draft.form_version.schema["sections"][0]["questions"][4]["extensions"] = []
    draft.form_version.save()
    with pytest.raises(ValidationError, match="Ce genre de fichier"):
        begin(draft, writer, name="plan.exe")


@pytest.mark.parametrize("key", ["nom", "inconnue"])
def test_question_that_takes_no_file_begins_none(draft, writer, key):
    with pytest.raises(InvalidState, match="ne demande plus ce fichier"):
        begin(draft, writer, question_key=key)


def test_question_that_is_full_begins_none(draft, writer):
    for number in range(3):
        append(begin(draft, writer, size=9, modified=number), writer, b"%%PDF-1.7%d" % number)
    with pytest.raises(InvalidState, match="3 fichiers au plus"):
        begin(draft, writer)


def test_one_person_leaves_only_so_many_unfinished(draft, writer):
    for number in range(AT_ONCE):
        begin(draft, writer, name=f"plan{number}.pdf")
    with pytest.raises(InvalidState, match="déjà 5 envois commencés"):
        begin(draft, writer)
    services.cancel_upload(upload=PartialUpload.objects.first(), actor=writer)
    assert begin(draft, writer)


def test_part_has_its_place_and_its_length(draft, writer, storage):
    upload = begin(draft, writer)
    append(upload, writer, PARTS[0])
    for offset in (0, 1, PART_BYTES + 1):
        with pytest.raises(services.WrongOffset):
            append(upload, writer, PARTS[1][:PART_BYTES_AT_LEAST], offset=offset)
    with pytest.raises(services.PartTooLong):
        append(upload, writer, PARTS[1] + b"x")
    with pytest.raises(services.PartTooShort):
        append(upload, writer, PARTS[1][: PART_BYTES_AT_LEAST - 1])
    append(upload, writer, PARTS[1])
    with pytest.raises(services.PartTooLong):
        append(upload, writer, PARTS[2] + b"x")
    assert parts_in(storage) == ["00000", "00001"]


def test_file_that_is_not_what_it_says_is_told_at_the_end_and_forgotten(
    draft, writer, storage, django_capture_on_commit_callbacks
):
    upload = begin(draft, writer)
    append(upload, writer, b"MZ" + PARTS[0][2:])
    append(upload, writer, PARTS[1])
    with (
        django_capture_on_commit_callbacks(execute=True),
        pytest.raises(ValidationError, match="son contenu n’en est"),
    ):
        append(upload, writer, PARTS[2])
    assert not PartialUpload.objects.exists()
    assert not ApplicationFile.objects.exists()
    assert parts_in(storage) == []


def test_application_that_was_locked_meanwhile_takes_no_more_and_loses_nothing(draft, writer):
    upload = begin(draft, writer)
    append(upload, writer, PARTS[0])
    Application.objects.update(status=ApplicationStatus.AWAITING_MANAGER)
    with pytest.raises(services.AlreadyMoved):
        append(upload, writer, PARTS[1])
    Application.objects.update(status=ApplicationStatus.DRAFT)
    for part in PARTS[1:]:
        append(upload, writer, part)
    assert ApplicationFile.objects.get().size == len(CONTENT)


def test_last_part_that_is_refused_may_come_again(draft, writer):
    upload = begin(draft, writer)
    for part in PARTS[:-1]:
        append(upload, writer, part)
    others = [append(begin(draft, writer, size=9, modified=n), writer, b"%%PDF-1.7%d" % n) for n in range(3)]
    assert len(others) == 3
    with pytest.raises(InvalidState, match="Retirez-en un d’abord"):
        append(upload, writer, PARTS[-1])
    services.remove_file(application=draft, file=ApplicationFile.objects.first(), actor=writer)
    append(upload, writer, PARTS[-1])
    assert ApplicationFile.objects.filter(size=len(CONTENT)).exists()


def test_upload_is_its_owners_alone(draft, writer):
    upload = begin(draft, writer)
    colleague = AccessFactory(organization=draft.organization).user
    with pytest.raises(PermissionDenied):
        append(upload, colleague, PARTS[0])
    with pytest.raises(PermissionDenied):
        services.cancel_upload(upload=upload, actor=colleague)
    with pytest.raises(PermissionDenied):
        begin(draft, AccessFactory().user)
    assert services.uploads_begun(draft, colleague, for_report=False) == []


def test_cancelled_upload_leaves_nothing(draft, writer, storage, django_capture_on_commit_callbacks):
    upload = begin(draft, writer)
    append(upload, writer, PARTS[0])
    upload.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        services.cancel_upload(upload=PartialUpload.objects.get(), actor=writer)
    assert parts_in(storage) == []
    with pytest.raises(services.UploadGone):
        services.append_part(upload=upload, offset=PART_BYTES, data=PARTS[1], actor=writer)
    assert parts_in(storage) == []


def test_upload_that_came_to_its_end_is_no_longer_cancelled(draft, writer):
    upload = begin(draft, writer)
    PartialUpload.objects.update(done_at=timezone.now())
    with pytest.raises(InvalidState, match="déjà joint"):
        services.cancel_upload(upload=upload, actor=writer)


def test_upload_that_waits_a_week_is_forgotten_with_its_parts(
    draft, writer, storage, django_capture_on_commit_callbacks
):
    old, new = begin(draft, writer), begin(draft, writer, name="autre.pdf")
    append(old, writer, PARTS[0])
    in_six_days = timezone.now() + dt.timedelta(days=6)
    append(new, writer, PARTS[0], now=in_six_days)
    storage.save(f"{PARTS_FOLDER}/{'0' * 32}/00000", ContentFile(b"of an application that is no more"))
    later = timezone.now() + dt.timedelta(days=8)
    with pytest.raises(services.UploadGone):
        append(old, writer, PARTS[1], now=later)
    with django_capture_on_commit_callbacks(execute=True):
        assert services.forget_old_uploads(now=later) == 1
    assert list(PartialUpload.objects.all()) == [new]
    assert storage.listdir(PARTS_FOLDER)[0] == [new.key.hex]


@pytest.mark.django_db(transaction=True)
def test_two_tabs_that_send_the_last_part_at_once_attach_one_file(draft, writer):
    upload = begin(draft, writer)
    for part in PARTS[:-1]:
        append(upload, writer, part)
    upload.refresh_from_db()
    together, outcomes = threading.Barrier(2), []

    def tab():
        mine = PartialUpload.objects.select_related("application__call", "application__organization").get()
        together.wait()
        try:
            services.append_part(upload=mine, offset=mine.offset, data=PARTS[-1], actor=writer)
            outcomes.append("attached")
        except services.WrongOffset:
            outcomes.append("wrong offset")
        finally:
            connection.close()

    tabs = [threading.Thread(target=tab) for _number in range(2)]
    for one in tabs:
        one.start()
    for one in tabs:
        one.join()
    assert sorted(outcomes) == ["attached", "wrong offset"]
    assert ApplicationFile.objects.count() == 1


# --- The protocol ---------------------------------------------------------------------------------


@pytest.fixture
def browser(client_for, writer) -> Client:
    return client_for(writer)


def address(draft, *args) -> str:
    name = "upload" if args else "uploads"
    return reverse(f"funding:{name}", args=[draft.organization_id, draft.pk, *args])


def metadata(**about: str) -> str:
    told = {"question": "devis", "filename": "plan.pdf", "modified": str(MODIFIED)} | about
    return ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in told.items())


def start(browser, draft, size=None, **about):
    length = str(size or len(CONTENT))
    headers = {"Tus-Resumable": "1.0.0", "Upload-Length": length, "Upload-Metadata": metadata(**about)}
    return browser.post(address(draft), headers=headers)


def patch(browser, url, data, offset, **more):
    headers = {"Tus-Resumable": "1.0.0", "Upload-Offset": str(offset)} | more.pop("headers", {})
    return browser.patch(url, data, content_type="application/offset+octet-stream", headers=headers, **more)


def head(browser, url):
    return browser.head(url, headers={"Tus-Resumable": "1.0.0"})


def test_upload_by_the_protocol(browser, draft):
    created = start(browser, draft, filename="devis d’été.pdf")
    assert created.status_code == 201
    url = created.headers["Location"]
    assert url == address(draft, PartialUpload.objects.get().pk)
    answers = [patch(browser, url, part, number * PART_BYTES) for number, part in enumerate(PARTS)]
    assert [answer.status_code for answer in answers] == [204, 204, 204]
    assert answers[0].headers["Upload-Offset"] == str(PART_BYTES)
    assert {answer.headers["Tus-Resumable"] for answer in (created, *answers)} == {"1.0.0"}
    assert "Upload-Expires" in answers[0].headers
    assert ApplicationFile.objects.get().name == "devis d’été.pdf"
    # Whoever missed the last answer learns that it is all there.
    asked = head(browser, url)
    assert (asked.status_code, asked.headers["Upload-Offset"]) == (200, str(len(CONTENT)))
    assert asked.headers["Upload-Length"] == str(len(CONTENT))
    assert asked.headers["Cache-Control"] == "no-store"


def test_part_costs_the_same_wherever_it_stands(browser, draft, django_assert_max_num_queries):
    url = start(browser, draft).headers["Location"]
    costs = []
    for number in (0, 1):
        with django_assert_max_num_queries(30) as queries:
            patch(browser, url, PARTS[number], number * PART_BYTES)
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_upload_goes_on_where_it_stopped(browser, draft):
    url = start(browser, draft).headers["Location"]
    patch(browser, url, PARTS[0], 0)
    refused = patch(browser, url, PARTS[0], 0)
    assert refused.status_code == 409
    assert head(browser, url).headers["Upload-Offset"] == str(PART_BYTES)
    # A page that was opened before begins again, and finds it.
    assert start(browser, draft).headers["Location"] == url
    page = text_of(browser.get(reverse("funding:section", args=[draft.organization_id, draft.pk, "projet"])))
    assert "Envoi interrompu : plan.pdf, 1,0 Mo sur 2,4 Mo." in page


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Tus-Resumable": "0.2.2"}, 412),
        ({"Upload-Offset": "-1"}, 400),
        ({"Upload-Offset": "²"}, 400),
        ({"Upload-Offset": ""}, 400),
        ({"Upload-Offset": "9" * 30}, 400),
        ({"Upload-Offset": "7"}, 409),
        ({"Content-Type": "application/octet-stream"}, 415),
        ({"Content-Length": str(PART_BYTES + 1)}, 413),
        ({"Content-Length": "x"}, 400),
    ],
)
def test_part_that_is_not_the_protocols_is_refused(browser, draft, headers, status):
    url = start(browser, draft).headers["Location"]
    assert patch(browser, url, PARTS[0][:-9], 0, headers=headers).status_code == status
    assert PartialUpload.objects.get().offset == 0


def test_part_that_was_cut_off_on_its_way_does_not_count(browser, draft):
    url = start(browser, draft).headers["Location"]
    cut_off = {"wsgi.input": io.BytesIO(PARTS[0][:-9])}
    assert patch(browser, url, PARTS[0], 0, **cut_off).status_code == 400
    assert PartialUpload.objects.get().offset == 0


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Upload-Length": ""}, 400),
        ({"Upload-Metadata": ""}, 400),
        ({"Upload-Metadata": "filename"}, 400),
        ({"Upload-Metadata": "filename é"}, 400),
        ({"Upload-Metadata": "filename /w=="}, 400),
        ({"Upload-Metadata": metadata(modified="x")}, 400),
        ({"Upload-Metadata": metadata(filename="plan.exe")}, 422),
        ({"Upload-Metadata": metadata(question="nom")}, 403),
        ({"Upload-Length": str(21 * 1024 * 1024)}, 422),
    ],
)
def test_beginning_that_makes_no_sense_or_is_refused(browser, draft, headers, status):
    right = {"Tus-Resumable": "1.0.0", "Upload-Length": "50", "Upload-Metadata": metadata()}
    answer = browser.post(address(draft), headers={**right, **headers})
    assert answer.status_code == status
    assert (status == 400) or answer.json()["message"]
    assert not PartialUpload.objects.exists()


def test_locked_application_says_so(browser, draft):
    url = start(browser, draft).headers["Location"]
    Application.objects.update(status=ApplicationStatus.AWAITING_MANAGER)
    for answer in (patch(browser, url, PARTS[0], 0), start(browser, draft)):
        assert answer.status_code == 403
        assert "Cette demande a changé d’état entre-temps" in answer.json()["message"]


def test_wrong_content_is_told_with_the_last_part(browser, draft):
    url = start(browser, draft, size=14).headers["Location"]
    answer = patch(browser, url, b"MZ not a PDF..", 0)
    assert answer.status_code == 422
    assert "son contenu n’en est pas" in answer.json()["message"]
    assert head(browser, url).status_code == 404


def test_colleagues_and_others_find_no_upload(browser, draft, client_for):
    url = start(browser, draft).headers["Location"]
    for person in (AccessFactory(organization=draft.organization).user, AccessFactory().user, AgentFactory()):
        other = client_for(person)
        assert head(other, url).status_code == 404
        assert patch(other, url, PARTS[0], 0).status_code == 404
        assert other.delete(url, headers={"Tus-Resumable": "1.0.0"}).status_code == 404
    elsewhere = reverse("funding:upload", args=[draft.organization_id, ApplicationFactory().pk, 1])
    assert head(browser, elsewhere).status_code == 404


def test_upload_that_waited_too_long_is_gone(browser, draft):
    url = start(browser, draft).headers["Location"]
    PartialUpload.objects.update(expires_at=timezone.now())
    assert head(browser, url).status_code == 410
    answer = patch(browser, url, PARTS[0], 0)
    assert (answer.status_code, "trop attendu" in answer.json()["message"]) == (410, True)


def test_upload_is_cancelled_by_the_script_and_by_the_form(browser, draft):
    url = start(browser, draft).headers["Location"]
    assert browser.delete(url, headers={"Tus-Resumable": "1.0.0"}).status_code == 204
    assert head(browser, url).status_code == 404
    start(browser, draft)
    section = reverse("funding:section", args=[draft.organization_id, draft.pk, "projet"])
    answer = browser.post(section, {"q-devis-cancel": PartialUpload.objects.get().pk}, follow=True)
    assert "L’envoi de « plan.pdf » est annulé." in text_of(answer)
    assert not PartialUpload.objects.exists()


def test_upload_of_a_report_is_listed_and_cancelled_there(due, client_for):
    browser = client_for(AccessFactory(organization=due.organization).user)
    args = [due.organization_id, due.pk]
    headers = {"Tus-Resumable": "1.0.0", "Upload-Length": str(len(CONTENT)), "Upload-Metadata": metadata()}
    url = browser.post(reverse("funding:report_uploads", args=args), headers=headers).headers["Location"]
    assert patch(browser, url, PARTS[0], 0).status_code == 204
    section = reverse("funding:report_section", args=[*args, "projet"])
    assert "Envoi interrompu : plan.pdf" in text_of(browser.get(section))
    answer = browser.post(section, {"q-devis-cancel": PartialUpload.objects.get().pk}, follow=True)
    assert "L’envoi de « plan.pdf » est annulé." in text_of(answer)


def test_session_that_ended_is_told_and_the_upload_goes_on_after_signing_in(browser, draft, writer):
    url = start(browser, draft).headers["Location"]
    patch(browser, url, PARTS[0], 0)
    end_session(browser)
    for answer in (patch(browser, url, PARTS[1], PART_BYTES), browser.get(address(draft))):
        assert answer.status_code == 401
        assert answer.json()["message"] == "Votre session a pris fin."
    browser.force_login(writer)
    assert patch(browser, url, PARTS[1], PART_BYTES).status_code == 204


def test_request_without_the_forms_token_does_nothing(draft, writer, client_for):
    browser = client_for(writer, enforce_csrf_checks=True)
    assert start(browser, draft).status_code == 403
    token = browser.get(address(draft)).json()["token"]
    headers = {"Tus-Resumable": "1.0.0", "Upload-Length": "50", "Upload-Metadata": metadata(), "X-CSRFToken": token}
    url = browser.post(address(draft), headers=headers).headers["Location"]
    assert patch(browser, url, PARTS[0], 0).status_code == 403
    assert browser.delete(url, headers={"Tus-Resumable": "1.0.0"}).status_code == 403
    assert browser.delete(url, headers={"Tus-Resumable": "1.0.0", "X-CSRFToken": token}).status_code == 204
