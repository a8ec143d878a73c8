"""The change from NumPy to compiled code in the middle of a fit, as soon as compiled code is available."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from gmm_core.arrays import BoolArray, FloatArray, IntArray
from gmm_core.em.iteration import Position
from gmm_core.em.loop import evaluated, following
from gmm_core.em.trajectory import Chunk
from gmm_core.engines.protocol import Engine, Starting
from gmm_core.model.likelihood_model import GaussianModel, Model, State
from gmm_core.model.mixture import Mixture
from gmm_core.model.scores import Scores
from gmm_core.model.statistics import Moments, SufficientStatistics
from gmm_core.rows.start_sample import StartRows
from gmm_core.starts.trial_runs import Trials

CHANGING = "blocked, then compiled"
"""The name of an engine that began with NumPy and changed to compiled code."""


class ChangingEngine:
    """Forwards each call to a first engine, and to a second one as soon as that is available; see `Engine`.

    Every iteration is computed by one engine only. Both give the same numbers up to rounding.

    Parameters
    ----------
    first : Engine
        The engine to begin with.
    then : () -> Engine or None
        Returns the second engine, or None while it is not available.
    """

    def __init__(self, first: Engine, then: Callable[[], Engine | None]) -> None:
        self._first = self._engine = first
        self._then = then
        self._first_was_used = False

    def _now(self) -> Engine:
        if self._engine is self._first:
            self._engine = self._then() or self._first
            self._first_was_used |= self._engine is self._first
        return self._engine

    @property
    def name(self) -> str:
        """The name of the engine in use, or `CHANGING` if both have been used."""
        changed = self._engine is not self._first
        return CHANGING if changed and self._first_was_used else self._engine.name

    @property
    def total_weight(self) -> float:
        """See `Engine.total_weight`."""
        return self._first.total_weight

    @property
    def row_weight(self) -> float:
        """See `Engine.row_weight`."""
        return self._first.row_weight

    @property
    def lightest_row(self) -> float:
        """See `Engine.lightest_row`."""
        return self._first.lightest_row

    def uses_all_cores(self, n_components: int) -> bool:
        """See `Engine.uses_all_cores`."""
        return self._engine.uses_all_cores(n_components)

    def expectation(self, scores: Scores, moments: Moments = Moments.FULL) -> SufficientStatistics:
        """See `Engine.expectation`."""
        return self._now().expectation(scores, moments)

    def iterations(
        self, model: Model[State], position: Position[State], tolerance: float, max_iterations: int
    ) -> Iterator[Chunk]:
        """See `Engine.iterations`."""
        while (engine := self._now()) is self._first:
            statistics = engine.expectation(model.scores(position.state), model.moments)
            yield Chunk.of(evaluated(engine, model, position, statistics.log_likelihood))
            position = following(engine, model, position, statistics)
        yield from engine.iterations(model, position, tolerance, max_iterations)

    def least_likely_row(self, scores: Scores) -> FloatArray:
        """See `Engine.least_likely_row`."""
        return self._first.least_likely_row(scores)


class ChangingStarting:
    """Forwards each computation for random starts to `first`, and to `then()` once that is not None; see `Starting`."""

    def __init__(self, first: Starting, then: Callable[[], Starting | None]) -> None:
        self._first = first
        self._then = then

    def _now(self) -> Starting:
        return self._then() or self._first

    def engine(self, sample: StartRows) -> Engine:
        """See `Starting.engine`."""
        return self._now().engine(sample)

    def k_means_labels(self, rows: FloatArray, weights: FloatArray, n_clusters: int, seed: int) -> IntArray:
        """See `Starting.k_means_labels`."""
        return self._now().k_means_labels(rows, weights, n_clusters, seed)

    def far_apart(self, rows: FloatArray, weights: FloatArray, n: int, seed: int) -> IntArray:
        """See `Starting.far_apart`."""
        return self._now().far_apart(rows, weights, n, seed)

    def rough_m_step(
        self, model: GaussianModel, sample: StartRows, responsibilities: FloatArray
    ) -> tuple[Mixture, BoolArray]:
        """See `Starting.rough_m_step`."""
        return self._now().rough_m_step(model, sample, responsibilities)

    def trials(self, model: GaussianModel, sample: StartRows, labels: IntArray) -> Trials:
        """See `Starting.trials`."""
        return self._now().trials(model, sample, labels)

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
        self._now().advance(model, sample, trials, runs, n_iterations, least_gain)
