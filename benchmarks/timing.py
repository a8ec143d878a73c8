"""Times taken in one run and in turn, so that whatever else the machine does falls on all peers alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from time import perf_counter, sleep

import numpy as np

from benchmarks.peers import PEERS, SOLVERS, Peer, Solver
from benchmarks.problems import IterationRow, SolutionRow
from gmm_core.arrays import FloatArray
from gmm_core.engines.choice import warm_up
from gmm_core.model.mixture import Mixture

AGREEMENT = 1e-5
"""How far the mean log-likelihoods of peers may differ after the same steps from the same start, in nats."""
REST = 0.25
"""Seconds between two peers: threads of BLAS and OpenMP spin on, at the cost of whoever comes next. Of a process of two
cores a fit of 1,000 rows took 65 ms of processor time 0.1 s after scikit-learn's, and 41 after 0.2 s."""


@dataclass(frozen=True)
class Times:
    """What a peer took, in seconds, round by round, and the mean log-likelihood that it came to in each."""

    seconds: tuple[float, ...]
    log_likelihoods: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle of the rounds."""
        return float(np.median(self.seconds))


def mean_log_likelihood(mixture: Mixture, X: FloatArray) -> float:
    """The mean of log p(x_n) in nats, by one and the same formula for everybody."""
    return float(mixture.log_density(X).mean())


def seconds(call: Callable[[], Mixture]) -> tuple[float, Mixture]:
    """How long a call takes, and what it gives."""
    began = perf_counter()
    result = call()
    return perf_counter() - began, result


def in_turn(
    calls: Mapping[str, Sequence[Callable[[], tuple[float, float]]]], rest: float = REST
) -> dict[str, Times]:
    """Every peer's rounds, taken in turn: round by round, each beginning with another peer, with a rest between two."""
    names = list(calls)
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in names}
    for index in range(max(len(rounds) for rounds in calls.values())):
        for name in names[index % len(names) :] + names[: index % len(names)]:
            if index < len(calls[name]):
                sleep(rest)
                found[name].append(calls[name][index]())
    return {
        name: Times(tuple(spent for spent, _ in rounds), tuple(reached for _, reached in rounds))
        for name, rounds in found.items()
    }


def iteration_times(row: IterationRow, peers: Sequence[Peer] = tuple(PEERS.values())) -> dict[str, Times]:
    """Seconds per EM iteration: the time of 1 + n iterations less that of 1, by n, so that no start counts.

    Raises RuntimeError where peers do not come to the same likelihood: they would not have done the same.
    """
    warm_up()
    X = row.problem.rows()
    start = row.problem.start(X)

    def timed(peer: Peer) -> tuple[float, float]:
        one, _ = seconds(lambda: peer.iterations(X, start, 1))
        all_of_them, mixture = seconds(lambda: peer.iterations(X, start, 1 + row.iterations))
        return (all_of_them - one) / row.iterations, mean_log_likelihood(mixture, X)

    for peer in peers:  # what is compiled or loaded at the first call is no part of an iteration
        peer.iterations(X[: 10 * start.n_components * start.n_features], start, 1)
    times = in_turn({peer.name: [partial(timed, peer)] * row.rounds for peer in peers})
    reached = [value for found in times.values() for value in found.log_likelihoods]
    if max(reached) - min(reached) > AGREEMENT * max(1.0, abs(max(reached))):
        raise RuntimeError(f"The peers differ in what they computed on {row.problem.title}: {times}.")
    return times


def solution_times(row: SolutionRow) -> dict[str, Times]:
    """Seconds of whole fits, one for each seed, by the solvers of the row that are installed, all that is loaded."""
    warm_up()
    X = row.problem.rows()
    solvers = [SOLVERS[name] for name in row.solvers if PEERS[SOLVERS[name].peer].is_installed]

    def timed(solver: Solver, seed: int) -> tuple[float, float]:
        spent, mixture = seconds(lambda: solver.solve(X, row.problem.n_components, seed))
        return spent, mean_log_likelihood(mixture, X)

    for solver in solvers:
        solver.solve(X[: 50 * row.problem.n_components * row.problem.n_features], row.problem.n_components, 0)
    return in_turn({solver.name: [partial(timed, solver, seed) for seed in row.seeds] for solver in solvers})
