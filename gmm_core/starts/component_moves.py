"""One component elsewhere: partitions in which it is gone, and another component is two."""

from __future__ import annotations

from itertools import product

import numpy as np

from gmm_core.arrays import FloatArray, IntArray
from gmm_core.model.mixture import Mixture
from gmm_core.rows.start_sample import StartRows

MAX_GONE, MAX_SPLIT = 3, 3
"""So many components that are missed least may go, and so many that look most like two may be split."""


def moved(mixture: Mixture, sample: StartRows) -> IntArray:
    """Partitions (M, N) of the rows in which one component is gone and another is two, the likeliest first.

    Source: Ueda, Nakano, Ghahramani and Hinton, SMEM algorithm for mixture models, Neural Computation 12 (2000): one
    component is split where two are merged. Here one may go anywhere.
    """
    shares = mixture.responsibilities(sample.rows)
    halves, gains = _halves(mixture, sample, shares)
    missed = -sample.weights @ np.log1p(-np.minimum(shares, 1.0 - 1e-12))
    gone = np.argsort(missed, kind="stable")[:MAX_GONE].tolist()
    split = np.argsort(-gains, kind="stable")[:MAX_SPLIT].tolist()
    partitions = []
    for one, other in product(gone, split):
        if one != other:
            left = shares.copy()
            left[:, one] = -1.0
            labels = left.argmax(axis=1)
            labels[(labels == other) & halves[:, other]] = one
            partitions.append(labels)
    return np.array(partitions, dtype=np.int64)


def _halves(mixture: Mixture, sample: StartRows, shares: FloatArray) -> tuple[np.ndarray, FloatArray]:
    """On which side of its component's mean each row lies, along its longest axis, (N, K); what two halves gain (K,).

    The gain is that of two normal distributions over one, along this axis, in nats.
    """
    sides = np.zeros(shares.shape, dtype=np.bool_)
    gains = np.full(shares.shape[1], -np.inf)
    held = shares * sample.weights[:, None]
    for k, (mean, covariance) in enumerate(zip(mixture.means, mixture.covariances, strict=True)):
        along = (sample.rows - mean) @ np.linalg.eigh(covariance)[1][:, -1]
        sides[:, k] = along > 0.0
        parts = [held[:, k] * side for side in (sides[:, k], ~sides[:, k])]
        weights = [part.sum() for part in parts]
        if min(weights) < sample.fewest_for_covariance:
            continue
        variances = [
            part @ np.square(along - part @ along / weight) / weight
            for part, weight in zip(parts, weights, strict=True)
        ]
        total = sum(weights)
        whole = held[:, k] @ np.square(along) / total
        if whole <= 0.0:  # equal rows are not two groups
            continue
        gains[k] = 0.5 * total * np.log(whole) - sum(
            weight * (0.5 * np.log(variance) - np.log(weight / total))
            for weight, variance in zip(weights, variances, strict=True)
            if variance > 0.0
        )
    return sides, gains
