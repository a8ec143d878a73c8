"""The data before the fit: the source, the rows, the columns and the preparation."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from gmm_core.tables.dataset import Dataset, column_summary
from gmm_core.tables.preparation import PreparedData
from gmm_core.tables.scaling import SCALINGS
from gmm_core.wording import listed, were
from ui.figures.base.drawing import Drawing
from ui.figures.mixture.pairs import MAX_FEATURES
from ui.figures.mixture.raw import raw
from ui.report.table import EMPTY_CELL, formatted_cell
from ui.shell.tables import date_formats
from ui.shell.text import markdown

PREVIEW_ROWS = 1_000
"""The largest number of rows in the table."""


def show_origin(dataset: Dataset) -> None:
    """Show the name, the size and the source of the data."""
    st.subheader(markdown(dataset.name), anchor=False)
    rows, columns = dataset.table.shape
    st.markdown(f"{rows:,} rows × {columns:,} columns. {markdown(dataset.source, 600)}")


def show_notes(dataset: Dataset) -> None:
    """Show what reading the data changed or assumed, a sentence each."""
    for note in dataset.notes:
        st.caption(f":material/info: {markdown(note, 400)}")


def show_rows(dataset: Dataset) -> None:
    """Show the first rows as they were read."""
    st.subheader("Rows", anchor=False)
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
        st.caption(f"The first {PREVIEW_ROWS:,} of {len(dataset.table):,} rows.")


def show_columns(dataset: Dataset) -> None:
    """Show the statistics of every column, and why some columns are not chosen by default."""
    st.subheader("Columns", anchor=False)
    _show_numbers(column_summary(dataset), "Every column with its kind, missing values and statistics")
    for reason, names in dataset.columns_left_out_by_reason.items():
        st.caption(
            f":material/info: {markdown(listed(names), 200)} {were(len(names))} not chosen to begin with: "
            f"{'it' if len(names) == 1 else 'each'} {markdown(reason, 200)}."
        )


def show_preparation(prepared: PreparedData, dataset: Dataset, scaling: str) -> None:
    """Show how many rows and columns are fitted, and how each column is scaled."""
    st.subheader("Preparation", anchor=False)
    n_rows, n_features = prepared.X.shape
    st.markdown(
        f"{n_rows:,} of {len(dataset.table):,} rows and {n_features} "
        f"{'column' if n_features == 1 else 'columns'} are fitted. "
        f"**{SCALINGS[scaling].label}**: {SCALINGS[scaling].help}"
    )
    for note in prepared.notes:
        st.caption(f":material/info: {markdown(note, 400)}")
    _show_numbers(
        preparation_table(prepared), "What is subtracted from each column and what it is divided by"
    )


def preparation_table(prepared: PreparedData) -> pd.DataFrame:
    """A row per fitted column with two numbers: fitted value = (value − subtracted) ÷ divided by."""
    return pd.DataFrame(
        {"column": prepared.columns, "subtracted": prepared.center, "divided by": prepared.scale}
    )


def _show_numbers(table: pd.DataFrame, alt: str) -> None:
    """Show a table whose numbers are printed as in the report and are sorted by value."""
    counted = table.select_dtypes("number").columns
    st.dataframe(
        table.style.format(formatted_cell, subset=counted), hide_index=True, placeholder=EMPTY_CELL, alt=alt
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
