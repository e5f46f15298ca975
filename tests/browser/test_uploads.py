"""A heavy file on its way: cut off by the network, the page that closes, the session that ends; and gone on with."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from guichet.funding.enums import ApplicationStatus
from guichet.funding.models import ApplicationFile, PartialUpload, ReportFile
from guichet.funding.tests.factories import ApplicationFactory, SubmittedFactory
from guichet.funding.tests.test_reports import report_form
from guichet.organizations.tests.factories import AccessFactory

MEGABYTE = 1024 * 1024
# Twelve parts, one after the other, on a machine that may be slow.
ON_ITS_WAY = 60_000
SCREENS = ["phone", "desktop"]
DROPPED_BESIDE = """data => document.body.dispatchEvent(
  new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }),
)"""


@pytest.fixture
def plan(tmp_path) -> Path:
    """A PDF of 12 MB, as far as anybody looks."""
    path = tmp_path / "plan.pdf"
    path.write_bytes(b"%PDF-1.7 " + os.urandom(12 * MEGABYTE))
    return path


@pytest.fixture
def draft():
    return ApplicationFactory()


@pytest.fixture
def open_section(site, new_page, draft) -> Callable[..., Page]:
    """``open_section(screen)``: the section that asks for files, as one of its writers sees it."""

    def open_section(screen: str = "desktop") -> Page:
        page = new_page(screen=screen, user=AccessFactory(organization=draft.organization).user)
        page.goto(f"/espace/{draft.organization_id}/demandes/{draft.pk}/sections/projet/")
        return page

    return open_section


def cut_off(page: Page, *, after: int) -> None:
    """Let so many parts through, then none, as if the network had gone."""
    passed = []

    def let_through(route: Route) -> None:
        if route.request.method == "PATCH":
            passed.append(route)
            if len(passed) > after:
                page.context.set_offline(True)
                route.abort("internetdisconnected")
                return
        route.continue_()

    page.route("**/envois/**", let_through)


def says(page: Page, words: str) -> None:
    """Wait until the row of the file says this; any space stands for those that do not break."""
    row = page.locator("[data-upload-words]").filter(has_text=re.compile(words.replace(" ", r"\s")))
    expect(row).to_be_visible(timeout=ON_ITS_WAY)


def choose(page: Page, *files: Path) -> None:
    page.locator("input[type=file]").set_input_files(files)


@pytest.mark.parametrize("screen", SCREENS)
def test_heavy_file_goes_on_when_the_network_returns(open_section, plan, check_page, screen):
    page = open_section(screen)
    cut_off(page, after=4)
    page.get_by_label("Nom du projet").fill("Kayak")
    choose(page, plan)
    says(page, "Envoi interrompu : plan.pdf, .* sur 12,0 Mo. Le réseau manque")
    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(page.get_by_role("button", name="Reprendre plan.pdf")).to_be_visible()
    assert PartialUpload.objects.get().offset == 4 * MEGABYTE
    check_page(page)
    page.unroute_all()
    page.context.set_offline(False)
    expect(page.get_by_role("button", name="Retirer plan.pdf")).to_be_visible(timeout=ON_ITS_WAY)
    expect(page.get_by_role("progressbar")).to_have_count(0)
    assert page.locator("[data-upload-status]").text_content() == "plan.pdf est joint."
    # Nothing that was typed meanwhile is lost: the page did not leave.
    expect(page.get_by_label("Nom du projet")).to_have_value("Kayak")
    with ApplicationFile.objects.get().file.open("rb") as content:
        assert content.read() == plan.read_bytes()
    check_page(page)


@pytest.mark.parametrize("screen", SCREENS)
def test_heavy_file_goes_on_after_the_page_was_closed(open_section, plan, check_page, screen):
    page = open_section(screen)
    cut_off(page, after=5)
    choose(page, plan)
    says(page, "Le réseau manque")
    context = page.context
    # Before the network is back: an open page would go on at once.
    page.close()
    context.set_offline(False)

    again = context.new_page()
    again.goto(page.url)
    says(again, "Envoi interrompu : plan.pdf, 5,0 Mo sur 12,0 Mo. Choisissez")
    check_page(again)
    sent = []
    again.on("request", lambda request: sent.append(request.method))
    with again.expect_file_chooser() as chooser:
        again.get_by_role("button", name="Reprendre plan.pdf").click()
    chooser.value.set_files(plan)
    expect(again.get_by_role("button", name="Retirer plan.pdf")).to_be_visible(timeout=ON_ITS_WAY)
    assert (sent.count("POST"), sent.count("PATCH")) == (0, 8)
    assert ApplicationFile.objects.get().size == plan.stat().st_size


def test_interrupted_file_is_cancelled(open_section, plan):
    page = open_section()
    cut_off(page, after=2)
    choose(page, plan)
    says(page, "Le réseau manque")
    page.unroute_all()
    page.context.set_offline(False)
    with page.expect_response(lambda answer: answer.request.method == "DELETE"):
        page.get_by_role("button", name="Annuler plan.pdf").click()
    expect(page.get_by_role("progressbar")).to_have_count(0)
    page.reload()
    expect(page.get_by_text("Envoi interrompu")).to_have_count(0)
    assert not PartialUpload.objects.exists()


def test_session_that_ends_is_told_and_the_file_goes_on_after_signing_in(open_section, plan, check_page):
    page = open_section()
    cookies = page.context.cookies()
    parts = []

    def sign_out_on_the_way(route: Route) -> None:
        parts.append(route)
        if len(parts) == 3:
            page.context.clear_cookies(name="guichet_session")
        route.continue_()

    page.route("**/envois/*/", sign_out_on_the_way)
    choose(page, plan)
    says(page, "Votre session a pris fin :")
    check_page(page)
    page.unroute_all()
    page.context.add_cookies([cookie for cookie in cookies if cookie["name"] == "guichet_session"])
    page.get_by_role("button", name="Reprendre plan.pdf").click()
    expect(page.get_by_role("button", name="Retirer plan.pdf")).to_be_visible(timeout=ON_ITS_WAY)


def test_file_that_is_not_what_it_says_is_told_and_the_next_one_comes_in(open_section, plan, tmp_path, check_page):
    false = tmp_path / "faux.pdf"
    false.write_bytes(b"MZ" + bytes(11 * MEGABYTE))
    (tmp_path / "devis.pdf").write_bytes(b"%PDF-1.7 devis")
    page = open_section("phone")
    choose(page, false, plan, tmp_path / "devis.pdf")
    says(page, "faux.pdf n’est pas joint. Ce fichier se termine par")
    # The light one waits its turn with them: the form would have left while the others were on their way.
    for name in ("plan.pdf", "devis.pdf"):
        expect(page.get_by_role("button", name=f"Retirer {name}")).to_be_visible(timeout=ON_ITS_WAY)
    check_page(page)
    page.get_by_role("button", name="Fermer faux.pdf").click()
    expect(page.locator("[data-upload-words]")).to_have_count(0)
    assert sorted(ApplicationFile.objects.values_list("name", flat=True)) == ["devis.pdf", "plan.pdf"]


def test_file_is_dropped_over_its_question_and_nowhere_else(open_section, tmp_path):
    page = open_section()
    data = page.evaluate_handle(
        """() => {
          const data = new DataTransfer();
          data.items.add(new File(["%PDF-1.7 devis"], "devis.pdf", { type: "application/pdf" }));
          return data;
        }"""
    )
    field = page.locator(".question-file")
    page.dispatch_event("h2 >> nth=0", "dragover", {"dataTransfer": data})
    expect(field).not_to_have_class(re.compile("drop-here"))
    assert page.evaluate(DROPPED_BESIDE, data) is False, "the browser would show the file in the place of the page"
    page.dispatch_event(".question-file legend", "dragover", {"dataTransfer": data})
    expect(field).to_have_class(re.compile("drop-here"))
    page.dispatch_event(".question-file legend", "drop", {"dataTransfer": data})
    expect(page.get_by_role("button", name="Retirer devis.pdf")).to_be_visible()


def test_heavy_file_of_a_report_comes_in_parts(site, new_page, plan, check_page):
    due = SubmittedFactory(call__report_form=report_form(), status=ApplicationStatus.REPORT_DUE, granted=1000)
    page = new_page(screen="phone", user=AccessFactory(organization=due.organization).user)
    page.goto(f"/espace/{due.organization_id}/demandes/{due.pk}/reddition/sections/projet/")
    choose(page, plan)
    expect(page.get_by_role("button", name="Retirer plan.pdf")).to_be_visible(timeout=ON_ITS_WAY)
    check_page(page)
    assert ReportFile.objects.get().size == plan.stat().st_size


def test_text_that_is_too_long_gets_a_page_that_says_what_to_do(site, new_page, draft, check_page):
    page = new_page(javascript=False, user=AccessFactory(organization=draft.organization).user)
    address = f"/espace/{draft.organization_id}/demandes/{draft.pk}/sections/projet/"
    page.goto(address)
    # Out of sight: a browser takes its time to lay out so much.
    page.get_by_label("Résumé").evaluate("text => { text.hidden = true; text.value = 'long '.repeat(450_000) }")
    page.get_by_role("button", name="Enregistrer et continuer").click()
    expect(page.get_by_role("heading", name="Trop de texte pour un seul envoi")).to_be_visible()
    check_page(page)
