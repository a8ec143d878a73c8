"""The fit of the current work: from the store, or computed in view, with progress, a stop button and a time budget."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from gmm_core.cost import seconds_of_fit
from gmm_core.data.preparation import PreparedData
from gmm_core.errors import ExplorerError
from gmm_core.fit import Fit, Progress, fitting
from gmm_core.initialization import MIXED
from gmm_core.initialization import GivenMeans as MeansStart
from gmm_core.specification import FitSpecification
from ui.compute.cache import GivenMeans, Outcome, Refusal, fit_store
from ui.compute.long_task import Computation, TakesTime
from ui.shell.problems import show_problems
from ui.shell.text import markdown
from ui.shell.work import Work


def fit_in_view(work: Work) -> Fit | None:
    """The fit, or None with a sentence on the screen that says why there is none."""
    show_problems(work)
    fit_ahead(work)
    return fit_at_once(work)


def fit_from_means(work: Work, means: GivenMeans) -> Fit | None:
    """The same from starting means in the units of the fit: one restart, its components in the order of the means."""
    one = replace(work, specification=replace(work.specification, n_init=1, init=MIXED))
    fit_ahead(one, means)
    return fit_at_once(one, means)


def fit_ahead(work: Work, means: GivenMeans = ()) -> Fit | None:
    """Have the fit, if there is one, ready for `fit_at_once`; progress and a stop button while it is computed."""
    place = st.empty()  # always there, so that what follows keeps its place, and a chart its node
    if work.prepared is None:
        return None
    outcome = _outcome(work, work.prepared, means, place)
    return None if isinstance(outcome, Refusal) else outcome


def fit_at_once(work: Work, means: GivenMeans = ()) -> Fit | None:
    """The fit if it is ready or takes no time, or None with a sentence on the screen that says why there is none.

    A fragment's run hears neither a stop button nor another control, so it leaves a fit that takes time to a run of
    the whole app.
    """
    place = st.container()
    if work.prepared is None:
        return None
    try:
        outcome = _outcome(work, work.prepared, means, None)
    except TakesTime:
        st.rerun()
    if isinstance(outcome, Refusal):
        place.error(markdown(outcome.sentence, 600), icon=":material/error:")
        return None
    return outcome


def _outcome(work: Work, prepared: PreparedData, means: GivenMeans, place: DeltaGenerator | None) -> Outcome:
    return FITS.value(
        (prepared.digest, work.specification, means),
        lambda: _attempt(prepared, work.specification, means),
        fit_store(work.private),
        place,
        seconds_of_fit(prepared.X.shape, work.specification, len(means) and 1),
    )


def _attempt(
    prepared: PreparedData, specification: FitSpecification, means: GivenMeans
) -> Generator[Progress, None, Outcome]:
    """The fit, or why there is none, which is as good to keep."""
    try:
        return (
            yield from fitting(
                prepared.X,
                specification,
                starts=[MeansStart(means)] if means else None,
                columns=prepared.columns,
                keep_order=bool(means),
            )
        )
    except ExplorerError as error:
        return Refusal(str(error))


def fit_size(outcome: Outcome) -> int:
    """Bytes that a fit keeps: the numbers of its histories, twice where they have been mapped back."""
    runs = () if isinstance(outcome, Refusal) else outcome.runs
    return 16 * sum(len(run.log_likelihoods) + run.history_values for run in runs) + 4096


FITS = Computation("fits", fit_size, "Shows the best of the restarts done so far.")
