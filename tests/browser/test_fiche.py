"""The fiche changes by its people's hands, and the public sees what was approved, and nothing else."""

from playwright.sync_api import expect

from guichet.organizations.tests.factories import AccessFactory, ManagerFactory


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
