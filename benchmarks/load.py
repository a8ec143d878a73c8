"""A whole class at once: forty people open the app in the same minute and change a control every five seconds.

Run `.venv/bin/python -m benchmarks.load` with nothing else on the machine, on Linux; each row takes 100 seconds and
stops by itself. Server and clients are two processes that share the same two cores, and speak over 127.0.0.1 only;
what the clients take of the cores is told beside what the server takes. `--rows 1` takes some of the rows.

A change is a person's: K, covariance type, seed (so the fit is new to everybody) and the colour of the points in turn,
each with a value drawn at random; on pages that have other controls only those of the model. The clock runs from the
message that leaves the browser to the message that the script is finished. In a row with a hostile reader one more
visitor has one file after another read that takes long and is refused in its last line. `--people 20` is for machines
that have more to do; such results are printed, and not written out.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import os
import random
import resource
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from time import monotonic
from typing import Any

from benchmarks.book import in_words, machine
from benchmarks.results_folder import add_results_option
from benchmarks.serving import TICKS, Serving, serving
from benchmarks.tables import table
from benchmarks.visitor import Trouble, Visitor

PEOPLE = 40
ARRIVAL_SECONDS = 60.0
"""In which all of them open the app."""
SECONDS_BETWEEN_CHANGES = 5.0
SECONDS = 100.0
CORES = 2
WANTED_MEDIAN, WANTED_TAIL = 1.0, 3.0
WANTED_SLOWDOWN = 1.25
"""Of the median, where there is a hostile reader."""
MEGABYTE = 1_000_000

CHANGES: dict[str, Callable[[random.Random], Any]] = {
    "k": lambda rng: [float(rng.randint(2, 8))],
    "covariance": lambda rng: [rng.choice(["full", "tied", "diag", "spherical"])],
    "seed": lambda rng: float(rng.randrange(100_000)),
    "colour": lambda rng: rng.choice(["Component", "Responsibility", "True label", "None"]),
}
"""What people change in turn, and to what."""


@dataclass(frozen=True)
class Row:
    """Where the people are: one page each, dealt out in turn."""

    title: str
    pages: tuple[str, ...]
    with_hostile_reader: bool = False


ROWS = (
    Row("all on Clusters", ("",)),
    Row(
        "spread over all pages",
        (
            "",
            "data",
            "density",
            "kmeans-or-gmm",
            "covariance-shapes",
            "em-steps",
            "starting-points",
            "how-many",
        ),
    ),
    Row("all on Clusters, with one hostile reader", ("",), with_hostile_reader=True),
)


@dataclass
class Measured:
    """What one row came to: seconds of each run, what went wrong, and what it took of the machine."""

    opened: list[float] = field(default_factory=list)
    changed: dict[str, list[float]] = field(default_factory=dict)
    troubles: list[str] = field(default_factory=list)
    sessions: int = 0
    hostile_files: int = 0
    bytes_received: int = 0
    seconds: float = 0.0
    server_processor_seconds: float = 0.0
    clients_processor_seconds: float = 0.0
    machine_processor_seconds: float = 0.0
    resident_bytes_before: int = 0
    resident_bytes_after: int = 0

    @property
    def changes(self) -> list[float]:
        """The seconds of all changes."""
        return [seconds for several in self.changed.values() for seconds in several]


async def _person(url: str, number: int, arrival: float, page: str, end: float, measured: Measured) -> None:
    """Come, look, change a control every five seconds, and go."""
    rng = random.Random(number)
    await asyncio.sleep(arrival)
    try:
        async with Visitor(url) as visitor:
            await asyncio.to_thread(visitor.files_fetched)
            measured.opened.append(await visitor.opened(page=page))
            measured.sessions += 1
            session = visitor.session_id
            turns = [key for key in CHANGES if key in visitor.controls]
            due = monotonic() + SECONDS_BETWEEN_CHANGES * (1 + rng.random()) / 2
            turn = rng.randrange(len(turns))
            while due < end:
                await asyncio.sleep(max(0.0, due - monotonic()))
                key = turns[turn % len(turns)]
                seconds = await visitor.changed(key, CHANGES[key](rng))
                measured.changed.setdefault(f"/{page} {key}", []).append(seconds)
                turn += 1
                due = max(due + SECONDS_BETWEEN_CHANGES, monotonic())
            if visitor.session_id != session:
                raise Trouble("session lost")
            measured.troubles += visitor.troubles
            measured.bytes_received += visitor.bytes_received
    except (TimeoutError, Trouble, OSError) as error:
        measured.troubles.append(f"person {number + 1}: {error!r}")


def hostile_file() -> bytes:
    """Nearly as much as is read, and a value too many at its end."""
    line = b"1.25,-7,2.5 kg,some text,2026-11-30,1e3,0.5 %,yes,other text,12345\n"
    names = b",".join(b"c%d" % position for position in range(line.count(b",") + 1))
    return gzip.compress(names + b"\n" + line * 980_000 + b"1," + line, 1)


async def _hostile_reader(url: str, measured: Measured) -> None:
    """Have a file read as often as it goes."""
    content = await asyncio.to_thread(hostile_file)
    async with Visitor(url, patience=300.0) as visitor:
        await visitor.opened(query="data=Upload+a+file")
        while True:
            await visitor.uploaded("upload", f"hostile-{measured.hostile_files}.csv.gz", content)
            measured.hostile_files += 1


async def _visited(served: Serving, row: Row, n_people: int) -> Measured:
    measured = Measured(resident_bytes_before=served.resident_bytes())
    begun, before, own = monotonic(), served.processor_seconds(), _own_processor_seconds()
    all_before = _machine_processor_seconds()
    end = begun + SECONDS
    people = [
        _person(
            served.url,
            number,
            ARRIVAL_SECONDS * number / n_people,
            row.pages[number % len(row.pages)],
            end,
            measured,
        )
        for number in range(n_people)
    ]
    hostile = asyncio.create_task(_hostile_reader(served.url, measured)) if row.with_hostile_reader else None
    await asyncio.gather(*people)
    if hostile is not None:
        hostile.cancel()
        with suppress(asyncio.CancelledError):
            await hostile
    measured.seconds = monotonic() - begun
    measured.server_processor_seconds = served.processor_seconds() - before
    measured.clients_processor_seconds = _own_processor_seconds() - own
    measured.machine_processor_seconds = _machine_processor_seconds() - all_before
    measured.resident_bytes_after = served.resident_bytes()
    if "Traceback" in served.log:
        measured.troubles.append("the server printed a traceback")
        print(served.log)
    return measured


def _own_processor_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def _machine_processor_seconds() -> float:
    """What all processes together have taken of all cores of the machine."""
    user, nice, system = Path("/proc/stat").read_text().split(maxsplit=4)[1:4]
    return (int(user) + int(nice) + int(system)) / TICKS


def tail(seconds: Sequence[float], share: float = 0.95) -> float:
    """The smallest of them that `share` of them do not exceed."""
    ordered = sorted(seconds)
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)]


def report(results: dict[str, Any]) -> str:
    """What was measured as Markdown."""
    lines = [
        [
            "",
            "people",
            "changes",
            "median",
            "95 %",
            "longest",
            "to open, median",
            "errors",
            "hostile files",
            "server",
            "clients",
            "others",
        ]
    ]
    for title, row in results["rows"].items():
        measured = Measured(**row)
        lines.append(
            [
                title,
                str(measured.sessions),
                str(len(measured.changes)),
                f"{median(measured.changes):.2f} s",
                f"{tail(measured.changes):.2f} s",
                f"{max(measured.changes):.2f} s",
                f"{median(measured.opened):.2f} s",
                str(len(measured.troubles)),
                str(measured.hostile_files),
                _cores(measured.server_processor_seconds, measured.seconds),
                _cores(measured.clients_processor_seconds, measured.seconds),
                _cores(
                    measured.machine_processor_seconds
                    - measured.server_processor_seconds
                    - measured.clients_processor_seconds,
                    measured.seconds,
                ),
            ]
        )
    sections = [
        "# A whole class at once",
        f"{in_words(results['machine'])}; server and clients share {CORES} cores. {PEOPLE} people open the app within "
        f"{ARRIVAL_SECONDS:.0f} s and each changes a control every {SECONDS_BETWEEN_CHANGES:.0f} s, for "
        f"{SECONDS:.0f} s in all, with the default data; seconds from a change to its finished script. Wanted: a "
        f"median of at most {WANTED_MEDIAN:.0f} s, {WANTED_TAIL:.0f} s for 95 %, no error and no lost session; with a "
        f"hostile reader a median of at most {WANTED_SLOWDOWN} times what it is without. Server, clients and others "
        "(all else on the machine, and what reads files): cores that each took on average. Written by "
        "`python -m benchmarks.load`.",
        table(lines),
        *(f"## {title}\n\n{_by_control(Measured(**row))}" for title, row in results["rows"].items()),
    ]
    return "\n\n".join(sections) + "\n"


def _by_control(measured: Measured) -> str:
    lines = [["page and control", "changes", "median", "95 %"]]
    for name, seconds in sorted(measured.changed.items()):
        lines.append([name, str(len(seconds)), f"{median(seconds):.2f} s", f"{tail(seconds):.2f} s"])
    return table(lines)


def _cores(processor_seconds: float, seconds: float) -> str:
    return f"{processor_seconds / seconds:.2f}"


def main() -> None:
    """Measure the rows that are asked for, write them out, and fail if they miss what is wanted."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("--rows", type=int, nargs="*", default=list(range(1, len(ROWS) + 1)))
    parser.add_argument("--people", type=int, default=PEOPLE)
    add_results_option(parser)
    arguments = parser.parse_args()
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])  # the server inherits it
    file = arguments.results / "load.json"
    known = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    results = {"machine": machine(), "rows": known.get("rows", {})}
    missed = False
    for number in arguments.rows:
        row = ROWS[number - 1]
        with serving() as served:
            measured = asyncio.run(_visited(served, row, arguments.people))
        results["rows"][row.title] = asdict(measured)
        print(row.title, f"median {median(measured.changes):.3f} s, 95 % {tail(measured.changes):.3f} s")
        print(*dict.fromkeys(measured.troubles), sep="\n")
        print(
            f"{measured.sessions} people, {len(measured.changes)} changes, {measured.hostile_files} hostile files"
        )
        missed |= bool(measured.troubles) or measured.sessions < arguments.people
        missed |= median(measured.changes) > WANTED_MEDIAN or tail(measured.changes) > WANTED_TAIL
        if row.with_hostile_reader and ROWS[0].title in results["rows"]:
            slowdown = median(measured.changes) / median(Measured(**results["rows"][ROWS[0].title]).changes)
            print(f"{slowdown:.2f} times the median of {ROWS[0].title}")
            missed |= slowdown > WANTED_SLOWDOWN
    if arguments.people != PEOPLE:
        raise SystemExit(int(missed))
    file.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    (arguments.results / "load.md").write_text(report(results), encoding="utf-8")
    raise SystemExit(int(missed))


if __name__ == "__main__":
    main()
