"""Moves of one component: partitions in which it is removed and another component is split in two."""

from __future__ import annotations

from itertools import product

import numpy as np

from gmm_core.arrays import FloatArray, IntArray
from gmm_core.model.mixture import Mixture
from gmm_core.rows.start_sample import StartRows

MAX_GONE, MAX_SPLIT = 3, 3
"""How many components are tried for removal, those that the likelihood needs least, and how many for a split."""


def moved(mixture: Mixture, sample: StartRows) -> IntArray:
    """Partitions (M, N) of the rows in which one component is removed and another is split, the most promising first.

    Source: Ueda, Nakano, Ghahramani and Hinton, SMEM algorithm for mixture models, Neural Computation 12 (2000). There
    two components are merged while a third is split; here the rows of the removed component go to any others.
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
    """Halve each component at its mean, across its longest axis.

    Returns
    -------
    (N, K) of bool, (K,)
        True if a row lies on the positive side of component k; and the gain in log-likelihood, in nats, of two normal
        distributions along that axis instead of one. The gain is −∞ for a component that is not to be split.
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
        if whole <= 0.0:  # equal rows cannot be split
            continue
        gains[k] = 0.5 * total * np.log(whole) - sum(
            weight * (0.5 * np.log(variance) - np.log(weight / total))
            for weight, variance in zip(weights, variances, strict=True)
            if variance > 0.0
        )
    return sides, gains
