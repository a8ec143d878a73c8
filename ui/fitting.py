"""The fit of the current work: from the store, or computed in view, with progress, a stop button and a time budget."""

from __future__ import annotations

import time
from collections.abc import Generator

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner_utils.exceptions import ScriptControlException

from gmm_core.errors import ExplorerError
from gmm_core.fit import Fit, Progress, StopFitting, fitting
from ui.cached import FitKey, fit_store
from ui.limits import LIMITS
from ui.problems import show_problems
from ui.text import markdown
from ui.work import Work

QUIET_SECONDS = 0.4
"""A fit that takes no longer than this shows no progress: a bar that flashes only disturbs."""
UPDATE_SECONDS = 0.15
_STOPPED = "stopped fit"
_UNFINISHED = "unfinished fit"


def fit_in_view(work: Work) -> Fit | None:
    """The fit, or None with a sentence on the screen that says why there is none."""
    show_problems(work)
    place = st.empty()  # always there, so that what follows keeps its place, and a chart its node
    if work.prepared is None:
        return None
    key: FitKey = (work.prepared.digest, work.specification)
    store = fit_store(work.private)
    fit = store.get(key) or _stopped_by_the_visitor(key)
    if fit is not None:
        return fit
    try:
        fit = _computed(work, key, place)
    except ExplorerError as error:
        st.error(markdown(str(error), 600), icon=":material/error:")
        return None
    store.put(key, fit, _size(fit))
    return fit


def _computed(work: Work, key: FitKey, place: DeltaGenerator) -> Fit:
    assert work.prepared is not None
    steps = fitting(work.prepared.X, work.specification, columns=work.prepared.columns)
    begun = shown = time.monotonic()
    bar = None
    try:
        while True:
            progress = next(steps)
            now = time.monotonic()
            if now - begun > LIMITS.fit_seconds:
                return _ended_early(steps)
            if now - begun > QUIET_SECONDS and now - shown > UPDATE_SECONDS:
                shown = now
                bar = bar or _progress_bar(place, key)
                bar.progress(*_told(progress))
    except StopIteration as finished:
        fit: Fit = finished.value
        return fit
    except (
        ScriptControlException
    ):  # the visitor pressed Stop or changed a control: this run of the page ends here
        st.session_state[_UNFINISHED] = key, _ended_early(steps)
        raise
    finally:
        if bar is not None:
            place.empty()


def _ended_early(steps: Generator[Progress, None, Fit]) -> Fit:
    try:
        steps.throw(StopFitting())
    except StopIteration as finished:
        fit: Fit = finished.value
        return fit
    raise RuntimeError("A fit went on after it was stopped.")


def _progress_bar(place: DeltaGenerator, key: FitKey) -> DeltaGenerator:
    with place.container(horizontal=True, vertical_alignment="center"):
        bar = st.progress(0.0)
        st.button("Stop", on_click=_stop, args=(key,), help="Shows the best of the restarts done so far.")
    return bar


def _told(progress: Progress) -> tuple[float, str]:
    sentence = f"Restart {progress.run + 1} of {progress.n_runs}, iteration {progress.iteration}"
    return progress.run / progress.n_runs, sentence


def _stop(key: FitKey) -> None:
    st.session_state[_STOPPED] = key


def _stopped_by_the_visitor(key: FitKey) -> Fit | None:
    """What a stopped fit had reached, as long as the same fit is asked for."""
    if st.session_state.get(_STOPPED) != key:
        return None
    unfinished: tuple[FitKey, Fit] | None = st.session_state.get(_UNFINISHED)
    return unfinished[1] if unfinished is not None and unfinished[0] == key else None


def _size(fit: Fit) -> int:
    """Bytes that a fit keeps: the numbers of its histories, twice where they have been mapped back."""
    histories = sum(len(run.log_likelihoods) + run.history_values for run in fit.runs)
    return 16 * histories + 4096
