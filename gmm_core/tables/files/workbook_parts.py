"""Workbook parts: one sheet of an Excel file with what its cells need, unpacked within a bound and nothing else."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from xml.parsers import expat

from gmm_core.errors import DataError
from gmm_core.tables.cells.pattern import BytesPattern
from gmm_core.tables.files.options import ReadLimits
from gmm_core.tables.files.packing import WORKBOOK_MEMBER, opened, require_small

ELEMENTS_PER_CELL = 5
"""A cell is an element with its value and perhaps its formula in it, beside rows and shared texts."""
ELEMENTS_BESIDE = 5_000
"""So many elements a workbook has for other things than cells."""
MAX_STORED = 1 << 26
"""A larger sheet is packed again for the library that reads it, so that it is not held twice in full."""
_VALUE = BytesPattern(r"<(?:[^\s/>]*:)?(?:v|is)[\s/>]")
_MARKS_OF_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
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
_WORKBOOK = (
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="' + _TYPES + '">'
    '<workbookPr date1904="{:d}"/><sheets><sheet name="sheet" sheetId="1" r:id="worksheet"/></sheets></workbook>'
)


@dataclass(frozen=True)
class SheetParts:
    """The XML of a sheet, and of the texts and styles that its cells name by number; empty where there is none."""

    sheet: bytes
    texts: bytes
    styles: bytes
    from_1904: bool

    def archive(self) -> io.BytesIO:
        """A workbook of this sheet alone, in which no other part can say anything else."""
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
    """The sheets of a workbook by their names, in their order; parts are unpacked only where they are asked for."""

    def __init__(self, content: bytes, limits: ReadLimits) -> None:
        self._left = self._most = limits.unpacked_bytes
        self._elements_left = ELEMENTS_PER_CELL * limits.workbook_cells + ELEMENTS_BESIDE
        self._archive = opened(content)
        # Programs write sharedStrings and SharedStrings.
        self._members = {member.filename.lower(): member for member in self._archive.infolist()}
        targets: dict[str, tuple[str, str]] = {}
        for name, said in self._elements("xl/_rels/workbook.xml.rels"):
            if name == "Relationship":
                path = posixpath.normpath(posixpath.join("xl", said.get("Target", "")))
                targets[said.get("Id", "")] = said.get("Type", "").rpartition("/")[2], path.lstrip("/")
        self._by_kind = dict(targets.values())
        self.from_1904 = False
        self.visible: dict[str, str] = {}
        self._hidden: dict[str, str] = {}
        for name, said in self._elements(WORKBOOK_MEMBER):
            if name == "workbookPr":
                self.from_1904 = said.get("date1904") in ("1", "true")
            elif name == "sheet":
                kind, path = targets.get(said.get("id", ""), ("", ""))
                if kind == "worksheet":
                    shown = said.get("state", "visible") == "visible"
                    (self.visible if shown else self._hidden)[said.get("name", "")] = path
        self.sheets = self.visible or self._hidden

    def of_sheet(self, name: str) -> SheetParts:
        """What reading this sheet takes."""
        sheet = self._part(self.sheets[name])
        if sheet is None or not _VALUE.stands_in(sheet):
            return SheetParts(b"", b"", b"", self.from_1904)
        return SheetParts(
            sheet,
            self._part(self._by_kind.get("sharedStrings", "")) or b"",
            self._part(self._by_kind.get("styles", "")) or b"",
            self.from_1904,
        )

    def _part(self, path: str) -> bytes | None:
        """The XML of a part in UTF-8; None where the archive has none of this name."""
        member = self._members.get(path.lower())
        if member is None:
            return None
        require_small(member.file_size, self._left, self._most)
        try:
            with self._archive.open(member) as file:
                xml = file.read(self._left + 1)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            RuntimeError,
            NotImplementedError,
            ValueError,
        ) as problem:
            raise damaged() from problem
        require_small(len(xml), self._left, self._most)
        # Parts that are unpacked for one sheet after the other count as often.
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
        """The elements of a part with their attributes, all without their namespaces."""
        xml = self._part(path)
        if xml is None:
            raise damaged()
        found: list[tuple[str, dict[str, str]]] = []

        def started(name: str, said: dict[str, str]) -> None:
            found.append((_local(name), {_local(key): value for key, value in said.items()}))

        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = started
        parse(parser, xml)
        return iter(found)


def parse(parser: expat.XMLParserType, xml: bytes) -> None:
    """Parse a whole part; DataError where it is no XML, or defines entities."""

    def refused(*_: object) -> None:
        raise damaged()

    parser.StartDoctypeDeclHandler = refused
    try:
        parser.Parse(xml, True)
    except expat.ExpatError as problem:
        raise damaged() from problem


def damaged() -> DataError:
    """What is said of a workbook that breaks its own rules."""
    return DataError("The Excel workbook is damaged: open it in Excel and save it again.")


def _local(name: str) -> str:
    return name.rpartition(" ")[2]
