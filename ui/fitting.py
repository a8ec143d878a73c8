"""The fit of the current work: from the store, or computed in view, with progress, a stop button and a time budget."""

from __future__ import annotations

import time
from collections.abc import Generator
from dataclasses import dataclass, field
from threading import Lock

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner_utils.exceptions import ScriptControlException

from gmm_core.data.preparation import PreparedData
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


Outcome = Fit | ExplorerError


def fit_in_view(work: Work) -> Fit | None:
    """The fit, or None with a sentence on the screen that says why there is none."""
    fit_ahead(work)
    return fit_at_once(work)


def fit_ahead(work: Work) -> None:
    """Have the fit ready for `fit_at_once`, with progress and a stop button while it is computed."""
    place = st.empty()  # always there, so that what follows keeps its place, and a chart its node
    if work.prepared is not None:
        _outcome(work, work.prepared, place)


def fit_at_once(work: Work) -> Fit | None:
    """The fit if it is ready or takes no time, or None with a sentence on the screen that says why there is none.

    A fragment's run hears neither a stop button nor another control, so it leaves a fit that takes time to a run of
    the whole app.
    """
    show_problems(work)
    place = st.container()
    if work.prepared is None:
        return None
    try:
        outcome = _outcome(work, work.prepared, None)
    except _TakesTime:
        st.rerun()
    if isinstance(outcome, ExplorerError):
        place.error(markdown(str(outcome), 600), icon=":material/error:")
        return None
    return outcome


class _TakesTime(Exception):
    """A fit was not done within `QUIET_SECONDS`."""


@dataclass
class _Desk:
    """Where one visitor's fits are computed, one at a time; what came of the last one stays until the next."""

    taken: Lock = field(default_factory=Lock)
    last: tuple[FitKey, Outcome] | None = None
    unfinished: tuple[FitKey, Fit] | None = None
    asked_to_stop: FitKey | None = None

    def stop(self, key: FitKey) -> None:
        """Show what there is of this fit, as long as the same is asked for."""
        self.asked_to_stop = key

    def found(self, key: FitKey) -> Outcome | None:
        """What came of this fit, or what it had reached when it was stopped."""
        if self.last is not None and self.last[0] == key:
            return self.last[1]
        if self.asked_to_stop == key and self.unfinished is not None and self.unfinished[0] == key:
            return self.unfinished[1]
        return None


def _desk() -> _Desk:
    desk: _Desk = st.session_state.setdefault("desk", _Desk())
    return desk


def _outcome(work: Work, prepared: PreparedData, place: DeltaGenerator | None) -> Outcome:
    """From the store, from the desk, or computed: with progress in `place`, or without one and at once."""
    key: FitKey = (prepared.digest, work.specification)
    store = fit_store(work.private)
    desk = _desk()
    # The run of the page that this one replaces may be at it still, until its next sign of progress.
    with desk.taken:
        known = store.get(key) or desk.found(key)
        if known is not None:
            return known
        steps = fitting(prepared.X, work.specification, columns=prepared.columns)
        try:
            fit, is_whole = _computed(steps, key, place, desk)
        except ExplorerError as refusal:
            desk.last = key, refusal
            return refusal
        desk.last = key, fit
    if is_whole:  # how far a fit got in the time there was is for this visitor alone
        store.put(key, fit, _size(fit))
    return fit


def _computed(
    steps: Generator[Progress, None, Fit], key: FitKey, place: DeltaGenerator | None, desk: _Desk
) -> tuple[Fit, bool]:
    """The fit, and whether it came to its end within the time there is."""
    begun = shown = time.monotonic()
    bar = None
    is_whole = True
    try:
        while True:
            progress = next(steps)
            now = time.monotonic()
            if place is None and now - begun > QUIET_SECONDS:
                steps.close()
                raise _TakesTime
            if now - begun > LIMITS.fit_seconds:
                fit, is_whole = _ended_early(steps), False
                break
            if place is not None and now - begun > QUIET_SECONDS and now - shown > UPDATE_SECONDS:
                shown = now
                bar = bar or _progress_bar(place, key, desk)
                bar.progress(*_told(progress))
    except StopIteration as finished:
        fit = finished.value
    except ScriptControlException:
        desk.unfinished = key, _ended_early(steps)  # the visitor pressed Stop or changed a control
        raise
    if bar is not None and place is not None:
        place.empty()
    return fit, is_whole


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
