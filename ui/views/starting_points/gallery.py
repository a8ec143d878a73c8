"""The optima in small pictures; each can become the fit of all pages."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from gmm_core.fitting.specification import FitSpecification
from gmm_core.studies.start_survey import SurveyedRestart
from ui.chart.display import show
from ui.figures.base.wording import percent
from ui.figures.optima.identity import MAX_SHOWN, heights
from ui.projection.plane import Window
from ui.shell.model_controls import use_model
from ui.views.starting_points.pictures import looks, optimum_picture
from ui.views.starting_points.survey import Surveyed


def gallery(surveyed: Surveyed, plane: Window, current: FitSpecification) -> None:
    """The first optima with their log-likelihood and their share of all starts; `current` is what the fit is asked."""
    landscape = surveyed.landscape
    st.subheader("The optima", anchor=False)
    told = heights([surveyed.height(optimum.log_likelihood) for optimum in landscape.optima])
    starts = len(landscape.climbs) + len(landscape.failed)
    shown = min(len(landscape.optima), MAX_SHOWN)
    with st.grid(4, min_column_width=220, gap="small"):
        for position in range(shown):
            optimum, name = landscape.optima[position], looks(surveyed)[position].name
            with st.container(border=True):
                floor = " · at the floor" if optimum.at_floor else ""
                share = percent(len(optimum.runs) / starts)
                st.markdown(f"**{name}** {told[position]} · {share} of starts{floor}")
                show(optimum_picture(surveyed, plane, position, small=True), f"optimum-{name}", height=190)
                if not surveyed.is_sample:
                    climb = landscape.climbs[optimum.runs[0]]
                    _take(name, climb, landscape.specification, current)
    if len(landscape.optima) > shown:
        st.caption(f"The first {shown} of {len(landscape.optima):,} optima.")


def _take(name: str, climb: SurveyedRestart, surveyed: FitSpecification, current: FitSpecification) -> None:
    """A button that makes the start of a climb the one start of the fit that all pages show."""
    wanted = _from_start(climb, surveyed, current)
    is_taken = wanted == current
    if st.button(
        "Shown on all pages" if is_taken else "Show on all pages",
        key=f"take-{name}",
        type="tertiary",
        disabled=is_taken,
        on_click=use_model,
        args=(wanted,),
        help=f"Sets the sidebar to one start: {climb.kind}, seed {climb.seed}, which ends in {name}. The fit of the "
        "other pages is then this optimum.",
    ):
        st.toast(f"Clusters and the other pages now show optimum {name}.")


def _from_start(
    climb: SurveyedRestart, surveyed: FitSpecification, current: FitSpecification
) -> FitSpecification:
    """What is asked of the fit that climbs from there to the optimum."""
    return replace(
        current,
        n_init=1,
        init=climb.kind,
        seed=climb.seed,
        tolerance=surveyed.tolerance,
        max_iterations=surveyed.max_iterations,
    )
