"""One restart of EM as a film: its states, with mixtures in a view of few axes and densities of a sample of rows."""

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
"""The largest number of states in a film."""
MAX_VALUES = 2_000_000
"""The largest number of log joint densities in a film, which is sent to a browser: 8 MB."""


@dataclass(frozen=True, eq=False)
class Film:
    """The S states of a run, beginning with its start.

    Parameters
    ----------
    iterations : (S,)
        The number of M-steps before each state: 0, 1, 2, … with gaps only if the run is too long to be shown whole.
    log_likelihoods : (S,)
        Σ_n log p(x_n) of each state over all rows, in nats.
    mixtures : tuple of Mixture, (S,)
        The mixture of each state in the view, with one feature per axis.
    log_joint : (S, N, K) float32
        log π_k + log N(x_n | μ_k, Σ_k) of the drawn rows under the whole mixture, not its marginal in the view.
    reseeded : (S,)
        The number of components that had lost their rows and were re-initialised at each state.
    n_iterations : int
        The number of M-steps of the whole run.
    history_complete : bool
        True if the run kept all its states; otherwise the film has only its start and its end.
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
        """Make the film of a run.

        Parameters
        ----------
        run : Run
            A valid run. If it began on a sample of the rows, the film begins with its first state on all rows.
        drawn : (N, D)
            The rows to be drawn, in the units of the fit.
        view : Mixture -> Mixture
            Converts a mixture of all features into its marginal on the axes of the view.
        most_states : int
            The largest number of states; `MAX_VALUES` may lower it.
        """
        first = 0 if run.on_sample or not run.history_complete else run.n_on_sample
        mixtures, log_likelihoods = run.mixtures[first:], run.log_likelihoods[first:]
        n_iterations = len(log_likelihoods) - 1
        values = max(1, len(drawn) * mixtures[0].n_components)
        shown = shown_states(len(mixtures), max(2, min(most_states, MAX_VALUES // values)))
        all_iterations = np.arange(len(mixtures)) if run.history_complete else np.array([0, n_iterations])
        iterations = all_iterations[shown]
        log_joint = [expectation(drawn, mixtures[state]).log_joint.astype(np.float32) for state in shown]
        return cls(
            iterations=iterations,
            log_likelihoods=log_likelihoods[iterations],
            mixtures=tuple(view(mixtures[state]) for state in shown),
            log_joint=np.stack(log_joint),
            reseeded=np.array([run.reseeded.count(int(iteration) + first) for iteration in iterations]),
            n_iterations=n_iterations,
            history_complete=run.history_complete,
        )

    @property
    def one_by_one(self) -> int:
        """The last iteration before the first gap: up to it the film shows every iteration."""
        gaps = np.flatnonzero(np.diff(self.iterations) > 1)
        return int(self.iterations[gaps[0] if len(gaps) else -1])


def shown_states(n_states: int, most: int) -> IntArray:
    """The positions of at most `most` of `n_states` states to be shown, ascending.

    All states if they are few. Otherwise half of the positions are the first states, where EM changes most, and the
    rest are evenly spaced up to the last state.
    """
    if n_states <= most:
        return np.arange(n_states)
    first = most // 2
    return np.concatenate(
        [np.arange(first), np.linspace(first, n_states - 1, most - first).round().astype(np.intp)]
    )
