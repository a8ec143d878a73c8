"""A workbook gives the values that openpyxl finds in it, however it is written."""

from __future__ import annotations

import io
import warnings
import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import load_workbook

from gmm_core.errors import DataError
from gmm_core.tables.files.options import DEFAULT_LIMITS, ReadLimits
from gmm_core.tables.files.reader import read_file
from gmm_core.tables.files.workbook import sheet_text
from gmm_core.tables.files.workbook_parts import SheetParts, WorkbookParts
from gmm_core.tables.files.workbook_size import _counted, _written_extent, _written_texts, require_small_sheet

NASTY = Path(__file__).parents[1] / "nasty"
ERRORS = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!")
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:x="main"'


def peer(content: bytes, name: str) -> list[list[str]]:
    """The cells of a sheet as openpyxl reads them, as text, from the first to the last with a value."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    rows = [[plain(value) for value in row] for row in book[name].iter_rows(values_only=True)]
    return cut(rows)


def plain(value: Any) -> str:
    if value is None or value in ERRORS:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return str(value.date()) if value.time() == time() else value.isoformat(sep=" ")
    return str(value)


def ours(content: bytes, name: str) -> list[list[str]]:
    """The cells of a sheet as the library that reads them for us gives them, as text."""
    parts = WorkbookParts(content, DEFAULT_LIMITS).of_sheet(name)
    if not parts.sheet:
        return []
    require_small_sheet(parts, DEFAULT_LIMITS)
    with load_workbook(parts.archive()) as book:
        return cut([[plain(value) for value in row] for row in book.get_sheet_by_index(0).to_python()])


def cut(rows: list[list[str]]) -> list[list[str]]:
    """The cells without empty rows and columns around and between them."""
    rows = [row for row in rows if any(row)]
    kept = [column for column in range(max(map(len, rows), default=0)) if any(row[column] for row in rows)]
    return [[row[column] for column in kept] for row in rows]


@pytest.mark.parametrize("name", sorted(file.name for file in NASTY.glob("*.xlsx")))
def test_each_workbook_of_the_tests_holds_what_openpyxl_finds(name: str) -> None:
    content = (NASTY / name).read_bytes()
    try:
        sheets = WorkbookParts(content, DEFAULT_LIMITS).sheets
        found = [ours(content, sheet) for sheet in sheets]
    except DataError:
        assert name in ("excel_damaged.xlsx", "excel_encrypted.xlsx")
    else:
        assert found == [peer(content, sheet) for sheet in sheets]


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=6).map(
    lambda text: f"t{text}x"
)
MOMENTS = st.datetimes(datetime(1900, 3, 1), datetime(9999, 12, 31)).map(lambda at: at.replace(microsecond=0))
VALUES = (
    st.none()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS
    | st.booleans()
    | MOMENTS
    | st.dates(date(1900, 3, 1), date(9999, 12, 31))
    | st.times().map(lambda at: at.replace(microsecond=0))
    | st.sampled_from(ERRORS)
    | st.sampled_from(["=1+1", "two\nlines", " blanks ", "é<&>\"'"])
)


@settings(max_examples=60)
@given(
    rows=st.lists(st.lists(VALUES, min_size=1, max_size=5), min_size=1, max_size=6),
    corner=st.tuples(st.integers(1, 4), st.integers(1, 30)),
    merged=st.booleans(),
    in_1904=st.booleans(),
)
def test_whatever_openpyxl_writes_is_read_as_openpyxl_reads_it(
    rows: list[list[Any]], corner: tuple[int, int], merged: bool, in_1904: bool
) -> None:
    book = openpyxl.Workbook()
    if in_1904:
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    sheet = book.active
    for down, row in enumerate(rows):
        for right, value in enumerate(row):
            if not (in_1904 and isinstance(value, date) and value.year < 1904):
                sheet.cell(corner[0] + down, corner[1] + right, value)
    if merged:
        sheet.merge_cells(start_row=1, start_column=1, end_row=2, end_column=2)
    file = io.BytesIO()
    book.save(file)
    assert ours(file.getvalue(), "Sheet") == peer(file.getvalue(), "Sheet")


def alone(cells: str, texts: str = "", styles: str = "", from_1904: bool = False) -> SheetParts:
    return SheetParts(
        f"<worksheet {MAIN}><sheetData>{cells}</sheetData></worksheet>".encode(),
        f"<sst {MAIN}>{texts}</sst>".encode() if texts else b"",
        f"<styleSheet {MAIN}><cellXfs>{styles}</cellXfs></styleSheet>".encode() if styles else b"",
        from_1904,
    )


WRITTEN = {
    "as nearly all programs do": '<row r="1"><c r="B1" s="1"><v>1</v></c><c r="C1" t="s"><v>1</v></c></row>',
    "with a prefix": '<x:row r="1"><x:c r="B1" s="1"><x:v>1</x:v></x:c><x:c r="C1" t="s"><x:v>1</x:v></x:c></x:row>',
    "places not first": '<row spans="2:3" r="1"><c s="1" r="B1"><v>1</v></c><c t="s" r="C1"><v>1</v></c></row>',
    "in single quotes": "<row r='1'><c r='B1' s='1'><v>1</v></c><c r='C1' t='s'><v>1</v></c></row>",
    "over lines": '<row\nr="1"><c\nr="B1"\ns="1"><v>1</v></c><c\tr="C1" t="s"><v>1</v></c></row>',
    "with blanks around": '<row r = "1"><c r = "B1" s="1"><v>1</v></c><c r= "C1" t = "s"><v>1</v></c></row>',
    "in small letters": '<row r="1"><c r="b1" s="1"><v>1</v></c><c r="c1" t="s"><v>1</v></c></row>',
    "without places": '<row><c/><c s="1"><v>1</v></c><c t="s"><v>1</v></c></row>',
    "a comment within": '<row r="1"><c r="B1"><v>1</v></c><c r="C1" t="s"><!-- --><v>1</v></c></row>',
    "two values": '<row r="1"><c r="B1"><v>1</v></c><c r="C1" t="s"><v>0</v><v>1</v></c></row>',
}


@pytest.mark.parametrize("how", WRITTEN)
def test_however_cells_are_written_their_extent_and_texts_are_known(how: str) -> None:
    parts = alone(WRITTEN[how], "<si><t>short</t></si><si><t>long text</t></si>")
    extent, named = _counted(parts.sheet)
    assert (extent.rows, extent.columns, named[1]) == (1, 3, 1)
    fast = _written_extent(parts.sheet)
    assert fast is None or (fast.rows, fast.columns) == (1, 3)
    texts = _written_texts(parts.sheet, parts.sheet.count(b'"s"') + parts.sheet.count(b"'s'"))
    assert texts is None or texts == named
    assert (fast is not None) == (
        how in {"as nearly all programs do", "with a prefix", "a comment within", "two values"}
    )
    assert (texts is not None) == (how in {"as nearly all programs do", "in small letters"})
    with load_workbook(parts.archive()) as book:
        assert book.get_sheet_by_index(0).to_python() == [[1.0, "long text"]]


DATES = '<xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/><xf numFmtId="46"/>'
SERIALS = {
    "0": "00:00:00", "1": "1900-01-01", "59": "1900-02-28", "61": "1900-03-01", "43831": "2020-01-01",
    "2958465": "9999-12-31", "2958466": "2958466", "1e9": "1000000000", "1e300": "1e+300", "-1e300": "-1e+300",
    "-1": None, "nan": None, "inf": None, "1e999": None, "43831.99999999": None,
}  # fmt: skip


@pytest.mark.parametrize("from_1904", [False, True])
@pytest.mark.parametrize("serial", SERIALS)
@pytest.mark.parametrize("style", range(4))
def test_a_date_beyond_all_calendars_is_a_number_or_refused(serial: str, style: int, from_1904: bool) -> None:
    cells = "".join(
        f'<row><c s="{style}"><v>{value}</v></c><c><v>{number}</v></c></row>'
        for number, value in enumerate([serial, "43831", "43832"])
    )
    content = alone(cells, styles=DATES, from_1904=from_1904).archive().getvalue()
    try:
        read = sheet_text(content, None, DEFAULT_LIMITS).content.decode().split("\r\n")[0].split(",")[0]
    except DataError as refusal:
        assert style > 0 and "beyond the years 1 to 9999" in str(refusal)
        return
    expected = SERIALS[serial]
    if expected is not None and style == 1 and not from_1904:
        assert read == expected
    assert read_file(content, "file").dataset.numeric_columns


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_part_may_be_in_each_encoding_that_the_format_allows(encoding: str) -> None:
    text = (
        f'<?xml version="1.0" encoding="{encoding[:6].rstrip("-")}"?>'
        + alone("<row><c><v>7</v></c></row>").sheet.decode()
    )
    content = SheetParts(text.encode(encoding), b"", b"", False).archive().getvalue()
    assert sheet_text(content, None, DEFAULT_LIMITS).content == b"7\r\n"


def test_other_sheets_are_not_unpacked() -> None:
    """A sheet that is damaged and far beyond every limit harms nobody who reads another."""
    book = openpyxl.Workbook()
    book.active.append(["a", "b"])
    book.active.append([1, 2])
    book.create_sheet("huge")
    book.create_chartsheet("figure")
    file, changed = io.BytesIO(), io.BytesIO()
    book.save(file)
    with zipfile.ZipFile(file) as before, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            huge = name == "xl/worksheets/sheet2.xml"
            after.writestr(name, b"<" * 3_000_000 if huge else before.read(name))
    limits = ReadLimits(unpacked_bytes=100_000)
    read = sheet_text(changed.getvalue(), None, limits)
    assert (read.content, read.sheet, read.sheets) == (b"a,b\r\n1,2\r\n", "Sheet", ("Sheet", "huge"))
    with pytest.raises(DataError, match="unpacks to more"):
        sheet_text(changed.getvalue(), "huge", limits)


def test_times_longer_than_a_day_are_read_as_such() -> None:
    content = alone('<row><c s="3"><v>1.5</v></c></row>', styles=DATES).archive().getvalue()
    assert sheet_text(content, None, DEFAULT_LIMITS).content.decode() == f'"{timedelta(days=1.5)}"\r\n'
