"""The editors of forms, programmes and calls in a browser, in both schemes: sound, every button of their foot seen."""

import pytest

from guichet.accounts.tests.factories import AdminFactory
from guichet.funding.tests.factories import CallFactory

from .building import WAGTAILS

# Axe leaves a text of exactly its ground's colour undecided: that is the one which nobody sees.
UNSEEN = """foot => {
  const ground = getComputedStyle(foot).backgroundColor;
  const own = (one) => getComputedStyle(one).backgroundColor;
  const under = (one) => (own(one) === "rgba(0, 0, 0, 0)" ? ground : own(one));
  const buttons = [...foot.querySelectorAll(".button")];
  return buttons.filter((one) => getComputedStyle(one).color === under(one)).map((one) => one.textContent.trim());
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", ["phone", "desktop"])
def test_editors_are_sound_and_the_buttons_of_their_foot_are_seen(site, new_page, check_page, screen, scheme):
    call = CallFactory()
    page = new_page(user=AdminFactory(), screen=screen, scheme=scheme)
    for address in (
        f"/gestion/formulaires/{call.form_id}/",
        f"/gestion/programmes/{call.program_id}/modifier/",
        f"/gestion/appels/{call.pk}/modifier/",
    ):
        assert page.goto(address).status == 200
        foot = page.locator(".guichet-editor-actions")
        assert foot.get_by_role("link", name="Annuler").is_visible()
        assert foot.evaluate(UNSEEN) == [], address
        check_page(page, leaving_out=WAGTAILS)
