"""Whether memory comes back: 200 people upload 5 MB each and leave.

Run `.venv/bin/python -m benchmarks.memory_sessions` on Linux; it takes some ten minutes and stops by itself. The
people come some at a time, as a class does; each opens the app, uploads a file of its own over HTTP as a browser does,
looks at how it was read, or at its fit, and closes the tab. The memory of the server's process is read before the
first of them (once the fit of the default data is in its store), while they come and go, and after Streamlit has let
go of their sessions, which it keeps for two minutes in case a connection was only interrupted.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass, field
from functools import cache
from time import monotonic
from typing import Any

import numpy as np

from benchmarks.book import in_words, machine
from benchmarks.results_folder import add_results_option
from benchmarks.serving import Serving, serving
from benchmarks.tables import table
from benchmarks.visitor import Visitor
from serving.memory import SECONDS_BETWEEN_LOOKS

PEOPLE = 200
AT_A_TIME = 10
SMALL_SESSIONS = 40
LOOKING_AT_FIT = 10
"""One in so many looks at the fit of their file; the others at the page Data."""
FILE_BYTES = 5_000_000
SECONDS_TO_LET_GO = 120.0 + 2 * SECONDS_BETWEEN_LOOKS
"""Streamlit keeps a session that lost its connection for two minutes."""
WANTED = 1.10
MEBIBYTE = 1 << 20


@dataclass
class Measured:
    """Bytes that the server's process holds at times, and what went wrong."""

    resident: dict[str, int] = field(default_factory=dict)
    threads: dict[str, int] = field(default_factory=dict)
    troubles: list[str] = field(default_factory=list)
    seconds: float = 0.0
    small_session: int = 0

    def note(self, when: str, served: Serving) -> None:
        """Read both now."""
        self.resident[when], self.threads[when] = served.resident_bytes(), served.threads()


@cache
def _rows() -> bytes:
    """Two groups of points in three columns, some 5 MB."""
    rng = np.random.default_rng(0)
    line = "%.6f,%.6f,%.6f\n"
    n_rows = FILE_BYTES // 27
    rows = rng.normal(size=(n_rows, 3)) + 4.0 * rng.integers(2, size=(n_rows, 1))
    return ((line * n_rows) % tuple(rows.ravel())).encode()


def csv_file(number: int) -> bytes:
    """The same for everybody but for the first row: another file, so nothing is shared."""
    return b"one,two,three\n%d.25,1.0,1.0\n" % number + _rows()


async def _person(served: Serving, number: int, measured: Measured) -> None:
    page = "" if number % LOOKING_AT_FIT == 0 else "data"
    async with Visitor(served.url, patience=300.0) as visitor:
        await visitor.opened(page=page)
        await visitor.changed("data", "Upload a file")
        await visitor.uploaded("upload", f"file-{number}.csv", csv_file(number))
        measured.troubles += visitor.troubles


async def _visited(served: Serving, people: int) -> Measured:
    measured = Measured()
    begun = monotonic()
    async with Visitor(served.url) as visitor:  # what everybody shares is there from then on
        await visitor.opened()
        measured.note("before", served)
        small = [Visitor(served.url) for _ in range(SMALL_SESSIONS)]
        async with AsyncExitStack() as tabs:
            for each in small:
                await (await tabs.enter_async_context(each)).opened()
            measured.small_session = (served.resident_bytes() - measured.resident["before"]) // SMALL_SESSIONS
    for first in range(0, people, AT_A_TIME):
        numbers = range(first, min(first + AT_A_TIME, people))
        await asyncio.gather(*(_person(served, number, measured) for number in numbers))
        if first % (5 * AT_A_TIME) == 0:
            measured.note(f"{numbers[-1] + 1} have left", served)
    measured.note(f"all {people} have left", served)
    await asyncio.sleep(SECONDS_TO_LET_GO)
    measured.note("after", served)
    measured.seconds = monotonic() - begun
    if "Traceback" in served.log:
        measured.troubles.append("the server printed a traceback")
        print(served.log)
    return measured


def report(results: dict[str, Any]) -> str:
    """What was measured, as Markdown."""
    resident, threads = results["resident"], results["threads"]
    lines = [
        ["", "MiB", "÷ before", "threads"],
        *(
            [when, f"{size / MEBIBYTE:.0f}", f"{size / resident['before']:.2f}", str(threads[when])]
            for when, size in resident.items()
        ),
    ]
    sections = [
        "# Whether memory comes back",
        f"{in_words(results['machine'])}. {results['people']} people, {AT_A_TIME} at a time, open the app, upload "
        f"{FILE_BYTES / 1e6:.0f} MB of their own each, look at how it was read (one in "
        f"{LOOKING_AT_FIT} at its fit) and close the tab; memory that the server's "
        f"process holds. Wanted: at most {WANTED:.2f} times what it held before. Written by "
        "`python -m benchmarks.memory_sessions`.",
        table(lines),
        f"While its tab is open, and two minutes longer, a session with such a file costs "
        f"{_session_megabytes(results):.0f} MiB; one with the default data "
        f"{results['small_session'] / MEBIBYTE:.1f} MiB. Errors: {len(results['troubles'])}.",
    ]
    return "\n\n".join(sections) + "\n"


def _session_megabytes(results: dict[str, Any]) -> float:
    resident = results["resident"]
    return float(resident[f"{AT_A_TIME} have left"] - resident["before"]) / AT_A_TIME / MEBIBYTE


def main() -> None:
    """Measure, write it out, and fail if memory does not come back."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.memory_sessions", description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE)
    add_results_option(parser)
    arguments = parser.parse_args()
    with serving() as served:
        measured = asyncio.run(_visited(served, arguments.people))
    print({name: round(size / MEBIBYTE) for name, size in measured.resident.items()}, measured.threads)
    print(*dict.fromkeys(measured.troubles), sep="\n")
    results = {"machine": machine(), "people": arguments.people, **asdict(measured)}
    file = arguments.results / "memory_sessions.json"
    file.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    (arguments.results / "memory_sessions.md").write_text(report(results), encoding="utf-8")
    resident = measured.resident
    raise SystemExit(int(bool(measured.troubles) or resident["after"] > WANTED * resident["before"]))


if __name__ == "__main__":
    main()
