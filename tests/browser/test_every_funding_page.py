"""The pages of the financial assistance in the demo, for clients and staff; the pictures of the guides."""

import pytest

from guichet.accounts.models import User
from guichet.funding.demo.seed import seed_funding
from guichet.funding.enums import ApplicationStatus as S
from guichet.funding.models import Application, Call
from guichet.organizations.demo.fiches import MAIN_FICHE
from guichet.organizations.demo.people import ACCOUNTS
from guichet.organizations.demo.seed import seed


@pytest.fixture
def demo(site):
    """The demo's people, fiches and applications, by the demo's own hands."""
    seed()
    seed_funding()
    return {account.username: User.objects.get(username=account.username) for account in ACCOUNTS}


@pytest.fixture
def mine(demo):
    """The main fiche's application in each state."""
    return {one.status: one for one in Application.objects.filter(organization__name=MAIN_FICHE)}


def see(page, addresses, check_page, shoot=None) -> None:
    """Visit each, check what holds on every page, and keep a picture of those that the guides show."""
    for address, picture in addresses.items():
        assert page.goto(address).status == 200, address
        if picture and shoot:
            # Below what every page begins with.
            page.get_by_role("main").evaluate("element => element.scrollIntoView()")
            shoot(page, f"{picture}-desktop")
        check_page(page)


def test_applications_of_the_main_fiche(demo, mine, new_page, check_page, shoot):
    area = f"/espace/{mine[S.DRAFT].organization_id}/demandes/"
    coming = Call.objects.filter(code__startswith="IAPPA-2").get()
    draft, waiting, reviewed = (f"{area}{mine[state].pk}/" for state in (S.DRAFT, S.AWAITING_MANAGER, S.IN_REVIEW))
    refused, granted = (f"{area}{mine[state].pk}/" for state in (S.REFUSED, S.REPORT_DUE))
    pages = {
        area: "demandes",
        f"{area}archives/": "",
        f"{area}appels/{mine[S.DRAFT].call_id}/": "",
        f"{area}appels/{coming.pk}/": "admissibilite",
        draft: "demande",
        f"{draft}sections/projet/": "",
        f"{draft}sections/budget/": "demande-budget",
        waiting: "",
        f"{waiting}transmettre/": "demande-transmettre",
        f"{waiting}retourner/": "",
        reviewed: "",
        f"{reviewed}messages/": "",
        f"{reviewed}recu/": "",
        refused: "",
        f"{refused}decision/": "",
        granted: "",
        f"{granted}suites/": "demande-suites",
        f"{granted}reddition/": "reddition",
        f"{granted}reddition/sections/budget/": "",
    }
    see(new_page(user=demo["gestionnaire"]), pages, check_page, shoot)
    see(new_page(screen="phone", user=demo["gestionnaire"]), pages, check_page)


def test_staff_pages_of_the_financial_assistance(demo, mine, new_page, check_page, shoot):
    decided = Call.objects.filter(code__startswith="SSPA").latest("closes_at")
    dossier = decided.applications.filter(status=S.IN_REVIEW, score__isnull=False).first()
    granted = mine[S.REPORT_DUE]
    reported = Application.objects.filter(status=S.REPORT_SUBMITTED).first()
    pages = {
        "/gestion/programmes/": "",
        f"/gestion/programmes/{decided.program_id}/": "",
        f"/gestion/programmes/{decided.program_id}/lettres/": "",
        "/gestion/formulaires/": "",
        "/gestion/appels/": "",
        f"/gestion/appels/{decided.pk}/": "gestion-appel",
        f"/gestion/appels/{decided.pk}/evaluateurs/": "",
        f"/gestion/appels/{decided.pk}/classement/": "gestion-classement",
        f"/gestion/appels/{decided.pk}/annonce/": "",
        "/gestion/demandes/": "gestion-demandes",
        f"/gestion/demandes/{dossier.pk}/": "gestion-dossier",
        f"/gestion/demandes/{dossier.pk}/evaluation/": "",
        f"/gestion/demandes/{dossier.pk}/decision/": "",
        f"/gestion/demandes/{dossier.pk}/avis/": "",
        "/gestion/demandes/vues/": "",
        "/gestion/demandes/vues/enregistrer/?to_do=late": "",
        f"/gestion/demandes/plusieurs/prendre/?id={dossier.pk}": "",
        f"/gestion/demandes/plusieurs/confier/?id={dossier.pk}": "",
        f"/gestion/demandes/plusieurs/etiqueter/?id={dossier.pk}": "",
        f"/gestion/demandes/{mine[S.IN_REVIEW].pk}/messages/": "",
        "/gestion/decisions/": "",
        "/gestion/assistance/versements/": "gestion-versements",
        "/gestion/assistance/suites/": "",
        f"/gestion/assistance/suites/{granted.pk}/": "",
        f"/gestion/assistance/suites/{reported.pk}/reddition/": "",
    }
    see(new_page(user=demo["agent"]), pages, check_page, shoot)
