"""The e-mails of the client access: to whom, which template. Each is queued in the caller's transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.contrib.auth import get_user_model
from django.core import signing
from django.urls import reverse

from guichet.core.messages import absolute_url, queue_message
from guichet.core.models import OutgoingMessage

from .models import Access, ErrorReport, Invitation, Organization, PersonConsent
from .values import in_words, label_of, person_in_words, value_of

PEOPLE_CHECK_SALT = "organizations.people-check"
CONTENT_CHECK_SALT = "organizations.content-check"
CONSENT_SALT = "organizations.consent"
# What the yearly question quotes of the fiche.
QUOTED = ("name", "usual_name", "municipality", "address", "phone", "email", "website", "activities", "description")


def _to_person(name: str, *, user, **context) -> OutgoingMessage:
    template = f"organizations/messages/{name}.html"
    return queue_message(template=template, to=user.email, user=user, context={"user": user, **context})


def _to_staff(name: str, **context) -> list[OutgoingMessage]:
    staff = get_user_model().objects.filter(is_active=True, is_staff=True).exclude(email="")
    return [_to_person(name, user=user, **context) for user in staff]


def _to_managers(name: str, organization: Organization, *, but=None, **context) -> list[OutgoingMessage]:
    managers = organization.accesses.active_managers().exclude(user=but).select_related("user")
    return [_to_person(name, user=manager.user, organization=organization, **context) for manager in managers]


def _area(name: str, organization: Organization) -> str:
    return absolute_url(reverse(f"organizations:{name}", args=[organization.pk]))


def request_received(access: Access) -> None:
    """To the person: we have it, and when to expect an answer."""
    _to_person("request_received", user=access.user, access=access, url=absolute_url(reverse("organizations:area")))


def request_to_decide(access: Access) -> None:
    """To the staff: a new sign-up to approve."""
    _to_staff("request_to_decide", access=access, url=absolute_url(reverse("staff_request", args=[access.pk])))


def user_to_approve(access: Access) -> None:
    """To every active gestionnaire of the fiche: somebody who was invited awaits approval (DESIGN, step 8)."""
    _to_managers("user_to_approve", access.organization, access=access, url=_area("users", access.organization))


def joined(access: Access) -> None:
    """To the gestionnaires: an invited person came in, with the role decided in advance."""
    _to_managers(
        "joined", access.organization, but=access.user, access=access, url=_area("users", access.organization)
    )


def approved(access: Access) -> None:
    """To the person: come in."""
    _to_person("approved", user=access.user, access=access, url=_area("home", access.organization))


def refused(access: Access) -> None:
    """To the person: no, and why."""
    _to_person("refused", user=access.user, access=access)


def details_asked(access: Access) -> None:
    """To the person: a question before the decision."""
    _to_person("details_asked", user=access.user, access=access, url=absolute_url(reverse("organizations:area")))


def details_given(access: Access) -> None:
    """To the staff: the person answered."""
    _to_staff("details_given", access=access, url=absolute_url(reverse("staff_request", args=[access.pk])))


def deactivated(access: Access) -> None:
    """To the person: this access has ended."""
    _to_person("deactivated", user=access.user, access=access)


def reactivated(access: Access) -> None:
    """To the person: this access is back."""
    _to_person("reactivated", user=access.user, access=access, url=_area("home", access.organization))


def role_changed(access: Access) -> None:
    """To the person: another role."""
    _to_person("role_changed", user=access.user, access=access, url=_area("home", access.organization))


def handed_over(access: Access, *, leaving) -> None:
    """To whoever follows a gestionnaire who leaves."""
    _to_person("handed_over", user=access.user, access=access, leaving=leaving, url=_area("home", access.organization))


def invited(invitation: Invitation, *, token: str) -> None:
    """To the invited address: « Invitation à l’espace client »."""
    queue_message(
        template="organizations/messages/invitation.html",
        to=invitation.email,
        context={
            "invitation": invitation,
            "url": absolute_url(reverse("organizations:invitation", args=[token])),
        },
        secret=True,
    )


def late_requests(accesses: Iterable[Access]) -> None:
    """To the staff, daily: requests past the promised delay."""
    _to_staff("late_requests", accesses=list(accesses), url=absolute_url(reverse("staff_requests")))


def people_check(organization: Organization, *, now: dt.datetime) -> None:
    """To the gestionnaires, yearly: « toujours les bonnes personnes? », answered in one click without signing in."""
    people = list(organization.accesses.active().select_related("user").order_by("-role", "user__last_name"))
    _ask_managers(
        "people_check",
        organization,
        salt=PEOPLE_CHECK_SALT,
        now=now,
        people=people,
        users_url=_area("users", organization),
    )


def content_check(organization: Organization, *, now: dt.datetime) -> None:
    """To the gestionnaires, yearly: « toujours vraie? », answered in one click without signing in."""
    values = [(label_of(name), in_words(name, value_of(organization, name))) for name in QUOTED]
    _ask_managers(
        "content_check",
        organization,
        salt=CONTENT_CHECK_SALT,
        now=now,
        values=[(label, words) for label, words in values if words],
        fiche_url=_area("fiche", organization),
    )


def _ask_managers(name: str, organization: Organization, *, salt: str, now: dt.datetime, **context) -> None:
    """A question to each gestionnaire, with a personal link to the page of this name."""
    for manager in organization.accesses.active_managers().select_related("user"):
        token = signing.dumps({"access": manager.pk, "at": int(now.timestamp())}, salt=salt)
        queue_message(
            template=f"organizations/messages/{name}.html",
            to=manager.user.email,
            user=manager.user,
            context={
                "user": manager.user,
                "organization": organization,
                "url": absolute_url(reverse(f"organizations:{name}", args=[token])),
                **context,
            },
            secret=True,
        )


def silent_fiches(organizations: Iterable[Organization]) -> None:
    """To the staff: fiches whose gestionnaires have all been silent for a year."""
    _to_staff("silent_fiches", organizations=list(organizations), url=absolute_url(reverse("staff_fiches")))


def fiche_refused(access: Access) -> None:
    """To whoever asked for a new fiche: no, and why."""
    _to_person("fiche_refused", user=access.user, access=access)


def change_to_approve(organization: Organization, *, proposed_by, fields: str) -> None:
    """To the gestionnaires: somebody proposed a change of the fiche."""
    _to_managers(
        "change_to_approve",
        organization,
        but=proposed_by,
        proposed_by=proposed_by,
        fields=fields,
        url=_area("changes", organization),
    )


def change_to_decide(organization: Organization, *, proposed_by, fields: str) -> None:
    """To the staff: somebody proposed to change a field that the body reserves."""
    _to_staff(
        "change_to_decide",
        organization=organization,
        proposed_by=proposed_by,
        fields=fields,
        url=absolute_url(reverse("staff_fiche_changes", args=[organization.pk])),
    )


def change_decided(organization: Organization, *, author, actor, fields: str, reason: str) -> None:
    """To whoever proposed a change: approved, or refused and why. Nothing to who decided their own."""
    if author is None or author == actor:
        return
    _to_person(
        "change_refused" if reason else "change_approved",
        user=author,
        organization=organization,
        fields=fields,
        reason=reason,
        url=_area("fiche", organization),
    )


def change_replaced(organization: Organization, *, author, actor, fields: str) -> None:
    """To whoever proposed a change of one of two fiches that were merged: the other's proposal waits instead."""
    if author is None or author == actor:
        return
    _to_person(
        "change_replaced",
        user=author,
        organization=organization,
        fields=fields,
        url=_area("fiche", organization),
    )


def fiche_merged(access: Access, *, gone: Organization) -> None:
    """To the people of a fiche that was merged into another, and to the gestionnaires of that one."""
    _to_person("fiche_merged", user=access.user, access=access, gone=gone, url=_area("home", access.organization))


def merge_undone(access: Access, *, other: Organization) -> None:
    """To the people of a fiche that is itself again."""
    _to_person("merge_undone", user=access.user, access=access, other=other, url=_area("home", access.organization))


def error_reported(report: ErrorReport, *, page: str) -> None:
    """To the gestionnaires, else to the staff: what a visitor says is wrong in the public page."""
    organization = report.organization
    if organization.accesses.active_managers().exists():
        url = f"{_area('fiche', organization)}#erreurs"
        _to_managers("error_reported", organization, report=report, page=page, url=url)
        return
    _to_staff(
        "error_reported",
        organization=organization,
        report=report,
        page=page,
        url=absolute_url(reverse("staff_report", args=[report.pk])),
    )


def document_expires(organization: Organization, *, title: str, expires_on: dt.date, late: bool) -> None:
    """To the gestionnaires: a document of the fiche expires soon, or has."""
    _to_managers(
        "document_expires",
        organization,
        title=title,
        expires_on=expires_on,
        late=late,
        url=absolute_url(reverse("organizations:fiche_section", args=[organization.pk, "documents"])),
    )


def consent_asked(consent: PersonConsent) -> None:
    """To a person in charge, with or without an account: what may the public see of you? The link is theirs."""
    token = signing.dumps({"fiche": consent.organization_id, "email": consent.email}, salt=CONSENT_SALT)
    queue_message(
        template="organizations/messages/consent_asked.html",
        to=consent.email,
        context={
            "organization": consent.organization,
            "name": consent.asked.get("name", ""),
            "parts": person_in_words(consent.asked),
            "url": absolute_url(reverse("organizations:consent", args=[token])),
        },
        secret=True,
    )
