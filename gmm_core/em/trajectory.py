"""Sequences of mixtures stored as whole arrays; a `Mixture` is made only on access."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import overload

import numpy as np

from gmm_core.arrays import BoolArray, FloatArray
from gmm_core.em.iteration import EMIteration
from gmm_core.model.mixture import Mixture


@dataclass(frozen=True, eq=False)
class Chunk:
    """T ≥ 1 consecutive iterations of EM.

    Parameters
    ----------
    index : int
        The number of iterations before the first of these.
    weights, means, covariances : (T, K), (T, K, D), (T, K, D, D)
        The parameters of each iteration, as read-only arrays.
    log_likelihoods, mean_log_likelihoods : (T,)
        The log-likelihood of exactly these parameters, in nats, and the same per row.
    at_floor : (K,)
        True for each component of the last mixture that has a variance held at the floor.
    reseeded : tuple of int
        The components that the first of these iterations re-initialised.
    extrapolated : bool
        True if the first mixture is an extrapolation by accelerated EM, not the result of an M-step.
    """

    index: int
    weights: FloatArray
    means: FloatArray
    covariances: FloatArray
    log_likelihoods: FloatArray
    mean_log_likelihoods: FloatArray
    at_floor: BoolArray
    reseeded: tuple[int, ...] = ()
    extrapolated: bool = False

    @classmethod
    def of(cls, iteration: EMIteration) -> Chunk:
        """The chunk that holds a single iteration."""
        mixture = iteration.mixture
        return cls(
            index=iteration.index,
            weights=mixture.weights[None],
            means=mixture.means[None],
            covariances=mixture.covariances[None],
            log_likelihoods=np.array([iteration.log_likelihood]),
            mean_log_likelihoods=np.array([iteration.mean_log_likelihood]),
            at_floor=iteration.at_floor,
            reseeded=iteration.reseeded,
            extrapolated=iteration.extrapolated,
        )

    def __len__(self) -> int:
        return len(self.log_likelihoods)

    @property
    def last(self) -> int:
        """The index of the last iteration."""
        return self.index + len(self) - 1

    def gain(self, previous: Chunk | None) -> float | None:
        """The rise of the mean log-likelihood by the last M-step, in nats per row.

        None if it cannot be compared: there is no previous iteration, or one of the two re-initialised a component,
        or the last one is an extrapolation. `previous` is the chunk before this one.
        """
        if len(self) > 1:
            return float(self.mean_log_likelihoods[-1] - self.mean_log_likelihoods[-2])
        if previous is None or self.extrapolated or self.reseeded:
            return None
        if len(previous) == 1 and previous.reseeded:
            return None
        return float(self.mean_log_likelihoods[0] - previous.mean_log_likelihoods[-1])


@dataclass(eq=False)
class History(Sequence[Mixture]):
    """The mixtures of a run in order, as a sequence."""

    _weights: list[FloatArray] = field(default_factory=list)
    _means: list[FloatArray] = field(default_factory=list)
    _covariances: list[FloatArray] = field(default_factory=list)
    _length: int = 0
    n_values: int = 0
    """How many numbers the means and covariances hold."""

    def add(self, chunk: Chunk) -> None:
        """Append the mixtures of a chunk."""
        self._weights.append(chunk.weights)
        self._means.append(chunk.means)
        self._covariances.append(chunk.covariances)
        self._length += len(chunk)
        self.n_values += chunk.means.size + chunk.covariances.size

    def copy(self) -> History:
        """A separate history of the same mixtures; it shares their read-only arrays."""
        return History(
            self._weights.copy(), self._means.copy(), self._covariances.copy(), self._length, self.n_values
        )

    def keep_ends(self) -> None:
        """Drop all mixtures but the first and the last."""
        for parts in (self._weights, self._means, self._covariances):
            parts[:] = [parts[0][:1].copy(), parts[-1][-1:].copy()]
        self._length = 2
        self.n_values = sum(part.size for part in (*self._means, *self._covariances))

    @property
    def means(self) -> FloatArray:
        """The means of all mixtures, shape (T, K, D)."""
        return np.concatenate(self._means)

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[Mixture]:
        for parts in zip(self._weights, self._means, self._covariances, strict=True):
            for values in zip(*parts, strict=True):
                yield Mixture.unchecked(*values)

    @overload
    def __getitem__(self, position: int) -> Mixture: ...
    @overload
    def __getitem__(self, position: slice) -> list[Mixture]: ...
    def __getitem__(self, position: int | slice) -> Mixture | list[Mixture]:
        if isinstance(position, slice):
            return [self[one] for one in range(*position.indices(len(self)))]
        left = position + len(self) if position < 0 else position
        if left < 0:
            raise IndexError(position)
        for weights, means, covariances in zip(self._weights, self._means, self._covariances, strict=True):
            if left < len(weights):
                return Mixture.unchecked(weights[left], means[left], covariances[left])
            left -= len(weights)
        raise IndexError(position)
