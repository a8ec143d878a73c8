"""Restarts one after another, or several at a time where one does not keep the machine busy: the same bytes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import wait
from contextlib import suppress
from itertools import islice
from threading import Event

from gmm_core.engines.expectation_cost import cost_of_expectation
from gmm_core.interruption import checkpoint, interruptible
from gmm_core.progress import Progress, StopFitting
from gmm_core.restart import Restart, Slope
from gmm_core.threads import cores, workers

WORTH_COST = 30_000
"""Multiplications of an E-step from which on threads pay: below, most of a restart holds Python's own lock."""
LOOK_SECONDS = 0.05
"""How often it is looked how far the restarts are."""
AHEAD = 4
"""How many restarts may be begun or over for each that runs, before the first of them is reported."""


def restarts_at_a_time(slope: Slope) -> int:
    """How many restarts to run side by side."""
    rows, k = slope.problem.rows, slope.problem.n_components
    return 1 if slope.engine.uses_all_cores(k) or cost_of_expectation(rows.shape, k) < WORTH_COST else cores()


def climbing(
    restarts: Sequence[Restart],
    slope: Slope,
    *,
    on_sample: bool = False,
    shares: tuple[float, float] = (0.0, 1.0),
) -> Generator[Progress, None, None]:
    """Bring every restart to its ending; yields how far each is, in the order of the restarts.

    After every stretch of iterations of the first, which the caller's own thread takes, then as often as is looked and
    at the end of each. A restart depends on no other, so how many run at a time changes no bit of any. However this
    generator is left, by `StopFitting`, by an interrupt or by being closed, no restart of it goes on. `shares` are the
    shares of the whole fit that are done at its beginning and at its end.
    """
    places = [restart.recorder.n_recorded for restart in restarts]

    def news(position: int) -> Iterator[Progress]:
        restart, place = restarts[position], places[position]
        share = shares[0] + (shares[1] - shares[0]) * position / len(restarts)
        places[position] = restart.recorder.n_recorded
        if places[position] > place:
            iteration, mean = restart.recorder.reached(places[position] - 1)
            yield Progress(restart.number, restart.n_restarts, iteration, mean, share, on_sample)

    stop = Event()

    def go_on() -> None:
        if stop.is_set():
            raise StopFitting

    def work(restart: Restart) -> None:
        with suppress(StopFitting), interruptible(go_on):
            for _ in restart.steps(slope):
                go_on()

    at_a_time = min(restarts_at_a_time(slope), len(restarts))
    if at_a_time == 1:
        for position, restart in enumerate(restarts):
            for _ in restart.steps(slope):
                yield from news(position)
        return
    queue, waiting = deque[_Task](), iter(restarts[1:])

    def keep_busy(threads: int) -> None:
        room = min(threads - sum(not task.future.done() for task in queue), AHEAD * at_a_time - len(queue))
        queue.extend(_Task(work, restart) for restart in islice(waiting, max(0, room)))

    def alone(position: int, threads: int) -> Iterator[Progress]:
        for _ in restarts[position].steps(slope):
            keep_busy(threads)
            yield from news(position)

    try:
        keep_busy(at_a_time - 1)
        yield from alone(0, at_a_time - 1)
        for position in range(1, len(restarts)):
            keep_busy(AHEAD * at_a_time)
            if queue[0].taken_back():  # other fits keep the workers busy
                queue.popleft()
                yield from alone(position, at_a_time - 1)
                continue
            while not wait((queue[0].future,), LOOK_SECONDS).done:
                checkpoint()
                yield from news(position)
            yield from news(position)
            queue.popleft().future.result()
    finally:
        stop.set()
        wait([task.future for task in queue if not task.taken_back()])


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
