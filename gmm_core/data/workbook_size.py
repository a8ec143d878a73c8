"""Workbook size: what the parts of an Excel workbook hold, counted as they unfold, before any of it is kept."""

from __future__ import annotations

import zipfile
import zlib
from collections import Counter
from io import BytesIO
from xml.parsers import expat

from gmm_core.data.options import ReadLimits
from gmm_core.errors import DataError

_PIECE = 1 << 16
_OF_CELLS = (" row", " c", " v", " f", " is", " t", " si")
# Styles and whatever else is no cell takes far more memory once it is read; a workbook has at most 65,490 styles.
COST_OF_OTHERS = 15
# A cell is an element with its value and perhaps its formula in it, beside rows and what else a sheet has.
ELEMENTS_PER_CELL = 6


def require_small_workbook(content: bytes, limits: ReadLimits) -> None:
    """Raises DataError where a part has more elements than cells may have, or where texts in cells are too long.

    A text is in the file once and in every cell that names it: characters are counted as cells name them.
    """
    named: Counter[int] = Counter()
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts = []
            for member in archive.infolist():
                part = _Part(ELEMENTS_PER_CELL * limits.workbook_cells, named)
                part.count(archive, member)
                parts.append(part)
    except DataError:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError) as problem:
        raise _damaged() from problem
    for part in parts:
        known = len(part.lengths)
        shared = sum(part.lengths[text] * cells for text, cells in named.items() if text < known)
        if shared > limits.unpacked_bytes:
            raise DataError(
                "The texts in the cells of the Excel workbook are too long: leave out columns of text."
            )


class _Part:
    """A part as its elements come: how long its shared texts are, and which texts its cells name, by number."""

    def __init__(self, most_elements: int, named: Counter[int]) -> None:
        self.lengths: list[int] = []
        self._left = most_elements
        self._named = named
        self._names_text = False
        self._value: list[str] | None = None

    def count(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
        """Read the part piece by piece, up to where it is no XML, as a picture is from its first byte."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self._started
        parser.EndElementHandler = self._ended
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = self._refused
        with archive.open(member) as part:
            while piece := part.read(_PIECE):
                try:
                    parser.Parse(piece)
                except expat.ExpatError:
                    return

    def _started(self, name: str, attributes: dict[str, str]) -> None:
        self._left -= 1 if name.endswith(_OF_CELLS) else COST_OF_OTHERS
        if self._left < 0:
            raise DataError(
                "The Excel workbook has more cells and styles than are read at most: save it as CSV."
            )
        if name.endswith(" si"):
            self.lengths.append(0)
        elif name.endswith(" c"):
            self._names_text = attributes.get("t") == "s"
        elif name.endswith(" v") and self._names_text:
            self._value = []

    def _text(self, text: str) -> None:
        if self.lengths:
            self.lengths[-1] += len(text)
        if self._value is not None:
            self._value.append(text)

    def _ended(self, name: str) -> None:
        if self._value is not None and name.endswith(" v"):
            number = "".join(self._value).strip()
            self._value = None
            if len(number) <= 9 and number.isdecimal():
                self._named[int(number)] += 1

    def _refused(self, *_: object) -> None:
        raise _damaged()


def _damaged() -> DataError:
    return DataError("The Excel workbook is damaged: open it in Excel and save it again.")
