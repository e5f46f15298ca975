"""Wagtail's screens of users keep to the rules of the fiches."""

from __future__ import annotations

import pytest
from django.urls import reverse

from guichet.accounts.models import User
from guichet.accounts.tests.factories import AdminFactory, UserFactory

from .factories import AccessFactory, ManagerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client_for):
    return client_for(AdminFactory())


def closed(user: User) -> dict[str, str]:
    """What the form of an account sends when « active » is not ticked."""
    return {
        "username": user.username,
        "email": user.email,
        "first_name": user.first_name,
        "last_name": user.last_name,
    }


def test_account_of_the_only_manager_stays_open(admin):
    manager = ManagerFactory()
    answer = admin.post(reverse("wagtailusers_users:edit", args=[manager.user_id]), closed(manager.user), follow=True)
    assert "seule personne gestionnaire" in answer.text
    manager.user.refresh_from_db()
    assert manager.user.is_active


def test_account_of_one_manager_among_others_can_be_closed(admin):
    manager = ManagerFactory()
    ManagerFactory(organization=manager.organization)
    admin.post(reverse("wagtailusers_users:edit", args=[manager.user_id]), closed(manager.user))
    manager.user.refresh_from_db()
    assert not manager.user.is_active


def test_person_is_never_deleted(admin):
    person = AccessFactory().user
    answer = admin.post(reverse("wagtailusers_users:delete", args=[person.pk]), follow=True)
    assert "ne se supprime pas" in answer.text
    assert User.objects.filter(pk=person.pk).exists()


@pytest.mark.parametrize("action", ["delete", "set_active_state"])
def test_people_are_not_closed_in_bulk(admin, action):
    people = UserFactory.create_batch(2)
    address = reverse("wagtail_bulk_action", args=["accounts", "user", action])
    query = "&".join(f"id={person.pk}" for person in people)
    admin.post(f"{address}?{query}", {"mark_as_active": ""})
    assert User.objects.filter(pk__in=[person.pk for person in people], is_active=True).count() == 2
