"""OpenDocument spreadsheets: read as workbooks are, and refused where they expand to too much."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pytest

from gmm_core.errors import DataError
from gmm_core.rows.column_values import float_values
from gmm_core.tables.files.options import MEGABYTE, ReadLimits, ReadOptions
from gmm_core.tables.files.packing import OPEN_DOCUMENT_TYPE
from gmm_core.tables.files.reader import read_file

HEAD = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
)
TAIL = "</office:spreadsheet></office:body></office:document-content>"
MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    "{}</manifest:manifest>"
)
LIMITS = ReadLimits(unpacked_bytes=2 * MEGABYTE, workbook_cells=10_000)


def cell(value: object, kind: str = "float", repeated: int = 1, **more: str) -> str:
    repeats = f' table:number-columns-repeated="{repeated}"' if repeated > 1 else ""
    if value is None:
        return f"<table:table-cell{repeats}/>"
    if isinstance(value, str):
        kind = "string"
    own = "" if kind == "string" else f' office:value="{value}"'
    own += "".join(f' office:{name}="{text}"' for name, text in more.items())
    start = f'<table:table-cell office:value-type="{kind}"{own}{repeats}>'
    return f"{start}<text:p>{value}</text:p></table:table-cell>"


def row(*cells: str, repeated: int = 1) -> str:
    repeats = f' table:number-rows-repeated="{repeated}"' if repeated > 1 else ""
    return f"<table:table-row{repeats}>{''.join(cells)}</table:table-row>"


def spreadsheet(sheets: dict[str, list[str]], before: str = "", manifest: str = "") -> bytes:
    tables = "".join(
        f'<table:table table:name="{name}">{"".join(rows)}</table:table>' for name, rows in sheets.items()
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", OPEN_DOCUMENT_TYPE)
        archive.writestr("META-INF/manifest.xml", MANIFEST.format(manifest))
        archive.writestr("content.xml", before + HEAD + tables + TAIL)
    return file.getvalue()


TABLE = [
    row(cell("Ort"), cell("Anteil"), cell("Preis"), cell("n"), cell(None, repeated=16_380)),
    row(cell("A"), cell(0.079, "percentage"), cell(3.5, "currency", currency="EUR"), cell(1)),
    row(cell("B"), cell(0.12, "percentage"), cell(4, "currency", currency="EUR"), cell(2)),
    row(cell("C"), cell(None), cell(5.25, "currency", currency="EUR"), cell(4)),
    row(cell("D"), cell(0.5, "percentage"), cell(7, "currency", currency="EUR"), cell(8)),
    row(cell(None, repeated=16_384), repeated=1_048_000),
]


def test_a_sheet_is_read_with_units_and_the_empty_rest_costs_nothing() -> None:
    content = spreadsheet({"Deckblatt": [row(cell("Bericht"))], "Werte": TABLE})
    opened = read_file(content, "werte.ods", limits=LIMITS)
    table = opened.dataset.table
    assert table["Ort"].tolist() == list("ABCD") and table["n"].tolist() == [1, 2, 4, 8]
    np.testing.assert_array_equal(float_values(table["Anteil"]), [7.9, 12, np.nan, 50])
    assert opened.dataset.units == {"Anteil": "%", "Preis": "EUR"}
    assert (opened.sheets, opened.used_options.sheet) == (("Deckblatt", "Werte"), "Werte")
    assert opened.dataset.source == "Read from an OpenDocument spreadsheet."
    with pytest.raises(DataError, match="no rows below it"):
        read_file(content, "werte.ods", ReadOptions(sheet="Deckblatt"), LIMITS)


def test_repeated_cells_and_rows_within_the_limits_are_written_out() -> None:
    rows = [row(cell("a"), cell("b")), row(cell(1.5, repeated=2), repeated=3), row(cell(2), cell(4))]
    table = read_file(spreadsheet({"S": rows}), "f", limits=LIMITS).dataset.table
    assert table["a"].tolist() == [1.5, 1.5, 1.5, 2] and table["b"].tolist() == [1.5, 1.5, 1.5, 4]


START = [row(cell("a"), cell("b")), row(cell(1), cell(2.5)), row(cell(2), cell(3.5))]
BOMBS: dict[str, tuple[bytes, str]] = {
    "a cell repeated": (
        spreadsheet({"S": [*START, row(cell(1, repeated=10_001))]}),
        "more than the 10,000 cells",
    ),
    "a row repeated": (
        spreadsheet({"S": [*START, row(cell(1), repeated=1_000_000_000)]}),
        "more than the 10,000 cells",
    ),
    "both": (spreadsheet({"S": [*START, row(cell(1, repeated=16_384), repeated=1_048_576)]}), "10,000 cells"),
    "several sheets": (
        spreadsheet({f"S{n}": [*START, row(cell(1, repeated=3_000))] for n in range(4)}),
        "10,000 cells",
    ),
    "far away": (
        spreadsheet(
            {"S": [*START, row(cell(None), repeated=1_000_000), row(cell(None, repeated=9_000), cell(1))]}
        ),
        "too far apart",
    ),
    "long texts": (spreadsheet({"S": [*START, row(cell("x" * 3_000, repeated=9_000))]}), "too long"),
    "spaces": (
        spreadsheet({"S": [*START, row(cell("x").replace("x<", 'x<text:s text:c="999999999"/><'))]}),
        "too long",
    ),
    "a large part": (spreadsheet({"S": [" " * 3_000_000]}), "unpacks to more than the 2 MB"),
    "many elements": (spreadsheet({"S": [row(*["<x/>"] * 60_000)]}), "10,000 cells"),
    "entities": (spreadsheet({"S": START}, '<!DOCTYPE x [<!ENTITY a "b">]>'), "is damaged"),
    "repeated often": (spreadsheet({"S": [*START, row(cell(1, repeated=10**14))]}), "is damaged"),
    "a table in a cell": (
        spreadsheet({"S": [row('<table:table-cell><table:table table:name="i"/></table:table-cell>')]}),
        "is damaged",
    ),
    "cut": (spreadsheet({"S": ["<table:table-row>"]}), "is damaged"),
    "encrypted": (
        spreadsheet({"S": START}, manifest="<manifest:encryption-data/>"),
        "The spreadsheet is encrypted: open it with its password",
    ),
}


@pytest.mark.parametrize("case", BOMBS)
def test_what_expands_to_too_much_or_is_damaged_is_refused_before_it_is_read(case: str) -> None:
    content, words = BOMBS[case]
    with pytest.raises(DataError, match=words):
        read_file(content, "f.ods", limits=LIMITS)


def test_another_opendocument_is_no_spreadsheet() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", HEAD + TAIL)
    with pytest.raises(DataError, match="office document that holds no table"):
        read_file(file.getvalue(), "f.odt")
