"""Lines to skip: those among a table's rows that are not rows: rules, comments, repeated headers, lines below it."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from gmm_core.tables.cells.notation import is_number
from gmm_core.tables.files.delimiter import COMMENT_SIGNS, Record, is_ruled
from gmm_core.wording import quoted, were

MAX_LINES_BELOW = 20
"""Most lines below a table that are taken for remarks."""
_RULES = frozenset({"", "--", "==", "+-", "|-", ":-", "+="})
"""How the first field of a rule can begin, its first two characters; a quick test before `is_ruled`."""


class LineKind(StrEnum):
    """The kinds of line that are not rows; each value is “singular|plural”."""

    RULED = "ruled line|ruled lines"
    COMMENT = "comment between the rows|comments between the rows"
    HEADER = "repetition of the header|repetitions of the header"
    BELOW = "line below the table|lines below the table"


@dataclass
class SkippedLines:
    """Collects the lines that are not rows, one record at a time.

    Parameters
    ----------
    header : sequence of str
        The fields of the header as they are written; empty if some are numbers, since a row might equal it.
    width : int
        Number of fields of a row.
    records : list[tuple[LineKind, Record]]
        The records that are not rows, each with its kind.
    below : Record or None
        The first record that can only be below the table; an error if a row follows it.
    """

    header: Sequence[str]
    width: int
    records: list[tuple[LineKind, Record]] = field(default_factory=list)
    below: Record | None = None
    _n_below: int = 0

    def takes(self, record: Record) -> bool:
        """Return whether the record is not a row, and collect it if so."""
        fields = record.fields
        kind: LineKind | None = None
        if fields == self.header:
            kind = LineKind.HEADER
        elif fields[0][:2] in _RULES and is_ruled(fields):
            kind = LineKind.RULED
        elif len(fields) != self.width:
            kind = self._odd(fields)
        if kind is not None:
            self.records.append((kind, record))
        if kind is LineKind.BELOW:
            self.below = self.below or record
            self._n_below += 1
        return kind is not None

    def _odd(self, fields: Sequence[str]) -> LineKind | None:
        if fields[0].lstrip().startswith(COMMENT_SIGNS):
            return LineKind.COMMENT
        filled = [cell for cell in fields if cell.strip()]
        return LineKind.BELOW if self.width > 1 and len(filled) == 1 and not is_number(filled[0]) else None

    @property
    def too_many_below(self) -> bool:
        """True if there are more lines below the table than a few remarks."""
        return self._n_below > MAX_LINES_BELOW

    def notes(self) -> list[str]:
        """What was left out, one sentence for each kind."""
        sentences = []
        for kind in LineKind:
            records = [record for each, record in self.records if each is kind]
            if records:
                one, many = kind.value.split("|")
                count = len(records)
                what = f"1 {one}" if count == 1 else f"{count:,} {many}"
                text = quoted(" ".join(cell for cell in records[0].fields if cell.strip()))
                such = (
                    "" if kind is LineKind.RULED else f", {text}," if count == 1 else f", the first {text},"
                )
                sentences.append(f"{what}{such} {were(count)} left out.")
        return sentences

    def removed_from(self, body: bytes, encoding: str) -> bytes:
        """The body without these lines."""
        if not self.records:
            return body
        gone = {line for _, record in self.records for line in range(record.first_line, record.last_line + 1)}
        lines: Iterable[str] = io.TextIOWrapper(io.BytesIO(body), encoding=encoding, newline="")
        return "".join(line for number, line in enumerate(lines, start=1) if number not in gone).encode(
            encoding
        )
