"""The arguments of compiled functions that always go together, as named tuples, and their types for Numba.

K is the number of components and D that of features; E is D, or D + 1 if D is odd, because the kernel takes features in
pairs: the values of the additional feature are 0.
"""

from __future__ import annotations

from typing import NamedTuple

from numba import boolean, float64, int64, types

from gmm_core.arrays import BoolArray, FloatArray, IntArray

FULL, TIED, DIAG, SPHERICAL = range(4)
"""The covariance structures whose M-step is compiled; those from `DIAG` on need only the diagonals of the scatter."""


class MStep(NamedTuple):
    """What defines an M-step.

    Parameters
    ----------
    structure : int
        `FULL`, `TIED`, `DIAG` or `SPHERICAL`.
    floor : float
        The smallest variance in any direction.
    ridge : (D,), read-only
        What is added to the variances.
    """

    structure: int
    floor: float
    ridge: FloatArray


class Parameters(NamedTuple):
    """The parameters of a mixture; with one more axis at the front, those of several mixtures.

    Parameters
    ----------
    weights, means, covariances : (K,), (K, D), (K, D, D)
        As those of `gmm_core.model.mixture.Mixture`.
    """

    weights: FloatArray
    means: FloatArray
    covariances: FloatArray


class BinaryScores(NamedTuple):
    """The scores of a mixture to base two, whose powers are fastest: offset_k − |factor_k (x − location_k)|².

    Parameters
    ----------
    locations : (K, E)
        The means.
    factors : (K, E, E), or (K, E) for diagonal covariances
        The lower triangular L_k⁻¹ with Σ_k = L_k L_kᵀ, or 1 / σ_kd, times `kernel.HALF`.
    offsets : (K,)
        log π_k − ½ (D log 2π + log |Σ_k|), times `kernel.LOG2_E`.
    """

    locations: FloatArray
    factors: FloatArray
    offsets: FloatArray


class Statistics(NamedTuple):
    """The sums of an E-step, about the means of its mixture; see `gmm_core.model.statistics.SufficientStatistics`.

    Parameters
    ----------
    counts, sums : (K,), (K, E)
        Σ_n w_n r_nk and Σ_n w_n r_nk (x_n − μ_k).
    scatter : (K, E, E), or (K, E) for the diagonals alone
        Σ_n w_n r_nk (x_n − μ_k)(x_n − μ_k)ᵀ.
    """

    counts: FloatArray
    sums: FloatArray
    scatter: FloatArray


class Progress(NamedTuple):
    """How far M short runs have come; see `gmm_core.starts.trial_runs.Trials`."""

    log_likelihoods: FloatArray
    at_rest: BoolArray
    n_iterations: IntArray


def given(n_dimensions: int) -> types.Type:
    """The type of an array that is only read: both writable and read-only arrays are accepted for it."""
    return types.Array(float64, n_dimensions, "C", readonly=True)


M_STEP = types.NamedTuple((int64, float64, given(1)), MStep)
"""The type of `MStep`."""
ONE_MIXTURE = types.NamedTuple((float64[::1], float64[:, ::1], float64[:, :, ::1]), Parameters)
"""The type of the `Parameters` of one mixture."""
SEVERAL_MIXTURES = types.NamedTuple((float64[:, ::1], float64[:, :, ::1], float64[:, :, :, ::1]), Parameters)
"""The type of the `Parameters` of several mixtures."""
SCORES = types.NamedTuple((float64[:, ::1], float64[:, :, ::1], float64[::1]), BinaryScores)
"""The type of `BinaryScores`."""
DIAGONAL_SCORES = types.NamedTuple((float64[:, ::1], float64[:, ::1], float64[::1]), BinaryScores)
"""The type of `BinaryScores` for diagonal covariances."""
STATISTICS = types.NamedTuple((float64[::1], float64[:, ::1], float64[:, :, ::1]), Statistics)
"""The type of `Statistics`."""
DIAGONAL_STATISTICS = types.NamedTuple((float64[::1], float64[:, ::1], float64[:, ::1]), Statistics)
"""The type of `Statistics` with the diagonals alone."""
PROGRESS = types.NamedTuple((float64[::1], boolean[::1], int64[::1]), Progress)
"""The type of `Progress`."""
