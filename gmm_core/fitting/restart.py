"""One restart on its way: an iteration at a time, at most on a sample of the rows first, then on all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from hashlib import blake2b

from gmm_core.em.loop import has_settled
from gmm_core.em.position import Position
from gmm_core.em.squarem import SQUAREM, squarem_iterations
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
    """What a restart climbs: the likelihood of these rows, with the engine that takes the E-steps over them.

    `climbed` are the restarts that came to their end on it, by a digest of the mixture that they began with.
    """

    problem: FitProblem
    engine: Engine
    specification: FitSpecification
    climbed: dict[bytes, Restart] = field(default_factory=dict, init=False, repr=False)

    def chunks(self, start: Mixture) -> Iterator[Chunk]:
        """EM from there on, in whichever of its forms is asked for, or quickest."""
        problem, specification = self.problem, self.specification
        if specification.acceleration == SQUAREM:
            return map(Chunk.of, squarem_iterations(self.engine, problem.model, start))
        return self.engine.iterations(
            problem.model, Position(start), specification.tolerance, specification.max_iterations
        )


class State(Enum):
    """Where a restart stands."""

    WAITING = "it has not begun"
    UNDER_WAY = "it is under way"
    SETTLED_ON_SAMPLE = "it has come to its end on a sample of the rows"
    CUT_SHORT_ON_SAMPLE = "it was stopped, or failed, on a sample of the rows"
    ENDED = "it has ended"


_ALLOWED: dict[str, tuple[State, ...]] = {
    "begin": (State.WAITING,),
    "begin on a sample": (State.WAITING,),
    "take the next iterations": (State.UNDER_WAY,),
    "fail": (State.UNDER_WAY,),
    "stop": (State.UNDER_WAY, State.SETTLED_ON_SAMPLE),
    "be left behind": (State.SETTLED_ON_SAMPLE,),
    "go on with all rows": (State.SETTLED_ON_SAMPLE, State.CUT_SHORT_ON_SAMPLE),
}
"""From which states each transition leads."""


class TransitionError(RuntimeError):
    """A restart was asked for what it cannot do as it stands: a fault of the code, not of data or settings."""


class Restart:
    """One restart; what goes wrong with it is written into its `Run` and never lost on the others.

    It changes by its methods alone: `begin` or `begin_on_sample`; `advance` as long as it `is_under_way`; after a
    sample `leave_behind` or `go_on_with_all_rows`. Each raises `TransitionError` where it is not its turn.
    """

    def __init__(self, number: int, n_restarts: int, start: Start, recorder: RunRecorder) -> None:
        self.number = number
        self.n_restarts = n_restarts
        self.start = start
        self.recorder = recorder
        self._state = State.WAITING
        self._ending: Ending | None = None
        self._failure: str | None = None
        self._context: FitContext | None = None
        self._beginning: bytes | None = None
        self._chunks: Iterator[Chunk] = iter(())
        self._previous: Chunk | None = None

    @property
    def state(self) -> State:
        """Where it stands."""
        return self._state

    @property
    def ending(self) -> Ending | None:
        """How it ended, on a sample or for good; None where it has not."""
        return self._ending

    @property
    def is_under_way(self) -> bool:
        """Whether there are iterations to be taken."""
        return self._state is State.UNDER_WAY

    @property
    def done(self) -> bool:
        """Whether there is anything to show for it: a mixture, or the reason why there is none."""
        return self.recorder.has_begun or self.failed

    @property
    def unfinished(self) -> bool:
        """Whether it was stopped, or has not come to an end."""
        return self._ending is None or self._ending is Ending.STOPPED

    @property
    def failed(self) -> bool:
        """Whether it ended without a valid mixture."""
        return self._ending is Ending.FAILED

    def begin(self, context: FitContext) -> None:
        """Begin where its start says; where that fails, or an earlier restart began there too, it ends at once."""
        self._require("begin")
        self._begin(context)

    def begin_on_sample(self, sample: FitContext) -> None:
        """The same where the rows are a sample of all."""
        self._require("begin on a sample")
        self.recorder.begin_on_sample(sample.problem.cost)
        self._begin(sample)

    def go_on_with_all_rows(self, whole: FitContext) -> None:
        """Go on from the last mixture of the sample; from the start where there is none, since it failed there."""
        self._require("go on with all rows")
        self.recorder.go_on_with_all_rows()
        self._begin(whole)

    def advance(self) -> None:
        """Take the next iterations, which may be the last, or fail in them."""
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
                context.climbed[beginning] = self

    def fail(self, reason: str) -> None:
        """End without a valid mixture, for a reason said in a sentence."""
        self._require("fail")
        self._end(Ending.FAILED, reason)

    def stop(self) -> None:
        """End with what there is, before its own end or, on a sample, before all rows had their say."""
        self._require("stop")
        self._end(Ending.STOPPED)

    def leave_behind(self) -> None:
        """End with what was reached on the sample, where others were better."""
        self._require("be left behind")
        self._end(Ending.LEFT_BEHIND)

    def run(self) -> Run:
        """The restart as it stands."""
        return self.recorder.ended(self._ending or Ending.STOPPED, self._failure)

    def _begin(self, context: FitContext) -> None:
        """From the last mixture, or else from the start.

        Where an earlier restart began with the very same mixture, its way is taken over: EM is deterministic.
        """
        self._state, self._ending, self._failure = State.UNDER_WAY, None, None
        self._context, self._beginning, self._previous = context, None, None
        if self.recorder.has_begun:
            self._chunks = context.chunks(self.recorder.last)
            return
        try:
            first = self.start.mixture(context.problem)
        except ExplorerError as error:
            self.fail(str(error))
            return
        self._beginning = _digest(first)
        earlier = context.climbed.get(self._beginning)
        if earlier is None or earlier.ending is None:
            self._chunks = context.chunks(first)
        else:
            self.recorder.follow(earlier.recorder)
            self._end(earlier.ending)

    def _ending_at(self, chunk: Chunk) -> Ending | None:
        """How it ends with these iterations; None where it goes on."""
        assert self._context is not None
        specification, model = self._context.specification, self._context.problem.model
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
            self._state = State.ENDED
        elif ending in (Ending.FAILED, Ending.STOPPED):
            self._state = State.CUT_SHORT_ON_SAMPLE
        else:
            self._state = State.SETTLED_ON_SAMPLE

    def _require(self, transition: str) -> None:
        if self._state not in _ALLOWED[transition]:
            raise TransitionError(
                f"Restart {self.number + 1} cannot {transition}, since {self._state.value}."
            )


def _digest(mixture: Mixture) -> bytes:
    """The same for the same bytes of weights, means and covariances, and short however many there are."""
    digest = blake2b(mixture.weights.tobytes())
    digest.update(mixture.means.tobytes())
    digest.update(mixture.covariances.tobytes())
    return digest.digest()
