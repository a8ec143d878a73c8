"""What reading the largest files takes, through the process that the app has them read in (Linux).

As a program: `python -m benchmarks.reading` prints the tables of docs/files.md; `python -m benchmarks.reading FILE`
prints the row of one. The memory of the reader is address space beyond what it has when it begins, which is what its
bound is about; seconds of computing are those that the system bounds too, and depend little on what else goes on.
"""

from __future__ import annotations

import gzip
import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread
from time import perf_counter, process_time

import numpy as np
import openpyxl
import pandas as pd

from benchmarks.memory import kibibytes
from gmm_core.arrays import FloatArray
from gmm_core.errors import ExplorerError
from gmm_core.tables.files.reader import OpenedFile, read_file
from serving.reading.client import ReadClient
from serving.reading.request import FileKind, Request
from ui.compute.limits import LIMITS, MEGABYTE, READ_BOUNDS, READ_LIMITS

BLOCK = 2_000


def rows(n_rows: int, n_columns: int, delimiter: str = ",", decimal: str = ".") -> bytes:
    """Numbers of six digits under names, cut to the bytes that an upload may have."""
    rng = np.random.default_rng(0)
    table = rng.normal(size=(BLOCK, n_columns))
    block = "".join(delimiter.join(f"{value:.6g}" for value in row) + "\n" for row in table)
    block = block.replace(".", decimal)
    names = delimiter.join(f"c{position}" for position in range(n_columns)) + "\n"
    content = (names + block * max(1, n_rows // BLOCK)).encode()[: LIMITS.unpacked_megabytes * MEGABYTE]
    return content[: content.rfind(b"\n") + 1]


def texts() -> bytes:
    """Short texts and one column of numbers."""
    words = np.random.default_rng(0).integers(0, 10**9, (BLOCK, 9))
    block = "".join(f"{row},{','.join(f'text{word}' for word in each)}\n" for row, each in enumerate(words))
    names = ",".join(f"c{position}" for position in range(10)) + "\n"
    content = (names + block * (500_000 // BLOCK)).encode()[: LIMITS.unpacked_megabytes * MEGABYTE]
    return content[: content.rfind(b"\n") + 1]


def workbook() -> bytes:
    """A sheet of nearly as many cells as are read."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append([f"c{position}" for position in range(10)])
    for row in np.random.default_rng(0).normal(size=(LIMITS.workbook_cells // 10 - 1, 10)):
        sheet.append(row.tolist())
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def empty(n_rows: int, n_columns: int) -> bytes:
    """Two rows of numbers under names, and rows without any value."""
    names = ",".join(f"c{position}" for position in range(n_columns))
    numbers = "".join(",".join([digit] * n_columns) + "\n" for digit in "12")
    return (names + "\n" + numbers + ("," * (n_columns - 1) + "\n") * (n_rows - 2)).encode()


def parquet(values: FloatArray) -> bytes:
    """The values under names."""
    return bytes(pd.DataFrame(values).rename(columns=str).to_parquet())


FILES: dict[str, Callable[[], bytes]] = {
    "CSV, 200 MB": lambda: b"a,b\n" + b"1.5,2.5\n" * 25_000_000,
    "CSV, 20,000 columns": lambda: (",".join(["1.5"] * 20_000) + "\n").encode() * 100,
    "CSV, 49 million commas": lambda: b"," * 49_000_000,
    "CSV, 1,000,000 rows × 5": lambda: rows(1_000_000, 5),
    "CSV, decimal commas, 1,000,000 rows × 5": lambda: rows(1_000_000, 5, ";", ","),
    "CSV, 2,000 rows × 2,000": lambda: rows(2_000, 2_000),
    "CSV in gzip, 1,000,000 rows × 10": lambda: gzip.compress(rows(1_000_000, 10), 1),
    "CSV in gzip, text, 500,000 rows × 10": lambda: gzip.compress(texts(), 1),
    "CSV, 4,999 rows × 2,000, empty": lambda: empty(4_999, 2_000),
    "Excel, 50,000 rows × 10": workbook,
    "Parquet, 1,000,000 rows × 6": lambda: parquet(np.random.default_rng(0).normal(size=(1_000_000, 6))),
    "Parquet, 330,000 rows × 30, zeros": lambda: parquet(np.zeros((330_000, 30))),
    "Parquet, 1,000,000 rows × 30, zeros": lambda: parquet(np.zeros((1_000_000, 30))),
}


SMALL = b"a,b,c\n" + b"1.25,2.5,text\n3.5,4.5,other\n" * 100
TIMES = 40
LOOK_SECONDS = 0.002


def row(name: str) -> str:
    """What became of a file, in a row of the table."""
    content = FILES[name]()
    reader = ReadClient()
    try:
        reader.read(_request(SMALL))
        Path("/proc/self/clear_refs").write_text("5")  # the peak is what is held now
        held, begun, computed = kibibytes("VmRSS"), perf_counter(), _computed(reader)
        with _seen(reader) as peak:
            try:
                opened = reader.read(_request(content))
                assert isinstance(opened, OpenedFile)
                became = f"{len(opened.dataset.table):,} × {opened.dataset.table.shape[1]:,}"
            except ExplorerError as refusal:
                became = f"refused: {str(refusal).split(':')[0].removesuffix('.')}"
        seconds = perf_counter() - begun
        app = 1024 * max(0, kibibytes("VmHWM") - held) / MEGABYTE
        computing = _computed(reader) - computed
    finally:
        reader.close()
    return (
        f"| {name} | {len(content) / MEGABYTE:.0f} MB | {computing:.1f} s | {seconds:.1f} s | "
        f"{peak[0] / MEGABYTE:.0f} MB | {app:.0f} MB | {became} |"
    )


def small_file() -> str:
    """What it costs that a small file is read in another process, as a sentence."""
    reader = ReadClient()
    try:
        through = _milliseconds(lambda: reader.read(_request(SMALL)), lambda: _computed(reader, whole=True))
    finally:
        reader.close()
    within = _milliseconds(lambda: read_file(SMALL, "file", limits=READ_LIMITS), lambda: 0.0)
    return (
        f"A file of 200 rows takes {through:.0f} ms of computing, the mean of {TIMES}; read by the app itself it would "
        f"take {within:.0f} ms."
    )


def _request(content: bytes) -> Request:
    return Request(FileKind.TABLE, content, "file", limits=READ_LIMITS, bounds=READ_BOUNDS)


def _milliseconds(read: Callable[[], object], elsewhere: Callable[[], float]) -> float:
    """Of computing, here and elsewhere."""
    read()
    begun = process_time() + elsewhere()
    for _ in range(TIMES):
        read()
    return 1000 * (process_time() + elsewhere() - begun) / TIMES


def _computed(reader: ReadClient, whole: bool = False) -> float:
    """The seconds that all readers took which have ended, or those of the read server too."""
    while _workers(reader):  # it may have yet to see the end of the last one
        os.sched_yield()
    fields = Path(f"/proc/{reader.pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11 if whole else 13 : 15])) / os.sysconf("SC_CLK_TCK")


def _workers(reader: ReadClient) -> list[str]:
    return Path(f"/proc/{reader.pid}/task/{reader.pid}/children").read_text().split()


@contextmanager
def _seen(reader: ReadClient) -> Iterator[list[int]]:
    """The most address space, in bytes, that a reader was seen to have beyond the server it comes from."""
    most, over = [0], Event()
    server = _address_space(str(reader.pid))

    def look() -> None:
        while not over.wait(LOOK_SECONDS):
            for pid in _workers(reader):
                with suppress(OSError, StopIteration):  # it has ended meanwhile
                    most[0] = max(most[0], _address_space(pid) - server)

    looking = Thread(target=look)
    looking.start()
    try:
        yield most
    finally:
        over.set()
        looking.join()


def _address_space(pid: str) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("VmPeak:"))


def main() -> None:
    """Print the tables."""
    print("| file | size | computing | time | memory of the reader | of the app | result |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for name in FILES:
        command = [sys.executable, "-m", "benchmarks.reading", name]
        finished = subprocess.run(command, capture_output=True, text=True, check=True, timeout=600)
        print(finished.stdout, end="", flush=True)
    print(f"\n{small_file()}")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(row(sys.argv[1]))
    else:
        main()
