"""The house in order: what no single test of a room would notice."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages import pofile
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.template.loader import get_template
from django.utils import translation
from django_migration_linter import MigrationLinter
from wagtail.models import Page

ROOT = Path(settings.BASE_DIR)
ROOMS = ROOT / "guichet"
PYTHON = [path for path in sorted(ROOMS.rglob("*.py")) if "migrations" not in path.parts]
TEMPLATES = sorted(ROOMS.glob("*/templates/**/*.html"))
# Mail programs read no style sheet, and run no script anyway.
PAGES = [path for path in TEMPLATES if "messages" not in path.relative_to(ROOMS).parent.parts]
LINES_AT_MOST = 450
# A module of tests is read one test at a time.
LINES_OF_TESTS_AT_MOST = 700
# Why each may be longer stands at its top.
LONGER: set[str] = set()


def name_of(template: Path) -> str:
    """A template's name, as `render` and `include` say it."""
    return re.sub(r"^.*?/templates/", "", template.as_posix())


def ours(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def files_of_the_repository() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def test_start_of_a_process_brings_nothing_that_few_of_them_use():
    late = {"altair", "openpyxl", "typst", "vl_convert", "xlsxwriter"}
    early = {}
    for path in PYTHON:
        if "tests" not in path.parts:
            # At a module's left margin: an import in a function, or for type checkers, costs nothing at the start.
            names = set(re.findall(r"^(?:import|from) (\w+)", path.read_text(), re.MULTILINE))
            if names & late:
                early[ours(path)] = names & late
    assert early == {}


def test_lock_files_name_no_address():
    locks = [*sorted((ROOT / "requirements").glob("*.txt")), ROOT / "assets" / "package-lock.json"]
    assert [ours(path) for path in locks if "://" in path.read_text()] == []


def test_files_name_no_path_of_a_machine():
    paths = re.compile("|".join(["/ro" + "ot/", "/wo" + "rk/", "/Us" + "ers/", re.escape(f"{ROOT}/")]).encode())
    assert [ours(path) for path in files_of_the_repository() if paths.search(path.read_bytes())] == []


def test_scripts_are_executable():
    scripts = [path for path in files_of_the_repository() if path.read_bytes().startswith(b"#!")]
    assert scripts
    assert [ours(path) for path in scripts if not os.access(path, os.X_OK)] == []


def test_python_files_are_short():
    long = set()
    for path in PYTHON:
        limit = LINES_OF_TESTS_AT_MOST if "tests" in path.parts else LINES_AT_MOST
        if len(path.read_text().splitlines()) > limit:
            long.add(ours(path))
    assert long == LONGER


def test_templates_are_used():
    sources = {path: path.read_text() for path in [*PYTHON, *TEMPLATES]}
    pages = {model.template for model in apps.get_models() if issubclass(model, Page)}
    unused = []
    for template in TEMPLATES:
        name = name_of(template)
        room = ROOMS / template.relative_to(ROOMS).parts[0]
        # A name put together from its folder and a word: "organizations/messages/" and "approved".
        word = re.compile(rf"""["']{re.escape(template.stem)}["']""")
        if not (
            name in pages
            or any(name in text for path, text in sources.items() if path != template)
            or any(
                word.search(text) for path, text in sources.items() if path.suffix == ".py" and room in path.parents
            )
            or replaces_a_librarys(name)
        ):
            unused.append(ours(template))
    assert unused == []


def replaces_a_librarys(name: str) -> bool:
    """Whether a library, or Django by itself, asks for a template of this name."""
    if name in {"400.html", "403.html", "404.html", "429.html", "500.html"}:
        return True
    folders = [Path(app.path) / "templates" for app in apps.get_app_configs() if not app.name.startswith("guichet.")]
    return any((folder / name).exists() for folder in folders)


@pytest.mark.parametrize("template", TEMPLATES, ids=name_of)
def test_template_compiles(template):
    get_template(name_of(template))


@pytest.mark.parametrize(
    "forbidden",
    [
        pytest.param(r"<script(?![^>]*\ssrc=)", id="inline script"),
        pytest.param(r"<style", id="inline style sheet"),
        pytest.param(r"\sstyle\s*=", id="style attribute"),
        pytest.param(r"\son[a-z]+\s*=\s*[\"']", id="event attribute"),
        pytest.param(r"javascript:", id="javascript address"),
    ],
)
def test_pages_hold_nothing_that_the_security_policy_refuses(forbidden):
    assert [ours(path) for path in PAGES if re.search(forbidden, path.read_text(), re.IGNORECASE)] == []


REMAKES_A_TABLE = (
    "0003_fiche_content",
    "0005_fiche_files",
    "0006_reports",
    "0007_saved_filters",
    "0009_merge",
    "0003_builder_of_forms",
    "0002_programs_block",
    "0002_signatory",
    "0004_evaluation",
    "0005_decisions",
    "0007_questions_show_their_parts",
    "0011_members_only",
)
# Their unique constraint stands in for a stricter one, which the linter does not see: what the release before writes,
# and that one let through, keeps the new one too.
WIDENS_A_CONSTRAINT = ("0011_filters_of_every_list",)


def test_migrations_keep_the_release_before_alive(transactional_db):
    linter = MigrationLinter(
        str(ROOT),
        include_apps=[app.label for app in apps.get_app_configs() if app.name.startswith("guichet.")],
        # Nothing ran before the first ones.
        ignore_initial_migrations=True,
        # SQLite makes the whole table anew, and the linter takes what was there for new. PostgreSQL tells the truth.
        ignore_name=(*WIDENS_A_CONSTRAINT, *(REMAKES_A_TABLE if connection.vendor == "sqlite" else ())),
        no_cache=True,
        quiet=["ok", "ignore"],
    )
    linter.lint_all_migrations()
    assert not linter.has_errors


def test_english_catalogue_is_complete(tmp_path):
    if shutil.which("xgettext") is None:
        pytest.fail("gettext is missing: script/test installs it, or apt-get install gettext.")
    shutil.copytree(ROOMS, tmp_path / "guichet", ignore=shutil.ignore_patterns("tests", "__pycache__"))
    shutil.copytree(ROOT / "locale", tmp_path / "locale")
    subprocess.run(
        [sys.executable, "-m", "django", "makemessages", "--locale=en", "--verbosity=0"], cwd=tmp_path, check=True
    )
    with (tmp_path / "locale" / "en" / "LC_MESSAGES" / "django.po").open("rb") as file:
        catalogue = pofile.read_po(file, locale="en", domain="django")
    missing = [message.id for message in catalogue if message.id and (message.fuzzy or not all(translations(message)))]
    assert missing == []


def test_no_other_french_catalogue_says_our_strings_otherwise():
    """French is our source: a word that Wagtail also uses would come out as its own, unless it has a context."""
    with (ROOT / "locale" / "en" / "LC_MESSAGES" / "django.po").open("rb") as file:
        catalogue = [message for message in pofile.read_po(file, ignore_obsolete=True) if message.id]
    said = {}
    with translation.override(settings.LANGUAGE_CODE):
        for message in catalogue:
            if message.pluralizable:
                one, several = message.id
                found = (translation.ngettext(one, several, 1), translation.ngettext(one, several, 2))
            elif message.context:
                found = translation.pgettext(message.context, message.id)
            else:
                found = translation.gettext(message.id)
            if found != message.id:
                said[message.id] = found
    assert said == {}


def translations(message) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (message.string,)
