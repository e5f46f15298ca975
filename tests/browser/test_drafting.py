"""An application is written: from the call on, by two people, through a lost network and a session that ends."""

import re
from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from guichet.funding.enums import ApplicationStatus
from guichet.funding.models import Application, Report
from guichet.funding.tests.factories import ANSWERS, ApplicationFactory, CallFactory, SubmittedFactory
from guichet.funding.tests.test_reports import report_form
from guichet.organizations.tests.factories import AccessFactory, ManagerFactory


class Writing:
    """What is written together: an application, or its final report, each with the same answers to begin with."""

    def __init__(self, kind: str) -> None:
        if kind == "demande":
            self.row = found = ApplicationFactory()
        else:
            found = SubmittedFactory(
                call__report_form=report_form(),
                status=ApplicationStatus.REPORT_DUE,
                granted=Decimal("1000.00"),
                announced_at=timezone.now(),
            )
            version = found.call.report_form.versions.get()
            self.row = Report.objects.create(application=found, form_version=version, answers=dict(ANSWERS))
        self.organization = found.organization
        self.overview = f"/espace/{found.organization_id}/demandes/{found.pk}/"
        self.overview += "" if kind == "demande" else "reddition/"
        self.address = f"{self.overview}sections/projet/"

    def answers(self) -> dict:
        self.row.refresh_from_db()
        return self.row.answers


@pytest.fixture(params=["demande", "reddition"])
def writing(request, site):
    return Writing(request.param)


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


def test_two_people_write_the_same_answer_and_choose(writing, new_page, check_page):
    first = ManagerFactory(organization=writing.organization, user__first_name="Zoé", user__last_name="Roy")
    second = AccessFactory(organization=writing.organization)
    hers, his = new_page(user=first.user), new_page(user=second.user, screen="phone")
    for page in (hers, his):
        page.goto(writing.address)
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
    his.get_by_role("button", name="Enregistrer et revenir à la").click()
    his.wait_for_url(f"**{writing.overview}")
    answers = writing.answers()
    assert (answers["nom"], answers["resume"]) == ("Canot", "Un autre résumé.")


def test_what_is_typed_without_network_is_sent_when_it_returns_or_offered_later(writing, new_page, check_page):
    writer = AccessFactory(organization=writing.organization).user
    page = new_page(user=writer)
    page.goto(writing.address)
    page.context.set_offline(True)
    page.get_by_label("Nom du projet").fill("Sans réseau")
    expect(page.get_by_text("Pas de réseau.")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_text("Enregistré à")).to_be_visible()
    assert writing.answers()["nom"] == "Sans réseau"

    page.context.set_offline(True)
    page.get_by_label("Nom du projet").fill("Gardé ici")
    expect(page.get_by_text("Pas de réseau.")).to_be_visible()
    # The browser is closed on it, and opened again once there is a network.
    page.close()
    context = page.context
    context.set_offline(False)
    again = context.new_page()
    again.goto(writing.address)
    expect(again.get_by_label("Nom du projet")).to_have_value("Sans réseau")
    expect(again.get_by_text("Ce navigateur garde un texte de cette section")).to_be_visible()
    check_page(again)
    again.get_by_role("button", name="Le reprendre").click()
    expect(again.get_by_label("Nom du projet")).to_have_value("Gardé ici")
    expect(again.get_by_text("Ce navigateur garde un texte de cette section")).to_be_hidden()
    assert writing.answers()["nom"] == "Gardé ici"


def test_session_that_ends_while_one_types_is_told_and_the_text_is_saved_after_signing_in(
    writing, new_page, check_page
):
    writer = AccessFactory(organization=writing.organization).user
    page = new_page(user=writer)
    page.goto(writing.address)
    cookies = page.context.cookies()
    page.context.clear_cookies(name="guichet_session")
    page.get_by_label("Nom du projet").fill("Encore là")
    expect(page.get_by_text("Votre session a pris fin.")).to_be_visible()
    check_page(page)
    page.context.add_cookies([cookie for cookie in cookies if cookie["name"] == "guichet_session"])
    page.get_by_role("button", name="Enregistrer de nouveau").click()
    expect(page.get_by_text("Enregistré à")).to_be_visible()
    expect(page.get_by_text("Votre session a pris fin.")).to_be_hidden()
    assert writing.answers()["nom"] == "Encore là"
