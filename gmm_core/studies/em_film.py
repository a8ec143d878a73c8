"""One restart of EM as a film: every state it went through, as a view of few axes and a sample of rows show it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gmm_core.arrays import FloatArray, IntArray
from gmm_core.em.half_steps import expectation
from gmm_core.fitting.restart_result import Run
from gmm_core.model.mixture import Mixture

MAX_STATES = 500
MAX_VALUES = 2_000_000
"""How many log joint densities a film may hold: 8 MB, as they travel to a browser."""


@dataclass(frozen=True, eq=False)
class Film:
    """The states of a run, the start first; between two of them lie an E-step and an M-step.

    Parameters
    ----------
    iterations : (S,)
        How many M-steps were taken to each state: 0, 1, 2, … unless the run is too long to be shown whole.
    log_likelihoods : (S,)
        Of each state, over all rows.
    mixtures : S mixtures
        In the view, of E features.
    log_joint : (S, N, K) float32
        log π_k + log N(x_n | μ_k, Σ_k) of the drawn rows under the whole mixture, not its marginal in the view.
    reseeded : (S,)
        How many components that had lost their points were placed anew at each state.
    n_iterations : int
        M-steps of the whole run.
    history_complete : bool
        Whether the run kept its states; otherwise only its start and its end are here.
    """

    iterations: IntArray
    log_likelihoods: FloatArray
    mixtures: tuple[Mixture, ...]
    log_joint: NDArray[np.float32]
    reseeded: IntArray
    n_iterations: int
    history_complete: bool

    @classmethod
    def of(
        cls, run: Run, drawn: FloatArray, view: Callable[[Mixture], Mixture], most_states: int = MAX_STATES
    ) -> Film:
        """The film of a run.

        Parameters
        ----------
        run : Run
            A valid one; where it began on a sample of the rows, the film begins with its first state on all rows.
        drawn : (N, D)
            The rows that are drawn, in the units of the fit.
        view : Mixture -> Mixture
            From the mixture of all features to that of the axes shown.
        most_states : int
            No more states than this; `MAX_VALUES` may lower it.
        """
        first = 0 if run.on_sample or not run.history_complete else run.n_on_sample
        mixtures, log_likelihoods = run.mixtures[first:], run.log_likelihoods[first:]
        n_iterations = len(log_likelihoods) - 1
        values = max(1, len(drawn) * mixtures[0].n_components)
        kept = kept_states(len(mixtures), max(2, min(most_states, MAX_VALUES // values)))
        all_iterations = np.arange(len(mixtures)) if run.history_complete else np.array([0, n_iterations])
        iterations = all_iterations[kept]
        log_joint = [expectation(drawn, mixtures[state]).log_joint.astype(np.float32) for state in kept]
        return cls(
            iterations,
            log_likelihoods[iterations],
            tuple(view(mixtures[state]) for state in kept),
            np.stack(log_joint),
            np.array([run.reseeded.count(int(iteration) + first) for iteration in iterations]),
            n_iterations,
            run.history_complete,
        )

    @property
    def one_by_one(self) -> int:
        """Up to which iteration every one is shown."""
        gaps = np.flatnonzero(np.diff(self.iterations) > 1)
        return int(self.iterations[gaps[0] if len(gaps) else -1])


def kept_states(n_states: int, most: int) -> IntArray:
    """Which of `n_states` states are shown where that may be no more than `most`.

    All; or half of them one by one from the start, where most happens, and the rest in even strides to the last.
    """
    if n_states <= most:
        return np.arange(n_states)
    first = most // 2
    return np.concatenate(
        [np.arange(first), np.linspace(first, n_states - 1, most - first).round().astype(np.intp)]
    )
