import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from wagtail.models import Collection

from guichet.accounts.tests.factories import AgentFactory, UserFactory
from guichet.organizations.enums import AccessStatus, OrganizationStatus
from guichet.organizations.tests.factories import AccessFactory, RequestFactory
from guichet.website.library import Reading
from guichet.website.services import CLIENTS_COLLECTION, PUBLIC_COLLECTION

from .factories import add_document

ADDRESS = "/mediatheque/"


def soup(response) -> BeautifulSoup:
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def titles(response) -> list[str]:
    return [title.text for title in soup(response).select(".row-title")]


def test_visitor_sees_public_documents_and_a_hint(client, public_document, client_document):
    response = client.get(ADDRESS)
    assert titles(response) == ["Guide des bénévoles"]
    hint = soup(response).select_one(".library-hint a")
    assert hint["href"] == f"{reverse('account_login')}?next={ADDRESS}"


def test_client_sees_client_documents_told_apart(client_for, public_document, client_document):
    response = client_for(AccessFactory().user).get(ADDRESS)
    assert titles(response) == ["Modèle de budget", "Guide des bénévoles"]
    assert [badge.text.strip() for badge in soup(response).select(".badge")] == ["Clients seulement"]
    assert soup(response).select(".library-hint") == []


def test_pending_person_sees_public_documents_only(client_for, public_document, client_document):
    response = client_for(RequestFactory().user).get(ADDRESS)
    assert titles(response) == ["Guide des bénévoles"]
    assert "quand votre accès sera approuvé" in soup(response).select_one(".library-hint").text


def test_client_document_sends_a_visitor_to_sign_in(client, client_document):
    response = client.get(client_document.url)
    assert response.status_code == 302
    assert response["Location"] == f"{reverse('account_login')}?next={client_document.url}"


def test_client_document_does_not_exist_for_a_pending_person(client_for, client_document):
    assert client_for(RequestFactory().user).get(client_document.url).status_code == 404


def test_client_document_opens_for_a_client_and_for_staff(client_for, client_document):
    for user in (AccessFactory().user, AgentFactory()):
        response = client_for(user).get(client_document.url)
        assert b"".join(response.streaming_content) == b"bonjour"


def test_public_document_opens_for_everybody(client, public_document):
    assert b"".join(client.get(public_document.url).streaming_content) == b"bonjour"


def test_documents_underneath_a_closed_collection_are_closed(client, client_document):
    Collection.objects.get(name=CLIENTS_COLLECTION).add_child(name="Guides internes")
    add_document("Guide interne", collection="Guides internes")
    assert titles(client.get(ADDRESS)) == []


@pytest.mark.parametrize("query", ["benevoles", "BÉNÉVOLES", "guide bénév"])
def test_search_ignores_accents_and_case(client, public_document, query):
    add_document("Formulaire", collection=PUBLIC_COLLECTION)
    assert titles(client.get(ADDRESS, {"q": query})) == ["Guide des bénévoles"]


def test_search_finds_nothing_that_is_closed(client, client_document):
    response = client.get(ADDRESS, {"q": "budget"})
    assert titles(response) == []
    assert "Essayez avec un seul mot" in soup(response).select_one(".empty").text
    assert soup(response).select_one("input[name=q]")["value"] == "budget"


def test_empty_library_says_so(client, home):
    assert "Aucun document pour le moment" in soup(client.get(ADDRESS)).select_one(".empty").text


@pytest.mark.parametrize("count", [1, 3])
def test_library_costs_the_same_for_one_and_three(client, home, count, django_assert_max_num_queries):
    for number in range(count):
        add_document(f"Document {number}", collection=PUBLIC_COLLECTION)
    client.get(ADDRESS)
    with django_assert_max_num_queries(10):
        assert len(titles(client.get(ADDRESS))) == count


def test_library_has_pages_that_keep_the_search(client, home):
    for number in range(21):
        add_document(f"Fiche {number:02}", collection=PUBLIC_COLLECTION)
    assert len(titles(client.get(ADDRESS, {"q": "fiche"}))) == 20
    second = client.get(ADDRESS, {"q": "fiche", "page": 2})
    assert titles(second) == ["Fiche 20"]
    assert soup(second).select_one("a[rel=prev]")["href"] == "?q=fiche&page=1"


@pytest.mark.parametrize("person", ["visitor", "nobody", "deactivated", "archived"])
def test_client_documents_ask_for_an_active_access_at_a_fiche_in_service(rf, client_document, person):
    request = rf.get(ADDRESS)
    request.user = {
        "visitor": AnonymousUser,
        "nobody": UserFactory,
        "deactivated": lambda: AccessFactory(status=AccessStatus.DEACTIVATED).user,
        "archived": lambda: AccessFactory(organization__status=OrganizationStatus.ARCHIVED).user,
    }[person]()
    assert Reading(request).shown([client_document]) == []


def test_deactivated_person_of_one_fiche_is_a_client_of_another(client_for, client_document):
    user = AccessFactory(status=AccessStatus.DEACTIVATED).user
    AccessFactory(user=user)
    assert titles(client_for(user).get(ADDRESS)) == ["Modèle de budget"]
