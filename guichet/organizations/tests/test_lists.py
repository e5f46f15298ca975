"""The lists that the staff keep, and what a new portal starts with."""

import pytest
from django.core.management import call_command
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from guichet.accounts.tests.factories import AgentFactory
from guichet.organizations import services
from guichet.organizations.lists import LISTS, load_lists
from guichet.organizations.models import Activity, Clientele, DirectoryEntry, Municipality
from guichet.organizations.region import load_region, read_region
from guichet.organizations.values import LISTS as VALUES_LISTS

from .factories import ManagerFactory, OrganizationFactory

pytestmark = pytest.mark.django_db
ADDRESSES = [f"wagtailsnippets_organizations_{model._meta.model_name}" for model in LISTS]


def test_new_portal_starts_with_every_list():
    call_command("setup_site", verbosity=0)
    assert Activity.objects.count() >= 60
    assert Activity.objects.filter(family="Aquatique", name="Natation").exists()
    assert Clientele.objects.count() == 8
    assert not Municipality.objects.filter(latitude=None).exists()


def test_lists_that_the_staff_changed_stay_so():
    load_lists()
    Activity.objects.exclude(name="Natation").delete()
    Clientele.objects.update(is_archived=True)
    assert load_lists() == 0
    assert [activity.name for activity in Activity.objects.all()] == ["Natation"]
    assert not Clientele.objects.filter(is_archived=False).exists()


def test_place_that_somebody_set_is_not_moved():
    region = read_region("centre-du-quebec")
    load_region(region)
    place = Municipality.objects.first()
    Municipality.objects.filter(pk=place.pk).update(latitude=46.5, longitude=-72.5)
    Municipality.objects.exclude(pk=place.pk).update(latitude=None, longitude=None)
    load_region(region)
    place.refresh_from_db()
    assert (place.latitude, place.longitude) == (46.5, -72.5)
    assert not Municipality.objects.filter(latitude=None).exists()


@pytest.mark.parametrize("name", ADDRESSES)
def test_agent_keeps_the_lists(client_for, name):
    load_lists()
    agent = client_for(AgentFactory())
    assert "Listes" in agent.get(reverse("wagtailadmin_home")).content.decode()
    assert agent.get(reverse(f"{name}:list")).status_code == 200
    response = agent.post(reverse(f"{name}:add"), {"name": "Essai", "family": "Aquatique"})
    assert response.status_code == 302
    model = dict(zip(ADDRESSES, LISTS, strict=True))[name]
    added = model.objects.get(name="Essai")
    agent.post(reverse(f"{name}:edit", args=[added.pk]), {"name": "Essai", "family": "Glace", "is_archived": "on"})
    added.refresh_from_db()
    assert added.is_archived


def test_list_is_searched_and_filtered(client_for):
    load_lists()
    agent = client_for(AgentFactory())
    url = reverse("wagtailsnippets_organizations_activity:list")
    assert [one.name for one in agent.get(url, {"q": "natation"}).context["object_list"]] == ["Natation"]
    assert len(agent.get(url, {"family": "Glace"}).context["object_list"]) == 6


def test_client_does_not_enter_the_lists(client_for):
    load_lists()
    client = client_for(ManagerFactory().user)
    assert client.get(reverse("wagtailsnippets_organizations_activity:list")).status_code == 403


def test_map_counts_fiches_in_service_and_what_they_lack(client_for):
    load_region(read_region("centre-du-quebec"))
    place = Municipality.objects.get(name="Nicolet")
    OrganizationFactory(name="A", municipality=place, email="a@example.org", description="Nager.")
    OrganizationFactory(name="B", municipality=place)
    OrganizationFactory(name="C", municipality=place, status="archived")
    response = client_for(AgentFactory()).get(reverse("staff_fiche_map"))
    (row,) = response.context["rows"]
    assert (row.fiches, row.without_email, row.without_description, row.never_confirmed) == (2, 1, 1, 2)
    assert response.context["map"].links[0].url == row.url
    assert "Nicolet : 2 organismes" in response.content.decode().replace("\N{NO-BREAK SPACE}", " ")


# --- A choice that takes another name ---------------------------------------------------------------


def listed_with(field: str, model, **values):
    """A fiche of the directory that chose « Aquaforme », and another that did not."""
    fiche = OrganizationFactory(name="Club A", is_listed=True, **values)
    choice = model.objects.create(name="Aquaforme", **({"family": "Aquatique"} if model is Activity else {}))
    getattr(fiche, field).add(choice)
    services.refresh_entry(fiche)
    services.refresh_entry(OrganizationFactory(name="Club B", is_listed=True))
    return fiche, choice


def rename(client_for, choice, name: str = "Gymnastique douce", **data) -> None:
    url = reverse(f"wagtailsnippets_organizations_{choice._meta.model_name}:edit", args=[choice.pk])
    values = {"name": name, "family": "Aquatique", **data}
    assert client_for(AgentFactory(is_superuser=True)).post(url, values).status_code == 302


def found(query: str) -> list[str]:
    return [entry.name for entry in DirectoryEntry.objects.matching(query)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("field", "model"), VALUES_LISTS.items(), ids=list(VALUES_LISTS))
def test_new_name_of_a_choice_reaches_the_directory(client_for, run_queue, field, model):
    _fiche, choice = listed_with(field, model)
    rename(client_for, choice)
    assert found("aquaforme") == ["Club A"]
    run_queue()
    assert found("gymnastique") == ["Club A"]
    assert found("aquaforme") == []


def test_choice_that_keeps_its_name_queues_nothing(client_for):
    _fiche, choice = listed_with("activities", Activity)
    rename(client_for, choice, "Aquaforme", is_archived="on")
    assert not DBTaskResult.objects.filter(task_path__endswith="refresh_entries_that_chose").exists()


@pytest.mark.django_db(transaction=True)
def test_entries_that_hide_the_choice_stay_as_they_were(client_for, run_queue):
    fiche, choice = listed_with("activities", Activity, public_fields=["description"])
    before = DirectoryEntry.objects.get(pk=fiche.pk).updated_at
    rename(client_for, choice)
    run_queue()
    assert found("gymnastique") == []
    assert DirectoryEntry.objects.get(pk=fiche.pk).updated_at == before
