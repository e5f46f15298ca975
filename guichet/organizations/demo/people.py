"""The demo's people: one account for each role, and as many invented others as the fiches need."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db.models import Q

from guichet.accounts.models import User
from guichet.accounts.services import set_staff

from ..text import fold
from .fiches import FIRST_NAMES, JOB_TITLES, LAST_NAMES

# Shown to whoever runs the demo; the command refuses to run in production.
PASSWORD = "sapin-riviere-canot"  # noqa: S105


@dataclass(frozen=True)
class DemoAccount:
    """One account to try the portal with."""

    role: str
    username: str
    email: str
    first_name: str
    last_name: str
    job_title: str
    look_at: str


ACCOUNTS = [
    DemoAccount(
        "Administrateur", "admin", "admin@lscq.example.org", "Andrée", "Lacharité", "Direction générale",
        "Gestion : paramètres, employés et tout ce que voit un agent",
    ),
    DemoAccount(
        "Agent", "agent", "agent@lscq.example.org", "Simon", "Tessier", "Conseil en loisir",
        "Gestion › Inscriptions : approuver, refuser, demander une précision",
    ),
    DemoAccount(
        "Gestionnaire", "gestionnaire", "gestionnaire@example.org", "Julie", "Morneau", "Présidence",
        "Deux fiches; personnes à approuver, invitations, relais",
    ),
    DemoAccount(
        "Collaborateur", "collaborateur", "collaborateur@example.org", "Patrick", "Ducharme", "Entraîneur-chef",
        "L’espace client, sans les actions des gestionnaires",
    ),
    DemoAccount(
        "En attente", "en-attente", "en-attente@example.org", "Sophie", "Therrien", "Secrétariat",
        "La demande d’accès et la réponse promise",
    ),
    DemoAccount(
        "Désactivé", "desactive", "desactive@example.org", "Yvon", "Quirion", "Trésorerie",
        "Ce que voit une personne dont l’accès est terminé",
    ),
]  # fmt: skip


def demo_exists() -> bool:
    """Whether the demo's accounts are there."""
    return User.objects.filter(username="gestionnaire", email="gestionnaire@example.org").exists()


def accounts_in_the_way() -> bool:
    """Whether somebody else has one of the demo's names or addresses."""
    return User.objects.filter(
        Q(username__in=[account.username for account in ACCOUNTS]) | Q(email__in=[a.email for a in ACCOUNTS])
    ).exists()


class People:
    """Makes people; argon2 is slow on purpose, so that the one password is hashed once."""

    def __init__(self) -> None:
        self.password = make_password(PASSWORD)
        self.names = _names()

    def demo_accounts(self) -> dict[str, User]:
        """The accounts of the table, by identifier."""
        users = self._save(
            [
                self._user(account.first_name, account.last_name, account.username, account.email, account.job_title)
                for account in ACCOUNTS
            ]
        )
        found = {user.username: user for user in users}
        set_staff(user=found["admin"], is_staff=True, is_admin=True, actor=None)
        set_staff(user=found["agent"], is_staff=True, is_admin=False, actor=found["admin"])
        return found

    def some(self, count: int, *, confirmed: bool = True) -> list[User]:
        """That many invented people."""
        users = []
        for _number in range(count):
            index, first_name, last_name = next(self.names)
            local = f"{fold(first_name)}.{fold(last_name)}".replace(" ", "-")
            users.append(
                self._user(first_name, last_name, local, f"{local}@example.org", JOB_TITLES[index % len(JOB_TITLES)])
            )
        return self._save(users, confirmed=confirmed)

    def one(self, *, confirmed: bool = True) -> User:
        """One invented person."""
        return self.some(1, confirmed=confirmed)[0]

    def _user(self, first_name: str, last_name: str, username: str, email: str, job_title: str) -> User:
        return User(
            first_name=first_name,
            last_name=last_name,
            username=username,
            email=email,
            job_title=job_title,
            password=self.password,
        )

    def _save(self, users: list[User], *, confirmed: bool = True) -> list[User]:
        users = User.objects.bulk_create(users)
        EmailAddress.objects.bulk_create(
            EmailAddress(user=user, email=user.email, primary=True, verified=confirmed) for user in users
        )
        return users


def _names() -> Iterator[tuple[int, str, str]]:
    """Every pair of first and last name once, mixed, always in the same order."""
    for index in range(len(FIRST_NAMES) * len(LAST_NAMES)):
        last = (index * 7 + index // len(FIRST_NAMES)) % len(LAST_NAMES)
        yield index, FIRST_NAMES[index % len(FIRST_NAMES)], LAST_NAMES[last]
