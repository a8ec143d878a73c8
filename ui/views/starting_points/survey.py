"""The survey of starting points: its controls, and the optima that it finds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from gmm_core.arrays import FloatArray, IntArray
from gmm_core.fitting.time_estimate import seconds_of_fit
from gmm_core.model.mixture import Mixture
from gmm_core.starts.kinds import STARTS
from gmm_core.studies.start_survey import StartSurvey, survey_specification, surveying
from gmm_core.tables.preparation import PreparedData
from ui.compute.cache import CacheBound
from ui.compute.limits import LIMITS
from ui.compute.long_task import LongTask
from ui.figures.base.points import drawn_rows
from ui.links.followed_link import page_control
from ui.shell.analysis import Analysis
from ui.shell.control import Control
from ui.shell.control_kinds import Choice, Choices
from ui.shell.page import show_problems
from ui.shell.tables import ORIGINAL, in_original_units, units_control

START_COUNTS = (10, 20, 50, 100, 200)
"""The numbers of starts of each kind to choose from."""


@dataclass(frozen=True)
class SurveyRequest:
    """The kinds of start, and the number of starts of each kind."""

    kinds: tuple[str, ...]
    count: int


@dataclass(frozen=True, eq=False)
class SurveyInUnits:
    """A survey with the rows that it used, and the units in which its numbers are shown.

    Parameters
    ----------
    survey : StartSurvey
        The survey, in fitted units.
    prepared : PreparedData
        All rows.
    rows : (n,)
        The positions of the rows that the survey used: all of them, or a random sample.
    units : str
        The units of log-likelihoods and mixtures: `ORIGINAL` or `FITTED`.
    """

    survey: StartSurvey
    prepared: PreparedData
    rows: IntArray
    units: str

    @property
    def is_sample(self) -> bool:
        """True if the survey used only some of the rows."""
        return len(self.rows) < len(self.prepared.X)

    @property
    def log_volume(self) -> float:
        """N Σ_d log scale_d, by which a log-likelihood in original units is below the same in fitted units."""
        return float(len(self.rows) * np.log(self.prepared.scale).sum())

    def log_likelihood(self, log_likelihood: float) -> float:
        """A log-likelihood in the chosen units."""
        return log_likelihood - (self.log_volume if self.units == ORIGINAL else 0.0)

    def mixture(self, mixture: Mixture) -> Mixture:
        """A mixture in the chosen units."""
        return in_original_units(mixture, self.prepared) if self.units == ORIGINAL else mixture

    @property
    def points(self) -> FloatArray:
        """The rows as fitted, shape (n, D)."""
        return self.prepared.X[self.rows]


def choose_survey() -> SurveyRequest:
    """Show the controls for the kinds of start and the number of each."""
    count = page_control(
        Control(
            "survey_restarts",
            "Restarts of each kind",
            "EM runs from this number of starts of each kind, with the seeds 0, 1, 2, …: with a larger number "
            "the earlier ones stay. The sidebar's restarts, starting points and seed have no effect here.",
            START_COUNTS[0],
            Choice(START_COUNTS, widget=st.segmented_control),
        )
    )
    kinds = page_control(
        Control(
            "survey_kinds",
            "Kinds of start",
            " ".join(f"**{kind.name}**: {kind.summary}." for kind in STARTS.values()),
            list(STARTS),
            Choices(STARTS, widget=st.pills),
        ),
        wrap=True,
    )
    return SurveyRequest(tuple(kind for kind in STARTS if kind in kinds), count)


def choose_units(prepared: PreparedData | None) -> str:
    """Show a switch between original and fitted units if they differ, and return the units to show."""
    if prepared is None or ((prepared.scale == 1).all() and (prepared.center == 0).all()):
        return ORIGINAL
    meaning = (
        "Log-likelihoods, means and covariances of the columns as they are in the data, or as they are fitted. "
        "log L of the data = log L as fitted − N Σ log scale: differences are the same in both."
    )
    return str(page_control(units_control(meaning)))


def survey_in_view(analysis: Analysis, request: SurveyRequest, units: str) -> SurveyInUnits | None:
    """The survey, computed with progress in view; if there is none, None, and a sentence on the screen says why."""
    show_problems(analysis)
    if analysis.prepared is None:
        return None
    rows = drawn_rows(len(analysis.prepared.X), LIMITS.survey_rows)
    survey = _task(analysis, analysis.prepared, rows, request).in_view()
    if survey is None:
        return None
    if not survey.optima:
        sentence = "No restart has finished: change a control to run the survey again."
        st.info(sentence, icon=":material/info:")
        return None
    return SurveyInUnits(survey, analysis.prepared, rows, units)


def _task(
    analysis: Analysis, prepared: PreparedData, rows: IntArray, request: SurveyRequest
) -> LongTask[StartSurvey]:
    """The survey of the rows at these positions as a long task."""
    specification = survey_specification(analysis.specification)
    shape = len(rows), prepared.X.shape[1]
    return LongTask(
        kind="surveys",
        key=(prepared.digest, specification, request),
        steps=lambda: surveying(prepared.X[rows], specification, request.kinds, request.count),
        seconds=seconds_of_fit(shape, specification, request.count * len(request.kinds)),
        size=_size,
        cache_bound=CacheBound(LIMITS.shared_survey_megabytes, LIMITS.private_survey_megabytes),
        private=analysis.private,
        when_stopped="Shows the optima found so far.",
    )


def _size(survey: StartSurvey) -> int:
    """The bytes that a survey takes: paths, mixtures with their cached values, and labels."""
    paths = sum(
        restart.path.size + restart.steps.size + 3 * restart.mixture.covariances.size
        for restart in survey.restarts
    )
    labels = sum(optimum.labels.size for optimum in survey.optima)
    return 8 * (paths + labels) + 1024 * len(survey.restarts) + 4096
