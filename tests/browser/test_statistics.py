"""« Statistiques » and the reported errors in a browser: sound, in both schemes, every picture drawn."""

import pytest
from playwright.sync_api import expect

from guichet.accounts.tests.factories import AgentFactory
from guichet.organizations.models import ErrorReport, FicheChange
from guichet.organizations.tests.factories import ManagerFactory, OrganizationFactory

LONG_MESSAGE = "Anticonstitutionnellement" * 8 + "\n<b>Le numéro</b> a changé, et l’adresse aussi. " * 6
DRAWN = "image => image.complete && image.naturalWidth > 0"


@pytest.fixture
def manager(site):
    """A gestionnaire whose fiche has proposals and reported errors."""
    access = ManagerFactory(organization__is_listed=True)
    OrganizationFactory.create_batch(3)
    FicheChange.objects.create(organization=access.organization, field="description", value="Nager.")
    for message in ("Le numéro a changé.", LONG_MESSAGE):
        ErrorReport.objects.create(
            organization=access.organization, message=message, email=f"{'visiteur' * 6}@example.org"
        )
    return access


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", ["phone", "desktop"])
def test_statistics_are_sound_and_their_pictures_are_drawn(manager, new_page, check_page, wait_until, screen, scheme):
    page = new_page(user=AgentFactory(), screen=screen, scheme=scheme)
    page.goto("/gestion/statistiques/")
    for picture in page.locator(".statistics-picture").all():
        picture.scroll_into_view_if_needed()
        wait_until(lambda picture=picture: picture.evaluate(DRAWN))
    for table in page.get_by_text("Voir le tableau").all():
        table.click()
    expect(page.get_by_role("table", name="Fiches par milieu")).to_be_visible()
    check_page(page)


def test_filter_of_the_statistics_comes_back_with_its_address(manager, new_page):
    page = new_page(user=AgentFactory())
    page.goto("/gestion/statistiques/")
    page.get_by_label("MRC").select_option("Arthabaska")
    page.get_by_role("button", name="Afficher", exact=True).click()
    page.wait_for_url("**/statistiques/?periode=24&mrc=*")
    expect(page.get_by_role("heading", name="Fiches par territoire")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Fiches par territoire").click()
    assert "Victoriaville;4;100,0" in download.value.path().read_text()


@pytest.mark.parametrize("screen", ["phone", "desktop"])
def test_reported_errors_are_sound_and_settled(manager, new_page, check_page, screen):
    page = new_page(user=AgentFactory(), screen=screen)
    page.goto("/gestion/fiches/erreurs/")
    check_page(page)
    page.get_by_role("link", name="Anticonstitutionnellement").click()
    expect(page.get_by_label("Note (facultative)")).to_be_visible()
    check_page(page)
    page.get_by_label("Note (facultative)").fill("Numéro corrigé.")
    page.get_by_role("button", name="Régler", exact=True).click()
    expect(page.get_by_text("L’erreur signalée est réglée.")).to_be_visible()

    page = new_page(user=manager.user, screen=screen)
    page.goto(f"/espace/{manager.organization_id}/fiche/#erreurs")
    check_page(page)
    page.get_by_role("button", name="C’est corrigé").click()
    expect(page.get_by_text("Merci! L’erreur signalée est réglée.")).to_be_visible()
    expect(page.get_by_role("button", name="C’est corrigé")).to_have_count(0)
