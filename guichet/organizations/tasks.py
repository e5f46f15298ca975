"""What the worker does for the client accesses."""

import datetime as dt

from django_tasks import task

from guichet.core.calendar import daily, every

from . import services


@daily(at=dt.time(8, 0))
@task(backend="queue")
def remind_late_requests() -> None:
    """Write to the staff about late requests."""
    services.remind_late_requests()


@daily(at=dt.time(2, 0))
@task(backend="queue")
def expire_invitations() -> None:
    """Close the invitations past their date."""
    services.expire_invitations()


@daily(at=dt.time(9, 0))
@task(backend="queue")
def send_people_checks() -> None:
    """Put the yearly question to the gestionnaires."""
    services.send_people_checks()


@daily(at=dt.time(9, 15))
@task(backend="queue")
def send_content_checks() -> None:
    """Ask the gestionnaires, yearly, whether their fiche is still true."""
    services.send_content_checks()


@daily(at=dt.time(9, 30))
@task(backend="queue")
def report_silent_fiches() -> None:
    """Tell the staff of silent fiches."""
    services.report_silent_fiches()


@task(backend="queue")
def run_import(batch_id: int) -> None:
    """Check or write an import."""
    services.run_import(batch_id=batch_id)


@every(seconds=60)
@task(backend="queue")
def resume_imports() -> None:
    """Take over the imports whose worker was killed."""
    services.resume_imports()


@daily(at=dt.time(3, 0))
@task(backend="queue")
def forget_import_files() -> None:
    """Delete the files of old imports."""
    services.forget_import_files()


@daily(at=dt.time(9, 45))
@task(backend="queue")
def send_document_reminders() -> None:
    """Remind gestionnaires of the documents that expire."""
    services.send_document_reminders()


@daily(at=dt.time(3, 15))
@task(backend="queue")
def forget_unused_files() -> None:
    """Delete the files that were sent and never saved."""
    services.forget_unused_files()


@task(backend="queue")
def refresh_entries_that_chose(field: str, choice_id: int) -> None:
    """Tell the directory the new name of an activity, a clientèle or an accessibility measure."""
    services.refresh_entries_that_chose(field=field, choice_id=choice_id)


@daily(at=dt.time(2, 30))
@task(backend="queue")
def search_duplicates() -> None:
    """Look for fiches that may be about the same organisation."""
    services.search_duplicates()


@daily(at=dt.time(3, 15))
@task(backend="queue")
def forget_old_merges() -> None:
    """Forget what moved in merges that may not be undone any more."""
    services.forget_old_merges()
