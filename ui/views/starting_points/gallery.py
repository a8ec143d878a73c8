"""Small pictures of the optima, each of which can become the fit of all pages."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from gmm_core.fitting.specification import FitSpecification
from gmm_core.studies.start_survey import SurveyedRestart
from ui.chart.display import show
from ui.figures.base.wording import percent
from ui.figures.optima.identity import MAX_SHOWN, log_likelihood_texts
from ui.projection.plane import PictureAxes
from ui.shell.model_controls import use_model
from ui.views.starting_points.pictures import optimum_picture, styles
from ui.views.starting_points.survey import SurveyInUnits


def show_gallery(surveyed: SurveyInUnits, plane: PictureAxes, current: FitSpecification) -> None:
    """Show the first optima with log-likelihood and share of all starts; `current` specifies the fit of all pages."""
    survey = surveyed.survey
    st.subheader("The optima", anchor=False)
    likelihood_texts = log_likelihood_texts(
        [surveyed.log_likelihood(optimum.log_likelihood) for optimum in survey.optima]
    )
    starts = len(survey.restarts) + len(survey.failed)
    shown = min(len(survey.optima), MAX_SHOWN)
    with st.grid(4, min_column_width=220, gap="small"):
        for position in range(shown):
            optimum, name = survey.optima[position], styles(surveyed)[position].name
            with st.container(border=True):
                floor = " · at the floor" if optimum.at_floor else ""
                share = percent(len(optimum.runs) / starts)
                st.markdown(f"**{name}** {likelihood_texts[position]} · {share} of starts{floor}")
                show(optimum_picture(surveyed, plane, position, small=True), f"optimum-{name}", height=190)
                if not surveyed.is_sample:
                    restart = survey.restarts[optimum.runs[0]]
                    _show_use_button(name, restart, survey.specification, current)
    if len(survey.optima) > shown:
        st.caption(f"The first {shown} of {len(survey.optima):,} optima.")


def _show_use_button(
    name: str, restart: SurveyedRestart, surveyed: FitSpecification, current: FitSpecification
) -> None:
    """Show a button that makes the start of this restart the only start of the fit on all pages."""
    wanted = _fit_from_start(restart, surveyed, current)
    is_taken = wanted == current
    if st.button(
        "Shown on all pages" if is_taken else "Show on all pages",
        key=f"take-{name}",
        type="tertiary",
        disabled=is_taken,
        on_click=use_model,
        args=(wanted,),
        help=f"Sets the sidebar to one start: {restart.kind}, seed {restart.seed}, which ends in {name}. The fit of "
        "the other pages is then this optimum.",
    ):
        st.toast(f"Clusters and the other pages now show optimum {name}.")


def _fit_from_start(
    restart: SurveyedRestart, surveyed: FitSpecification, current: FitSpecification
) -> FitSpecification:
    """The specification of the fit whose only start is that of this restart, so that it ends in the same optimum."""
    return replace(
        current,
        n_init=1,
        init=restart.kind,
        seed=restart.seed,
        tolerance=surveyed.tolerance,
        max_iterations=surveyed.max_iterations,
    )
