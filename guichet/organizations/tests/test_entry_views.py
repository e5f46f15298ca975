"""The ways in, over HTTP: the search, a fiche that is not listed, invitations, another fiche, the yearly question."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from allauth.account.models import EmailAddress
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from guichet.accounts.models import User
from guichet.accounts.tests.factories import PASSWORD, AgentFactory, UserFactory
from guichet.core.models import Event, OutgoingMessage
from guichet.organizations import services
from guichet.organizations.enums import AccessStatus, InvitationStatus, Kind, OrganizationStatus, Role
from guichet.organizations.messages import PEOPLE_CHECK_SALT
from guichet.organizations.models import Access, Invitation, Organization
from tests.support.pages import text_of

from .factories import (
    AccessFactory,
    InvitationFactory,
    ManagerFactory,
    MunicipalityFactory,
    OrganizationFactory,
    RequestFactory,
)

pytestmark = pytest.mark.django_db
AREA, THANKS = "/espace/", "/merci/"


def kinds(to: str) -> list[str]:
    found = OutgoingMessage.objects.filter(to=to).order_by("pk").values_list("kind", flat=True)
    return [kind.rpartition("/")[2] for kind in found]


# --- The search -----------------------------------------------------------------------------------


def search(client, query: str) -> list[str]:
    response = client.get(reverse("organizations:search"), {"q": query})
    assert response.status_code == 200
    return [result["name"] for result in response.json()["results"]]


@pytest.mark.parametrize("query", ["érable", "ERABLE", "  l'érable ", "erable victoriaville", "ÉCOLE l’é", "eco era"])
def test_search_ignores_accents_case_and_punctuation(client, query):
    OrganizationFactory(name="École de l’Érable")
    OrganizationFactory(name="Club de natation")
    assert search(client, query) == ["École de l’Érable"]


@pytest.mark.parametrize("query", ["", "   ", "zzz", "%", "_", "x" * 5000, "\x00"])
def test_search_that_finds_nothing_is_empty(client, query):
    OrganizationFactory()
    assert search(client, query) == []


def test_search_shows_only_fiches_in_service_and_not_too_many(client):
    OrganizationFactory.create_batch(25)
    OrganizationFactory(name="Club de natation archivé", status="archived")
    OrganizationFactory(name="Club de natation demandé", status="requested")
    found = search(client, "natation")
    assert len(found) == 20
    assert "Club de natation archivé" not in found


def test_search_says_where_and_what_but_nothing_private(client):
    fiche = OrganizationFactory(name="Club", email="prive@example.org", neq="1234567890")
    response = client.get(reverse("organizations:search"), {"q": "club"})
    assert response.json() == {
        "results": [{"id": fiche.pk, "name": "Club", "detail": "Victoriaville · Associatif (OBNL)"}]
    }


# --- A fiche that is not in the list --------------------------------------------------------------


def fiche_typed(**changes) -> dict:
    return {
        "fiche_name": "Club de pétanque de Daveluyville",
        "kind": Kind.ASSOCIATION,
        "municipality": MunicipalityFactory().pk,
        "reason": "Nous jouons tous les jeudis; je suis la présidente.",
        **changes,
    }


def person_typed(**changes) -> dict:
    return {
        "first_name": "Zoé",
        "last_name": "Côté",
        "email": "zoe@example.org",
        "password1": PASSWORD,
        "password2": PASSWORD,
        **changes,
    }


def test_new_fiche_by_a_visitor_signs_up_and_asks(client):
    agent = AgentFactory()
    address = reverse("organizations:new_fiche")
    assert client.get(address).status_code == 200
    response = client.post(address, {**person_typed(), **fiche_typed()}, follow=True)
    assert response.redirect_chain == [(THANKS, 302)]
    fiche = Organization.objects.get()
    assert (fiche.name, fiche.status) == ("Club de pétanque de Daveluyville", OrganizationStatus.REQUESTED)
    assert fiche.requested_by == User.objects.get(email="zoe@example.org")
    assert fiche.request_reason == "Nous jouons tous les jeudis; je suis la présidente."
    assert kinds(agent.email) == []
    text = OutgoingMessage.objects.get(to="zoe@example.org").text
    client.post(re.search(r"http://localhost:8000(/confirmer-courriel/\S+)", text)[1])
    assert kinds(agent.email) == ["request_to_decide"]


def test_new_fiche_by_a_visitor_twice_is_one(client):
    data = {**person_typed(), **fiche_typed()}
    for browser in (client, Client()):
        assert browser.post(reverse("organizations:new_fiche"), data).headers["Location"] == THANKS
    assert Organization.objects.count() == Access.objects.count() == 1


def test_new_fiche_with_an_address_that_has_an_account_creates_nothing(client):
    UserFactory(email="zoe@example.org")
    response = client.post(reverse("organizations:new_fiche"), {**person_typed(), **fiche_typed()})
    assert response.headers["Location"] == THANKS
    assert Organization.objects.count() == 0
    assert kinds("zoe@example.org") == ["account_exists"]


@pytest.mark.parametrize("field", ["fiche_name", "kind", "municipality", "reason"])
def test_new_fiche_refused_keeps_what_was_typed(client, field):
    response = client.post(reverse("organizations:new_fiche"), {**person_typed(), **fiche_typed(**{field: ""})})
    page = text_of(response)
    assert "error-summary" in page
    assert 'value="Zoé"' in page
    assert PASSWORD not in page
    assert User.objects.count() == Organization.objects.count() == 0


def test_new_fiche_by_a_member_asks(client_for):
    member = ManagerFactory()
    client = client_for(member.user)
    page = text_of(client.get(reverse("organizations:new_fiche")))
    assert "Prénom" not in page
    response = client.post(reverse("organizations:new_fiche"), fiche_typed(), follow=True)
    assert "Merci de nous avoir contactés ! Nous vous répondrons sous peu." in text_of(response)
    assert "Nouvelle fiche demandée" in text_of(response)
    client.post(reverse("organizations:new_fiche"), fiche_typed(fiche_name="club de petanque DE daveluyville "))
    assert Organization.objects.filter(status=OrganizationStatus.REQUESTED).count() == 1


def test_new_fiche_by_staff_is_forbidden(client_for):
    assert client_for(AgentFactory()).get(reverse("organizations:new_fiche")).status_code == 403


# --- Another fiche --------------------------------------------------------------------------------


def test_ask_for_another_fiche(client_for):
    member, other = ManagerFactory(), OrganizationFactory(name="Autre club")
    client = client_for(member.user)
    assert "Autre club" in text_of(client.get(reverse("organizations:ask")))
    response = client.post(reverse("organizations:ask"), {"organization": other.pk}, follow=True)
    assert response.redirect_chain == [(AREA, 302)]
    assert "Vos demandes d’accès en attente" in text_of(response)
    assert Access.objects.get(organization=other).status == AccessStatus.REQUESTED


def test_ask_twice_is_once(client_for):
    person, organization = UserFactory(), OrganizationFactory()
    client = client_for(person)
    for _click in range(2):
        response = client.post(reverse("organizations:ask"), {"organization": organization.pk})
        assert response.headers["Location"] == AREA
    assert Access.objects.count() == 1
    assert kinds(person.email) == ["request_received"]


def test_ask_for_ones_own_fiche_says_so(client_for):
    member = ManagerFactory()
    response = client_for(member.user).post(reverse("organizations:ask"), {"organization": member.organization_id})
    assert "Vous avez déjà accès à cette fiche." in text_of(response)


@pytest.mark.parametrize("status", [AccessStatus.DEACTIVATED, AccessStatus.REFUSED])
def test_former_person_comes_back_as_a_request(client_for, status):
    organization = ManagerFactory().organization
    former = AccessFactory(organization=organization, status=status)
    client_for(former.user).post(reverse("organizations:ask"), {"organization": organization.pk})
    former.refresh_from_db()
    assert (former.status, former.role, former.is_return) == (AccessStatus.REQUESTED, "", True)


def test_ask_without_javascript_searches_first(client_for):
    OrganizationFactory.create_batch(401)
    wanted = OrganizationFactory(name="École de l’Érable")
    page = text_of(
        client_for(UserFactory()).post(reverse("organizations:ask"), {"chercher": "1", "fiche_q": "erable"})
    )
    assert f'<option value="{wanted.pk}">École de l’Érable' in page
    assert Access.objects.count() == 0


def test_ask_by_staff_is_forbidden(client_for):
    assert client_for(AgentFactory()).get(reverse("organizations:ask")).status_code == 403


# --- Our question ---------------------------------------------------------------------------------


def test_question_is_answered_once(client_for):
    agent, request = AgentFactory(), RequestFactory()
    services.ask_details(access=request, question="Qui êtes-vous\npour le club?", actor=agent)
    client = client_for(request.user)
    address = reverse("organizations:answer", args=[request.pk])
    assert address in text_of(client.get(AREA))
    assert "Qui êtes-vous<br>pour le club?" in text_of(client.get(address))
    first = client.post(address, {"answer": "La trésorière."}, follow=True)
    assert "Merci! Votre réponse est transmise." in text_of(first)
    second = client.post(address, {"answer": "La trésorière."}, follow=True)
    assert "Votre réponse nous est déjà parvenue." in text_of(second)
    assert kinds(agent.email) == ["details_given"]


def test_question_of_somebody_else_is_404(client_for):
    request = RequestFactory()
    services.ask_details(access=request, question="Qui?", actor=AgentFactory())
    for person in (UserFactory(), AgentFactory()):
        assert client_for(person).get(reverse("organizations:answer", args=[request.pk])).status_code == 404


def test_empty_answer_is_refused(client_for):
    request = RequestFactory()
    services.ask_details(access=request, question="Qui?", actor=AgentFactory())
    response = client_for(request.user).post(reverse("organizations:answer", args=[request.pk]), {"answer": "  "})
    assert "error-summary" in text_of(response)


# --- Invitations ----------------------------------------------------------------------------------


def link(token: str = "jeton") -> str:
    return reverse("organizations:invitation", args=[token])


def invited(**kwargs) -> Invitation:
    manager = ManagerFactory(organization=kwargs.pop("organization", None) or OrganizationFactory(name="Club Érable"))
    return InvitationFactory(
        **{"token": "jeton", "organization": manager.organization, "invited_by": manager.user, **kwargs}
    )


def test_invitation_shows_the_fiche_locked_and_the_address_filled_in(client):
    invitation = invited(email="zoe@example.org", word="À bientôt!")
    response = client.get(link())
    page = text_of(response)
    assert response.status_code == 200
    assert 'value="zoe@example.org"' in page
    assert (
        "disabled"
        in page.partition('value="zoe@example.org"')[2].partition(">")[0]
        + page.partition('value="zoe@example.org"')[0].rpartition("<")[2]
    )
    assert "Club Érable" in page
    assert "À bientôt!" in page
    assert str(invitation.invited_by) in page
    assert 'name="organization"' not in page
    assert f'action="/connexion/?next={link()}"' in page
    assert "no-store" in response.headers["Cache-Control"]


def test_invited_person_signs_up_and_waits_for_the_managers(client):
    invitation = invited(email="zoe@example.org")
    response = client.post(link(), person_typed(), follow=True)
    assert response.redirect_chain[-1][0] == AREA
    assert "Une personne gestionnaire de la fiche doit l’approuver." in text_of(response)
    access = Access.objects.get(user__email="zoe@example.org")
    assert (access.status, access.invitation) == (AccessStatus.REQUESTED, invitation)
    assert EmailAddress.objects.get(email="zoe@example.org").verified
    assert kinds(invitation.invited_by.email) == ["user_to_approve"]
    assert kinds("zoe@example.org") == ["request_received"]


def test_invited_person_cannot_sign_up_with_another_address(client):
    invited(email="zoe@example.org")
    client.post(link(), person_typed(email="autre@example.org", organization=OrganizationFactory().pk))
    assert User.objects.filter(email="zoe@example.org").count() == 1
    assert not User.objects.filter(email="autre@example.org").exists()
    assert Access.objects.get(user__email="zoe@example.org").organization.name == "Club Érable"


def test_invited_person_whose_role_was_decided_in_advance_is_in(client):
    invited(email="zoe@example.org", role=Role.CONTRIBUTOR)
    response = client.post(link(), person_typed(), follow=True)
    access = Access.objects.get(user__email="zoe@example.org")
    assert (access.status, access.role) == (AccessStatus.ACTIVE, Role.CONTRIBUTOR)
    assert response.redirect_chain[-1][0] == reverse("organizations:home", args=[access.organization_id])
    assert response.status_code == 200


def test_invited_person_double_click_is_one_sign_up(client):
    invited(email="zoe@example.org")
    statuses = [browser.post(link(), person_typed(), follow=True).status_code for browser in (client, client)]
    assert statuses == [200, 200]
    assert User.objects.filter(email="zoe@example.org").count() == 1
    assert Access.objects.filter(user__email="zoe@example.org").count() == 1
    assert kinds("zoe@example.org") == ["request_received"]


def test_invited_sign_up_with_an_address_that_has_an_account_tells_only_its_owner(client):
    invited(email="zoe@example.org")
    UserFactory(email="zoe@example.org")
    response = client.post(link(), person_typed(), follow=True)
    assert response.redirect_chain == [(THANKS, 302)]
    assert kinds("zoe@example.org") == ["account_exists"]
    assert Invitation.objects.get().status == InvitationStatus.SENT
    assert "_auth_user_id" not in client.session


def test_invited_sign_up_refused_keeps_what_was_typed(client):
    invited(email="zoe@example.org")
    page = text_of(client.post(link(), person_typed(password2="autre chose")))
    assert "error-summary" in page
    assert 'value="Côté"' in page
    assert "Club Érable" in page
    assert Invitation.objects.get().status == InvitationStatus.SENT


def test_person_with_an_account_signs_in_and_accepts(client):
    invited(email="zoe@example.org")
    person = UserFactory(email="zoe@example.org")
    response = client.post(
        f"/connexion/?next={link()}", {"login": person.email, "password": PASSWORD, "next": link()}, follow=True
    )
    assert response.redirect_chain[-1][0] == link()
    assert "Accepter l’invitation" in text_of(response)
    assert Access.objects.filter(user=person).count() == 0
    accepted = client.post(link(), follow=True)
    assert accepted.redirect_chain[-1][0] == AREA
    assert Access.objects.get(user=person).status == AccessStatus.REQUESTED


def test_invitation_accepted_twice_is_once(client_for):
    invitation = invited(email="zoe@example.org", role=Role.CONTRIBUTOR)
    client = client_for(UserFactory(email="zoe@example.org"))
    home = reverse("organizations:home", args=[invitation.organization_id])
    for _click in range(2):
        assert client.post(link()).headers["Location"] == home
    assert client.get(link()).headers["Location"] == AREA
    assert kinds(invitation.invited_by.email) == ["joined"]


OVER = [
    ({"expires_at": timezone.now() - dt.timedelta(minutes=1)}, "Cette invitation a expiré."),
    ({"status": InvitationStatus.EXPIRED, "closed_at": timezone.now()}, "Cette invitation a expiré."),
    ({"status": InvitationStatus.CANCELLED, "closed_at": timezone.now()}, "Cette invitation a été annulée."),
    ({"status": InvitationStatus.ACCEPTED, "closed_at": timezone.now()}, "Cette invitation a déjà servi."),
]


@pytest.mark.parametrize(("changes", "sentence"), OVER)
@pytest.mark.parametrize("method", ["get", "post"])
def test_invitation_that_is_over_says_why_to_a_visitor(client, method, changes, sentence):
    invited(email="zoe@example.org", **changes)
    response = getattr(client, method)(link(), person_typed())
    assert response.status_code == 410
    assert sentence in text_of(response)
    assert not User.objects.filter(email="zoe@example.org").exists()


@pytest.mark.parametrize(("changes", "sentence"), OVER)
@pytest.mark.parametrize("method", ["get", "post"])
def test_invitation_that_is_over_says_why_to_whom_it_was_for(client_for, method, changes, sentence):
    invited(email="zoe@example.org", **changes)
    person = UserFactory(email="zoe@example.org")
    response = getattr(client_for(person), method)(link())
    assert response.status_code == 410
    assert sentence in text_of(response)
    assert Access.objects.filter(user=person).count() == 0


@pytest.mark.parametrize("token", ["faux", "x" * 200, "é", "jeton%20"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_forged_invitation_is_404(client, client_for, method, token):
    invited()
    for browser in (client, client_for(UserFactory())):
        response = getattr(browser, method)(f"/invitation/{token}/", person_typed())
        assert response.status_code == 404
        assert "Ce lien d’invitation n’est pas valable" in text_of(response)
    assert not User.objects.filter(email="zoe@example.org").exists()


@pytest.mark.parametrize("method", ["get", "post"])
def test_invitation_opened_by_another_address_is_403_and_tells_nothing_of_it(client_for, method):
    invitation = invited(email="zoe@example.org")
    stranger = UserFactory(email="autre@example.org")
    response = getattr(client_for(stranger), method)(link())
    page = text_of(response)
    assert response.status_code == 403
    assert "Cette invitation est pour une autre adresse" in page
    assert "autre@example.org" in page
    assert "zoe@example.org" not in page
    assert "Club Érable" not in page
    assert Access.objects.filter(user=stranger).count() == 0
    invitation.refresh_from_db()
    assert invitation.status == InvitationStatus.SENT


def test_invitation_is_not_for_whoever_claims_the_address_unconfirmed(client_for):
    invited(email="zoe@example.org")
    claimer = UserFactory(email="autre@example.org")
    EmailAddress.objects.create(user=claimer, email="zoe@example.org", verified=False)
    assert client_for(claimer).post(link()).status_code == 403


def test_replaced_link_is_404(client):
    invitation = invited()
    services.resend_invitation(invitation=invitation, actor=invitation.invited_by)
    assert client.get(link()).status_code == 404


def test_invitation_to_an_archived_fiche_is_404(client):
    invited(organization=OrganizationFactory(status="archived"))
    assert client.get(link()).status_code == 404


def test_invitation_by_somebody_deactivated_since_needs_an_approval(client):
    invitation = invited(email="zoe@example.org", role=Role.MANAGER)
    ManagerFactory(organization=invitation.organization)
    Access.objects.filter(user=invitation.invited_by).update(status=AccessStatus.DEACTIVATED)
    client.post(link(), person_typed())
    access = Access.objects.get(user__email="zoe@example.org")
    assert (access.status, access.role) == (AccessStatus.REQUESTED, "")


def test_deactivated_person_with_an_older_invitation_comes_back_as_a_request(client_for):
    invitation = invited(email="zoe@example.org", role=Role.MANAGER)
    former = AccessFactory(
        organization=invitation.organization,
        user=UserFactory(email="zoe@example.org"),
        status=AccessStatus.DEACTIVATED,
    )
    client_for(former.user).post(link())
    former.refresh_from_db()
    assert (former.status, former.role) == (AccessStatus.REQUESTED, "")


def test_member_who_opens_an_invitation_keeps_their_role(client_for):
    invitation = invited(email="zoe@example.org", role=Role.MANAGER)
    member = AccessFactory(organization=invitation.organization, user=UserFactory(email="zoe@example.org"))
    client_for(member.user).post(link())
    member.refresh_from_db()
    assert (member.status, member.role) == (AccessStatus.ACTIVE, Role.CONTRIBUTOR)


# --- « Toujours les bonnes personnes? » -----------------------------------------------------------


def check_link(manager: Access, **changes) -> str:
    data = {"access": manager.pk, "at": int(timezone.now().timestamp()), **changes}
    return reverse("organizations:people_check", args=[signing.dumps(data, salt=PEOPLE_CHECK_SALT)])


def test_people_check_asks_on_get_and_notes_on_post(client):
    manager = ManagerFactory()
    address = check_link(manager)
    asked = client.get(address)
    assert "Oui, ce sont les bonnes personnes" in text_of(asked)
    assert Organization.objects.get().people_confirmed_at is None
    assert Event.objects.count() == 0
    answered = client.post(address)
    assert "Merci, c’est noté!" in text_of(answered)
    assert Organization.objects.get().people_confirmed_at is not None
    client.post(address)
    (event,) = Event.objects.all()
    assert (event.verb, event.actor) == ("organizations.people_confirmed", manager.user)


def test_people_check_link_of_the_message_works(client):
    manager = ManagerFactory()
    Organization.objects.update(created_at=timezone.now() - dt.timedelta(days=800))
    assert services.send_people_checks() == 1
    message = OutgoingMessage.objects.get(to=manager.user.email)
    assert message.secret
    address = re.search(r"http://localhost:8000(/bonnes-personnes/\S+)", message.text)[1]
    assert client.get(address).status_code == 200


def assert_link_is_none(client, address: str) -> None:
    for response in (client.get(address), client.post(address)):
        assert response.status_code == 404
        assert "Ce lien n’est plus valable" in text_of(response)
    assert not Organization.objects.filter(people_confirmed_at__isnull=False).exists()


def test_people_check_with_a_forged_link_is_404(client):
    manager = ManagerFactory()
    assert_link_is_none(client, reverse("organizations:people_check", args=["forged:1xYz:forged"]))
    other_salt = signing.dumps({"access": manager.pk, "at": 1}, salt="another")
    assert_link_is_none(client, reverse("organizations:people_check", args=[other_salt]))


def test_people_check_with_an_old_link_is_404(client, monkeypatch):
    manager = ManagerFactory()
    written = timezone.now() - dt.timedelta(days=91)
    with monkeypatch.context() as patch:
        patch.setattr(signing.time, "time", written.timestamp)
        address = check_link(manager)
    assert_link_is_none(client, address)


@pytest.mark.parametrize(
    "changes",
    [
        {"status": AccessStatus.DEACTIVATED},
        {"role": Role.CONTRIBUTOR},
        {"status": AccessStatus.REQUESTED, "role": "", "decided_at": None},
    ],
)
def test_people_check_by_somebody_who_is_manager_no_more_is_404(client, changes):
    manager = ManagerFactory()
    address = check_link(manager)
    Access.objects.filter(pk=manager.pk).update(**changes)
    assert_link_is_none(client, address)


def test_people_check_of_an_archived_fiche_or_a_closed_account_is_404(client):
    manager = ManagerFactory(organization=OrganizationFactory(status="archived"))
    assert_link_is_none(client, check_link(manager))
    closed = ManagerFactory(user=UserFactory(is_active=False))
    assert_link_is_none(client, check_link(closed))


def test_people_check_of_an_access_that_is_gone_is_404(client):
    assert_link_is_none(client, check_link(ManagerFactory(), access=999999))
