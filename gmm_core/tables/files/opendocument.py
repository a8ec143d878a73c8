"""OpenDocument: reads the sheets of an .ods file after bounding what they expand to.

A cell, a row and a run of spaces are written once with the number of their repetitions, all of which the library
writes out.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from python_calamine import load_workbook

from gmm_core.errors import DataError
from gmm_core.tables.cells.units import CURRENCIES
from gmm_core.tables.files.options import ReadLimits
from gmm_core.tables.files.packing import OPEN_DOCUMENT, OPEN_DOCUMENT_TYPE, member_content, opened
from gmm_core.tables.files.workbook_parts import ELEMENTS_BESIDE, ELEMENTS_PER_CELL, parse
from gmm_core.tables.files.workbook_size import SPREAD

MANIFEST = "META-INF/manifest.xml"
"""The part that lists the others, and says how they are encrypted."""
_MOST_REPETITIONS = 1 << 31
"""A larger number of repetitions is refused."""
_WRITTEN_MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{OPEN_DOCUMENT_TYPE}"/></manifest:manifest>'
)
"""The manifest of the archive that the library reads."""


@dataclass
class _Sheet:
    """What is counted in a sheet: filled cells, the last filled row and column, and the units of its columns."""

    cells: int = 0
    characters: int = 0
    rows: int = 0
    columns: int = 0
    units: dict[int, set[str]] = field(default_factory=dict)


class OpenDocument:
    """An OpenDocument spreadsheet within the limits.

    Attributes
    ----------
    sheets : tuple of str
        The names of the sheets.

    Raises
    ------
    DataError
        If the file is damaged or encrypted, or its sheets exceed the limits.
    """

    def __init__(self, content: bytes, limits: ReadLimits) -> None:
        def part(name: str) -> bytes:
            return member_content(archive, archive.getinfo(name), lambda _: _damaged(), limits.unpacked_bytes)

        with opened(content) as archive:
            manifest = part(MANIFEST) if MANIFEST in archive.namelist() else b""
            if b"encryption-data" in manifest:
                raise DataError(
                    "The spreadsheet is encrypted: open it with its password, and save it without one or as CSV."
                )
            xml = part(OPEN_DOCUMENT)
        if xml.count(b"<") - xml.count(b"</") > ELEMENTS_PER_CELL * limits.workbook_cells + ELEMENTS_BESIDE:
            raise _too_large(limits)
        counted = _counted(xml)
        _require_small_sheets(counted, limits)
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as written:
            written.writestr("mimetype", OPEN_DOCUMENT_TYPE)
            written.writestr(MANIFEST, _WRITTEN_MANIFEST)
            written.writestr(OPEN_DOCUMENT, xml)
        file.seek(0)
        try:
            with load_workbook(file) as book:
                self.sheets = tuple(book.sheet_names)
                self._rows = {name: book.get_sheet_by_name(name).to_python() for name in self.sheets}
                starts = {name: book.get_sheet_by_name(name).start for name in self.sheets}
        except BaseException as problem:
            # A damaged file can make the library raise anything, Rust panics included; the cause is the file.
            if isinstance(problem, Exception) or type(problem).__name__ == "PanicException":
                raise _damaged() from problem
            raise
        if len(starts) != len(counted):
            raise _damaged()  # two sheets of one name
        self._units = {
            name: {
                column - (0 if start is None else start[1]): next(iter(units))
                for column, units in sheet.units.items()
                if len(units) == 1 and units != {""}
            }
            for (name, start), sheet in zip(starts.items(), counted, strict=True)
        }

    def rows(self, name: str) -> list[list[Any]]:
        """The rows of a sheet."""
        return self._rows[name]

    def units(self, name: str) -> Mapping[int, str]:
        """The units of the columns of these rows whose numbers all have the same one: “%” or a currency."""
        return self._units[name]


def _require_small_sheets(sheets: list[_Sheet], limits: ReadLimits) -> None:
    if sum(sheet.cells for sheet in sheets) > limits.workbook_cells:
        raise _too_large(limits)
    if sum(sheet.rows * sheet.columns for sheet in sheets) > SPREAD * limits.workbook_cells:
        raise DataError(
            "The cells of the spreadsheet lie too far apart: delete what stands far away from the table, or save it as "
            "CSV."
        )
    if sum(sheet.characters for sheet in sheets) > limits.unpacked_bytes:
        raise DataError("The texts in the cells of the spreadsheet are too long: leave out columns of text.")


def _too_large(limits: ReadLimits) -> DataError:
    return DataError(
        f"The spreadsheet has more than the {limits.workbook_cells:,} cells that are read of a workbook at most: save "
        "it as CSV."
    )


def _damaged() -> DataError:
    return DataError("The OpenDocument spreadsheet is damaged: open it and save it again.")


def _counted(xml: bytes) -> list[_Sheet]:
    """What each sheet expands to."""
    sheets: list[_Sheet] = []
    row_repeats = cell_repeats = 1
    row = column = 0
    filled_to = 0
    cells_of_row = characters_of_row = characters = 0
    filled = within = False

    # Called for millions of elements: hence local variables.
    def started(name: str, attributes: dict[str, str]) -> None:
        nonlocal row, column, row_repeats, cell_repeats, filled, filled_to
        nonlocal cells_of_row, characters_of_row, characters, within
        name = name.rpartition(":")[2]
        if name in ("table-cell", "covered-table-cell"):
            values = {key.rpartition(":")[2]: value for key, value in attributes.items()}
            cell_repeats = _repeats(values.get("number-columns-repeated"))
            kind = values.get("value-type")
            filled, characters = kind is not None, len(values.get("string-value", ""))
            if kind in ("float", "percentage", "currency") and sheets:
                currency = values.get("currency", "")
                unit = {"percentage": "%", "float": ""}.get(kind, currency if currency in CURRENCIES else "")
                sheets[-1].units.setdefault(column, set()).add(unit)
        elif name == "p" or name == "formula":
            filled = True
        elif name == "s":
            characters += _repeats(
                next((v for k, v in attributes.items() if k.rpartition(":")[2] == "c"), None)
            )
        elif name == "table-row":
            values = {key.rpartition(":")[2]: value for key, value in attributes.items()}
            row_repeats = _repeats(values.get("number-rows-repeated"))
            column = filled_to = cells_of_row = characters_of_row = 0
        elif name == "table":
            if within:
                raise _damaged()  # a table within a cell
            within = True
            sheets.append(_Sheet())
            row = 0

    def text(data: str) -> None:
        nonlocal characters
        characters += len(data)

    def ended(name: str) -> None:
        nonlocal row, column, filled_to, cells_of_row, characters_of_row, filled, within
        name = name.rpartition(":")[2]
        if name in ("table-cell", "covered-table-cell"):
            column += cell_repeats
            if filled:
                filled_to = column
                cells_of_row += cell_repeats
                characters_of_row += characters * cell_repeats
            filled = False
        elif name == "table-row" and sheets:
            row += row_repeats
            if filled_to:
                sheet = sheets[-1]
                sheet.rows, sheet.columns = row, max(sheet.columns, filled_to)
                sheet.cells += cells_of_row * row_repeats
                sheet.characters += characters_of_row * row_repeats
        elif name == "table":
            within = False

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = started
    parser.EndElementHandler = ended
    parser.CharacterDataHandler = text
    parse(parser, xml, _damaged)
    return sheets


def _repeats(written: str | None) -> int:
    if written is None:
        return 1
    if (
        not (written.isascii() and written.isdecimal() and len(written) < 12)
        or int(written) > _MOST_REPETITIONS
    ):
        raise _damaged()
    return int(written)
