"""The distinct optima in which restarts of EM end, distinguished by their partitions of the rows."""

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
"""The share of rows whose hard labels may differ within one optimum; one row may always differ."""
EQUAL_LOG_LIKELIHOOD = 1e-4
"""The largest difference of the scores of runs that ended in one optimum, in nats per row."""


class Ended(Protocol):
    """The attributes of a finished run that `distinct_optima` needs, such as a `Run` of a fit."""

    @property
    def ending(self) -> Ending:
        """How the run ended."""

    @property
    def log_likelihood(self) -> float:
        """Σ_n log p(x_n) of the last mixture, in nats."""

    @property
    def score(self) -> float:
        """The log-likelihood minus the penalty for narrow components, in nats; see `Run.score`."""

    @property
    def at_floor(self) -> tuple[bool, ...]:
        """True for each component that ended with a variance held at the floor, shape (K,)."""

    @property
    def mixture(self) -> Mixture:
        """The last mixture, in the data's units; not used if the run failed or was stopped."""


@dataclass(frozen=True, eq=False)
class Optimum:
    """A local optimum of the likelihood, and the runs that ended there.

    Parameters
    ----------
    runs : tuple of int
        The positions of the runs, the one of highest score first. All other attributes are those of this run.
    mixture : Mixture
        The last mixture, in the data's units.
    labels : (N,)
        The component of largest responsibility for each row.
    log_likelihood : float
        Σ_n log p(x_n), in nats.
    score : float
        The log-likelihood minus the penalty for narrow components, in nats, which orders optima; see `Run.score`.
    at_floor : bool
        True if a component has a variance held at the floor, so that only the floor bounds the likelihood.
    degenerate : bool
        True if `at_floor` is true and the optimum is not the best one.
    """

    runs: tuple[int, ...]
    mixture: Mixture
    labels: IntArray
    log_likelihood: float
    score: float
    at_floor: bool
    degenerate: bool = False


def distinct_optima(X: ArrayLike, runs: Sequence[Ended]) -> tuple[Optimum, ...]:
    """The distinct optima in which `runs` on X (N, D) ended, the highest score first and degenerate ones last.

    Runs are taken from the highest score down. A run belongs to the first optimum whose best run

    - has a score higher by no more than `EQUAL_LOG_LIKELIHOOD` nats per row,
    - assigns all but 1 % of the rows (`EQUAL_ROWS`; at least one row) to the same components up to their numbering,
    - and has a component at the variance floor if and only if this run has one.

    Without such an optimum the run is the first of a new one. Runs that failed or were stopped are ignored.
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
        own_optimum = Optimum(
            runs=(position,),
            mixture=run.mixture,
            labels=labels,
            log_likelihood=run.log_likelihood,
            score=run.score,
            at_floor=any(run.at_floor),
        )
        home = next((index for index, optimum in enumerate(optima) if _is_same(optimum, own_optimum)), None)
        if home is None:
            optima.append(own_optimum)
        else:
            optima[home] = replace(optima[home], runs=(*optima[home].runs, position))
    others = [replace(optimum, degenerate=optimum.at_floor) for optimum in optima[1:]]
    return (*optima[:1], *sorted(others, key=lambda optimum: optimum.degenerate))


def _is_same(optimum: Optimum, lower: Optimum) -> bool:
    """True if `lower`, whose score is no higher, is the same optimum."""
    n_rows = len(optimum.labels)
    below = optimum.score - lower.score
    if optimum.at_floor != lower.at_floor or below > EQUAL_LOG_LIKELIHOOD * n_rows:
        return False
    differing = differing_rows(optimum.labels, lower.labels, optimum.mixture.n_components)
    return int(np.count_nonzero(differing)) <= max(1.0, EQUAL_ROWS * n_rows)
