"""One restart of EM: its whole history, and how it ended."""

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
    """How a restart ended."""

    CONVERGED = "the log-likelihood stopped rising"
    ITERATION_LIMIT = "the iterations ran out before the log-likelihood stopped rising: allow more"
    STOPPED = "it was stopped before the log-likelihood stopped rising"
    FAILED = "it failed"
    LEFT_BEHIND = "on a sample of the rows it fell behind another restart, or found the same"


@dataclass(frozen=True, eq=False)
class Run:
    """One restart: where it began, every iteration, and how it ended.

    Parameters
    ----------
    kind : str
        The kind of start.
    number : int
        The position of its start among those of the fit; a stopped fit has gaps, where one had not begun.
    ending : Ending
        How it ended; `reason` says it in a sentence.
    log_likelihoods : (iterations + 1,)
        Σ_n log p(x_n) of the start and after each M-step, in nats, in the data's units. The first `n_on_sample` of
        them are estimates, the mean over a sample of the rows times their number; a restart that went on to all rows
        has the last mixture of the sample twice, the second time with its value on all rows.
    at_floor : (K,)
        Which components ended with a variance held at the floor, in the order of `mixture`.
    reseeded : tuple of int
        The iteration at which a component that had lost its points was placed anew, once for each component.
    history_complete : bool
        Whether `mixtures` has every iteration; otherwise the start and the end alone.
    keeps_order : bool
        Whether components stand in the order of the start, not in the canonical one.
    n_on_sample : int
        How many of the mixtures were reached on a sample of the rows; 0 where there are not many rows.
    cost : CostOfNarrowness
        What narrow components cost when restarts are judged.
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

    @property
    def valid(self) -> bool:
        """Whether it ended in a mixture."""
        return self.ending is not Ending.FAILED

    @property
    def converged(self) -> bool:
        """Whether the log-likelihood stopped rising."""
        return self.ending is Ending.CONVERGED

    @property
    def n_iterations(self) -> int:
        """Iterations after the start, on a sample of the rows and on all; going from one to the other counts as one."""
        return max(0, len(self.log_likelihoods) - 1)

    @property
    def on_sample(self) -> bool:
        """Whether it ended on a sample of the rows, so that its log-likelihoods are all estimates."""
        return 0 < self.n_on_sample == len(self.log_likelihoods)

    @property
    def history_values(self) -> int:
        """How many numbers the kept mixtures hold."""
        return self._standard_mixtures.n_values

    @property
    def log_likelihood(self) -> float:
        """Σ_n log p(x_n) of the last mixture; −inf if the run failed."""
        return float(self.log_likelihoods[-1]) if self.valid else -np.inf

    @property
    def narrow(self) -> bool:
        """Whether a component is so narrow that its score is below its log-likelihood."""
        return self.score < self.log_likelihood

    @cached_property
    def score(self) -> float:
        """The number that orders restarts: `log_likelihood` less what narrow components cost; −inf if it failed."""
        return self.log_likelihood - self.cost.of(self._standard_mixtures[-1]) if self.valid else -np.inf

    @cached_property
    def order(self) -> IntArray:
        """The canonical order of the last mixture, in which every mixture of the history stands."""
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
        """The means on their way: the iterations (T,) and the means there (T, K, D), in the data's units.

        Of long histories `most` iterations at most, closest together at first, where EM moves most; the start and the
        end are always among them. Components stand in the order of `mixtures`.
        """
        length = len(self._standard_mixtures)
        kept = np.arange(length)
        if length > most:
            kept = np.unique(np.round(np.geomspace(1, length, most)).astype(np.int64) - 1)
        means = self._standard_mixtures.means[kept][:, self.order]
        steps = kept if self.history_complete else np.array([0, self.n_iterations])[:length]
        return steps, means * self._standardization.scale + self._standardization.center


class RunRecorder:
    """Writes down the iterations of one restart as they come, and closes the book when it ends."""

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

    @property
    def has_begun(self) -> bool:
        """Whether there is a mixture to speak of."""
        return len(self._history) > 0

    @property
    def n_recorded(self) -> int:
        """How many iterations are written down."""
        return len(self._log_likelihoods)

    @property
    def last(self) -> Mixture:
        """The mixture written down last, in standard units."""
        return self._history[-1]

    @property
    def on_sample(self) -> bool:
        """Whether all rows have had no say yet: what there is was reached on a sample, or is about to be."""
        return self._n_on_sample == self.n_recorded if self.n_recorded else self._adds_on_sample

    @property
    def score(self) -> float:
        """Of the mixture written down last; see `Run.score`."""
        cost = self._cost_on_sample if self.on_sample else self._cost
        return self._log_likelihoods[-1] - cost.of(self.last)

    def reached(self, place: int) -> tuple[int, float, bool]:
        """Of an iteration: its M-steps on the same rows, mean log-likelihood in standard units, and if on a sample."""
        on_sample = place < self._n_on_sample
        mean = self._log_likelihoods[place] / self._rows + self._standardization.log_volume
        return place if on_sample else place - self._n_on_sample, mean, on_sample

    def begin_on_sample(self, cost: CostOfNarrowness) -> None:
        """What comes is reached on a sample of the rows, where narrow components cost this."""
        self._adds_on_sample, self._cost_on_sample = True, cost.rescaled(self._rows)

    def go_on_with_all_rows(self) -> None:
        """What comes is reached on all rows."""
        self._adds_on_sample = False

    def add(self, chunk: Chunk) -> None:
        """Write down some iterations; log-likelihoods in the data's units: log p(x) = log p(z) − Σ log scale."""
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
        """Write down all that another restart has: both began with the same mixture."""
        self._log_likelihoods = other._log_likelihoods.copy()
        self._history = other._history.copy()
        self._reseeded = other._reseeded.copy()
        self._at_floor = other._at_floor
        self._complete = other._complete
        self._n_on_sample = other._n_on_sample

    def ended(self, ending: Ending, reason: str | None = None) -> Run:
        """The run as it stands, with the sentence that says why it ended."""
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
        )
