"""The fit of the current work: from the store, or computed in view, with progress, a stop button and a time budget."""

from __future__ import annotations

import time
from collections.abc import Generator
from dataclasses import dataclass, field
from threading import Lock

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


def fit_in_view(work: Work) -> Fit | None:
    """The fit, or None with a sentence on the screen that says why there is none."""
    show_problems(work)
    place = st.empty()  # always there, so that what follows keeps its place, and a chart its node
    if work.prepared is None:
        return None
    key: FitKey = (work.prepared.digest, work.specification)
    store = fit_store(work.private)
    fit = store.get(key)
    if fit is not None:
        return fit
    desk = _desk()
    # The run of the page that this one replaces may be at it still, until its next sign of progress.
    with desk.taken:
        fit = desk.stopped(key)
        if fit is not None:
            return fit
        try:
            fit = _computed(work, key, place, desk)
        except ExplorerError as error:
            st.error(markdown(str(error), 600), icon=":material/error:")
            return None
    if desk.stopped(key) is None:  # how far an unfinished fit got is for this visitor alone
        store.put(key, fit, _size(fit))
    return fit


@dataclass
class _Desk:
    """Where one visitor's fits are computed, one at a time, and the last unfinished one is left."""

    taken: Lock = field(default_factory=Lock)
    unfinished: tuple[FitKey, Fit] | None = None
    asked_to_stop: FitKey | None = None

    def leave(self, key: FitKey, fit: Fit) -> None:
        """Keep what an unfinished fit had reached."""
        self.unfinished = key, fit

    def stop(self, key: FitKey) -> None:
        """Show what there is of this fit, as long as the same is asked for."""
        self.asked_to_stop = key

    def stopped(self, key: FitKey) -> Fit | None:
        """What a stopped fit had reached."""
        if self.asked_to_stop != key or self.unfinished is None or self.unfinished[0] != key:
            return None
        return self.unfinished[1]


def _desk() -> _Desk:
    desk: _Desk = st.session_state.setdefault("desk", _Desk())
    return desk


def _computed(work: Work, key: FitKey, place: DeltaGenerator, desk: _Desk) -> Fit:
    assert work.prepared is not None
    steps = fitting(work.prepared.X, work.specification, columns=work.prepared.columns)
    begun = shown = time.monotonic()
    bar = None
    try:
        while True:
            progress = next(steps)
            now = time.monotonic()
            if now - begun > LIMITS.fit_seconds:
                fit = _ended_early(steps)
                desk.leave(key, fit)
                desk.stop(key)
                break
            if now - begun > QUIET_SECONDS and now - shown > UPDATE_SECONDS:
                shown = now
                bar = bar or _progress_bar(place, key, desk)
                bar.progress(*_told(progress))
    except StopIteration as finished:
        fit = finished.value
    except ScriptControlException:
        desk.leave(key, _ended_early(steps))  # the visitor pressed Stop or changed a control
        raise
    if bar is not None:
        place.empty()
    return fit


def _ended_early(steps: Generator[Progress, None, Fit]) -> Fit:
    try:
        steps.throw(StopFitting())
    except StopIteration as finished:
        fit: Fit = finished.value
        return fit
    raise RuntimeError("A fit went on after it was stopped.")


def _progress_bar(place: DeltaGenerator, key: FitKey, desk: _Desk) -> DeltaGenerator:
    with place.container(horizontal=True, vertical_alignment="center"):
        bar = st.progress(0.0)
        st.button("Stop", on_click=desk.stop, args=(key,), help="Shows the best of the restarts done so far.")
    return bar


def _told(progress: Progress) -> tuple[float, str]:
    sentence = f"Restart {progress.run + 1} of {progress.n_runs}, iteration {progress.iteration}"
    return progress.run / progress.n_runs, sentence


def _size(fit: Fit) -> int:
    """Bytes that a fit keeps: the numbers of its histories, twice where they have been mapped back."""
    histories = sum(len(run.log_likelihoods) + run.history_values for run in fit.runs)
    return 16 * histories + 4096
