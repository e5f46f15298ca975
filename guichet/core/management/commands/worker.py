"""The task worker with its calendar."""

import logging
import threading
from argparse import ArgumentParser

from django.db import close_old_connections
from django_tasks_db.management.commands import db_worker

from guichet.core.calendar import run_due

logger = logging.getLogger(__name__)
TICK_SECONDS = 10


class Command(db_worker.Command):
    """`manage.py worker`: runs what is queued and, beside it, the clock that queues what is due."""

    help = "Run queued tasks and the calendar of periodic ones."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The library's options, on our backend: the default one does its work at once and has no queue."""
        super().add_arguments(parser)
        parser.set_defaults(backend_name="queue")

    def handle(self, **options) -> None:
        """Start the clock, then work until told to stop."""
        stop = threading.Event()
        clock = threading.Thread(target=self._tick, args=(stop,), daemon=True, name="calendar")
        clock.start()
        try:
            super().handle(**{**options, "backend_name": "queue", "reload": False})
        finally:
            stop.set()

    def configure_logging(self, verbosity: int) -> None:
        """The settings' levels; the worker's own would print two lines for every sweep."""
        if verbosity > 1:
            super().configure_logging(verbosity)

    def _tick(self, stop: threading.Event) -> None:
        while not stop.wait(TICK_SECONDS):
            try:
                run_due()
            except Exception:
                # The clock outlives a database that is away for a moment.
                logger.exception("The calendar could not run")
            finally:
                close_old_connections()
