"""What script/server does once the environment stands: data, web server and worker, until told to stop."""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import hashlib
import http.client
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("GUICHET_VAR") or "var")
VAR = VAR if VAR.is_absolute() else ROOT / VAR
STAMPS = VAR / ".stamps"
ACCOUNTS = VAR / "demo-accounts.txt"
PYTHON = sys.executable
MANAGE = [PYTHON, "manage.py"]
# Two processes for two cores. Few threads: SQLite has one writer, and Python one running thread a process.
SERVER = [
    *(PYTHON, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--no-ws", "--log-level", "warning"),
    *(
        "--workers",
        "2",
        "--blocking-threads",
        "4",
        "--backpressure",
        "64",
        "--workers-kill-timeout",
        "5",
        "--respawn-failed-workers",
    ),
    "guichet.config.wsgi:application",
]
WAIT_SECONDS = 180
PATIENCE_SECONDS = 10


class Stopped(Exception):
    """Somebody asked us to stop."""


def fail(sentence: str) -> None:
    """Say why it cannot go on, in one line."""
    sys.exit(f"script/server: {sentence}")


def on_signal(number: int, frame: FrameType | None) -> None:
    """Ctrl-C, `kill` and a closed terminal all mean the same."""
    raise Stopped


def main() -> None:
    """Prepare what is not ready, start both processes, and keep them until one ends or we are told to stop."""
    parser = argparse.ArgumentParser(prog="script/server", description="Start the portal with its demo.")
    parser.add_argument("--fresh", action="store_true", help="delete the database, the files and the cache first")
    options = parser.parse_args()
    port = read_port()
    if os.environ.get("GUICHET_ENV", "demo") != "demo":
        fail("starts a demo, with invented people: docs/operations.md says how to run the real thing.")
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, on_signal)
    os.chdir(ROOT)
    VAR.mkdir(parents=True, exist_ok=True)
    lock = take_folder()
    check_port(port)
    try:
        if options.fresh:
            start_over()
        set_environment(port)
        prepare()
        serve(port)
    except Stopped:
        print("\nStopped.", flush=True)
    finally:
        lock.close()


def read_port() -> int:
    """The port that PORT asks for."""
    asked = os.environ.get("PORT") or "8000"
    if not asked.isdecimal() or not 0 < int(asked) < 65536:
        fail(f"PORT is a number from 1 to 65535, not « {asked} ».")
    return int(asked)


def check_port(port: int) -> None:
    """Find out now, rather than after a minute of preparation, that the port is not free."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            fail(f"port {port} cannot be used ({error.strerror.lower()}): choose another, PORT=8001 script/server.")


def take_folder():
    """Hold the data folder: two servers on one folder would share a worker's queue and an address."""
    lock = (VAR / ".server.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        fail(f"a server already runs on {VAR}: stop it, or choose another folder with GUICHET_VAR.")
    return lock


def start_over() -> None:
    """Delete what a run makes, and nothing else that may stand in the folder."""
    if os.environ.get("DATABASE_URL"):
        fail("--fresh only deletes the embedded database: with DATABASE_URL, empty yours yourself.")
    for name in ("guichet.sqlite3", "guichet.sqlite3-wal", "guichet.sqlite3-shm", ACCOUNTS.name):
        (VAR / name).unlink(missing_ok=True)
    for name in ("media", "private", "cache", ".stamps"):
        shutil.rmtree(VAR / name, ignore_errors=True)


def set_environment(port: int) -> None:
    """What both processes and every command need to know."""
    key = VAR / "secret-key"
    if not key.exists():
        key.touch(mode=0o600)
        key.write_text(secrets.token_urlsafe(48))
    os.environ.setdefault("GUICHET_SECRET_KEY", key.read_text())
    os.environ.setdefault("GUICHET_BASE_URL", f"http://localhost:{port}")
    os.environ["GUICHET_VAR"] = str(VAR)
    os.environ["DJANGO_SETTINGS_MODULE"] = "guichet.config.settings"
    os.environ["PYTHONUNBUFFERED"] = "1"


def prepare() -> None:
    """Static files beside the database, each only when what it is made of changed."""
    ours = [path for path in (ROOT / "guichet").rglob("*") if path.suffix != ".pyc" and "tests" not in path.parts]
    requirements = ROOT / "requirements" / "base.txt"
    static = mark_of(
        [requirements, *(ROOT / "assets" / "build").rglob("*"), *(p for p in ours if "static" in p.parts)]
    )
    data = mark_of([requirements, *(p for p in ours if p.suffix != ".html")], os.environ.get("DATABASE_URL", ""))
    collecting = None
    if changed("static", static) or not (VAR / "static").is_dir():
        collecting = subprocess.Popen([*MANAGE, "collectstatic", "--noinput", "--verbosity=0"])
    try:
        if changed("data", data) or not (os.environ.get("DATABASE_URL") or (VAR / "guichet.sqlite3").exists()):
            print("Preparing the database and the demo", flush=True)
            run("migrate", "--verbosity=0")
            run("setup_site")
            accounts = run("demo")
            run("demo_library")
            ACCOUNTS.write_text(accounts)
            (STAMPS / "data").write_text(data)
        if collecting:
            if collecting.wait():
                fail("the static files could not be collected: see above.")
            (STAMPS / "static").write_text(static)
    except BaseException:
        if collecting:
            collecting.kill()
        raise


def mark_of(paths: Iterable[Path], text: str = "") -> str:
    """One mark of the contents of some files, and of a text."""
    mark = hashlib.sha256(text.encode())
    for path in sorted(paths):
        if path.is_file():
            mark.update(str(path).encode() + path.read_bytes())
    return mark.hexdigest()


def changed(name: str, mark: str) -> bool:
    """Whether a step was last done with something else."""
    STAMPS.mkdir(exist_ok=True)
    stamp = STAMPS / name
    return not stamp.exists() or stamp.read_text() != mark


def run(*command: str) -> str:
    """Run a Django command and return what it printed; stop with its own words when it fails."""
    done = subprocess.run([*MANAGE, *command], stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        print(done.stdout, file=sys.stderr)
        fail(f"`manage.py {' '.join(command)}` failed: see above.")
    return done.stdout


def serve(port: int) -> None:
    """Run the web server and the worker; whatever happens to one, the other does not stay behind."""
    # Again: granian would share the port with whoever took it while we prepared.
    check_port(port)
    children: dict[str, subprocess.Popen] = {}
    try:
        start(children, "web server", [*SERVER, "--port", str(port)])
        wait_for_answer(port, children)
        # Only now: it would take the processor from the first page, and nobody has anything for it yet.
        start(children, "worker", [*MANAGE, "worker"])
        print(f"\n{ACCOUNTS.read_text().rstrip()}\n")
        print(f"Guichet: {os.environ['GUICHET_BASE_URL']}   (Ctrl-C stops it)", flush=True)
        while True:
            fail_if_one_ended(children)
            time.sleep(0.5)
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        stop(children)


def start(children: dict[str, subprocess.Popen], name: str, command: list[str]) -> None:
    """Start a process in a session of its own: the terminal's Ctrl-C reaches us alone, and we stop all in order."""
    children[name] = subprocess.Popen(command, start_new_session=True)


def wait_for_answer(port: int, children: dict[str, subprocess.Popen]) -> None:
    """Wait until a page comes, so that the address is printed when it can be opened."""
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        fail_if_one_ended(children)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT_SECONDS)
        try:
            connection.request("GET", "/", headers={"Host": f"localhost:{port}"})
            status = connection.getresponse().status
        except ConnectionRefusedError:
            time.sleep(0.05)
            continue
        finally:
            connection.close()
        if status >= 500:
            print(f"The home page answers {status}: see above.", file=sys.stderr)
        return
    fail(f"the web server did not answer in {WAIT_SECONDS} seconds.")


def fail_if_one_ended(children: dict[str, subprocess.Popen]) -> None:
    """The portal is whole or not at all: without its worker, no e-mail would leave."""
    for name, child in children.items():
        if child.poll() is not None:
            fail(f"the {name} ended by itself (code {child.returncode}): everything is stopped.")


def stop(children: dict[str, subprocess.Popen]) -> None:
    """Ask first, so that requests and tasks end; then end the whole group of each."""
    for child in children.values():
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + PATIENCE_SECONDS
    for child in children.values():
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(max(0.1, deadline - time.monotonic()))
        try:
            os.killpg(child.pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
        child.wait()


if __name__ == "__main__":
    main()
