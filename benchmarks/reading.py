"""How long the largest files take to be read or refused, and the most memory beside the file (Linux).

As a program: `python -m benchmarks.reading` prints the table of docs/files.md, each file in a process of its own;
`python -m benchmarks.reading FILE` prints the row of one.
"""

from __future__ import annotations

import gzip
import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import numpy as np
import openpyxl
import pandas as pd

from benchmarks.memory import kibibytes
from gmm_core.data.reader import read_file
from gmm_core.errors import DataError
from ui.limits import LIMITS, MEGABYTE, READ_LIMITS

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


FILES: dict[str, Callable[[], bytes]] = {
    "CSV, 200 MB": lambda: b"a,b\n" + b"1.5,2.5\n" * 25_000_000,
    "CSV, 20,000 columns": lambda: (",".join(["1.5"] * 20_000) + "\n").encode() * 100,
    "CSV, 49 million commas": lambda: b"," * 49_000_000,
    "CSV, 1,000,000 rows × 5": lambda: rows(1_000_000, 5),
    "CSV, decimal commas, 1,000,000 rows × 5": lambda: rows(1_000_000, 5, ";", ","),
    "CSV, 2,000 rows × 2,000": lambda: rows(2_000, 2_000),
    "CSV in gzip, 1,000,000 rows × 10": lambda: gzip.compress(rows(1_000_000, 10), 1),
    "Excel, 50,000 rows × 10": workbook,
    "Parquet, 1,000,000 rows × 6": lambda: bytes(
        pd.DataFrame(np.random.default_rng(0).normal(size=(1_000_000, 6))).rename(columns=str).to_parquet()
    ),
}


def row(name: str) -> str:
    """What became of a file, in a row of the table."""
    content = FILES[name]()
    Path("/proc/self/clear_refs").write_text("5")  # the peak is what is held now
    held, begun = kibibytes("VmRSS"), perf_counter()
    try:
        table = read_file(content, "file", limits=READ_LIMITS).dataset.table
        became = f"{len(table):,} × {table.shape[1]:,}"
    except DataError as refusal:
        became = f"refused: {str(refusal).split(':')[0].removesuffix('.')}"
    seconds = perf_counter() - begun
    megabytes = 1024 * max(0, kibibytes("VmHWM") - held) / MEGABYTE
    return f"| {name} | {len(content) / MEGABYTE:.0f} MB | {seconds:.1f} s | {megabytes:.0f} MB | {became} |"


def main() -> None:
    """Print the table."""
    print("| file | size | time | memory beside it | result |\n| --- | --- | --- | --- | --- |")
    for name in FILES:
        command = [sys.executable, "-m", "benchmarks.reading", name]
        finished = subprocess.run(command, capture_output=True, text=True, check=True, timeout=600)
        print(finished.stdout, end="", flush=True)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(row(sys.argv[1]))
    else:
        main()
