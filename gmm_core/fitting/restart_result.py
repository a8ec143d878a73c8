"""The result of one restart of EM: its log-likelihoods, its mixtures and how it ended."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property

import numpy as np

from gmm_core.arrays import BoolArray, FloatArray, IntArray
from gmm_core.em.trajectory import Chunk, History
from gmm_core.model.component_order import canonical_order
from gmm_core.model.cost_of_narrowness import CostOfNarrowness
from gmm_core.model.mixture import Mixture
from gmm_core.model.standardization import Standardization


class Ending(Enum):
    """How a restart ended; the value describes it in a clause."""

    CONVERGED = "the log-likelihood stopped rising"
    ITERATION_LIMIT = "the iterations ran out before the log-likelihood stopped rising: allow more"
    STOPPED = "it was stopped before the log-likelihood stopped rising"
    FAILED = "it failed"
    LEFT_BEHIND = "on a sample of the rows it fell behind another restart, or found the same"


@dataclass(frozen=True, eq=False)
class Run:
    """The result of one restart: its start, its iterations and how it ended.

    Parameters
    ----------
    kind : str
        The kind of start.
    number : int
        The position of its start among those of the fit; a stopped fit lacks those that had not begun.
    ending : Ending
        How it ended.
    reason : str
        Why it ended, in one sentence.
    log_likelihoods : (iterations + 1,)
        Σ_n log p(x_n) of the start and after each M-step, in nats, in the data's units. The first `n_on_sample` of
        them are estimates, the mean over a sample times the total weight of all rows. A restart that continued on all
        rows has the last mixture of the sample twice, the second time with its value on all rows.
    at_floor : (K,)
        True for each component that ended with a variance held at the floor, in the order of `mixture`.
    reseeded : tuple of int
        The iterations at which an emptied component was re-initialised; an iteration is repeated for each component.
    history_complete : bool
        True if `mixtures` holds every iteration; false if it holds only the first and the last mixture.
    keeps_order : bool
        True if the components are in the order of the start, false if in canonical order.
    n_on_sample : int
        How many of the mixtures were reached on a sample of the rows; 0 if no sample was used.
    cost : CostOfNarrowness
        The penalty for narrow components, which `score` subtracts.
    n_repeated : int
        How many of the first iterations repeat a short run of EM that its start had chosen; 0 if none.
    """

    kind: str
    number: int
    ending: Ending
    reason: str
    log_likelihoods: FloatArray
    at_floor: tuple[bool, ...]
    reseeded: tuple[int, ...]
    history_complete: bool
    keeps_order: bool
    n_on_sample: int
    cost: CostOfNarrowness
    _standard_mixtures: History = field(repr=False)
    _standardization: Standardization = field(repr=False)
    n_repeated: int = 0

    @property
    def valid(self) -> bool:
        """True if the restart did not fail, so that it has a mixture."""
        return self.ending is not Ending.FAILED

    @property
    def converged(self) -> bool:
        """True if the log-likelihood stopped rising."""
        return self.ending is Ending.CONVERGED

    @property
    def n_iterations(self) -> int:
        """Iterations after the start, on the sample and on all rows together; the change to all rows counts as one."""
        return max(0, len(self.log_likelihoods) - 1)

    @property
    def on_sample(self) -> bool:
        """True if it ended on a sample of the rows, so that all its log-likelihoods are estimates."""
        return 0 < self.n_on_sample == len(self.log_likelihoods)

    @property
    def history_values(self) -> int:
        """How many numbers the means and covariances of the history hold."""
        return self._standard_mixtures.n_values

    @property
    def log_likelihood(self) -> float:
        """Σ_n log p(x_n) of the last mixture; −inf if the run failed."""
        return float(self.log_likelihoods[-1]) if self.valid else -np.inf

    @property
    def narrow(self) -> bool:
        """True if narrow components lower its score below its log-likelihood."""
        return self.score < self.log_likelihood

    @cached_property
    def score(self) -> float:
        """`log_likelihood` minus the cost of narrow components, in nats; −inf if the run failed. It ranks restarts."""
        return self.log_likelihood - self.cost.of(self._standard_mixtures[-1]) if self.valid else -np.inf

    @cached_property
    def order(self) -> IntArray:
        """The component order of the last mixture (K,), applied to every mixture of the history."""
        last = self._standard_mixtures[-1]
        return np.arange(last.n_components) if self.keeps_order else canonical_order(last)

    @cached_property
    def mixture(self) -> Mixture:
        """The last mixture, in the data's units and canonical order."""
        return self._standardization.restored(self._standard_mixtures[-1].reordered(self.order))

    @cached_property
    def mixtures(self) -> tuple[Mixture, ...]:
        """The start and the mixture after each M-step, in the data's units, in the order of the last one."""
        return tuple(
            self._standardization.restored(mixture.reordered(self.order))
            for mixture in self._standard_mixtures
        )

    def path(self, most: int) -> tuple[IntArray, FloatArray]:
        """The path of the means: the iterations (T,) and the means at each (T, K, D), in the data's units.

        A longer history is thinned to at most `most` iterations, which are dense at the beginning, where EM moves most,
        and always include the first and the last. The components are in the order of `mixtures`.
        """
        length = len(self._standard_mixtures)
        positions = np.arange(length)
        if length > most:
            positions = np.unique(np.round(np.geomspace(1, length, most)).astype(np.int64) - 1)
        means = self._standard_mixtures.means[positions][:, self.order]
        steps = positions if self.history_complete else np.array([0, self.n_iterations])[:length]
        return steps, means * self._standardization.scale + self._standardization.center


class RunRecorder:
    """Records the iterations of one restart, and makes its `Run`.

    Parameters
    ----------
    kind, number : str, int
        The kind of start, and its position among those of the fit.
    rows : float
        The total weight of all rows, as the caller gave them.
    standardization : Standardization
        Converts mixtures and log-likelihoods to the data's units.
    most_values : int
        The most numbers that the history may hold; beyond it only the first and last mixture are kept.
    keep_order : bool
        True to leave the components in the order of the start.
    unit : float
        How much of the given weights a weight of 1 stands for; see `CanonicalRows.unit`.
    cost : CostOfNarrowness
        The penalty for narrow components on all rows.
    """

    def __init__(
        self,
        kind: str,
        number: int,
        rows: float,
        standardization: Standardization,
        most_values: int,
        keep_order: bool,
        unit: float,
        cost: CostOfNarrowness,
    ) -> None:
        self._unit = unit
        self._kind = kind
        self._number = number
        self._rows = rows
        self._standardization = standardization
        self._most_values = most_values
        self._keep_order = keep_order
        self._cost = self._cost_on_sample = cost
        self._log_likelihoods: list[float] = []
        self._history = History()
        self._reseeded: list[int] = []
        self._at_floor: BoolArray = np.zeros(0, dtype=np.bool_)
        self._complete = True
        self._n_on_sample = 0
        self._adds_on_sample = False
        self.n_repeated = 0

    @property
    def has_begun(self) -> bool:
        """True if at least one mixture is recorded."""
        return len(self._history) > 0

    @property
    def n_recorded(self) -> int:
        """How many iterations are recorded, the start included."""
        return len(self._log_likelihoods)

    @property
    def last(self) -> Mixture:
        """The mixture recorded last, in standard units."""
        return self._history[-1]

    @property
    def on_sample(self) -> bool:
        """True if every recorded iteration is of a sample; with none recorded, if the first one will be."""
        return self._n_on_sample == self.n_recorded if self.n_recorded else self._adds_on_sample

    @property
    def score(self) -> float:
        """The score of the mixture recorded last, in nats; see `Run.score`."""
        cost = self._cost_on_sample if self.on_sample else self._cost
        return self._log_likelihoods[-1] - cost.of(self.last)

    def reached(self, place: int) -> tuple[int, float, bool]:
        """The recorded iteration at position `place`.

        Returns
        -------
        int
            The M-steps up to it on the same rows.
        float
            Its mean log-likelihood, in nats per row, in standard units.
        bool
            True if it was reached on a sample.
        """
        on_sample = place < self._n_on_sample
        mean = self._log_likelihoods[place] / self._rows + self._standardization.log_volume
        return place if on_sample else place - self._n_on_sample, mean, on_sample

    def begin_on_sample(self, cost: CostOfNarrowness) -> None:
        """Treat the following iterations as those of a sample, on which narrow components have this cost."""
        self._adds_on_sample, self._cost_on_sample = True, cost.rescaled(self._rows)

    def go_on_with_all_rows(self) -> None:
        """Treat the following iterations as those of all rows."""
        self._adds_on_sample = False

    def add(self, chunk: Chunk) -> None:
        """Record some iterations, converting log-likelihoods to the data's units: log p(x) = log p(z) − Σ log scale."""
        values = chunk.log_likelihoods * self._unit
        if self._adds_on_sample:
            values = chunk.mean_log_likelihoods * self._rows
            self._n_on_sample += len(chunk)
        self._at_floor = chunk.at_floor
        self._reseeded.extend([len(self._log_likelihoods)] * len(chunk.reseeded))
        self._history.add(chunk)
        if len(self._history) > 2 and not (self._complete and self._history.n_values <= self._most_values):
            self._complete = False
            self._history.keep_ends()
        self._log_likelihoods.extend((values - self._rows * self._standardization.log_volume).tolist())

    def follow(self, other: RunRecorder) -> None:
        """Copy the record of another restart that began with the same mixture."""
        self._log_likelihoods = other._log_likelihoods.copy()
        self._history = other._history.copy()
        self._reseeded = other._reseeded.copy()
        self._at_floor = other._at_floor
        self._complete = other._complete
        self._n_on_sample = other._n_on_sample
        self.n_repeated = other.n_repeated

    def ended(self, ending: Ending, reason: str | None = None) -> Run:
        """Return the run as recorded so far; `reason` is by default the sentence of the ending."""
        at_floor = self._at_floor
        if at_floor.any() and not self._keep_order:
            at_floor = at_floor[canonical_order(self.last)]
        return Run(
            kind=self._kind,
            number=self._number,
            ending=ending,
            reason=reason or ending.value,
            log_likelihoods=np.array(self._log_likelihoods),
            at_floor=tuple(bool(held) for held in at_floor),
            reseeded=tuple(self._reseeded),
            history_complete=self._complete,
            keeps_order=self._keep_order,
            n_on_sample=self._n_on_sample,
            cost=self._cost,
            _standard_mixtures=self._history,
            _standardization=self._standardization,
            n_repeated=self.n_repeated,
        )
