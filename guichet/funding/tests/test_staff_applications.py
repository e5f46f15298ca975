"""« Demandes » in the admin: the list, its filters, its columns, its export, the dashboard."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from guichet.accounts.tests.factories import AgentFactory
from guichet.core.models import OutgoingMessage
from guichet.core.shared import forget
from guichet.funding.enums import ApplicationStatus
from guichet.funding.models import Label, QueueColumns, ThreadMessage
from guichet.funding.services import conversation, reviewing
from guichet.funding.staff.queue_columns import COLUMNS
from guichet.organizations.tests.factories import AccessFactory, ManagerFactory, MrcFactory, OrganizationFactory

from .evaluating import an_evaluation, ask
from .factories import ApplicationFactory, CallFactory, SubmittedFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return an_evaluation(title="Patins pour tous")


@pytest.fixture
def browser(client_for, world):
    """The officer's."""
    return client_for(world.officer)


def listed(browser, **query) -> list[str]:
    """The numbers in the list."""
    answer = browser.get(reverse("staff_applications"), query)
    assert answer.status_code == 200
    return [one.number for one in answer.context["object_list"]]


def days(number: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=number)


# --- What is listed -------------------------------------------------------------------------------


def test_list_holds_what_was_handed_in_and_is_not_over(browser, world):
    ApplicationFactory()
    over = SubmittedFactory(status=ApplicationStatus.REFUSED)
    assert listed(browser) == [world.application.number]
    assert listed(browser, status="refused") == [over.number]
    assert listed(browser, q=over.number) == [over.number]


def test_what_was_granted_is_followed_elsewhere_and_found_by_a_filter(browser, world):
    granted = SubmittedFactory(status=ApplicationStatus.REPORT_DUE)
    assert listed(browser) == [world.application.number]
    assert listed(browser, call=granted.call.pk) == [granted.number]


def test_what_awaits_a_decision_comes_before_the_waiting_list(browser, world):
    waits = SubmittedFactory(
        status=ApplicationStatus.WAITLISTED, announced_at=timezone.now(), decision_due_on=days(-300)
    )
    assert listed(browser) == [world.application.number, waits.number]


def test_stuck_applications_are_counted_and_their_content_stays_the_fiches(browser, world):
    soon = CallFactory(closes_at=timezone.now() + dt.timedelta(days=3))
    later = CallFactory(closes_at=timezone.now() + dt.timedelta(days=30))
    past = CallFactory(closes_at=timezone.now() - dt.timedelta(hours=1))
    draft = ApplicationFactory(call=soon, title="Projet secret")
    waiting = ApplicationFactory(call=later, status=ApplicationStatus.AWAITING_MANAGER, title="Autre secret")
    ApplicationFactory(call=later)
    ApplicationFactory(call=past)
    ApplicationFactory(call=past, status=ApplicationStatus.AWAITING_MANAGER)
    answer = browser.get(reverse("staff_applications"), {"to_do": "stuck"})
    assert {one.pk for one in answer.context["object_list"]} == {draft.pk, waiting.pk}
    page = answer.content.decode()
    assert "secret" not in page
    assert draft.organization.name in page
    # Of another programme: somebody else gives them more time.
    assert reverse("staff_application_extend", args=[draft.pk]) not in page
    draft.call.program.officers.add(world.officer)
    page = browser.get(reverse("staff_applications"), {"to_do": "stuck"}).content.decode()
    assert reverse("staff_application_extend", args=[draft.pk]) in page
    assert f'href="{reverse("staff_application", args=[draft.pk])}"' not in page
    assert browser.get(reverse("staff_application", args=[draft.pk])).status_code == 404
    export = browser.get(reverse("staff_applications_export", args=["csv"]), {"to_do": "stuck"})
    assert "secret" not in export.getvalue().decode()
    assert listed(browser, to_do="stuck", q="secret") == []


def test_search_looks_in_number_title_and_fiche(browser, world):
    other = SubmittedFactory(organization=OrganizationFactory(name="Club de ski L’Érable"), title="Piste éclairée")
    assert listed(browser, q="patins tous") == [world.application.number]
    assert listed(browser, q="erable ski") == [other.number]
    assert listed(browser, q=other.number[-4:]) == [other.number]
    assert listed(browser, q="ski patins") == []


def test_filters_narrow_the_list(browser, world):
    mine = world.application
    reviewing.set_officer(application=mine, officer=world.officer, actor=world.officer)
    label = Label.objects.create(name="à visiter")
    reviewing.set_labels(application=mine, labels=[label], actor=world.officer)
    elsewhere = OrganizationFactory(kind="municipal", municipality__mrc=MrcFactory(name="Drummond"))
    other = SubmittedFactory(organization=elsewhere)
    found = {
        "program": (mine.call.program_id, mine),
        "call": (other.call_id, other),
        "status": ("submitted", other),
        "mrc": (elsewhere.municipality.mrc_id, other),
        "kind": ("municipal", other),
        "officer": ("me", mine),
        "label": (label.pk, mine),
        "to_do": ("take_in", other),
    }
    for name, (value, expected) in found.items():
        assert listed(browser, **{name: value}) == [expected.number], name
    assert listed(browser, officer="nobody") == [other.number]
    assert listed(browser, officer=world.officer.pk) == [mine.number]


def test_late_is_past_the_promise_while_its_clock_runs(browser, world):
    late = SubmittedFactory(decision_due_on=days(-1))
    SubmittedFactory(decision_due_on=days(0))
    SubmittedFactory(decision_due_on=days(-9), status=ApplicationStatus.REFUSED)
    stopped = SubmittedFactory(
        decision_due_on=days(-9),
        status=ApplicationStatus.CHANGES_REQUESTED,
        changes_asked_at=timezone.now(),
        changes_due_on=days(-2),
    )
    assert listed(browser, to_do="late") == [late.number]
    assert listed(browser, to_do="changes_late") == [stopped.number]


def test_what_awaits_me_is_what_i_have_not_finished_and_what_i_have_not_read(browser, world):
    SubmittedFactory()
    ask(world, world.officer, AgentFactory())
    manager = ManagerFactory(organization=world.application.organization).user
    assert listed(browser, to_do="unread") == []
    conversation.write_to_body(application=world.application, text="Bonjour.", actor=manager)
    reviewing.follow(application=world.application, actor=world.officer)
    for what in ("review", "unread", "followed"):
        assert listed(browser, to_do=what) == [world.application.number], what


@pytest.mark.parametrize("wrong", [{"call": "x"}, {"to_do": "x"}, {"officer": "999999"}, {"mrc": "-1"}], ids=str)
def test_filter_that_makes_no_sense_finds_nothing(browser, world, wrong):
    assert listed(browser, **wrong) == []


# --- Columns --------------------------------------------------------------------------------------


def test_each_person_chooses_their_columns_and_comes_back_to_the_first(browser, client_for, world):
    address = reverse("staff_applications_columns")

    def headings(who):
        return [column.name for column in who.get(reverse("staff_applications")).context["table"].columns.values()][2:]

    at_first = headings(browser)
    browser.post(address, {"columns": ["mrc", "score", "fiche"]})
    assert headings(browser) == ["fiche", "score", "mrc"]
    assert headings(client_for(AgentFactory())) == at_first
    assert browser.get(address).context["form"].initial["columns"] == ["fiche", "score", "mrc"]
    browser.post(address, {"reset": "1"})
    assert headings(browser) == at_first
    assert not QueueColumns.objects.exists()


@pytest.mark.parametrize("wrong", [[], ["invented"]])
def test_choosing_no_column_or_one_that_does_not_exist_is_told(browser, wrong):
    answer = browser.post(reverse("staff_applications_columns"), {"columns": wrong})
    assert answer.status_code == 200
    assert answer.context["form"].errors


# --- Export ---------------------------------------------------------------------------------------


def exported(browser, extension: str, **query):
    content = browser.get(reverse("staff_applications_export", args=[extension]), query).getvalue()
    if extension == "csv":
        return list(csv.reader(io.StringIO(content.decode().removeprefix("\ufeff")), delimiter=";"))
    return [list(row) for row in load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)]


@pytest.mark.parametrize("extension", ["csv", "xlsx"])
def test_export_has_what_the_list_shows_and_every_column(browser, world, extension):
    SubmittedFactory(status=ApplicationStatus.SUBMITTED)
    title, *rows = exported(browser, extension, status="in_review")
    assert title[:4] == ["Numéro", "Projet", "Fiche", "Programme"]
    assert [row[0] for row in rows] == [world.application.number]
    assert len(rows[0]) == len(title)


def test_amounts_are_numbers_in_a_workbook(browser, world):
    title, row = exported(browser, "xlsx")
    assert row[title.index("Demandé")] == 1000


@pytest.mark.parametrize("extension", ["csv", "xlsx"])
def test_export_runs_no_formula(browser, world, extension):
    world.application.title = '=HYPERLINK("http://x")'
    world.application.save()
    _title, row = exported(browser, extension)
    assert row[1].startswith("'=")


# --- Conflicts, dashboard -------------------------------------------------------------------------


def test_row_of_a_conflict_says_so_and_hides_the_score(browser, world):
    world.application.score = 12
    world.application.save()
    AccessFactory(user=world.officer, organization=world.application.organization)
    browser.post(reverse("staff_applications_columns"), {"columns": ["score"]})
    page = browser.get(reverse("staff_applications")).content.decode()
    assert "conflit d’intérêts" in page
    assert ">12<" not in page.replace(" ", "").replace("\n", "")


def test_dashboard_counts_what_awaits_the_person(browser, world):
    SubmittedFactory.create_batch(2, decision_due_on=days(-1))
    ask(world, world.officer)
    page = " ".join(browser.get(reverse("wagtailadmin_home")).content.decode().split())
    assert "<strong>2</strong> demandes à prendre en évaluation" in page
    assert "<strong>2</strong> décisions en retard" in page
    assert "<strong>1</strong> demande à évaluer par vous" in page


# --- To many at once ------------------------------------------------------------------------------


def test_message_to_many_is_written_previewed_and_sent_to_each(browser, world):
    ManagerFactory(organization=world.application.organization)
    other = SubmittedFactory(call=world.call)
    foreign = SubmittedFactory()
    query = f"?id={world.application.pk}&id={other.pk}&id={foreign.pk}"
    address = reverse("staff_applications_write") + query
    first = browser.get(address)
    assert {one.pk for one in first.context["reachable"]} == {world.application.pk, other.pk}
    assert first.context["left_out"] == 1
    preview = browser.post(address, {"text": "Rappel : <b>vendredi</b>."})
    assert preview.context["step"] == "preview"
    assert not ThreadMessage.objects.exists()
    done = browser.post(address, {"text": "Rappel.", "seen": preview.context["seen"]})
    assert (done.context["sent"], done.context["problems"]) == (2, [])
    assert {one.application_id for one in ThreadMessage.objects.all()} == {world.application.pk, other.pk}
    assert OutgoingMessage.objects.filter(kind__endswith="message_to_fiche").count() == 1


def test_message_to_many_is_shown_again_when_the_list_moved_since(browser, world):
    address = reverse("staff_applications_write") + "?id=all"
    seen = browser.post(address, {"text": "Rappel."}).context["seen"]
    SubmittedFactory(call=world.call)
    again = browser.post(address, {"text": "Rappel.", "seen": seen})
    assert again.context["step"] == "preview"
    assert not ThreadMessage.objects.exists()


def test_message_to_nobody_is_told(browser):
    answer = browser.get(reverse("staff_applications_write"), follow=True)
    assert "Cochez-en au moins une" in answer.content.decode()


# --- How many queries -----------------------------------------------------------------------------


def test_list_and_export_cost_the_same_with_two_applications_and_with_many(
    browser, world, django_assert_max_num_queries
):
    label = Label.objects.create(name="à visiter")

    def fill(count: int) -> None:
        for application in SubmittedFactory.create_batch(count, call=world.call):
            application.labels.add(label)
            reviewing.set_officer(application=application, officer=world.officer, actor=world.officer)

    def open_all() -> None:
        forget()
        browser.get(reverse("staff_applications"))
        exported(browser, "csv")
        browser.get(reverse("staff_applications_write"), {"id": "all"})

    browser.post(reverse("staff_applications_columns"), {"columns": list(COLUMNS)})
    fill(1)
    open_all()
    with django_assert_max_num_queries(75) as few:
        open_all()
    fill(12)
    with django_assert_max_num_queries(len(few.captured_queries)):
        open_all()
