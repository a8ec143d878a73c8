"""Partitions close to that of a mixture: one component moved elsewhere, or two neighbours divided otherwise."""

from __future__ import annotations

from itertools import product

import numpy as np

from gmm_core.arrays import FloatArray, IntArray
from gmm_core.model.mixture import Mixture
from gmm_core.rows.start_sample import StartRows

MAX_GONE, MAX_SPLIT = 3, 3
"""How many components are tried for removal, those that the likelihood needs least, and how many for a split."""
FAR_PAIRS = 0.1
"""What a pair of components that do not overlap counts, as a share of the mean overlap of the first with the others."""
FEWEST_MEMBERS = 4
"""Two components that hold fewer rows together are not divided otherwise."""


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


def divided_otherwise(mixture: Mixture, sample: StartRows, n: int, rng: np.random.Generator) -> IntArray:
    """Up to n partitions (≤ n, M) in which the rows of two neighbouring components are divided between them at random.

    The first component of a pair is drawn at random, the second by the overlap Σ_m w_m r_mi r_mj of the
    responsibilities. Each of their rows goes to the nearer of two of these rows, drawn at random; every second time
    distances are those of whitened rows.
    """
    shares = mixture.responsibilities(sample.rows)
    labels = shares.argmax(axis=1)
    overlap = (shares.T * sample.weights) @ shares
    np.fill_diagonal(overlap, 0.0)
    overlap += FAR_PAIRS * overlap.sum(axis=1, keepdims=True) / len(overlap) + np.finfo(np.float64).tiny
    np.fill_diagonal(overlap, 0.0)
    firsts = rng.integers(len(overlap), size=n)
    within_reach = overlap[firsts].cumsum(axis=1)
    seconds = (within_reach < rng.random((n, 1)) * within_reach[:, -1:]).sum(axis=1)
    partitions = []
    for attempt, (one, other) in enumerate(zip(firsts.tolist(), seconds.tolist(), strict=True)):
        members = np.flatnonzero((labels == one) | (labels == other))
        if len(members) < FEWEST_MEMBERS:
            continue
        places = (sample.whitened if attempt % 2 else sample.rows)[members]
        first, second = places[rng.choice(len(members), 2, replace=False, shuffle=False)]
        nearer_second = places @ (second - first) > 0.5 * (second @ second - first @ first)
        divided = labels.copy()
        divided[members] = np.where(nearer_second, other, one)
        partitions.append(divided)
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
