"""The problems that peers are timed on: made-up data with known groups, and a start that everybody shares."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gmm_core.arrays import FloatArray
from gmm_core.mixture import Mixture


@dataclass(frozen=True)
class Problem:
    """N rows from K Gaussians with full covariances in D dimensions.

    Parameters
    ----------
    separation : float
        Standard deviation of the groups' means where the groups' own is about 1.
    """

    n_rows: int
    n_features: int
    n_components: int
    separation: float = 2.0

    @property
    def title(self) -> str:
        """N×D, K as the tables say it."""
        return f"{self.n_rows:,}×{self.n_features}, K = {self.n_components}"

    def truth(self, seed: int = 0) -> Mixture:
        """The mixture that the rows come from."""
        rng = np.random.default_rng([seed, self.n_features, self.n_components])
        shape = (self.n_components, self.n_features, self.n_features)
        factors = np.eye(self.n_features) + rng.normal(size=shape) / np.sqrt(2 * self.n_features)
        return Mixture(
            rng.dirichlet(np.full(self.n_components, 5.0)),
            rng.normal(size=shape[:2]) * self.separation,
            factors @ factors.transpose(0, 2, 1),
        )

    def rows(self, seed: int = 0) -> FloatArray:
        """The rows (N, D), in no order."""
        X, _ = self.truth(seed).sample(self.n_rows, np.random.default_rng([seed, self.n_rows]))
        return X

    def start(self, X: FloatArray) -> Mixture:
        """Where every peer begins: rows as means, the pooled variances, equal weights."""
        step = len(X) // self.n_components
        covariance = np.diag(X.var(axis=0))
        return Mixture(
            np.full(self.n_components, 1.0 / self.n_components),
            X[: step * self.n_components : step],
            np.repeat(covariance[None], self.n_components, axis=0),
        )


@dataclass(frozen=True)
class IterationRow:
    """A row of the table of seconds per iteration: `iterations` EM steps, timed `rounds` times.

    `targets` are what scikit-learn ÷ ours and oneDAL ÷ ours are to reach at least.
    """

    problem: Problem
    iterations: int
    rounds: int = 5
    targets: tuple[float, float] | None = None


@dataclass(frozen=True)
class SolutionRow:
    """A row of the table of seconds to a solution: whole fits by the named `solvers`, one for each seed.

    `target` is what scikit-learn ÷ ours is to reach at least.
    """

    problem: Problem
    solvers: tuple[str, ...]
    seeds: tuple[int, ...]
    target: float | None = None


ITERATION_ROWS = (
    IterationRow(Problem(100_000, 2, 3), 20, targets=(30, 1.2)),
    IterationRow(Problem(1_000_000, 10, 10), 10, 7, targets=(20, 3)),
    IterationRow(Problem(100_000, 2, 20), 10, targets=(40, 2)),
    IterationRow(Problem(100_000, 50, 10), 4, targets=(5, 1.3)),
)
RESTARTS = (
    "ours, n_init=10",
    "scikit-learn, n_init=10",
    "ours, n_init=10, hasty",
    "scikit-learn, n_init=10, patient",
)
DEFAULTS = ("ours", "scikit-learn", "oneDAL")
SOLUTION_ROWS = (
    SolutionRow(Problem(1_000, 2, 3), RESTARTS, tuple(range(30)), target=10),
    SolutionRow(Problem(100_000, 5, 5), DEFAULTS, (0, 1, 2)),
    SolutionRow(Problem(1_000_000, 10, 10, separation=1.0), DEFAULTS, (0,), target=20),
)
GROWTH = {
    "N": tuple(Problem(n, 5, 5) for n in (1_000, 10_000, 100_000, 1_000_000)),
    "D": tuple(Problem(20_000, d, 5) for d in (1, 2, 5, 10, 20, 50)),
    "K": tuple(Problem(20_000, 5, k) for k in (2, 5, 10, 20, 40)),
}
"""How every cost grows with each size while the two others stay."""
MOST_ITERATIONS = 10
"""Of few rows; of many features fewer still, for there EM soon stands still to the last bit: on 20,000×20 after 8."""
GROWTH_ROUNDS, GROWTH_SEEDS = 5, (0,)


def growth_iterations(problem: Problem) -> int:
    """How many EM steps to time: so many that their time stands well above what a call takes besides."""
    step = problem.n_rows * problem.n_components * (30 + problem.n_features**2)
    return min(max(100_000_000 // step, 4), MOST_ITERATIONS)
