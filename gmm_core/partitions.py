"""Partitions of rows, whole or in shares, and the mixture that an M-step makes of one."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np
import pandas as pd

from gmm_core.arrays import BoolArray, FloatArray, IntArray
from gmm_core.k_means import far_apart, k_means_labels
from gmm_core.mixture import Mixture
from gmm_core.problem import FitProblem
from gmm_core.start_rows import StartRows
from gmm_core.statistics import SufficientStatistics

Partition = Callable[[FitProblem, StartRows, np.random.Generator], FloatArray]
"""(the problem with K components, M ≥ K different rows of it, rng) -> responsibilities (M, K)."""


def k_means(problem: FitProblem, sample: StartRows, rng: np.random.Generator) -> FloatArray:
    """K-means on whitened rows; clusters stand in the order of their first rows, whichever way k-means came to them."""
    k = problem.n_components
    labels = k_means_labels(sample.whitened, sample.weights, k, _seed(rng), compiled=problem.compiled)
    return from_labels(pd.factorize(labels)[0], k)


def k_means_on_raw_rows(problem: FitProblem, sample: StartRows, rng: np.random.Generator) -> FloatArray:
    """K-means on the rows as they are, as scikit-learn starts; clusters in the order of their first rows."""
    k = problem.n_components
    scale = problem.standardization.scale
    rows = sample.rows * (scale / scale.max())  # centred, which changes no distance
    labels = k_means_labels(rows, sample.weights, k, _seed(rng), compiled=problem.compiled)
    return from_labels(pd.factorize(labels)[0], k)


def k_means_plus_plus(problem: FitProblem, sample: StartRows, rng: np.random.Generator) -> FloatArray:
    """Each row with the nearest of K rows drawn far apart."""
    positions = far_apart(
        sample.rows, sample.weights, problem.n_components, _seed(rng), compiled=problem.compiled
    )
    return nearest(sample.rows, sample.rows[positions])


def random_points(problem: FitProblem, sample: StartRows, rng: np.random.Generator) -> FloatArray:
    """Each row with the nearest of K rows drawn at random."""
    shares = sample.weights / sample.weights.sum()
    centres = rng.choice(sample.rows, problem.n_components, replace=False, p=shares)
    return nearest(sample.rows, centres)


def random_responsibilities(problem: FitProblem, sample: StartRows, rng: np.random.Generator) -> FloatArray:
    """Every row in random shares."""
    return rng.dirichlet(np.ones(problem.n_components), size=len(sample.rows))


def from_labels(labels: IntArray, n_components: int) -> FloatArray:
    """Hard labels (N,) as responsibilities (N, K)."""
    return np.eye(n_components)[labels]


def nearest(rows: FloatArray, centres: FloatArray) -> FloatArray:
    """Each row (N, D) whole with the nearest of the centres (K, D), shape (N, K)."""
    columns = np.ascontiguousarray(rows.T)
    distances = np.stack([np.square(columns - centre[:, None]).sum(axis=0) for centre in centres])
    return from_labels(distances.argmin(axis=0), len(centres))


def started(
    problem: FitProblem, sample: StartRows, partition: Partition, rng: np.random.Generator
) -> Mixture:
    """What an M-step makes of a partition of the rows; where there are no more rows than components, each is one."""
    model, n_features = problem.model, sample.rows.shape[1]
    if len(sample.rows) == problem.n_components and model.has_floor(n_features):
        narrowest = np.repeat(model.narrowest(n_features)[None], problem.n_components, axis=0)
        return Mixture(sample.weights / sample.weights.sum(), sample.rows, narrowest)
    enough = len(sample.rows) >= problem.n_components
    responsibilities = (partition if enough else random_responsibilities)(problem, sample, rng)
    if not responsibilities.any(axis=0).all():  # a group came out empty: K distinct rows never do
        responsibilities = random_points(problem, sample, rng)
    return cautious_maximization(problem, sample, responsibilities)[0]


def cautious_maximization(
    problem: FitProblem, sample: StartRows, responsibilities: FloatArray
) -> tuple[Mixture, BoolArray]:
    """The M-step of a rough partition, in which a group too small to have a covariance takes the pooled one.

    A group of one or two rows would start as a spike that EM can only sharpen: a singularity, not a cluster.
    Says too which components had to be held at the floor.
    """
    if has_compiled_m_step(problem):
        mixture = _compiled_maximization(problem, sample, responsibilities)
        if mixture is not None:
            return mixture, np.zeros(mixture.n_components, dtype=np.bool_)
    statistics = SufficientStatistics.from_responsibilities(sample.rows, responsibilities, sample.weights)
    within, counts = statistics.within_scatter(), statistics.counts
    small = counts < fewest_rows(sample)
    if small.all():  # the origin is the mean of all rows, so the scatter about it is the total one
        within = np.repeat(statistics.scatter.sum(axis=0, keepdims=True), len(counts), axis=0)
        within *= (counts / statistics.total)[:, None, None]
    elif small.any():
        pooled = within[~small].sum(axis=0) / counts[~small].sum()
        within = np.where(small[:, None, None], pooled * counts[:, None, None], within)
    covariances, at_floor = problem.structure.m_step(within, counts, None, problem.regularization)
    return Mixture(statistics.weights(), statistics.means(), covariances), at_floor


def _compiled_maximization(
    problem: FitProblem, sample: StartRows, responsibilities: FloatArray
) -> Mixture | None:
    """The same in compiled code; None where a component has to be held at the floor."""
    code: Any = import_module("gmm_core.compiled.trials")
    k, d = problem.n_components, sample.rows.shape[1]
    values = np.empty(k), np.empty((k, d)), np.empty((k, d, d))
    above_floor = code.parted(
        sample.rows,
        sample.weights,
        responsibilities,
        sample.centre,
        *compiled_m_step(problem),
        fewest_rows(sample),
        *values,
    )
    return Mixture(*values) if above_floor else None


def has_compiled_m_step(problem: FitProblem) -> bool:
    """Whether compiled code takes the M-steps of the problem."""
    return problem.compiled and bool(
        import_module("gmm_core.compiled.small_loop").knows(problem.model, problem.rows.shape[1])
    )


def compiled_m_step(problem: FitProblem) -> tuple[int, float, FloatArray]:
    """What compiled code is told of such an M-step; see `gmm_core.compiled.small_loop.m_step_of`."""
    code: Any = import_module("gmm_core.compiled.small_loop")
    told: tuple[int, float, FloatArray] = code.m_step_of(problem.model, problem.rows.shape[1])
    return told


def fewest_rows(sample: StartRows) -> float:
    """The weight that a group must have for a covariance of its own."""
    return (sample.rows.shape[1] + 2) * sample.row_weight


def _seed(rng: np.random.Generator) -> int:
    return int(rng.integers(2**31 - 1))
