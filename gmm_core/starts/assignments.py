"""Starting partitions of the rows, hard or as responsibilities, and the mixture that an M-step makes from one."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gmm_core.arrays import FloatArray, by_first_appearance
from gmm_core.model.mixture import Mixture
from gmm_core.rows.start_sample import StartRows
from gmm_core.starts.k_means import from_labels, nearest
from gmm_core.starts.problem import FitProblem

Partition = Callable[[FitProblem, StartRows, np.random.Generator], FloatArray]
"""(the problem with K components, M ≥ K different rows of it, rng) -> responsibilities (M, K)."""


def k_means(problem: FitProblem, sample: StartRows, rng: np.random.Generator) -> FloatArray:
    """K-means on whitened rows; clusters are numbered by their first rows, not in the order that k-means gives them."""
    k = problem.n_components
    labels = problem.starting.k_means_labels(sample.whitened, sample.weights, k, _seed(rng))
    return from_labels(by_first_appearance(labels), k)


def k_means_on_raw_rows(problem: FitProblem, sample: StartRows, rng: np.random.Generator) -> FloatArray:
    """K-means on the rows in the data's units, as scikit-learn starts; clusters are numbered by their first rows."""
    k = problem.n_components
    scale = problem.standardization.scale
    rows = sample.rows * (scale / scale.max())  # up to a shift and a factor, which change no assignment
    labels = problem.starting.k_means_labels(rows, sample.weights, k, _seed(rng))
    return from_labels(by_first_appearance(labels), k)


def k_means_plus_plus(problem: FitProblem, sample: StartRows, rng: np.random.Generator) -> FloatArray:
    """Assign each row to the nearest of K rows drawn far apart, as k-means++ does."""
    positions = problem.starting.far_apart(sample.rows, sample.weights, problem.n_components, _seed(rng))
    return nearest(sample.rows, sample.rows[positions])


def random_points(problem: FitProblem, sample: StartRows, rng: np.random.Generator) -> FloatArray:
    """Assign each row to the nearest of K rows drawn at random."""
    shares = sample.weights / sample.weights.sum()
    centres = rng.choice(sample.rows, problem.n_components, replace=False, p=shares)
    return nearest(sample.rows, centres)


def random_responsibilities(problem: FitProblem, sample: StartRows, rng: np.random.Generator) -> FloatArray:
    """Draw the responsibilities of each row from a uniform Dirichlet distribution."""
    return rng.dirichlet(np.ones(problem.n_components), size=len(sample.rows))


def started(
    problem: FitProblem, sample: StartRows, partition: Partition, rng: np.random.Generator
) -> Mixture:
    """The mixture of a rough M-step from a partition of the rows (see `Starting.rough_m_step`).

    With exactly K rows, each row is a component of the narrowest covariance that the model allows, if it has a floor.
    """
    model, n_features = problem.model, sample.rows.shape[1]
    if len(sample.rows) == problem.n_components and model.has_floor(n_features):
        narrowest = np.repeat(model.narrowest(n_features)[None], problem.n_components, axis=0)
        return Mixture(sample.weights / sample.weights.sum(), sample.rows, narrowest)
    enough = len(sample.rows) >= problem.n_components
    responsibilities = (partition if enough else random_responsibilities)(problem, sample, rng)
    if not responsibilities.any(axis=0).all():  # a group is empty, which cannot happen with random points
        responsibilities = random_points(problem, sample, rng)
    return problem.starting.rough_m_step(model, sample, responsibilities)[0]


def _seed(rng: np.random.Generator) -> int:
    return int(rng.integers(2**31 - 1))
