"""The survey of starting points that the visitor asks for, and the optima that it finds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from gmm_core.arrays import FloatArray, IntArray
from gmm_core.fitting.time_estimate import seconds_of_fit
from gmm_core.model.mixture import Mixture
from gmm_core.starts.kinds import STARTS
from gmm_core.studies.start_survey import StartSurvey, patient, surveying
from gmm_core.tables.preparation import PreparedData
from ui.compute.cache import CacheBound
from ui.compute.limits import LIMITS
from ui.compute.long_task import LongTask
from ui.figures.base.points import drawn_rows
from ui.shell.analysis import Analysis
from ui.shell.page import show_problems
from ui.shell.tables import FITTED, ORIGINAL, in_original_units

COUNTS = (10, 20, 50, 100, 200)


@dataclass(frozen=True)
class Survey:
    """How many starts of which kinds."""

    kinds: tuple[str, ...]
    count: int


@dataclass(frozen=True, eq=False)
class Surveyed:
    """A landscape, the rows on which it was climbed, and the units in which its numbers are told.

    Parameters
    ----------
    landscape : Landscape
        In fitted units.
    prepared : PreparedData
        All rows.
    rows : (n,)
        The positions of those that were climbed on: all of them, or a random sample.
    units : str
        `ORIGINAL` or `FITTED`.
    """

    landscape: StartSurvey
    prepared: PreparedData
    rows: IntArray
    units: str

    @property
    def is_sample(self) -> bool:
        """True if it was climbed on some of the rows only."""
        return len(self.rows) < len(self.prepared.X)

    @property
    def gap(self) -> float:
        """What a log-likelihood loses from fitted to original units: N Σ log scale."""
        return float(len(self.rows) * np.log(self.prepared.scale).sum())

    def height(self, log_likelihood: float) -> float:
        """A log-likelihood in the chosen units."""
        return log_likelihood - (self.gap if self.units == ORIGINAL else 0.0)

    def mixture(self, mixture: Mixture) -> Mixture:
        """A mixture in the chosen units."""
        return in_original_units(mixture, self.prepared) if self.units == ORIGINAL else mixture

    @property
    def points(self) -> FloatArray:
        """The rows as fitted, shape (n, D)."""
        return self.prepared.X[self.rows]


def choose_survey() -> Survey:
    """Controls for the kinds of start and how many of each."""
    count = st.segmented_control(
        "Restarts of each kind",
        COUNTS,
        default=COUNTS[0],
        required=True,
        key="survey_restarts",
        bind="query-params",
        help="EM climbs from so many starts of each kind, with the seeds 0, 1, 2, …: more of them keep the earlier "
        "ones. The sidebar's restarts, starting points and seed play no part here.",
    )
    kinds = st.pills(
        "Kinds of start",
        list(STARTS),
        selection_mode="multi",
        default=list(STARTS),
        wrap=True,
        key="survey_kinds",
        bind="query-params",
        help=" ".join(f"**{kind.name}**: {kind.summary}." for kind in STARTS.values()),
    )
    chosen = tuple(kind for kind in STARTS if kind in kinds)
    return Survey(chosen, count if count in COUNTS else COUNTS[0])


def choose_units(prepared: PreparedData | None) -> str:
    """A switch between the units of the data and those of the fit, where the two differ."""
    if prepared is None or ((prepared.scale == 1).all() and (prepared.center == 0).all()):
        return ORIGINAL
    chosen = st.segmented_control(
        "Units",
        [ORIGINAL, FITTED],
        default=ORIGINAL,
        required=True,
        format_func=str.capitalize,
        key="units",
        bind="query-params",
        help="Log-likelihoods, means and covariances of the columns as they stand in the data, or as they are fitted. "
        "log L of the data = log L as fitted − N Σ log scale: differences are the same in both.",
    )
    return FITTED if chosen == FITTED else ORIGINAL


def landscape_in_view(analysis: Analysis, survey: Survey, units: str) -> Surveyed | None:
    """The landscape, or None with a sentence on the screen that says why there is none."""
    show_problems(analysis)
    if analysis.prepared is None:
        return None
    rows = drawn_rows(len(analysis.prepared.X), LIMITS.landscape_rows)
    landscape = _task(analysis, analysis.prepared, rows, survey).in_view()
    if landscape is None:
        return None
    if not landscape.optima:
        sentence = "No start has come to its end: change a control to climb again."
        st.info(sentence, icon=":material/info:")
        return None
    return Surveyed(landscape, analysis.prepared, rows, units)


def _task(
    analysis: Analysis, prepared: PreparedData, rows: IntArray, survey: Survey
) -> LongTask[StartSurvey]:
    """The survey of the rows at these positions as a long task."""
    specification = patient(analysis.specification)
    shape = len(rows), prepared.X.shape[1]
    return LongTask(
        kind="surveys",
        key=(prepared.digest, specification, survey),
        steps=lambda: surveying(prepared.X[rows], specification, survey.kinds, survey.count),
        seconds=seconds_of_fit(shape, specification, survey.count * len(survey.kinds)),
        size=_size,
        kept=CacheBound(LIMITS.shared_landscape_megabytes, LIMITS.private_landscape_megabytes),
        private=analysis.private,
        when_stopped="Shows what the starts climbed so far have found.",
    )


def _size(landscape: StartSurvey) -> int:
    """Bytes that a landscape keeps: paths, mixtures with what they have computed of themselves, and labels."""
    paths = sum(
        climb.path.size + climb.steps.size + 3 * climb.mixture.covariances.size for climb in landscape.climbs
    )
    labels = sum(optimum.labels.size for optimum in landscape.optima)
    return 8 * (paths + labels) + 1024 * len(landscape.climbs) + 4096
