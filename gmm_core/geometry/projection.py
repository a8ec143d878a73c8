"""Linear views of data in many dimensions: chosen axes, or principal components."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from gmm_core.arrays import FloatArray, read_only
from gmm_core.errors import ParameterError
from gmm_core.model.mixture import Mixture

ROWS_PER_BLOCK = 1 << 16
"""The number of rows that are centred at a time."""


@dataclass(frozen=True, eq=False)
class Projection:
    """A linear view y = A x + b of D features on E labelled axes.

    Parameters
    ----------
    matrix : (E, D)
        A, one row per axis of the view.
    offset : (E,)
        b, in the units of the view.
    labels : (E,)
        The label of each axis of the view, as it is shown.
    columns : (D,)
        The names of the features that are projected.
    """

    matrix: FloatArray
    offset: FloatArray
    labels: tuple[str, ...]
    columns: tuple[str, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "matrix", read_only(self.matrix))
        object.__setattr__(self, "offset", read_only(self.offset))
        expected = (len(self.labels), len(self.columns))
        if self.matrix.shape != expected or self.offset.shape != expected[:1]:
            raise ParameterError(
                f"A projection with {expected[0]} labels and {expected[1]} columns needs a matrix {expected} and "
                f"an offset {expected[:1]}, but got {self.matrix.shape} and {self.offset.shape}: "
                "make the shapes agree."
            )

    @classmethod
    def axes(cls, columns: Sequence[str], positions: Sequence[int]) -> Projection:
        """A view of the features at `positions` (counted from 0) of `columns`, unchanged.

        Raises `ParameterError` for a position that does not exist.
        """
        outside = [position for position in positions if not 0 <= position < len(columns)]
        if outside:
            raise ParameterError(
                f"There is no column at position {outside[0]} of {len(columns)}: "
                f"choose positions from 0 to {len(columns) - 1}."
            )
        return cls(
            matrix=np.eye(len(columns))[list(positions)],
            offset=np.zeros(len(positions)),
            labels=tuple(columns[position] for position in positions),
            columns=tuple(columns),
        )

    @classmethod
    def principal_components(cls, X: ArrayLike, n: int, columns: Sequence[str]) -> Projection:
        """A view of the n directions of largest variance of X (N, D): y = Vᵀ (x − x̄).

        V holds the leading eigenvectors of cov(X), with signs that make the largest loading of each positive. A label
        names the direction and its share of the total variance: "PC 1 (73 % of variance)".

        Raises
        ------
        ParameterError
            If n exceeds the number of features, or X is empty or does not have one column per name.

        Source: Jolliffe, Principal Component Analysis (2002), section 1.1.
        """
        rows = np.asarray(X, dtype=np.float64)
        if rows.ndim != 2 or rows.shape[1] != len(columns) or not len(rows):
            raise ParameterError(
                f"Principal components need rows of {len(columns)} numbers, but the data has the shape "
                f"{rows.shape}: pass one column per name and at least one row."
            )
        if not 1 <= n <= len(columns):
            raise ParameterError(
                f"{n} principal components cannot be taken from {len(columns)} features: "
                f"choose from 1 to {len(columns)}."
            )
        mean, scatter = _mean_and_scatter(rows)
        variances, vectors = np.linalg.eigh(scatter)
        leading = vectors[:, ::-1][:, :n].T
        largest = np.take_along_axis(leading, np.abs(leading).argmax(axis=1)[:, None], axis=1)
        directions = leading * np.where(largest < 0, -1.0, 1.0)
        total = max(float(variances.sum()), np.finfo(np.float64).tiny)
        shares = np.maximum(variances[::-1][:n], 0.0) / total
        return cls(
            matrix=directions,
            offset=-directions @ mean,
            labels=tuple(f"PC {i + 1} ({100 * share:.0f} % of variance)" for i, share in enumerate(shares)),
            columns=tuple(columns),
        )

    def points(self, X: ArrayLike) -> FloatArray:
        """The rows of X (N, D) in the view, shape (N, E); raises `ParameterError` for another number of features."""
        rows = np.asarray(X, dtype=np.float64)
        if rows.ndim != 2 or rows.shape[1] != len(self.columns):
            raise ParameterError(
                f"The projection takes {len(self.columns)} features, but the data has the shape {rows.shape}: "
                f"pass rows of {len(self.columns)} numbers."
            )
        return rows @ self.matrix.T + self.offset

    def mixture(self, mixture: Mixture) -> Mixture:
        """The exact marginal of `mixture` in the view: means A μ_k + b, covariances A Σ_k Aᵀ."""
        return mixture.affine(self.matrix, self.offset)

    def lifted(self, points: ArrayLike, center: ArrayLike) -> FloatArray:
        """The features (M, D) of points (M, E) of the view: x = c + A⁺ (y − A c − b).

        Of all x that the view shows at y, it is the one nearest to the `center` c (D,): features that the view does not
        show keep the values of c.
        """
        middle = np.asarray(center, dtype=np.float64)
        shown = np.asarray(points, dtype=np.float64).reshape(-1, len(self.labels))
        return middle + (shown - self.points(middle[None])) @ np.linalg.pinv(self.matrix).T


def _mean_and_scatter(rows: FloatArray) -> tuple[FloatArray, FloatArray]:
    """x̄ and Σ_n (x_n − x̄)(x_n − x̄)ᵀ, summed over blocks so that no centred copy of all the data is made."""
    mean = rows.mean(axis=0)
    scatter = np.zeros((rows.shape[1], rows.shape[1]))
    for first in range(0, len(rows), ROWS_PER_BLOCK):
        differences = rows[first : first + ROWS_PER_BLOCK] - mean
        scatter += differences.T @ differences
    return mean, scatter
