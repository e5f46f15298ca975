"""An application lives its whole life: built by hand, written, returned, completed, judged, paid, reported, closed."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from .building import CALL, FICHE, PATIENCE, Story, a_call, a_form, a_program, a_report_form, introduce_everybody
from .steps import heading


@pytest.fixture
def patience():
    """Wait longer for what is expected, too."""
    expect.set_options(timeout=PATIENCE)
    yield
    expect.set_options(timeout=5_000)


def test_application_from_the_programme_to_the_archives(patience, site, new_page, check_page, shoot, run_queue):
    story = Story(new_page, check_page, shoot, run_queue)
    introduce_everybody()
    for chapter in (
        a_program,
        a_form,
        a_report_form,
        a_call,
        the_contributor_writes,
        the_manager_returns_it,
        the_contributor_corrects,
        the_manager_submits,
        the_officer_asks_for_more,
        the_manager_completes,
        the_officer_asks_for_opinions,
        two_evaluate_blind,
        the_officer_decides,
        the_officer_announces,
        the_manager_accepts,
        the_first_payment_leaves,
        the_contributor_reports,
        the_manager_submits_the_report,
        the_officer_closes,
        the_manager_finds_it_in_the_archives,
    ):
        chapter(story)
        story.turn_the_page()


def write_budget(page: Page, asked: str, own: str, cost: str, kind: str = "prévu") -> None:
    """The three lines of the budget."""
    for line, amount in (("Aide demandée à LSCQ", asked), ("Mise de fonds", own), ("Bandes et éclairage", cost)):
        page.get_by_label(f"{line} : montant {kind}").fill(amount)


def the_contributor_writes(story: Story) -> None:
    """Eligibility first, then the draft, then the gestionnaires."""
    page = story.open("Mathieu", "/espace/", "phone")
    open_area(page)
    page.get_by_role("link", name="Présenter une demande").click()
    expect(heading(page, "Êtes-vous admissible?")).to_be_visible()
    expect(page.get_by_text("Votre fiche a été confirmée depuis moins d’un an.")).to_be_visible()
    story.look(page)
    story.shoot(page, "demande-admissible-phone")
    page.get_by_role("button", name="Commencer la demande").click()
    page.get_by_role("link", name="Votre projet").click()
    page.get_by_label("Nom du projet").fill("Patinoire du parc des Érables")
    question = page.get_by_label("Comment vérifiez-vous les antécédents?")
    expect(question).to_be_hidden()
    page.get_by_label("Oui", exact=True).check()
    question.fill("Par la police.")
    write_budget(page, "1500", "500", "2 000,00 $")
    story.look(page)
    story.shoot(page, "demande-section-phone", full_page=True)
    page.get_by_role("button", name="Enregistrer et revenir à la demande").click()
    expect(page.get_by_text("Rien ne manque.")).to_be_visible()
    story.look(page)
    send_to_managers(story, page)


def open_area(page: Page) -> None:
    """« Vos demandes », by the menu."""
    button = page.get_by_role("navigation", name="Espace client").get_by_text("Menu de l’espace client")
    if button.is_visible():
        button.click()
    page.get_by_role("navigation", name="Espace client").get_by_role("link", name="Vos demandes").click()


def send_to_managers(story: Story, page: Page) -> None:
    """« Remettre aux gestionnaires », which is not sending it to LSCQ."""
    page.get_by_role("link", name="Relire et remettre aux gestionnaires").click()
    story.look(page)
    page.get_by_role("button", name="Remettre aux gestionnaires").click()
    expect(page.get_by_text("Pas encore transmise à LSCQ").first).to_be_visible()
    story.look(page)


def the_manager_returns_it(story: Story) -> None:
    """The yellow bar, then a remark."""
    page = story.open("Geneviève", "/espace/", "phone")
    banner = page.get_by_role("region", name="À approuver")
    expect(banner).to_contain_text("demande")
    story.look(page)
    story.shoot(page, "demande-a-transmettre-phone")
    banner.get_by_role("link").click()
    page.get_by_role("link", name="Patinoire du parc").first.click()
    page.get_by_role("link", name="Retourner pour correction").click()
    story.look(page)
    page.get_by_label("Ce qui est à corriger").fill("Nommez le service de police.")
    page.get_by_role("button", name="Retourner la demande").click()
    expect(page.get_by_text("Nommez le service de police.")).to_be_visible()


def the_contributor_corrects(story: Story) -> None:
    """What the remark asks, and the gestionnaires again."""
    page = story.open("Mathieu", "/espace/", "phone")
    open_area(page)
    page.get_by_role("link", name="Patinoire du parc des Érables").first.click()
    expect(page.get_by_text("Retournée par un gestionnaire, avec cette remarque")).to_be_visible()
    story.look(page)
    page.get_by_role("link", name="Votre projet").click()
    page.get_by_label("Comment vérifiez-vous les antécédents?").fill("Par la Sûreté du Québec.")
    page.get_by_role("button", name="Enregistrer et revenir à la demande").click()
    send_to_managers(story, page)


def the_manager_submits(story: Story) -> None:
    """From the yellow bar to the proof of receipt."""
    page = story.open("Geneviève", "/espace/", "phone")
    page.get_by_role("region", name="À approuver").get_by_role("link").click()
    page.get_by_role("link", name="Patinoire du parc des Érables").first.click()
    submit(story, page)
    story.shoot(page, "preuve-de-reception-phone", full_page=True)


def submit(story: Story, page: Page) -> None:
    """Read it all again, state that it is true, see the receipt."""
    page.get_by_role("link", name="Relire et transmettre à LSCQ").click()
    expect(page.get_by_text("Par la Sûreté du Québec")).to_be_visible()
    story.look(page)
    page.get_by_role("button", name="Transmettre la demande").click()
    expect(page.get_by_text("Cochez la déclaration avant de transmettre la demande.").first).to_be_visible()
    page.get_by_label("Je déclare que les renseignements").check()
    page.get_by_role("button", name="Transmettre la demande").click()
    expect(heading(page, "Preuve de réception")).to_be_visible()
    expect(page.get_by_text("PAT-2026-0001").first).to_be_visible()
    story.look(page)


def open_dossier(story: Story, first_name: str) -> Page:
    """The application, searched for by its number: the staff's list begins with what awaits a decision."""
    page = story.open(first_name, "/gestion/demandes/?q=PAT-2026-0001")
    page.get_by_role("link", name="PAT-2026-0001").click()
    expect(page.get_by_role("heading", level=2, name="Patinoire du parc des Érables")).to_be_visible()
    return page


def the_officer_asks_for_more(story: Story) -> None:
    """Taken in, then one question opened again."""
    page = open_dossier(story, "Odile")
    story.look(page)
    page.get_by_role("button", name="Prendre en évaluation").click()
    expect(page.get_by_text("En évaluation", exact=True)).to_be_visible()
    page.get_by_role("link", name="Demander un complément").click()
    story.look(page)
    page.get_by_label("Ce qu’il faut compléter").fill("Dites à quelle fréquence.")
    page.get_by_label("Comment vérifiez-vous les antécédents?").check()
    page.get_by_role("button", name="Envoyer la demande de complément").click()
    expect(page.get_by_text("À compléter", exact=True)).to_be_visible()
    story.look(page)


def the_manager_completes(story: Story) -> None:
    """That question alone, though another decides whether it shows."""
    page = story.open("Geneviève", "/espace/", "phone")
    open_area(page)
    page.get_by_role("link", name="Patinoire du parc des Érables").first.click()
    expect(page.get_by_text("Dites à quelle fréquence.")).to_be_visible()
    story.look(page)
    page.get_by_role("link", name="Votre projet").click()
    expect(page.get_by_label("Nom du projet")).to_have_count(0)
    story.look(page)
    page.get_by_label("Comment vérifiez-vous les antécédents?").fill("Par la Sûreté du Québec, chaque automne.")
    page.get_by_role("button", name="Enregistrer et revenir à la demande").click()
    submit(story, page)


def the_officer_asks_for_opinions(story: Story) -> None:
    """Of two people, for all the applications of the call."""
    page = open_dossier(story, "Odile")
    expect(heading(page, "Ce qui a changé depuis la transmission précédente")).to_be_visible()
    story.look(page)
    page.get_by_role("button", name="Prendre en évaluation").click()
    page.get_by_role("link", name="Répartir les évaluations de cet appel").click()
    story.look(page)
    page.get_by_label("Rémi Gagnon").check()
    page.get_by_label("Sarah Gagnon").check()
    page.get_by_role("button", name="Répartir les évaluations").click()
    expect(page.get_by_text("2 évaluations sont demandées.")).to_be_visible()


def score(story: Story, first_name: str, relevance: str, budget: str) -> Page:
    """Somebody's evaluation, finished."""
    page = open_dossier(story, first_name)
    page.get_by_role("link", name="Évaluer", exact=True).click()
    story.look(page)
    page.get_by_label("Note sur 10", exact=True).fill(relevance)
    page.get_by_label("Note sur 20", exact=True).fill(budget)
    page.get_by_label("Commentaire général").fill(f"Mot de {first_name}.")
    page.get_by_role("button", name="Terminer").click()
    expect(page.get_by_text("Votre évaluation est terminée.")).to_be_visible()
    return page


def two_evaluate_blind(story: Story) -> None:
    """Nobody reads another's notes before the last one is done."""
    first = score(story, "Rémi", "8", "15,5")
    expect(first.get_by_text("1 sur 2 terminées. Personne ne lit les notes des autres")).to_be_visible()
    story.look(first)
    second = open_dossier(story, "Sarah")
    expect(second.get_by_text("Mot de Rémi.")).to_have_count(0)
    second = score(story, "Sarah", "9", "18")
    for page in (first, second):
        page.reload()
        expect(page.get_by_text("Mot de Rémi.")).to_be_visible()
        expect(page.get_by_text("Mot de Sarah.")).to_be_visible()
        expect(page.get_by_text("25,25 / 30").first).to_be_visible()
    story.look(second)


def the_officer_decides(story: Story) -> None:
    """An amount that is tried in the ranking, then decided."""
    page = story.open("Odile", "/gestion/appels/")
    page.get_by_role("link", name=CALL).first.click()
    page.get_by_role("link", name="Classement").click()
    expect(page.get_by_role("row").filter(has_text=FICHE)).to_contain_text("25,25")
    amount = page.get_by_label(f"Montant pour {FICHE}")
    amount.fill("1 200")
    expect(page.locator("[data-left]")).to_have_text(re.compile(r"^\s*18\s800,00\s\$\s*$"))
    page.get_by_role("button", name="Enregistrer les montants").click()
    expect(amount).to_have_value(re.compile(r"^1\s200"))
    story.look(page)
    story.shoot(page, "classement", full_page=True)
    page.get_by_role("link", name=FICHE).click()
    story.look(page)
    page.get_by_label("Acceptée").check()
    expect(page.get_by_label("Montant accordé ($)")).to_have_value(re.compile(r"^1\s200"))
    page.get_by_label("Conditions").fill("Afficher le logo de LSCQ.")
    page.get_by_role("button", name="Préparer cette décision").click()
    expect(page.get_by_text("La décision est préparée.")).to_be_visible()


def the_officer_announces(story: Story) -> None:
    """The fiche knows nothing before; the worker tells it and makes the letter."""
    client = story.open("Geneviève", "/espace/", "phone")
    expect(client.get_by_text("Acceptée")).to_have_count(0)
    page = story.open("Odile", "/gestion/decisions/")
    page.get_by_role("link", name="Annoncer").first.click()
    expect(page.get_by_text("Geneviève Allard")).to_be_visible()
    story.look(page)
    story.shoot(page, "annonce", full_page=True)
    page.get_by_role("button", name="Annoncer 1 décision").click()
    expect(page.get_by_role("heading", level=2, name="Annonce en cours")).to_be_visible()
    story.run_queue()
    page.reload()
    expect(page.get_by_role("heading", level=2, name="Annonce terminée")).to_be_visible()
    expect(page.get_by_text("Lettres faites : 1 sur 1")).to_be_visible()
    story.look(page)


def the_manager_accepts(story: Story) -> None:
    """The decision, then the agreement."""
    page = story.open("Geneviève", "/espace/", "phone")
    open_area(page)
    page.get_by_role("link", name="Patinoire du parc des Érables").first.click()
    expect(page.get_by_text(re.compile(r"Une aide de 1\s200,00\s\$ est accordée"))).to_be_visible()
    story.look(page)
    page.get_by_role("link", name="Lire et accepter l’entente").click()
    expect(page.get_by_text("Afficher le logo de LSCQ.").first).to_be_visible()
    story.look(page)
    page.get_by_label("J’ai lu l’entente").check()
    story.shoot(page, "entente-phone", full_page=True)
    page.get_by_role("button", name="Accepter l’entente").click()
    expect(page.get_by_text("Acceptée par").first).to_be_visible()
    story.look(page)


def open_following(story: Story, first_name: str = "Odile") -> Page:
    """What follows the decision, from the application."""
    page = open_dossier(story, first_name)
    page.get_by_role("link", name="Versements et suites").click()
    expect(heading(page, "Versements")).to_be_visible()
    return page


def pay(story: Story, page: Page, number: int, amount: str) -> None:
    """Make a payment ready, then note that it left, by cheque."""
    page.get_by_role("button", name=f"Mettre à payer : {number}").click()
    page.get_by_role("link", name=f"Marquer payé : {number}").click()
    story.look(page)
    page.get_by_label("Premier numéro").fill(f"10{number}")
    page.get_by_role("button", name="Continuer").click()
    story.look(page)
    page.get_by_role("button", name="Marquer payé").click()
    expect(page.get_by_text("1 versement noté payé, sur 1")).to_be_visible()
    story.look(page)
    page.get_by_role("link", name=FICHE).click()
    row = page.get_by_role("row").filter(has_text=re.compile(amount))
    expect(row).to_contain_text("Payé")


def the_first_payment_leaves(story: Story) -> None:
    """Three quarters."""
    page = open_following(story)
    story.look(page)
    pay(story, page, 1, r"900,00\s\$")
    story.shoot(page, "versements", full_page=True)


def the_contributor_reports(story: Story) -> None:
    """What was done, the real costs beside the planned ones."""
    page = story.open("Mathieu", "/espace/", "phone")
    open_area(page)
    page.get_by_role("link", name="Patinoire du parc des Érables").first.click()
    page.get_by_role("link", name="Versements et reddition de comptes").click()
    story.look(page)
    page.get_by_role("link", name="Remplir la reddition").click()
    story.look(page)
    page.get_by_role("link", name="Votre bilan").click()
    page.get_by_label("Ce qui a été fait").fill("La patinoire a ouvert le 10 janvier.")
    expect(page.get_by_text(re.compile(r"1\s500,00\s\$")).first).to_be_visible()
    write_budget(page, "1200", "800", "2000", kind="réel")
    story.look(page)
    story.shoot(page, "reddition-phone", full_page=True)
    page.get_by_role("button", name="Enregistrer et revenir à la reddition").click()
    page.get_by_role("button", name="Remettre aux gestionnaires").click()
    expect(page.get_by_text("Cette reddition n’est pas encore transmise à LSCQ")).to_be_visible()
    story.look(page)


def the_manager_submits_the_report(story: Story) -> None:
    """Read again, then sent."""
    page = story.open("Geneviève", "/espace/", "phone")
    open_area(page)
    page.get_by_role("link", name="Patinoire du parc des Érables").first.click()
    page.get_by_role("link", name="Versements et reddition de comptes").click()
    page.get_by_role("link", name="Remplir la reddition").click()
    page.get_by_role("link", name="Relire et transmettre").click()
    story.look(page)
    page.get_by_role("button", name="Transmettre").click()
    expect(page.get_by_text("Transmise par Geneviève Allard")).to_be_visible()
    story.look(page)


def the_officer_closes(story: Story) -> None:
    """The report is good: the last payment, then the end."""
    page = open_following(story)
    expect(page.get_by_text("Des versements sont encore à payer")).to_be_visible()
    page.get_by_role("link", name="Lire la reddition").click()
    expect(page.get_by_text("La patinoire a ouvert le 10 janvier.")).to_be_visible()
    story.look(page)
    story.shoot(page, "reddition", full_page=True)
    page.get_by_role("link", name="Revenir à la demande").click()
    pay(story, page, 2, r"300,00\s\$")
    page.get_by_role("link", name="Fermer la demande").click()
    story.look(page)
    page.get_by_role("button", name="Fermer").click()
    expect(page.get_by_text("La demande est fermée.")).to_be_visible()
    story.look(page)


def the_manager_finds_it_in_the_archives(story: Story) -> None:
    """It stays there to be read."""
    page = story.open("Geneviève", "/espace/", "phone")
    open_area(page)
    page.get_by_role("link", name="Archives").first.click()
    expect(page.get_by_role("link", name="Patinoire du parc des Érables")).to_be_visible()
    story.look(page)
