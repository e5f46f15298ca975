import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.urls import reverse
from wagtail.documents.models import Document
from wagtail.models import Collection, CollectionViewRestriction, Page, Site

from guichet.accounts.services import AGENTS_GROUP
from guichet.accounts.tests.factories import UserFactory
from guichet.core.models import SiteSettings
from guichet.organizations.models import Mrc, Municipality
from guichet.website.models import HomePage, SectionPage


def state() -> dict:
    group = Group.objects.get(name=AGENTS_GROUP)
    return {
        "pages": list(Page.objects.order_by("path").values_list("path", "title", "latest_revision")),
        "sites": list(Site.objects.values_list("hostname", "port", "root_page")),
        "collections": list(Collection.objects.values_list("path", "name")),
        "restrictions": list(CollectionViewRestriction.objects.values_list("collection", "restriction_type")),
        "permissions": (
            group.permissions.count(),
            group.page_permissions.count(),
            group.collection_permissions.count(),
        ),
        "municipalities": Municipality.objects.count(),
    }


def test_setup_site_twice_is_once(home):
    before = state()
    call_command("setup_site")
    assert state() == before


def test_setup_site_makes_one_site_at_the_address_of_the_settings(home, settings):
    site = Site.objects.get()
    assert (site.hostname, site.port, site.root_page_id) == ("localhost", 8000, home.pk)
    settings.BASE_URL = "https://portail.example.org"
    call_command("setup_site")
    site = Site.objects.get()
    assert (site.hostname, site.port) == ("portail.example.org", 443)


def test_setup_site_leaves_what_staff_did(home):
    page = SectionPage.objects.get(slug="a-propos")
    page.title = "Qui nous sommes"
    page.save_revision().publish()
    SectionPage.objects.get(slug="programmes-services").delete()
    call_command("setup_site")
    assert list(SectionPage.objects.order_by("path").values_list("title", flat=True)) == [
        "Assistance financière",
        "Qui nous sommes",
    ]


def test_setup_site_leaves_what_an_admin_took_from_the_agents(home):
    group = Group.objects.get(name=AGENTS_GROUP)
    group.collection_permissions.all().delete()
    call_command("setup_site")
    assert group.collection_permissions.count() == 0


def test_setup_site_writes_the_name_of_the_body(db):
    body = SiteSettings.load()
    body.name = "Loisir Ailleurs"
    body.save()
    call_command("setup_site")
    assert "Loisir Ailleurs" in HomePage.objects.get().hero_text


def test_setup_site_loads_the_region(home):
    assert dict(Mrc.objects.values_list("name", "pk")).keys() == {
        "Arthabaska", "Bécancour", "Drummond", "L’Érable", "Nicolet-Yamaska",
    }  # fmt: skip
    assert Municipality.objects.count() == 82
    assert Municipality.objects.filter(name__in=["Plessisville (ville)", "Plessisville (paroisse)"]).count() == 2


@pytest.mark.django_db
def test_setup_site_names_the_regions_there_are(settings):
    settings.REGION = "lune"
    with pytest.raises(CommandError, match=r"lune.*centre-du-quebec"):
        call_command("setup_site")
    assert not HomePage.objects.exists()


def agent_of_the_group() -> UserFactory:
    user = UserFactory(is_staff=True)
    user.groups.add(Group.objects.get(name=AGENTS_GROUP))
    return user


@pytest.mark.parametrize(
    "name",
    [
        "wagtailadmin_home",
        "wagtailimages:index",
        "wagtaildocs:index",
        "wagtailadmin_collections:index",
        "wagtailadmin_collections:add",
    ],
)
def test_agent_may_enter(client_for, home, name):
    assert client_for(agent_of_the_group()).get(reverse(name)).status_code == 200


def test_agent_may_open_the_pages(client_for, home):
    client = client_for(agent_of_the_group())
    assert client.get(reverse("wagtailadmin_explore", args=[home.pk])).status_code == 200
    assert client.get(reverse("wagtailadmin_pages:edit", args=[home.pk])).status_code == 200


@pytest.mark.parametrize("name", ["wagtailusers_users:index", "wagtailusers_groups:index", "wagtailsites:index"])
def test_agent_may_not_enter(client_for, home, name):
    assert client_for(agent_of_the_group()).get(reverse(name)).status_code == 302


def test_agent_edits_and_publishes_pages(home):
    permissions = home.permissions_for_user(agent_of_the_group())
    assert permissions.can_edit()
    assert permissions.can_publish()
    assert permissions.can_add_subpage()


def test_demo_library_adds_two_documents_once(home):
    call_command("demo_library")
    call_command("demo_library")
    found = Document.objects.order_by("collection__name").values_list("collection__name", "title")
    assert [collection for collection, _title in found] == ["Clients seulement", "Formulaires et guides"]
    with Document.objects.get(collection__name="Formulaires et guides").open_file() as file:
        assert file.read(5) == b"%PDF-"


def test_demo_library_refuses_production(home, settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError):
        call_command("demo_library")
    assert not Document.objects.exists()


@pytest.mark.django_db
def test_demo_library_wants_a_site():
    with pytest.raises(CommandError, match="setup_site"):
        call_command("demo_library")
