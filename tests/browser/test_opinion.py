"""Somebody outside the body follows the link of an e-mail, promises, reads, answers; a view that opens first."""

import pytest
from django.urls import reverse

from guichet.funding.tests.evaluating import an_evaluation, ask_opinion
from guichet.funding.tests.factories import ApplicationFileFactory, SubmittedFactory
from guichet.organizations import services
from guichet.organizations.enums import Listing

ANSWER = "Le matériel est trop petit pour la clientèle visée."


@pytest.fixture(autouse=True)
def _files_in_a_folder_of_the_test(settings, tmp_path):
    storage = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": storage, "private": storage}


@pytest.mark.parametrize(("screen", "javascript"), [("phone", True), ("desktop", False)])
def test_expert_answers_by_the_link_with_and_without_script(site, new_page, check_page, screen, javascript):
    world = an_evaluation(title="Patins pour tous")
    file = ApplicationFileFactory(application=world.application, name="devis-des-patins.pdf")
    world.application.submissions.update(files=[[file.pk, file.name, file.size, file.sha256]])
    _opinion, token = ask_opinion(world, sections=["projet", "budget"], files=[file.pk])
    page = new_page(screen=screen, javascript=javascript)
    page.goto(reverse("opinions:opinion", args=[token]))
    check_page(page)
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Lire la demande").click()
    page.get_by_text("Prêter des patins").wait_for()
    page.get_by_role("button", name="Transmettre mon avis").click()
    page.get_by_text("Choisissez votre recommandation").first.wait_for()
    check_page(page)
    page.get_by_label("Favorable avec réserves").check()
    page.get_by_role("textbox", name="Votre avis").fill(ANSWER)
    page.get_by_role("button", name="Transmettre mon avis").click()
    page.get_by_text("Votre avis est transmis").wait_for()
    check_page(page)
    staff = new_page(user=world.officer)
    staff.goto(f"{reverse('staff_application', args=[world.application.pk])}#avis")
    staff.get_by_text(ANSWER).wait_for()
    check_page(staff)
    page.goto(reverse("opinions:opinion", args=["faux"]))
    check_page(page)


def test_view_keeps_its_columns_and_order_while_one_searches_in_it(site, new_page):
    world = an_evaluation(title="Patins pour tous")
    SubmittedFactory(call=world.call, title="Raquettes")
    saved = services.save_filter(
        listing=Listing.APPLICATIONS,
        name="Au comité",
        query="ordering=-requested&columns=requested&columns=score",
        is_shared=False,
        actor=world.officer,
    )
    services.open_first(saved=saved, actor=world.officer)
    page = new_page(user=world.officer)
    page.goto(reverse("staff_applications"))
    page.locator("form[data-search-form] input[name=q]").fill("patins")
    page.wait_for_url("**q=patins**")
    assert "ordering=-requested" in page.url
    page.get_by_text("1 résultat").wait_for()
    headings = page.get_by_role("columnheader").all_inner_texts()
    assert [words.strip() for words in headings[1:]] == ["Demande", "Demandé", "Note"]
