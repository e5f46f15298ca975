"""What the page of a section needs to know of what is written in it: an application, or its final report."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db.models import prefetch_related_objects
from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from guichet.core.shared import shared_settings
from guichet.core.uploads import CleanFile

from .. import perms, services
from ..enums import ApplicationStatus
from ..models import Application, FormVersion
from ..schema import FileInfo, Limits, Question, Schema, Section, Verdict, read_posted
from .drafts import section_url
from .scope import find_application


class Draft(ABC):
    """Answers to a form that several people write together, with what is said around them."""

    # The column of a budget that is filled.
    column = "planned"
    is_report = False

    def __init__(self, found: Application, version: FormVersion, schema: Schema) -> None:
        self.found, self.version, self.schema = found, version, schema

    @property
    @abstractmethod
    def answers(self) -> Mapping[str, Any]:
        """As they are stored."""

    @abstractmethod
    def again(self) -> Draft:
        """As it is now, after a save."""

    @abstractmethod
    def can_write(self, user) -> bool:
        """Whether this person may write in it now."""

    def is_open(self, question: Question) -> bool:
        """Whether this question may be answered now."""
        return True

    def read(self, here: Section, data: QueryDict) -> dict[str, Any]:
        """The answers that a page sent."""
        return read_posted(here, data)

    @abstractmethod
    def save(self, **values: Any) -> services.Saved:
        """Save what somebody wrote in a section. Raises InvalidState."""

    @abstractmethod
    def attach(self, key: str, clean: CleanFile, actor) -> None:
        """Add a file to the answer of a question. Raises InvalidState."""

    @abstractmethod
    def remove(self, key: str, pk: int, actor) -> str:
        """Take a file out of the answer; its name. Raises Http404 or InvalidState."""

    def check(self, question: Question, upload: UploadedFile) -> CleanFile:
        """A file made safe, that the question takes. Raises ValidationError."""
        return services.check_upload(question, upload)

    @abstractmethod
    def verdict(self, answers: Mapping[str, Any] | None = None) -> Verdict:
        """What the answers are worth; ``answers``: others than its own."""

    @abstractmethod
    def files(self) -> Mapping[int, FileInfo]:
        """Every file that came with it."""

    @abstractmethod
    def limits(self) -> Limits:
        """What bounds its amounts."""

    @abstractmethod
    def section_url(self, key: str) -> str:
        """The page of one of its sections."""

    @abstractmethod
    def overview_url(self) -> str:
        """Its own page."""

    @abstractmethod
    def words(self) -> dict[str, Any]:
        """What the page of a section says of it, see `funding/section.html`."""


class ApplicationDraft(Draft):
    """« Demande »."""

    def __init__(self, found: Application) -> None:
        super().__init__(found, found.form_version, services.schema_of(found))
        # The page asks for them several times.
        prefetch_related_objects([found], "files")

    @property
    def answers(self) -> Mapping[str, Any]:
        """As they are stored."""
        return self.found.answers

    def again(self) -> ApplicationDraft:
        """As it is now, after a save."""
        return ApplicationDraft(find_application(self.found.organization, self.found.pk))

    def can_write(self, user) -> bool:
        """Whether this person may write in it now."""
        return perms.can_edit_application(user, self.found)

    def is_open(self, question: Question) -> bool:
        """Whether this question may be answered now: a completion opens some."""
        return services.is_question_open(self.found, question)

    def save(self, **values: Any) -> services.Saved:
        """Save what somebody wrote in a section. Raises InvalidState."""
        return services.save_answers(application=self.found, **values)

    def attach(self, key: str, clean: CleanFile, actor) -> None:
        """Add a file to the answer of a question. Raises InvalidState."""
        services.attach_file(application=self.found, question_key=key, clean=clean, actor=actor)

    def remove(self, key: str, pk: int, actor) -> str:
        """Take a file out of the answer; its name. Raises Http404 or InvalidState."""
        file = self.found.files.filter(pk=pk, question=key).first()
        if file is None:
            raise Http404
        services.remove_file(application=self.found, file=file, actor=actor)
        return file.name

    def verdict(self, answers: Mapping[str, Any] | None = None) -> Verdict:
        """What the answers are worth; ``answers``: others than its own."""
        return services.verdict_of(self.found, answers=answers)

    def files(self) -> Mapping[int, FileInfo]:
        """Every file that came with it."""
        return services.files_of(self.found)

    def limits(self) -> Limits:
        """What bounds its amounts."""
        return services.limits_of(self.found.call)

    def section_url(self, key: str) -> str:
        """The page of one of its sections."""
        return section_url(self.found, key)

    def overview_url(self) -> str:
        """Its own page."""
        return reverse("funding:application", args=[self.found.organization_id, self.found.pk])

    def words(self) -> dict[str, Any]:
        """What the page of a section says of it."""
        found, asked = self.found, None
        if found.status == ApplicationStatus.CHANGES_REQUESTED:
            asked = {"title": asked_by_body(), "text": found.changes_text}
        return {
            "key": str(found.pk),
            "banner": _("Vos demandes"),
            "back": str(found),
            "save_and_back": _("Enregistrer et revenir à la demande"),
            "sections": _("Sections de la demande"),
            "asked": asked,
            "uploads": reverse("funding:uploads", args=[found.organization_id, found.pk]),
            "warning": (
                services.why_not_in_time(found.call, found.organization, now=timezone.now())
                if found.status == ApplicationStatus.DRAFT
                else ""
            ),
        }


def asked_by_body() -> str:
    """« Ce que LSCQ vous demande »."""
    return _("Ce que %(body)s vous demande") % {"body": shared_settings().short_name}
