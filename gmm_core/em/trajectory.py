"""Mixtures one after another, held as whole arrays: a mixture is made of them when it is asked for."""

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
    """Some iterations of EM in a row, T ≥ 1 of them.

    Parameters
    ----------
    index : int
        M-steps before the first of them.
    weights, means, covariances : (T, K), (T, K, D), (T, K, D, D)
        Their mixtures; nobody can write to them.
    log_likelihoods, mean_log_likelihoods : (T,)
        Of exactly these mixtures, in nats, and the same divided by the number of rows.
    at_floor : (K,)
        Which components of the last one have a variance held at the floor.
    reseeded : tuple of int
        The components that had lost their points before the first of them and were placed anew.
    extrapolated : bool
        True if the first mixture comes of a leap of accelerated EM, not of an M-step.
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
        """A single iteration."""
        mixture = iteration.mixture
        return cls(
            iteration.index,
            mixture.weights[None],
            mixture.means[None],
            mixture.covariances[None],
            np.array([iteration.log_likelihood]),
            np.array([iteration.mean_log_likelihood]),
            iteration.at_floor,
            iteration.reseeded,
            iteration.extrapolated,
        )

    def __len__(self) -> int:
        return len(self.log_likelihoods)

    @property
    def last(self) -> int:
        """M-steps before the last of them."""
        return self.index + len(self) - 1

    def gain(self, previous: Chunk | None) -> float | None:
        """By how much the last M-step raised the mean log-likelihood; None where the last step was none."""
        if len(self) > 1:
            return float(self.mean_log_likelihoods[-1] - self.mean_log_likelihoods[-2])
        if previous is None or self.extrapolated or self.reseeded:
            return None
        if len(previous) == 1 and previous.reseeded:
            return None
        return float(self.mean_log_likelihoods[0] - previous.mean_log_likelihoods[-1])


@dataclass(eq=False)
class History(Sequence[Mixture]):
    """The mixtures of a run in their order."""

    _weights: list[FloatArray] = field(default_factory=list)
    _means: list[FloatArray] = field(default_factory=list)
    _covariances: list[FloatArray] = field(default_factory=list)
    _length: int = 0
    n_values: int = 0
    """How many numbers their means and covariances hold."""

    def add(self, chunk: Chunk) -> None:
        """Append the mixtures of a stretch."""
        self._weights.append(chunk.weights)
        self._means.append(chunk.means)
        self._covariances.append(chunk.covariances)
        self._length += len(chunk)
        self.n_values += chunk.means.size + chunk.covariances.size

    def copy(self) -> History:
        """Another one of the same mixtures, whose arrays are shared: nobody can write to them."""
        return History(
            self._weights.copy(), self._means.copy(), self._covariances.copy(), self._length, self.n_values
        )

    def keep_ends(self) -> None:
        """Forget all but the first and the last."""
        for parts in (self._weights, self._means, self._covariances):
            parts[:] = [parts[0][:1].copy(), parts[-1][-1:].copy()]
        self._length = 2
        self.n_values = sum(part.size for part in (*self._means, *self._covariances))

    @property
    def means(self) -> FloatArray:
        """All means, shape (T, K, D)."""
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
