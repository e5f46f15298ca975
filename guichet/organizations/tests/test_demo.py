import io

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import validate_password
from django.core.management import CommandError, call_command
from django_tasks_db.models import DBTaskResult

from guichet.accounts.models import User
from guichet.core.enums import MessageState
from guichet.core.models import Event, OutgoingMessage
from guichet.organizations.demo.fiches import SIMILAR_FICHE
from guichet.organizations.demo.people import ACCOUNTS, PASSWORD
from guichet.organizations.demo.seed import seed
from guichet.organizations.enums import AccessStatus, OrganizationStatus, Role
from guichet.organizations.models import Access, DirectoryEntry, FicheChange, Invitation, Organization
from guichet.organizations.services import similar_organizations
from guichet.organizations.validators import clean_neq, clean_postal_code

from .factories import OrganizationFactory

pytestmark = pytest.mark.django_db


def demo(*arguments: str) -> str:
    out = io.StringIO()
    call_command("demo", *arguments, stdout=out)
    return out.getvalue()


def counts() -> list[int]:
    return [model.objects.count() for model in (Organization, User, Access, Invitation, Event, OutgoingMessage)]


def test_demo_twice_is_once_and_prints_the_same():
    first = demo()
    before = counts()
    assert demo() == first
    assert counts() == before


def test_demo_prints_every_account_in_columns():
    lines = demo().splitlines()
    assert len(lines) == len(ACCOUNTS) + 2
    assert len({line.index(PASSWORD) for line in lines[2:]}) == 1


def test_quiet_demo_prints_nothing():
    assert demo("--quiet") == ""


def test_demo_accounts_can_sign_in():
    seed()
    for account in ACCOUNTS:
        user = authenticate(None, username=account.username, password=PASSWORD)
        assert user is not None
        assert user.emailaddress_set.get().verified
        validate_password(PASSWORD, user)


def test_demo_accounts_are_what_the_table_says():
    seed()
    accesses = Access.objects.filter(user__username__in=[account.username for account in ACCOUNTS])
    assert sorted(accesses.values_list("user__username", "role", "status")) == [
        ("collaborateur", Role.CONTRIBUTOR, AccessStatus.ACTIVE),
        ("desactive", Role.CONTRIBUTOR, AccessStatus.DEACTIVATED),
        ("en-attente", "", AccessStatus.REQUESTED),
        ("gestionnaire", Role.MANAGER, AccessStatus.ACTIVE),
        ("gestionnaire", Role.MANAGER, AccessStatus.ACTIVE),
    ]
    assert list(User.objects.filter(is_staff=True).order_by("username").values_list("username", "is_superuser")) == [
        ("admin", True),
        ("agent", False),
    ]


def test_demo_has_something_in_every_state():
    seed()
    assert Organization.objects.filter(status=OrganizationStatus.ACTIVE).count() == 59
    assert set(Organization.objects.values_list("status", flat=True)) == set(OrganizationStatus.values)
    assert set(Access.objects.values_list("status", flat=True)) == set(AccessStatus.values)
    waiting = Access.objects.for_lscq()
    assert waiting.late().count() == 4
    assert waiting.filter(asked_at__isnull=False).count() == 1
    assert waiting.filter(is_return=True).count() == 1
    assert waiting.exclude(answer="").count() == 1
    assert waiting.filter(user__emailaddress__verified=False).count() == 1
    gestionnaire = User.objects.get(username="gestionnaire")
    assert Access.objects.for_managers().filter(organization__accesses__user=gestionnaire).count() == 2
    assert sorted(Invitation.objects.values_list("status", flat=True)) == [
        "accepted", "accepted", "cancelled", "expired", "sent", "sent",
    ]  # fmt: skip


def test_a_fiche_asked_for_in_the_demo_resembles_another():
    seed()
    asked = Organization.objects.get(status=OrganizationStatus.REQUESTED, name__contains="patinage")
    assert [organization.name for organization, _score in similar_organizations(asked)] == [SIMILAR_FICHE]


def test_demo_fiches_would_pass_the_forms():
    seed()
    for organization in Organization.objects.exclude(external_id=""):
        organization.full_clean()
        assert clean_postal_code(organization.postal_code) == organization.postal_code
        if organization.neq:
            assert clean_neq(organization.neq) == organization.neq


def test_every_active_fiche_of_the_demo_with_people_has_a_manager():
    seed()
    peopled = Organization.objects.filter(accesses__status=AccessStatus.ACTIVE).distinct()
    assert all(fiche.accesses.active_managers().exists() for fiche in peopled)


def test_demo_keeps_one_example_of_each_message_and_sends_none():
    demo("--quiet")
    messages = OutgoingMessage.objects.all()
    assert set(messages.values_list("state", flat=True)) == {MessageState.KEPT}
    kinds = list(messages.values_list("kind", flat=True))
    assert len(kinds) == len(set(kinds)) > 5
    assert not DBTaskResult.objects.exists()


def test_demo_events_read_as_sentences_of_the_past():
    demo("--quiet")
    assert all(event.sentence for event in Event.objects.all())
    assert not Event.objects.filter(verb__startswith="organizations.", at__gt=Event.objects.latest("at").at).exists()


def test_demo_refuses_production(settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError):
        demo()
    assert not User.objects.exists()


def test_demo_leaves_a_portal_in_use_alone():
    OrganizationFactory()
    with pytest.raises(CommandError):
        demo()
    assert Organization.objects.count() == 1


def test_demo_shows_offers_a_directory_and_proposals_that_wait():
    seed()
    assert DirectoryEntry.objects.count() >= 10
    listed = Organization.objects.filter(is_listed=True)
    assert all(fiche.activities.exists() and fiche.clienteles.exists() and fiche.description for fiche in listed)
    waiting = FicheChange.objects.waiting()
    assert {change.field for change in waiting} == {"name", "description"}
    assert {change.proposed_by.username for change in waiting} == {"collaborateur"}
