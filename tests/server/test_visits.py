"""Several visitors of one server: they share what is anybody's, and a computation ends with the tab that asked for it.

The visitors are no browsers but speak the app's own protocol (`benchmarks.visitor`). A computation here would go on
for minutes, and the process that reads a file is stopped; only one of each may go on at a time: that the next one's
turn comes shows that it has ended.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from benchmarks.visitor import Trouble, Visitor
from tests.coroutines import awaited
from tests.running_server import RunningServer, StartServer
from ui.compute.queue import COMPUTATIONS, FILES

WAITS = "before yours"
PATIENCE = 180.0
"""Seconds after which a run that has not ended is an error, on a machine that has much else to do."""


def asked(number: int, k: int = 20) -> str:
    """The query of a page on data that nobody else has, and a fit that by default does not end while a test runs.

    Nor does anything else that is made of fits.
    """
    return (
        f"data=Uniform+noise&uniform_n_samples=10000&uniform_n_features=8&uniform_random_state={number}"
        f"&k={k}&n_init=10&tolerance=1e-10&max_iter=10000&survey_restarts=200"
    )


@pytest.fixture(scope="module")
def narrow_server(start_server: StartServer) -> RunningServer:
    """A server on which one long computation goes on at a time, and one file is read."""
    environment = {
        "LONG_COMPUTATIONS": "1",
        "FIT_SECONDS": "3600",
        "READ_FILES": "1",
        "READ_SECONDS": "3600",
    }
    return start_server(environment={f"GMM_EXPLORER_{name}": value for name, value in environment.items()})


@asynccontextmanager
async def at_work(server: RunningServer, number: int, page: str = "") -> AsyncIterator[Visitor]:
    """A visitor whose page computes on data that nobody else has."""
    async with Visitor(server.url, PATIENCE) as visitor:
        await visitor.open(asked(number), page)
        yield visitor


async def computes(visitor: Visitor) -> None:
    await visitor.wait_for_progress(lambda sentence: "restart" in sentence.lower() and WAITS not in sentence)


async def waits(visitor: Visitor) -> None:
    await visitor.wait_for_progress(lambda sentence: WAITS in sentence)


@pytest.mark.parametrize("page", ["", "starting-points"])
def test_a_closed_tab_ends_its_computation(narrow_server: RunningServer, page: str) -> None:
    async def closing() -> None:
        async with at_work(narrow_server, 1, page) as first:
            await computes(first)
            async with at_work(narrow_server, 2) as second:
                await waits(second)
                await first.leave()
                await computes(second)

    awaited(closing())


def test_a_changed_control_ends_the_computation_and_so_does_one_while_it_waits(
    narrow_server: RunningServer,
) -> None:
    async def changing() -> None:
        async with Visitor(narrow_server.url, PATIENCE) as earlier:
            for number in (3, 4):
                await earlier.opened(
                    asked(number, k=1)
                )  # what is known needs no turn, however slow the machine
        async with at_work(narrow_server, 3) as first:
            await computes(first)
            async with at_work(narrow_server, 4) as second:
                await waits(second)
                assert await second.changed("k", [1.0]) > 0
                assert await first.changed("k", [1.0]) > 0
                async with at_work(narrow_server, 5) as third:
                    await computes(third)

    awaited(changing())


def test_a_tab_that_is_closed_while_it_waits_lets_the_next_one_move_up(narrow_server: RunningServer) -> None:
    async def leaving() -> None:
        async with at_work(narrow_server, 6) as first:
            await computes(first)
            async with at_work(narrow_server, 7) as second:
                await waits(second)
                async with at_work(narrow_server, 8) as third:
                    await third.wait_for_progress(
                        lambda sentence: sentence.startswith(COMPUTATIONS.counted(2))
                    )
                    await second.leave()
                    await third.wait_for_progress(
                        lambda sentence: sentence.startswith(COMPUTATIONS.counted(1))
                    )

    awaited(leaving())


SMALL = b"a,b\n1,2.5\n3,4\n"
LARGE = b"a,b,c\n" + b"1.25,2.5,some text\n3.5,4.5,other text\n" * 450_000


def children(pid: int) -> list[int]:
    """The processes that any thread of a process has begun."""
    return [
        int(child)
        for thread in Path(f"/proc/{pid}/task").iterdir()
        for child in (thread / "children").read_text().split()
    ]


def stop_the_reading(server: RunningServer) -> None:
    """The process that reads a file goes on no further by itself."""
    (read_server,) = (
        pid
        for pid in children(server.process.pid)
        if b"serving.reading" in Path(f"/proc/{pid}/cmdline").read_bytes()
    )
    (worker,) = children(read_server)
    os.kill(worker, signal.SIGSTOP)


async def leaves(visitor: Visitor) -> None:
    await visitor.leave()


async def presses_stop(visitor: Visitor) -> None:
    await visitor.changed("stop reading upload", True)
    assert "read upload" in visitor.controls


async def chooses_another_file(visitor: Visitor) -> None:
    await visitor.uploaded("upload", "other.csv", SMALL)


@pytest.mark.parametrize("goes_on", [leaves, presses_stop, chooses_another_file])
def test_the_reading_of_a_file_ends_when_its_visitor(
    narrow_server: RunningServer, goes_on: Callable[[Visitor], Awaitable[None]]
) -> None:
    async def going_on() -> None:
        url = narrow_server.url
        async with Visitor(url, PATIENCE) as first, Visitor(url, PATIENCE) as second:
            for visitor in (first, second):
                await visitor.opened(query="data=Upload+a+file")
            await first.uploaded("upload", "small.csv", SMALL)  # which waits until the read server has begun
            first.progress = ""
            reading = asyncio.create_task(first.uploaded("upload", "large.csv", LARGE))
            await first.wait_for_progress(lambda sentence: sentence.startswith("Reading, "))
            stop_the_reading(narrow_server)
            waiting = asyncio.create_task(second.uploaded("upload", "small.csv", SMALL))
            await second.wait_for_progress(lambda sentence: sentence.startswith(FILES.counted(1)))
            await goes_on(first)
            await waiting
            reading.cancel()
            with suppress(asyncio.CancelledError, Trouble):
                await reading

    awaited(going_on())
