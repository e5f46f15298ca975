"""« Utilisateurs » over HTTP: what a gestionnaire does, and what everybody else gets for trying."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from guichet.accounts.tests.factories import PASSWORD, AgentFactory, UserFactory
from guichet.core.models import Event, OutgoingMessage
from guichet.organizations import services
from guichet.organizations.enums import AccessStatus, InvitationStatus, Role
from guichet.organizations.models import Access, Invitation
from tests.support.pages import end_session, text_of

from .factories import AccessFactory, InvitationFactory, ManagerFactory, RequestFactory

pytestmark = pytest.mark.django_db
CONFIRMED = {"confirmed": "1"}


def url(name: str, organization, *args) -> str:
    return reverse(f"organizations:{name}", args=[organization.pk, *args])


def invited_request(manager: Access, **kwargs) -> Access:
    """Somebody whom the fiche invited and who awaits its approval."""
    invitation = InvitationFactory(organization=manager.organization, invited_by=manager.user)
    return RequestFactory(organization=manager.organization, invitation=invitation, **kwargs)


def state(access: Access) -> tuple[str, str]:
    access.refresh_from_db()
    return access.status, access.role


def kinds(to: str) -> list[str]:
    found = OutgoingMessage.objects.filter(to=to).order_by("pk").values_list("kind", flat=True)
    return [kind.rpartition("/")[2] for kind in found]


ACTIVE_MANAGER = (AccessStatus.ACTIVE, Role.MANAGER)
ACTIVE_CONTRIBUTOR = (AccessStatus.ACTIVE, Role.CONTRIBUTOR)


# --- The page -------------------------------------------------------------------------------------


def test_page_shows_everybody_in_their_place(client_for):
    manager = ManagerFactory()
    organization = manager.organization
    contributor = AccessFactory(organization=organization, user=UserFactory(job_title="Trésorière"))
    pending = invited_request(manager)
    uninvited = RequestFactory(organization=organization)
    gone = AccessFactory(organization=organization, status=AccessStatus.DEACTIVATED)
    open_one = InvitationFactory(organization=organization, email="attend@example.org")
    InvitationFactory(
        organization=organization, email="annulee@example.org", status="cancelled", closed_at=timezone.now()
    )
    page = text_of(client_for(manager.user).get(url("users", organization)))
    for words in (
        "Utilisateurs en attente d’approbation",
        "Approuver en tant que",
        "En attente chez LSCQ",
        "Gestionnaires",
        "Collaborateurs",
        "Invitations en attente",
        "Accès désactivés",
        "Trésorière",
        "Seul gestionnaire : nommez quelqu’un d’autre avant de changer son accès.",
        "Un utilisateur nécessite une approbation. Accéder aux utilisateurs ici.",
        open_one.email,
        *(access.user.email for access in (manager, contributor, pending, uninvited, gone)),
    ):
        assert words in page
    assert "annulee@example.org" not in page
    assert url("approve", organization, pending.pk) in page
    assert url("approve", organization, uninvited.pk) not in page


def test_page_of_a_contributor_shows_people_without_actions(client_for):
    manager = ManagerFactory()
    contributor = AccessFactory(organization=manager.organization)
    invited_request(manager)
    gone = AccessFactory(organization=manager.organization, status=AccessStatus.DEACTIVATED)
    InvitationFactory(organization=manager.organization, email="attend@example.org")
    page = text_of(client_for(contributor.user).get(url("users", manager.organization)))
    assert manager.user.email in page
    for words in ("attend@example.org", gone.user.email, "Approuver", "Désactiver", "Inviter", "nécessite"):
        assert words not in page


def test_page_counts_what_awaits_in_the_plural(client_for):
    manager = ManagerFactory()
    invited_request(manager)
    invited_request(manager)
    page = text_of(client_for(manager.user).get(url("home", manager.organization)))
    assert "2 utilisateurs nécessitent une approbation. Accéder aux utilisateurs ici." in page


def test_page_does_not_count_whoever_has_not_confirmed_their_address(client_for):
    manager = ManagerFactory()
    invited_request(manager, user=UserFactory(confirmed=False))
    page = text_of(client_for(manager.user).get(url("users", manager.organization)))
    assert "nécessite une approbation" not in page


def test_page_shows_names_that_look_like_html_as_they_are(client_for):
    manager = ManagerFactory(user=UserFactory(first_name="<b>Zoé</b>"))
    AccessFactory(organization=manager.organization, status=AccessStatus.DEACTIVATED, reason="<script>x</script>")
    page = text_of(client_for(manager.user).get(url("users", manager.organization)))
    assert "<b>Zoé</b>" not in page
    assert "<script>x</script>" not in page
    assert escape("<b>Zoé</b>") in page


def test_page_of_staff_shows_every_request(client_for):
    manager = ManagerFactory()
    uninvited = RequestFactory(organization=manager.organization)
    page = text_of(client_for(AgentFactory()).get(url("users", manager.organization)))
    assert url("approve", manager.organization, uninvited.pk) in page
    assert "à titre d’employé de LSCQ" in page


# --- Invitations ----------------------------------------------------------------------------------


def invite(client, organization, emails: str, **data):
    return client.post(url("invite", organization), {"emails": emails, "role": "later", **data}, follow=True)


def test_invite_sends_and_confirms(client_for):
    manager = ManagerFactory()
    response = invite(
        client_for(manager.user), manager.organization, "Un@example.org, deux@example.org\n<trois@example.org>"
    )
    assert response.redirect_chain == [(url("users", manager.organization), 302)]
    page = text_of(response)
    assert "done-dialog" in page
    assert "Les invitations sont en route vers un@example.org, deux@example.org, trois@example.org." in page
    assert sorted(Invitation.objects.values_list("email", "role", "status")) == [
        ("deux@example.org", "", InvitationStatus.SENT),
        ("trois@example.org", "", InvitationStatus.SENT),
        ("un@example.org", "", InvitationStatus.SENT),
    ]
    message = OutgoingMessage.objects.get(to="un@example.org")
    assert message.subject == "Invitation à l’espace client de LSCQ"
    assert "http://localhost:8000/invitation/" in message.text


def test_invite_with_a_role_and_a_word(client_for):
    manager = ManagerFactory()
    invite(client_for(manager.user), manager.organization, "un@example.org", role="manager", word="À bientôt!")
    invitation = Invitation.objects.get()
    assert (invitation.role, invitation.word) == (Role.MANAGER, "À bientôt!")


def test_invite_double_click_sends_once_and_says_so(client_for):
    manager = ManagerFactory()
    client = client_for(manager.user)
    invite(client, manager.organization, "un@example.org")
    page = text_of(invite(client, manager.organization, "un@example.org"))
    assert "un@example.org a déjà une invitation en attente : vous pouvez la renvoyer." in page
    assert Invitation.objects.count() == 1
    assert kinds("un@example.org") == ["invitation"]


def test_invite_a_member_or_somebody_who_asked_says_so(client_for):
    manager = ManagerFactory()
    member, pending = (
        AccessFactory(organization=manager.organization),
        RequestFactory(organization=manager.organization),
    )
    page = text_of(
        invite(client_for(manager.user), manager.organization, f"{member.user.email.upper()} {pending.user.email}")
    )
    assert f"{member.user.email} a déjà accès à cette fiche." in page
    assert f"{pending.user.email} a déjà demandé l’accès : sa demande attend une approbation." in page
    assert Invitation.objects.count() == 0


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"emails": ""}, "requis"),
        ({"emails": "un@example.org zoé@example.org"}, "zoé@example.org : La partie avant le @ ne peut pas contenir"),
        ({"emails": f"z@{'a' * 294}.ca"}, "Cette adresse est trop longue"),
        (
            {"emails": "un@example.org, pas-une-adresse"},
            "pas-une-adresse : Cette adresse courriel n’est pas complète.",
        ),
        ({"emails": " ".join(f"a{n}@example.org" for n in range(21))}, "Au plus vingt adresses à la fois."),
        ({"emails": "un@example.org", "word": "Voyez https://pub.example"}, "Retirez le lien"),
        ({"emails": "un@example.org", "word": "x" * 501}, "500"),
        ({"emails": "un@example.org", "role": "owner"}, "Sélectionnez un choix valide"),
    ],
)
def test_invite_refused_says_why_and_keeps_what_was_typed(client_for, data, sentence):
    manager = ManagerFactory()
    response = client_for(manager.user).post(
        url("invite", manager.organization), {"role": "later", "word": "Bonjour", **data}
    )
    page = text_of(response)
    assert response.status_code == 200
    assert sentence in page
    assert "error-summary" in page
    assert escape(data["emails"]) in page
    assert Invitation.objects.count() == OutgoingMessage.objects.count() == 0


def test_invite_past_the_limit_is_told(client_for):
    manager = ManagerFactory()
    InvitationFactory.create_batch(50, organization=manager.organization)
    page = text_of(invite(client_for(manager.user), manager.organization, "un@example.org"))
    assert "Trop d’invitations sont en attente." in page


def test_resend_sends_a_new_link(client_for):
    manager = ManagerFactory()
    invitation = InvitationFactory(organization=manager.organization, token="ancien")
    client = client_for(manager.user)
    page = text_of(client.post(url("resend_invitation", manager.organization, invitation.pk), follow=True))
    assert f"Un nouveau lien est en route vers {invitation.email}." in page
    assert services.find_invitation("ancien") is None
    assert kinds(invitation.email) == ["invitation"]


def test_cancel_asks_first(client_for):
    manager = ManagerFactory()
    invitation = InvitationFactory(organization=manager.organization)
    client, address = client_for(manager.user), url("cancel_invitation", manager.organization, invitation.pk)
    for asked in (client.get(address), client.post(address)):
        assert f"Annuler l’invitation de {invitation.email}?" in text_of(asked)
    invitation.refresh_from_db()
    assert invitation.status == InvitationStatus.SENT
    done = client.post(address, CONFIRMED, follow=True)
    assert f"L’invitation de {invitation.email} est annulée." in text_of(done)
    invitation.refresh_from_db()
    assert invitation.status == InvitationStatus.CANCELLED
    again = client.post(address, CONFIRMED, follow=True)
    assert "Cette invitation a été annulée." in text_of(again)


# --- Decisions ------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", Role)
def test_approve_opens_the_door(client_for, role):
    manager = ManagerFactory()
    pending = invited_request(manager)
    response = client_for(manager.user).post(
        url("approve", manager.organization, pending.pk), {"role": role}, follow=True
    )
    assert f"{pending.user} a maintenant accès à la fiche, comme {role.label.lower()}." in text_of(response)
    assert state(pending) == (AccessStatus.ACTIVE, role)
    assert kinds(pending.user.email) == ["approved"]


def test_approve_after_somebody_else_says_who_and_when(client_for):
    manager = ManagerFactory(user=UserFactory(first_name="Aline", last_name="Roy"))
    second = ManagerFactory(organization=manager.organization)
    pending = invited_request(manager)
    address = url("approve", manager.organization, pending.pk)
    client_for(manager.user).post(address, {"role": "contributor"})
    page = text_of(client_for(second.user).post(address, {"role": "manager"}, follow=True))
    assert "Déjà fait : Aline Roy a décidé pour" in page
    assert "« actif (collaborateur) »" in page
    assert state(pending) == ACTIVE_CONTRIBUTOR
    assert kinds(pending.user.email) == ["approved"]


@pytest.mark.parametrize("data", [{}, {"role": ""}, {"role": "owner"}])
def test_approve_without_a_role_of_ours_is_403(client_for, data):
    manager = ManagerFactory()
    pending = invited_request(manager)
    response = client_for(manager.user).post(url("approve", manager.organization, pending.pk), data)
    assert response.status_code == 403
    assert pending.status == AccessStatus.REQUESTED


def test_approve_somebody_whom_lscq_decides_is_403(client_for):
    manager = ManagerFactory()
    uninvited = RequestFactory(organization=manager.organization)
    response = client_for(manager.user).post(
        url("approve", manager.organization, uninvited.pk), {"role": "contributor"}
    )
    assert response.status_code == 403
    assert state(uninvited) == (AccessStatus.REQUESTED, "")


def test_refuse_asks_for_the_reason_and_sends_it(client_for):
    manager = ManagerFactory()
    pending = invited_request(manager)
    client, address = client_for(manager.user), url("refuse", manager.organization, pending.pk)
    assert "Refuser la demande de" in text_of(client.get(address))
    without = text_of(client.post(address, {**CONFIRMED, "reason": " "}))
    assert "error-summary" in without
    assert state(pending) == (AccessStatus.REQUESTED, "")
    done = client.post(address, {**CONFIRMED, "reason": "Nous ne vous connaissons pas."}, follow=True)
    assert f"La demande de {pending.user} est refusée." in text_of(done)
    assert state(pending) == (AccessStatus.REFUSED, "")
    assert "Nous ne vous connaissons pas." in OutgoingMessage.objects.get(to=pending.user.email).text


def test_deactivate_asks_first_then_tells_the_person(client_for):
    manager = ManagerFactory()
    contributor = AccessFactory(organization=manager.organization)
    client, address = client_for(manager.user), url("deactivate", manager.organization, contributor.pk)
    for asked in (client.get(address), client.post(address, {"reason": "Pas encore"})):
        assert f"Désactiver l’accès de {contributor.user}?" in text_of(asked)
    assert state(contributor) == ACTIVE_CONTRIBUTOR
    done = client.post(address, {**CONFIRMED, "reason": "A quitté le club."}, follow=True)
    assert f"L’accès de {contributor.user} est désactivé." in text_of(done)
    assert state(contributor) == (AccessStatus.DEACTIVATED, Role.CONTRIBUTOR)
    assert "A quitté le club." in OutgoingMessage.objects.get(to=contributor.user.email).text
    again = client.post(address, CONFIRMED, follow=True)
    assert "Déjà fait" in text_of(again)
    assert kinds(contributor.user.email) == ["deactivated"]


def test_reactivate_gives_the_role_that_was_pressed(client_for):
    manager = ManagerFactory()
    gone = AccessFactory(organization=manager.organization, status=AccessStatus.DEACTIVATED)
    address = url("reactivate", manager.organization, gone.pk)
    page = text_of(client_for(manager.user).post(address, {"role": "manager"}, follow=True))
    assert f"L’accès de {gone.user} est réactivé, comme gestionnaire." in page
    assert state(gone) == ACTIVE_MANAGER


def test_change_role_up_and_down(client_for):
    manager = ManagerFactory()
    other = AccessFactory(organization=manager.organization)
    client, address = client_for(manager.user), url("change_role", manager.organization, other.pk)
    assert f"{other.user} est maintenant gestionnaire." in text_of(
        client.post(address, {"role": "manager"}, follow=True)
    )
    assert state(other) == ACTIVE_MANAGER
    client.post(address, {"role": "contributor"})
    assert state(other) == ACTIVE_CONTRIBUTOR


# --- The last gestionnaire ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "data"),
    [("deactivate", CONFIRMED), ("change_role", {"role": "contributor"}), ("leave", CONFIRMED)],
)
def test_last_manager_stays_and_is_told_why(client_for, name, data):
    manager = ManagerFactory()
    args = [] if name == "leave" else [manager.pk]
    response = client_for(manager.user).post(url(name, manager.organization, *args), data, follow=True)
    assert response.status_code == 200
    assert "C’est la dernière personne gestionnaire de cette fiche." in text_of(response)
    assert state(manager) == ACTIVE_MANAGER
    assert Event.objects.count() == OutgoingMessage.objects.count() == 0


def test_last_manager_is_not_taken_away_by_staff_either(client_for):
    manager = ManagerFactory()
    address = url("deactivate", manager.organization, manager.pk)
    page = text_of(client_for(AgentFactory()).post(address, CONFIRMED, follow=True))
    assert "C’est la dernière personne gestionnaire" in page
    assert state(manager) == ACTIVE_MANAGER


def test_manager_who_is_not_the_last_may_step_down_and_leave(client_for):
    manager, _other = (first := ManagerFactory()), ManagerFactory(organization=first.organization)
    client = client_for(manager.user)
    client.post(url("change_role", manager.organization, manager.pk), {"role": "contributor"})
    assert state(manager) == ACTIVE_CONTRIBUTOR
    raised = client.post(url("change_role", manager.organization, manager.pk), {"role": "manager"})
    assert raised.status_code == 403
    left = client.post(url("leave", manager.organization), CONFIRMED)
    assert left.headers["Location"] == reverse("organizations:area")
    assert state(manager)[0] == AccessStatus.DEACTIVATED


def test_manager_who_deactivates_themself_lands_outside(client_for):
    manager, _other = (first := ManagerFactory()), ManagerFactory(organization=first.organization)
    address = url("deactivate", manager.organization, manager.pk)
    response = client_for(manager.user).post(address, CONFIRMED, follow=True)
    assert response.redirect_chain[-1][0] == reverse("organizations:area")
    assert "Accès qui ont pris fin" in text_of(response)


# --- Whoever may not ------------------------------------------------------------------------------


def actions(organization, access: Access, invitation: Invitation) -> list[tuple[str, dict]]:
    """Every address of a gestionnaire, with a POST that would do it."""
    return [
        (url("invite", organization), {"emails": "un@example.org", "role": "manager"}),
        (url("confirm_people", organization), {}),
        (url("hand_over", organization), {"successor": access.pk}),
        (url("approve", organization, access.pk), {"role": "manager"}),
        (url("refuse", organization, access.pk), {**CONFIRMED, "reason": "Non."}),
        (url("deactivate", organization, access.pk), CONFIRMED),
        (url("reactivate", organization, access.pk), {"role": "manager"}),
        (url("change_role", organization, access.pk), {"role": "manager"}),
        (url("resend_invitation", organization, invitation.pk), {}),
        (url("cancel_invitation", organization, invitation.pk), CONFIRMED),
    ]


def snapshot() -> tuple:
    return (
        list(Access.objects.order_by("pk").values_list("pk", "status", "role", "user", "organization")),
        list(Invitation.objects.order_by("pk").values_list("pk", "status", "token_hash")),
        OutgoingMessage.objects.count(),
        Event.objects.count(),
    )


@pytest.mark.parametrize("which", ["oneself", "manager", "pending", "deactivated"])
def test_contributor_posting_to_a_managers_address_gets_403(client_for, which):
    manager = ManagerFactory()
    contributor = AccessFactory(organization=manager.organization)
    target = {
        "oneself": contributor,
        "manager": manager,
        "pending": invited_request(manager),
        "deactivated": AccessFactory(organization=manager.organization, status=AccessStatus.DEACTIVATED),
    }[which]
    invitation = InvitationFactory(organization=manager.organization)
    client, before = client_for(contributor.user), snapshot()
    for address, data in actions(manager.organization, target, invitation):
        assert client.post(address, data).status_code == 403, address
    assert snapshot() == before


def test_manager_of_another_fiche_gets_404(client_for):
    manager, stranger = ManagerFactory(), ManagerFactory()
    contributor = AccessFactory(organization=manager.organization)
    invitation = InvitationFactory(organization=manager.organization)
    client, before = client_for(stranger.user), snapshot()
    for address, data in actions(manager.organization, contributor, invitation):
        assert client.post(address, data).status_code == 404, address
    assert snapshot() == before


def test_access_of_another_fiche_under_ones_own_address_is_404(client_for):
    manager, other = ManagerFactory(), ManagerFactory()
    theirs = AccessFactory(organization=other.organization)
    invitation = InvitationFactory(organization=other.organization)
    client, before = client_for(manager.user), snapshot()
    for address, data in actions(manager.organization, theirs, invitation)[3:]:
        assert client.post(address, data).status_code == 404, address
    handed = client.post(url("hand_over", manager.organization), {"successor": theirs.pk})
    assert "error-summary" in text_of(handed)
    assert snapshot() == before


def test_staff_under_the_wrong_fiche_gets_404_too(client_for):
    manager, other = ManagerFactory(), AccessFactory()
    response = client_for(AgentFactory()).post(url("deactivate", manager.organization, other.pk), CONFIRMED)
    assert response.status_code == 404
    assert state(other) == ACTIVE_CONTRIBUTOR


@pytest.mark.parametrize("status", [AccessStatus.REQUESTED, AccessStatus.REFUSED, AccessStatus.DEACTIVATED])
def test_whoever_is_not_in_gets_the_explaining_page(client_for, status):
    manager = ManagerFactory()
    outsider = AccessFactory(organization=manager.organization, status=status, reason="Le motif.")
    invitation = InvitationFactory(organization=manager.organization)
    client, before = client_for(outsider.user), snapshot()
    for address, data in actions(manager.organization, outsider, invitation):
        response = client.post(address, data)
        assert response.status_code == 403, address
        assert "Voir mes fiches et mes demandes" in text_of(response)
    assert snapshot() == before


# --- Handing over ---------------------------------------------------------------------------------


def test_hand_over_to_somebody_of_the_fiche(client_for):
    manager = ManagerFactory()
    successor = AccessFactory(organization=manager.organization)
    client = client_for(manager.user)
    assert str(successor.user) in text_of(client.get(url("hand_over", manager.organization)))
    done = client.post(url("hand_over", manager.organization), {"successor": successor.pk}, follow=True)
    assert f"Le relais est passé à {successor.user}. Merci!" in text_of(done)
    assert state(successor) == ACTIVE_MANAGER
    assert state(manager)[0] == AccessStatus.DEACTIVATED


def test_hand_over_by_invitation(client_for):
    manager = ManagerFactory()
    client = client_for(manager.user)
    response = client.post(url("hand_over", manager.organization), {"email": "Suite@example.org"}, follow=True)
    assert "L’invitation est en route vers suite@example.org." in text_of(response)
    invitation = Invitation.objects.get()
    assert (invitation.role, invitation.replaces) == (Role.MANAGER, manager)
    assert state(manager) == ACTIVE_MANAGER


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({}, "Choisissez une personne de la fiche"),
        ({"email": "zoé@example.org"}, "accent"),
        ({"successor": "999"}, ""),
    ],
)
def test_hand_over_refused_says_why(client_for, data, sentence):
    manager = ManagerFactory()
    page = text_of(client_for(manager.user).post(url("hand_over", manager.organization), data))
    assert "error-summary" in page
    assert sentence in page
    assert state(manager) == ACTIVE_MANAGER


def test_hand_over_by_staff_who_has_no_access_is_404(client_for):
    manager = ManagerFactory()
    assert client_for(AgentFactory()).get(url("hand_over", manager.organization)).status_code == 404


# --- « Oui, ce sont les bonnes personnes » --------------------------------------------------------


def test_confirm_people_is_noted_once_a_day(client_for):
    manager = ManagerFactory()
    client = client_for(manager.user)
    for _click in range(2):
        page = text_of(client.post(url("confirm_people", manager.organization), follow=True))
        assert "vos utilisateurs sont les bonnes personnes" in page
    assert "Utilisateurs confirmés" in page
    assert [event.verb for event in Event.objects.all()] == ["organizations.people_confirmed"]


def test_confirm_people_by_staff_is_403(client_for):
    assert client_for(AgentFactory()).post(url("confirm_people", ManagerFactory().organization)).status_code == 403


# --- A form left open overnight -------------------------------------------------------------------


def test_invitation_typed_before_the_session_ended_is_not_lost(client_for):
    manager = ManagerFactory()
    client, address = client_for(manager.user), url("invite", manager.organization)
    client.get(address)
    Session.objects.all().delete()
    response = client.post(
        address, {"emails": "un@example.org\ndeux@example.org", "role": "manager", "word": "À bientôt!"}
    )
    assert response.headers["Location"] == f"/connexion/?next={address}"
    assert Invitation.objects.count() == 0
    signed_in = client.post(
        response.headers["Location"],
        {"login": manager.user.email, "password": PASSWORD, "next": address},
        follow=True,
    )
    page = text_of(signed_in)
    assert signed_in.redirect_chain[-1][0] == address
    assert "Votre session avait pris fin. Ce que vous aviez écrit est toujours là" in page
    assert "un@example.org\ndeux@example.org" in page
    assert "À bientôt!" in page
    assert signed_in.context["form"]["role"].value() == "manager"
    assert Invitation.objects.count() == 0
    assert "un@example.org" not in text_of(client.get(address))


@pytest.mark.parametrize("name", ["refuse", "deactivate"])
def test_reason_typed_before_the_session_ended_is_not_lost(client_for, name):
    manager = ManagerFactory()
    target = invited_request(manager) if name == "refuse" else AccessFactory(organization=manager.organization)
    client, address = client_for(manager.user), url(name, manager.organization, target.pk)
    before = state(target)
    end_session(client)
    client.post(address, {**CONFIRMED, "reason": "Un motif bien pesé."})
    page = text_of(
        client.post("/connexion/", {"login": manager.user.email, "password": PASSWORD, "next": address}, follow=True)
    )
    assert "Un motif bien pesé." in page
    assert state(target) == before


def test_bare_action_after_the_session_ended_leads_back_with_a_message(client_for):
    manager = ManagerFactory()
    pending = invited_request(manager)
    client, users = client_for(manager.user), url("users", manager.organization)
    Session.objects.all().delete()
    response = client.post(url("approve", manager.organization, pending.pk), {"role": "manager"})
    assert response.headers["Location"] == f"/connexion/?next={users}"
    signed_in = client.post(
        response.headers["Location"], {"login": manager.user.email, "password": PASSWORD, "next": users}, follow=True
    )
    assert signed_in.redirect_chain[-1] == (users, 302)
    assert signed_in.status_code == 200
    assert state(pending) == (AccessStatus.REQUESTED, "")


def test_bare_action_after_the_session_ended_says_that_nothing_was_done(client):
    manager = ManagerFactory()
    pending = invited_request(manager)
    response = client.post(url("approve", manager.organization, pending.pk), {"role": "manager"}, follow=True)
    assert "Votre session avait pris fin : votre dernier geste n’a pas été fait. Refaites-le." in text_of(response)


@pytest.mark.parametrize("name", ["approve", "reactivate", "change_role"])
def test_action_by_get_is_405(client_for, name):
    manager = ManagerFactory()
    other = AccessFactory(organization=manager.organization)
    assert client_for(manager.user).get(url(name, manager.organization, other.pk)).status_code == 405


def test_visit_is_noted(client_for):
    manager = ManagerFactory(last_used_at=timezone.now() - dt.timedelta(days=300))
    client_for(manager.user).get(url("home", manager.organization))
    manager.refresh_from_db()
    assert timezone.now() - manager.last_used_at < dt.timedelta(minutes=1)
