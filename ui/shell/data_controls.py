"""The upper half of the sidebar: the data, its columns and their scale."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from gmm_core.number_text import whole
from gmm_core.tables.dataset import Dataset
from gmm_core.tables.generators import GENERATORS
from gmm_core.tables.origin import Generated, Sampled
from gmm_core.tables.preparation import Preparation, PreparedData
from gmm_core.tables.samples import SAMPLES
from ui.compute.cache import generated_dataset, sample_dataset
from ui.shell.analysis import ChosenData
from ui.shell.control import Place
from ui.shell.controls import (
    CONTROLS,
    DEFAULT_SOURCE,
    column_controls,
    columns_control,
    controls_at,
    labels_control,
    source_title,
)
from ui.shell.element_identity import resend_stale_values
from ui.shell.text import markdown
from ui.uploads.upload import DATA, DELAYED, UPLOAD, WAITING

MAX_NAMED = 4
"""Most columns that a summary names; the others are counted."""


_SOURCE_BEFORE = "source before the file"
"""Key of the session state: the source of data that was chosen before the visitor's own file."""


def choose_data(details: DeltaGenerator) -> tuple[ChosenData | None, str | None]:
    """Controls for the source of the data and, folded in the place `details`, for its parameters.

    Returns
    -------
    ChosenData or None
        The data; None while a file is chosen that is not read or cannot be.
    str or None
        What is wrong with the file, in a sentence.
    """
    source = CONTROLS["data"].draw()
    if source == UPLOAD:
        return _uploaded()
    st.session_state[_SOURCE_BEFORE] = source
    if source in SAMPLES:
        st.caption(SAMPLES[source].description)
        return ChosenData(sample_dataset(source), Sampled(source), private=False), None
    generator = GENERATORS[source]
    st.caption(generator.description)
    with details.expander(Place.PARAMETERS.value):
        parameters = tuple(
            (control.field, control.draw()) for control in controls_at(Place.PARAMETERS, source=source)
        )
    dataset = generated_dataset(generator.key, parameters)
    return ChosenData(dataset, Generated(generator.key, parameters), private=False), None


def show_way_back() -> None:
    """Show the button that brings back the data that was there before a file that cannot be used."""
    good, before = DATA.last_good, st.session_state.get(_SOURCE_BEFORE, DEFAULT_SOURCE)
    if good is None:
        label = f"Back to {source_title(before)}"
    elif DATA.latest is not None and DATA.latest.file_id == good.file_id:
        label = f"Read {markdown(good.name, 60)} as before"
    else:
        label = f"Back to {markdown(good.name, 60)}"
    st.button(label, key="back to the data before", on_click=_go_back, args=(before,))


def _go_back(source: str) -> None:
    if DATA.last_good is None:
        DATA.forget()
        st.session_state["data"] = source
    else:
        DATA.return_to_last_good()


def choose_preparation(chosen: ChosenData | None) -> Preparation:
    """Controls for the columns to fit, the scale to fit them on, and what is done beside it.

    Without data there are no columns, and the other controls keep what they stand at.
    """
    if chosen is None:
        with st.expander(Place.PREPARATION.value):
            how = {control.field: control.draw() for control in controls_at(Place.PREPARATION)}
        return Preparation((), **how)
    dataset, private = chosen.dataset, chosen.private
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
    more = [f"and {whole(left)} more"] if (left := len(prepared.columns) - MAX_NAMED) > 0 else []
    return (
        f"{whole(len(prepared.X))} of {whole(rows)} rows and {len(prepared.columns)} of {columns} columns are fitted: "
        f"{', '.join(named + more)}. The page Data says why."
    )


def _uploaded() -> tuple[ChosenData | None, str | None]:
    """The visitor's own file; while it cannot be used nothing stands in for it."""
    box_is_empty = DATA.choose() is None
    latest = DATA.latest
    if DATA.is_delayed:
        return None, DELAYED
    if latest is None:
        return None, WAITING
    if latest.dataset is None:
        return None, latest.problem
    if box_is_empty:  # as it is whenever it was not drawn in the meantime
        st.caption(f"In use: {markdown(latest.name)}")
    return ChosenData(latest.dataset, latest.origin, private=True), None
