"""A queue of computations: a few go on at the same time, the others wait their turn, first come, first served."""

from __future__ import annotations

from threading import Condition


class QueueFull(Exception):
    """As many wait as may."""


class Queue:
    """So many `places` for computations that go on, and room for `most_waiting` more."""

    def __init__(self, places: int, most_waiting: int) -> None:
        self.places = places
        self.most_waiting = most_waiting
        self._tickets: list[Ticket] = []
        self._changed = Condition()

    def enter(self) -> Ticket:
        """A ticket for the last position; raises `QueueFull` where there is none."""
        with self._changed:
            if len(self._tickets) >= self.places + self.most_waiting:
                raise QueueFull
            ticket = Ticket(self)
            self._tickets.append(ticket)
            return ticket

    def _before(self, ticket: Ticket) -> int:
        return max(0, self._tickets.index(ticket) - self.places + 1)


class Ticket:
    """A position in the queue, from `Queue.enter` to `leave`."""

    def __init__(self, queue: Queue) -> None:
        self._queue = queue

    @property
    def before(self) -> int:
        """How many computations have to end before it is this one's turn; 0 if it may go on."""
        with self._queue._changed:
            return self._queue._before(self)

    def wait(self, seconds: float) -> bool:
        """Wait at most so long for the turn, and say whether it has come."""
        with self._queue._changed:
            return self._queue._changed.wait_for(lambda: self._queue._before(self) == 0, seconds)

    def leave(self) -> None:
        """Let the others move up; a ticket that has left may leave again."""
        with self._queue._changed:
            if self in self._queue._tickets:
                self._queue._tickets.remove(self)
                self._queue._changed.notify_all()
