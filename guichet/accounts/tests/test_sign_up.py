"""« Inscription »: for a fiche of the list; what a stranger learns (nothing), and what bad input and bad luck get."""

from __future__ import annotations

import re
import threading

import pytest
from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed
from django.db import connection
from django.test import Client
from django.urls import reverse

from guichet.accounts.models import User
from guichet.core.models import Event, OutgoingMessage
from guichet.organizations import forms
from guichet.organizations.enums import AccessStatus
from guichet.organizations.models import Access
from guichet.organizations.tests.factories import AccessFactory, OrganizationFactory
from tests.support.pages import text_of, without_tokens

from .factories import PASSWORD, AgentFactory, UserFactory

pytestmark = pytest.mark.django_db
SIGN_UP, THANKS = "/inscription/", "/merci/"


def typed(fiche=None, **changes) -> dict:
    return {
        "first_name": "Zoé",
        "last_name": "Côté",
        "email": "zoe@example.org",
        "password1": PASSWORD,
        "password2": PASSWORD,
        "organization": (fiche or OrganizationFactory()).pk,
        **changes,
    }


def kinds(to: str) -> list[str]:
    found = OutgoingMessage.objects.filter(to=to).order_by("pk").values_list("kind", flat=True)
    return [kind.rpartition("/")[2] for kind in found]


def confirmation_link(to: str = "zoe@example.org") -> str:
    text = OutgoingMessage.objects.get(to=to, kind="accounts/messages/confirm_email").text
    return re.search(r"http://localhost:8000(/confirmer-courriel/\S+)", text)[1]


def test_sign_up_thanks_and_asks_to_confirm(client):
    organization = OrganizationFactory()
    response = client.post(SIGN_UP, typed(organization), follow=True)
    assert response.redirect_chain == [(THANKS, 302)]
    assert "Merci de nous avoir contactés ! Nous vous répondrons sous peu." in text_of(response)
    person = User.objects.get()
    assert (str(person), person.email, person.username) == ("Zoé Côté", "zoe@example.org", "zoe.cote")
    access = Access.objects.get()
    assert (access.user, access.organization, access.status, access.due_at) == (
        person,
        organization,
        AccessStatus.REQUESTED,
        None,
    )
    assert kinds(person.email) == ["confirm_email"]
    assert "_auth_user_id" not in client.session


def test_sign_up_reaches_the_staff_once_the_address_is_confirmed(client):
    agent = AgentFactory()
    client.post(SIGN_UP, typed())
    assert kinds(agent.email) == []
    address = confirmation_link()
    client.get(address)
    assert not EmailAddress.objects.get(email="zoe@example.org").verified
    response = client.post(address, follow=True)
    assert response.status_code == 200
    assert EmailAddress.objects.get(email="zoe@example.org").verified
    assert Access.objects.get().due_at is not None
    assert kinds(agent.email) == ["request_to_decide"]
    assert kinds("zoe@example.org") == ["confirm_email", "request_received"]
    assert [event.verb for event in Event.objects.order_by("pk")] == [
        "organizations.access_requested",
        "accounts.email_confirmed",
    ]


def test_confirmation_opened_twice_counts_once(client):
    agent = AgentFactory()
    client.post(SIGN_UP, typed())
    address = confirmation_link()
    client.post(address)
    for again in (Client().post(address), Client().get(address)):
        assert again.status_code == 200
        assert "Ce lien ne fonctionne plus : il a déjà servi" in text_of(again)
    assert kinds(agent.email) == ["request_to_decide"]


def test_confirmation_that_breaks_half_way_leaves_nothing_half_done(client):
    def break_down(**kwargs):
        raise ZeroDivisionError

    client.post(SIGN_UP, typed())
    address = confirmation_link()
    email_confirmed.connect(break_down)
    try:
        with pytest.raises(ZeroDivisionError):
            client.post(address)
    finally:
        email_confirmed.disconnect(break_down)
    assert not EmailAddress.objects.get().verified
    client.post(address)
    assert Access.objects.get().due_at is not None


@pytest.mark.parametrize(
    "email", ["ZOE@Example.ORG", "  zoe@example.org ", "\u200bzoe@example.org", "zoe@example.org\u00a0"]
)
def test_sign_up_stores_the_address_in_its_one_spelling(client, email):
    client.post(SIGN_UP, typed(email=email))
    assert User.objects.get().email == "zoe@example.org"
    assert EmailAddress.objects.get().email == "zoe@example.org"


def test_sign_up_with_an_accented_domain_is_fine(client):
    client.post(SIGN_UP, typed(email="zoe@québec.example"))
    assert User.objects.get().email == "zoe@québec.example"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"email": "zoé@example.org"}, "La partie avant le @ ne peut pas contenir d’accent : vérifiez l’adresse."),
        ({"email": f"z@{'a' * 294}.ca"}, "Cette adresse est trop longue : une adresse courriel compte au plus 254"),
        ({"email": "zoe"}, "Cette adresse courriel n’est pas complète."),
        ({"email": ""}, "Champ requis."),
        ({"organization": ""}, "Choisissez votre organisme dans la liste."),
        ({"organization": "99999999"}, "Choisissez votre organisme dans la liste."),
        ({"organization": "9" * 40}, "Choisissez votre organisme dans la liste."),
        ({"organization": "x"}, "Choisissez votre organisme dans la liste."),
        ({"password1": "court", "password2": "court"}, "12 caractères"),
        ({"password2": "autre chose que cela"}, "mot de passe"),
        ({"password1": "Zoé Côté 2026", "password2": "Zoé Côté 2026"}, "ressemble trop à votre nom"),
        ({"password1": "x" * 257, "password2": "x" * 257}, "Au plus 256 caractères."),
        ({"first_name": ""}, "Champ requis."),
        ({"last_name": "x" * 81}, "80"),
    ],
)
def test_sign_up_refused_says_why_and_keeps_what_was_typed(client, changes, sentence):
    response = client.post(SIGN_UP, typed(**changes))
    page = text_of(response)
    assert response.status_code == 200
    assert sentence in page
    assert "error-summary" in page
    assert 'value="Côté"' in page or 'value="Zoé"' in page
    assert PASSWORD not in page
    assert User.objects.count() == 0
    assert OutgoingMessage.objects.count() == 0


@pytest.mark.parametrize("status", ["archived", "requested", "refused"])
def test_sign_up_for_a_fiche_out_of_service_is_refused(client, status):
    response = client.post(SIGN_UP, typed(OrganizationFactory(status=status)))
    assert "Choisissez votre organisme dans la liste." in text_of(response)
    assert User.objects.count() == 0


def test_namesakes_get_identifiers_of_their_own(client):
    for number in range(3):
        Client().post(SIGN_UP, typed(email=f"zoe{number}@example.org"))
    assert sorted(User.objects.values_list("username", flat=True)) == ["zoe.cote", "zoe.cote2", "zoe.cote3"]


@pytest.mark.parametrize(("first", "last", "username"), [("美", "山", "mei.shan"), ("!!", "??", "personne")])
def test_names_of_any_alphabet_get_an_identifier(client, first, last, username):
    client.post(SIGN_UP, typed(first_name=first, last_name=last))
    assert User.objects.get().username == username


# --- An address that has an account ---------------------------------------------------------------


def answer(email: str) -> tuple:
    """All that a stranger sees of the answer, the address itself left out."""
    client = Client()
    response = client.post(SIGN_UP, typed(email=email))
    thanks = client.get(response.headers["Location"])
    cookies = {name: {**cookie, "expires": ""} for name, cookie in response.cookies.items() if name != "messages"}
    headers = {name: value for name, value in response.headers.items() if name != "Expires"}
    return (
        response.status_code,
        headers,
        response.content,
        cookies,
        thanks.status_code,
        without_tokens(thanks).replace(email, ""),
    )


def test_sign_up_never_tells_whether_an_account_exists(client):
    organization = OrganizationFactory()
    known = AccessFactory(organization=organization, user=UserFactory(email="connue@example.org")).user
    before = list(User.objects.order_by("pk").values())
    assert answer("connue@example.org") == answer("inconnue@example.org")
    assert list(User.objects.filter(pk=known.pk).values()) == before
    assert kinds("connue@example.org") == ["account_exists"]
    assert kinds("inconnue@example.org") == ["confirm_email"]


@pytest.mark.parametrize("email", ["connue@example.org", "CONNUE@Example.org ", "\u200bconnue@example.org"])
def test_owner_of_the_account_is_told_by_email(client, email):
    person = UserFactory(email="connue@example.org")
    client.post(SIGN_UP, typed(email=email))
    assert Access.objects.count() == 0
    (message,) = OutgoingMessage.objects.all()
    assert (message.to, message.kind) == (person.email, "accounts/messages/account_exists")
    assert "a déjà un compte" in message.text
    assert "http://localhost:8000/connexion/" in message.text
    assert "http://localhost:8000/mot-de-passe/oublie/" in message.text
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_sign_up_with_a_weak_password_tells_no_more_about_a_known_address(client):
    UserFactory(email="connue@example.org")
    pages = [
        without_tokens(Client().post(SIGN_UP, typed(OrganizationFactory(), email=email, password1="x", password2="x")))
        for email in ("connue@example.org", "inconn@example.org")
    ]
    assert [len(page) > 0 and "12" in page for page in pages] == [True, True]
    assert OutgoingMessage.objects.count() == 0


# --- Twice ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("same_browser", [True, False])
def test_double_click_is_one_sign_up(client, same_browser):
    data = typed()
    first = client.post(SIGN_UP, data, follow=True)
    second = (client if same_browser else Client()).post(SIGN_UP, data, follow=True)
    assert first.redirect_chain == second.redirect_chain == [(THANKS, 302)]
    assert "Merci de nous avoir contactés" in text_of(second)
    assert User.objects.count() == Access.objects.count() == 1
    assert kinds("zoe@example.org") == ["confirm_email"]


def at_the_same_moment(monkeypatch, *posts: dict) -> list[str]:
    """Post sign-ups from several browsers, all checked before any is saved; where each was led."""
    barrier = threading.Barrier(len(posts))
    passed = threading.local()
    # The barrier stands before the transaction: within it, SQLite would let nobody else begin one.
    monkeypatch.setattr(forms.SignUpForm, "full_clean", _after(forms.SignUpForm.full_clean, barrier, passed))
    places: list[str] = []

    def post(data: dict) -> None:
        try:
            places.append(Client().post(SIGN_UP, data).headers["Location"])
        finally:
            connection.close()

    threads = [threading.Thread(target=post, args=(data,)) for data in posts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return places


def _after(full_clean, barrier: threading.Barrier, passed: threading.local):
    def wrapped(self) -> None:
        full_clean(self)
        if self.is_bound and not getattr(passed, "once", False):
            passed.once = True
            barrier.wait(timeout=20)

    return wrapped


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_are_one_sign_up(monkeypatch):
    data = typed()
    assert at_the_same_moment(monkeypatch, data, data) == [THANKS, THANKS]
    assert User.objects.count() == Access.objects.count() == 1
    assert kinds("zoe@example.org") == ["confirm_email"]


@pytest.mark.django_db(transaction=True)
def test_two_namesakes_at_the_same_moment_are_two_sign_ups(monkeypatch):
    organization = OrganizationFactory()
    posts = [typed(organization, email=f"zoe{number}@example.org") for number in range(2)]
    assert at_the_same_moment(monkeypatch, *posts) == [THANKS, THANKS]
    assert sorted(User.objects.values_list("username", flat=True)) == ["zoe.cote", "zoe.cote2"]
    assert Access.objects.count() == 2


def test_sign_up_is_limited(client, rate_limits):
    statuses = [client.post(SIGN_UP, typed(email=f"z{n}@example.org")).status_code for n in range(21)]
    assert statuses == [302] * 20 + [429]


# --- Many fiches, without JavaScript --------------------------------------------------------------


def many_fiches() -> None:
    OrganizationFactory.create_batch(401)


def test_plain_list_holds_every_fiche_while_there_are_few(client):
    OrganizationFactory.create_batch(5)
    page = client.get("/connexion/").content.decode()
    assert page.count("<option") == 6
    assert "Chercher la fiche" not in page


def test_many_fiches_are_searched_first(client):
    many_fiches()
    wanted = OrganizationFactory(name="École de l’Érable")
    page = client.get("/connexion/").content.decode()
    assert page.count("<option") == 1
    assert "Chercher la fiche" in page
    found = client.post(SIGN_UP, typed(wanted, organization="", fiche_q="ERABLE ecole", chercher="1"))
    page = found.content.decode()
    assert f'<option value="{wanted.pk}">École de l’Érable — Victoriaville</option>' in page
    assert 'value="Zoé"' in page
    assert "error-summary" not in page
    assert PASSWORD not in page
    assert User.objects.count() == 0


def test_fiche_chosen_among_many_is_kept_when_another_field_is_refused(client):
    many_fiches()
    wanted = OrganizationFactory(name="École de l’Érable")
    page = client.post(SIGN_UP, typed(wanted, first_name="", fiche_q="erable")).content.decode()
    assert f'<option value="{wanted.pk}" selected>' in page


def test_sign_up_for_a_fiche_among_many_works(client):
    many_fiches()
    wanted = OrganizationFactory(name="École de l’Érable")
    assert client.post(SIGN_UP, typed(wanted)).headers["Location"] == THANKS
    assert Access.objects.get().organization == wanted


def test_signed_in_person_does_not_sign_up_again(client_for):
    assert client_for(UserFactory()).get(SIGN_UP).headers["Location"] == reverse("organizations:area")
