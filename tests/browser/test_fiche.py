"""The fiche changes by its people's hands, and the public sees what was approved, and nothing else."""

import re

from playwright.sync_api import expect

from guichet.accounts.models import User
from guichet.core.models import OutgoingMessage
from guichet.organizations.demo.fiches import MAIN_FICHE
from guichet.organizations.demo.seed import seed
from guichet.organizations.models import Organization
from guichet.organizations.tests.factories import AccessFactory, ManagerFactory, image_bytes


def test_contributor_proposes_manager_approves_a_part_and_the_public_page_changes(site, new_page, check_page):
    manager = ManagerFactory(
        organization__name="Club de canot des Rapides",
        organization__description="Du canot.",
        organization__is_listed=True,
    )
    fiche = manager.organization
    contributor = AccessFactory(organization=fiche)
    area = f"/espace/{fiche.pk}/fiche"

    proposing = new_page(user=contributor.user, screen="phone")
    proposing.goto(f"{area}/offer/")
    proposing.get_by_label("Description").fill("Du canot et du kayak.")
    proposing.get_by_label("Territoire desservi").fill("La planète Mars")
    proposing.locator("main form").first.get_by_role("button", name="Enregistrer").click()
    expect(proposing.get_by_text("Du canot et du kayak.")).to_be_visible()
    expect(proposing.get_by_text("En attente").first).to_be_visible()

    approving = new_page(user=manager.user)
    approving.goto(f"/espace/{fiche.pk}/")
    approving.get_by_role("link", name="Accéder aux modifications ici").click()
    check_page(approving)
    approving.get_by_role("radio", name="Approuver").first.check()
    approving.get_by_role("radio", name="Refuser").last.check()
    approving.get_by_label("Motif").fill("C’est un peu loin.")
    approving.get_by_role("button", name="Enregistrer mes décisions").click()
    expect(approving.get_by_text("Du canot et du kayak.")).to_be_visible()

    visitor = new_page()
    visitor.goto("/repertoire/?q=canots")
    visitor.get_by_role("link", name="Club de canot des Rapides").click()
    expect(visitor.get_by_text("Du canot et du kayak.")).to_be_visible()
    expect(visitor.get_by_text("Mars")).to_have_count(0)
    check_page(visitor)

    proposing.goto(f"{area}/")
    expect(proposing.get_by_text("C’est un peu loin.")).to_be_visible()


def test_two_people_write_at_once_and_the_second_chooses_between_both_versions(site, new_page, check_page):
    first = ManagerFactory(organization__description="Du canot.")
    second = ManagerFactory(organization=first.organization)
    address = f"/espace/{first.organization_id}/fiche/offer/"
    hers, his = new_page(user=first.user), new_page(user=second.user, screen="phone")
    for page in (hers, his):
        page.goto(address)
    hers.get_by_label("Description").fill("Du canot et du kayak.")
    hers.get_by_role("button", name="Enregistrer").click()
    expect(hers.get_by_text("C’est en vigueur")).to_be_visible()

    his.get_by_label("Description").fill("Du canot seulement.")
    his.get_by_label("Territoire desservi").fill("Les rivières")
    his.get_by_role("button", name="Enregistrer").click()
    expect(his.get_by_text("Quelqu’un d’autre a modifié la fiche pendant que vous écriviez.")).to_be_visible()
    expect(his.get_by_text("Du canot et du kayak.")).to_be_visible()
    check_page(his)
    his.get_by_label("La vôtre").check()
    his.get_by_role("button", name="Enregistrer").click()
    expect(his.get_by_text("C’est en vigueur")).to_be_visible()
    expect(his.get_by_text("Du canot seulement.")).to_be_visible()
    expect(his.get_by_text("Les rivières")).to_be_visible()


def test_photo_and_document_are_sent_and_the_fiche_is_taken_along(site, new_page, check_page, tmp_path):
    manager = ManagerFactory(organization__name="Club de canot", organization__is_listed=True)
    fiche = manager.organization
    (tmp_path / "canot.jpg").write_bytes(image_bytes("JPEG", (2000, 1500)))
    (tmp_path / "police.pdf").write_bytes(b"%PDF-1.7 police")
    (tmp_path / "logo.svg").write_text("<svg onload='alert(1)'/>")
    page = new_page(user=manager.user, screen="phone")

    page.goto(f"/espace/{fiche.pk}/fiche/pictures/")
    page.get_by_label("Choisir un logo").set_input_files(tmp_path / "logo.svg")
    page.get_by_label("Ajouter une photo").set_input_files(tmp_path / "canot.jpg")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("alert")).to_contain_text("Les images SVG ne sont pas acceptées.")
    expect(page.get_by_text("Reçu : « canot.webp ».")).to_be_visible()
    check_page(page)
    page.get_by_role("group", name="Une photo de plus").get_by_label("Ce qu’on y voit").fill("Trois canots rouges")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("img", name="Trois canots rouges")).to_be_visible()
    check_page(page)

    page.goto(f"/espace/{fiche.pk}/fiche/documents/")
    page.get_by_label("Ajouter un document").set_input_files(tmp_path / "police.pdf")
    added = page.get_by_role("group", name="Un document de plus")
    added.get_by_label("Sorte de document").select_option("Preuve d’assurance")
    page.get_by_role("button", name="Enregistrer").click()
    with page.expect_download() as document:
        page.get_by_role("link", name="Preuve d’assurance").click()
    assert document.value.path().read_bytes() == b"%PDF-1.7 police"
    with page.expect_download() as archive:
        page.get_by_role("button", name="Télécharger toute la fiche").click()
    assert archive.value.suggested_filename.startswith("club-de-canot-")

    visitor = new_page()
    visitor.goto("/repertoire/?q=canot")
    visitor.get_by_role("link", name="Club de canot").click()
    photo = visitor.get_by_role("img", name="Trois canots rouges")
    photo.scroll_into_view_if_needed()
    expect(photo).to_be_visible()
    assert photo.evaluate("image => image.decode().then(() => image.naturalWidth)") == 480
    expect(visitor.get_by_text("police")).to_have_count(0)
    check_page(visitor)


def test_person_in_charge_chooses_from_the_email_what_the_public_sees(site, new_page, check_page):
    manager = ManagerFactory(organization__name="Club de canot", organization__is_listed=True)
    fiche = manager.organization
    page = new_page(user=manager.user)
    page.goto(f"/espace/{fiche.pk}/fiche/people/")
    first = page.get_by_role("group", name="Personne 1")
    first.get_by_label("Nom").fill("Zoé Roy")
    first.get_by_label("Courriel").fill("zoe@example.org")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("cette personne n’a rien accepté de montrer")).to_be_visible()
    check_page(page)

    link = re.search(r"http\S+mes-coordonnees-publiques\S+", OutgoingMessage.objects.get(to="zoe@example.org").text)[0]
    hers = new_page(screen="phone", javascript=False)
    hers.goto(link)
    check_page(hers)
    hers.get_by_label("Mon nom : Zoé Roy").check()
    hers.get_by_role("button", name="Enregistrer mon choix").click()
    expect(hers.get_by_text("Merci, c’est noté!")).to_be_visible()
    check_page(hers)

    visitor = new_page()
    visitor.goto("/repertoire/?q=canot")
    visitor.get_by_role("link", name="Club de canot").click()
    expect(visitor.get_by_text("Zoé Roy")).to_be_visible()
    expect(visitor.get_by_text("zoe@example.org")).to_have_count(0)


def test_fiche_of_the_demo(site, new_page, check_page, check_axe, shoot):
    seed()
    fiche = Organization.objects.get(name=MAIN_FICHE)
    manager = User.objects.get(username="gestionnaire")
    area = f"/espace/{fiche.pk}/fiche/"
    for screen in ("phone", "desktop"):
        page = new_page(user=manager, screen=screen)
        for name, part in {
            "fiche": "",
            "fiche-modifications": "modifications/",
            "fiche-photos": "pictures/",
            "fiche-documents": "documents/",
            "fiche-visibilite": "visibility/",
            "fiche-versions": "versions/",
            "fiche-mes-coordonnees": "mes-coordonnees/",
        }.items():
            page.goto(f"{area}{part}")
            check_page(page)
            shoot(page, f"{name}-{screen}")
            page.emulate_media(color_scheme="dark")
            check_axe(page)
            page.emulate_media(color_scheme="light")
