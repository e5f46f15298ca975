"""One migrated database a run, copied for whoever needs a clean one.

Migrating takes ten seconds, a copy some milliseconds. A copy also brings back what the migrations wrote (Wagtail's
root page, locale and groups), which Django's flush after a transactional test would leave empty.
"""

import fcntl
import hashlib
import itertools
import shutil
import sqlite3
from pathlib import Path

from django.conf import settings
from django.db import connection, connections

ROOT = Path(settings.BASE_DIR)
# Of the copies on SQLite.
NUMBERS = itertools.count(1)


def create() -> None:
    """Make this process's test database, with all migrations."""
    if connection.vendor == "sqlite":
        _create_sqlite()
    else:
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        _copy_postgresql(connection.settings_dict["NAME"], _clean_name())


def restore() -> None:
    """Put this process's test database back as the migrations left it."""
    if connection.vendor == "sqlite":
        former = Path(connection.settings_dict["NAME"])
        own = connection.creation._get_test_db_name()
        _use_sqlite(Path(f"{own}.template"), Path(f"{own}.{next(NUMBERS)}"))
        _remove_sqlite(former)
    else:
        _copy_postgresql(_clean_name(), connection.settings_dict["NAME"])


def drop() -> None:
    """Leave nothing behind but the template."""
    _close()
    if connection.vendor != "sqlite":
        with connection._nodb_cursor() as cursor:
            for name in (connection.settings_dict["NAME"], _clean_name()):
                cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def address() -> str:
    """The test database as another process names it, in DATABASE_URL."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    parts = connection.settings_dict
    return f"postgres://{parts['USER']}:{parts['PASSWORD']}@{parts['HOST']}:{parts['PORT']}/{name}".replace(
        ":@:/", "@/"
    )


def _close() -> None:
    connections.close_all()
    if hasattr(connection, "close_pool"):
        connection.close_pool()


def _template_path() -> Path:
    """The template of this very schema: another branch has another one."""
    mark = hashlib.sha256((ROOT / "requirements" / "base.txt").read_bytes())
    for path in sorted(ROOT.glob("guichet/*/migrations/*.py")):
        mark.update(path.read_bytes())
    return ROOT / ".pytest_cache" / "databases" / f"{mark.hexdigest()[:16]}.sqlite3"


def _create_sqlite() -> None:
    template = _template_path()
    path = Path(connection.creation._get_test_db_name())
    template.parent.mkdir(parents=True, exist_ok=True)
    with (template.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not template.exists():
            for outdated in template.parent.glob("*.sqlite3"):
                outdated.unlink()
            connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
            unfinished = template.with_suffix(".unfinished")
            unfinished.unlink(missing_ok=True)
            with connection.cursor() as cursor:
                cursor.execute("VACUUM INTO %s", [str(unfinished)])
            unfinished.rename(template)
        # Of this run alone: the shared one goes as soon as a migration is edited and somebody else runs the tests.
        shutil.copyfile(template, f"{path}.template")
    _use_sqlite(Path(f"{path}.template"), path)


def _use_sqlite(source: Path, target: Path) -> None:
    """Go on with a copy, under a name of its own.

    A thread of the live server that still holds the former file writes into the void, not into the next test; and
    when it closes, SQLite deletes the log beside that file by its name: under the same name, the next test's log.
    """
    _close()
    _remove_sqlite(target)
    shutil.copyfile(source, target)
    # Whoever opens it first would have to turn it to WAL, and two threads at once would collide over that.
    handle = sqlite3.connect(target)
    handle.execute("PRAGMA journal_mode=WAL")
    handle.close()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = str(target)


def _remove_sqlite(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)


def _clean_name() -> str:
    return f"{connection.settings_dict['NAME']}_clean"


def _copy_postgresql(source: str, target: str) -> None:
    _close()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{target}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')
