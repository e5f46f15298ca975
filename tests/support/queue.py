"""The worker's part, in this process."""

from django_tasks_db.management.commands.db_worker import Worker


def run_queue() -> None:
    """Do every queued task, then come back."""
    Worker(
        queue_names=["*"],
        excluded_queue_names=[],
        interval=0,
        batch=True,
        backend_name="queue",
        startup_delay=False,
        max_tasks=None,
        worker_id="test",
    ).run()
