"""Starts of K components out of a fit of K − 1: each has one of its components split in two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gmm_core.model.mixture import Mixture
from gmm_core.starts.problem import FitProblem

HALF_DISTANCE = 0.7
"""How far a half's mean moves along the longest axis, in standard deviations; 1 would leave no variance along it."""
MAX_ROWS = 5_000
"""How many rows, drawn at random, tell which way a component is longest."""
DRAWING = 2
"""Sets these random numbers apart from those of the restarts."""


@dataclass(frozen=True, eq=False)
class SplitStart:
    """A mixture of one component fewer, in the data's units, one of whose components becomes two of half the weight.

    Along the longest axis of the rows that the component holds, the halves' means lie `HALF_DISTANCE` standard
    deviations to either side, with as much less variance that mean and covariance of both together
    stay; the covariances are then brought into the structure. Source: Richardson and Green, On Bayesian analysis of
    mixtures with an unknown number of components (1997), section 3.2, moment matching.
    """

    smaller: Mixture
    component: int
    seed: int
    kind: str = "split"

    def mixture(self, problem: FitProblem) -> Mixture:
        """See `Start.mixture`."""
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
        return Mixture(halved.weights, means, bounded)


@dataclass(frozen=True, eq=False)
class TwinStart:
    """The same mixture, in the data's units, with its heaviest component there twice, at half the weight.

    Its density, and so its likelihood and what it is judged by, is that of the smaller mixture: no climb from here ends
    at a lower likelihood.
    """

    smaller: Mixture
    kind: str = "twin"

    def mixture(self, problem: FitProblem) -> Mixture:
        """See `Start.mixture`."""
        mixture = problem.standardization.mixture(self.smaller)
        return twin(mixture, int(mixture.weights.argmax()))


def twin(mixture: Mixture, component: int) -> Mixture:
    """The same density with K + 1 components: the last is the given one again, both of half its weight."""
    order = [*range(mixture.n_components), component]
    weights = mixture.weights[order]
    weights[[component, -1]] /= 2
    return Mixture(weights, mixture.means[order], mixture.covariances[order])


def split_starts(smaller: Mixture, seed: int) -> list[SplitStart]:
    """One start for each component."""
    return [SplitStart(smaller, component, seed) for component in range(smaller.n_components)]


def most_promising(scores: Sequence[float], most: int) -> list[int]:
    """The positions of the highest, the highest first; what is not finite never is among them."""
    order = np.argsort(-np.asarray(scores), kind="stable")
    return [int(position) for position in order if np.isfinite(scores[position])][:most]
