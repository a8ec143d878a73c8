"""One restart on its way: an iteration at a time, at most on a sample of the rows first, then on all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import blake2b

from gmm_core.acceleration import SQUAREM, squarem_iterations
from gmm_core.em import has_settled
from gmm_core.engines.protocol import Engine
from gmm_core.errors import ExplorerError
from gmm_core.history import Stretch
from gmm_core.initialization import Start
from gmm_core.mixture import Mixture
from gmm_core.problem import FitProblem
from gmm_core.run import Ending, Run, RunRecorder
from gmm_core.specification import FitSpecification


@dataclass(frozen=True, eq=False)
class Slope:
    """What a restart climbs: the likelihood of these rows, with the engine that takes the E-steps over them.

    `climbed` are the restarts that came to their end on it, by a digest of the mixture that they began with.
    """

    problem: FitProblem
    engine: Engine
    specification: FitSpecification
    climbed: dict[bytes, Restart] = field(default_factory=dict, init=False, repr=False)

    def stretches(self, start: Mixture) -> Iterator[Stretch]:
        """EM from there on, in whichever of its forms is asked for, or quickest."""
        problem, specification = self.problem, self.specification
        if specification.acceleration == SQUAREM:
            return map(Stretch.of, squarem_iterations(self.engine, problem.model, start))
        return self.engine.iterations(
            problem.model, start, specification.tolerance, specification.max_iterations
        )


class Restart:
    """One restart; what goes wrong with it is written into its `Run` and never lost on the others."""

    def __init__(self, number: int, n_restarts: int, start: Start, recorder: RunRecorder) -> None:
        self.number = number
        self.n_restarts = n_restarts
        self.start = start
        self.recorder = recorder
        self.ending: Ending | None = None
        self._failure: str | None = None

    @property
    def done(self) -> bool:
        """Whether there is anything to show for it: a mixture, or the reason why there is none."""
        return self.recorder.has_begun or self.ending is not None

    @property
    def unfinished(self) -> bool:
        """Whether it was stopped, or has not begun."""
        return self.ending is None or self.ending is Ending.STOPPED

    @property
    def failed(self) -> bool:
        """Whether it ended without a valid mixture."""
        return self.ending is Ending.FAILED

    def steps(self, slope: Slope) -> Iterator[None]:
        """Climb from the start, or go on from the last mixture on other rows, to an ending; stops as iterations come.

        Where an earlier restart began with the very same mixture, its way is taken over: EM is deterministic.
        """
        self.ending = None
        try:
            if self.recorder.has_begun:
                yield from self._climbing(slope, self.recorder.last)
                return
            first = self.start.mixture(slope.problem)
            beginning = _digest(first)
            earlier = slope.climbed.get(beginning)
            if earlier is None:
                yield from self._climbing(slope, first)
                slope.climbed[beginning] = self
            else:
                self.recorder.follow(earlier.recorder)
                self.ending = earlier.ending
                yield
        except ExplorerError as error:
            self.ending, self._failure = Ending.FAILED, str(error)

    def _climbing(self, slope: Slope, first: Mixture) -> Iterator[None]:
        specification, monotone = slope.specification, slope.problem.regularization.monotone
        previous: Stretch | None = None
        for stretch in slope.stretches(first):
            self.recorder.add(stretch)
            gain, reached = stretch.gain(previous), float(stretch.mean_log_likelihoods[-1])
            held = bool(stretch.at_floor.any())
            if gain is not None and has_settled(gain, reached, specification.tolerance, monotone, held=held):
                self.ending = Ending.CONVERGED
            elif stretch.last == specification.max_iterations:
                self.ending = Ending.ITERATION_LIMIT
            yield
            if self.ending is not None:
                return
            previous = stretch

    def run(self) -> Run:
        """The restart as it stands."""
        return self.recorder.ended(self.ending or Ending.STOPPED, self._failure)


def _digest(mixture: Mixture) -> bytes:
    """The same for the same bytes of weights, means and covariances, and short however many there are."""
    digest = blake2b(mixture.weights.tobytes())
    digest.update(mixture.means.tobytes())
    digest.update(mixture.covariances.tobytes())
    return digest.digest()
