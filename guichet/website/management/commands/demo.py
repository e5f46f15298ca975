"""`manage.py demo`: invented fiches, people and programmes to try the portal with, and the accounts to do it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _

from guichet.funding.demo.seed import seed_funding
from guichet.funding.models import Program
from guichet.organizations.demo.people import ACCOUNTS, PASSWORD, accounts_in_the_way, demo_exists
from guichet.organizations.demo.seed import seed
from guichet.organizations.models import Organization

HEADINGS = ("Rôle", "Identifiant", "Courriel", "Mot de passe", "À voir")


def table() -> str:
    """The demo's accounts, in aligned columns."""
    rows = [HEADINGS, *((a.role, a.username, a.email, PASSWORD, a.look_at) for a in ACCOUNTS)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([lines[0], "  ".join("─" * width for width in widths), *lines[1:]])


class Command(BaseCommand):
    """Seeds an empty portal, and says who can sign in."""

    help = "Fill an empty portal with invented data and print the demo accounts. Refuses to run in production."

    def add_arguments(self, parser: CommandParser) -> None:
        """--quiet: no table."""
        parser.add_argument("--quiet", action="store_true", help="do not print the accounts")

    def handle(self, *args: Any, **options: Any) -> None:
        """Seed when there is nothing yet; always print, unless told not to."""
        if settings.PRODUCTION:
            raise CommandError(_("La démonstration ne s’exécute pas en production."))
        if not demo_exists():
            if Organization.objects.exists() or accounts_in_the_way():
                raise CommandError(_("Ce portail a déjà des fiches ou des comptes : la démo veut une base vide."))
            # In one transaction: a demo that was interrupted is no demo.
            with transaction.atomic():
                seed()
                seed_funding()
        elif not Program.objects.exists():
            # A demo from before there were programmes.
            seed_funding()
        if not options["quiet"]:
            self.stdout.write(table())
