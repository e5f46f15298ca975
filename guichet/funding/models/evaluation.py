"""What staff keep about an application: who looks after it, what they note, ask, write to the fiche, and score."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from guichet.organizations.import_models import private_storage

from ..enums import CannedPurpose, ReviewState
from .applications import Application
from .programs import Criterion


def message_file_path(file: MessageFile, filename: str) -> str:
    """A name that nobody guesses; the one that people know is in ``name``."""
    return f"messages/{uuid.uuid4().hex}{filename[-5:] if '.' in filename[-5:] else ''}"


class Dossier(Application):
    """An application as staff alone know it: events about it never reach a page of the fiche."""

    class Meta:
        proxy = True
        verbose_name = _("dossier d’évaluation")
        verbose_name_plural = _("dossiers d’évaluation")


class Label(models.Model):
    """A word that staff put on applications: « à visiter », « première demande »."""

    name = models.CharField(_("nom"), max_length=40, unique=True)
    applications = models.ManyToManyField(
        Application, verbose_name=_("demandes"), blank=True, related_name="labels", editable=False
    )

    class Meta:
        verbose_name = _("étiquette")
        verbose_name_plural = _("étiquettes")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class CannedText(models.Model):
    """A text that staff write often: offered where they ask for more, or write to the fiche."""

    purpose = models.CharField(_("usage"), max_length=10, choices=CannedPurpose)
    title = models.CharField(_("titre"), max_length=80)
    text = models.TextField(_("texte"), max_length=4000)

    class Meta:
        verbose_name = _("texte type")
        verbose_name_plural = _("textes types")
        ordering = ["purpose", "title", "pk"]

    def __str__(self) -> str:
        return self.title


class Follow(models.Model):
    """An employee who is told by e-mail of what moves in an application."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="follows")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("suivi")
        verbose_name_plural = _("suivis")
        constraints = [models.UniqueConstraint(fields=["application", "user"], name="follow_once")]

    def __str__(self) -> str:
        return f"{self.user} · {self.application}"


class InternalNote(models.Model):
    """What staff write for one another. No page of the fiche reads this table."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="internal_notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    author_name = models.CharField(max_length=250)
    at = models.DateTimeField(default=timezone.now)
    text = models.TextField(_("note"), max_length=4000)

    class Meta:
        verbose_name = _("note interne")
        verbose_name_plural = _("notes internes")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.author_name} · {self.at:%Y-%m-%d}"


class Conflict(models.Model):
    """A conflict of interest that an employee declared. A client access to the fiche is one by itself."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="conflicts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    reason = models.TextField(_("motif"), max_length=2000)
    declared_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("conflit d’intérêts")
        verbose_name_plural = _("conflits d’intérêts")
        ordering = ["declared_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["application", "user"], name="conflict_once")]

    def __str__(self) -> str:
        return f"{self.user} · {self.application}"


class ThreadMessageQuerySet(models.QuerySet["ThreadMessage"]):
    """Named reads of the messages."""

    def unread_by(self, user, *, is_staff: bool) -> ThreadMessageQuerySet:
        """What the other side wrote since this person last opened the thread."""
        seen = ThreadRead.objects.filter(application=OuterRef("application"), user=user.pk, at__gte=OuterRef("at"))
        return self.filter(is_staff=not is_staff).exclude(Exists(seen))


class ThreadMessage(models.Model):
    """A message between the body and the fiche's people, on an application. It never changes."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="thread")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    author_name = models.CharField(max_length=250)
    # Which side wrote: an employee's access to a fiche changes nothing to what they wrote for the body.
    is_staff = models.BooleanField()
    at = models.DateTimeField(default=timezone.now)
    text = models.TextField(_("message"), max_length=4000)

    objects = ThreadMessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["application", "is_staff", "at"], name="message_of_application")]

    def __str__(self) -> str:
        return f"{self.author_name} · {self.at:%Y-%m-%d}"


class MessageFile(models.Model):
    """A file that goes with a message, as it was made safe."""

    message = models.ForeignKey(ThreadMessage, on_delete=models.CASCADE, related_name="files")
    file = models.FileField(_("fichier"), storage=private_storage, upload_to=message_file_path)
    name = models.CharField(_("nom du fichier"), max_length=120)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField(_("poids (octets)"))

    class Meta:
        verbose_name = _("pièce jointe d’un message")
        verbose_name_plural = _("pièces jointes des messages")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class ThreadRead(models.Model):
    """Until when a person has read an application's messages."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("lecture des messages")
        verbose_name_plural = _("lectures des messages")
        constraints = [models.UniqueConstraint(fields=["application", "user"], name="thread_read_once")]

    def __str__(self) -> str:
        return f"{self.user} · {self.at:%Y-%m-%d}"


class ReviewQuerySet(models.QuerySet["Review"]):
    """Named reads of the evaluations."""

    def done(self) -> ReviewQuerySet:
        """Those that are finished."""
        return self.filter(state=ReviewState.DONE)

    def waiting(self) -> ReviewQuerySet:
        """Those that are still to finish."""
        return self.filter(state=ReviewState.DRAFT)


class Review(models.Model):
    """One evaluator's opinion of one application: nobody else reads it until all of them are done."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="reviews")
    evaluator = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("évaluateur"), on_delete=models.PROTECT, related_name="reviews"
    )
    state = models.CharField(_("état"), max_length=5, choices=ReviewState, default=ReviewState.DRAFT, editable=False)
    comment = models.TextField(_("commentaire général"), max_length=4000, blank=True)
    recommended = models.DecimalField(
        _("montant recommandé"),
        max_digits=11,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    assigned_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True, blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("évaluation")
        verbose_name_plural = _("évaluations")
        ordering = ["application", "assigned_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["application", "evaluator"], name="review_one_per_evaluator"),
            models.CheckConstraint(
                condition=Q(state=ReviewState.DONE, done_at__isnull=False)
                | Q(state=ReviewState.DRAFT, done_at__isnull=True),
                name="review_done_at_with_state",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.evaluator} · {self.application}"

    @property
    def is_done(self) -> bool:
        """Its evaluator finished it."""
        return self.state == ReviewState.DONE


class CriterionNote(models.Model):
    """What an evaluator gives an application on one criterion; no points yet in a draft."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="notes")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="notes")
    points = models.DecimalField(_("note"), max_digits=4, decimal_places=1, null=True, blank=True)
    comment = models.TextField(_("commentaire"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("note d’un critère")
        verbose_name_plural = _("notes des critères")
        ordering = ["review", "criterion__sort_order", "criterion"]
        constraints = [
            models.UniqueConstraint(fields=["review", "criterion"], name="criterion_note_once"),
            models.CheckConstraint(
                condition=Q(points__isnull=True) | Q(points__gte=0), name="criterion_note_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion} · {self.points}"


class QueueColumns(models.Model):
    """The columns that an employee chose to see in the list of applications."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    columns = models.JSONField(_("colonnes"), default=list)

    class Meta:
        verbose_name = _("colonnes choisies")
        verbose_name_plural = _("colonnes choisies")

    def __str__(self) -> str:
        return str(self.user)
