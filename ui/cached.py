"""Values that are costly to make, kept for all visitors where they are anyone's, for one where they are private.

Every value here is immutable, so one copy serves many; keys are digests, never the data itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from gmm_core.data.dataset import Dataset
from gmm_core.data.generators import generate
from gmm_core.data.preparation import Preparation, PreparedData, prepare
from gmm_core.data.samples import load_sample
from gmm_core.fit import Fit
from gmm_core.landscape import Landscape
from gmm_core.specification import FitSpecification
from gmm_core.versus.comparison import Versus
from ui.limits import LIMITS
from ui.store import BoundedStore

MEGABYTE = 1 << 20


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
"""Starting means that a person placed, in the units of the fit."""

FitKey = tuple[str, FitSpecification, GivenMeans]
"""The digest of the data, what is asked, and the means to start from; none where starts are random."""


@dataclass(frozen=True)
class Refusal:
    """Why there is no fit, in a sentence."""

    sentence: str


Outcome = Fit | Refusal


def fit_store(private: bool) -> BoundedStore[Outcome]:
    """Where finished fits are kept: one store for all visitors, and one for each visitor's own data."""
    store: BoundedStore[Outcome] = _private_fits() if private else _shared_fits()
    return store


@st.cache_resource(show_spinner=False)
def _shared_fits() -> BoundedStore[Outcome]:
    return BoundedStore(LIMITS.shared_fit_megabytes * MEGABYTE)


@st.cache_resource(show_spinner=False, scope="session")
def _private_fits() -> BoundedStore[Outcome]:
    return BoundedStore(LIMITS.private_fit_megabytes * MEGABYTE)


def landscape_store(private: bool) -> BoundedStore[Landscape]:
    """Where landscapes are kept, apart in the same way."""
    store: BoundedStore[Landscape] = _private_landscapes() if private else _shared_landscapes()
    return store


@st.cache_resource(show_spinner=False)
def _shared_landscapes() -> BoundedStore[Landscape]:
    return BoundedStore(LIMITS.shared_landscape_megabytes * MEGABYTE)


@st.cache_resource(show_spinner=False, scope="session")
def _private_landscapes() -> BoundedStore[Landscape]:
    return BoundedStore(LIMITS.private_landscape_megabytes * MEGABYTE)


def comparison_store(private: bool) -> BoundedStore[Versus | Refusal]:
    """Where comparisons with K-means are kept, apart in the same way."""
    store: BoundedStore[Versus | Refusal] = _private_comparisons() if private else _shared_comparisons()
    return store


@st.cache_resource(show_spinner=False)
def _shared_comparisons() -> BoundedStore[Versus | Refusal]:
    return BoundedStore(LIMITS.shared_comparison_megabytes * MEGABYTE)


@st.cache_resource(show_spinner=False, scope="session")
def _private_comparisons() -> BoundedStore[Versus | Refusal]:
    return BoundedStore(LIMITS.private_comparison_megabytes * MEGABYTE)
