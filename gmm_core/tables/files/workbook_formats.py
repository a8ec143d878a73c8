"""Workbook formats: which columns of a sheet are formatted as percentages or as amounts of a currency."""

from __future__ import annotations

from xml.parsers import expat

from gmm_core.tables.cells.pattern import Pattern
from gmm_core.tables.cells.units import CURRENCIES
from gmm_core.tables.files.workbook_parts import SheetParts, parse
from gmm_core.tables.files.workbook_size import place_of

_PERCENT_BUILT_IN = ("9", "10")
"""The numbers of the formats 0% and 0.00%, which no workbook has to define."""
BARE_CURRENCIES = "$€£¥₹"
"""Currencies that a format may hold without quotation marks."""
_IN_BRACKETS = Pattern(r".*\[\$(?P<sign>[^\]-]+)[^\]]*\].*")
"""A format with a currency in brackets: [$€-407] #,##0.00."""


def column_units(parts: SheetParts) -> dict[int, str]:
    """The units of columns, by their positions counted from 0: “%” or a currency.

    A column has one if all its numbers are formatted so, with the same one.
    """
    by_style = _units_of_styles(parts.styles)
    if not any(by_style):
        return {}
    units: dict[int, set[str]] = {}
    row = column = 0
    is_number, style = False, 0

    # Called for every element of the sheet; the most common case first.
    def started(name: str, attributes: dict[str, str]) -> None:
        nonlocal row, column, is_number, style
        name = name.rpartition(":")[2]
        if name == "c":
            column += 1
            if "r" in attributes:
                row, column = place_of(attributes["r"])
            is_number = attributes.get("t", "n") == "n"
            written = attributes.get("s", "0")
            style = int(written) if written.isascii() and written.isdecimal() and len(written) < 9 else 0
        elif name == "v":
            if is_number:
                units.setdefault(column - 1, set()).add(by_style[style] if style < len(by_style) else "")
        elif name == "row":
            column = 0

    parser = expat.ParserCreate()
    parser.StartElementHandler = started
    parse(parser, parts.sheet)
    return {
        position: unit for position, found in units.items() if len(found) == 1 and (unit := next(iter(found)))
    }


def _units_of_styles(styles: bytes) -> list[str]:
    """The unit of each style of cells, “” if it has none."""
    formats: dict[str, str] = {}
    units: list[str] = []
    within_cells = False

    def started(name: str, attributes: dict[str, str]) -> None:
        nonlocal within_cells
        name = name.rpartition(":")[2]
        if name == "numFmt":
            formats[attributes.get("numFmtId", "")] = unit_of_format(attributes.get("formatCode", ""))
        elif name == "cellXfs":
            within_cells = True
        elif name == "xf" and within_cells:
            number = attributes.get("numFmtId", "0")
            built_in = "%" if number in _PERCENT_BUILT_IN else ""
            units.append(formats.get(number, built_in))

    def ended(name: str) -> None:
        nonlocal within_cells
        if name.rpartition(":")[2] == "cellXfs":
            within_cells = False

    if styles:
        parser = expat.ParserCreate()
        parser.StartElementHandler = started
        parser.EndElementHandler = ended
        parse(parser, styles)
    return units


def unit_of_format(code: str) -> str:
    """The unit of a number format for positive numbers: “%”, a known currency, or “”."""
    positive = code.partition(";")[0]
    bracketed = _IN_BRACKETS.parts(positive)
    # Every second part stands between quotation marks.
    bare, between = positive.split('"')[::2], positive.split('"')[1::2]
    outside = "".join(part.partition("]")[2] if "[" in part else part for part in bare)
    signs = (
        [bracketed["sign"]]
        if bracketed
        else [*between, *(sign for sign in BARE_CURRENCIES if sign in outside)]
    )
    unit = next((sign.strip() for sign in signs if sign.strip() in CURRENCIES), "")
    return unit or ("%" if "%" in outside.replace("\\%", "") else "")
