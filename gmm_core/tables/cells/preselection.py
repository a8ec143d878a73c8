"""Preselection: the columns that are chosen by default, by what they hold, and the roles of some of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from gmm_core.arrays import LARGEST_EXACT_WHOLE_NUMBER, BoolArray, FloatArray
from gmm_core.tables.cells.association import most_associated
from gmm_core.tables.cells.pattern import Pattern
from gmm_core.tables.cells.roles import NO_ROLES, Roles, roles_of

MAX_PRESELECTED = 8
"""Most columns that are chosen by default, unless there are many rows and at most MAX_TOGETHER columns."""
MAX_TOGETHER = 15
"""Up to this many columns all are chosen if there are ROWS_PER_COLUMN rows for each."""
ROWS_PER_COLUMN = 10

INDEX_NAMES = frozenset(
    {"id", "index", "unnamed: 0", "__index_level_0__", "rowname", "rownames", "row names", "row", "nr"}
)
"""Names of columns that identify rows, in lower case."""
INDEX_ENDINGS = ("_id", " id", "-id", "_nr", " nr", "-nr", "_nr.", " nr.", "-nr.", "nummer")
"""Ends of names of columns that identify rows, in lower case."""
FEWEST_SHUFFLED = 20
"""Fewest rows of a running number that is not in order, or has gaps."""
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
    """The columns that are chosen by default.

    Parameters
    ----------
    chosen : tuple of str
        In the order of the axes: where there is a longitude and a latitude, these come first.
    left_out : dict of str to str
        The others, each with a reason that completes “the column ...”.
    roles : Roles
        The columns that are weights of rows, coordinates, or answers.
    """

    chosen: tuple[str, ...]
    left_out: dict[str, str]
    roles: Roles = NO_ROLES

    @property
    def left_out_by_reason(self) -> dict[str, tuple[str, ...]]:
        """The columns that are left out, by the reasons."""
        grouped: dict[str, tuple[str, ...]] = {}
        for name, reason in self.left_out.items():
            grouped[reason] = (*grouped.get(reason, ()), name)
        return grouped


@dataclass(frozen=True)
class Rule:
    """A reason to leave a column of whole numbers out; `holds(name, values)`, with values (N,), tells if it applies."""

    reason: str
    holds: Callable[[str, FloatArray], bool]


def counts_rows(name: str, values: FloatArray) -> bool:
    """True if the values are a running number, which rises by 1 from wherever it starts.

    With FEWEST_SHUFFLED rows or more, it may also have gaps, of fewer numbers than there are rows, or be in any order.
    """
    if not bool((np.abs(values) <= LARGEST_EXACT_WHOLE_NUMBER).all()):
        return False
    steps = np.diff(values)
    if bool((steps == 1.0).all()):
        return True
    if len(values) < FEWEST_SHUFFLED:
        return False
    span = float(values.max() - values.min())
    if bool((steps > 0.0).all()):
        return span < 2 * len(values)
    return span == len(values) - 1 and np.unique(values).size == len(values)


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
LESS_ASSOCIATED = f"varies less together with the others than the {MAX_PRESELECTED} that are"
"""The reason to leave out a column where there are too many."""
WEIGHTS_ROWS = "looks like weights of rows, which measure nothing"
"""The reason to leave out a column of weights."""


def preselect(columns: Mapping[str, FloatArray]) -> Preselection:
    """Choose columns by default: those that no rule leaves out and that together leave half of the rows.

    If these are too many (see `most_columns`), the MAX_PRESELECTED that vary together most are chosen. If every
    column would be left out, the rules are dropped one by one, the last one first, since a table of nothing but grades
    shall be fitted too. At least one column is chosen if there is one.

    Parameters
    ----------
    columns : mapping of str to FloatArray
        The values (N,) of each column by its name, NaN where missing; at least two are distinct and finite.
    """
    roles = roles_of(columns)
    for rules in (RULES, RULES[:-1], RULES[:-2], RULES[:-3], ()):
        preselection = _preselect(columns, rules, roles)
        if preselection.chosen:
            return preselection
    first = next(iter(columns), None)
    if first is not None:
        others = {name: reason for name, reason in preselection.left_out.items() if name != first}
        return Preselection((first,), others, roles)
    return preselection


def most_columns(n_rows: int) -> int:
    """The number of columns up to which all are chosen."""
    return max(MAX_PRESELECTED, min(MAX_TOGETHER, n_rows // ROWS_PER_COLUMN))


def _preselect(columns: Mapping[str, FloatArray], rules: tuple[Rule, ...], roles: Roles) -> Preselection:
    reasons = {name: _reason(name, values, rules, roles) for name, values in columns.items()}
    # Those that lack least come first, so that none is left out for one that lacks more.
    candidates = sorted(
        (name for name, reason in reasons.items() if reason is None),
        key=lambda name: np.count_nonzero(~np.isfinite(columns[name])),
    )
    kept: list[str] = []
    complete: BoolArray | None = None
    for name in candidates:
        present = np.isfinite(columns[name])
        still_complete = present if complete is None else complete & present
        if 2 * np.count_nonzero(still_complete) < present.size:
            reasons[name] = LACKS_VALUES
        else:
            kept.append(name)
            complete = still_complete
    kept.sort(key=list(columns).index)
    if kept and len(kept) > most_columns(len(columns[kept[0]])):
        chosen = most_associated({name: columns[name] for name in kept}, MAX_PRESELECTED)
        reasons.update({name: LESS_ASSOCIATED for name in kept if name not in chosen})
        kept = [name for name in kept if name in chosen]
    first = [name for name in roles.coordinates if name in kept]
    if len(first) == len(roles.coordinates):
        kept = [*first, *(name for name in kept if name not in first)]
    left_out = {name: reason for name, reason in reasons.items() if reason is not None and name not in kept}
    return Preselection(tuple(kept), left_out, roles)


def _reason(name: str, values: FloatArray, rules: tuple[Rule, ...], roles: Roles) -> str | None:
    if rules and name == roles.row_weights:
        return WEIGHTS_ROWS
    finite = values[np.isfinite(values)]
    if not bool((finite == np.rint(finite)).all()):
        return None
    applying = (rule for rule in rules if not (rule.reason == HOLDS_CODES and name in roles.answers))
    return next((rule.reason for rule in applying if rule.holds(name, values)), None)
