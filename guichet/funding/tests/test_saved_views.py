"""« Vues enregistrées »: the list of applications under a name, with its order and its columns; what opens first."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.http import QueryDict
from django.urls import reverse

from guichet.accounts.tests.factories import AgentFactory
from guichet.core.shared import forget
from guichet.funding.enums import ApplicationStatus
from guichet.organizations import services
from guichet.organizations.enums import Listing
from guichet.organizations.models import FirstFilter, SavedFilter
from guichet.organizations.tests.factories import ManagerFactory
from tests.support.pages import text_of

from .evaluating import an_evaluation
from .factories import SubmittedFactory

pytestmark = pytest.mark.django_db
QUERY = "status=in_review&ordering=-requested&columns=requested&columns=score"


@pytest.fixture
def world():
    return an_evaluation()


@pytest.fixture
def browser(client_for, world):
    """The officer's."""
    return client_for(world.officer)


def save(owner, *, name: str = "Au comité", query: str = QUERY, is_shared: bool = False) -> SavedFilter:
    return services.save_filter(listing=Listing.APPLICATIONS, name=name, query=query, is_shared=is_shared, actor=owner)


def listing(**query) -> str:
    return f"{reverse('staff_applications')}?" + "&".join(f"{name}={value}" for name, value in query.items())


def headings(answer) -> list[str]:
    return [column.name for column in answer.context["table"].columns.values()][2:]


def test_view_is_saved_with_its_filters_its_order_and_the_columns_of_whoever_saves_it(browser, world):
    browser.post(reverse("staff_applications_columns"), {"columns": ["score", "fiche"]})
    address = f"{reverse('staff_view_add')}?status=in_review&ordering=-requested&p=2"
    saved_to = browser.post(address, {"name": " Au comité ", "is_shared": "on"}).url
    saved = SavedFilter.objects.get()
    assert (saved.name, saved.listing, saved.is_shared) == ("Au comité", Listing.APPLICATIONS, True)
    assert QueryDict(saved.query) == QueryDict("status=in_review&ordering=-requested&columns=fiche&columns=score")
    opened = browser.get(saved_to)
    assert [(one["name"], one["is_now"]) for one in opened.context["saved_filters"]] == [("Au comité", True)]


def test_shared_view_shows_a_colleague_the_same_columns_in_the_same_order(client_for, world):
    SubmittedFactory(requested="9.00", status=ApplicationStatus.IN_REVIEW)
    SubmittedFactory()
    save(world.officer, is_shared=True)
    colleague = client_for(AgentFactory())
    (offered,) = colleague.get(reverse("staff_applications")).context["saved_filters"]
    opened = colleague.get(offered["url"])
    assert headings(opened) == ["requested", "score"]
    assert [one.requested for one in opened.context["object_list"]] == [1000, 9]
    # Their own columns have not changed.
    assert headings(colleague.get(reverse("staff_applications")))[0] == "fiche"


def test_columns_and_order_of_a_view_stay_when_its_filters_change(browser, world):
    page = browser.get(f"{reverse('staff_applications')}?{QUERY}").content.decode()
    header = page[page.index("data-search-form") : page.index("</form>", page.index("data-search-form"))]
    for kept in ('name="columns" value="requested"', 'name="columns" value="score"', 'value="-requested"'):
        assert kept in header


def test_choosing_ones_columns_leaves_the_views_and_keeps_the_rest_of_the_address(browser, world):
    save(world.officer)
    services.open_first(saved=SavedFilter.objects.get(), actor=world.officer)
    answer = browser.post(f"{reverse('staff_applications_columns')}?{QUERY}", {"columns": ["mrc"]})
    assert answer.url == listing(status="in_review", ordering="-requested")
    assert headings(browser.get(answer.url)) == ["mrc"]
    answer = browser.post(reverse("staff_applications_columns"), {"columns": ["mrc"]})
    assert headings(browser.get(answer.url)) == ["mrc"]


def test_list_opens_on_the_view_that_each_person_chose_and_all_of_it_stays_within_reach(browser, client_for, world):
    saved = save(AgentFactory(), is_shared=True)
    bare = reverse("staff_applications")
    browser.post(reverse("staff_view_first", args=[saved.pk]))
    first = browser.get(bare)
    assert first.url == f"{bare}?{QUERY}"
    assert client_for(AgentFactory()).get(bare).status_code == 200
    assert browser.get(bare, {"to_do": "late"}).status_code == 200
    everything = browser.get(first.url).context["all_url"]
    assert browser.get(everything).context["asked"] == ""
    assert "Ne plus ouvrir en premier" in text_of(browser.get(reverse("staff_views")))
    browser.post(reverse("staff_view_none_first"))
    assert browser.get(bare).status_code == 200


def test_another_choice_replaces_the_first_and_each_list_has_its_own(browser, world):
    one, other = save(world.officer), save(world.officer, name="Autre")
    fiches = services.save_filter(name="Clubs", query="q=club", is_shared=False, actor=world.officer)
    for saved in (one, other, fiches):
        services.open_first(saved=saved, actor=world.officer)
    assert {row.saved for row in FirstFilter.objects.all()} == {other, fiches}
    assert browser.get(reverse("staff_fiches")).url == f"{reverse('staff_fiches')}?q=club"


def test_view_that_is_shared_no_more_or_deleted_opens_no_list(browser, world):
    owner = AgentFactory()
    saved = save(owner, is_shared=True)
    services.open_first(saved=saved, actor=world.officer)
    services.change_filter(saved=saved, name=saved.name, is_shared=False, actor=owner)
    assert browser.get(reverse("staff_applications")).status_code == 200
    services.delete_filter(saved=saved, actor=owner)
    assert not FirstFilter.objects.exists()


def test_nobody_opens_their_list_on_what_they_may_not_see(client_for, world):
    private = save(AgentFactory())
    fiches = services.save_filter(name="Clubs", query="q=club", is_shared=True, actor=AgentFactory())
    for saved in (private, fiches):
        answer = client_for(world.officer).post(reverse("staff_view_first", args=[saved.pk]))
        assert answer.status_code == 404
    with pytest.raises(PermissionDenied):
        services.open_first(saved=private, actor=world.officer)
    with pytest.raises(PermissionDenied):
        services.open_first(saved=fiches, actor=ManagerFactory().user)


def test_name_may_be_the_same_in_two_lists_and_not_twice_in_one(browser, world):
    services.save_filter(name="Au comité", query="q=club", is_shared=False, actor=world.officer)
    save(world.officer)
    refused = browser.post(reverse("staff_view_add"), {"name": "au comite"})
    assert "Une vue enregistrée porte déjà ce nom" in text_of(refused)
    assert refused.context["form"]["name"].value() == "au comite"
    assert SavedFilter.objects.count() == 2


def test_each_list_offers_its_own_filters(browser, world):
    save(world.officer)
    services.save_filter(name="Clubs", query="q=club", is_shared=False, actor=world.officer)
    names = {
        name: [row["saved"].name for row in browser.get(reverse(name)).context["rows"]]
        for name in ("staff_views", "staff_filters")
    }
    assert names == {"staff_views": ["Au comité"], "staff_filters": ["Clubs"]}


def test_view_of_what_is_gone_still_opens(browser, world):
    save(world.officer, query="status=gone&columns=gone&ordering=gone&label=999")
    (saved,) = browser.get(reverse("staff_applications")).context["saved_filters"]
    assert browser.get(saved["url"]).status_code == 200


def test_views_cost_the_same_at_any_number(browser, world, django_assert_max_num_queries):
    counts = []
    for round_number in range(2):
        for number in range(4):
            save(AgentFactory(), name=f"{round_number} {number}", is_shared=True)
        for name in ("staff_applications", "staff_views"):
            browser.get(reverse(name))
            forget()
            with django_assert_max_num_queries(32) as captured:
                browser.get(reverse(name))
            counts.append(len(captured.captured_queries))
    assert counts[:2] == counts[2:]
