"""The staff's accounts in the admin."""

from __future__ import annotations

import pytest
from django.urls import reverse

from guichet.accounts.models import User
from guichet.accounts.services import AGENTS_GROUP
from guichet.core.models import Event

from .factories import AdminFactory, AgentFactory, UserFactory

pytestmark = pytest.mark.django_db

NEW = {
    "username": "anne.roy",
    "email": "Anne.Roy@Example.org ",
    "first_name": "Anne",
    "last_name": "Roy",
    "password1": "sapin-riviere-canot",
    "password2": "sapin-riviere-canot",
    "is_staff": "on",
}


def test_an_admin_creates_an_agent_and_the_timeline_says_who(client_for):
    admin = AdminFactory(first_name="Isabelle", last_name="Fortin")
    page = client_for(admin).get(reverse("wagtailusers_users:add")).content.decode()
    assert 'name="is_staff"' in page
    response = client_for(admin).post(reverse("wagtailusers_users:add"), NEW)
    assert response.status_code == 302
    user = User.objects.get(username="anne.roy")
    assert (user.email, user.is_staff, user.is_superuser) == ("anne.roy@example.org", True, False)
    assert user.groups.get().name == AGENTS_GROUP
    sentence = "Isabelle Fortin a donné à Anne Roy l’accès à la gestion, comme agent."
    assert Event.objects.of_person(user).get().sentence == sentence


def test_an_admin_withdraws_an_agent(client_for):
    agent = AgentFactory()
    url = reverse("wagtailusers_users:edit", args=[agent.pk])
    data = {
        "username": agent.username,
        "first_name": "A",
        "last_name": "B",
        "is_active": "on",
        "email": "autre@example.org",
    }
    assert client_for(AdminFactory()).post(url, data).status_code == 302
    former, agent = agent, User.objects.get(pk=agent.pk)
    assert (agent.is_staff, agent.groups.count(), agent.first_name) == (False, 0, "A")
    assert agent.email == former.email


def test_an_admin_who_edits_themself_stays_admin(client_for):
    admin = AdminFactory()
    url = reverse("wagtailusers_users:edit", args=[admin.pk])
    client = client_for(admin)
    assert 'name="is_staff"' not in client.get(url).content.decode()
    client.post(url, {"username": admin.username, "first_name": "Zoé", "last_name": "B"})
    admin.refresh_from_db()
    assert (admin.first_name, admin.is_staff, admin.is_superuser) == ("Zoé", True, True)


@pytest.mark.parametrize("url_name", ["index", "add", "edit"])
def test_an_agent_does_not_reach_the_accounts(client_for, url_name):
    args = [UserFactory().pk] if url_name == "edit" else []
    response = client_for(AgentFactory()).get(reverse(f"wagtailusers_users:{url_name}", args=args))
    assert (response.status_code, response.headers.get("Location")) == (302, reverse("wagtailadmin_home"))


def test_settings_are_for_admins(client_for):
    url = reverse("wagtailsettings:edit", args=["core", "sitesettings"])
    assert client_for(AgentFactory()).get(url, follow=True).redirect_chain[-1][0] == reverse("wagtailadmin_home")
    assert "Organisme porteur" in client_for(AdminFactory()).get(url, follow=True).content.decode()
