"""Caches of costly values: shared by all visitors, or private where they come from a visitor's own data.

Every value here is immutable, so one copy serves many; keys are digests, never the data itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from gmm_core.fitting.fit import Fit
from gmm_core.tables.dataset import Dataset
from gmm_core.tables.files.options import MEGABYTE
from gmm_core.tables.generators import generate
from gmm_core.tables.preparation import Preparation, PreparedData, prepare
from gmm_core.tables.samples import load_sample
from ui.chart.chart import ChartMessage
from ui.compute.bounded_store import BoundedStore
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


@dataclass(frozen=True)
class CacheBound:
    """How much of one kind of values is kept, in MB: for all visitors together, and for each one with a file."""

    shared: int
    private: int


def store_of(kind: str, private: bool, bound: CacheBound) -> BoundedStore[Any]:
    """The store of one kind of values: one for all, or one in each session for a visitor's own data."""
    make = _private_store if private else _shared_store
    store: BoundedStore[Any] = make(kind, bound.private if private else bound.shared)
    return store


def figure_store(private: bool) -> BoundedStore[tuple[ChartMessage, str]]:
    """Where figures are kept as they are sent, each with its note."""
    bound = CacheBound(LIMITS.shared_figure_megabytes, LIMITS.private_figure_megabytes)
    return store_of("figures", private, bound)


def size_of_fits(*fits: Fit) -> int:
    """The bytes that fits keep: the numbers of their histories, twice where they have been mapped back."""
    runs = [run for fit in fits for run in fit.runs]
    return 16 * sum(len(run.log_likelihoods) + run.history_values for run in runs) + 4096


@st.cache_resource(show_spinner=False)
def _shared_store(kind: str, megabytes: int) -> BoundedStore[Any]:
    return BoundedStore(megabytes * MEGABYTE)


@st.cache_resource(show_spinner=False, scope="session")
def _private_store(kind: str, megabytes: int) -> BoundedStore[Any]:
    return BoundedStore(megabytes * MEGABYTE)
