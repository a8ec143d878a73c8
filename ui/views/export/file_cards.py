"""Cards of what can be taken away, files and links: what is in each, and the buttons that make it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
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
from ui.shell.tables import days, decimals, height_of

PREVIEW_ROWS = 200
PARQUET = "application/vnd.apache.parquet"


@contextmanager
def cards() -> Iterator[None]:
    """Cards side by side, as many as there is room for."""
    with st.grid(4, min_column_width=220, gap="small"):
        yield


@contextmanager
def card(title: str, text: str) -> Iterator[None]:
    """One card: its title, what it is in a sentence, and below it the buttons that the caller adds."""
    with st.container(border=True, height="stretch"):
        st.subheader(title, anchor=False)
        st.markdown(text)
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            yield


def table_downloads(
    make: Callable[[], pd.DataFrame], name: str, key: str, *, decimal_comma: bool = False
) -> None:
    """A table as CSV and as Parquet; it is made when a button is pressed, and kept nowhere.

    Parameters
    ----------
    decimal_comma : bool
        True if the visitor's own file has them, so that a CSV like it is offered too.
    """
    st.download_button(
        "CSV",
        lambda: csv(make()),
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
            lambda: csv(make(), decimal_comma=True),
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


def labelled_rows_card(dataset: Dataset, origin: Origin, model: Model) -> None:
    """The visitor's own table with the model's answers behind it."""
    rows, columns = dataset.table.shape
    left_out = model.record.rows_left_out
    empty = (
        f" {counted(left_out, 'row')} without a value {'has' if left_out == 1 else 'have'} no label."
        if left_out
        else ""
    )
    with card(
        "Labelled rows",
        f"All {counted(rows, 'row')} and {counted(columns, 'column')} in their order, with component, probabilities, "
        f"uncertainty and log-density.{empty}",
    ):
        table_downloads(
            lambda: labelled_rows(dataset.table, model),
            "labelled_rows",
            "rows",
            decimal_comma=isinstance(origin, FromFile) and bool(origin.options.decimal_comma),
        )


def model_card(model: Model) -> None:
    """The model as JSON."""
    components, columns = counted(model.n_components, "component"), counted(len(model.columns), "column")
    with card(
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


def first_rows(dataset: Dataset, model: Model) -> None:
    """The beginning of the file of labelled rows; the results stand first, so that they are seen."""
    table = labelled_rows(dataset.table.head(PREVIEW_ROWS), model)
    results = result_names(dataset.table, model.n_components)
    st.subheader("Labelled rows", anchor=False)
    labelled_table(table, results, f"The first {len(table):,} rows with the model's answers")
    more = (
        ""
        if len(dataset.table) <= PREVIEW_ROWS
        else f"The first {PREVIEW_ROWS:,} of {len(dataset.table):,} rows. "
    )
    st.caption(
        f"{more}In the files, these columns come after yours. The uncertainty is 1 − the largest probability; the "
        "log-density is log p(x) in nats, with x in the columns' own units."
    )


def labelled_table(table: pd.DataFrame, results: list[str], alt: str) -> None:
    """Labelled rows on the screen, the results before the other columns."""
    own = [name for name in table.columns if name not in results]
    probabilities = [name for name in results if name.startswith("probability of ")]
    others = [name for name in results if name not in probabilities]
    formats: dict[str, Any] = days(table) | decimals(table[others], "%.4g")
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


def link_card() -> None:
    """The fit as an address, which opens the app with this data, preparation and model."""
    with (
        card("Link", "Opens the app on this fit: send it, keep it, or put it into a course page."),
        st.container(),
    ):
        link_to(landing_address(), "card")
