"""Pages that show the fit: it is computed in view first, and a change of the model redraws such a page alone.

A page that is one fragment is redrawn with half the messages of the whole app, which is felt; a page that computes
for long must be part of the whole run, which alone can be interrupted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from gmm_core.errors import ExplorerError
from gmm_core.fitting.fit import Fit, fitting
from gmm_core.fitting.time_estimate import seconds_of_fit
from gmm_core.starts.kinds import MIXED
from gmm_core.starts.kinds import GivenMeans as MeansStart
from gmm_core.tables.preparation import PreparedData
from ui.compute.cache import GivenMeans, fit_size, fit_store
from ui.compute.long_task import LongTask, TakesTime
from ui.shell.analysis import Analysis, current_analysis, take_over_specification
from ui.shell.text import markdown

Draw = Callable[[Analysis, PreparedData, Fit], None]

FRAGMENT = "page"
"""The key of the fragment that draws a page."""
_REDRAWS_ALONE = "page redraws alone"
"""Key of the session state: true while the page can be redrawn without the rest of the app."""


def fit_page(draw: Draw, ahead: Draw | None = None) -> Callable[[], None]:
    """The page that `draw` draws; where there is no fit, a sentence says why and `draw` is not called.

    What takes time beside the fit is computed `ahead`, where it can be stopped; `draw` takes it from its store, and
    has the whole app run again (`st.rerun()`) where it is not there.
    """

    @st.fragment(key=FRAGMENT)
    def fragment() -> None:
        st.session_state[_REDRAWS_ALONE] = True
        analysis = take_over_specification()
        show_problems(analysis)
        fit = computed_fit(analysis)
        if fit is not None and analysis.prepared is not None:
            draw(analysis, analysis.prepared, fit)

    def page() -> None:
        analysis = current_analysis()
        fit = compute_fit(analysis)
        if ahead is not None and fit is not None and analysis.prepared is not None:
            ahead(analysis, analysis.prepared, fit)
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
    with st.container():  # always there, so that what follows keeps its place, and a chart its node
        for problem in analysis.problems:
            st.warning(markdown(problem, 600), icon=":material/info:")


def fit_in_view(analysis: Analysis) -> Fit | None:
    """The fit, or None with a sentence on the screen that says why there is none."""
    show_problems(analysis)
    compute_fit(analysis)
    return computed_fit(analysis)


def fit_from_means(analysis: Analysis, means: GivenMeans) -> Fit | None:
    """The same from starting means in the units of the fit: one restart, its components in the order of the means."""
    one = replace(analysis, specification=replace(analysis.specification, n_init=1, init=MIXED))
    compute_fit(one, means)
    return computed_fit(one, means)


def compute_fit(analysis: Analysis, means: GivenMeans = ()) -> Fit | None:
    """Have the fit, if there is one, ready for `computed_fit`; progress and a stop button while it is computed."""
    place = st.empty()  # always there, so that what follows keeps its place, and a chart its node
    try:
        return _fit(analysis, means, place)
    except ExplorerError:
        return None  # `computed_fit` says why


def computed_fit(analysis: Analysis, means: GivenMeans = ()) -> Fit | None:
    """The fit if it is ready or takes no time, or None with a sentence on the screen that says why there is none.

    A fragment's run hears neither a stop button nor another control, so it leaves a fit that takes time to a run of
    the whole app.
    """
    place = st.container()
    try:
        return _fit(analysis, means, None)
    except TakesTime:
        st.rerun()
    except ExplorerError as error:
        place.error(markdown(str(error), 600), icon=":material/error:")
    return None


def _fit(analysis: Analysis, means: GivenMeans, place: DeltaGenerator | None) -> Fit | None:
    """The fit as it is kept, or computed now; None without prepared data, which `analysis.problems` explains."""
    prepared, specification = analysis.prepared, analysis.specification
    if prepared is None:
        return None
    return FITS.value(
        (prepared.digest, specification, means),
        lambda: fitting(
            prepared.X,
            specification,
            starts=[MeansStart(means)] if means else None,
            columns=prepared.columns,
            keep_order=bool(means),
        ),
        fit_store(analysis.private),
        place,
        seconds_of_fit(prepared.X.shape, specification, len(means) and 1),
    )


FITS = LongTask("fits", fit_size, "Shows the best of the restarts done so far.")
"""Fits of visitors, shared by all pages."""
