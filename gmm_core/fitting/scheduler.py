"""Restarts one after another, or several at a time where one does not keep the machine busy: the same bytes."""

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
"""Multiplications of an E-step from which on threads pay: below, most of a restart holds Python's own lock."""
LOOK_SECONDS = 0.05
"""How often it is looked how far the restarts are."""
AHEAD = 4
"""How many restarts may be begun or over for each that runs, before the first of them is reported."""


@dataclass(frozen=True, eq=False)
class Phase:
    """Restarts that are brought to an ending on the same rows.

    Parameters
    ----------
    restarts : sequence of Restart
        In the order in which they are told of.
    slope : Slope
        The rows and their engine.
    begin : (Restart, Slope) -> None
        The transition by which each begins, a method of `Restart`.
    shares : (float, float)
        The shares of the whole fit that are done at its beginning and at its end.
    """

    restarts: Sequence[Restart]
    context: FitContext
    begin: Callable[[Restart, FitContext], None] = Restart.begin
    shares: tuple[float, float] = (0.0, 1.0)

    @property
    def n_at_a_time(self) -> int:
        """How many restarts to run side by side."""
        rows, k = self.context.problem.rows, self.context.problem.n_components
        alone = (
            self.context.engine.uses_all_cores(k) or cost_of_expectation(rows.shape, k) < MIN_COST_PER_WORKER
        )
        return 1 if alone else min(cores(), len(self.restarts))

    def progress(self, position: int, n_recorded: int) -> Progress:
        """How far the restart at a position was when it had recorded so many iterations."""
        restart = self.restarts[position]
        share = self.shares[0] + (self.shares[1] - self.shares[0]) * position / len(self.restarts)
        iteration, mean, on_sample = restart.recorder.reached(n_recorded - 1)
        return Progress(restart.number, restart.n_restarts, iteration, mean, share, on_sample)


def run_restarts(phases: Iterable[Phase]) -> Generator[Progress, None, None]:
    """Bring every restart of each phase to an ending; yields how far each is, in the order of the restarts.

    After every stretch of iterations of the first, which the caller's own thread takes, then as often as is looked and
    at the end of each. A restart depends on no other, so how many run at a time changes no bit of any. However this
    generator is left, by `StopFitting`, by an interrupt or by being closed, no restart of it goes on.
    """
    for phase in phases:
        told = [restart.recorder.n_recorded for restart in phase.restarts]
        with _Schedule(phase) as schedule:
            for position, restart in enumerate(phase.restarts):
                step, goes_on = schedule.step(position), True
                while goes_on:
                    goes_on = step()
                    n_recorded = restart.recorder.n_recorded
                    if n_recorded > told[position]:
                        told[position] = n_recorded
                        yield phase.progress(position, n_recorded)


class _Schedule:
    """Who runs which restart of a phase: the caller's own thread, or a worker. When it is left, no worker goes on."""

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
        wait([task.future for task in self._queue if not task.taken_back()])

    def step(self, position: int) -> Callable[[], bool]:
        """What brings the restart there forward, or waits a while for a worker to; it returns whether that goes on."""
        if self._at_a_time == 1:
            return self._by_itself(position, 0)
        if position:
            self._keep_busy(AHEAD * self._at_a_time)
            if not self._queue[0].taken_back():
                return self._by_worker
            self._queue.popleft()  # other fits keep the workers busy
        else:
            self._keep_busy(self._at_a_time - 1)
        return self._by_itself(position, self._at_a_time - 1)

    def _by_itself(self, position: int, threads: int) -> Callable[[], bool]:
        """The caller's thread begins the restart; its steps keep so many others busy."""
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
        """Hand restarts to workers until so many are at it, or enough are begun."""
        at_work = sum(not task.future.done() for task in self._queue)
        room = min(threads - at_work, AHEAD * self._at_a_time - len(self._queue))
        self._queue.extend(_Task(self._run, restart) for restart in islice(self._waiting, max(0, room)))

    def _run(self, restart: Restart) -> None:
        """The whole restart, by a worker."""
        with suppress(StopFitting), interruptible(self._go_on):
            self._phase.begin(restart, self._phase.context)
            while restart.is_under_way:
                self._go_on()
                restart.advance()

    def _go_on(self) -> None:
        if self._stop.is_set():
            raise StopFitting


class _Task:
    """A restart that a worker is to do; taken back, it leaves nothing of the fit in the workers' queue."""

    def __init__(self, work: Callable[[Restart], None], restart: Restart) -> None:
        self._what = [(work, restart)]
        self.future = workers().submit(_done, self._what)

    def taken_back(self) -> bool:
        """Whether no worker had begun it, and none will."""
        if not self.future.cancel():
            return False
        self._what.clear()
        return True


def _done(what: list[tuple[Callable[[Restart], None], Restart]]) -> None:
    work, restart = what.pop()
    work(restart)
