"""What staff look for often: a filter of one of their lists, under a name; which one opens first."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from guichet.core.perms import is_admin

from ..enums import Listing


class SavedFilterQuerySet(models.QuerySet["SavedFilter"]):
    """Named reads of the saved filters."""

    def of(self, listing: str) -> SavedFilterQuerySet:
        """Those of one list."""
        return self.filter(listing=listing)

    def offered_to(self, user) -> SavedFilterQuerySet:
        """A person's own, and those that others share."""
        return self.filter(Q(owner=user) | Q(is_shared=True))

    def visible_to(self, user) -> SavedFilterQuerySet:
        """Those that a person may know of: all for an admin, who keeps the team's in order."""
        return self if is_admin(user) else self.offered_to(user)

    def with_first(self, user) -> SavedFilterQuerySet:
        """Each with ``is_first``: this person's list opens on it."""
        return self.annotate(is_first=Exists(FirstFilter.objects.filter(saved=OuterRef("pk"), user=user)))

    def first_of(self, user, listing: str) -> SavedFilter | None:
        """What the list opens on for this person; nothing once its owner shares it no more."""
        return self.of(listing).offered_to(user).filter(firsts__user=user).first()


class SavedFilter(models.Model):
    """A filter of a list: its query, which the list itself reads, and may no longer understand.

    The query also has the order and, of a list that lets people choose them, the columns.
    """

    listing = models.CharField(
        _("liste"),
        max_length=12,
        choices=Listing,
        default=Listing.FICHES,
        db_default=Listing.FICHES.value,
        editable=False,
    )
    name = models.CharField(_("nom"), max_length=60)
    query = models.TextField(_("filtre"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("enregistré par"),
        on_delete=models.CASCADE,
        related_name="saved_filters",
    )
    is_shared = models.BooleanField(_("partagé avec l’équipe"), default=False)
    created_at = models.DateTimeField(_("enregistré"), default=timezone.now, editable=False)

    objects = SavedFilterQuerySet.as_manager()

    class Meta:
        verbose_name = _("filtre enregistré")
        verbose_name_plural = _("filtres enregistrés")
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["owner", "listing", "name"], name="saved_filter_name_unique")]

    def __str__(self) -> str:
        return self.name


class FirstFilter(models.Model):
    """The saved filter on which a list opens for one person."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    listing = models.CharField(_("liste"), max_length=12, choices=Listing)
    saved = models.ForeignKey(
        SavedFilter, verbose_name=_("filtre enregistré"), on_delete=models.CASCADE, related_name="firsts"
    )

    class Meta:
        verbose_name = _("filtre ouvert en premier")
        verbose_name_plural = _("filtres ouverts en premier")
        constraints = [models.UniqueConstraint(fields=["user", "listing"], name="first_filter_once")]

    def __str__(self) -> str:
        return f"{self.user} · {self.saved}"
