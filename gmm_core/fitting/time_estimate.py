"""Estimates how long a fit will take, from the cost of an E-step and the usual number of iterations."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gmm_core.engines.threads import cores
from gmm_core.fitting.nested import MAX_SPLITS
from gmm_core.fitting.specification import FitSpecification
from gmm_core.fitting.subsample import CONTINUED, FEWEST_SAMPLED, MIN_ROWS_PER_SAMPLED, ROWS_PER_PARAMETER
from gmm_core.model.covariance.catalogue import structure_named
from gmm_core.model.statistics import Moments
from gmm_core.starts.kinds import SPLITS

ITERATIONS = {1e-2: 3, 1e-4: 45, 1e-6: 250, 1e-8: 880, 1e-10: 1_330}
"""The mean number of iterations of a restart, by tolerance.

Measured with 64 restarts each on data from 300×2 to 5,000×2, with K from 3 to 20."""
_PLACES = [-np.log10(tolerance) for tolerance in ITERATIONS]
"""−log₁₀ of these tolerances, between which the number of iterations is interpolated."""
ITERATIONS_AFTER_SAMPLE = 30
"""The iterations that a restart takes on all rows after a sample has brought it near its optimum."""
CORES = 2
"""The number of cores on which the costs in `row_seconds` were measured."""


def row_seconds(n_features: int, is_diagonal: bool) -> float:
    """Seconds per row and component in one E-step: a polynomial fitted to the table of `engine_name`."""
    d = n_features
    nanoseconds = 1.0 + 0.4 * d if is_diagonal else 1.3 + 0.2 * d + 0.026 * d**2
    return 1e-9 * nanoseconds * CORES / cores()


def seconds_of_fit(shape: tuple[int, ...], specification: FitSpecification, restarts: int = 0) -> float:
    """Estimate the seconds that `fitting` takes.

    The estimate is right within a factor of about three, since the number of iterations depends on the data.

    Parameters
    ----------
    shape : (N, D)
        The shape of the data.
    specification : FitSpecification
        The model and the settings of the fit.
    restarts : int
        The number of restarts; 0 for that of the specification.
    """
    n_rows, n_features = shape
    restarts = restarts or specification.n_init
    if specification.init == SPLITS:
        smaller = [replace(specification, n_components=k + 1) for k in range(specification.n_components)]
        return sum(_seconds(n_rows, n_features, each, restarts + MAX_SPLITS) for each in smaller)
    return _seconds(n_rows, n_features, specification, restarts)


def _seconds(n_rows: int, n_features: int, specification: FitSpecification, restarts: int) -> float:
    structure = structure_named(specification.covariance_type)
    step = specification.n_components * row_seconds(n_features, structure.moments is not Moments.FULL)
    typical = np.interp(-np.log10(max(specification.tolerance, 1e-10)), _PLACES, list(ITERATIONS.values()))
    iterations = min(float(typical), specification.max_iterations)
    parameters = structure.parameter_count(specification.n_components, n_features)
    sample = max(FEWEST_SAMPLED, ROWS_PER_PARAMETER * parameters)
    if not specification.sampling or n_rows < MIN_ROWS_PER_SAMPLED * sample:
        return n_rows * step * iterations * restarts
    continued = min(restarts, CONTINUED) * min(iterations, ITERATIONS_AFTER_SAMPLE)
    return step * (sample * iterations * restarts + n_rows * continued)
