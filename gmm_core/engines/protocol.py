"""What an engine is: it holds the rows and answers with small sums; of a model it knows the scores."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from gmm_core.arrays import FloatArray
from gmm_core.history import Stretch
from gmm_core.model import Model, State
from gmm_core.scores import Scores
from gmm_core.statistics import Moments, SufficientStatistics


class Engine(Protocol):
    """Holds X (N, D), with the weights of its rows where there are any."""

    @property
    def n_features(self) -> int:
        """D, the number of features."""

    @property
    def total_weight(self) -> float:
        """N, or the sum of the rows' weights."""

    @property
    def row_weight(self) -> float:
        """What counts as one row: 1, or the average weight where that is less."""

    def uses_all_cores(self, n_components: int) -> bool:
        """Whether one E-step of so many components keeps all cores busy by itself."""

    def expectation(self, scores: Scores, moments: Moments = Moments.FULL) -> SufficientStatistics:
        """The E-step: moments of the responsibilities about the scores' locations, and the log-likelihood.

        Where diagonals alone are asked for and the factors are diagonal, a row costs K·D, else K·D².
        """

    def iterations(
        self, model: Model[State], start: State, tolerance: float, max_iterations: int
    ) -> Iterator[Stretch]:
        """EM without an end from a starting state, one iteration or several at a time; see `gmm_core.em`.

        `tolerance` is the gain of the mean log-likelihood after which the caller may want no more iterations, and
        `max_iterations` the M-steps: no stretch goes on beyond either.
        """

    def least_likely_row(self, scores: Scores) -> FloatArray:
        """The row of smallest density, shape (D,): where a component that lost all its points starts anew."""
