"""What every test stands on: the environment, a clean database, a mail server, people who are signed in."""

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

# Before the settings are read, hence before any import of ours; what a developer's shell says must not leak in.
# DJANGO_SETTINGS_MODULE stands here and not in pyproject.toml, where pytest-django would read it before this file.
for _name in [name for name in os.environ if name.startswith("GUICHET_") and name != "GUICHET_SHOTS"]:
    del os.environ[_name]
VAR = Path(tempfile.mkdtemp(prefix="guichet-var-"))
atexit.register(shutil.rmtree, VAR, ignore_errors=True)
(VAR / "static").mkdir()
os.environ["GUICHET_ENV"] = "test"
os.environ["GUICHET_VAR"] = str(VAR)
os.environ["GUICHET_CACHE_URL"] = "locmemcache://"
os.environ["DJANGO_SETTINGS_MODULE"] = "guichet.config.settings"

RATE_LIMITS: dict = {}


def pytest_configure(config: pytest.Config) -> None:
    """Change what would only slow the tests down or make them depend on one another."""
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    # Read from the sources: whitenoise would list the folder that collectstatic fills.
    settings.WHITENOISE_AUTOREFRESH = True
    RATE_LIMITS.update(settings.ACCOUNT_RATE_LIMITS or {})
    # An empty dictionary would mean allauth's own limits.
    settings.ACCOUNT_RATE_LIMITS = False


# --- The database -------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker, django_db_modify_db_settings) -> Iterator[None]:
    """A copy of the migrated database, and a fresh one after every test that really commits."""
    from django.test import TransactionTestCase

    from tests.support import database

    TransactionTestCase._fixture_teardown = lambda self: database.restore()
    with django_db_blocker.unblock():
        database.create()
    yield
    with django_db_blocker.unblock():
        database.drop()


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """Nothing counted or remembered by one test is seen by the next."""
    from django.core.cache import cache

    yield
    cache.clear()


@pytest.fixture
def rate_limits(settings) -> dict:
    """Switch the real rate limits on, for this test."""
    settings.ACCOUNT_RATE_LIMITS = RATE_LIMITS
    return RATE_LIMITS


@pytest.fixture(scope="session", autouse=True)
def _undefined_variables_are_errors() -> None:
    """See tests/support/templates.py."""
    from django.template import engines

    from tests.support.templates import Undefined

    engines["django"].engine.string_if_invalid = Undefined()


# --- People -------------------------------------------------------------------------------------


@pytest.fixture
def client_for() -> Callable:
    """``client_for(user)``: a browser without a screen, in which this person is signed in."""
    from django.test import Client

    def client_for(user, **options) -> Client:
        client = Client(**options)
        client.force_login(user)
        return client

    return client_for


# --- Messages and the worker --------------------------------------------------------------------


@pytest.fixture
def deliver() -> Callable:
    """``deliver()``: send what is due, until nothing is; ``deliver(now=…)`` as if it were then."""
    from guichet.core.services import sweep

    def deliver(**options) -> None:
        for _round in range(50):
            if not sweep(**options):
                return
        raise AssertionError("There is always something due: a message comes back without waiting.")

    return deliver


@pytest.fixture
def smtp_server(settings) -> Iterator:
    """A mail server that really receives, and settings that send to it. See tests/support/mail.py."""
    from tests.support.mail import MailServer

    server = MailServer()
    server.start()
    settings.EMAIL_KEPT = False
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = server.host, server.port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_TIMEOUT = 5
    yield server
    server.stop()


@pytest.fixture
def run_queue() -> Callable:
    """``run_queue()``: what the worker would do with the queued tasks, here and now."""
    from django_tasks_db.management.commands.db_worker import Worker

    def run_queue() -> None:
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

    return run_queue


@pytest.fixture
def start_worker(transactional_db, smtp_server) -> Iterator[Callable]:
    """``start_worker()``: the real worker, a process of its own on this test's database and mail server."""
    from django.conf import settings

    from tests.support import database

    started: list[subprocess.Popen] = []

    def start_worker() -> subprocess.Popen:
        environment = {
            **os.environ,
            "DATABASE_URL": database.address(),
            "GUICHET_EMAIL_URL": f"smtp://{smtp_server.host}:{smtp_server.port}",
        }
        command = [sys.executable, "manage.py", "worker"]
        started.append(subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment))
        return started[-1]

    yield start_worker
    for process in started:
        process.kill()
        process.wait()


@pytest.fixture(scope="session")
def wait_until() -> Callable:
    """``wait_until(condition)``: for what another process or thread does; fails after ``seconds``."""

    def wait_until(condition: Callable[[], object], *, seconds: float = 15) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, f"not within {seconds} s"
            time.sleep(0.05)

    return wait_until
