"""How many queries a page may cost: a fixed number, at 10 fiches and at 5,000, with 3 people and with 60."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from guichet.accounts.models import User
from guichet.accounts.tests.factories import AgentFactory, UserFactory
from guichet.core.events import record
from guichet.core.shared import forget
from guichet.funding.enums import ApplicationStatus
from guichet.funding.models import Amendment, Payment
from guichet.funding.services import add_comment, note_visit
from guichet.funding.tests.factories import ApplicationFactory, ApplicationFileFactory, CallFactory, SubmittedFactory
from guichet.funding.tests.test_reports import report_form
from guichet.organizations import services
from guichet.organizations.enums import AccessStatus, Kind, Role
from guichet.organizations.models import Access, DuplicatePair, FicheChange, Invitation, Organization
from guichet.organizations.tests.factories import (
    AccessFactory,
    InvitationFactory,
    ManagerFactory,
    MunicipalityFactory,
    RequestFactory,
)
from guichet.organizations.text import fold
from tests.matrix_uploads import upload as begun_upload

pytestmark = pytest.mark.django_db
FEW, MANY = 10, 5_000


@dataclass(frozen=True)
class Page:
    """An address, who opens it, and what it may cost: promised are 10 for home and users, 5 for sign-in."""

    name: str
    budget: int
    who: str = "manager"
    of_fiche: bool = True
    query: str = ""
    args: tuple = ()

    def __str__(self) -> str:
        return f"{self.who} {self.name} {self.query}".strip()


PAGES = [
    Page("account_login", 5, who="visitor", of_fiche=False),
    Page("account_signup", 5, who="visitor", of_fiche=False),
    Page("organizations:new_fiche", 4, who="visitor", of_fiche=False),
    Page("organizations:search", 1, who="visitor", of_fiche=False, query="?q=club%20victo"),
    Page("account_reset_password", 3, who="visitor", of_fiche=False),
    Page("organizations:area", 6, of_fiche=False, query="?toutes=1"),
    Page("organizations:ask", 7, of_fiche=False),
    Page("organizations:new_fiche", 6, of_fiche=False),
    Page("accounts:profile", 6, of_fiche=False),
    Page("account_email", 9, of_fiche=False),
    Page("organizations:home", 10),
    Page("organizations:users", 10),
    Page("organizations:users", 10, who="contributor"),
    Page("organizations:users", 10, who="agent"),
    Page("organizations:history", 8),
    Page("organizations:fiche", 17),
    Page("organizations:changes", 13),
    Page("organizations:versions", 12),
    Page("organizations:fiche_section", 16, args=("offer",)),
    Page("organizations:communications", 7),
    # --- Funding: drafting
    Page("funding:applications", 11),
    Page("funding:archives", 11),
    # ---
    Page("organizations:support", 7),
    Page("organizations:membership", 7),
    Page("organizations:invite", 7),
    Page("organizations:hand_over", 8),
    Page("organizations:leave", 7),
    Page("staff_requests", 25, who="agent", of_fiche=False),
    Page("staff_fiches", 25, who="agent", of_fiche=False),
    Page(
        "staff_fiches",
        27,
        who="agent",
        of_fiche=False,
        query="?q=club&where1_field=activities&where1_is=empty&where2_field=name&where2_is=contains&where2_value=n1",
    ),
    Page("staff_filters", 15, who="agent", of_fiche=False),
    Page("staff_filter_add", 15, who="agent", of_fiche=False, query="?q=club"),
    Page(
        "staff_fiches_bulk",
        20,
        who="agent",
        of_fiche=False,
        query="?where1_field=name&where1_is=is&where1_value=club+de+loisir+n7&id=all",
    ),
    # --- Funding: knowing
    Page("staff_knowing", 28, who="agent", of_fiche=False),
    # Programmes, calls, forms
    Page("programs:list", 8, who="visitor", of_fiche=False),
    Page("staff_programs", 25, who="agent", of_fiche=False),
    Page("staff_calls", 25, who="agent", of_fiche=False),
    Page("staff_forms", 25, who="agent", of_fiche=False),
    Page("staff_changes", 25, who="agent", of_fiche=False),
    Page("staff_statistics", 20, who="agent", of_fiche=False),
    Page("staff_reports", 25, who="agent", of_fiche=False),
    Page("staff_duplicates", 25, who="agent", of_fiche=False),
    Page("staff_fiche", 45, who="agent"),
    Page("staff_fiche_merge", 25, who="agent", query="?q=club"),
    Page("staff_fiche_map", 15, who="agent", of_fiche=False),
    Page("staff_people", 25, who="agent", of_fiche=False),
    Page("staff_messages", 25, who="agent", of_fiche=False),
    # --- Funding: evaluating
    Page("staff_applications", 30, who="agent", of_fiche=False),
    Page("staff_applications", 32, who="agent", of_fiche=False, query="?q=patins&to_do=unread&officer=me"),
    Page("staff_applications_columns", 15, who="agent", of_fiche=False),
    Page("staff_views", 15, who="agent", of_fiche=False),
    Page("staff_view_add", 15, who="agent", of_fiche=False, query="?to_do=late"),
    # --- Funding: deciding
    Page("staff_decisions", 15, who="agent", of_fiche=False),
    Page("wagtailadmin_home", 34, who="agent", of_fiche=False),
]


def add_fiches(count: int) -> None:
    """Fiches in service, as the services leave them, many at a time."""
    place = MunicipalityFactory()
    names = [f"Club de loisir n{number}" for number in range(count)]
    Organization.objects.bulk_create(
        [
            Organization(
                name=name,
                kind=Kind.ASSOCIATION,
                municipality=place,
                search_text=f"{fold(name)} {fold(place.name)}",
            )
            for name in names
        ],
        batch_size=1000,
    )


def add_people(organization: Organization, count: int) -> None:
    """People of every status at a fiche: active, awaiting approval, deactivated; and open invitations."""
    first = User.objects.count()
    people = [
        User(username=f"p{number}", email=f"p{number}@example.org", first_name="Zoé", last_name=f"N{number}")
        for number in range(first, first + count)
    ]
    User.objects.bulk_create(people)
    found = User.objects.filter(username__in=[person.username for person in people])
    now = organization.created_at
    Invitation.objects.bulk_create(
        Invitation(
            organization=organization,
            email=person.email,
            token_hash=f"hash of {person.pk}",
            expires_at=now,
            invited_by=person,
        )
        for person in found
    )
    invitations = {invitation.email: invitation for invitation in organization.invitations.all()}
    states = [
        (AccessStatus.ACTIVE, Role.CONTRIBUTOR),
        (AccessStatus.ACTIVE, Role.MANAGER),
        (AccessStatus.REQUESTED, ""),
        (AccessStatus.DEACTIVATED, Role.CONTRIBUTOR),
    ]
    Access.objects.bulk_create(
        Access(
            user=person,
            organization=organization,
            status=states[number % 4][0],
            role=states[number % 4][1],
            decided_at=None if states[number % 4][0] == AccessStatus.REQUESTED else now,
            invitation=invitations[person.email],
        )
        for number, person in enumerate(found)
    )


def open_page(page: Page, manager: Access, client_for) -> tuple[Client, str]:
    """Whoever opens the page, signed in, and its address."""
    person = {
        "visitor": lambda: None,
        "manager": lambda: manager.user,
        "contributor": lambda: AccessFactory(organization=manager.organization).user,
        "agent": AgentFactory,
    }[page.who]()
    client = client_for(person) if person else Client()
    arguments = [manager.organization_id] if page.of_fiche else []
    return client, reverse(page.name, args=[*arguments, *page.args]) + page.query


def queries(client: Client, address: str) -> list[str]:
    """The page's queries at their worst: what the process remembers for some seconds is read anew."""
    assert client.get(address).status_code == 200
    forget()
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    return [query["sql"] for query in captured.captured_queries]


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_page_costs_the_same_at_any_number_of_fiches(page, client_for):
    manager = ManagerFactory()
    RequestFactory.create_batch(3)
    add_fiches(FEW)
    client, address = open_page(page, manager, client_for)
    few = queries(client, address)
    add_fiches(MANY)
    many = queries(client, address)
    assert len(few) <= page.budget, "\n".join(few)
    # Past 400 fiches the list of a sign-up is searched instead of shown: it costs less, never more.
    assert len(many) <= len(few), "\n".join(many)


@pytest.mark.parametrize("who", ["manager", "contributor", "agent"])
def test_users_page_costs_the_same_for_any_number_of_people(who, client_for):
    manager = ManagerFactory()
    page = Page("organizations:users", 10, who=who)
    client, address = open_page(page, manager, client_for)
    add_people(manager.organization, 3)
    few = queries(client, address)
    add_people(manager.organization, 57)
    many = queries(client, address)
    assert len(many) == len(few) <= page.budget, "\n".join(many)


def test_history_costs_the_same_for_any_number_of_events(client_for):
    manager = ManagerFactory()
    client, address = open_page(Page("organizations:history", 8), manager, client_for)
    counts = []
    for more in (3, 47):
        for _n in range(more):
            record(
                verb="organizations.people_confirmed",
                actor=UserFactory(),
                subject=manager.organization,
                person=UserFactory(),
            )
        counts.append(len(queries(client, address)))
    assert counts[0] == counts[1] <= 9


@pytest.mark.parametrize(
    ("name", "budget"), [("organizations:fiche", 17), ("organizations:changes", 13), ("organizations:versions", 12)]
)
def test_fiche_costs_the_same_for_any_number_of_changes(name, budget, client_for):
    manager = ManagerFactory()
    organization = manager.organization
    contributor = AccessFactory(organization=organization).user
    client, address = open_page(Page(name, budget), manager, client_for)
    counts = []
    for fields in (["description"], ["territory", "address"]):
        for field in fields:
            for actor in (manager.user, contributor):
                services.save_section(organization=organization, values={field: f"De {actor}"}, base={}, actor=actor)
        counts.append(len(queries(client, address)))
    assert counts[0] == counts[1] <= budget


def test_preview_and_result_of_a_merge_cost_the_same_for_any_number_of_people(client_for):
    agent = AgentFactory()
    client, counts = client_for(agent), []
    for more in (3, 57):
        source, target = ManagerFactory().organization, ManagerFactory().organization
        add_people(source, more)
        for change in ("territory", "address"):
            FicheChange.objects.create(organization=source, field=change, value="x", base="", proposed_by=agent)
        preview = reverse("staff_fiche_merge_preview", args=[source.pk, target.pk])
        merge = services.merge_fiches(source=target, target=source, choices=services.Choices(), actor=agent)
        page = len(queries(client, reverse("staff_merge", args=[merge.pk])))
        services.undo_merge(merge=merge, actor=agent)
        counts.append((len(queries(client, preview)), page))
    assert counts[0] == counts[1]
    assert counts[0] <= (65, 25)


def test_duplicates_cost_the_same_at_any_number(client_for):
    client, counts = client_for(AgentFactory()), []
    for more in (2, 25):
        for _number in range(more):
            first, second = ManagerFactory().organization, ManagerFactory().organization
            DuplicatePair.objects.create(first=first, second=second, score=80, reasons=["name"])
        counts.append(len(queries(client, reverse("staff_duplicates"))))
    assert counts[1] <= counts[0] <= 25


def test_area_costs_the_same_for_any_number_of_fiches_of_one_person(client_for):
    person = UserFactory()
    client = client_for(person)
    counts = []
    for more in (1, 9):
        ManagerFactory.create_batch(more, user=person)
        RequestFactory.create_batch(more, user=person)
        AccessFactory.create_batch(more, user=person, status=AccessStatus.REFUSED)
        counts.append(len(queries(client, reverse("organizations:area"))))
    assert counts[0] == counts[1] <= 6


def test_home_costs_the_same_for_somebody_with_many_fiches(client_for):
    first = ManagerFactory()
    client, address = client_for(first.user), reverse("organizations:home", args=[first.organization_id])
    ManagerFactory(user=first.user)
    few = queries(client, address)
    ManagerFactory.create_batch(30, user=first.user)
    assert len(queries(client, address)) == len(few) <= 10


@pytest.mark.parametrize("signed_in", [False, True])
def test_invitation_page_costs_the_same_at_any_number_of_fiches(signed_in, client_for):
    invitation = InvitationFactory(token="jeton", invited_by=ManagerFactory().user)
    add_fiches(FEW)
    client = client_for(UserFactory(email=invitation.email)) if signed_in else Client()
    few = queries(client, "/invitation/jeton/")
    add_fiches(MANY)
    many = queries(client, "/invitation/jeton/")
    assert len(many) == len(few) <= 7, "\n".join(many)


def test_kept_messages_cost_the_same_at_any_number(client):
    from guichet.core.models import OutgoingMessage

    counts = []
    for _round in range(2):
        OutgoingMessage.objects.bulk_create(
            OutgoingMessage(kind="x", to=f"a{n}@example.org", subject="s", html="x" * 1000) for n in range(20)
        )
        counts.append(len(queries(client, reverse("core:sent_messages"))))
    assert counts[0] == counts[1] <= 6


# --- Funding: drafting


def add_applications(organization: Organization, count: int) -> None:
    """Applications of every kind that the fiche's lists hold."""
    for _number in range(count):
        CallFactory()
        ApplicationFactory(organization=organization)
        SubmittedFactory(organization=organization, status=ApplicationStatus.REFUSED)


@pytest.mark.parametrize(("name", "budget"), [("applications", 11), ("archives", 11)])
def test_lists_of_applications_cost_the_same_at_any_number(name, budget, client_for):
    manager = ManagerFactory()
    client, counts = client_for(manager.user), []
    for more in (3, 17):
        add_applications(manager.organization, more)
        counts.append(len(queries(client, reverse(f"funding:{name}", args=[manager.organization_id]))))
    assert counts[0] == counts[1] <= budget


def test_draft_costs_the_same_for_any_number_of_people_comments_and_files(client_for):
    manager = ManagerFactory()
    draft = ApplicationFactory(organization=manager.organization)
    client, counts = client_for(manager.user), []
    for more in (1, 9):
        for _number in range(more):
            person = AccessFactory(organization=draft.organization).user
            add_comment(application=draft, text="Oui.", actor=person)
            note_visit(application=draft, section_key="projet", actor=person)
            ApplicationFileFactory(application=draft)
            begun_upload(draft, manager.user)
        addresses = [
            reverse("funding:application", args=[draft.organization_id, draft.pk]),
            reverse("funding:section", args=[draft.organization_id, draft.pk, "projet"]),
            reverse("funding:call", args=[draft.organization_id, draft.call_id]),
        ]
        counts.append([len(queries(client, address)) for address in addresses])
    assert counts[0] == counts[1]
    assert all(count <= budget for count, budget in zip(counts[0], [17, 16, 15], strict=True)), counts


def test_starting_again_costs_the_same_for_any_number_of_calls(client_for):
    refused = SubmittedFactory(status=ApplicationStatus.REFUSED)
    client = client_for(ManagerFactory(organization=refused.organization).user)
    address, counts = reverse("funding:restart", args=[refused.organization_id, refused.pk]), []
    for more in (2, 18):
        for _number in range(more):
            CallFactory(refuses_late_reports=True, program__one_per_year=True)
        counts.append(len(queries(client, address)))
    assert counts[0] == counts[1] <= 20


# --- Funding: following


def test_what_follows_a_decision_costs_the_same_at_any_number(client_for):
    manager = ManagerFactory()
    agent = client_for(AgentFactory())
    client = client_for(manager.user)
    counts = []
    for more in (2, 18):
        for _number in range(more):
            application = SubmittedFactory(
                organization=manager.organization,
                call__report_form=report_form(),
                status=ApplicationStatus.REPORT_DUE,
                granted=Decimal("1000.00"),
                report_due_on=manager.decided_at.date(),
            )
            Amendment.objects.create(application=application, subject="project", text="x")
            for rank in range(3):
                Payment.objects.create(application=application, number=rank + 1, amount=Decimal(10), status="ready")
        area = [manager.organization_id, application.pk]
        counts.append(
            {
                "staff_payments": len(queries(agent, reverse("staff_payments"))),
                "staff_payments_pay": len(queries(agent, f"{reverse('staff_payments_pay')}?id=all")),
                "staff_followings": len(queries(agent, reverse("staff_followings"))),
                "staff_following": len(queries(agent, reverse("staff_following", args=[application.pk]))),
                "following": len(queries(client, reverse("funding:following", args=area))),
                "report": len(queries(client, reverse("funding:report", args=area))),
                "report_section": len(queries(client, reverse("funding:report_section", args=[*area, "projet"]))),
            }
        )
    assert counts[0] == counts[1]
    budgets = {"staff_following": 33, "following": 12, "report": 13, "report_section": 19}
    assert {name: count for name, count in counts[0].items() if count > budgets.get(name, 25)} == {}


def test_pages_of_programs_cost_the_same_at_any_number(client_for):
    from guichet.funding.models import AnnouncementRecipient
    from guichet.funding.tests.factories import CallFactory, ProgramFactory

    agent = AgentFactory()
    program = ProgramFactory(slug="programme")
    program.officers.add(agent)
    call = CallFactory(program=program)
    budgets = {
        reverse("programs:list"): 8,
        reverse("programs:program", args=["programme"]): 12,
        reverse("staff_programs"): 25,
        reverse("staff_program", args=[program.pk]): 25,
        reverse("staff_calls"): 25,
        reverse("staff_call", args=[call.pk]): 30,
        reverse("staff_call_edit", args=[call.pk]): 35,
        reverse("staff_call_announce", args=[call.pk]): 25,
        reverse("staff_forms"): 25,
        reverse("staff_form", args=[call.form_id]): 30,
        reverse("staff_form_preview", args=[call.form_id]): 15,
    }
    client, counts = client_for(agent), []
    for more in (1, 20):
        for _number in range(more):
            CallFactory(program=program)
            ProgramFactory().officers.add(AgentFactory())
            ManagerFactory()
        counts.append({address: len(queries(client, address)) for address in budgets})
    assert counts[0] == counts[1]
    assert {address: count for address, count in counts[1].items() if count > budgets[address]} == {}
    assert not AnnouncementRecipient.objects.exists()
