"""Workbook size: refuses a sheet that would take too much memory, before the library reads it.

The library allocates the whole rectangle from the first cell to the last, copies a shared text into every cell that
refers to it, and parses a number format again for each style that uses it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from string import ascii_uppercase
from xml.parsers import expat

import pyarrow as pa
import pyarrow.compute as pc

from gmm_core.errors import DataError
from gmm_core.tables.cells.pattern import BytesPattern, Pattern
from gmm_core.tables.files.options import ReadLimits
from gmm_core.tables.files.workbook_parts import SheetParts, damaged, parse

SPREAD = 4
"""The rectangle around the cells may have at most this many times `ReadLimits.workbook_cells` places."""
_BLOCK = 1 << 20
"""Bytes of XML that are examined at once."""
_UNUSUAL = BytesPattern(r"<(?:[^\s/>]*:)?(?:c|row)(?:[\t\r\n/>]| +(?:[^r ]|r[^=]|r=[^\x22]))")
"""A row or cell whose first attribute is not its place, r="…"; nearly all programs write that first."""

_NAMES_TEXT = Pattern(r'\A[^>]* t="s"[^>]*><v>(?P<text>[0-9]{1,9})</v></c>')
"""The rest of a cell's XML that refers to a shared text by its number."""


def require_small_sheet(parts: SheetParts, limits: ReadLimits) -> None:
    """Raise DataError if a sheet, its texts or its styles exceed the limits."""
    for part in filter(None, (parts.sheet, parts.texts)):
        parse(expat.ParserCreate(), part)
    if _format_characters(parts.styles) > limits.unpacked_bytes:
        raise DataError(
            "The number formats of the Excel workbook are too long: save the sheet without its formats, as CSV."
        )
    extent = _written_extent(parts.sheet)
    texts = parts.sheet.count(b'"s"') + parts.sheet.count(b"'s'")
    lengths = [_longest_text_at_most(parts.texts)]
    if texts * lengths[0] > limits.unpacked_bytes:
        lengths = _lengths_of_texts(parts.texts)
    few = texts * max(lengths) <= limits.unpacked_bytes
    named = Counter[int]() if few else _written_texts(parts.sheet, texts)
    if not few and b"<!" in parts.sheet:
        raise damaged()  # after a comment, the library would take another text than the one that is counted here
    if extent is None or named is None or not extent.is_within(limits):
        # The slower, exact count: the sheet is written in an unusual way, or has blank styled cells far away.
        extent, named = _counted(parts.sheet)
    if (
        not few
        and sum(lengths[text] * cells for text, cells in named.items() if text < len(lengths))
        > limits.unpacked_bytes
    ):
        raise DataError(
            "The texts in the cells of the Excel workbook are too long: leave out columns of text."
        )
    if extent.cells > limits.workbook_cells:
        raise DataError(
            f"The sheet has more than the {limits.workbook_cells:,} cells that are read of a workbook at most: save "
            "it as CSV."
        )
    if not extent.is_within(limits):
        raise DataError(
            "The cells of the sheet lie too far apart: delete what stands far away from the table, or save it as CSV."
        )


@dataclass
class _Extent:
    """The number of cells, and the last row and column that have any, counted from 1."""

    cells: int = 0
    rows: int = 0
    columns: int = 0

    def is_within(self, limits: ReadLimits) -> bool:
        most = limits.workbook_cells
        return self.cells <= most and self.rows * self.columns <= SPREAD * most


def _written_extent(sheet: bytes) -> _Extent | None:
    """The extent by the places written in the cells; None if some cell has none, or writes it in an unusual way."""
    if _UNUSUAL.occurs_in(sheet):
        return None
    extent = _Extent()
    columns: set[str] = set()
    for block in _blocks(sheet):
        behind = pc.list_slice(pc.split_pattern(block, ' r="'), 1).flatten()
        places = pc.list_element(pc.split_pattern(behind, '"', max_splits=1), 0)
        letters = pc.ascii_rtrim(places, "0123456789")
        rows = pc.ascii_ltrim(places, ascii_uppercase)
        if not pc.all(pc.match_substring_regex(rows, r"\A[0-9]{1,9}\z"), min_count=0).as_py():
            return None
        extent.cells += len(letters) - pc.sum(pc.equal(letters, ""), min_count=0).as_py()
        extent.rows = max(extent.rows, pc.max(rows.cast(pa.int64())).as_py() or 0)
        columns.update(letters.unique().to_pylist())
    extent.columns = max(map(_column, columns), default=0)
    return extent


def _written_texts(sheet: bytes, n_texts: int) -> Counter[int] | None:
    """The number of cells that refer to each shared text; None if some cell is written in an unusual way."""
    named: Counter[int] = Counter()
    for block in _blocks(sheet, b"<c "):
        cells = pc.list_slice(pc.split_pattern(block, "<c "), 1).flatten()
        numbers = pc.struct_field(pc.extract_regex(cells, _NAMES_TEXT.text), "text").drop_null()
        texts, counts = numbers.cast(pa.int64()).value_counts().flatten()
        named.update(dict(zip(texts.to_pylist(), counts.to_pylist(), strict=True)))
    return named if named.total() == n_texts else None


def _blocks(xml: bytes, begins: bytes = b"<") -> Iterator[pa.Array]:
    """The XML in blocks of about _BLOCK bytes, each ending before `begins`, which bounds the memory for its pieces."""
    start = 0
    while start < len(xml):
        end = xml.find(begins, start + _BLOCK)
        end = len(xml) if end < 0 else end
        yield pa.array([xml[start:end].decode()], pa.large_string())
        start = end


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number


def _format_characters(xml: bytes) -> int:
    """An upper bound on the characters of number formats that are parsed: every style with the longest one."""
    longest = styles = 0

    def started(name: str, attributes: dict[str, str]) -> None:
        nonlocal longest, styles
        if name == "xf" or name.endswith(":xf"):
            styles += 1
        elif attributes:
            longest = max(longest, len(attributes.get("formatCode", "")))

    if xml:
        parser = expat.ParserCreate()
        parser.StartElementHandler = started
        parse(parser, xml)
    return styles * longest


def _longest_text_at_most(xml: bytes) -> int:
    """An upper bound on the length of a shared text, without parsing them."""
    if b"<!" in xml:
        return len(xml)  # a comment may contain what looks like a tag
    return max(map(len, xml.split(b"<si")))


def _lengths_of_texts(xml: bytes) -> list[int]:
    """The number of characters of each shared text; [0] if there is none."""
    lengths: list[int] = []

    def started(name: str, _: dict[str, str]) -> None:
        if name == "si" or name.endswith(":si"):
            lengths.append(0)

    def count_text(text: str) -> None:
        if lengths:
            lengths[-1] += len(text)

    if xml:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = started
        parser.CharacterDataHandler = count_text
        parse(parser, xml)
    return lengths or [0]


def _counted(sheet: bytes) -> tuple[_Extent, Counter[int]]:
    """The extent of the cells that hold a value, and how many of them refer to each shared text, cell by cell."""
    extent = _Extent()
    named: Counter[int] = Counter()
    number: list[str] = []
    row = column = 0
    names_text = False

    # Called for millions of elements: hence local variables, and the most common case first.
    def started(name: str, attributes: dict[str, str]) -> None:
        nonlocal row, column, names_text
        if name == "c":
            column += 1
            if attributes:
                if "r" in attributes:
                    row, column = place_of(attributes["r"])
                names_text = attributes.get("t") == "s"
            else:
                names_text = False
        elif name == "v" or name == "is":
            extent.cells += 1
            extent.rows = max(extent.rows, row)
            extent.columns = max(extent.columns, column)
            if names_text and name == "v":
                parser.CharacterDataHandler = number.append
                parser.EndElementHandler = ended
        elif name == "row":
            row = _whole(attributes["r"]) if "r" in attributes else row + 1
            column = 0
        elif ":" in name:
            started(name.rpartition(":")[2], attributes)

    def ended(_: str) -> None:
        parser.CharacterDataHandler = parser.EndElementHandler = None
        named[_whole("".join(number))] += 1
        number.clear()

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = started
    parse(parser, sheet)
    return extent, named


def place_of(place: str) -> tuple[int, int]:
    """The row and the column, counted from 1, of a place such as B7; raises DataError if it is none."""
    letters = place.rstrip("0123456789")
    return _whole(place[len(letters) :]), _column(letters.upper())


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 9):
        raise damaged()
    return int(text)
