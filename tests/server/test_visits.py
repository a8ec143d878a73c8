"""Several visitors of one server: they share what is anybody's, and a computation ends with the tab that asked for it.

The visitors are no browsers but speak the app's own protocol (`benchmarks.visitor`). A computation here would go on
for minutes, and only one may go on at a time: that the next one's turn comes shows that it has ended.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from benchmarks.visitor import Visitor
from tests.coroutines import awaited
from tests.running_server import RunningServer, StartServer

HARD = (
    "data=Uniform+noise&uniform_n_samples=10000&uniform_n_features=8"
    "&k=20&n_init=10&tolerance=1e-10&max_iter=10000&survey_restarts=200"
)
"""A fit, and with it everything that is made of fits, that does not end while a test runs."""
WAITS = "before yours"


@pytest.fixture(scope="module")
def narrow_server(start_server: StartServer) -> RunningServer:
    """A server on which one long computation goes on at a time."""
    return start_server(
        environment={"GMM_EXPLORER_LONG_COMPUTATIONS": "1", "GMM_EXPLORER_FIT_SECONDS": "3600"}
    )


@asynccontextmanager
async def at_work(server: RunningServer, number: int, page: str = "") -> AsyncIterator[Visitor]:
    """A visitor whose page computes on data that nobody else has."""
    async with Visitor(server.url) as visitor:
        await visitor.open(f"{HARD}&uniform_random_state={number}", page)
        yield visitor


async def computes(visitor: Visitor) -> None:
    await visitor.told(lambda sentence: "restart" in sentence.lower() and WAITS not in sentence)


async def waits(visitor: Visitor) -> None:
    await visitor.told(lambda sentence: WAITS in sentence)


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
        async with at_work(narrow_server, 3) as first:
            await computes(first)
            async with at_work(narrow_server, 4) as second:
                await waits(second)
                assert await second.changed("k", [1.0]) > 0  # what is small does not wait
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
                    await third.told(lambda sentence: sentence.startswith("2 long computations are before"))
                    await second.leave()
                    await third.told(lambda sentence: sentence.startswith("1 long computation is before"))

    awaited(leaving())
