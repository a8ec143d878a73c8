"""The log cannot be flooded: of what one line of code says again and again, a few are written and the rest counted."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Callable

from serving.log_bound import MOST, SECONDS, LogBound
from tests.running_server import REPOSITORY

MANY = 3_000


class Clock:
    """Seconds that pass when told."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def record(line: int, text: object = "as before", error: Exception | None = None) -> logging.LogRecord:
    told = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord("a", logging.ERROR, "a.py", line, text, None, told)


def caught(fail: Callable[[], object]) -> Exception:
    try:
        fail()
    except Exception as error:
        return error
    raise AssertionError


def test_one_line_of_code_is_written_a_few_times_whatever_it_says() -> None:
    bound = LogBound(Clock())
    assert sum(bound.lets_through(record(1, f"visitor {n}")) for n in range(MANY)) == MOST
    assert bound.lets_through(record(2)), "another line is not silenced by it"


def test_errors_of_other_kinds_and_places_are_written_beside_it() -> None:
    bound = LogBound(Clock())
    errors = [
        caught(lambda: 1 / 0),
        caught(lambda: int("x")),
        caught(lambda: int("y")),
    ]
    for error in errors:
        assert sum(bound.lets_through(record(1, error=error)) for _ in range(MANY)) == MOST


def test_what_was_left_out_is_told_once_its_time_is_up_and_then_it_is_written_again() -> None:
    clock = Clock()
    bound = LogBound(clock)
    for _ in range(MANY):
        bound.lets_through(record(1, "Out of %s\nand more"))
    bound.lets_through(record(2))
    assert bound.left_out() == []
    clock.now = SECONDS
    assert bound.left_out() == [f"… {MANY - MOST:,} more were left out: Out of %s"]
    assert bound.left_out() == []
    assert bound.lets_through(record(1))


def test_every_logger_is_bound_also_those_with_handlers_of_their_own_and_those_without() -> None:
    entry = """if True:
        import asyncio, logging
        from streamlit.logger import get_logger
        from serving import log_bound
        log_bound.bound_log()
        log_bound.SECONDS = 0.0
        own, none = get_logger("own"), logging.getLogger("none")
        for _ in range(3_000):
            own.error("of Streamlit's")
            none.error("of nobody's")
        async def main():
            telling = asyncio.create_task(log_bound.tell_left_out_forever())
            while log_bound.BOUND._entries:
                await asyncio.sleep(0)
            telling.cancel()
        asyncio.run(main())
    """
    ended = subprocess.run(
        [sys.executable, "-c", entry], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert ended.stderr.count("of Streamlit's") == ended.stderr.count("of nobody's") == MOST + 1
    assert ended.stderr.count("… 2,990 more were left out: of ") == 2
