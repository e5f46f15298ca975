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
# The processes of pytest-xdist inherit all this from the one that starts them.
if "PYTEST_XDIST_WORKER" not in os.environ:
    for _name in [name for name in os.environ if name.startswith("GUICHET_") and name != "GUICHET_SHOTS"]:
        del os.environ[_name]
    _var = tempfile.mkdtemp(prefix="guichet-var-")
    atexit.register(shutil.rmtree, _var, ignore_errors=True)
    # Whitenoise warns of a missing folder, and warnings are errors.
    (Path(_var) / "static").mkdir()
    os.environ["GUICHET_ENV"] = "test"
    os.environ["GUICHET_VAR"] = _var
    os.environ["GUICHET_CACHE_URL"] = "locmemcache://"
    os.environ["DJANGO_SETTINGS_MODULE"] = "guichet.config.settings"


def pytest_configure(config: pytest.Config) -> None:
    """Start Django now that the environment stands."""
    import django

    django.setup()


@pytest.fixture(scope="session", autouse=True)
def rate_limits_in_production() -> dict:
    """Change what would only slow the tests down or make them depend on one another; return what it was."""
    from django.conf import settings
    from django.template import engines
    from django.test import override_settings

    from tests.support.templates import Undefined

    limits = settings.ACCOUNT_RATE_LIMITS
    override_settings(
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        STORAGES={
            **settings.STORAGES,
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
        # Read from the sources, not from the folder that collectstatic fills.
        WHITENOISE_AUTOREFRESH=True,
        # An empty dictionary would mean allauth's own limits.
        ACCOUNT_RATE_LIMITS=False,
    ).enable()
    engines["django"].engine.string_if_invalid = Undefined()
    return limits


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

    from guichet.core.shared import forget

    yield
    cache.clear()
    forget()


@pytest.fixture
def rate_limits(settings, rate_limits_in_production) -> dict:
    """Switch the real rate limits on, for this test."""
    settings.ACCOUNT_RATE_LIMITS = rate_limits_in_production
    return rate_limits_in_production


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
    from tests.support.queue import run_queue

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
