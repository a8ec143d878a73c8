"""Runs restarts one after another, or several at a time if one does not use all cores, with identical results."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import wait
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from threading import Event
from types import TracebackType
from typing import Self

from gmm_core.engines.cancellation import checkpoint, interruptible
from gmm_core.engines.expectation_cost import cost_of_expectation
from gmm_core.engines.threads import cores, workers
from gmm_core.fitting.progress import Progress, StopFitting
from gmm_core.fitting.restart import FitContext, Restart

MIN_COST_PER_WORKER = 30_000
"""Restarts run in parallel if an E-step takes at least this many multiplications (`cost_of_expectation`).

Below, a restart spends most of its time in Python code, which holds the interpreter lock."""
LOOK_SECONDS = 0.05
"""How many seconds to wait for a worker before progress is reported."""
AHEAD = 4
"""For each restart run at a time, how many may be handed to workers before the first of them is reported."""


@dataclass(frozen=True, eq=False)
class Phase:
    """Restarts that are run to their ends on the same rows.

    Parameters
    ----------
    restarts : sequence of Restart
        The restarts, in the order in which their progress is reported.
    context : FitContext
        The rows and their engine.
    begin : (Restart, FitContext) -> None
        The method of `Restart` by which each begins.
    shares : (float, float)
        The shares of the whole fit that are done at the beginning and at the end of the phase.
    """

    restarts: Sequence[Restart]
    context: FitContext
    begin: Callable[[Restart, FitContext], None] = Restart.begin
    shares: tuple[float, float] = (0.0, 1.0)

    @property
    def n_at_a_time(self) -> int:
        """How many restarts to run in parallel: 1 if a single one uses all cores or is too small for threads."""
        rows, k = self.context.problem.rows, self.context.problem.n_components
        unchanged = (
            self.context.engine.uses_all_cores(k) or cost_of_expectation(rows.shape, k) < MIN_COST_PER_WORKER
        )
        return 1 if unchanged else min(cores(), len(self.restarts))

    def progress(self, position: int, n_recorded: int) -> Progress:
        """The progress of the restart at `position` after its first `n_recorded` recorded iterations."""
        restart = self.restarts[position]
        share = self.shares[0] + (self.shares[1] - self.shares[0]) * position / len(self.restarts)
        iteration, mean, on_sample = restart.recorder.reached(n_recorded - 1)
        return Progress(restart.number, restart.n_restarts, iteration, mean, share, on_sample)


def run_restarts(phases: Iterable[Phase]) -> Generator[Progress, None, None]:
    """Run every restart of each phase to its end, and yield progress in the order of the restarts.

    Progress comes after every chunk of a restart that the calling thread runs, as it does the first, and every
    `LOOK_SECONDS` and at the end of a restart that a worker runs. A restart's numbers do not depend on how many run at
    a time. When this generator ends, also by `StopFitting`, an interrupt or `close`, none of its restarts goes on.
    """
    for phase in phases:
        reported = [restart.recorder.n_recorded for restart in phase.restarts]
        with _Schedule(phase) as schedule:
            for position, restart in enumerate(phase.restarts):
                step, goes_on = schedule.step(position), True
                while goes_on:
                    goes_on = step()
                    n_recorded = restart.recorder.n_recorded
                    if n_recorded > reported[position]:
                        reported[position] = n_recorded
                        yield phase.progress(position, n_recorded)


class _Schedule:
    """Divides the restarts of a phase among the calling thread and workers; a context manager.

    On exit it cancels the queued restarts and waits until the running ones have stopped.
    """

    def __init__(self, phase: Phase) -> None:
        self._phase = phase
        self._at_a_time = phase.n_at_a_time
        self._waiting = iter(phase.restarts[1:])
        self._queue = deque[_Task]()
        self._stop = Event()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self._stop.set()
        wait([task.future for task in self._queue if not task.cancelled()])

    def step(self, position: int) -> Callable[[], bool]:
        """Return a function that advances the restart at `position`, to be called until it returns False.

        Each call runs the next chunk, or waits up to `LOOK_SECONDS` for the worker that runs the restart.
        """
        if self._at_a_time == 1:
            return self._by_itself(position, 0)
        if position:
            self._keep_busy(AHEAD * self._at_a_time)
            if not self._queue[0].cancelled():
                return self._by_worker
            self._queue.popleft()  # no worker was free: other fits use them, so the calling thread runs it
        else:
            self._keep_busy(self._at_a_time - 1)
        return self._by_itself(position, self._at_a_time - 1)

    def _by_itself(self, position: int, threads: int) -> Callable[[], bool]:
        """Begin the restart in the calling thread; each step also keeps `threads` workers supplied."""
        restart = self._phase.restarts[position]
        self._phase.begin(restart, self._phase.context)

        def step() -> bool:
            if restart.is_under_way:
                restart.advance()
            if threads:
                self._keep_busy(threads)
            return restart.is_under_way

        return step

    def _by_worker(self) -> bool:
        if not wait((self._queue[0].future,), LOOK_SECONDS).done:
            checkpoint()
            return True
        self._queue.popleft().future.result()
        return False

    def _keep_busy(self, threads: int) -> None:
        """Queue restarts until `threads` of them are unfinished, or the queue holds as many as `AHEAD` allows."""
        at_work = sum(not task.future.done() for task in self._queue)
        room = min(threads - at_work, AHEAD * self._at_a_time - len(self._queue))
        self._queue.extend(_Task(self._run, restart) for restart in islice(self._waiting, max(0, room)))

    def _run(self, restart: Restart) -> None:
        """Run a whole restart in a worker thread."""
        with suppress(StopFitting), interruptible(self._go_on):
            self._phase.begin(restart, self._phase.context)
            while restart.is_under_way:
                self._go_on()
                restart.advance()

    def _go_on(self) -> None:
        if self._stop.is_set():
            raise StopFitting


class _Task:
    """A restart queued for a worker. Callers must be able to cancel it and run the restart themselves."""

    def __init__(self, work: Callable[[Restart], None], restart: Restart) -> None:
        self._what = [(work, restart)]
        self.future = workers().submit(_done, self._what)

    def cancelled(self) -> bool:
        """Cancel the task; return whether no worker had begun it.

        A cancelled task drops its reference to the fit, since the workers' queue may hold it for a while.
        """
        if not self.future.cancel():
            return False
        self._what.clear()
        return True


def _done(what: list[tuple[Callable[[Restart], None], Restart]]) -> None:
    work, restart = what.pop()
    work(restart)
