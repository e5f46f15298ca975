"""May this fiche apply to this call? Asked before any effort, and again when the application is handed in."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from guichet.core.models import SiteSettings
from guichet.core.templatetags.guichet import day, exact_moment, moment
from guichet.organizations.enums import Kind
from guichet.organizations.models import Organization

from ..enums import ApplicationStatus
from ..models import Application, Call, Extension, closing_for

CONFIRMED_WITHIN = dt.timedelta(days=365)


@dataclass(frozen=True)
class Condition:
    """One condition of a call: whether the fiche meets it, in a sentence; where to mend it, if the client can.

    ``todo``: what to do about one that is not met, where no page of theirs mends it.
    """

    is_met: bool
    text: str
    url: str = ""
    todo: str = ""

    @property
    def refusal(self) -> str:
        """What is told to somebody whom it stops."""
        return f"{self.text} {self.todo}".strip()


@dataclass(frozen=True)
class Standing:
    """What calls ask of a fiche's other applications: those of this year, as (call, programme), and late reports."""

    asked_this_year: frozenset[tuple[int, int]]
    has_late_report: bool


def standing_of(organization: Organization, *, now: dt.datetime) -> Standing:
    """Where the fiche stands, read once for any number of calls."""
    others = Application.objects.live().handed_in().filter(organization=organization)
    this_year = others.filter(submitted_at__year=timezone.localtime(now).year)
    due = Application.objects.filter(organization=organization, status=ApplicationStatus.REPORT_DUE)
    return Standing(
        frozenset(this_year.order_by().values_list("call", "call__program")),
        due.filter(report_due_on__lt=timezone.localdate(now)).exists(),
    )


def conditions_of(
    call: Call, organization: Organization, *, now: dt.datetime | None = None, standing: Standing | None = None
) -> list[Condition]:
    """Every condition that the call sets, the fiche's answer to each (the dates are `closing_of`'s business).

    ``standing``: of the fiche, where it was read already.
    """
    now = now or timezone.now()
    if standing is None and (call.program.one_per_year or call.refuses_late_reports):
        standing = standing_of(organization, now=now)
    found = [Condition(organization.is_active, _("Votre fiche est en service."))]
    if call.kinds:
        labels = [str(Kind(kind).label) for kind in call.kinds]
        # In a sentence; an acronym within keeps its capitals.
        names = ", ".join(label[0].lower() + label[1:] for label in labels)
        found.append(
            Condition(organization.kind in call.kinds, _("Milieux admissibles : %(names)s.") % {"names": names})
        )
    mrcs = list(call.mrcs.all())
    if mrcs:
        place = organization.municipality
        found.append(
            Condition(
                place is not None and place.mrc_id in {mrc.pk for mrc in mrcs},
                _("MRC admissibles : %(names)s.") % {"names": ", ".join(mrc.name for mrc in mrcs)},
            )
        )
    if call.needs_confirmed_fiche:
        confirmed = organization.content_confirmed_at
        found.append(
            Condition(
                confirmed is not None and confirmed >= now - CONFIRMED_WITHIN,
                _("Votre fiche a été confirmée depuis moins d’un an."),
                reverse("organizations:fiche", args=[organization.pk]),
            )
        )
    if call.members_only:
        found.append(_membership(organization, timezone.localdate(now)))
    if call.program.one_per_year:
        found.append(
            Condition(
                not _asked_this_year(call, standing),
                _("Une seule demande par année à ce programme."),
                reverse("funding:applications", args=[organization.pk]),
            )
        )
    if call.refuses_late_reports:
        found.append(
            Condition(
                not standing.has_late_report,
                _("Aucune reddition de comptes en retard."),
                reverse("funding:applications", args=[organization.pk]),
            )
        )
    return found


def is_eligible(call: Call, organization: Organization, *, now: dt.datetime | None = None) -> bool:
    """Whether every condition is met."""
    return all(condition.is_met for condition in conditions_of(call, organization, now=now))


def closing_of(call: Call, organization: Organization) -> dt.datetime:
    """Until when this fiche may hand in."""
    return closing_for(call, Extension.objects.filter(call=call, organization=organization).first())


def why_not_in_time(call: Call, organization: Organization, *, now: dt.datetime) -> str:
    """Why nothing can be handed in at ``now``, in a sentence with the time; empty when it can."""
    if not call.is_published:
        return _("Cet appel a été retiré. Rien de ce que vous avez écrit n’est perdu : écrivez-nous.")
    if now < call.opens_at:
        return _("Cet appel ouvre le %(moment)s.") % {"moment": moment(call.opens_at)}
    closing = closing_of(call, organization)
    if now >= closing:
        return _("Cet appel est fermé depuis le %(moment)s ; il était le %(now)s à la réception.") % {
            "moment": moment(closing),
            "now": exact_moment(now),
        }
    return ""


def _membership(organization: Organization, today: dt.date) -> Condition:
    """The body alone keeps it: whoever is no member is told whom to write to."""
    body = SiteSettings.load()
    name = body.short_name
    if organization.is_member(today):
        return Condition(True, _("Être membre de %(body)s.") % {"body": name})
    until = organization.member_until
    if until is None:
        text = _("Être membre de %(body)s : votre organisme ne l’est pas.") % {"body": name}
    else:
        text = _("Être membre de %(body)s : l’adhésion de votre organisme s’est terminée le %(day)s.") % {
            "body": name,
            "day": day(until),
        }
    todo = _("Pour le devenir, ou si c’est une erreur, écrivez à %(email)s.") % {"email": body.email}
    return Condition(False, text, todo=todo)


def _asked_this_year(call: Call, standing: Standing) -> bool:
    return any(pk != call.pk and program == call.program_id for pk, program in standing.asked_this_year)
