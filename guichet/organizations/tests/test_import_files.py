"""Import: what the file is, whatever its name says."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.urls import reverse

from guichet.accounts.tests.factories import AgentFactory
from guichet.organizations.imports import reading
from guichet.organizations.imports.columns import find_header
from guichet.organizations.imports.reading import UnreadableFile, read_grid
from guichet.organizations.models import ImportBatch

from .spreadsheets import HEADER, csv, upload, xlsx

ROW = ["Club de natation", "Associatif (OBNL)", "", "", "", ""]


def read(content: bytes, max_rows: int = 20_000) -> list[list[str]]:
    """The rows of a file."""
    return read_grid(content, max_rows=max_rows).rows


def zipped(**files: bytes) -> bytes:
    """An archive."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return content.getvalue()


def with_sheet(xml: bytes) -> bytes:
    """A real workbook whose sheet is this."""
    content = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx([HEADER]))) as source, zipfile.ZipFile(content, "w") as target:
        for entry in source.infolist():
            target.writestr(entry, xml if entry.filename == "xl/worksheets/sheet1.xml" else source.read(entry))
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "vide"),
        (b"\n \n", "vide"),
        (b"%PDF-1.4 un rapport", "pas un tableau"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00", "pas un tableau"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 ancien", "ancien classeur"),
        (b"PK\x03\x04 coup\xc3\xa9 en route", "pas un classeur"),
        (zipped(readme_dot_txt=b"bonjour"), "pas un classeur"),
        (zipped(xl__workbook_dot_xml=b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"), "pas un classeur"),
        (zipped(xl__workbook_dot_xml=b"<workbook/>"), "pas un classeur"),
    ],
)
def test_what_is_no_spreadsheet_is_refused(content, sentence):
    with pytest.raises(UnreadableFile, match=sentence):
        read(content)


def test_a_zip_bomb_is_refused_before_it_is_opened(monkeypatch):
    monkeypatch.setattr(zipfile.ZipFile, "read", lambda *args: pytest.fail("it was opened"))
    with pytest.raises(UnreadableFile, match="démesuré"):
        read(zipped(xl__workbook_dot_xml=b"0" * 20_000_000))


def test_an_archive_that_lies_about_its_sizes_is_read_only_as_far_as_it_says():
    honest = xlsx([HEADER, ROW])
    with zipfile.ZipFile(io.BytesIO(honest)) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    lying = honest.replace(size.to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert lying != honest
    with pytest.raises(UnreadableFile, match="pas un classeur"):
        read(lying)


@pytest.mark.parametrize(
    "cells",
    [
        b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        b"<row r='1048576'><c><v>1</v></c></row>",
        b'<row r="1"><c r="A1"><v>1</v></c><c r="XFD1"><v>1</v></c></row><row r="900"><c r="A900"><v>1</v></c></row>',
    ],
)
def test_cells_that_lie_too_far_apart_do_not_fill_the_memory(cells):
    sheet = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'
    with pytest.raises(UnreadableFile, match="feuille neuve"):
        read(with_sheet(sheet % cells))


def test_too_many_rows_are_refused_with_their_number():
    with pytest.raises(UnreadableFile, match="12 lignes; on en importe au plus 10"):
        read(csv([HEADER] + [ROW] * 11), max_rows=10)


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_csv_is_read_in_the_encodings_and_delimiters_of_excel(delimiter, encoding):
    rows = read(csv([["Nom", "Municipalité"], ["L’Étoile", "Bécancour"]], delimiter=delimiter, encoding=encoding))
    assert rows == [["Nom", "Municipalité"], ["L’Étoile", "Bécancour"]]


def test_numbers_of_a_workbook_read_as_on_screen():
    assert read(xlsx([["NEQ", "Tél"], [1145678901, 8195550123.0], [12.5, None]])) == [
        ["NEQ", "Tél"],
        ["1145678901", "8195550123"],
        ["12.5", ""],
    ]


def test_a_hidden_first_sheet_is_not_the_one_that_is_read():
    assert read(xlsx([["Nom"], ["Club"]], hidden_first_sheet=True)) == [["Nom"], ["Club"]]


def test_columns_are_recognised_by_any_of_their_names():
    header = find_header([["  VILLE ", "nom", "Type", "Numéro de dossier", "Tel.", "N° membre"]])
    assert header.columns == {"municipality": 0, "name": 1, "kind": 2, "external_id": 3, "phone": 4}
    assert header.ignored == ["N° membre"]


def test_the_header_may_stand_under_titles():
    header = find_header([["Fiches 2026", "", ""], ["", "", ""], ["Nom", "Milieu", "NEQ"], ["Club", "OBNL", ""]])
    assert (header.row_number, header.columns) == (3, {"name": 0, "kind": 1, "neq": 2})


def test_wrong_columns_are_refused_naming_those_found_and_expected():
    with pytest.raises(UnreadableFile) as refused:
        find_header([["Prénom", "Nom", "Âge"], ["Luc", "Roy", "40"]])
    sentence = str(refused.value)
    assert "Il manque une colonne" in sentence
    assert "« Milieu »".replace(" ", "\u00a0") in sentence
    assert "« Prénom »".replace(" ", "\u00a0") in sentence


@pytest.mark.django_db
def test_fifty_megabytes_are_refused_before_anything_reads_them(client_for, monkeypatch):
    monkeypatch.setattr(reading, "read_grid", lambda *args, **kwargs: pytest.fail("it was read"))
    response = client_for(AgentFactory()).post(
        reverse("staff_imports"), {"file": upload(b"PK" + b"0" * 50 * 1024 * 1024, "gros.xlsx")}
    )
    assert "Ce fichier pèse 50" in response.content.decode()
    assert "la limite est de 20" in response.content.decode()
    assert not ImportBatch.objects.exists()
