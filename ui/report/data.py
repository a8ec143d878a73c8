"""The data in a report: its source, how it was read, which columns are fitted, and their preparation."""

from __future__ import annotations

import pandas as pd

from gmm_core.tables.cells.missing import TREATMENTS
from gmm_core.tables.dataset import column_summary
from gmm_core.tables.scaling import SCALINGS
from ui.report.subject import Subject
from ui.report.table import Table, facts
from ui.shell.text import visible

MAX_COLUMNS_SHOWN = 200
"""The largest number of columns in the table of columns."""
MAX_SENTENCE_CHARACTERS = 600
"""The largest number of characters of a sentence."""


def origin(subject: Subject) -> Table:
    """The name, source and size of the data, how a file was read, and the digest that identifies the data."""
    dataset = subject.dataset
    rows, columns = dataset.table.shape
    return facts(
        "Data",
        [
            ("Name", dataset.name),
            ("Rows", f"{rows:,}"),
            ("Columns", f"{columns:,}"),
            *subject.reading,
            ("SHA-256 of the content", dataset.digest),
        ],
    )


def source(subject: Subject) -> str:
    """A sentence with the source of the data."""
    return visible(subject.dataset.source, MAX_SENTENCE_CHARACTERS)


def reading_notes(subject: Subject) -> list[str]:
    """What reading the file did, one sentence each."""
    return [visible(note, MAX_SENTENCE_CHARACTERS) for note in subject.dataset.notes]


def columns(subject: Subject) -> tuple[Table, ...]:
    """The table of columns: summary statistics, and whether each is fitted or why not; at most `MAX_COLUMNS_SHOWN`."""
    dataset, fitted = subject.dataset, set(subject.prepared.columns)
    left_out = dataset.columns_left_out()
    summary = column_summary(dataset).head(MAX_COLUMNS_SHOWN)
    names = [str(name) for name in summary["column"]]
    use = [_use(name, name in fitted, left_out.get(name), name == _label_column(subject)) for name in names]
    summary.insert(1, "use", use)
    n_columns = dataset.table.shape[1]
    more = f"The first {MAX_COLUMNS_SHOWN} of {n_columns:,} columns." if n_columns > len(names) else ""
    return Table.of("Columns", summary.drop(columns=["median"]), more).split(most=9)


def _use(name: str, fitted: bool, why_not: str | None, is_label: bool) -> str:
    if fitted:
        return "fitted"
    if is_label:
        return "labels, never fitted"
    return "not fitted" if why_not is None else f"not fitted: it {why_not}"


def _label_column(subject: Subject) -> str | None:
    return subject.preparation.label_column or subject.dataset.label_column


def rows_fitted(subject: Subject) -> str:
    """A sentence with the number of rows and columns that are fitted."""
    n_rows, n_features = subject.prepared.X.shape
    total = len(subject.dataset.table)
    dropped = subject.prepared.dropped
    left = f"{dropped:,} left out" if dropped else "none left out"
    return (
        f"{n_rows:,} of {total:,} rows ({left}) and {n_features:,} "
        f"{'column' if n_features == 1 else 'columns'} are fitted."
    )


def treatments(subject: Subject) -> Table:
    """The scaling of the columns and the treatment of missing values."""
    scaling = SCALINGS[subject.preparation.scaling]
    missing = TREATMENTS[subject.preparation.missing]
    return facts(
        "Preparation",
        [
            ("Scale", f"{scaling.label}. {scaling.help}"),
            ("Missing values", f"{missing.label}. {missing.help}"),
            ("Labels", _label_column(subject) or "none"),
        ],
    )


def preparation_notes(subject: Subject) -> list[str]:
    """What the preparation did, also what changes the result of the fit, one sentence each."""
    prepared = subject.prepared
    return [visible(note, MAX_SENTENCE_CHARACTERS) for note in (*prepared.notes, *prepared.warnings)]


def scales(subject: Subject) -> Table:
    """The table of scales: fitted value = (value − subtracted) ÷ divided by."""
    prepared = subject.prepared
    frame = pd.DataFrame(
        {"column": prepared.columns, "subtracted": prepared.center, "divided by": prepared.scale}
    )
    return Table.of(
        "From the data's units to those of the fit", frame, "Fitted = (value − subtracted) ÷ divided by."
    )
