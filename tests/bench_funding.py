"""What the financial assistance costs: its busiest pages, its export, its letters, and the last minute of a call.

    script/bench --funding            1,000 evaluated applications of one call, 10,000 in all, 500 submissions
    script/bench --funding --small    the same with little, to see that it works

Pages are asked for over `CONNECTIONS` at once (the export and the ranking over one), as `tests/bench.py` does, of one
granian worker. The burst has PostgreSQL, two workers and the worker of the queue: every gestionnaire opens « Relire et
transmettre », then submits at a moment drawn at random within `BURST_SECONDS` (issue 4 gives them two minutes: half of
it here, so twice as dense), all before the closing. A submission's time counts from the moment that was drawn, waiting
included. Nothing is asserted.
"""

from __future__ import annotations

import http.client
import json
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from .bench import CONNECTIONS, ROOT, call_of, database_of, free_port, postgresql, server

BURST_SECONDS = 60
BURST_THREADS = 60
# Django takes any cookie of this form, with the same in the form.
TOKEN = "benchbenchbenchbenchbenchbench00"
FORM = "application/x-www-form-urlencoded"
FILL = "bench_funding_fill"


@dataclass(frozen=True)
class Size:
    """How much there is of everything."""

    ranked: int = 1000
    in_all: int = 10_000
    burst: int = 500
    letters: int = 400
    burst_seconds: float = BURST_SECONDS
    seconds: float = 5.0


SMALL = Size(ranked=30, in_all=120, burst=20, letters=10, burst_seconds=4, seconds=1.0)


def ask(
    port: int, path: str, session: str, *, form: dict[str, Any] | None = None, script: bool = False
) -> tuple[int, float, int, str]:
    """One request: its status, seconds and bytes, and where it leads."""
    headers = {"Host": "localhost", "Cookie": f"guichet_session={session}; csrftoken={TOKEN}"}
    if script:
        headers["Accept"] = "application/json"
    body = None
    if form is not None:
        body = urlencode({**form, "csrfmiddlewaretoken": TOKEN}, doseq=True)
        headers |= {"Content-Type": FORM, "Origin": f"http://localhost:{port}", "Host": f"localhost:{port}"}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    began = time.monotonic()
    connection.request("GET" if form is None else "POST", path, body=body, headers=headers)
    answer = connection.getresponse()
    size = len(answer.read())
    took = time.monotonic() - began
    connection.close()
    return answer.status, took, size, answer.headers.get("Location", "")


def over_and_over(one: Callable[[int], tuple[int, float, int, str]], seconds: float, connections: int) -> list[float]:
    """The time of each answer, over some connections at once, for some seconds and three times at least."""
    one(0)
    end, times = time.monotonic() + seconds, []

    def client(number: int) -> None:
        done = 0
        while done < 3 or time.monotonic() < end:
            done += 1
            status, took, _size, _where = one(number * 100_000 + done)
            if status != 200:
                raise SystemExit(f"script/bench: answered {status}.")
            times.append(took)

    threads = [threading.Thread(target=client, args=(number,)) for number in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times


def row(label: str, times: list[float], connections: int) -> None:
    """One line of the table."""
    p50, p95 = statistics.median(times) * 1000, statistics.quantiles(times, n=20)[18] * 1000
    print(f"| {label} | {connections} | {len(times)} | {p50:.0f} | {p95:.0f} |", flush=True)


def autosave(visit: dict[str, Any], port: int) -> Callable[[int], tuple[int, float, int, str]]:
    """What the script sends while somebody types: the section, of which one answer is new each time."""

    def save(number: int) -> tuple[int, float, int, str]:
        (text, _mark), (_before, known) = visit["texts"][number % 2], visit["texts"][(number + 1) % 2]
        form = {"q-q0": text, "base": json.dumps(visit["base"] | {"q0": known})}
        return ask(port, visit["section"], visit["session"], form=form, script=True)

    return save


def measure_pages(environment: dict[str, str], visit: dict[str, Any], size: Size) -> None:
    """The pages, of one worker."""
    print("| Page | Connections | Answers | p50 ms | p95 ms |\n| --- | ---: | ---: | ---: | ---: |")
    staff, session = visit["staff"], visit["session"]
    pages = [
        ("client list of applications", visit["list"], session, CONNECTIONS),
        ("application", visit["application"], session, CONNECTIONS),
        ("section of 60 questions", visit["section"], session, CONNECTIONS),
        ("staff list", "/gestion/demandes/", staff, CONNECTIONS),
        (f"ranking of {size.ranked}", visit["ranking"], staff, 1),
        (f"export of {size.in_all} (.xlsx)", "/gestion/demandes/demandes.xlsx", staff, 1),
    ]
    port = free_port()
    with server("guichet.config.wsgi:application", environment, port):
        for label, path, who, connections in pages:
            times = over_and_over(lambda _n, p=path, w=who: ask(port, p, w), size.seconds, connections)
            row(label, times, connections)
        row("autosave, one writer", over_and_over(autosave(visit, port), size.seconds, 1), 1)


def measure_letters(environment: dict[str, str], visit: dict[str, Any], size: Size) -> None:
    """The worker's part after « Annoncer »."""
    took = call_of(environment, FILL, f"make_letters({visit['letters_call']}, {size.letters})")
    print(
        f"\n{size.letters} decisions announced in {took['announcing']:.1f} s; "
        f"{took['made']} letters as PDF in {took['letters']:.1f} s (issue 4: 400 in 60 s)."
    )


def measure_burst(environment: dict[str, str], visit: dict[str, Any], size: Size) -> None:
    """Everybody submits at the end of the call."""
    chance, port = random.Random(4), free_port()
    queue = subprocess.Popen(
        [sys.executable, "manage.py", "worker"],
        env=environment,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        with server("guichet.config.wsgi:application", environment, port, workers=2):
            for _warm in range(4):
                ask(port, *visit["burst"][0])
            start = time.monotonic() + 1

            def submit(moment: float, path: str, session: str) -> tuple[bool, float]:
                time.sleep(max(0.0, start + moment - time.monotonic()))
                _status, _took, _size, where = ask(port, path, session, form={"agreed": "on"})
                return where.endswith("/recu/"), time.monotonic() - start - moment

            moments = sorted(chance.uniform(0, size.burst_seconds) for _one in visit["burst"])
            paths, sessions = zip(*visit["burst"], strict=True)
            with ThreadPoolExecutor(BURST_THREADS) as pool:
                results = list(pool.map(submit, moments, paths, sessions))
    finally:
        queue.terminate()
        queue.wait(timeout=30)
    kept = call_of(environment, FILL, f"handed_in({visit['burst_call']})")
    times = [took for _accepted, took in results]
    accepted = sum(is_accepted for is_accepted, _took in results)
    print(
        f"\n{len(results)} gestionnaires submit within {size.burst_seconds:g} s, two workers and the queue's: "
        f"{accepted} accepted, {accepted - kept['received']} lost, {kept['numbers']} different numbers; "
        f"p50 {statistics.median(times) * 1000:.0f} ms, p95 {statistics.quantiles(times, n=20)[18] * 1000:.0f} ms, "
        f"longest {max(times) * 1000:.0f} ms (issue 4: p95 at most 1 s)."
    )


def bench_database(name: str, address: str | None, size: Size) -> None:
    """All of it on one database; the burst on PostgreSQL alone."""
    print(f"\n### {name}\n")
    with tempfile.TemporaryDirectory(prefix="guichet-bench-") as place:
        environment = database_of(0, address, Path(place) / "funding", None)
        visit = call_of(environment, FILL, f"fill({size.ranked}, {size.in_all}, {size.burst})")
        if address:
            call_of(environment, FILL, "vacuum()")
        measure_pages(environment, visit, size)
        measure_letters(environment, visit, size)
        if address:
            measure_burst(environment, visit, size)


def run(*, only: str | None, is_small: bool) -> None:
    """Both databases, or one."""
    size = SMALL if is_small else Size()
    print(f"Financial assistance: {size.in_all} applications, {size.ranked} of one call; one granian worker")
    if only != "postgresql":
        bench_database("SQLite", None, size)
    if only != "sqlite":
        with postgresql() as address:
            bench_database("PostgreSQL", address, size)
