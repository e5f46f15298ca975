"""An opinion from outside: asked by a link that shows what is shared and nothing else; given, corrected in time."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable
from dataclasses import replace

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from guichet.accounts.emails import clean_email
from guichet.core.errors import InvalidState
from guichet.core.events import record
from guichet.core.uploads import CleanFile
from guichet.organizations.models import Access
from guichet.organizations.services.invitations import hash_token

from .. import perms
from ..enums import OPEN_TO_REVIEWS, Recommendation
from ..messages import opinions as messages
from ..models import Application, ApplicationFile, Opinion, OpinionLink, Submission
from ..schema import ShownSection, parse_schema
from .base import dossier_of, lock_application, require
from .documents import shown_submission
from .drafts import title_of
from .reviews import lock_open, possible_evaluators

REMIND_BEFORE = dt.timedelta(days=3)
# Links to one person in a day: asking must not become harassment.
LINKS_A_DAY = 5


# --- What may be shared, and what is --------------------------------------------------------------


def _without_files(submission: Submission) -> list[ShownSection]:
    """The sections in words. Their files are shared one by one: even a name may say too much."""
    sections = [
        replace(section, items=tuple(item for item in section.items if item.kind != "files"))
        for section in shown_submission(submission)
    ]
    return [section for section in sections if section.items]


def shareable_sections(submission: Submission) -> dict[str, str]:
    """The title of each section that may be shared, by its key."""
    return {section.key: section.title for section in _without_files(submission)}


def shareable_files(submission: Submission) -> dict[int, str]:
    """The name of each file that was handed in, by its key."""
    return {key: name for key, name, _size, _sha256 in submission.files}


def shared_sections(opinion: Opinion) -> list[ShownSection]:
    """What the link shows of the answers."""
    return [section for section in _without_files(opinion.submission) if section.key in opinion.sections]


def shared_files(opinion: Opinion) -> list[ApplicationFile]:
    """The files that the link gives."""
    return list(opinion.application.files.filter(pk__in=opinion.files))


def last_submission(application: Application) -> Submission:
    """What was handed in last."""
    submission = application.submissions.select_related("form_version").order_by("-at", "-pk").first()
    submission.application = application
    return submission


# --- Staff ----------------------------------------------------------------------------------------


@transaction.atomic
def ask_opinion(
    *,
    application: Application,
    submission: Submission,
    name: str,
    email: str,
    question: str,
    sections: Iterable[str],
    files: Iterable[int],
    due_on: dt.date,
    actor,
) -> Opinion:
    """Send a link to somebody outside. ``submission``: the one that the actor looked at when they chose what to share.

    Raises PermissionDenied; ValidationError for an address that is none; InvalidState: nothing is shared, a date that
    has come, an address that was asked already, or that of somebody of the fiche or of the body.
    """
    application = lock_open(application)
    require(perms.can_work_on(actor, application))
    newest = last_submission(application)
    if submission.pk != newest.pk:
        raise InvalidState(_("La demande a été complétée entre-temps : relisez ce qui sera montré, puis recommencez."))
    email = clean_email(email)
    opinion = Opinion(
        application=application,
        submission=newest,
        name=name.strip(),
        email=email,
        question=question.strip(),
        sections=[key for key in shareable_sections(newest) if key in set(sections)],
        files=[key for key in shareable_files(newest) if key in set(files)],
        due_on=due_on,
        reminded_on=_not_to_remind(due_on),
        asked_by=actor,
        asked_by_name=str(actor)[:250],
    )
    if problem := _why_not(opinion):
        raise InvalidState(problem)
    opinion.save()
    messages.opinion_asked(opinion, token=_new_link(opinion), title=shared_title(opinion))
    _record("asked", opinion, actor=actor, due_on=_day(due_on))
    return opinion


def _why_not(opinion: Opinion) -> str:
    """Why it cannot be asked, in a sentence; nothing when it can."""
    application = opinion.application
    if not opinion.name or not opinion.question:
        return _("Écrivez le nom de la personne et votre question.")
    if not opinion.sections and not opinion.files:
        return _("Cochez au moins une section ou une pièce jointe à montrer.")
    if opinion.due_on <= timezone.localdate():
        return _("La date limite doit être à venir.")
    if application.opinions.filter(email=opinion.email, revoked_at__isnull=True).exists():
        return _("Un avis est déjà demandé à cette adresse : renvoyez plutôt son lien.")
    if Access.objects.active().filter(organization=application.organization_id, user__email=opinion.email).exists():
        return _("Cette adresse est celle d’une personne de la fiche : son avis ne serait pas indépendant.")
    if possible_evaluators().filter(email=opinion.email).exists():
        return _("Cette personne fait partie de l’équipe : demandez-lui plutôt une évaluation.")
    return ""


@transaction.atomic
def send_opinion_again(*, opinion: Opinion, due_on: dt.date, actor) -> Opinion:
    """Send one more link, with another date if need be: that also opens again what has expired.

    Raises PermissionDenied, or InvalidState: a revoked link, a date in the past, too many links in a day.
    """
    opinion = _lock(opinion)
    lock_open(opinion.application)
    require(perms.can_work_on(actor, opinion.application))
    _require_not_revoked(opinion)
    if due_on < timezone.localdate():
        raise InvalidState(_("La date limite est passée : donnez-en une autre."))
    if opinion.links.filter(sent_at__gte=timezone.now() - dt.timedelta(days=1)).count() >= LINKS_A_DAY:
        raise InvalidState(
            _("%(email)s a déjà reçu plusieurs liens aujourd’hui : attendez demain.") % {"email": opinion.email}
        )
    if due_on != opinion.due_on:
        opinion.due_on, opinion.reminded_on = due_on, _not_to_remind(due_on)
        opinion.save(update_fields=["due_on", "reminded_on"])
    messages.opinion_asked(opinion, token=_new_link(opinion), title=shared_title(opinion))
    _record("sent_again", opinion, actor=actor, due_on=_day(due_on))
    return opinion


@transaction.atomic
def revoke_opinion(*, opinion: Opinion, actor) -> Opinion:
    """Close the links at once. An opinion that came already stays."""
    opinion = _lock(opinion)
    require(perms.can_work_on(actor, opinion.application))
    _require_not_revoked(opinion)
    opinion.revoked_at = timezone.now()
    opinion.save(update_fields=["revoked_at"])
    _record("revoked", opinion, actor=actor)
    return opinion


def _require_not_revoked(opinion: Opinion) -> None:
    if opinion.is_revoked:
        raise InvalidState(_("Ce lien est déjà fermé."))


# --- Whoever holds a link -------------------------------------------------------------------------


def find_opinion(token: str) -> Opinion | None:
    """The opinion of a link, whatever its state; None for a forged one."""
    link = (
        OpinionLink.objects.filter(token_hash=hash_token(token))
        .select_related(
            "opinion__application__call__program",
            "opinion__application__organization",
            "opinion__submission__form_version",
        )
        .first()
    )
    if link is None:
        return None
    # Two objects of one row otherwise: what shows a submission reads its application.
    link.opinion.submission.application = link.opinion.application
    return link.opinion


def shared_title(opinion: Opinion) -> str:
    """The project's name as it was handed in: what a completion makes of it meanwhile is not shared."""
    submission = opinion.submission
    title = title_of(parse_schema(submission.form_version.schema), submission.answers)
    return title or opinion.application.number


def why_over(opinion: Opinion) -> str:
    """Why the link leads nowhere any more, in a sentence; nothing while it does."""
    if opinion.is_revoked:
        return _("Ce lien a été fermé par la personne qui vous l’avait envoyé.")
    if opinion.is_expired:
        return _("Ce lien a expiré le %(day)s.") % {"day": _day(opinion.closes_on)}
    return ""


def why_settled(opinion: Opinion) -> str:
    """Why nothing is written any more, in a sentence; nothing while the opinion may be given, or corrected."""
    application = opinion.application
    if application.call.ranking_closed_at is not None or application.status not in OPEN_TO_REVIEWS:
        return _("L’évaluation de cette demande est terminée : les avis ne changent plus.")
    if opinion.is_given and timezone.localdate() > opinion.due_on:
        return _("La date limite est passée : votre avis ne change plus.")
    return ""


@transaction.atomic
def declare(*, opinion: Opinion) -> Opinion:
    """The holder of the link promises confidentiality and has no conflict of interest. Twice is once."""
    opinion = _lock_writable(opinion)
    if opinion.declared_at is None:
        opinion.declared_at = timezone.now()
        opinion.save(update_fields=["declared_at"])
        _record("declared", opinion)
    return opinion


@transaction.atomic
def give_opinion(
    *,
    opinion: Opinion,
    recommendation: str,
    text: str,
    file: CleanFile | None = None,
    removes_file: bool = False,
) -> Opinion:
    """The holder of the link gives their opinion, or corrects it; staff are told either way.

    ``file`` replaces the one that came before. Raises InvalidState: no declaration, too late, over.
    """
    opinion = _lock_writable(opinion)
    if opinion.declared_at is None:
        raise InvalidState(_("Acceptez d’abord la déclaration."))
    if not text.strip():
        raise InvalidState(_("Écrivez votre avis."))
    is_correction, now = opinion.is_given, timezone.now()
    said = (Recommendation(recommendation), text.strip())
    if is_correction and file is None and not removes_file and said == (opinion.recommendation, opinion.text):
        return opinion
    opinion.recommendation, opinion.text = said
    if is_correction:
        opinion.corrected_at = now
    else:
        opinion.given_at = now
    if file is not None or removes_file:
        _put_file(opinion, file)
    opinion.save()
    _record("corrected" if is_correction else "given", opinion)
    messages.opinion_received(opinion, is_correction=is_correction)
    return opinion


def _put_file(opinion: Opinion, file: CleanFile | None) -> None:
    if opinion.file:
        # Once the transaction stands: a row without content would be worse than the reverse.
        transaction.on_commit(lambda storage=opinion.file.storage, name=opinion.file.name: storage.delete(name))
    opinion.file, opinion.file_name, opinion.content_type = "", "", ""
    if file is not None:
        opinion.file_name, opinion.content_type = file.name, file.content_type
        opinion.file.save(f"file{file.extension}", file.content, save=False)


def _lock_writable(opinion: Opinion) -> Opinion:
    opinion = _lock(opinion)
    if problem := why_over(opinion) or why_settled(opinion):
        raise InvalidState(problem)
    return opinion


# --- Reading --------------------------------------------------------------------------------------


def readable_opinions(application: Application, user) -> list[Opinion]:
    """Those that came, for whoever may read them; none for an evaluator who is not done."""
    if not perms.can_read_opinions(user, application):
        return []
    return list(application.opinions.filter(given_at__isnull=False))


# --- The calendar ---------------------------------------------------------------------------------


def remind_opinions(*, today: dt.date | None = None) -> int:
    """Remind whoever has not answered, three days before the date, once; return how many."""
    today = today or timezone.localdate()
    due = Opinion.objects.awaited().filter(
        reminded_on__isnull=True,
        due_on__gte=today,
        due_on__lte=today + REMIND_BEFORE,
        application__status__in=OPEN_TO_REVIEWS,
        application__call__ranking_closed_at__isnull=True,
    )
    count = 0
    for opinion in due.select_related("application__organization", "application__call__program").iterator():
        with transaction.atomic():
            # Whoever answers, or whose link is closed, meanwhile is not reminded; nor twice by two workers.
            if not due.filter(pk=opinion.pk).update(reminded_on=today):
                continue
            messages.opinion_reminder(opinion, token=_new_link(opinion), title=shared_title(opinion))
            _record("reminded", opinion, due_on=_day(opinion.due_on))
            count += 1
    return count


# --- Parts ----------------------------------------------------------------------------------------


def _lock(opinion: Opinion) -> Opinion:
    application = lock_application(opinion.application)
    locked = Opinion.objects.select_for_update(of=("self",)).get(pk=opinion.pk)
    locked.application = application
    return locked


def _not_to_remind(due_on: dt.date) -> dt.date | None:
    """Today, as if it were done, when the request itself leaves when the reminder would; None to remind in time."""
    today = timezone.localdate()
    return today if due_on - today <= REMIND_BEFORE else None


def _new_link(opinion: Opinion) -> str:
    token = secrets.token_urlsafe(32)
    OpinionLink.objects.create(opinion=opinion, token_hash=hash_token(token))
    return token


def _day(day: dt.date) -> str:
    return date_format(day, "DATE_FORMAT")


def _record(what: str, opinion: Opinion, *, actor=None, **data: str) -> None:
    record(
        verb=f"funding.opinion_{what}",
        actor=actor,
        subject=dossier_of(opinion.application),
        data={"expert": opinion.name, **data},
    )
