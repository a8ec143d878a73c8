"""Preselection: the columns that are chosen by default."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from gmm_core.arrays import BoolArray, FloatArray
from gmm_core.tables.cells.pattern import Pattern

MAX_PRESELECTED = 8
"""Most columns that are chosen by default."""

INDEX_NAMES = frozenset(
    {"id", "index", "unnamed: 0", "__index_level_0__", "rowname", "rownames", "row names", "row", "nr"}
)
"""Names of columns that identify rows, in lower case."""
INDEX_ENDINGS = ("_id", " id", "-id")
"""Ends of names of columns that identify rows, in lower case."""
CAMEL_INDEX = Pattern(".*[a-z](ID|Id)")
"""The name of an identifier in camel case: customerId and CustomerID match, Madrid does not."""
CODE_NAMES = frozenset(
    {
        "zip",
        "zipcode",
        "zip code",
        "zip_code",
        "postcode",
        "postal code",
        "postal_code",
        "postalcode",
        "plz",
        "phone",
    }
    | {
        "telephone",
        "tel",
        "phone number",
        "phone_number",
        "mobile",
        "fax",
        "iban",
        "isbn",
        "ean",
        "ssn",
        "barcode",
    }
)
"""Names of columns of codes and telephone numbers, in lower case."""
CALENDAR_NAMES = frozenset({"year", "month", "day", "hour", "minute", "date", "time", "timestamp"})
"""Names of columns that hold a part of a date or time, in lower case."""

MAX_CODES = 9
"""Most distinct values of a column of codes or grades, which are not measurements."""
ROWS_PER_CODE = 5
"""Fewest rows per distinct value of such a column, on average."""


@dataclass(frozen=True)
class Preselection:
    """The columns that are chosen, and the others, each with a reason that completes “the column ...”."""

    chosen: tuple[str, ...]
    left_out: dict[str, str]


@dataclass(frozen=True)
class Rule:
    """A reason to leave a column of whole numbers out; `holds(name, values)`, with values (N,), tells if it applies."""

    reason: str
    holds: Callable[[str, FloatArray], bool]


def counts_rows(name: str, values: FloatArray) -> bool:
    """True if the values are 0, 1, ..., N-1 or 1, 2, ..., N."""
    first = values[0]
    return first in (0.0, 1.0) and bool((values == first + np.arange(values.size)).all())


def is_called_index(name: str) -> bool:
    """True if the name is that of an identifier of rows, such as id or customerId."""
    called = name.strip().lower()
    return called in INDEX_NAMES or called.endswith(INDEX_ENDINGS) or CAMEL_INDEX.matches(name.strip())


def is_identifier(name: str, values: FloatArray) -> bool:
    """True if the name is that of an identifier or a code, such as a postcode, whose numbers are not measurements."""
    return is_called_index(name) or name.strip().lower() in CODE_NAMES


def is_calendar(name: str, values: FloatArray) -> bool:
    """True if the name is that of a part of a date or time."""
    return name.strip().lower() in CALENDAR_NAMES


def is_code(name: str, values: FloatArray) -> bool:
    """True if there are at most MAX_CODES distinct values, with at least ROWS_PER_CODE rows per value on average."""
    present = values[np.isfinite(values)]
    distinct = np.unique(present).size
    return distinct <= MAX_CODES and present.size >= ROWS_PER_CODE * distinct


HOLDS_CODES = "holds a few whole numbers only, as codes and grades do"
"""The reason to leave out a column of codes or grades."""
RULES = (
    Rule("counts the rows", counts_rows),
    Rule("is called an identifier, whose numbers measure nothing", is_identifier),
    Rule("says when a row was recorded", is_calendar),
    Rule(HOLDS_CODES, is_code),
)
"""The reasons to leave out a column of whole numbers; the first that applies counts."""
LACKS_VALUES = "lacks so many values that fewer than half of the rows would be left"
"""The reason to leave out a column with many missing values."""
ONE_TOO_MANY = f"comes after the first {MAX_PRESELECTED} columns"
"""The reason to leave out a column after the last one that is chosen."""


def preselect(columns: Mapping[str, FloatArray]) -> Preselection:
    """Choose columns by default: the first MAX_PRESELECTED that no rule leaves out and that leave half of the rows.

    If every column would be left out, the rules are dropped one by one, the last one first, since a table of nothing
    but grades shall be fitted too. At least one column is chosen if there is one.

    Parameters
    ----------
    columns : mapping of str to FloatArray
        The values (N,) of each column by its name, NaN where missing; at least two are distinct and finite.
    """
    for rules in (RULES, RULES[:-1], RULES[:-2], RULES[:-3], ()):
        preselection = _preselect(columns, rules)
        if preselection.chosen:
            return preselection
    first = next(iter(columns), None)
    if first is not None:
        others = {name: reason for name, reason in preselection.left_out.items() if name != first}
        return Preselection((first,), others)
    return preselection


def _preselect(columns: Mapping[str, FloatArray], rules: tuple[Rule, ...]) -> Preselection:
    chosen: list[str] = []
    left_out: dict[str, str] = {}
    complete: BoolArray | None = None
    for name, values in columns.items():
        present = np.isfinite(values)
        still_complete = present if complete is None else complete & present
        reason = _reason(name, values, present, rules)
        if reason is None and 2 * np.count_nonzero(still_complete) < values.size:
            reason = LACKS_VALUES
        if reason is None and len(chosen) == MAX_PRESELECTED:
            reason = ONE_TOO_MANY
        if reason is None:
            chosen.append(name)
            complete = still_complete
        else:
            left_out[name] = reason
    return Preselection(tuple(chosen), left_out)


def _reason(name: str, values: FloatArray, present: BoolArray, rules: tuple[Rule, ...]) -> str | None:
    finite = values[present]
    if not bool((finite == np.rint(finite)).all()):
        return None
    return next((rule.reason for rule in rules if rule.holds(name, values)), None)
