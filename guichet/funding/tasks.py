"""What the worker does for the financial assistance."""

import datetime as dt

from django_tasks import task

from guichet.core.calendar import daily, every

from . import services
from .services import completion, decision_announcing, letters, opinions


@task(backend="queue")
def make_submission_pdf(submission_id: int) -> None:
    """Make the PDF of what was handed in."""
    services.make_submission_pdf(submission_id=submission_id)


@daily(at=dt.time(8, 30))
@task(backend="queue")
def remind_managers() -> None:
    """Remind gestionnaires of the applications that wait for them."""
    services.remind_managers()


@every(seconds=60)
@task(backend="queue")
def send_comment_notices() -> None:
    """Tell colleagues of the comments that waited for the end of their hour."""
    services.send_comment_notices()


# --- Calls


@task(backend="queue")
def send_announcement(announcement_id: int) -> None:
    """Tell people that a call opens."""
    services.send_announcement(announcement_id=announcement_id)


@every(seconds=60)
@task(backend="queue")
def resume_announcements() -> None:
    """Take over the announcements whose worker was killed."""
    services.resume_announcements()


@daily(at=dt.time(9, 0))
@task(backend="queue")
def remind_of_closings() -> None:
    """Remind those who have not handed in that a call closes."""
    services.remind_of_closings()


@daily(at=dt.time(8, 45))
@task(backend="queue")
def remind_completions() -> None:
    """Remind the fiches of the completions that are due."""
    completion.remind_completions()


@daily(at=dt.time(8, 50))
@task(backend="queue")
def remind_opinions() -> None:
    """Remind people from outside of the opinions that are due soon."""
    opinions.remind_opinions()


# --- Deciding -------------------------------------------------------------------------------------


@task(backend="queue")
def run_announcement(run_id: int) -> None:
    """Announce the next decisions of a run."""
    decision_announcing.run_announcement(run_id=run_id)


@every(seconds=60)
@task(backend="queue")
def resume_decision_announcements() -> None:
    """Take over the announcements whose worker was killed."""
    decision_announcing.resume_announcements()


@task(backend="queue")
def make_letters() -> None:
    """Make the next letters, then ask for the ones after."""
    letters.make_letters()
    if letters.are_letters_left():
        make_letters.enqueue()


@every(seconds=60)
@task(backend="queue")
def make_forgotten_letters() -> None:
    """Make the letters whose worker was killed."""
    letters.make_letters()


# --- After the decision


@daily(at=dt.time(8, 15))
@task(backend="queue")
def remind_reports() -> None:
    """Remind gestionnaires of the final reports that are due."""
    services.remind_reports()


@daily(at=dt.time(3, 45))
@task(backend="queue")
def forget_old_uploads() -> None:
    """Delete the files that came in part, and that nobody went on with."""
    services.forget_old_uploads()
