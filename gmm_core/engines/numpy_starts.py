"""The computations for random starts by NumPy and scikit-learn, for any model."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from itertools import islice

import numpy as np

from gmm_core.arrays import BoolArray, FloatArray, IntArray
from gmm_core.em.loop import em_iterations
from gmm_core.engines.blocked_numpy import BlockedEngine
from gmm_core.engines.protocol import Engine
from gmm_core.errors import ExplorerError
from gmm_core.model.likelihood_model import GaussianModel
from gmm_core.model.mixture import Mixture
from gmm_core.model.statistics import SufficientStatistics
from gmm_core.rows.start_sample import StartRows
from gmm_core.starts.k_means import far_apart, from_labels, k_means_labels
from gmm_core.starts.trial_runs import Trials


class NumPyStarting:
    """The computations of `gmm_core.engines.protocol.Starting` by NumPy and scikit-learn."""

    def engine(self, sample: StartRows) -> Engine:
        """See `Starting.engine`."""
        return BlockedEngine(sample.rows, sample.weights)

    def k_means_labels(self, rows: FloatArray, weights: FloatArray, n_clusters: int, seed: int) -> IntArray:
        """See `Starting.k_means_labels`."""
        return k_means_labels(rows, weights, n_clusters, seed)

    def far_apart(self, rows: FloatArray, weights: FloatArray, n: int, seed: int) -> IntArray:
        """See `Starting.far_apart`."""
        return far_apart(rows, weights, n, seed)

    def rough_m_step(
        self, model: GaussianModel, sample: StartRows, responsibilities: FloatArray
    ) -> tuple[Mixture, BoolArray]:
        """See `Starting.rough_m_step`."""
        statistics = SufficientStatistics.from_responsibilities(sample.rows, responsibilities, sample.weights)
        within, counts = statistics.within_scatter(), statistics.counts
        small = counts < sample.fewest_for_covariance
        if small.all():  # no covariance to pool: take the total scatter, about the mean of all rows
            within = np.repeat(statistics.scatter.sum(axis=0, keepdims=True), len(counts), axis=0)
            within *= (counts / statistics.total)[:, None, None]
        elif small.any():
            pooled = within[~small].sum(axis=0) / counts[~small].sum()
            within = np.where(small[:, None, None], pooled * counts[:, None, None], within)
        covariances, at_floor = model.structure.m_step(within, counts, None, model.regularization)
        return Mixture(statistics.weights(), statistics.means(), covariances), at_floor

    def trials(self, model: GaussianModel, sample: StartRows, labels: IntArray) -> Trials:
        """See `Starting.trials`."""
        n_components = int(labels.max()) + 1
        trials = Trials.empty(len(labels), n_components, sample.rows.shape[1])
        for run, partition in enumerate(labels):
            if len(np.unique(partition)) < n_components:
                trials.log_likelihoods[run] = -np.inf
                continue
            mixture, at_floor = self.rough_m_step(model, sample, from_labels(partition, n_components))
            trials.write(run, mixture, -np.inf if at_floor.any() else 0.0)
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
        engine = self.engine(sample)
        for run in runs:
            if not trials.at_rest[run]:
                trials.log_likelihoods[run] = -np.inf
                with suppress(ExplorerError):  # EM fails from here, so the run is out
                    _advance(engine, model, trials, run, n_iterations, least_gain)


def _advance(
    engine: Engine,
    model: GaussianModel,
    trials: Trials,
    run: int,
    n_iterations: int,
    least_gain: float,
) -> None:
    before = -np.inf
    steps = em_iterations(engine, model, trials.mixture(run))
    reached = next(steps)
    for done, step in enumerate(islice(steps, n_iterations), 1):
        if step.reseeded or step.at_floor.any():
            return
        gain, before = reached.log_likelihood - before, reached.log_likelihood
        if gain <= least_gain or done == n_iterations:
            trials.at_rest[run] = done < n_iterations
            trials.n_iterations[run] += done
            trials.write(run, step.mixture, before)
            return
        reached = step
