"""Cards for the downloads and the link: what each contains, and the buttons that make it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pandas as pd
import streamlit as st

from gmm_core.export.model_file.model import Model
from gmm_core.export.model_file.model_file import model_file
from gmm_core.export.rows.labelled_rows import labelled_rows, result_names
from gmm_core.tables.dataset import Dataset
from gmm_core.tables.files.parquet import parquet_file
from gmm_core.tables.files.spreadsheet_safety import csv
from gmm_core.tables.origin import FromFile, Origin
from gmm_core.wording import counted
from ui.links.share import landing_address, link_to
from ui.shell.tables import date_formats, decimal_formats, height_of

PREVIEW_ROWS = 200
"""The largest number of labelled rows on the screen."""
PARQUET = "application/vnd.apache.parquet"
"""The media type of Parquet files."""


@contextmanager
def show_cards() -> Iterator[None]:
    """Show side by side, as many as there is room for, the cards that the caller adds inside it."""
    with st.grid(4, min_column_width=220, gap="small"):
        yield


@contextmanager
def show_card(title: str, text: str) -> Iterator[None]:
    """Show a card with its title, its text, and the buttons that the caller adds inside it."""
    with st.container(border=True, height="stretch"):
        st.subheader(title, anchor=False)
        st.markdown(text)
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            yield


def show_table_downloads(
    make: Callable[[], pd.DataFrame],
    name: str,
    key: str,
    *,
    decimal_comma: bool = False,
    units: Mapping[str, str] | None = None,
) -> None:
    """Show buttons that download a table as CSV and Parquet; a file is made when its button is pressed, not stored.

    Parameters
    ----------
    make : () -> DataFrame
        Makes the table.
    name : str
        The name of the files, without its ending.
    key : str
        The prefix of the keys of the buttons.
    decimal_comma : bool
        True to offer also a CSV with decimal commas and semicolons, if the visitor's own file is written so.
    units : mapping of str to str or None
        The units of columns, which CSV files have behind the names.
    """
    st.download_button(
        "CSV",
        lambda: csv(make(), units=units),
        f"{name}.csv",
        "text/csv",
        key=f"{key}_csv",
        icon=":material/download:",
        on_click="ignore",
        help="For spreadsheets and everything else: text that a spreadsheet would run as a formula begins with an "
        "apostrophe, numbers have all their digits.",
    )
    if decimal_comma:
        st.download_button(
            "CSV with ;",
            lambda: csv(make(), decimal_comma=True, units=units),
            f"{name}.csv",
            "text/csv",
            key=f"{key}_csv_with_commas",
            icon=":material/download:",
            on_click="ignore",
            help="As your file has it: decimal commas, and semicolons between the values.",
        )
    st.download_button(
        "Parquet",
        lambda: parquet_file(make()),
        f"{name}.parquet",
        PARQUET,
        key=f"{key}_parquet",
        icon=":material/download:",
        on_click="ignore",
        help="For pandas, polars, R and DuckDB: columns keep their types, text stays as it is.",
    )


def show_labelled_rows_card(dataset: Dataset, origin: Origin, model: Model) -> None:
    """Show the card of the labelled rows: the visitor's own columns, then those of the results."""
    rows, columns = dataset.table.shape
    left_out = model.record.rows_left_out
    empty = (
        f" {counted(left_out, 'row')} without a value {'has' if left_out == 1 else 'have'} no label."
        if left_out
        else ""
    )
    with show_card(
        "Labelled rows",
        f"All {counted(rows, 'row')} and {counted(columns, 'column')} in their order, with component, probabilities, "
        f"uncertainty and log-density.{empty}",
    ):
        show_table_downloads(
            lambda: labelled_rows(dataset.table, model),
            "labelled_rows",
            "rows",
            decimal_comma=isinstance(origin, FromFile) and bool(origin.options.decimal_comma),
            units=dataset.units,
        )


def show_model_card(model: Model) -> None:
    """Show the card of the model as JSON."""
    components, columns = counted(model.n_components, "component"), counted(len(model.columns), "column")
    with show_card(
        "Model",
        f"Weights, means and covariances of {components} in {columns}, "
        "in original units, with the preparation and how it was fitted. It opens again below, and in Python with "
        "`gmm_core.load_model`.",
    ):
        st.download_button(
            "JSON",
            lambda: model_file(model),
            "model.json",
            "application/json",
            key="model_json",
            icon=":material/download:",
            on_click="ignore",
            help="Readable by people and programs; docs/model-file.md has its schema and explains each part.",
        )


def show_first_rows(dataset: Dataset, model: Model) -> None:
    """Show the first labelled rows, with the columns of the results first so that they are seen."""
    table = labelled_rows(dataset.table.head(PREVIEW_ROWS), model)
    results = result_names(dataset.table, model.n_components)
    st.subheader("Labelled rows", anchor=False)
    show_labelled_table(table, results, f"The first {len(table):,} rows with the model's answers")
    more = (
        ""
        if len(dataset.table) <= PREVIEW_ROWS
        else f"The first {PREVIEW_ROWS:,} of {len(dataset.table):,} rows. "
    )
    st.caption(
        f"{more}In the files, these columns come after yours. The uncertainty is 1 − the largest probability; the "
        "log-density is log p(x) in nats, with x in the columns' own units."
    )


def show_labelled_table(table: pd.DataFrame, results: list[str], alt: str) -> None:
    """Show labelled rows, the columns named in `results` before the others; `alt` describes the table."""
    own = [name for name in table.columns if name not in results]
    probabilities = [name for name in results if name.startswith("probability of ")]
    others = [name for name in results if name not in probabilities]
    formats: dict[str, Any] = date_formats(table) | decimal_formats(table[others], "%.4g")
    for name in probabilities:
        formats[name] = st.column_config.NumberColumn(name.removeprefix("probability of "), format="%.4f")
    st.dataframe(
        table,
        column_order=[*others, *probabilities, *own],
        column_config=formats,
        hide_index=True,
        height=height_of(len(table)),
        placeholder="",
        alt=alt,
    )


def show_link_card() -> None:
    """Show the card of the link that opens the app with this data, preparation and model."""
    with (
        show_card("Link", "Opens the app on this fit: send it, keep it, or put it into a course page."),
        st.container(),
    ):
        link_to(landing_address(), "card")
