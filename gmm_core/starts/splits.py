"""Starts with K components made from a fit with K − 1: one of its components is split in two, or doubled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gmm_core.model.mixture import Mixture
from gmm_core.starts.beginning import Beginning
from gmm_core.starts.problem import FitProblem

HALF_DISTANCE = 0.7
"""How far a half's mean moves along the longest axis, in standard deviations; 1 would leave no variance along it."""
MAX_ROWS = 5_000
"""The number of rows, drawn at random, from which the longest axis of a component is computed."""
DRAWING = 2
"""The number of this random stream; the restarts use others."""


@dataclass(frozen=True, eq=False)
class SplitStart:
    """Start from a mixture with one component fewer, in the data's units, by splitting one component in two halves.

    Each half has half the weight. The halves' means lie `HALF_DISTANCE` standard deviations to either side of the mean,
    along the longest axis of the rows that the component holds. The variance along it is reduced so that both halves
    together keep the mean and covariance of these rows; then an M-step of the covariance structure is applied.

    Source: Richardson and Green, On Bayesian analysis of mixtures with an unknown number of components (1997),
    section 3.2, moment matching.

    Parameters
    ----------
    smaller : Mixture
        The mixture with K − 1 components.
    component : int
        The position of the component that is split.
    seed : int
        The seed for drawing the rows.
    """

    smaller: Mixture
    component: int
    seed: int
    kind: str = "split"

    def beginning(self, problem: FitProblem) -> Beginning:
        """See `Start.beginning`."""
        mixture = problem.standardization.mixture(self.smaller)
        rows = problem.rows.some(MAX_ROWS, self.seed, DRAWING)
        statistics = rows.moments(lambda values, _: mixture.responsibilities(values))
        counts = np.maximum(statistics.counts, np.finfo(np.float64).tiny)
        covariances = statistics.within_scatter() / counts[:, None, None]
        variances, axes = np.linalg.eigh(covariances[self.component])
        step = HALF_DISTANCE * np.sqrt(max(variances[-1], 0.0)) * axes[:, -1]
        covariances[self.component] -= np.outer(step, step)
        halved = twin(mixture, self.component)
        order = [*range(mixture.n_components), self.component]
        means = halved.means.copy()
        means[self.component] -= step
        means[-1] += step
        shares = counts[order]
        shares[[self.component, -1]] /= 2
        within = covariances[order] * shares[:, None, None]
        bounded, _ = problem.structure.m_step(within, shares, None, problem.regularization)
        return Beginning.at(Mixture(halved.weights, means, bounded))


@dataclass(frozen=True, eq=False)
class TwinStart:
    """Start from a mixture with one component fewer, in the data's units, with its heaviest component doubled.

    Both copies have half the weight, so density, likelihood and score are those of the smaller mixture, and EM from
    this start cannot end at a lower likelihood.
    """

    smaller: Mixture
    kind: str = "twin"

    def beginning(self, problem: FitProblem) -> Beginning:
        """See `Start.beginning`."""
        mixture = problem.standardization.mixture(self.smaller)
        return Beginning.at(twin(mixture, int(mixture.weights.argmax())))


def twin(mixture: Mixture, component: int) -> Mixture:
    """The same density with K + 1 components: the last is a copy of the given one, and each has half its weight."""
    order = [*range(mixture.n_components), component]
    weights = mixture.weights[order]
    weights[[component, -1]] /= 2
    return Mixture(weights, mixture.means[order], mixture.covariances[order])


def split_starts(smaller: Mixture, seed: int) -> list[SplitStart]:
    """One `SplitStart` for each component of the smaller mixture."""
    return [SplitStart(smaller, component, seed) for component in range(smaller.n_components)]


def most_promising(scores: Sequence[float], most: int) -> list[int]:
    """The positions of the `most` highest finite scores, the highest first."""
    order = np.argsort(-np.asarray(scores), kind="stable")
    return [int(position) for position in order if np.isfinite(scores[position])][:most]
