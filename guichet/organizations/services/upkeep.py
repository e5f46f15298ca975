"""What the calendar does for the accesses: reminders, expiries, the yearly question, silent fiches."""

from __future__ import annotations

import datetime as dt

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from guichet.core import promise
from guichet.core.errors import InvalidState
from guichet.core.events import record
from guichet.core.models import Event, SiteSettings
from guichet.core.perms import is_agent

from .. import messages, perms
from ..models import Access, FicheSettings, Organization
from .base import has_manager, lock_organization, require
from .content import require_in_service

SILENT_MONTHS = 12
# The yearly question, unanswered, is put again after this long.
ASK_AGAIN_AFTER = dt.timedelta(days=60)
# Staff may put it at any time, but not twice to the same people on one day.
ASK_AT_ONCE_AFTER = dt.timedelta(days=1)
ASKED = ("organizations.content_check_sent", "organizations.content_check_asked")


@transaction.atomic
def remind_late_requests(*, now: dt.datetime | None = None) -> int:
    """Write to the staff about the requests past their promised delay, on open days; return how many are late."""
    now = now or timezone.now()
    if not promise.is_open_day(timezone.localtime(now).date(), SiteSettings.load()):
        return 0
    late = list(Access.objects.for_lscq().late(now).select_related("user", "organization").order_by("due_at"))
    if late:
        messages.late_requests(late)
    return len(late)


@transaction.atomic
def send_people_checks(*, now: dt.datetime | None = None) -> int:
    """Ask the gestionnaires, once a year, whether their users are still the right people; return how many fiches."""
    now = now or timezone.now()
    year_ago = now - relativedelta(months=SiteSettings.load().people_check_months)
    due = (
        Organization.objects.active()
        .filter(pk__in=Access.objects.active_managers().values("organization"))
        .filter(created_at__lt=year_ago)
        .exclude(people_confirmed_at__gte=year_ago)
        .filter(Q(people_check_sent_at__isnull=True) | Q(people_check_sent_at__lt=now - ASK_AGAIN_AFTER))
    )
    count = 0
    for organization in due:
        messages.people_check(organization, now=now)
        organization.people_check_sent_at = now
        organization.save(update_fields=["people_check_sent_at"])
        record(verb="organizations.people_check_sent", actor=None, subject=organization)
        count += 1
    return count


@transaction.atomic
def send_content_checks(*, now: dt.datetime | None = None) -> int:
    """Ask the gestionnaires, once a year, whether their fiche is still true; return how many fiches."""
    now = now or timezone.now()
    year_ago = now - relativedelta(months=FicheSettings.load().confirm_months)
    asked = asked_since(now - ASK_AGAIN_AFTER).filter(subject_id=OuterRef("pk"))
    due = (
        Organization.objects.active()
        .filter(pk__in=Access.objects.active_managers().values("organization"), created_at__lt=year_ago)
        .exclude(content_confirmed_at__gte=year_ago)
        .exclude(Exists(asked))
    )
    count = 0
    for organization in due:
        messages.content_check(organization, now=now)
        event = record(verb="organizations.content_check_sent", actor=None, subject=organization)
        Event.objects.filter(pk=event.pk).update(at=now)
        count += 1
    return count


def asked_since(moment: dt.datetime) -> QuerySet[Event]:
    """When fiches were asked whether they are still true, by the calendar or by staff."""
    return Event.objects.filter(verb__in=ASKED, subject_type=Organization._meta.label_lower, at__gt=moment)


@transaction.atomic
def ask_content(*, organization: Organization, actor) -> Organization:
    """Put the yearly question to a fiche's gestionnaires at once."""
    require(is_agent(actor))
    organization = lock_organization(organization.pk)
    require_in_service(organization)
    if not has_manager(organization):
        raise InvalidState(_("Cette fiche n’a pas de gestionnaire à qui le demander."))
    now = timezone.now()
    if asked_since(now - ASK_AT_ONCE_AFTER).filter(subject_id=organization.pk).exists():
        raise InvalidState(_("La question est déjà partie depuis hier."))
    messages.content_check(organization, now=now)
    record(verb="organizations.content_check_asked", actor=actor, subject=organization)
    return organization


def fiches_left_without_manager(user) -> list[Organization]:
    """The fiches in service that would have no gestionnaire left, were this person's account closed."""
    own = Access.objects.active_managers().filter(user=user).values("organization")
    others = Access.objects.active_managers().exclude(user=user).values("organization")
    return list(Organization.objects.active().filter(pk__in=own).exclude(pk__in=others))


@transaction.atomic
def confirm_people(*, organization: Organization, actor) -> Organization:
    """A gestionnaire says that the users are still the right people. Saying it twice in a day is once."""
    organization = lock_organization(organization.pk)
    require(perms.can_confirm_people(actor, organization))
    now = timezone.now()
    confirmed = organization.people_confirmed_at
    if confirmed is None or now - confirmed > dt.timedelta(days=1):
        organization.people_confirmed_at = now
        organization.silence_reported_at = None
        organization.save(update_fields=["people_confirmed_at", "silence_reported_at"])
        record(verb="organizations.people_confirmed", actor=actor, subject=organization)
    return organization


@transaction.atomic
def report_silent_fiches(*, now: dt.datetime | None = None) -> int:
    """Tell the staff, once a year for each, of fiches whose gestionnaires have all been silent for a year.

    les-emplois met the same (its issue 8152): managers leave without a word, and nobody notices.
    """
    now = now or timezone.now()
    year_ago = now - relativedelta(months=SILENT_MONTHS)
    silent = list(
        Organization.objects.silent_since(year_ago).filter(
            Q(silence_reported_at__isnull=True) | Q(silence_reported_at__lt=year_ago)
        )
    )
    for organization in silent:
        organization.silence_reported_at = now
        organization.save(update_fields=["silence_reported_at"])
        record(verb="organizations.silence_reported", actor=None, subject=organization)
    if silent:
        messages.silent_fiches(silent)
    return len(silent)
