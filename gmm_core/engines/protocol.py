"""What an engine is: it holds the rows and answers with small sums; of a model it knows the scores."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from gmm_core.arrays import BoolArray, FloatArray, IntArray
from gmm_core.em.position import Position
from gmm_core.em.trajectory import Chunk
from gmm_core.model.likelihood_model import GaussianModel, Model, State
from gmm_core.model.mixture import Mixture
from gmm_core.model.scores import Scores
from gmm_core.model.statistics import Moments, SufficientStatistics
from gmm_core.rows.start_sample import StartRows
from gmm_core.starts.trial_runs import Trials


class Engine(Protocol):
    """Holds X (N, D), with the weights of its rows where there are any."""

    @property
    def name(self) -> str:
        """What `Fit.engine` calls it."""

    @property
    def n_features(self) -> int:
        """D, the number of features."""

    @property
    def total_weight(self) -> float:
        """N, or the sum of the rows' weights."""

    @property
    def row_weight(self) -> float:
        """What counts as one row: 1, or the average weight where that is less."""

    @property
    def lightest_row(self) -> float:
        """The weight of the lightest row; at least `LIGHTEST` of the average."""

    def uses_all_cores(self, n_components: int) -> bool:
        """Whether one E-step of so many components keeps all cores busy by itself."""

    def expectation(self, scores: Scores, moments: Moments = Moments.FULL) -> SufficientStatistics:
        """The E-step: moments of the responsibilities about the scores' locations, and the log-likelihood.

        Where diagonals alone are asked for and the factors are diagonal, a row costs K·D, else K·D².
        """

    def iterations(
        self, model: Model[State], position: Position[State], tolerance: float, max_iterations: int
    ) -> Iterator[Chunk]:
        """EM without an end from a position on, one iteration or several at a time; see `gmm_core.em.loop`.

        `tolerance` is the gain of the mean log-likelihood after which the caller may want no more iterations, and
        `max_iterations` the M-steps: no stretch goes on beyond either.
        """

    def least_likely_row(self, scores: Scores) -> FloatArray:
        """The row of smallest density, shape (D,): where a component that lost all its points starts anew."""


class Starting(Protocol):
    """What an engine computes for random starts, over the few rows (M, D) that these look at."""

    def k_means_labels(self, rows: FloatArray, weights: FloatArray, n_clusters: int, seed: int) -> IntArray:
        """Which cluster of k-means each row ends in, shape (M,); see `gmm_core.starts.k_means`."""

    def far_apart(self, rows: FloatArray, weights: FloatArray, n: int, seed: int) -> IntArray:
        """The positions (n,) of rows drawn far apart, as k-means++ does."""

    def rough_m_step(
        self, model: GaussianModel, sample: StartRows, responsibilities: FloatArray
    ) -> tuple[Mixture, BoolArray]:
        """The M-step of a rough partition (M, K), in which a group too small to have a covariance takes the pooled one.

        A group of one or two rows would start as a spike that EM can only sharpen: a singularity, not a cluster.
        Says too which components had to be held at the floor.
        """

    def trials(self, model: GaussianModel, sample: StartRows, labels: IntArray) -> Trials:
        """What rough M-steps of partitions (runs, M) start, side by side.

        Runs that need a floor, or have a label without rows, are out.
        """

    def advance(
        self,
        model: GaussianModel,
        sample: StartRows,
        trials: Trials,
        runs: Sequence[int],
        n_iterations: int,
        least_gain: float,
    ) -> None:
        """Let these of the runs take so many iterations of EM over the sample, each until it gains no more than that.

        A run that needs a floor or loses a component is out.
        """
