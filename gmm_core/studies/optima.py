"""The distinct optima that restarts of EM end in, told apart by the partition they make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from gmm_core.arrays import IntArray
from gmm_core.fitting.restart_result import Ending
from gmm_core.geometry.agreement import differing_rows
from gmm_core.model.mixture import Mixture
from gmm_core.rows.matrix import as_matrix

EQUAL_ROWS = 0.01
"""The share of rows whose hard label may differ within one optimum; a single row always may."""
EQUAL_LOG_LIKELIHOOD = 1e-4
"""How far the log-likelihoods of runs that ended in one optimum may lie apart, in nats per row."""


class Ended(Protocol):
    """What is to be known of a run: a `Run` of a fit, for one."""

    @property
    def ending(self) -> Ending:
        """How it ended."""

    @property
    def log_likelihood(self) -> float:
        """Σ_n log p(x_n) of its last mixture, in nats."""

    @property
    def score(self) -> float:
        """The log-likelihood less what narrow components cost; see `Run.score`."""

    @property
    def at_floor(self) -> tuple[bool, ...]:
        """Which components ended with a variance held at the floor, shape (K,)."""

    @property
    def mixture(self) -> Mixture:
        """Its last mixture, in the data's units; asked for only of runs that came to their own end."""


@dataclass(frozen=True, eq=False)
class Optimum:
    """A local optimum of the likelihood, and the runs that ended there.

    Parameters
    ----------
    runs : tuple of int
        Their positions, the one of highest score first; the other values are that one's.
    mixture : Mixture
        The mixture, in the data's units.
    labels : (N,)
        The component of largest responsibility for each row.
    log_likelihood : float
        Σ_n log p(x_n), in nats.
    score : float
        The log-likelihood less what narrow components cost, which orders optima; see `Run.score`.
    at_floor : bool
        Whether a component is held at the variance floor, so that the floor alone bounds its likelihood.
    degenerate : bool
        Whether that is so and the best is another optimum.
    """

    runs: tuple[int, ...]
    mixture: Mixture
    labels: IntArray
    log_likelihood: float
    score: float
    at_floor: bool
    degenerate: bool = False


def distinct_optima(X: ArrayLike, runs: Sequence[Ended]) -> tuple[Optimum, ...]:
    """The optima in which `runs` on X (N, D) ended: from the best down, the degenerate ones last.

    From the highest score down, a run belongs to the first optimum whose best run

    - lies no more than `EQUAL_LOG_LIKELIHOOD` nats per row above it,
    - puts all but 1 % of the rows (`EQUAL_ROWS`; one row at least) into the same components, however they are numbered,
    - and has a component at the variance floor if and only if it has one;

    else it starts an optimum of its own. Runs that failed or were stopped ended in none.
    """
    rows = as_matrix(X)
    ended = [
        position for position, run in enumerate(runs) if run.ending not in (Ending.FAILED, Ending.STOPPED)
    ]
    ended.sort(key=lambda position: -runs[position].score)
    optima: list[Optimum] = []
    for position in ended:
        run = runs[position]
        labels = run.mixture.labels(rows)
        found = Optimum((position,), run.mixture, labels, run.log_likelihood, run.score, any(run.at_floor))
        home = next((index for index, optimum in enumerate(optima) if _is_same(optimum, found)), None)
        if home is None:
            optima.append(found)
        else:
            optima[home] = replace(optima[home], runs=(*optima[home].runs, position))
    others = [replace(optimum, degenerate=optimum.at_floor) for optimum in optima[1:]]
    return (*optima[:1], *sorted(others, key=lambda optimum: optimum.degenerate))


def _is_same(optimum: Optimum, lower: Optimum) -> bool:
    """Whether the second, of no higher score, is the first."""
    n_rows = len(optimum.labels)
    below = optimum.score - lower.score
    if optimum.at_floor != lower.at_floor or below > EQUAL_LOG_LIKELIHOOD * n_rows:
        return False
    differing = differing_rows(optimum.labels, lower.labels, optimum.mixture.n_components)
    return int(np.count_nonzero(differing)) <= max(1.0, EQUAL_ROWS * n_rows)
