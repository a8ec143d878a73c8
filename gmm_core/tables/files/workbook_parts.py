"""Workbook parts: unpacks one sheet of an Excel file with the texts and styles of its cells, within limits."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from xml.parsers import expat

from gmm_core.errors import DataError
from gmm_core.tables.cells.pattern import BytesPattern
from gmm_core.tables.files.options import ReadLimits
from gmm_core.tables.files.packing import WORKBOOK_MEMBER, member_content, opened

ELEMENTS_PER_CELL = 5
"""XML elements per cell at most: the cell, its value, its formula, and its part of rows and shared texts."""
ELEMENTS_BESIDE = 5_000
"""XML elements of a workbook that do not belong to cells, at most."""
MAX_STORED = 1 << 26
"""In bytes: a larger sheet is compressed again for the library that reads it, so that it is not in memory twice."""
_VALUE = BytesPattern(r"<(?:[^\s/>]*:)?(?:v|is)[\s/>]")
"""The beginning of an element that holds a cell's value."""
_MARKS_OF_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
"""The byte order marks of UTF-16."""
_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONSHIPS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
)
_RELATIONSHIP = '<Relationship Id="{0}" Type="' + _TYPES + '/{0}" Target="{1}"/>'
_FIXED = {
    "_rels/.rels": _RELATIONSHIPS.format(_RELATIONSHIP.format("officeDocument", WORKBOOK_MEMBER)),
    "xl/_rels/workbook.xml.rels": _RELATIONSHIPS.format(
        _RELATIONSHIP.format("worksheet", "worksheets/sheet.xml")
        + _RELATIONSHIP.format("sharedStrings", "sharedStrings.xml")
        + _RELATIONSHIP.format("styles", "styles.xml")
    ),
}
"""The parts of the written workbook that are the same for every sheet, by their paths."""
_WORKBOOK = (
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="' + _TYPES + '">'
    '<workbookPr date1904="{:d}"/><sheets><sheet name="sheet" sheetId="1" r:id="worksheet"/></sheets></workbook>'
)
"""The part of the written workbook that lists its only sheet, a template of `str.format`."""


def damaged() -> DataError:
    """The error for a workbook that violates its format."""
    return DataError("The Excel workbook is damaged: open it in Excel and save it again.")


@dataclass(frozen=True)
class SheetParts:
    """The XML of a sheet, of the shared texts and of the styles that its cells refer to; b"" if missing.

    Parameters
    ----------
    from_1904 : bool
        True if dates count from 1904 instead of 1900.
    """

    sheet: bytes
    texts: bytes
    styles: bytes
    from_1904: bool

    def archive(self) -> io.BytesIO:
        """A workbook of this sheet alone; its other parts are written here, not taken from the file."""
        size = len(self.sheet) + len(self.texts) + len(self.styles)
        packing = zipfile.ZIP_STORED if size < MAX_STORED else zipfile.ZIP_DEFLATED
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", packing, compresslevel=1) as archive:
            for name, text in _FIXED.items():
                archive.writestr(name, text)
            archive.writestr(WORKBOOK_MEMBER, _WORKBOOK.format(self.from_1904))
            archive.writestr("xl/worksheets/sheet.xml", self.sheet)
            if self.texts:
                archive.writestr("xl/sharedStrings.xml", self.texts)
            if self.styles:
                archive.writestr("xl/styles.xml", self.styles)
        file.seek(0)
        return file


class WorkbookParts:
    """A workbook whose parts are unpacked when they are needed.

    Attributes
    ----------
    sheets, visible : dict of str to str
        The path of each sheet by its name, in their order. `visible` has the sheets that are not hidden; `sheets` is
        the same, or the hidden ones if all are hidden.
    from_1904 : bool
        True if dates count from 1904 instead of 1900.
    """

    def __init__(self, content: bytes, limits: ReadLimits) -> None:
        self._left = self._most = limits.unpacked_bytes
        self._elements_left = ELEMENTS_PER_CELL * limits.workbook_cells + ELEMENTS_BESIDE
        self._archive = opened(content)
        # Lower case, since some programs write sharedStrings and others SharedStrings.
        self._members = {member.filename.lower(): member for member in self._archive.infolist()}
        targets: dict[str, tuple[str, str]] = {}
        for name, attributes in self._elements("xl/_rels/workbook.xml.rels"):
            if name == "Relationship":
                path = posixpath.normpath(posixpath.join("xl", attributes.get("Target", "")))
                targets[attributes.get("Id", "")] = (
                    attributes.get("Type", "").rpartition("/")[2],
                    path.lstrip("/"),
                )
        self._by_kind = dict(targets.values())
        self.from_1904 = False
        self.visible: dict[str, str] = {}
        self._hidden: dict[str, str] = {}
        for name, attributes in self._elements(WORKBOOK_MEMBER):
            if name == "workbookPr":
                self.from_1904 = attributes.get("date1904") in ("1", "true")
            elif name == "sheet":
                kind, path = targets.get(attributes.get("id", ""), ("", ""))
                if kind == "worksheet":
                    shown = attributes.get("state", "visible") == "visible"
                    (self.visible if shown else self._hidden)[attributes.get("name", "")] = path
        self.sheets = self.visible or self._hidden

    def of_sheet(self, name: str) -> SheetParts:
        """The parts of the sheet of this name; all empty if it has no values."""
        sheet = self._part(self.sheets[name])
        if sheet is None or not _VALUE.occurs_in(sheet):
            return SheetParts(b"", b"", b"", self.from_1904)
        return SheetParts(
            sheet,
            self._part(self._by_kind.get("sharedStrings", "")) or b"",
            self._part(self._by_kind.get("styles", "")) or b"",
            self.from_1904,
        )

    def _part(self, path: str) -> bytes | None:
        """The XML of a part in UTF-8; None if the archive has no part of this name."""
        member = self._members.get(path.lower())
        if member is None:
            return None
        xml = member_content(self._archive, member, lambda _: damaged(), self._left, self._most)
        # A part that is unpacked again for another sheet counts again.
        self._left -= len(xml)
        self._elements_left -= xml.count(b"<") - xml.count(b"</")
        if self._elements_left < 0:
            raise DataError(
                "The Excel workbook has more cells and styles than are read at most: save it as CSV."
            )
        if xml.startswith(_MARKS_OF_UTF_16):
            text = xml.decode("utf-16", errors="replace")
            xml = (text.partition("?>")[2] if text.startswith("<?xml") else text).encode(errors="replace")
        return xml

    def _elements(self, path: str) -> Iterator[tuple[str, dict[str, str]]]:
        """(name, attributes) of each element of a part, without namespaces."""
        xml = self._part(path)
        if xml is None:
            raise damaged()
        elements: list[tuple[str, dict[str, str]]] = []

        def started(name: str, attributes: dict[str, str]) -> None:
            elements.append((_local(name), {_local(key): value for key, value in attributes.items()}))

        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = started
        parse(parser, xml)
        return iter(elements)


def parse(parser: expat.XMLParserType, xml: bytes, refusal: Callable[[], DataError] = damaged) -> None:
    """Parse a whole part; raises `refusal` if it is not XML, or has a document type, which could define entities."""

    def refused(*_: object) -> None:
        raise refusal()

    parser.StartDoctypeDeclHandler = refused
    try:
        parser.Parse(xml, True)
    except expat.ExpatError as problem:
        raise refusal() from problem


def _local(name: str) -> str:
    return name.rpartition(" ")[2]
