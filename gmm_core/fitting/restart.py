"""A restart as a state machine: it runs EM chunk by chunk, on all rows or first on a sample of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from hashlib import blake2b

from gmm_core.em.iteration import Position
from gmm_core.em.loop import has_settled
from gmm_core.em.squarem import PLAIN, SQUAREM, squarem_iterations
from gmm_core.em.trajectory import Chunk
from gmm_core.engines.protocol import Engine
from gmm_core.errors import ExplorerError
from gmm_core.fitting.restart_result import Ending, Run, RunRecorder
from gmm_core.fitting.specification import FitSpecification
from gmm_core.model.mixture import Mixture
from gmm_core.starts.kinds import Start
from gmm_core.starts.problem import FitProblem


@dataclass(frozen=True, eq=False)
class FitContext:
    """The likelihood that restarts maximise: a problem on certain rows, and the engine that runs its E-steps.

    Parameters
    ----------
    problem : FitProblem
        The standardised rows and the model.
    engine : Engine
        Runs the E-steps over these rows.
    specification : FitSpecification
        The tolerance, the iteration limit and the acceleration.
    by_first_mixture : dict of bytes to Restart
        The restarts that ended on these rows, by the digest of their first mixture.
    """

    problem: FitProblem
    engine: Engine
    specification: FitSpecification
    by_first_mixture: dict[bytes, Restart] = field(default_factory=dict, init=False, repr=False)

    def chunks(self, start: Mixture) -> Iterator[Chunk]:
        """The chunks of EM from a mixture: accelerated if so specified, otherwise as the engine runs it."""
        problem, specification = self.problem, self.specification
        if specification.acceleration == SQUAREM:
            return map(Chunk.of, squarem_iterations(self.engine, problem.model, start))
        return self.engine.iterations(
            problem.model, Position(start), specification.tolerance, specification.max_iterations
        )


class RestartState(Enum):
    """The state of a restart; the value describes it in a clause."""

    WAITING = "it has not begun"
    UNDER_WAY = "it is under way"
    SETTLED_ON_SAMPLE = "it has come to its end on a sample of the rows"
    CUT_SHORT_ON_SAMPLE = "it was stopped, or failed, on a sample of the rows"
    ENDED = "it has ended"


_ALLOWED: dict[str, tuple[RestartState, ...]] = {
    "begin": (RestartState.WAITING,),
    "begin on a sample": (RestartState.WAITING,),
    "take the next iterations": (RestartState.UNDER_WAY,),
    "fail": (RestartState.UNDER_WAY,),
    "stop": (RestartState.UNDER_WAY, RestartState.SETTLED_ON_SAMPLE),
    "be left behind": (RestartState.SETTLED_ON_SAMPLE,),
    "go on with all rows": (RestartState.SETTLED_ON_SAMPLE, RestartState.CUT_SHORT_ON_SAMPLE),
}
"""The states in which each transition is allowed."""


class TransitionError(RuntimeError):
    """A restart's method was called in a state that does not allow it: an error in the code, not in the data."""


class Restart:
    """One restart of EM. An `ExplorerError` ends only this restart, and its `Run` records the reason.

    Call `begin` or `begin_on_sample` first, then `advance` while `is_under_way` is true. After a sample call
    `leave_behind` or `go_on_with_all_rows`. A call in a state that does not allow it raises `TransitionError`.

    Parameters
    ----------
    number, n_restarts : int
        The position of this restart, from 0, and how many restarts the fit has.
    start : Start
        Makes the first mixture.
    recorder : RunRecorder
        Records the iterations.
    """

    def __init__(self, number: int, n_restarts: int, start: Start, recorder: RunRecorder) -> None:
        self.number = number
        self.n_restarts = n_restarts
        self.start = start
        self.recorder = recorder
        self._state = RestartState.WAITING
        self._ending: Ending | None = None
        self._failure: str | None = None
        self._context: FitContext | None = None
        self._beginning: bytes | None = None
        self._fewest_iterations = 0
        self._chunks: Iterator[Chunk] = iter(())
        self._previous: Chunk | None = None

    @property
    def state(self) -> RestartState:
        """The current state."""
        return self._state

    @property
    def ending(self) -> Ending | None:
        """How the restart ended, on the sample or on all rows; None while it has not."""
        return self._ending

    @property
    def is_under_way(self) -> bool:
        """True if `advance` may be called."""
        return self._state is RestartState.UNDER_WAY

    @property
    def done(self) -> bool:
        """True if it has a mixture, or failed and has the reason; false if it never began."""
        return self.recorder.has_begun or self.failed

    @property
    def unfinished(self) -> bool:
        """True if it was stopped or has not ended."""
        return self._ending is None or self._ending is Ending.STOPPED

    @property
    def failed(self) -> bool:
        """True if it ended without a valid mixture."""
        return self._ending is Ending.FAILED

    def begin(self, context: FitContext) -> None:
        """Begin with the mixture of the start.

        The restart ends at once if the start fails, or if an ended restart began with the same mixture.
        """
        self._require("begin")
        self._begin(context)

    def begin_on_sample(self, sample: FitContext) -> None:
        """Begin on a sample of the rows; otherwise as `begin`."""
        self._require("begin on a sample")
        self.recorder.begin_on_sample(sample.problem.cost)
        self._begin(sample)

    def go_on_with_all_rows(self, whole: FitContext) -> None:
        """Continue on all rows from the last mixture of the sample, or from the start if there is none."""
        self._require("go on with all rows")
        self.recorder.go_on_with_all_rows()
        self._begin(whole)

    def advance(self) -> None:
        """Run the next chunk of iterations; the restart ends if it converges, reaches the limit or fails."""
        self._require("take the next iterations")
        try:
            chunk = next(self._chunks)
        except ExplorerError as error:
            self.fail(str(error))
            return
        self.recorder.add(chunk)
        ending = self._ending_at(chunk)
        self._previous = chunk
        if ending is not None:
            context, beginning = self._context, self._beginning
            self._end(ending)
            if context is not None and beginning is not None:
                context.by_first_mixture[beginning] = self

    def fail(self, reason: str) -> None:
        """End without a valid mixture; `reason` is one sentence."""
        self._require("fail")
        self._end(Ending.FAILED, reason)

    def stop(self) -> None:
        """End early with the current mixture: before convergence, or after the sample but before all rows."""
        self._require("stop")
        self._end(Ending.STOPPED)

    def leave_behind(self) -> None:
        """End with the mixture reached on the sample, because other restarts were better."""
        self._require("be left behind")
        self._end(Ending.LEFT_BEHIND)

    def run(self) -> Run:
        """Return the restart's result so far."""
        return self.recorder.ended(self._ending or Ending.STOPPED, self._failure)

    def _begin(self, context: FitContext) -> None:
        """Begin from the recorder's last mixture, or from the start if there is none.

        If an ended restart began with the same mixture, copy its iterations: EM is deterministic.
        """
        self._state, self._ending, self._failure = RestartState.UNDER_WAY, None, None
        self._context, self._beginning, self._previous = context, None, None
        self._fewest_iterations = 0
        if self.recorder.has_begun:
            self._chunks = context.chunks(self.recorder.last)
            return
        try:
            first = self._first_mixture(context)
        except ExplorerError as error:
            self.fail(str(error))
            return
        self._beginning = _digest(first)
        earlier = context.by_first_mixture.get(self._beginning)
        if earlier is None or earlier.ending is None:
            self._chunks = context.chunks(first)
        else:
            self.recorder.follow(earlier.recorder)
            self._end(earlier.ending)

    def _first_mixture(self, context: FitContext) -> Mixture:
        """The first mixture of the start.

        Iterations of plain EM that the start knows are repeated, so that they are recorded, and the restart does not
        converge before the last of them. If the limit leaves none beyond these, or the restart is accelerated, it
        begins after them.
        """
        specification, beginning = context.specification, self.start.beginning(context.problem)
        if specification.acceleration != PLAIN or beginning.n_iterations >= specification.max_iterations:
            return beginning.last
        self._fewest_iterations = self.recorder.n_repeated = beginning.n_iterations
        return beginning.first

    def _ending_at(self, chunk: Chunk) -> Ending | None:
        """How the restart ends after this chunk; None if it continues."""
        assert self._context is not None
        specification, model = self._context.specification, self._context.problem.model
        if chunk.last < self._fewest_iterations:
            return None
        gain, reached = chunk.gain(self._previous), float(chunk.mean_log_likelihoods[-1])
        held = bool(chunk.at_floor.any())
        if gain is not None and has_settled(
            gain, reached, specification.tolerance, model.monotone, held=held
        ):
            return Ending.CONVERGED
        return Ending.ITERATION_LIMIT if chunk.last == specification.max_iterations else None

    def _end(self, ending: Ending, failure: str | None = None) -> None:
        self._ending, self._failure = ending, failure
        self._context, self._chunks, self._previous = None, iter(()), None
        if ending is Ending.LEFT_BEHIND or not self.recorder.on_sample:
            self._state = RestartState.ENDED
        elif ending in (Ending.FAILED, Ending.STOPPED):
            self._state = RestartState.CUT_SHORT_ON_SAMPLE
        else:
            self._state = RestartState.SETTLED_ON_SAMPLE

    def _require(self, transition: str) -> None:
        if self._state not in _ALLOWED[transition]:
            raise TransitionError(
                f"Restart {self.number + 1} cannot {transition}, since {self._state.value}."
            )


def _digest(mixture: Mixture) -> bytes:
    """A hash (BLAKE2b, 64 bytes) of the weights, means and covariances, equal for mixtures with equal bytes."""
    digest = blake2b(mixture.weights.tobytes())
    digest.update(mixture.means.tobytes())
    digest.update(mixture.covariances.tobytes())
    return digest.digest()
