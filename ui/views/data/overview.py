"""The data before the fit: the source, the rows, the columns and the preparation."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from gmm_core.number_text import percent, whole
from gmm_core.tables.dataset import Dataset, column_summary
from gmm_core.tables.preparation import PreparedData
from gmm_core.tables.scaling import SCALINGS
from gmm_core.wording import listed, were
from ui.figures.base.drawing import Drawing
from ui.figures.mixture.pairs import MAX_FEATURES
from ui.figures.mixture.raw import raw
from ui.report.table import EMPTY_CELL, formatted_cell
from ui.shell.navigation import CLUSTERS
from ui.shell.tables import date_formats
from ui.shell.text import markdown
from ui.shell.verdict import Number, PageButton, Standing, Verdict
from ui.uploads.upload import FileControl

BINS = 12
"""The number of bars of a column's small histogram."""
PREVIEW_ROWS = 1_000
"""The largest number of rows in the table."""


def show_origin(dataset: Dataset) -> None:
    """Show the name, the size and the source of the data."""
    st.subheader(markdown(dataset.name), anchor=False)
    rows, columns = dataset.table.shape
    st.markdown(f"{whole(rows)} rows × {whole(columns)} columns. {markdown(dataset.source, 600)}")


def data_verdict(dataset: Dataset, prepared: PreparedData | None) -> Verdict:
    """How many rows and columns are fitted, and why not all of them."""
    n_rows, n_columns = dataset.table.shape
    if prepared is None:
        return Verdict(
            "**Nothing can be fitted yet**: see above what is missing.", standing=Standing.UNFINISHED
        )
    fitted, features = prepared.X.shape
    reasons = " ".join([*prepared.warnings, *prepared.notes, *dataset.notes][:1])
    rows, columns = (
        f"{whole(fitted)} of {whole(n_rows)} rows",
        f"{whole(features)} of {whole(n_columns)} columns",
    )
    sentence = f"**{rows} and {columns} are fitted.**"
    return Verdict(
        f"{sentence} {markdown(reasons, 300)}".rstrip(),
        (Number("Rows fitted", percent(fitted / max(n_rows, 1))),),
        PageButton("See the clusters", CLUSTERS),
        Standing.DOUBTFUL if reasons else Standing.FIRM,
    )


def show_notes(dataset: Dataset, file: FileControl | None) -> None:
    """Show what reading the data changed or assumed, a sentence each, with the button that undoes it."""
    upload = None if file is None else file.latest
    changes = {} if upload is None or upload.opened is None else upload.opened.changes
    for number, note in enumerate(dataset.notes):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.caption(f":material/info: {markdown(note, 400)}", width="stretch")
            change = changes.get(note)
            if file is not None and upload is not None and change is not None:
                st.button(
                    markdown(change.label, 60),
                    key=f"undo note {number} of {upload.file_id}",
                    type="tertiary",
                    on_click=file.read_again,
                    args=(change.applied_to(upload.requested),),
                )


def show_rows(dataset: Dataset) -> None:
    """Show the first rows as they were read, folded."""
    with st.expander("Rows"):
        _show_first_rows(dataset)


def _show_first_rows(dataset: Dataset) -> None:
    shown = dataset.table.head(PREVIEW_ROWS)
    shown = shown.set_axis(
        pd.RangeIndex(1, len(shown) + 1, name="row")
    )  # the numbers that hovering and the film show
    st.dataframe(
        shown,
        column_config=date_formats(shown),
        placeholder="",
        alt="The first rows of the data, as they were read",
    )
    if len(dataset.table) > PREVIEW_ROWS:
        st.caption(f"The first {whole(PREVIEW_ROWS)} of {whole(len(dataset.table))} rows.")


def show_columns(dataset: Dataset, prepared: PreparedData | None) -> None:
    """Show the distribution and statistics of every column, and why some are not chosen by default.

    Parameters
    ----------
    dataset : Dataset
        The data.
    prepared : PreparedData or None
        Which columns are fitted, and how they are scaled: fitted value = (value − subtracted) ÷ divided by.
    """
    st.subheader("Columns", anchor=False)
    table = column_summary(dataset)
    fitted = () if prepared is None else prepared.columns
    table.insert(1, "use", ["use" if name in fitted else "leave" for name in table["column"]])
    table.insert(2, "distribution", [_counts(dataset.table[name]) for name in table["column"]])
    if prepared is not None:
        for heading, values in (("subtracted", prepared.center), ("divided by", prepared.scale)):
            table[heading] = table["column"].map(dict(zip(fitted, values.tolist(), strict=True)))
    _show_numbers(
        table, "Every column: whether it is fitted, its distribution, missing values and statistics"
    )
    for reason, names in dataset.columns_left_out_by_reason.items():
        st.caption(
            f":material/info: {markdown(listed(names), 200)} {were(len(names))} not chosen to begin with: "
            f"{'it' if len(names) == 1 else 'each'} {markdown(reason, 200)}."
        )


def _counts(column: pd.Series) -> list[int] | None:
    """The heights of a small histogram of a column of numbers; None for any other column."""
    if not pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column):
        return None
    values = column.to_numpy(dtype=np.float64, na_value=np.nan)
    finite = values[np.isfinite(values)]
    if not finite.size:
        return None
    largest = (
        float(np.abs(finite).max()) or 1.0
    )  # beside it no difference of two values is too large for a float
    return [int(count) for count in np.histogram(finite / largest, BINS)[0]]


def show_preparation(prepared: PreparedData, dataset: Dataset, scaling: str) -> None:
    """Show how many rows and columns are fitted, and how each column is scaled."""
    st.subheader("Preparation", anchor=False)
    n_rows, n_features = prepared.X.shape
    st.markdown(
        f"{whole(n_rows)} of {whole(len(dataset.table))} rows and {n_features} "
        f"{'column' if n_features == 1 else 'columns'} are fitted. "
        f"**{SCALINGS[scaling].label}**: {SCALINGS[scaling].help}"
    )
    for note in prepared.notes:
        st.caption(f":material/info: {markdown(note, 400)}")


def _show_numbers(table: pd.DataFrame, alt: str) -> None:
    """Show a table whose numbers are printed as in the report and are sorted by value."""
    counted = table.select_dtypes("number").columns
    st.dataframe(
        table.style.format(formatted_cell, subset=counted),
        hide_index=True,
        placeholder=EMPTY_CELL,
        alt=alt,
        column_config={"distribution": st.column_config.BarChartColumn(width="small", y_min=0)},
    )


def raw_picture(prepared: PreparedData) -> Drawing:
    """The fitted rows in the data's own units, at most `MAX_FEATURES` columns, coloured by the true labels if known."""
    shown = slice(0, MAX_FEATURES)
    return raw(
        prepared.original[:, shown],
        prepared.columns[shown],
        true_labels=prepared.labels,
        row_numbers=prepared.rows + 1,
        revision=prepared.digest[:12],
    )
