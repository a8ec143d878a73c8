"""The upper half of the sidebar: the data, its columns and their scale."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from gmm_core.tables.dataset import Dataset
from gmm_core.tables.generators import GENERATORS, Generator
from gmm_core.tables.origin import Generated, Origin, Sampled
from gmm_core.tables.preparation import Preparation, PreparedData
from gmm_core.tables.samples import SAMPLES
from gmm_core.wording import quoted
from ui.compute.cache import generated_dataset, sample_dataset
from ui.shell.control import Place
from ui.shell.controls import (
    CONTROLS,
    DEFAULT_SOURCE,
    column_controls,
    columns_control,
    controls_at,
    labels_control,
)
from ui.shell.element_identity import resend_stale_values
from ui.shell.text import markdown
from ui.uploads.upload import DATA, DELAYED, UPLOAD, WAITING

MAX_NAMED = 4
"""Most columns that a summary names; the others are counted."""


@dataclass(frozen=True, eq=False)
class ChosenData:
    """A data set with what is known of it: its origin, whether it is private, and what went wrong, in a sentence."""

    dataset: Dataset
    origin: Origin
    private: bool
    problem: str | None = None


def choose_data() -> ChosenData:
    """Controls for the source of the data and its parameters."""
    source = CONTROLS["data"].draw()
    if source == UPLOAD:
        return _uploaded()
    if source in SAMPLES:
        st.caption(SAMPLES[source].description)
        return ChosenData(sample_dataset(source), Sampled(source), private=False)
    st.caption(GENERATORS[source].description)
    with st.expander(Place.PARAMETERS.value):
        parameters = tuple(
            (control.field, control.draw()) for control in controls_at(Place.PARAMETERS, source=source)
        )
    return _generated(GENERATORS[source], parameters)


def choose_preparation(dataset: Dataset, private: bool) -> Preparation:
    """Controls for the columns to fit, the scale to fit them on, and what is done beside it."""
    columns, labels = columns_control(dataset, private), labels_control(dataset, private)
    resend_stale_values("columns choice", columns.key, [row.key for row in column_controls(dataset, private)])
    with st.expander(Place.PREPARATION.value):
        wanted = columns.draw()
        how = {control.field: control.draw() for control in controls_at(Place.PREPARATION)}
        label = None if labels is None else labels.draw()
    return Preparation(
        tuple(column for column in dataset.numeric_columns if column in wanted),
        # The first option, whose name a column may bear too, asks for nothing.
        label_column=None if labels is None or label == labels.default else label,
        **how,
    )


def fitted_sentence(dataset: Dataset, prepared: PreparedData, private: bool) -> str:
    """How much of the data is fitted, where that is not plain: of a file, and where rows are left out."""
    if not private and not prepared.dropped:
        return ""
    rows, columns = dataset.table.shape
    named = [markdown(name, 24) for name in prepared.columns[:MAX_NAMED]]
    more = [f"and {left:,} more"] if (left := len(prepared.columns) - MAX_NAMED) > 0 else []
    return (
        f"{len(prepared.X):,} of {rows:,} rows and {len(prepared.columns)} of {columns} columns are fitted: "
        f"{', '.join(named + more)}. The page Data says why."
    )


def _uploaded() -> ChosenData:
    """The visitor's own file; a bad one leaves the data that was there, with a sentence."""
    box_is_empty = DATA.choose() is None
    problem = (DELAYED if DATA.is_delayed else WAITING) if DATA.latest is None else DATA.latest.problem
    good = DATA.last_good
    if good is not None and good.dataset is not None:
        if box_is_empty:  # as it is whenever it was not drawn in the meantime
            st.caption(f"In use: {markdown(good.name)}")
        if problem is not None:
            problem = f"{problem} Until then {quoted(good.name)} is shown."
        return ChosenData(good.dataset, good.origin, private=True, problem=problem)
    generator = GENERATORS[DEFAULT_SOURCE]
    defaults = tuple((parameter.name, parameter.default) for parameter in generator.parameters)
    return _generated(generator, defaults, problem)


def _generated(
    generator: Generator, parameters: tuple[tuple[str, float], ...], problem: str | None = None
) -> ChosenData:
    origin = Generated(generator.key, parameters)
    return ChosenData(generated_dataset(generator.key, parameters), origin, private=False, problem=problem)
