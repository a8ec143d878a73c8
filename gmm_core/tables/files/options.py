"""Options for reading a file, given or detected, and limits on how much is read."""

from __future__ import annotations

from dataclasses import dataclass

from gmm_core.errors import DataError
from gmm_core.wording import listed, quoted

MEGABYTE = 1 << 20
"""In bytes: 2²⁰, as browsers count."""


SUMMARIES = "summaries"
"""The rule on last rows with sums, means and the like."""
FURTHER_HEADER = "further header rows"
"""The rule on rows below the names, such as units."""
MERGED_HEADS = "merged heads"
"""The rule on heads above several columns."""
COMMA_AT_END = "decimal comma at the end"
"""The rule on decimal commas in the last column of a file whose delimiter is the comma."""
CELL_FORMATS = "formats of cells"
"""The rule on workbooks whose cells are formatted as percentages or with a currency."""
RULES: dict[str, str] = {
    CELL_FORMATS: "numbers of a workbook have the unit of their format, and percentages are read as they are shown",
    COMMA_AT_END: "one value more than names in every row is a decimal comma in the last column",
    FURTHER_HEADER: "rows of units and the like below the names are no rows of data",
    MERGED_HEADS: "a head above several columns goes to the names of all of them",
    SUMMARIES: "last rows that hold sums, means and the like of the rows above are left out",
}
"""Rules of reading that no other option undoes, by their keys, each with what it does."""


@dataclass(frozen=True)
class ReadOptions:
    """How a file is written. An option that is None is detected; the reader returns the options it used.

    Parameters
    ----------
    encoding : str or None
        A key of ENCODINGS.
    delimiter : str or None
        The name of one of DELIMITERS or of NO_DELIMITER.
    decimal_comma : bool or None
        True if 1,5 is one and a half.
    header : bool or None
        True if the table's first row names its columns.
    sheet : str or None
        The name of a workbook's sheet.
    as_numbers : tuple of str
        Columns to turn into numbers that would otherwise stay as they are: dates become days since 1970-01-01; in a
        column that is mostly numbers, the other values become missing.
    missing : tuple of str
        Further texts that mean a missing value, such as -999.
    missing_in : tuple of (str, str)
        The same for one column: its name and such a text.
    categories : tuple of str
        Words such as NA that are categories in columns of text, even if other columns use them for missing values.
    as_text : tuple of str
        Columns that stay text although their cells can be read as numbers.
    rules_off : tuple of str
        Keys of RULES that are not applied.
    """

    encoding: str | None = None
    delimiter: str | None = None
    decimal_comma: bool | None = None
    header: bool | None = None
    sheet: str | None = None
    as_numbers: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    missing_in: tuple[tuple[str, str], ...] = ()
    categories: tuple[str, ...] = ()
    as_text: tuple[str, ...] = ()
    rules_off: tuple[str, ...] = ()

    def require_known_rules(self) -> None:
        """Raise DataError if a rule is named that does not exist."""
        unknown = set(self.rules_off) - RULES.keys()
        if unknown:
            raise DataError(
                f"There is no rule of reading {quoted(min(unknown))}: choose among {listed(list(RULES))}."
            )


@dataclass(frozen=True)
class ReadLimits:
    """How much of a file is read at most; a larger file is refused.

    Parameters
    ----------
    rows, columns : int
        Of the table, the header not counted as a row.
    bytes : int
        Bytes of the file as it is.
    unpacked_bytes : int
        Bytes of the file after decompression.
    workbook_cells : int
        Cells of a workbook's sheet.
    cells : int
        Rows × columns of the table; empty cells count, since they take memory too.
    """

    rows: int = 1_000_000
    columns: int = 2_000
    bytes: int = 50 * MEGABYTE
    unpacked_bytes: int = 100 * MEGABYTE
    workbook_cells: int = 500_000
    cells: int = 10_000_000


DETECT_ALL = ReadOptions()
"""Options that are all detected."""
DEFAULT_LIMITS = ReadLimits()
"""The limits of the library; the app has its own settings."""
