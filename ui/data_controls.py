"""The sidebar's upper half: where the data comes from, which columns of it, and on which scale."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from gmm_core.data.dataset import Dataset
from gmm_core.data.generators import GENERATORS, Generator
from gmm_core.data.parameter import Parameter
from gmm_core.data.preparation import Preparation
from gmm_core.data.reader import read_file
from gmm_core.data.samples import SAMPLES
from gmm_core.data.scaling import SCALINGS
from gmm_core.errors import DataError
from ui.cached import generated_dataset, sample_dataset
from ui.limits import LIMITS, READ_LIMITS

UPLOAD = "upload"
DEFAULT_SOURCE = "blobs"
_UPLOADER = "upload"
_UPLOADED = "uploaded dataset"


@dataclass(frozen=True, eq=False)
class ChosenData:
    """A data set with what is known of it: whether it is private, and what went wrong on the way, in a sentence."""

    dataset: Dataset
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
        help="Made up here, well known, or your own: a CSV stays in this browser session and is seen by no one else.",
    )
    if source == UPLOAD:
        return _uploaded()
    if source in SAMPLES:
        st.caption(SAMPLES[source].description)
        return ChosenData(sample_dataset(source), private=False)
    generator = GENERATORS.get(source, GENERATORS[DEFAULT_SOURCE])
    st.caption(generator.description)
    with st.expander("Data parameters"):
        parameters = tuple(
            (parameter.name, _number(parameter, f"{generator.key}_{parameter.name}"))
            for parameter in generator.parameters
        )
    return ChosenData(generated_dataset(generator.key, parameters), private=False)


def choose_preparation(dataset: Dataset, private: bool) -> Preparation:
    """Controls for the columns to fit and the scale to fit them on."""
    key = columns_key(dataset, private)
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
    chosen = tuple(column for column in dataset.numeric_columns if column in columns)
    return Preparation(chosen, scaling if scaling in SCALINGS else next(iter(SCALINGS)))


def columns_key(dataset: Dataset, private: bool) -> str:
    """Another set of columns is another control: a choice made for two features says nothing about eight."""
    named = dataset.digest[:8] if private else dataset.name.lower().replace(" ", "_")
    return f"columns_{named}_{len(dataset.numeric_columns)}"


def _title(source: str) -> str:
    if source == UPLOAD:
        return "Upload a CSV"
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
    file = st.file_uploader(
        "CSV file",
        type=["csv", "tsv", "txt", "dat", "gz", "zip", "xlsx", "xlsm", "parquet"],
        key=_UPLOADER,
        on_change=_forget_removed_file,
        max_upload_size=LIMITS.upload_megabytes,
        help="A link cannot carry a file: whoever opens yours has to upload it too.",
    )
    held: tuple[str, Dataset] | None = st.session_state.get(_UPLOADED)
    problem = None
    if file is not None and (held is None or held[0] != file.file_id):
        try:
            held = file.file_id, read_file(file.getvalue(), file.name, limits=READ_LIMITS).dataset
            st.session_state[_UPLOADED] = held
        except DataError as error:
            problem = str(error)
    if held is not None:
        return ChosenData(held[1], private=True, problem=problem)
    return ChosenData(_default(GENERATORS[DEFAULT_SOURCE]), private=False, problem=problem or WAITING)


def _forget_removed_file() -> None:
    """The uploader is empty on every other source too; only its own cross means that the data shall go."""
    if st.session_state[_UPLOADER] is None:
        st.session_state.pop(_UPLOADED, None)


WAITING = "No file yet: choose a CSV in the sidebar; until then the blobs are shown."


def _default(generator: Generator) -> Dataset:
    return generated_dataset(
        generator.key, tuple((parameter.name, parameter.default) for parameter in generator.parameters)
    )
