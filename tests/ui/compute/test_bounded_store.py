"""The store never holds more than its bound, and lets go of what was used longest ago."""

from threading import Thread

from ui.compute.bounded_store import BoundedStore


def test_what_was_used_longest_ago_goes_first() -> None:
    store: BoundedStore[str] = BoundedStore(10)
    store.put("a", "A", 4)
    store.put("b", "B", 4)
    assert store.get("a") == "A"
    store.put("c", "C", 4)
    assert (store.get("a"), store.get("b"), store.get("c")) == ("A", None, "C")
    assert store.held == 8


def test_a_value_larger_than_the_store_is_not_kept_and_costs_nothing() -> None:
    store: BoundedStore[str] = BoundedStore(10)
    store.put("a", "A", 4)
    store.put("whale", "W", 11)
    assert store.get("whale") is None
    assert store.get("a") == "A"


def test_a_value_put_again_counts_once() -> None:
    store: BoundedStore[str] = BoundedStore(10)
    for size in (3, 5, 7):
        store.put("a", str(size), size)
    assert store.held == 7
    assert store.get("a") == "7"


def test_many_threads_leave_the_count_right() -> None:
    store: BoundedStore[int] = BoundedStore(50)

    def work(first: int) -> None:
        for number in range(500):
            store.put((first + number) % 40, number, 3)
            store.get(number % 40)

    threads = [Thread(target=work, args=(start,)) for start in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.held == 3 * sum(store.get(key) is not None for key in range(40)) <= 50
