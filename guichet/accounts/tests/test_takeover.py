"""Nobody gets into an account by an address that is not proven to be theirs."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC

from guichet.accounts.tests.factories import PASSWORD, UserFactory
from guichet.core.models import OutgoingMessage
from tests.support.pages import text_of

pytestmark = pytest.mark.django_db


def confirmation_link(user) -> str:
    address = EmailAddress.objects.get(user=user)
    return f"/confirmer-courriel/{EmailConfirmationHMAC.create(address).key}/"


def test_reset_is_never_sent_to_a_new_address_that_nobody_confirmed(client):
    person = UserFactory()
    EmailAddress.objects.create(user=person, email="mal-ecrite@example.org", verified=False, primary=False)
    client.post("/mot-de-passe/oublie/", {"email": "mal-ecrite@example.org"})
    kinds = OutgoingMessage.objects.filter(to="mal-ecrite@example.org").values_list("kind", flat=True)
    assert list(kinds) == ["accounts/messages/unknown_account"]


def test_confirmation_in_another_browser_asks_for_the_password(client):
    person = UserFactory(confirmed=False)
    link = confirmation_link(person)
    assert "Votre mot de passe" in text_of(client.get(link))
    client.post(link)
    client.post(link, {"password": "pas-le-bon-mot-de-passe"})
    assert not EmailAddress.objects.get(user=person).verified
    client.post(link, {"password": PASSWORD})
    assert EmailAddress.objects.get(user=person).verified


def test_owner_of_an_address_that_another_account_announced_can_sign_up(client):
    from guichet.organizations.tests.factories import OrganizationFactory

    EmailAddress.objects.create(user=UserFactory(), email="moi@example.org", verified=False, primary=False)
    typed = {
        "first_name": "Rose",
        "last_name": "Houle",
        "email": "moi@example.org",
        "password1": PASSWORD,
        "password2": PASSWORD,
        "organization": OrganizationFactory().pk,
    }
    client.post("/inscription/", typed)
    assert EmailAddress.objects.get(email="moi@example.org").user.first_name == "Rose"


@pytest.mark.parametrize("name", ["Gagnez 500 $ http://evil.example", "www.gagnez.com", "voyez gagnez.com"])
def test_name_holds_no_link(client_for, name):
    person = UserFactory()
    answer = client_for(person).post("/profil/", {"first_name": name, "last_name": "Houle", "phone": ""})
    assert "Retirez le lien" in text_of(answer)
