"""Pages that show the fit: it is computed in view first, and a change of the model redraws such a page alone.

A page that is one fragment is redrawn with half the messages of the whole app, which is felt; a page that computes
for long must be part of the whole run, which alone can be interrupted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import streamlit as st

from gmm_core.fitting.fit import Fit, fitting
from gmm_core.fitting.time_estimate import seconds_of_fit
from gmm_core.starts.kinds import MIXED
from gmm_core.starts.kinds import GivenMeans as MeansStart
from gmm_core.tables.preparation import PreparedData
from ui.compute.cache import CacheBound, size_of_fits
from ui.compute.limits import LIMITS
from ui.compute.long_task import LongTask
from ui.shell.analysis import Analysis, current_analysis, take_over_specification
from ui.shell.element_identity import kept_place
from ui.shell.text import markdown

Draw = Callable[[Analysis, PreparedData, Fit], None]
TaskBeside = Callable[[Analysis, PreparedData, Fit], LongTask[Any]]
"""Makes the task of what a page computes beside the fit."""
GivenMeans = tuple[tuple[float, ...], ...]
"""Starting means that a person has chosen, in the units of the fit; empty where the starts are random."""

FRAGMENT = "page"
"""The key of the fragment that draws a page."""
_REDRAWS_ALONE = "page redraws alone"
"""Key of the session state: true while the page can be redrawn without the rest of the app."""


def fit_page(draw: Draw, beside: TaskBeside | None = None) -> Callable[[], None]:
    """The page that `draw` draws; where there is no fit, a sentence says why and `draw` is not called.

    What takes time `beside` the fit is computed before the page is drawn, where it can be stopped; `draw` takes it from
    the same task, by `LongTask.computed`.
    """

    @st.fragment(key=FRAGMENT)
    def fragment() -> None:
        st.session_state[_REDRAWS_ALONE] = True
        analysis = take_over_specification()
        show_problems(analysis)
        if analysis.prepared is None:
            return
        fit = fit_task(analysis, analysis.prepared).computed()
        if fit is not None:
            draw(analysis, analysis.prepared, fit)

    def page() -> None:
        analysis = current_analysis()
        if analysis.prepared is not None:
            fit = fit_task(analysis, analysis.prepared).compute()
            if beside is not None and fit is not None:
                beside(analysis, analysis.prepared, fit).compute()
        fragment()

    return page


def begin_run() -> None:
    """To be called at the start of each run of the whole app: no page is known yet to redraw alone."""
    st.session_state[_REDRAWS_ALONE] = False


def redraw_page() -> None:
    """What a control of the model calls when it has changed."""
    if st.session_state.get(_REDRAWS_ALONE, False):
        st.rerun(FRAGMENT)


def show_problems(analysis: Analysis) -> None:
    """Say what was wrong with the data or the columns, at the top of the page."""
    with kept_place():
        for problem in analysis.problems:
            st.warning(markdown(problem, 600), icon=":material/info:")


def fit_in_view(analysis: Analysis) -> Fit | None:
    """The fit, or None with a sentence on the screen that says why there is none."""
    show_problems(analysis)
    return None if analysis.prepared is None else fit_task(analysis, analysis.prepared).in_view()


def fit_from_means(analysis: Analysis, prepared: PreparedData, means: GivenMeans) -> Fit | None:
    """The same from starting means in the units of the fit: one restart, its components in the order of the means."""
    one = replace(analysis, specification=replace(analysis.specification, n_init=1, init=MIXED))
    return fit_task(one, prepared, means).in_view()


def fit_task(analysis: Analysis, prepared: PreparedData, means: GivenMeans = ()) -> LongTask[Fit]:
    """The fit as a long task; it is shared by all pages, and by all visitors unless the data is one's own."""
    specification = analysis.specification
    return LongTask(
        kind="fits",
        key=(prepared.digest, specification, means),
        steps=lambda: fitting(
            prepared.X,
            specification,
            starts=[MeansStart(means)] if means else None,
            columns=prepared.columns,
            keep_order=bool(means),
        ),
        seconds=seconds_of_fit(prepared.X.shape, specification, 1 if means else 0),
        size=size_of_fits,
        cache_bound=CacheBound(LIMITS.shared_fit_megabytes, LIMITS.private_fit_megabytes),
        private=analysis.private,
        when_stopped="Shows the best of the restarts done so far.",
    )
