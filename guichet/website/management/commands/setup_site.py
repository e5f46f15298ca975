"""`manage.py setup_site`: what a portal needs before its first visitor; safe to run at every deployment."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from guichet.funding.starting import load_reasons
from guichet.organizations.lists import load_lists
from guichet.organizations.region import load_region, read_region
from guichet.website.services import set_up_site


class Command(BaseCommand):
    """Site, pages, the agents' permissions, the region's municipalities, the lists of choices."""

    help = "Create the public site's pages, the agents' permissions and the region's municipalities, where missing."

    def handle(self, *args: Any, **options: Any) -> None:
        """Create what is missing; say what was done."""
        with override(settings.LANGUAGE_CODE):
            try:
                region = read_region(settings.REGION)
            except ImproperlyConfigured as error:
                raise CommandError(str(error)) from error
            count = load_region(region)
            choices = load_lists() + load_reasons()
            created = set_up_site(region=region)
            if created:
                self.stdout.write(_("Le site public a été créé."))
            else:
                self.stdout.write(_("Le site public existe déjà : ses pages n’ont pas changé."))
            if count:
                self.stdout.write(
                    ngettext("%(count)d municipalité ajoutée.", "%(count)d municipalités ajoutées.", count)
                    % {"count": count}
                )
            if choices:
                self.stdout.write(
                    ngettext("%(count)d choix ajouté aux listes.", "%(count)d choix ajoutés aux listes.", choices)
                    % {"count": choices}
                )
