"""Small pictures of the optima, each of which can become the fit of all pages."""

from __future__ import annotations

import streamlit as st

from gmm_core.fitting.specification import FitSpecification
from gmm_core.number_text import percent, whole
from gmm_core.studies.start_survey import SurveyedRestart
from ui.chart.display import show
from ui.figures.optima.identity import MAX_SHOWN, log_likelihood_texts
from ui.projection.plane import PictureAxes
from ui.shell.verdict import ModelButton
from ui.views.starting_points.pictures import optimum_picture, styles
from ui.views.starting_points.success_rate import fit_from_start
from ui.views.starting_points.survey import SurveyInUnits

TILE_HEIGHT = 150
"""The height of the picture of an optimum, in pixels."""


def show_gallery(surveyed: SurveyInUnits, plane: PictureAxes, current: FitSpecification) -> None:
    """Show the first optima with log-likelihood and share of all starts; `current` specifies the fit of all pages."""
    survey = surveyed.survey
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
                show(
                    optimum_picture(surveyed, plane, position, small=True),
                    f"optimum-{name}",
                    height=TILE_HEIGHT,
                )
                if not surveyed.is_sample:
                    restart = survey.restarts[optimum.runs[0]]
                    _use_button(name, restart, survey.specification, current).draw()
    if len(survey.optima) > shown:
        st.caption(f"The first {shown} of {whole(len(survey.optima))} optima.")


def _use_button(
    name: str, restart: SurveyedRestart, surveyed: FitSpecification, current: FitSpecification
) -> ModelButton:
    """The button that makes the start of this restart the only start of the fit on all pages."""
    return ModelButton(
        f"Use {name}",
        fit_from_start(restart, surveyed, current),
        current,
        f"take-{name}",
        f"Sets the sidebar to one start: {restart.kind}, seed {restart.seed}, which ends in {name}. The fit of "
        "the other pages is then this optimum.",
        type="tertiary",
    )
