"""The queue lets so many go on, the others in the order in which they came, and turns away those beyond its bound."""

import pytest

from ui.compute.queue import Queue, QueueFull


def test_first_come_first_served() -> None:
    queue = Queue(2, 3)
    tickets = [queue.enter() for _ in range(5)]
    assert [ticket.before for ticket in tickets] == [0, 0, 1, 2, 3]
    tickets[3].leave()  # one that waited is gone
    tickets[0].leave()
    assert [tickets[position].before for position in (1, 2, 4)] == [0, 0, 1]


def test_one_too_many_is_turned_away_until_somebody_leaves() -> None:
    queue = Queue(1, 1)
    first = queue.enter()
    queue.enter()
    with pytest.raises(QueueFull):
        queue.enter()
    first.leave()
    first.leave()
    queue.enter()
    with pytest.raises(QueueFull):
        queue.enter()


def test_waiting_ends_with_the_turn_or_without_it() -> None:
    queue = Queue(1, 1)
    first, second = queue.enter(), queue.enter()
    assert first.wait(0.0)
    assert not second.wait(0.0)
    first.leave()
    assert second.wait(0.0)
