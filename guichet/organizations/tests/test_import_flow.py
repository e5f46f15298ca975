"""Import: received, checked, confirmed, written; twice, by pieces, interrupted, ten thousand rows."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from guichet.accounts.tests.factories import AgentFactory, UserFactory
from guichet.core.errors import InvalidState
from guichet.core.models import Event
from guichet.organizations import services
from guichet.organizations.enums import ImportState
from guichet.organizations.models import ImportBatch, Organization
from guichet.organizations.services import importing

from .factories import MunicipalityFactory, OrganizationFactory
from .spreadsheets import HEADER, csv, upload, xlsx

pytestmark = pytest.mark.django_db


def fiches(count: int, *, start: int = 1) -> list[list[object]]:
    """So many different rows."""
    return [
        [f"Club numéro {n}", "OBNL", "Victoriaville", 1100000000 + n, f"club{n}@example.org", f"D-{n}"]
        for n in range(start, start + count)
    ]


@pytest.fixture
def actor():
    """Who imports."""
    MunicipalityFactory(name="Victoriaville")
    return AgentFactory(first_name="Marc", last_name="Gagné")


@pytest.fixture
def agent(client_for, actor):
    """Their browser."""
    return client_for(actor)


def counts(batch: ImportBatch) -> tuple[int, int, int, int]:
    """Created, updated, unchanged, in error."""
    batch.refresh_from_db()
    return (batch.created_count, batch.updated_count, batch.unchanged_count, batch.error_count)


def start(actor, rows, name: str = "fiches.xlsx") -> ImportBatch:
    """Send a workbook."""
    return services.start_import(file=upload(xlsx([HEADER, *rows]), name), actor=actor)


def test_nothing_is_written_before_the_confirmation(agent):
    OrganizationFactory(name="Club numéro 2", external_id="D-2", municipality=None)
    rows = [*fiches(3), ["", "OBNL", "", "", "", ""]]
    response = agent.post(reverse("staff_imports"), {"file": upload(xlsx([HEADER, *rows]))}, follow=True)
    page = response.content.decode()
    batch = ImportBatch.objects.get()
    assert (batch.state, counts(batch)) == (ImportState.READY, (2, 1, 0, 1))
    assert "Fiches à créer" in page
    assert "club2@example.org" in page
    assert "Remplissez cette case" in page
    assert Organization.objects.count() == 1


def test_confirming_writes_and_tells_the_timeline(agent):
    existing = OrganizationFactory(name="Club numéro 2", external_id="D-2", municipality=None)
    agent.post(reverse("staff_imports"), {"file": upload(xlsx([HEADER, *fiches(3)]))})
    batch = ImportBatch.objects.get()
    page = agent.post(reverse("staff_import_confirm", args=[batch.pk]), follow=True).content.decode()
    assert (counts(batch), batch.state, batch.rows_done) == ((2, 1, 0, 0), ImportState.DONE, 3)
    assert "créées" in page
    created = Organization.objects.get(external_id="D-1")
    assert (created.name, created.neq, str(created.municipality)) == ("Club numéro 1", "1100000001", "Victoriaville")
    assert list(Organization.objects.matching("VICTORIAVILLE 1100000001")) == [created]
    assert Event.objects.about(created).get().sentence == (
        "Marc Gagné a importé la fiche Club numéro 1 du fichier fiches.xlsx."
    )
    changed = Event.objects.about(existing).get()
    assert changed.sentence == "Marc Gagné a modifié la fiche : NEQ, courriel, municipalité."
    assert "fiches.xlsx" in changed.reason


@pytest.mark.parametrize("with_numbers", [True, False])
def test_the_same_file_twice_makes_no_duplicates(actor, with_numbers):
    rows = [row if with_numbers else [*row[:3], "", row[4], ""] for row in fiches(40)]
    for expected in [(40, 0, 0, 0), (0, 0, 40, 0)]:
        batch = start(actor, rows)
        assert counts(batch) == expected
        if batch.changes_something:
            services.confirm_import(batch=batch, actor=actor)
    assert Organization.objects.count() == 40


def test_an_import_that_changes_nothing_cannot_be_confirmed(agent, actor):
    OrganizationFactory(name="Club de ski", municipality=None)
    batch = start(actor, [["Club de ski", "OBNL", "", "", "", ""]])
    assert "Il n’y a rien à importer" in agent.get(reverse("staff_import", args=[batch.pk])).content.decode()
    with pytest.raises(InvalidState):
        services.confirm_import(batch=batch, actor=actor)


def test_confirming_twice_writes_once(actor):
    batch = start(actor, fiches(2))
    services.confirm_import(batch=batch, actor=actor)
    with pytest.raises(InvalidState, match="déjà été confirmée"):
        services.confirm_import(batch=batch, actor=actor)
    assert counts(batch) == (2, 0, 0, 0)


def test_two_imports_do_not_run_at_once(actor):
    ImportBatch.objects.create(file_name="autre.xlsx", state=ImportState.IMPORTING)
    batch = start(actor, fiches(2))
    with pytest.raises(InvalidState, match="Une autre importation est en cours"):
        services.confirm_import(batch=batch, actor=actor)
    batch.refresh_from_db()
    assert batch.state == ImportState.READY


def test_only_agents_import(actor):
    person = UserFactory()
    with pytest.raises(PermissionDenied):
        start(person, fiches(1))
    with pytest.raises(PermissionDenied):
        services.confirm_import(batch=start(actor, fiches(1)), actor=person)


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"%PDF-1.4 un rapport", "fiches.xlsx", "pas un tableau"),
        (csv([["Prénom", "Nom"], ["Luc", "Roy"]]), "gens.csv", "Il manque une colonne"),
        (csv([["Nom", "Milieu"]]), "vide.csv", "aucune ligne"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(agent, content, name, sentence):
    response = agent.post(reverse("staff_imports"), {"file": upload(content, name)}, follow=True)
    assert sentence in response.content.decode()
    assert ImportBatch.objects.get().state == ImportState.UNREADABLE


def test_an_empty_or_absent_file_is_said_beside_the_field(agent):
    assert "Ce fichier est vide" in agent.post(reverse("staff_imports"), {"file": upload(b"")}).content.decode()
    assert "Choisissez le fichier" in agent.post(reverse("staff_imports")).content.decode()


def test_errors_are_downloaded_with_formulas_made_harmless(agent, actor):
    batch = start(actor, [["@SOMME(A1)", "OBNL", "", "", "", ""], ["Club", "Martien", "", "", "", ""]])
    response = agent.get(reverse("staff_import_errors", args=[batch.pk]))
    lines = response.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "Ligne;Colonne;Valeur;À faire"
    assert lines[1].startswith("2;Nom de l’organisme;'@SOMME(A1);")
    assert lines[2].startswith("3;Milieu;Martien;")


@pytest.mark.parametrize("extension", ["xlsx", "csv"])
def test_the_example_can_be_imported(agent, extension):
    MunicipalityFactory(name="Victoriaville", mrc__name="Arthabaska")
    content = agent.get(reverse("staff_import_example", args=[extension])).content
    agent.post(reverse("staff_imports"), {"file": upload(content, f"exemple.{extension}")})
    assert counts(ImportBatch.objects.get()) == (1, 0, 0, 0)


def test_there_is_no_example_of_another_sort(agent):
    assert agent.get(reverse("staff_import_example", args=["exe"])).status_code == 404


def test_the_file_is_private_and_forgotten_with_the_abandoned_import(agent, actor, django_capture_on_commit_callbacks):
    batch = start(actor, fiches(1))
    path = batch.file.path
    assert "/private/imports/" in path
    with django_capture_on_commit_callbacks(execute=True):
        agent.post(reverse("staff_import_abandon", args=[batch.pk]))
    assert not ImportBatch.objects.exists()
    assert not batch.file.storage.exists(batch.file.name)


def test_a_confirmed_import_is_not_abandoned(agent, actor):
    batch = start(actor, fiches(1))
    services.confirm_import(batch=batch, actor=actor)
    agent.post(reverse("staff_import_abandon", args=[batch.pk]))
    assert ImportBatch.objects.filter(pk=batch.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_ten_thousand_rows_go_through_the_worker(agent, actor, run_queue):
    agent.post(reverse("staff_imports"), {"file": upload(xlsx([HEADER, *fiches(10_000)]))})
    batch = ImportBatch.objects.get()
    assert batch.state == ImportState.UPLOADED
    waiting = agent.get(reverse("staff_import", args=[batch.pk]))
    assert waiting.headers["Refresh"] == "2"
    run_queue()
    assert counts(batch) == (10_000, 0, 0, 0)
    agent.post(reverse("staff_import_confirm", args=[batch.pk]))
    assert "<progress" in agent.get(reverse("staff_import", args=[batch.pk])).content.decode()
    run_queue()
    assert (counts(batch), batch.state) == ((10_000, 0, 0, 0), ImportState.DONE)
    assert Organization.objects.count() == Event.objects.filter(verb="organizations.fiche_imported").count() == 10_000
    assert "Refresh" not in agent.get(reverse("staff_import", args=[batch.pk])).headers


def test_more_rows_than_the_limit_are_refused(actor, settings):
    settings.IMPORT_MAX_ROWS = 10
    batch = start(actor, fiches(11))
    assert (batch.state, "au plus 10" in batch.problem) == (ImportState.UNREADABLE, True)


class Killed(BaseException):
    """SIGKILL, as far as a test can."""


def interrupt_after(pieces: int, monkeypatch) -> None:
    """Kill the writer in the middle of a piece, after so many whole ones."""
    planner = importing.Planner
    original, calls = planner.plan, []

    def plan(self, rows, *, lock=False):
        if lock:
            calls.append(rows)
        if len(calls) > pieces:
            raise Killed
        return original(self, rows, lock=lock)

    monkeypatch.setattr(planner, "plan", plan)


@pytest.mark.django_db(transaction=True)
def test_a_killed_import_is_taken_over_where_it_was(actor, monkeypatch, run_queue):
    monkeypatch.setattr(importing, "CHUNK", 10)
    batch = start(actor, fiches(35))
    with monkeypatch.context() as patched:
        interrupt_after(2, patched)
        with pytest.raises(Killed):
            services.confirm_import(batch=batch, actor=actor)
    assert (counts(batch), batch.rows_done, batch.state) == ((20, 0, 0, 0), 20, ImportState.IMPORTING)
    assert services.resume_imports() == 0
    assert services.resume_imports(now=timezone.now() + dt.timedelta(minutes=3)) == 1
    run_queue()
    assert (counts(batch), batch.state) == ((35, 0, 0, 0), ImportState.DONE)
    assert Organization.objects.count() == 35


def test_a_worker_that_was_taken_over_writes_no_more(actor, monkeypatch):
    monkeypatch.setattr(importing, "CHUNK", 10)
    batch = start(actor, fiches(35))
    batch.state = ImportState.IMPORTING
    batch.confirmed_by = actor
    batch.created_count = 0
    batch.save()
    rows = importing._read_rows(batch)
    ImportBatch.objects.update(rows_done=20)
    assert importing._write_piece(batch.pk, rows, 10, importing.Planner()) is False
    assert not Organization.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_killed_check_is_done_again_and_never_undoes_a_confirmation(actor, run_queue):
    batch = start(actor, fiches(2))
    ImportBatch.objects.update(state=ImportState.CHECKING, created_count=0)
    late = timezone.now() + dt.timedelta(minutes=3)
    assert services.resume_imports(now=late) == 1
    run_queue()
    assert (counts(batch), batch.state) == ((2, 0, 0, 0), ImportState.READY)
    services.confirm_import(batch=batch, actor=actor)
    services.run_import(batch_id=batch.pk)
    batch.refresh_from_db()
    assert batch.state == ImportState.DONE


@pytest.mark.parametrize(
    ("state", "final", "sentence"),
    [("importing", "done", "envoyez le même fichier de nouveau"), ("checking", "unreadable", "nouveau classeur")],
)
def test_an_import_that_fails_each_time_is_given_up(actor, state, final, sentence):
    batch = ImportBatch.objects.create(file_name="x.xlsx", state=state, takeovers=importing.MAX_TAKEOVERS)
    services.resume_imports(now=timezone.now() + dt.timedelta(minutes=3))
    batch.refresh_from_db()
    assert (batch.state, sentence in batch.problem) == (final, True)


def test_old_files_are_forgotten(actor):
    done = start(actor, fiches(1))
    services.confirm_import(batch=done, actor=actor)
    unconfirmed = start(actor, fiches(1, start=2))
    recent = start(actor, fiches(1, start=3))
    old = timezone.now() - dt.timedelta(days=31)
    ImportBatch.objects.exclude(pk=recent.pk).update(created_at=old)
    assert services.forget_import_files() == 2
    assert services.forget_import_files() == 0
    done.refresh_from_db()
    assert (done.file.name, done.preview) == ("", {})
    assert not ImportBatch.objects.filter(pk=unconfirmed.pk).exists()
    assert recent.file.storage.exists(recent.file.name)


@pytest.mark.parametrize("count", [3, 40])
def test_the_page_of_imports_takes_as_many_queries_whatever_their_number(
    agent, actor, django_assert_max_num_queries, count
):
    ImportBatch.objects.bulk_create(
        ImportBatch(file_name=f"{n}.xlsx", state=ImportState.DONE, created_by=actor) for n in range(count)
    )
    with django_assert_max_num_queries(25):
        agent.get(reverse("staff_imports"))
