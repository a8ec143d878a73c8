"""How much one visitor may ask of the app and how much it keeps: each limit is a line here and a variable outside.

`Limits.fit_seconds` is GMM_EXPLORER_FIT_SECONDS. docs/settings.md lists them all;
`python -m ui.compute.limits` writes its table.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from gmm_core.tables.files.options import MEGABYTE, ReadLimits
from serving.reading.request import Bounds

PREFIX = "GMM_EXPLORER_"
"""The prefix of every environment variable of the app."""
SETTINGS = Path(__file__).parents[2] / "docs/settings.md"
"""The page of the documentation that lists all settings."""
_LONGEST_QUOTED = 80
"""Most characters of a wrong value that an error message repeats."""
_PLAIN = re.compile(r"[0-9.eE+-]+")
"""The characters of a number in a variable; “nan”, “inf” and “1_000”, which Python accepts, are refused."""


class SettingError(ValueError):
    """A variable holds what it cannot be; the message is one sentence that says what it takes."""


def quoted(text: str) -> str:
    """A value as a message quotes it: on one line, in ASCII, and not all of a long one."""
    if len(text) <= _LONGEST_QUOTED:
        return ascii(text)
    return f"{text[:_LONGEST_QUOTED]!a} and {len(text) - _LONGEST_QUOTED:,} more characters"


def _limit(default: float, least: float, most: float, meaning: str, *, earlier: str = "") -> Any:
    """A field of `Limits`: its default, the least and the most it can be set to, what it bounds, and an earlier name.

    A variable with the earlier name still sets the limit, unless the one with the present name does.
    """
    return field(
        default=default, metadata={"least": least, "most": most, "meaning": meaning, "earlier": earlier}
    )


def earlier_variables() -> dict[str, str]:
    """The earlier names of variables, each with the name of its limit."""
    return {
        PREFIX + row.metadata["earlier"].upper(): row.name
        for row in fields(Limits)
        if row.metadata["earlier"]
    }


@dataclass(frozen=True)
class Limits:
    """Bounds on what a control offers, on what is read of a file and on what the app keeps."""

    sessions: int = _limit(
        200,
        1,
        10_000,
        "sessions at the same time, one for each open page; any more read that the app is full",
    )
    components: int = _limit(20, 9, 30, "most components K")
    restarts: int = _limit(100, 4, 1_000, "most restarts (n_init)")
    iterations: int = _limit(10_000, 500, 1_000_000, "most iterations of EM in one restart")
    fit_seconds: float = _limit(
        60, 1, 3_600, "seconds after which a computation ends with what it has reached"
    )
    long_computations: int = _limit(
        2, 1, 64, "long computations that go on at the same time, of all visitors"
    )
    waiting_computations: int = _limit(20, 0, 1_000, "how many more wait for their turn; others are refused")
    waiting_seconds: float = _limit(120, 1, 3_600, "seconds after which one that waits is refused")
    upload_megabytes: int = _limit(50, 1, 2_000, "largest file, in MB")
    read_files: int = _limit(2, 1, 64, "files that are read at the same time, of all visitors")
    waiting_files: int = _limit(40, 0, 1_000, "how many more wait to be read; others are refused")
    read_seconds: float = _limit(60, 1, 3_600, "seconds after which a file that is being read is given up")
    read_cpu_seconds: int = _limit(30, 1, 3_600, "seconds of computing that reading one file may take")
    read_megabytes: int = _limit(1_000, 100, 100_000, "memory that reading one file may take, in MB")
    held_uploads: int = _limit(4, 2, 100, "latest files kept as they came for each visitor")
    unpacked_megabytes: int = _limit(100, 1, 4_000, "most that an archive unpacks to, in MB")
    upload_rows: int = _limit(1_000_000, 1_000, 50_000_000, "most rows of a file")
    upload_columns: int = _limit(2_000, 10, 100_000, "most columns of a file")
    workbook_cells: int = _limit(500_000, 1_000, 50_000_000, "most cells of an Excel sheet")
    upload_cells: int = _limit(10_000_000, 10_000, 1_000_000_000, "most values of a file, rows times columns")
    survey_rows: int = _limit(
        5_000,
        500,
        1_000_000,
        "most rows that Starting points uses; of more, a sample",
        earlier="landscape_rows",
    )
    comparison_rows: int = _limit(20_000, 500, 1_000_000, "most rows in K-means or GMM; of more, a sample")
    shared_datasets: int = _limit(32, 1, 10_000, "data sets of generators and samples kept for all")
    private_datasets: int = _limit(2, 1, 100, "prepared data sets kept for each visitor with a file")
    shared_fit_megabytes: int = _limit(256, 1, 100_000, "fits kept for all, in MB")
    private_fit_megabytes: int = _limit(64, 1, 10_000, "fits kept for each visitor with a file, in MB")
    shared_survey_megabytes: int = _limit(
        64, 1, 100_000, "surveys of Starting points kept for all, in MB", earlier="shared_landscape_megabytes"
    )
    private_survey_megabytes: int = _limit(
        16, 1, 10_000, "the same for each visitor with a file, in MB", earlier="private_landscape_megabytes"
    )
    shared_comparison_megabytes: int = _limit(64, 1, 100_000, "comparisons with K-means kept for all, in MB")
    private_comparison_megabytes: int = _limit(16, 1, 10_000, "the same for each visitor with a file, in MB")
    shared_structure_fits_megabytes: int = _limit(
        64, 1, 100_000, "fits of Covariance shapes kept for all, in MB", earlier="shared_shapes_megabytes"
    )
    private_structure_fits_megabytes: int = _limit(
        16, 1, 10_000, "the same for each visitor with a file, in MB", earlier="private_shapes_megabytes"
    )
    shared_cell_megabytes: int = _limit(16, 1, 10_000, "criteria of How many clusters kept for all, in MB")
    private_cell_megabytes: int = _limit(4, 1, 1_000, "the same for each visitor with a file, in MB")
    shared_figure_megabytes: int = _limit(64, 1, 100_000, "figures of Clusters kept for all, in MB")
    private_figure_megabytes: int = _limit(8, 1, 10_000, "the same for each visitor with a file, in MB")


def limits_from(environment: Mapping[str, str]) -> Limits:
    """The limits with what the variables say of them; raises `SettingError` for the first that cannot be."""
    values: dict[str, Any] = {}
    for row in fields(Limits):
        for name in (row.name, row.metadata["earlier"]):
            text = environment.get(PREFIX + name.upper(), "").strip()
            if name and text:
                values[row.name] = _number(text, name, row.metadata["least"], row.metadata["most"], row.type)
                break
    return Limits(**values)


def _number(text: str, name: str, least: float, most: float, kind: object) -> float:
    whole = kind == "int"
    try:
        # Not what Python reads besides: 1_000 and the digits of other scripts.
        value = (int(text) if whole else float(text)) if _PLAIN.fullmatch(text) else float("nan")
    except ValueError:
        value = float("nan")
    if not least <= value <= most:
        raise SettingError(
            f"{PREFIX}{name.upper()} takes a {'whole ' if whole else ''}number from {least:,} to {most:,}, "
            f"not {quoted(text)}."
        )
    return value


def table() -> str:
    """All limits as a table in Markdown."""
    lines = ["| variable | meaning | default | from | to |", "|---|---|---:|---:|---:|"]
    for row in fields(Limits):
        least, most, meaning = (row.metadata[name] for name in ("least", "most", "meaning"))
        lines.append(f"| `{PREFIX}{row.name.upper()}` | {meaning} | {row.default:,} | {least:,} | {most:,} |")
    return "\n".join(lines) + "\n"


def documented(name: str, table: str) -> str:
    """The page of settings with this table between the two comments that name it."""
    between = re.compile(f"(<!-- {name}: written by .*? -->\n).*?(?=<!-- end of {name} -->)", re.DOTALL)
    return between.sub(lambda found: found[1] + table, SETTINGS.read_text(encoding="utf-8"))


try:
    LIMITS = limits_from(os.environ)
except SettingError as error:
    raise SystemExit(str(error)) from None  # the start of the server ends here, with the sentence alone

READ_LIMITS = ReadLimits(
    rows=LIMITS.upload_rows,
    columns=LIMITS.upload_columns,
    bytes=LIMITS.upload_megabytes * MEGABYTE,
    unpacked_bytes=LIMITS.unpacked_megabytes * MEGABYTE,
    workbook_cells=LIMITS.workbook_cells,
    cells=LIMITS.upload_cells,
)
"""How large a visitor's file and its table may be."""

READ_BOUNDS = Bounds(LIMITS.read_cpu_seconds, LIMITS.read_seconds, LIMITS.read_megabytes)
"""Time and memory that reading a visitor's file may take."""

if __name__ == "__main__":
    SETTINGS.write_text(documented("limits", table()), encoding="utf-8")
