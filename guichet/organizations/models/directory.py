"""The public directory: a projection that holds public and agreed values alone.

Search, facets, pages, sitemap and open data read these tables and no other: a private value cannot leak from a
table where it never was. `services.directory` writes them, in the transaction that publishes.
"""

from __future__ import annotations

from django.conf import settings
from django.db import connections, models
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from rapidfuzz import process
from rapidfuzz.distance import OSA

from ..enums import Kind, ReportState
from ..text import searched_stems
from .lists import Activity, Clientele
from .organization import Organization
from .places import Mrc, Municipality

QUERY_LENGTH = 200
WORDS_AT_MOST = 10
# The words that stand in for one that the directory does not know.
NEIGHBOURS_AT_MOST = 20
# From how many letters on two of them may be wrong.
LONG_WORD = 8
# Which entries hold these words, anywhere or in their name, by database: both have the same words.
_HOLDS = {
    "postgresql": "to_tsvector('simple', name_words || ' ' || words) @@ to_tsquery('simple', %s)",
    "sqlite": (
        "organization_id IN"
        " (SELECT rowid FROM organizations_directorysearch WHERE organizations_directorysearch MATCH %s)"
    ),
}
_HOLDS_IN_NAME = {
    # Asked of the index once, instead of read off every name that was found.
    "postgresql": (
        "organization_id IN (SELECT organization_id FROM organizations_directoryentry"
        " WHERE to_tsvector('simple', name_words) @@ to_tsquery('simple', %s))"
    ),
    "sqlite": _HOLDS["sqlite"],
}


class DirectoryEntryQuerySet(models.QuerySet["DirectoryEntry"]):
    """Named reads of the directory."""

    def matching(self, query: str) -> DirectoryEntryQuerySet:
        """Entries that hold every word of ``query``, or its neighbour; those whose name does come first (``rank``).

        A query that holds no word at all is no query: everything matches.
        """
        wanted = words_of(query)
        alike = self.annotate(rank=models.Value(0))
        if not wanted:
            return alike
        groups = DirectoryTerm.objects.neighbours(wanted)
        if not all(groups):
            return alike.none()
        vendor = connections[self.db].vendor
        # Stems hold letters and digits alone: nothing in them could be an operator.
        if vendor == "postgresql":
            everywhere = in_name = " & ".join(f"({' | '.join(group)})" for group in groups)
        else:
            quoted = [" OR ".join(f'"{term}"' for term in group) for group in groups]
            everywhere = " AND ".join(f"({group})" for group in quoted)
            in_name = f"{{name_words}} : ({everywhere})"
        named = RawSQL(_HOLDS_IN_NAME[vendor], [in_name], models.BooleanField())  # noqa: S611 - constant text
        return (
            self.filter(RawSQL(_HOLDS[vendor], [everywhere], models.BooleanField()))  # noqa: S611 - constant text
            .annotate(rank=models.Case(models.When(named, then=0), default=1))
            .order_by("rank", "sort_key", "pk")
        )


def words_of(query: str) -> list[str]:
    """The stems that a query looks for: none, when it holds no word."""
    return searched_stems(query[:QUERY_LENGTH], at_most=WORDS_AT_MOST)


class DirectoryEntry(models.Model):
    """One organisation, as the public sees it."""

    organization = models.OneToOneField(
        Organization, primary_key=True, on_delete=models.CASCADE, related_name="directory_entry"
    )
    name = models.CharField(_("nom"), max_length=120)
    sort_key = models.CharField(max_length=120, db_index=True)
    kind = models.CharField(_("milieu"), max_length=12, choices=Kind)
    municipality = models.ForeignKey(
        Municipality, verbose_name=_("municipalité"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    mrc = models.ForeignKey(Mrc, verbose_name=_("MRC"), null=True, on_delete=models.PROTECT, related_name="+")
    activities = models.ManyToManyField(Activity, verbose_name=_("activités"), related_name="+")
    clienteles = models.ManyToManyField(Clientele, verbose_name=_("clientèles"), related_name="+")
    # Every public value, by the name of its field (`content.public_content`).
    data = models.JSONField(default=dict)
    # What the search looks in: folded stems of the public words, those of the name first.
    name_words = models.TextField(default="", blank=True)
    words = models.TextField(default="", blank=True)
    confirmed_at = models.DateTimeField(_("dernière confirmation"), null=True)
    updated_at = models.DateTimeField(_("mise à jour"), default=timezone.now, db_index=True)

    objects = DirectoryEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("inscription au répertoire")
        verbose_name_plural = _("inscriptions au répertoire")
        ordering = ["sort_key", "pk"]
        indexes = [
            models.Index(fields=["kind"], name="directory_kind"),
        ]
        # How PostgreSQL and SQLite find words stands in migrations 0004 and 0010: each has its own index.

    def __str__(self) -> str:
        return self.name

    @property
    def slug(self) -> str:
        """The readable part of its address; the number before it is what lasts."""
        return slugify(self.name)[:60].strip("-") or "organisme"

    def get_absolute_url(self) -> str:
        """Its page of the public site."""
        return reverse("website:directory_entry", args=[self.pk, self.slug])


class DirectoryTermQuerySet(models.QuerySet["DirectoryTerm"]):
    """Named reads of the vocabulary."""

    def neighbours(self, words: list[str]) -> list[list[str]]:
        """For each word: itself when it is known, else the words that it begins, else those a letter or two away."""
        known = set(self.filter(term__in=words).values_list("term", flat=True))
        if known.issuperset(words):
            return [[word] for word in words]
        vocabulary = list(self.order_by("-entries", "term").values_list("term", flat=True))
        return [[word] if word in known else _neighbours_of(word, vocabulary) for word in words]


def _neighbours_of(word: str, vocabulary: list[str]) -> list[str]:
    begun = [term for term in vocabulary if term.startswith(word)] if len(word) > 1 else []
    if begun or len(word) < 3:
        return begun[:NEIGHBOURS_AT_MOST]
    cutoff = 2 if len(word) >= LONG_WORD else 1
    # One letter for another in a number is another number.
    alike = [term for term in vocabulary if not term.isdigit() and abs(len(term) - len(word)) <= cutoff]
    found = process.extract(word, alike, scorer=OSA.distance, score_cutoff=cutoff, limit=NEIGHBOURS_AT_MOST)
    best = min((distance for _term, distance, _number in found), default=0)
    return [term for term, distance, _number in found if distance == best]


class DirectoryTerm(models.Model):
    """One stem of the directory's vocabulary, and how many entries hold it: a mistyped word finds its neighbour."""

    term = models.CharField(max_length=40, unique=True)
    entries = models.PositiveIntegerField(default=0)

    objects = DirectoryTermQuerySet.as_manager()

    class Meta:
        verbose_name = _("mot du répertoire")
        verbose_name_plural = _("mots du répertoire")

    def __str__(self) -> str:
        return self.term


class ErrorReportQuerySet(models.QuerySet["ErrorReport"]):
    """Named reads of the reports."""

    def open(self) -> ErrorReportQuerySet:
        """Reports that nobody has settled."""
        return self.filter(state=ReportState.OPEN)


class ErrorReport(models.Model):
    """« Signaler une erreur »: what a visitor says is wrong on a public page."""

    organization = models.ForeignKey(
        Organization, verbose_name=_("fiche"), on_delete=models.CASCADE, related_name="error_reports"
    )
    message = models.TextField(_("message"))
    email = models.EmailField(_("courriel"), max_length=254, blank=True)
    state = models.CharField(_("état"), max_length=7, choices=ReportState, default=ReportState.OPEN)
    created_at = models.DateTimeField(_("reçu"), default=timezone.now)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(_("note"), default="", db_default="", blank=True)

    objects = ErrorReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("erreur signalée")
        verbose_name_plural = _("erreurs signalées")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["state", "-created_at"], name="report_queue")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=ReportState.OPEN, closed_at__isnull=True)
                | (~Q(state=ReportState.OPEN) & Q(closed_at__isnull=False)),
                name="report_closed_at_with_state",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization} · {self.created_at:%Y-%m-%d}"
