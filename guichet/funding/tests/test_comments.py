"""Comments between colleagues: told by e-mail, not too often, to those concerned; taken back by their author."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from guichet.accounts.tests.factories import AgentFactory
from guichet.core.models import OutgoingMessage
from guichet.core.templatetags.guichet import moment
from guichet.funding import services
from guichet.funding.models import ApplicationComment, CommentNotice
from guichet.organizations.enums import AccessStatus
from guichet.organizations.tests.factories import AccessFactory, ManagerFactory
from tests.support.pages import text_of

from .factories import ApplicationFactory

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 11, 30, 12, tzinfo=dt.UTC)


@pytest.fixture
def author():
    return AccessFactory(user__first_name="Zoé", user__last_name="Roy")


@pytest.fixture
def draft(author):
    return ApplicationFactory(organization=author.organization, started_by=author.user)


@pytest.fixture
def colleague(draft):
    return ManagerFactory(organization=draft.organization, user__first_name="Luc", user__last_name="Côté").user


def say(draft, actor, text="Il manque le devis.", minutes=0):
    return services.add_comment(application=draft, text=text, actor=actor, now=NOON + dt.timedelta(minutes=minutes))


def told() -> list[tuple[str, str]]:
    found = OutgoingMessage.objects.filter(kind="funding/messages/comments_added").order_by("pk")
    return list(found.values_list("to", "subject"))


def one(draft) -> str:
    return f"Un commentaire de vos collègues\u00a0: {draft}"


# --- Who is told ----------------------------------------------------------------------------------


def test_author_and_those_who_wrote_or_commented_are_told_and_not_who_writes(draft, author, colleague):
    writer, commenter, bystander = (AccessFactory(organization=draft.organization).user for _number in range(3))
    draft.touched = {"nom": [writer.pk, str(writer), NOON.isoformat()], "resume": "illisible"}
    draft.save()
    ApplicationComment.objects.create(
        application=draft, author=commenter, author_name="x", text="Avant.", at=NOON - dt.timedelta(days=1)
    )
    say(draft, colleague)
    assert sorted(told()) == sorted((user.email, one(draft)) for user in (author.user, writer, commenter))
    assert bystander.email not in dict(told())


def test_mail_says_who_wrote_and_leads_there_without_the_words(draft, author, colleague):
    say(draft, colleague, "Un secret de famille.")
    mail = OutgoingMessage.objects.get(kind="funding/messages/comments_added")
    assert f"Luc Côté, {moment(NOON)}" in mail.text
    assert f"/demandes/{draft.pk}/#commentaires" in mail.text
    # The body keeps its e-mails, and gets the answers to them.
    assert "secret" not in mail.text + mail.html


def test_who_has_no_access_any_more_and_staff_are_not_told(draft, author, colleague):
    author.status = AccessStatus.DEACTIVATED
    author.save()
    agent = AgentFactory()
    AccessFactory(organization=draft.organization, user=agent)
    draft.touched = {"nom": [agent.pk, str(agent), NOON.isoformat()]}
    draft.save()
    say(draft, colleague)
    assert told() == []


# --- How often ------------------------------------------------------------------------------------


def test_second_comment_within_the_hour_waits_and_is_told_with_the_third(draft, author, colleague):
    say(draft, colleague)
    say(draft, colleague, minutes=10)
    say(draft, colleague, minutes=20)
    assert told() == [(author.user.email, one(draft))]
    services.send_comment_notices(now=NOON + dt.timedelta(minutes=59))
    assert len(told()) == 1
    for _time in range(2):
        services.send_comment_notices(now=NOON + dt.timedelta(minutes=60))
    assert told()[1:] == [(author.user.email, f"2 commentaires de vos collègues\u00a0: {draft}")]


def test_comment_after_the_hour_is_told_at_once(draft, author, colleague):
    say(draft, colleague)
    say(draft, colleague, minutes=61)
    assert [subject for _to, subject in told()] == [one(draft)] * 2


def test_whoever_answers_has_read_and_waits_for_nothing(draft, author, colleague):
    say(draft, colleague)
    say(draft, colleague, minutes=10)
    say(draft, author.user, minutes=20)
    services.send_comment_notices(now=NOON + dt.timedelta(minutes=70))
    assert [to for to, _subject in told()] == [author.user.email, colleague.email]


def test_access_that_ends_while_it_waits_ends_the_notice(draft, author, colleague):
    say(draft, colleague)
    say(draft, colleague, minutes=10)
    author.status = AccessStatus.DEACTIVATED
    author.save()
    services.send_comment_notices(now=NOON + dt.timedelta(minutes=70))
    assert len(told()) == 1
    assert not CommentNotice.objects.filter(user=author.user).exists()


def test_comment_taken_back_before_it_was_told_is_not(draft, author, colleague):
    say(draft, colleague)
    services.delete_comment(comment=say(draft, colleague, minutes=10), actor=colleague)
    services.send_comment_notices(now=NOON + dt.timedelta(minutes=70))
    assert len(told()) == 1
    # Nothing was told: the next comment does not wait.
    say(draft, colleague, minutes=71)
    assert len(told()) == 2


# --- Taking back ----------------------------------------------------------------------------------


def delete_url(comment) -> str:
    draft = comment.application
    return reverse("funding:delete_comment", args=[draft.organization_id, draft.pk, comment.pk])


def test_author_takes_a_comment_back_after_a_question_and_its_place_stays(draft, author, colleague, client_for):
    comment = say(draft, colleague)
    browser, address = client_for(colleague), delete_url(comment)
    page = reverse("funding:application", args=[draft.organization_id, draft.pk])
    assert address in text_of(browser.get(page))
    assert address not in text_of(client_for(author.user).get(page))
    for asked in (browser.get(address), browser.post(address)):
        assert "Supprimer ce commentaire?" in text_of(asked)
    assert "Il manque le devis." in text_of(browser.get(page))
    shown = text_of(browser.post(address, {"confirmed": "1"}, follow=True))
    assert "Il manque le devis." not in shown
    assert "Commentaire supprimé" in shown
    assert "Luc Côté" in shown
    comment.refresh_from_db()
    assert (comment.text, comment.deleted_at is None) == ("", False)
    assert browser.post(address, {"confirmed": "1"}).status_code == 302


def test_nobody_else_takes_it_back(draft, author, colleague, client_for):
    comment = say(draft, author.user)
    with pytest.raises(PermissionDenied):
        services.delete_comment(comment=comment, actor=colleague)
    assert client_for(colleague).post(delete_url(comment), {"confirmed": "1"}).status_code == 403
    assert client_for(AgentFactory()).post(delete_url(comment), {"confirmed": "1"}).status_code == 404
    author.status = AccessStatus.DEACTIVATED
    author.save()
    with pytest.raises(PermissionDenied):
        services.delete_comment(comment=comment, actor=author.user)
    elsewhere = ApplicationFactory(organization=draft.organization)
    mixed = reverse("funding:delete_comment", args=[draft.organization_id, elsewhere.pk, comment.pk])
    assert client_for(colleague).get(mixed).status_code == 404
    comment.refresh_from_db()
    assert comment.text == "Il manque le devis."


def test_times_of_the_hour_are_those_of_the_clock(draft, author, colleague):
    services.add_comment(application=draft, text="Bonjour.", actor=colleague)
    notice = CommentNotice.objects.get()
    assert (timezone.now() - notice.told_at) < dt.timedelta(minutes=1)
    assert notice.waiting_since is None
