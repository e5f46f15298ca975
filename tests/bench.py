"""What the portal costs: requests a second, p50 and p95 of its busiest pages, and what a first visit weighs.

    script/bench                       100, 1 000 and 10 000 fiches, on SQLite and on PostgreSQL
    script/bench --fiches 100 --only sqlite --seconds 2
    script/bench --fiches 10000 100000 --pages "directory search" directory organisation fiche approval
    script/bench --import              an import of 10,000 rows: tests/bench_import.py
    script/bench --funding             the financial assistance: tests/bench_funding.py

Each measure stands beside a bare Django view with a session and one query (`tests/bench_bare.py`), on the same
database, with the same server, in the same run. A machine is never equally fast for two minutes: the measure is cut
into rounds, each round visits every size and every page in turn, and what is printed of two measures is the median of
their ratios within a round. One server runs at a time: another one that keeps SQLite open would spare the bare view
half the price of its connections. Traffic goes to 127.0.0.1 alone, for a bounded time. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import http.client
import itertools
import json
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
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import brotli
import psycopg

ROOT = Path(__file__).resolve().parent.parent
CONNECTIONS = 4
WARM_UP_SECONDS = 0.7
BARE, KEPT = "bare view", "bare view, connection kept"
CALL = """
import json
from tests import {module}
print("READY", json.dumps({module}.{call}))
"""
# What visitors of the directory ask: a word, a word and filters, a plural, a mistyped word, filters alone.
SEARCHES = [
    "q=natation",
    "q=natation&milieu=association",
    "q=hockey&mrc=1",
    "q=danses&activite=3",
    "q=nattion",
    "q=judo+nicolet",
    "q=soccer&mrc=2&mrc=3&milieu=municipal",
    "q=tennis&municipalite=5",
    "q=patinage&clientele=2",
    "q=club+drummondville",
    "activite=7&mrc=1",
    "municipalite=8",
]


@dataclass
class Measure:
    """One page at one size: requests a second in each round, and every answer's time in seconds."""

    rates: list[float] = field(default_factory=list)
    times: list[float] = field(default_factory=list)

    def share_of(self, other: Measure) -> float:
        """How fast this is beside the other, round by round."""
        return statistics.median(mine / theirs for mine, theirs in zip(self.rates, other.rates, strict=True))


@dataclass(frozen=True)
class Page:
    """What is asked for, one address after the other, with whose session, over how many connections at once."""

    addresses: list[str]
    session: str | None = None
    connections: int = CONNECTIONS


@dataclass(frozen=True)
class Stock:
    """A database with so many fiches, and who visits it."""

    size: int
    environment: dict[str, str]
    fiche: str
    entry: str
    session: str

    @property
    def pages(self) -> dict[str, Page]:
        """What is measured of the portal. A search is timed alone: in a queue, one waits for the others."""
        area = f"/espace/{self.fiche}"
        return {
            "sign-in": Page(["/connexion/"]),
            "home": Page([f"{area}/"], self.session),
            "users": Page([f"{area}/utilisateurs/"], self.session),
            "public home": Page(["/"]),
            "directory": Page(["/repertoire/"], connections=1),
            "directory search": Page([f"/repertoire/?{query}" for query in SEARCHES], connections=1),
            "organisation": Page([f"/repertoire/{self.entry}/"]),
            "fiche": Page([f"{area}/fiche/"], self.session),
            "approval": Page([f"{area}/fiche/modifications/"], self.session),
        }


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def server(application: str, environment: dict[str, str], port: int, workers: int = 1) -> Iterator[None]:
    """One granian worker: what is compared is the cost of a request, and the other core is the client's."""
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--workers", str(workers)]
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


def measure(one: Measure, port: int, page: Page, seconds: float) -> None:
    """Ask for a page over a few kept connections for some seconds, after a warm-up; add the round to ``one``."""
    headers = {"Host": "localhost", "Accept-Encoding": "gzip"}
    if page.session:
        headers["Cookie"] = f"guichet_session={page.session}"
    # The first answer of a new process loads modules and templates, for a second and more.
    fetch(port, page.addresses[0], page.session)
    times: list[float] = []
    start = time.monotonic() + WARM_UP_SECONDS
    end = start + seconds
    addresses = itertools.cycle(page.addresses)

    def client() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while (began := time.monotonic()) < end:
            address = next(addresses)
            connection.request("GET", address, headers=headers)
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                raise SystemExit(f"script/bench: {address} answered {answer.status}.")
            if began >= start:
                times.append(time.monotonic() - began)
        connection.close()

    threads = [threading.Thread(target=client) for _ in range(page.connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(times) < 2:
        raise SystemExit(f"script/bench: {page.addresses[0]} gave no answer in time.")
    one.rates.append(len(times) / seconds)
    one.times += times


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


def call_of(environment: dict[str, str], module: str, call: str) -> Any:
    """What a function of a module of ``tests`` answers, in a process of its own, as JSON carries it."""
    output = manage(environment, "shell", "--verbosity=0", script=CALL.format(module=module, call=call))
    line = next(line for line in output.splitlines() if line.startswith("READY"))
    return json.loads(line.removeprefix("READY"))


def database_of(size: int, address: str | None, folder: Path, filled: Path | None) -> dict[str, str]:
    """The environment of a new database of its own, a copy of the last one that was filled when there is one."""
    environment = {**os.environ, "GUICHET_ENV": "demo", "GUICHET_VAR": str(folder), "GUICHET_NO_RATE_LIMITS": "1"}
    environment.pop("DATABASE_URL", None)
    if filled:
        shutil.copytree(filled, folder)
    if address:
        template = f" TEMPLATE {filled.name}" if filled else ""
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {folder.name}{template}")
        environment["DATABASE_URL"] = f"postgres://guichet@/{folder.name}"
    if not filled:
        manage(environment, "migrate", "--verbosity=0")
        manage(environment, "setup_site")
        manage(environment, "collectstatic", "--noinput", "--verbosity=0")
    return environment


def fill(sizes: list[int], address: str | None, place: Path) -> list[Stock]:
    """One database for each size, smallest first."""
    stocks: list[Stock] = []
    filled = None
    for size in sorted(sizes):
        folder = place / f"fiches_{size}"
        environment = database_of(size, address, folder, filled)
        fiche, entry, session = call_of(environment, "bench_fill", f"fill({size})")
        if address:
            # What autovacuum would do by itself, in the middle of a measure.
            with psycopg.connect(f"{address.rpartition('/')[0]}/{folder.name}", autocommit=True) as connection:
                connection.execute("VACUUM ANALYZE")
        stocks.append(Stock(size, environment, fiche, entry, session))
        filled = folder
    return stocks


def visit(stock: Stock, measures: dict[str, Measure], seconds: float) -> None:
    """One round at one size: the bare view, then the portal's pages."""
    for label, more in ((BARE, {}), (KEPT, {"BENCH_CONNECTION": "kept"})):
        port = free_port()
        with server("tests.bench_bare:application", {**stock.environment, **more}, port):
            measure(measures[label], port, Page(["/"], stock.session), seconds)
    port = free_port()
    with server("guichet.config.wsgi:application", stock.environment, port):
        for label, page in stock.pages.items():
            if label in measures:
                measure(measures[label], port, page, seconds)


def print_table(name: str, found: dict[int, dict[str, Measure]]) -> None:
    """The measures of one database."""
    smallest = min(found)
    print(f"\n### {name}\n")
    print(f"| Fiches | Page | Requests/s | p50 ms | p95 ms | Share of the bare view | Cost, at {smallest} = 1 |")
    print("| ---: | --- | ---: | ---: | ---: | ---: | ---: |")
    for size, measures in found.items():
        for label, one in measures.items():
            p50, p95 = statistics.median(one.times) * 1000, statistics.quantiles(one.times, n=20)[18] * 1000
            share, growth = one.share_of(measures[BARE]), found[smallest][label].share_of(one)
            rate = statistics.median(one.rates)
            print(f"| {size} | {label} | {rate:.0f} | {p50:.1f} | {p95:.1f} | {share:.0%} | {growth:.2f} |")


def print_weights(stock: Stock) -> None:
    """What a first visit of each page weighs."""
    print("\n### Weight of a first visit, compressed\n\n| Page | HTML | In all |\n| --- | ---: | ---: |")
    port = free_port()
    with server("guichet.config.wsgi:application", stock.environment, port):
        for label, page in stock.pages.items():
            total, html = weigh(port, page.addresses[0], page.session)
            print(f"| {label} | {html / 1000:.1f} kB | {total / 1000:.1f} kB |")


def bench_database(
    name: str, address: str | None, sizes: list[int], seconds: float, rounds: int, pages: list[str] | None
) -> None:
    """One database at every size: a table on standard output."""
    with tempfile.TemporaryDirectory(prefix="guichet-bench-") as place:
        stocks = fill(sizes, address, Path(place))
        wanted = [BARE, KEPT, *(label for label in stocks[0].pages if not pages or label in pages)]
        found = {stock.size: {label: Measure() for label in wanted} for stock in stocks}
        for _round in range(rounds):
            for stock in stocks:
                visit(stock, found[stock.size], seconds / rounds)
        print_table(name, found)
        if not address:
            print_weights(stocks[0])


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(prog="script/bench", description=__doc__.splitlines()[0])
    parser.add_argument("--fiches", type=int, nargs="*", default=[100, 1000, 10000])
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    parser.add_argument("--seconds", type=float, default=5.0, help="a page, over all rounds")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--pages", nargs="*", help="only these, by their names in the table")
    parser.add_argument("--funding", action="store_true", help="the financial assistance: tests/bench_funding.py")
    parser.add_argument("--import", dest="importing", action="store_true", help="the import: tests/bench_import.py")
    parser.add_argument("--small", action="store_true", help="with --funding: little of everything")
    options = parser.parse_args()
    if options.funding:
        from .bench_funding import run

        run(only=options.only, is_small=options.small)
        return
    if options.importing:
        from .bench_import import run as run_import

        run_import(only=options.only)
        return
    print(
        f"{os.cpu_count()} cores, one granian worker, {CONNECTIONS} connections (the directory: 1),"
        f" {options.seconds:g} s a page in {options.rounds} rounds"
    )
    if options.only != "postgresql":
        bench_database("SQLite", None, options.fiches, options.seconds, options.rounds, options.pages)
    if options.only != "sqlite":
        with postgresql() as address:
            bench_database("PostgreSQL", address, options.fiches, options.seconds, options.rounds, options.pages)


if __name__ == "__main__":
    main()
