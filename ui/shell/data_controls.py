"""The upper half of the sidebar: the data, its columns and their scale."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from gmm_core.tables.cells.missing import TREATMENTS
from gmm_core.tables.dataset import Dataset
from gmm_core.tables.generators import GENERATORS, Generator
from gmm_core.tables.origin import Generated, Origin, Sampled
from gmm_core.tables.parameter import Parameter
from gmm_core.tables.preparation import Preparation, PreparedData
from gmm_core.tables.samples import SAMPLES
from gmm_core.tables.scaling import SCALINGS
from gmm_core.wording import quoted
from ui.compute.cache import generated_dataset, sample_dataset
from ui.shell.stale_widgets import resend_stale_values
from ui.shell.text import markdown
from ui.uploads.upload import DATA, PUT_OFF, UPLOAD, WAITING

DEFAULT_SOURCE = "blobs"
"""The key of the generator that is chosen at the start."""
NO_LABELS = "None"
"""The choice of no label column."""
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
    source = st.selectbox(
        "Data",
        [*GENERATORS, *SAMPLES, UPLOAD],
        format_func=_title,
        key="data",
        bind="query-params",
        help="Generated data, a sample data set, or your own file, which stays in this browser session and is seen by "
        "no one else.",
    )
    if source == UPLOAD:
        return _uploaded()
    if source in SAMPLES:
        st.caption(SAMPLES[source].description)
        return ChosenData(sample_dataset(source), Sampled(source), private=False)
    generator = GENERATORS.get(source, GENERATORS[DEFAULT_SOURCE])
    st.caption(generator.description)
    with st.expander("Data parameters"):
        parameters = tuple(
            (parameter.name, _number(parameter, f"{generator.key}_{parameter.name}"))
            for parameter in generator.parameters
        )
    return _generated(generator, parameters)


def choose_preparation(dataset: Dataset, private: bool) -> Preparation:
    """Controls for the columns to fit, the scale to fit them on, and what is done beside it."""
    key = columns_key(dataset, private)
    labels_key = key.replace("columns", "labels", 1)
    resend_stale_values("columns choice", key, [key, labels_key])
    with st.expander("Columns and scale"):
        columns = st.multiselect(
            "Columns to fit",
            dataset.numeric_columns,
            default=dataset.default_columns(),
            key=key,
            bind=None if private else "query-params",
            persist_state="session" if private else None,
            help="Only columns of numbers can be fitted; the others can colour the picture.",
        )
        scaling = st.selectbox(
            "Scale",
            list(SCALINGS),
            format_func=lambda name: SCALINGS[name].label,
            key="scale",
            bind="query-params",
            help=" ".join(f"**{row.label}**: {row.help}" for row in SCALINGS.values()),
        )
        missing = st.selectbox(
            "Missing values",
            list(TREATMENTS),
            format_func=lambda name: TREATMENTS[name].label,
            key="missing",
            bind="query-params",
            help=" ".join(f"**{row.label}**: {row.help}" for row in TREATMENTS.values()),
        )
        label_column = _choose_label_column(dataset, labels_key, private)
    chosen = tuple(column for column in dataset.numeric_columns if column in columns)
    return Preparation(
        chosen,
        scaling if scaling in SCALINGS else next(iter(SCALINGS)),
        missing if missing in TREATMENTS else next(iter(TREATMENTS)),
        label_column,
    )


def _choose_label_column(dataset: Dataset, key: str, private: bool) -> str | None:
    """A column of categories to colour by and to compare with; the true labels to begin with, if they are known."""
    own = dataset.label_column
    offered = [
        *([NO_LABELS] if own is None else [own]),
        *(name for name in dataset.label_columns if name != own),
    ]
    if len(offered) < 2:
        return None
    chosen = st.selectbox(
        "Labels",
        offered,
        key=key,
        bind=None if private else "query-params",
        persist_state="session" if private else None,
        help="Categories that points can be coloured by and clusters are compared with. They are never fitted.",
    )
    # Where a column is called None too, the first option is meant.
    return chosen if chosen in dataset.label_columns and chosen not in (own, NO_LABELS) else None


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


def columns_key(dataset: Dataset, private: bool) -> str:
    """Another set of columns is another control: a choice made for two features says nothing about eight."""
    named = dataset.digest[:8] if private else dataset.name.lower().replace(" ", "_")
    return f"columns_{named}_{len(dataset.numeric_columns)}"


def _title(source: str) -> str:
    if source == UPLOAD:
        return "Upload a file"
    row = GENERATORS.get(source) or SAMPLES.get(source)
    return source if row is None else row.title


def _number(parameter: Parameter, key: str) -> float:
    """A number input for a generator's parameter; what a link or a forged message carries is clamped."""
    cast = int if parameter.whole else float
    value = st.number_input(
        parameter.label,
        min_value=cast(parameter.minimum),
        max_value=cast(parameter.maximum),
        value=cast(parameter.default),
        step=cast(parameter.step),
        key=key,
        bind="query-params",
        help=parameter.help,
    )
    return parameter.clamped(value)


def _uploaded() -> ChosenData:
    """The visitor's own file; a bad one leaves the data that was there, with a sentence."""
    box_is_empty = DATA.choose() is None
    problem = (PUT_OFF if DATA.is_put_off else WAITING) if DATA.latest is None else DATA.latest.problem
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
