"""The computations of random starts, by compiled code for the models that it knows."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np

from gmm_core.arrays import BoolArray, FloatArray, IntArray
from gmm_core.em.loop import EMPTIED, LIGHTEST
from gmm_core.engines.numba.arguments import Parameters, Progress
from gmm_core.engines.numba.engine import CompiledEngine
from gmm_core.engines.numba.lloyd import draw_far_apart, settle
from gmm_core.engines.numba.short_runs import advance, start_from_labels, start_from_responsibilities
from gmm_core.engines.numba.stretches_of_em import knows, m_step_of
from gmm_core.engines.numpy_starts import NumPyStarting
from gmm_core.engines.protocol import Engine
from gmm_core.model.likelihood_model import GaussianModel
from gmm_core.model.mixture import Mixture
from gmm_core.rows.start_sample import StartRows
from gmm_core.starts.k_means import MAX_ITERATIONS
from gmm_core.starts.trial_runs import Trials

_OF_THREAD = threading.local()


class CompiledStarting:
    """The same numbers as `NumPyStarting`, up to rounding; that one computes for models that are not compiled.

    See `gmm_core.engines.protocol.Starting`.
    """

    def __init__(self) -> None:
        self._slow = NumPyStarting()

    def engine(self, sample: StartRows) -> Engine:
        """See `Starting.engine`."""
        return CompiledEngine(sample.rows, sample.weights)

    def k_means_labels(self, rows: FloatArray, weights: FloatArray, n_clusters: int, seed: int) -> IntArray:
        """See `Starting.k_means_labels`."""
        columns, labels = np.ascontiguousarray(rows.T), np.empty(len(rows), dtype=np.int64)
        centres = rows[_drawn(columns, weights, n_clusters, seed)]
        settle(columns, weights, MAX_ITERATIONS, centres, labels)
        return labels

    def far_apart(self, rows: FloatArray, weights: FloatArray, n: int, seed: int) -> IntArray:
        """See `Starting.far_apart`."""
        return _drawn(np.ascontiguousarray(rows.T), weights, n, seed)

    def rough_m_step(
        self, model: GaussianModel, sample: StartRows, responsibilities: FloatArray
    ) -> tuple[Mixture, BoolArray]:
        """See `Starting.rough_m_step`; an M-step that needs a floor is not compiled."""
        k, d = responsibilities.shape[1], sample.rows.shape[1]
        if knows(model, d):
            values = Parameters(np.empty(k), np.empty((k, d)), np.empty((k, d, d)))
            above_floor = start_from_responsibilities(
                sample.rows,
                sample.weights,
                responsibilities,
                sample.centre,
                m_step_of(model, d),
                sample.fewest_for_covariance,
                values,
            )
            if above_floor:
                return Mixture(*values), np.zeros(k, dtype=np.bool_)
        return self._slow.rough_m_step(model, sample, responsibilities)

    def trials(self, model: GaussianModel, sample: StartRows, labels: IntArray) -> Trials:
        """See `Starting.trials`."""
        n_components, d = int(labels.max()) + 1, sample.rows.shape[1]
        if not knows(model, d):
            return self._slow.trials(model, sample, labels)
        trials = Trials.empty(len(labels), n_components, d)
        start_from_labels(
            sample.rows,
            sample.weights,
            labels,
            sample.centre,
            m_step_of(model, d),
            sample.fewest_for_covariance,
            _parameters(trials),
            trials.log_likelihoods,
        )
        return trials

    def advance(
        self,
        model: GaussianModel,
        sample: StartRows,
        trials: Trials,
        runs: Sequence[int],
        n_iterations: int,
        least_gain: float,
    ) -> None:
        """See `Starting.advance`."""
        if not knows(model, sample.rows.shape[1]):
            self._slow.advance(model, sample, trials, runs, n_iterations, least_gain)
            return
        advance(
            sample.rows,
            sample.weights,
            m_step_of(model, sample.rows.shape[1]),
            EMPTIED * max(float(sample.weights.min()), LIGHTEST * sample.row_weight),
            least_gain,
            n_iterations,
            np.array(runs, dtype=np.int64),
            _parameters(trials),
            Progress(trials.log_likelihoods, trials.at_rest, trials.n_iterations),
        )


def _parameters(trials: Trials) -> Parameters:
    return Parameters(trials.weights, trials.means, trials.covariances)


def _drawn(columns: FloatArray, weights: FloatArray, n: int, seed: int) -> IntArray:
    """The positions (n,) of rows far apart, with the random numbers that scikit-learn draws, in their order."""
    n_candidates = 2 + int(np.log(n))
    draws = _seeded(seed).random_sample(1 + (n - 1) * n_candidates)
    positions = np.empty(n, dtype=np.int64)
    draw_far_apart(columns, weights, draws, positions)
    return positions


def _seeded(seed: int) -> np.random.RandomState:
    """`RandomState(seed)`; it is made once per thread, because making one takes much longer than seeding it."""
    if not hasattr(_OF_THREAD, "generator"):
        _OF_THREAD.generator = np.random.RandomState()
    generator: np.random.RandomState = _OF_THREAD.generator
    generator.seed(seed)
    return generator
