"""The data of a report: where it comes from, how it was read, what is fitted of it, and how that was prepared."""

from __future__ import annotations

import pandas as pd

from gmm_core.tables.cells.missing import TREATMENTS
from gmm_core.tables.dataset import column_summary
from gmm_core.tables.scaling import SCALINGS
from ui.report.subject import Subject
from ui.report.table import Table, facts
from ui.shell.text import visible

MAX_COLUMNS_TOLD = 200
LONGEST_SENTENCE = 600


def origin(subject: Subject) -> Table:
    """Name, source, size, how a file was read, and the digest by which the same data is known again."""
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
    """Where the data comes from."""
    return visible(subject.dataset.source, LONGEST_SENTENCE)


def reading_notes(subject: Subject) -> list[str]:
    """What reading did, a sentence each."""
    return [visible(note, LONGEST_SENTENCE) for note in subject.dataset.notes]


def columns(subject: Subject) -> tuple[Table, ...]:
    """Every column in numbers, and whether it is fitted or why not; the first where there are very many."""
    dataset, fitted = subject.dataset, set(subject.prepared.columns)
    left_out = dataset.columns_left_out()
    summary = column_summary(dataset).head(MAX_COLUMNS_TOLD)
    names = [str(name) for name in summary["column"]]
    use = [_use(name, name in fitted, left_out.get(name), name == _label_column(subject)) for name in names]
    summary.insert(1, "use", use)
    n_columns = dataset.table.shape[1]
    more = f"The first {MAX_COLUMNS_TOLD} of {n_columns:,} columns." if n_columns > len(names) else ""
    return Table.of("Columns", summary.drop(columns=["median"]), more).parted(most=9)


def _use(name: str, fitted: bool, why_not: str | None, is_label: bool) -> str:
    if fitted:
        return "fitted"
    if is_label:
        return "labels, never fitted"
    return "not fitted" if why_not is None else f"not fitted: it {why_not}"


def _label_column(subject: Subject) -> str | None:
    return subject.preparation.label_column or subject.dataset.label_column


def rows_fitted(subject: Subject) -> str:
    """How many rows and columns are fitted."""
    n_rows, n_features = subject.prepared.X.shape
    total = len(subject.dataset.table)
    dropped = subject.prepared.dropped
    left = f"{dropped:,} left out" if dropped else "none left out"
    return (
        f"{n_rows:,} of {total:,} rows ({left}) and {n_features:,} "
        f"{'column' if n_features == 1 else 'columns'} are fitted."
    )


def treatments(subject: Subject) -> Table:
    """How columns were scaled and gaps closed."""
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
    """What the preparation did and what of it changes the answer, a sentence each."""
    prepared = subject.prepared
    return [visible(note, LONGEST_SENTENCE) for note in (*prepared.notes, *prepared.warnings)]


def scales(subject: Subject) -> Table:
    """Fitted value = (value − subtracted) ÷ divided by."""
    prepared = subject.prepared
    frame = pd.DataFrame(
        {"column": prepared.columns, "subtracted": prepared.center, "divided by": prepared.scale}
    )
    return Table.of(
        "From the data's units to those of the fit", frame, "Fitted = (value − subtracted) ÷ divided by."
    )
