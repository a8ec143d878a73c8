"""The problems that peers are timed on, with a start for all of them, and those whose best optimum is looked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn import datasets
from sklearn.decomposition import PCA

from gmm_core.arrays import FloatArray
from gmm_core.model.mixture import Mixture
from gmm_core.tables.generators import generate
from gmm_core.tables.samples import load_sample

DATA = Path(__file__).parent / "data"


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
MAX_ITERATIONS = 10
"""Of few rows; of many features fewer still, for there EM soon stands still to the last bit: on 20,000×20 after 8."""
GROWTH_ROUNDS, GROWTH_SEEDS = 5, (0,)


def growth_iterations(problem: Problem) -> int:
    """How many EM steps to time: so many that their time stands well above what a call takes besides."""
    step = problem.n_rows * problem.n_components * (30 + problem.n_features**2)
    return min(max(100_000_000 // step, 4), MAX_ITERATIONS)


@dataclass(frozen=True)
class OptimumProblem:
    """Data, number of components and covariance type, of which the best optimum is looked for."""

    key: str
    title: str
    source: Callable[[], FloatArray]
    n_components: int
    covariance_type: str = "full"

    def rows(self) -> FloatArray:
        """The rows (N, D), standardised: units make no difference to anybody then."""
        X = self.source()
        return np.asarray((X - X.mean(axis=0)) / X.std(axis=0))


def _numbers(table: pd.DataFrame) -> FloatArray:
    """The complete rows of the columns of measurements."""
    measured = table.select_dtypes("number").drop(columns="year", errors="ignore")
    return np.asarray(measured.dropna().to_numpy(dtype=np.float64))


def _sample(key: str) -> Callable[[], FloatArray]:
    return lambda: _numbers(load_sample(key).table)


def _generated(key: str, **parameters: object) -> Callable[[], FloatArray]:
    return lambda: _numbers(generate(key, **parameters).table)


def _file(name: str) -> Callable[[], FloatArray]:
    return lambda: _numbers(pd.read_csv(DATA / name))


def _blobs(n_rows: int, centers: int, cluster_std: float, seed: int) -> Callable[[], FloatArray]:
    return lambda: np.asarray(
        datasets.make_blobs(n_rows, centers=centers, cluster_std=cluster_std, random_state=seed)[0]
    )


def _cigars() -> FloatArray:
    rng = np.random.default_rng(0)
    return np.concatenate([rng.normal(size=(200, 2)) * [10.0, 0.3] + [0.0, y] for y in (-1.5, 0.0, 1.5)])


def _crossing_cigars() -> FloatArray:
    rng = np.random.default_rng(5)
    angles = np.arange(4) * np.pi / 4
    turns = [np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]]) for a in angles]
    return np.concatenate(
        [
            rng.normal(size=(100, 2)) * [6.0, 0.4] @ turn.T + [2 * a, a]
            for turn, a in zip(turns, angles, strict=True)
        ]
    )


def _heavy_tails(n_rows: int, n_features: int, n_groups: int, seed: int) -> Callable[[], FloatArray]:
    """Groups of equal size with t-distributed rows, 3 degrees of freedom."""

    def rows() -> FloatArray:
        rng = np.random.default_rng(seed)
        centres = rng.normal(size=(n_groups, n_features)) * 4.0
        normal = rng.normal(size=(n_rows, n_features))
        tails = np.sqrt(3.0 / rng.chisquare(3.0, size=n_rows))
        return np.asarray(centres[np.arange(n_rows) % n_groups] + normal * tails[:, None])

    return rows


def _few_rows(n_rows: int, n_features: int, n_groups: int, seed: int) -> Callable[[], FloatArray]:
    """Round groups near one another, of few rows in many directions."""

    def rows() -> FloatArray:
        rng = np.random.default_rng(seed)
        centres = rng.normal(size=(n_groups, n_features)) * 1.3
        return np.asarray(centres[np.arange(n_rows) % n_groups] + rng.normal(size=(n_rows, n_features)))

    return rows


def _nested() -> FloatArray:
    """A narrow group in the middle of a wide one, in the middle of a wider one."""
    rng = np.random.default_rng(7)
    return np.concatenate([rng.normal(size=(200, 3)) * spread for spread in (0.5, 2.0, 8.0)])


def _digits(n_features: int) -> FloatArray:
    """The first 500 handwritten digits."""
    X = datasets.load_digits().data[:500]
    return np.asarray(PCA(n_features, svd_solver="full").fit_transform(X))


OPTIMUM_PROBLEMS: dict[str, OptimumProblem] = {
    problem.key: problem
    for problem in (
        OptimumProblem("faithful", "Old Faithful", _sample("faithful"), 3),
        OptimumProblem("faithful-2", "Old Faithful", _sample("faithful"), 2),
        OptimumProblem("iris", "Iris", _sample("iris"), 3),
        OptimumProblem("penguins", "Penguins", _sample("penguins"), 3),
        OptimumProblem("penguins-5", "Penguins, tied", _sample("penguins"), 5, "tied"),
        OptimumProblem("wine", "Wine", _sample("wine"), 3),
        OptimumProblem("wine-diagonal", "Wine, diagonal", _sample("wine"), 3, "diag"),
        OptimumProblem("banknote", "Swiss banknotes", _file("banknote.csv"), 2),
        OptimumProblem("banknote-4", "Swiss banknotes, tied", _file("banknote.csv"), 4, "tied"),
        OptimumProblem("thyroid", "Thyroid gland", _file("thyroid.csv"), 3),
        OptimumProblem("thyroid-diagonal", "Thyroid gland, diagonal", _file("thyroid.csv"), 3, "diag"),
        OptimumProblem("digits", "Digits, 6 principal components", lambda: _digits(6), 10),
        OptimumProblem(
            "digits-diagonal", "Digits, 10 principal components, diagonal", lambda: _digits(10), 10, "diag"
        ),
        OptimumProblem("blobs", "Blobs", _blobs(600, 4, 1.0, 3), 4),
        OptimumProblem("many-blobs", "Many blobs", _blobs(400, 8, 0.5, 1), 8),
        OptimumProblem("unequal", "Unequal sizes", _generated("unequal", n_samples=400, centers=4), 4),
        OptimumProblem(
            "overlap", "Heavy overlap", _generated("overlapping", n_samples=400, separation=1.5), 3
        ),
        OptimumProblem(
            "overlap-2", "Overlap of two", _generated("overlapping", n_samples=600, separation=2.0), 2
        ),
        OptimumProblem("cigars", "Parallel cigars", _cigars, 3),
        OptimumProblem("crossing", "Crossing cigars", _crossing_cigars, 4),
        OptimumProblem("rings", "Two rings", _generated("concentric", n_samples=300), 5),
        OptimumProblem("moons", "Two moons", _generated("moons", n_samples=400), 5),
        OptimumProblem("nested", "Nested groups", _nested, 3),
        OptimumProblem("tails", "Heavy tails (t, 3 degrees of freedom)", _heavy_tails(600, 2, 3, 0), 3),
        OptimumProblem("tails-5", "Heavy tails in 5 dimensions", _heavy_tails(800, 5, 4, 1), 4),
        OptimumProblem("few-rows", "Few rows, many features", _few_rows(120, 8, 2, 2), 2),
        OptimumProblem(
            "few-rows-diagonal", "Few rows, many features, diagonal", _few_rows(90, 15, 3, 3), 3, "diag"
        ),
        OptimumProblem("few-rows-tied", "Few rows, many features, tied", _few_rows(100, 12, 4, 4), 4, "tied"),
    )
}
"""What starts are judged by: the best optimum of each is known from a large search (see `benchmarks.optima`).

Old Faithful, penguins, iris and wine come with the package, digits with scikit-learn. Swiss banknotes: Flury and
Riedwyl, Multivariate Statistics: A Practical Approach (1988). Thyroid gland: Coomans, Broeckaert, Jonckheer and
Massart, Methods of Information in Medicine 22 (1983), as in the UCI repository ("new-thyroid"); both as in R's mclust.
"""
