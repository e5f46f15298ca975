"""What an import of fiches costs, from the workbook to the last row written, as the worker does it.

    script/bench --import            10,000 rows, on both databases

Nothing is asserted.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

from .bench import call_of, database_of, postgresql

ROWS = 10_000


def measure(rows: int) -> dict[str, Any]:
    """Import so many fiches into this process's database; the seconds of the check and of the writing."""
    from guichet.accounts.tests.factories import AgentFactory
    from guichet.organizations import services
    from guichet.organizations.models import Organization
    from guichet.organizations.tests.spreadsheets import HEADER, upload, xlsx

    from .support.queue import run_queue

    table = [
        [f"Club numéro {n}", "OBNL", "Victoriaville", 1100000000 + n, f"club{n}@example.org", f"D-{n}"]
        for n in range(rows)
    ]
    file, actor = upload(xlsx([HEADER, *table])), AgentFactory()
    began = time.monotonic()
    batch = services.start_import(file=file, actor=actor)
    run_queue()
    batch.refresh_from_db()
    checked = time.monotonic()
    services.confirm_import(batch=batch, actor=actor)
    run_queue()
    written = time.monotonic()
    return {
        "checked": checked - began,
        "written": written - checked,
        "fiches": Organization.objects.filter(external_id__startswith="D-").count(),
    }


def run(*, only: str | None) -> None:
    """Both databases, or one."""
    if only != "postgresql":
        _bench_database("SQLite", None)
    if only != "sqlite":
        with postgresql() as address:
            _bench_database("PostgreSQL", address)


def _bench_database(name: str, address: str | None) -> None:
    with tempfile.TemporaryDirectory(prefix="guichet-bench-") as place:
        took = call_of(database_of(0, address, Path(place) / "importing", None), "bench_import", f"measure({ROWS})")
    print(
        f"{name}: {took['fiches']} of {ROWS} rows imported from .xlsx: checked in {took['checked']:.1f} s, "
        f"written in {took['written']:.1f} s (issue 3: 60 s in all)."
    )
