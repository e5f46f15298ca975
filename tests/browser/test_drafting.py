"""An application is written: from the call on, by two people, through a lost network and a session that ends."""

import re

from playwright.sync_api import expect

from guichet.funding.models import Application
from guichet.funding.tests.factories import ApplicationFactory, CallFactory
from guichet.organizations.tests.factories import AccessFactory, ManagerFactory


def test_draft_is_begun_on_a_phone_and_saves_itself(site, new_page, check_page, tmp_path):
    contributor = AccessFactory()
    CallFactory(program__name="Plein air", volunteer_rate="20.00")
    (tmp_path / "devis.pdf").write_bytes(b"%PDF-1.7 devis")
    page = new_page(user=contributor.user, screen="phone")
    page.goto(f"/espace/{contributor.organization_id}/demandes/")
    check_page(page)
    page.get_by_role("link", name="Présenter une demande").click()
    check_page(page)
    page.get_by_role("button", name="Commencer la demande").click()
    check_page(page)

    page.get_by_role("link", name="Votre projet").click()
    page.get_by_label("Nom du projet").fill("Kayak pour tous")
    expect(page.get_by_label("Comment vérifiez-vous les antécédents?")).to_be_hidden()
    page.get_by_label("Oui").check()
    expect(page.get_by_label("Comment vérifiez-vous les antécédents?")).to_be_visible()
    expect(page.get_by_text(re.compile(r"Enregistré à \d+\sh\s\d\d"))).to_be_visible()
    assert Application.objects.get().answers["nom"] == "Kayak pour tous"
    page.locator("input[type=file]").set_input_files(tmp_path / "devis.pdf")
    expect(page.get_by_role("button", name="Retirer devis.pdf")).to_be_visible()
    check_page(page)
    page.get_by_role("button", name="Enregistrer et continuer").click()

    page.get_by_label("Montant demandé à LSCQ").fill("1 000,00")
    page.get_by_label("Mise de fonds de l’organisme").fill("500")
    page.get_by_label("Matériel").fill("1500,00 $")
    expect(page.locator("[data-total=balance]")).to_have_text(re.compile(r"^0,00\s\$$"))
    check_page(page)
    page.get_by_role("button", name="Enregistrer et continuer").click()
    expect(page.get_by_role("link", name="Résumé")).to_be_visible()
    expect(page.get_by_role("link", name="Budget du projet")).to_have_count(0)


def test_two_people_write_the_same_answer_and_choose(site, new_page, check_page):
    draft = ApplicationFactory()
    first = ManagerFactory(organization=draft.organization, user__first_name="Zoé", user__last_name="Roy")
    second = AccessFactory(organization=draft.organization)
    address = f"/espace/{draft.organization_id}/demandes/{draft.pk}/sections/projet/"
    hers, his = new_page(user=first.user), new_page(user=second.user, screen="phone")
    for page in (hers, his):
        page.goto(address)
    hers.get_by_label("Nom du projet").fill("Kayak")
    expect(hers.get_by_text("Enregistré à")).to_be_visible()
    his.get_by_label("Nom du projet").fill("Canot")
    his.get_by_label("Résumé").fill("Un autre résumé.")
    expect(his.get_by_text("Zoé Roy a écrit autre chose en même temps que vous")).to_be_visible()
    expect(his.get_by_text("Zoé Roy écrit dans cette section.")).to_be_visible()
    his.get_by_role("button", name="Voir les deux versions").click()
    expect(his.get_by_label("La version de Zoé Roy")).to_be_visible()
    check_page(his)
    his.get_by_label("La vôtre, ci-dessous").check()
    his.get_by_role("button", name="Enregistrer et revenir à la demande").click()
    expect(his.get_by_role("heading", name="Canot")).to_be_visible()
    draft.refresh_from_db()
    assert (draft.answers["nom"], draft.answers["resume"]) == ("Canot", "Un autre résumé.")


def test_what_is_typed_without_network_is_sent_when_it_returns_or_offered_later(site, new_page, check_page):
    draft = ApplicationFactory()
    writer = AccessFactory(organization=draft.organization).user
    address = f"/espace/{draft.organization_id}/demandes/{draft.pk}/sections/projet/"
    page = new_page(user=writer)
    page.goto(address)
    page.context.set_offline(True)
    page.get_by_label("Nom du projet").fill("Sans réseau")
    expect(page.get_by_text("Pas de réseau.")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_text("Enregistré à")).to_be_visible()
    draft.refresh_from_db()
    assert draft.answers["nom"] == "Sans réseau"

    page.context.set_offline(True)
    page.get_by_label("Nom du projet").fill("Gardé ici")
    expect(page.get_by_text("Pas de réseau.")).to_be_visible()
    # The browser is closed on it, and opened again once there is a network.
    page.close()
    context = page.context
    context.set_offline(False)
    again = context.new_page()
    again.goto(address)
    expect(again.get_by_label("Nom du projet")).to_have_value("Sans réseau")
    expect(again.get_by_text("Ce navigateur garde un texte de cette section")).to_be_visible()
    check_page(again)
    again.get_by_role("button", name="Le reprendre").click()
    expect(again.get_by_label("Nom du projet")).to_have_value("Gardé ici")
    expect(again.get_by_text("Ce navigateur garde un texte de cette section")).to_be_hidden()
    draft.refresh_from_db()
    assert draft.answers["nom"] == "Gardé ici"


def test_session_that_ends_while_one_types_is_told_and_the_text_is_saved_after_signing_in(site, new_page, check_page):
    draft = ApplicationFactory()
    writer = AccessFactory(organization=draft.organization).user
    page = new_page(user=writer)
    page.goto(f"/espace/{draft.organization_id}/demandes/{draft.pk}/sections/projet/")
    cookies = page.context.cookies()
    page.context.clear_cookies(name="guichet_session")
    page.get_by_label("Nom du projet").fill("Encore là")
    expect(page.get_by_text("Votre session a pris fin.")).to_be_visible()
    check_page(page)
    page.context.add_cookies([cookie for cookie in cookies if cookie["name"] == "guichet_session"])
    page.get_by_role("button", name="Enregistrer de nouveau").click()
    expect(page.get_by_text("Enregistré à")).to_be_visible()
    expect(page.get_by_text("Votre session a pris fin.")).to_be_hidden()
    draft.refresh_from_db()
    assert draft.answers["nom"] == "Encore là"
