"""The public pages in Lighthouse (npm), on its phone profile: the demo's data, production's settings, one worker.

    script/lighthouse                    every page; fails when one is under its target
    script/lighthouse --runs 5           the median of so many runs a page
    script/lighthouse --report /tmp/lh   the full reports as well

Everything stays on this machine: Chromium is Debian's, the pages come from 127.0.0.1.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from assets.build import find_node
from tests.bench import free_port, manage, server

HERE = Path(__file__).resolve().parent
PROGRAM = HERE / "node_modules" / "lighthouse" / "cli" / "index.js"
STAMP = HERE / "node_modules" / ".stamp"
# Chromium's trace sometimes begins after the page did: Lighthouse itself says to run again.
ATTEMPTS = 4
TARGETS = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100}
CHROMIUM_FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run"
# A demo asks search engines to stay away; production does not. TLS is the proxy's, and there is none here.
PRODUCTION = {
    "GUICHET_ENV": "production",
    "GUICHET_BASE_URL": "https://localhost",
    "GUICHET_ALLOWED_HOSTS": "localhost",
    "GUICHET_SECRET_KEY": "only-for-lighthouse-on-this-machine-for-some-minutes",
    "GUICHET_EMAIL_URL": "smtp://localhost:1",
    "GUICHET_SSL_REDIRECT": "0",
}
# The first organisation that agreed to the directory.
FIND_ENTRY = """
from guichet.organizations.models import DirectoryEntry
print("ENTRY", DirectoryEntry.objects.order_by("pk").first().get_absolute_url())
"""


def install(npm: list[str]) -> None:
    """Bring Lighthouse to what its lock file says; no package runs code of its own."""
    wanted = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    if STAMP.exists() and STAMP.read_text() == wanted:
        return
    print("Installing Lighthouse (npm)", flush=True)
    done = subprocess.run([*npm, "ci", "--ignore-scripts"], cwd=HERE, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"script/lighthouse: npm could not.\n{done.stdout}{done.stderr}")
    STAMP.write_text(wanted)


def prepare(environment: dict[str, str]) -> list[str]:
    """A demo of its own; the addresses to look at."""
    manage(environment, "migrate", "--verbosity=0")
    manage(environment, "setup_site")
    manage(environment, "demo")
    manage(environment, "collectstatic", "--noinput", "--verbosity=0")
    output = manage(environment, "shell", "--verbosity=0", script=FIND_ENTRY)
    entry = next(line.split()[1] for line in output.splitlines() if line.startswith("ENTRY"))
    return ["/", "/programmes-services/", "/nous-joindre/", "/programmes/", "/repertoire/", entry]


def look(node: list[str], address: str, folder: Path) -> dict[str, Any]:
    """One run of Lighthouse on one page; its report."""
    report = folder / f"{hashlib.sha256(address.encode()).hexdigest()[:8]}.json"
    command = [*node, str(PROGRAM), address, "--quiet", "--output=json", f"--output-path={report}"]
    command += [f"--chrome-flags={CHROMIUM_FLAGS}", f"--only-categories={','.join(TARGETS)}"]
    for _attempt in range(ATTEMPTS):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if not done.returncode and report.exists():
            return json.loads(report.read_text())
        if "NO_NAVSTART" not in done.stdout + done.stderr:
            break
    sys.exit(f"script/lighthouse: {address}\n{done.stdout}{done.stderr}")


def scores_of(report: dict[str, Any]) -> dict[str, int]:
    """Each category's score, of 100."""
    return {name: round(100 * (report["categories"][name]["score"] or 0)) for name in TARGETS}


def lost_points(report: dict[str, Any]) -> list[str]:
    """The audits that cost something."""
    found = []
    for name in TARGETS:
        for reference in report["categories"][name]["auditRefs"]:
            audit = report["audits"][reference["id"]]
            if reference["weight"] and audit["score"] is not None and audit["score"] < 0.9:
                found.append(f"{name}: {audit['title']} {audit.get('displayValue', '')}".rstrip())
    return found


def main() -> None:
    """Read the arguments, look at every page, print the scores, fail under a target."""
    parser = argparse.ArgumentParser(prog="script/lighthouse", description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=3, help="a page; the median counts")
    parser.add_argument("--report", type=Path, help="a folder for the reports (JSON)")
    options = parser.parse_args()
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("script/lighthouse: Chromium is missing (Debian: apt-get install chromium).")
    node, npm = find_node()
    install(npm)
    os.environ["CHROME_PATH"] = chromium
    missed = False
    with tempfile.TemporaryDirectory(prefix="guichet-lighthouse-") as place:
        port = free_port()
        base = f"http://localhost:{port}"
        environment = {**os.environ, "GUICHET_ENV": "demo", "GUICHET_VAR": place, "GUICHET_BASE_URL": base}
        environment |= {"GUICHET_NO_RATE_LIMITS": "1"}
        environment.pop("DATABASE_URL", None)
        paths = prepare(environment)
        environment |= PRODUCTION
        folder = options.report or Path(place) / "reports"
        folder.mkdir(parents=True, exist_ok=True)
        print(f"| Page | {' | '.join(TARGETS)} |\n| --- |{' ---: |' * len(TARGETS)}")
        with server("guichet.config.wsgi:application", environment, port):
            for path in paths:
                reports = [look(node, base + path, folder) for _run in range(options.runs)]
                scores = {
                    name: round(statistics.median(scores_of(report)[name] for report in reports)) for name in TARGETS
                }
                print(f"| {path} | {' | '.join(map(str, scores.values()))} |", flush=True)
                under = [name for name, target in TARGETS.items() if scores[name] < target]
                if under:
                    missed = True
                    print("\n".join(f"  {line}" for line in lost_points(reports[-1])), file=sys.stderr)
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
