"""What the portal costs: requests a second, p50 and p95 of its busiest pages, and what a first visit weighs.

    script/bench                       100, 1 000 and 10 000 fiches, on SQLite and on PostgreSQL
    script/bench --fiches 100 --only sqlite --seconds 2

Each measure stands beside a bare Django view with a session and one query (`tests/bench_bare.py`), on the same
database, with the same server, in the same run. Traffic goes to 127.0.0.1 alone, for a bounded time. Nothing is
asserted.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import http.client
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import brotli

ROOT = Path(__file__).resolve().parent.parent
CONNECTIONS = 4
PREPARE = """
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.utils import timezone
from guichet.accounts.models import User
from guichet.accounts.tests.factories import UserFactory
from guichet.organizations.models import Organization
from guichet.organizations.tests.factories import AccessFactory, ManagerFactory, MunicipalityFactory
here = MunicipalityFactory()
wanted = {fiches} - Organization.objects.count()
fiches = []
for n in range(wanted):
    fiches.append(Organization(name=f"Club de loisir numero {{n}}", kind="association", municipality=here))
for fiche in fiches:
    fiche.refresh_search_text()
Organization.objects.bulk_create(fiches, batch_size=1000)
fiche = Organization.objects.order_by("pk").first()
person = User.objects.order_by("pk").first()
if person is None:
    person = UserFactory()
    ManagerFactory(user=person, organization=fiche)
    AccessFactory.create_batch(9, organization=fiche)
session = import_module(settings.SESSION_ENGINE).SessionStore()
session[SESSION_KEY] = str(person.pk)
session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
session[HASH_SESSION_KEY] = person.get_session_auth_hash()
session.save()
print("READY", fiche.pk, session.session_key)
"""


@dataclass(frozen=True)
class Measure:
    """One page: requests a second, and times in milliseconds."""

    rate: float
    p50: float
    p95: float


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def server(application: str, environment: dict[str, str], port: int) -> Iterator[None]:
    """One granian worker: what is compared is the cost of a request, and the other core is the client's."""
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--workers", "1"]
    command += ["--blocking-threads", "2", "--no-ws", "--log-level", "warning", application]
    process = subprocess.Popen(command, env=environment, cwd=ROOT)
    try:
        deadline = time.monotonic() + 60
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            if process.poll() is not None or time.monotonic() > deadline:
                sys.exit("script/bench: the server did not start.")
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(timeout=20)


def measure(port: int, path: str, session: str | None, seconds: float) -> Measure:
    """Ask for one page over a few kept connections for some seconds, after a short warm-up."""
    headers = {"Host": "localhost", "Accept-Encoding": "gzip"}
    if session:
        headers["Cookie"] = f"guichet_session={session}"
    times: list[float] = []
    start = time.monotonic() + min(1.0, seconds / 3)
    end = start + seconds

    def client() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while (began := time.monotonic()) < end:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                raise SystemExit(f"script/bench: {path} answered {answer.status}.")
            if began >= start:
                times.append(time.monotonic() - began)
        connection.close()

    threads = [threading.Thread(target=client) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(times) < 2:
        raise SystemExit(f"script/bench: {path} gave no answer in time.")
    cuts = statistics.quantiles(times, n=20)
    return Measure(len(times) / seconds, statistics.median(times) * 1000, cuts[18] * 1000)


def fetch(port: int, path: str, session: str | None) -> tuple[int, str]:
    """The compressed size of an answer as a browser would get it, and its text."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Host": "localhost", "Accept-Encoding": "br, gzip"}
    if session:
        headers["Cookie"] = f"guichet_session={session}"
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    data = answer.read()
    coding = answer.headers.get("Content-Encoding", "")
    plain = {"br": brotli.decompress, "gzip": gzip.decompress}.get(coding, bytes)(data)
    return len(data), plain.decode(errors="replace")


def weigh(port: int, path: str, session: str | None) -> tuple[int, int]:
    """What a page weighs in all at a first visit, and its HTML alone, compressed, in bytes."""
    page, text = fetch(port, path, session)
    linked = set(re.findall(r'(?:src|href)="(/(?:static/|theme-)[^"#]+)', text))
    return page + sum(fetch(port, address, None)[0] for address in linked), page


@contextlib.contextmanager
def postgresql() -> Iterator[str]:
    """A private cluster in a temporary folder, and its address. PostgreSQL refuses to run as root."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda place: int(place.parent.name))
    if not found:
        sys.exit("script/bench: PostgreSQL is missing (Debian: apt-get install postgresql), or use --only sqlite.")
    programs = found[-1]
    folder = Path(tempfile.mkdtemp(prefix="guichet-bench-"))
    become: list[str] = []
    if os.getuid() == 0:
        shutil.chown(folder, "postgres")
        become = ["runuser", "-u", "postgres", "--"]
    data = folder / "data"

    def run(*command: str | Path) -> None:
        subprocess.run([*become, *command], check=True, stdout=subprocess.DEVNULL)

    run(programs / "initdb", "-D", data, "-U", "guichet", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
    options = f"-k {folder} -c listen_addresses=''"
    run(programs / "pg_ctl", "-D", data, "-l", folder / "log", "-w", "-o", options, "start")
    try:
        os.environ["PGHOST"] = str(folder)
        yield "postgres://guichet@/postgres"
    finally:
        run(programs / "pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def manage(environment: dict[str, str], *command: str, script: str = "") -> str:
    """Run a Django command; its output."""
    done = subprocess.run(
        [sys.executable, "manage.py", *command],
        env=environment,
        cwd=ROOT,
        input=script,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    return done.stdout


def row(size: int, label: str, one: Measure, bare: Measure) -> str:
    """A line of the table."""
    share = f"{one.rate / bare.rate:.0%}"
    return f"| {size} | {label} | {one.rate:.0f} | {one.p50:.1f} | {one.p95:.1f} | {share} |"


def bench_database(name: str, url: str | None, sizes: list[int], seconds: float) -> None:
    """One database at every size: a table on standard output."""
    folder = tempfile.mkdtemp(prefix="guichet-bench-")
    environment = {**os.environ, "GUICHET_ENV": "demo", "GUICHET_VAR": folder, "GUICHET_NO_RATE_LIMITS": "1"}
    environment.pop("DATABASE_URL", None)
    if url:
        environment["DATABASE_URL"] = url
    manage(environment, "migrate", "--verbosity=0")
    manage(environment, "setup_site")
    manage(environment, "collectstatic", "--noinput", "--verbosity=0")
    print(f"\n### {name}\n\n| Fiches | Page | Requests/s | p50 ms | p95 ms | Share of the bare view |")
    print("| ---: | --- | ---: | ---: | ---: | ---: |")
    weights: dict[str, tuple[int, int]] = {}
    for size in sizes:
        output = manage(environment, "shell", "--verbosity=0", script=PREPARE.format(fiches=size))
        _ready, fiche, session = next(line for line in output.splitlines() if line.startswith("READY")).split()
        port = free_port()
        with server("tests.bench_bare:application", environment, port):
            bare = measure(port, "/", session, seconds)
        print(row(size, "bare view", bare, bare), flush=True)
        port = free_port()
        with server("tests.bench_bare:application", {**environment, "BENCH_CONNECTION": "kept"}, port):
            kept = measure(port, "/", session, seconds)
        print(row(size, "bare view, connection kept", kept, bare), flush=True)
        pages = {
            "sign-in": ("/connexion/", None),
            "home": (f"/espace/{fiche}/", session),
            "users": (f"/espace/{fiche}/utilisateurs/", session),
            "public home": ("/", None),
        }
        port = free_port()
        with server("guichet.config.wsgi:application", environment, port):
            for label, (path, cookie) in pages.items():
                one = measure(port, path, cookie, seconds)
                print(row(size, label, one, bare), flush=True)
                weights[label] = weigh(port, path, cookie)
    if not url:
        print("\n### Weight of a first visit, compressed\n\n| Page | HTML | In all |\n| --- | ---: | ---: |")
        for label, (total, page) in weights.items():
            print(f"| {label} | {page / 1000:.1f} kB | {total / 1000:.1f} kB |")
    shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(prog="script/bench", description=__doc__.splitlines()[0])
    parser.add_argument("--fiches", type=int, nargs="*", default=[100, 1000, 10000])
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    parser.add_argument("--seconds", type=float, default=5.0)
    options = parser.parse_args()
    print(f"{os.cpu_count()} cores, one granian worker, {CONNECTIONS} connections, {options.seconds:g} s a page")
    if options.only != "postgresql":
        bench_database("SQLite", None, options.fiches, options.seconds)
    if options.only != "sqlite":
        with postgresql() as url:
            bench_database("PostgreSQL", url, options.fiches, options.seconds)


if __name__ == "__main__":
    main()
