"""People for tests."""

from __future__ import annotations

import factory
from allauth.account.models import EmailAddress
from factory.django import DjangoModelFactory

from guichet.accounts.models import User

PASSWORD = "sapin-riviere-canot"


class UserFactory(DjangoModelFactory):
    """A person with a confirmed address; ``confirmed=False`` for one that is not."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    first_name = "Camille"
    last_name = factory.Sequence(lambda n: f"Tremblay{n}")
    username = factory.Sequence(lambda n: f"camille.tremblay{n}")
    email = factory.Sequence(lambda n: f"camille.tremblay{n}@example.org")

    @factory.post_generation
    def password(self, create, extracted, **kwargs):
        """The password of every test person, unless another is given."""
        self.set_password(extracted or PASSWORD)
        if create:
            self.save(update_fields=["password"])

    @factory.post_generation
    def confirmed(self, create, extracted, **kwargs):
        """The address, as allauth keeps it."""
        if create:
            EmailAddress.objects.create(user=self, email=self.email, primary=True, verified=extracted is not False)


class AgentFactory(UserFactory):
    """An LSCQ agent, with the permissions of the group."""

    is_staff = True

    @factory.post_generation
    def group(self, create, extracted, **kwargs):
        """The staff's group, as `setup_site` makes it."""
        if create:
            from django.contrib.auth.models import Group, Permission

            from guichet.accounts.services import AGENTS_GROUP

            agents, _created = Group.objects.get_or_create(name=AGENTS_GROUP)
            agents.permissions.add(Permission.objects.get(codename="access_admin"))
            self.groups.add(agents)


class AdminFactory(AgentFactory):
    """An LSCQ admin."""

    is_superuser = True
