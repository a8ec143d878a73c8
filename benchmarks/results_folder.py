"""Where results are written: beside the committed ones, which are replaced when that is asked for and not before."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

COMMITTED = Path(__file__).parent / "results"
MEASURED = Path(__file__).parent / "measured"
"""What was measured here; git leaves it out."""


def _made(folder: str) -> Path:
    path = Path(folder)
    path.mkdir(parents=True, exist_ok=True)
    return path


def add_results_option(parser: ArgumentParser) -> None:
    """The option `--results`, which is `MEASURED` where it is not given."""
    parser.add_argument(
        "--results",
        type=_made,
        default=str(MEASURED),
        help="folder to write into, made if it is not there: benchmarks/measured without it; "
        "benchmarks/results replaces what is committed",
    )
