"""After the decision: payments, change requests, the report, what is asked back, the end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.urls import reverse

from guichet.core.messages import absolute_url

from ..models import Amendment, Application, Payment, Recovery, Report
from .base import managers_of, tell
from .evaluating import staff_without_conflict


def _tell_managers(name: str, application: Application, *, also: Iterable = (), page: str = "following", **context):
    tell(
        name,
        people=[*managers_of(application), *also],
        application=application,
        url=absolute_url(reverse(f"funding:{page}", args=[application.organization_id, application.pk])),
        **context,
    )


def officers_of(application: Application) -> list:
    """The agents of its programme; every employee while it has none. Nobody with a conflict of interest."""
    everybody = staff_without_conflict(application)
    return list(everybody.filter(programs=application.call.program_id)) or list(everybody)


def _tell_officers(name: str, application: Application, *, url: str, **context) -> None:
    tell(name, people=officers_of(application), application=application, url=absolute_url(url), **context)


def payment_made(payment: Payment) -> None:
    """To the gestionnaires: the money left."""
    _tell_managers("payment_made", payment.application, payment=payment)


def amendment_asked(amendment: Amendment) -> None:
    """To the programme's agents: a change to decide."""
    url = reverse("staff_amendment", args=[amendment.pk])
    _tell_officers("amendment_asked", amendment.application, url=url, amendment=amendment)


def amendment_decided(amendment: Amendment) -> None:
    """To the gestionnaires: yes or no, and why."""
    _tell_managers("amendment_decided", amendment.application, amendment=amendment)


def report_to_submit(report: Report, *, sender) -> None:
    """To the gestionnaires: the report is ready, and not yet with the body."""
    _tell_managers("report_to_submit", report.application, page="report", sender=sender)


def report_given_back(report: Report, *, by) -> None:
    """To whoever prepared it: what a gestionnaire wants mended."""
    application = report.application
    url = absolute_url(reverse("funding:report", args=[application.organization_id, application.pk]))
    tell(
        "report_given_back",
        people=[report.sent_by] if report.sent_by else [],
        application=application,
        url=url,
        report=report,
        by=by,
    )


def report_submitted(report: Report) -> None:
    """To the programme's agents: a report to take in; to the gestionnaires: it arrived."""
    application = report.application
    _tell_officers(
        "report_to_check", application, url=reverse("staff_final_report", args=[application.pk]), report=report
    )
    _tell_managers("report_received", application, report=report)


def report_returned(report: Report) -> None:
    """To the gestionnaires: what is to be mended, and until when."""
    _tell_managers("report_returned", report.application, page="report", report=report)


def report_extended(application: Application, *, reason: str) -> None:
    """To the gestionnaires: the new date."""
    _tell_managers("report_extended", application, page="report", reason=reason)


def report_reminder(application: Application, *, today: dt.date) -> None:
    """To the gestionnaires: the report is due, today or soon, or late."""
    days = (application.report_due_on - today).days
    _tell_managers("report_reminder", application, page="report", days=days, late=-days)


def recovery_asked(recovery: Recovery) -> None:
    """To the gestionnaires: what is to be given back, why, and until when."""
    _tell_managers("recovery_asked", recovery.application, recovery=recovery)


def application_closed(application: Application) -> None:
    """To the gestionnaires: all is done."""
    _tell_managers("application_closed", application)
