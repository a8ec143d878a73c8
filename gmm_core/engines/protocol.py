"""The protocol of engines: an engine holds the rows, and computes E-steps and iterations of EM over them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from gmm_core.arrays import BoolArray, FloatArray, IntArray
from gmm_core.em.iteration import Position
from gmm_core.em.trajectory import Chunk
from gmm_core.model.likelihood_model import GaussianModel, Model, State
from gmm_core.model.mixture import Mixture
from gmm_core.model.scores import Scores
from gmm_core.model.statistics import Moments, SufficientStatistics
from gmm_core.rows.start_sample import StartRows
from gmm_core.starts.trial_runs import Trials


class Engine(Protocol):
    """Computes E-steps over the rows X (N, D) that it holds, with their weights (N,) if there are any.

    All that it knows of a model are its scores; what it returns are sums whose size does not depend on N.
    """

    @property
    def name(self) -> str:
        """The engine's name, as `Fit.engine` reports it."""

    @property
    def total_weight(self) -> float:
        """N, or the sum of the rows' weights."""

    @property
    def row_weight(self) -> float:
        """The weight that counts as one row: 1, or the mean weight if that is smaller."""

    @property
    def lightest_row(self) -> float:
        """The smallest weight of a row, but at least `LIGHTEST` times the mean weight."""

    def uses_all_cores(self, n_components: int) -> bool:
        """Return whether a single E-step with this many components uses all cores."""

    def expectation(self, scores: Scores, moments: Moments = Moments.FULL) -> SufficientStatistics:
        """The E-step: moments of the rows, weighted by responsibility, about the locations; and the log-likelihood.

        A row costs K·D operations if `moments` asks for diagonals only and the factors are diagonal, otherwise K·D².
        """

    def iterations(
        self, model: Model[State], position: Position[State], tolerance: float, max_iterations: int
    ) -> Iterator[Chunk]:
        """Iterations of EM from a position, without end, in chunks of one or several; see `gmm_core.em.loop`.

        Parameters
        ----------
        model : Model
            Gives the scores of a state and its M-step.
        position : Position
            The state to begin with.
        tolerance : float
            A chunk ends at an iteration that raises the mean log-likelihood by no more than this, in nats per row:
            the caller may stop there.
        max_iterations : int
            A chunk ends after this many M-steps.
        """

    def least_likely_row(self, scores: Scores) -> FloatArray:
        """The row of smallest density, shape (D,): a component that lost all its rows is re-initialised there."""


class Starting(Protocol):
    """An engine's computations for random starts, over a small sample of the rows (M, D)."""

    def engine(self, sample: StartRows) -> Engine:
        """The engine over the rows of a sample."""

    def k_means_labels(self, rows: FloatArray, weights: FloatArray, n_clusters: int, seed: int) -> IntArray:
        """The k-means cluster of each row, shape (M,); see `gmm_core.starts.k_means`."""

    def far_apart(self, rows: FloatArray, weights: FloatArray, n: int, seed: int) -> IntArray:
        """The positions (n,) of rows drawn far apart, as k-means++ does."""

    def rough_m_step(
        self, model: GaussianModel, sample: StartRows, responsibilities: FloatArray
    ) -> tuple[Mixture, BoolArray]:
        """The M-step of responsibilities (M, K), where a group too small for its own covariance takes the pooled one.

        The covariance of one or two rows would be a spike that EM can only make narrower: a singularity, not a cluster.

        Returns
        -------
        Mixture, (K,) of bool
            The mixture, and True for each component with a variance raised to the floor.
        """

    def trials(self, model: GaussianModel, sample: StartRows, labels: IntArray) -> Trials:
        """Short runs of EM that begin with the rough M-steps of partitions: `labels` (runs, M).

        A run that needs the variance floor, or has a label without rows, is out: its log-likelihood is −∞.
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
        """Run EM over the sample for some of the short runs, and write the results into `trials`.

        A run that needs the variance floor or loses a component is out: its log-likelihood becomes −∞.

        Parameters
        ----------
        runs : sequence of int
            The positions of the runs in `trials`; those at rest are skipped.
        n_iterations : int
            The largest number of iterations for each run.
        least_gain : float
            A run is at rest once an iteration raises its log-likelihood by no more than this, in nats.
        """
