"""Caches of costly values: shared by all visitors, or private where they come from a visitor's own data.

Every value here is immutable, so one copy serves many; keys are digests, never the data itself.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from gmm_core.fitting.fit import Fit
from gmm_core.fitting.specification import FitSpecification
from gmm_core.studies.family_comparison import Shape
from gmm_core.studies.kmeans_comparison.comparison import KMeansComparison
from gmm_core.studies.model_grid import Cell
from gmm_core.studies.start_survey import StartSurvey
from gmm_core.tables.dataset import Dataset
from gmm_core.tables.files.options import MEGABYTE
from gmm_core.tables.generators import generate
from gmm_core.tables.preparation import Preparation, PreparedData, prepare
from gmm_core.tables.samples import load_sample
from ui.chart.chart import ChartMessage
from ui.compute.bounded_store import BoundedStore, Refusal
from ui.compute.limits import LIMITS


@st.cache_resource(max_entries=LIMITS.shared_datasets, show_spinner=False)
def generated_dataset(key: str, parameters: tuple[tuple[str, float], ...]) -> Dataset:
    """The data set of a generator."""
    return generate(key, **dict(parameters))


@st.cache_resource(max_entries=LIMITS.shared_datasets, show_spinner=False)
def sample_dataset(key: str) -> Dataset:
    """A data set that comes with the package."""
    return load_sample(key)


def prepared_data(dataset: Dataset, preparation: Preparation, private: bool) -> PreparedData:
    """The matrix that is fitted; raises `DataError` as `prepare` does."""
    make = _prepared_private if private else _prepared_shared
    prepared: PreparedData = make(dataset.digest, preparation, dataset)
    return prepared


@st.cache_resource(max_entries=LIMITS.shared_datasets, show_spinner=False)
def _prepared_shared(digest: str, preparation: Preparation, _dataset: Dataset) -> PreparedData:
    return prepare(_dataset, preparation)


@st.cache_resource(max_entries=LIMITS.private_datasets, show_spinner=False, scope="session")
def _prepared_private(digest: str, preparation: Preparation, _dataset: Dataset) -> PreparedData:
    return prepare(_dataset, preparation)


GivenMeans = tuple[tuple[float, ...], ...]
"""Starting means that a person has chosen, in the units of the fit."""

FitKey = tuple[str, FitSpecification, GivenMeans]
"""The digest of the data, the specification, and the starting means; empty where the starts are random."""


def fit_store(private: bool) -> BoundedStore[Fit | Refusal]:
    """Where finished fits are kept, each under its `FitKey`."""
    return _store("fits", private, LIMITS.shared_fit_megabytes, LIMITS.private_fit_megabytes)


def fit_size(fit: Fit) -> int:
    """Bytes that a fit keeps: the numbers of its histories, twice where they have been mapped back."""
    return 16 * sum(len(run.log_likelihoods) + run.history_values for run in fit.runs) + 4096


def landscape_store(private: bool) -> BoundedStore[StartSurvey | Refusal]:
    """Where landscapes are kept."""
    return _store(
        "landscapes", private, LIMITS.shared_landscape_megabytes, LIMITS.private_landscape_megabytes
    )


def comparison_store(private: bool) -> BoundedStore[KMeansComparison | Refusal]:
    """Where comparisons with K-means are kept."""
    return _store(
        "comparisons", private, LIMITS.shared_comparison_megabytes, LIMITS.private_comparison_megabytes
    )


def shapes_store(private: bool) -> BoundedStore[tuple[Shape, ...] | Refusal]:
    """Where the fits of all covariance structures are kept."""
    return _store("shapes", private, LIMITS.shared_shapes_megabytes, LIMITS.private_shapes_megabytes)


def cell_store(private: bool) -> BoundedStore[Cell]:
    """Where the cells of sweeps over K and covariance types are kept."""
    return _store("cells", private, LIMITS.shared_cell_megabytes, LIMITS.private_cell_megabytes)


def figure_store(private: bool) -> BoundedStore[tuple[ChartMessage, str]]:
    """Where figures are kept as they are sent, each with its note."""
    return _store("figures", private, LIMITS.shared_figure_megabytes, LIMITS.private_figure_megabytes)


def _store(kind: str, private: bool, shared: int, own: int) -> BoundedStore[Any]:
    """One store for all visitors, and one for each visitor's own data."""
    make = _private_store if private else _shared_store
    store: BoundedStore[Any] = make(kind, own if private else shared)
    return store


@st.cache_resource(show_spinner=False)
def _shared_store(kind: str, megabytes: int) -> BoundedStore[Any]:
    return BoundedStore(megabytes * MEGABYTE)


@st.cache_resource(show_spinner=False, scope="session")
def _private_store(kind: str, megabytes: int) -> BoundedStore[Any]:
    return BoundedStore(megabytes * MEGABYTE)
