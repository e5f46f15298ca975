"""How long 400 letters take, on a throw-away database: PYTHONPATH=. .venv/bin/python tests/letters_time.py

Measures, asserts nothing. Issue 4 asks for at most 60 seconds.
"""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

COUNT = 400


def main() -> None:
    """Announce 400 decisions as the worker does, then make their letters, and say how long each took."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "static").mkdir()
        os.environ.update(
            DJANGO_SETTINGS_MODULE="guichet.config.settings",
            GUICHET_ENV="test",
            GUICHET_VAR=folder,
            DATABASE_URL=f"sqlite:///{folder}/letters.sqlite3",
        )
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        measure()


def measure() -> None:
    """The two halves of the work, in this process."""
    from guichet.funding.services import announcing, letters
    from guichet.funding.tests.deciding import InReviewFactory, call_with, prepare
    from guichet.organizations.tests.factories import ManagerFactory

    call, officer = call_with(envelope=None)
    for _number in range(COUNT):
        application = InReviewFactory(call=call)
        ManagerFactory(organization=application.organization)
        prepare(application, officer)
    seen = {row.decision.pk: row.decision.decided_at for row in announcing.plan_announcement(call).ready}
    run = announcing.announce(call=call, seen=seen, actor=officer)
    began = time.perf_counter()
    announcing.run_announcement(run_id=run.pk, most=COUNT)
    told = time.perf_counter()
    made = letters.make_letters(most=COUNT)
    print(f"{COUNT} announced in {told - began:.1f} s, {made} letters in {time.perf_counter() - told:.1f} s")


if __name__ == "__main__":
    main()
