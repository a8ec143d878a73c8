"""How many cores a control group of Linux lets its processes use at a time, on average."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil
from pathlib import Path, PurePosixPath

MOUNTED = Path("/sys/fs/cgroup")
MINE = Path("/proc/self/cgroup")
"""The groups of this process: a line `number:controllers:path` for each hierarchy, that of version 2 without names."""


def quota_of_cores(mine: Path = MINE, mounted: Path = MOUNTED) -> int | None:
    """The least quota of this process's group and all above it, in whole cores, at least 1; None without any.

    Source: Linux, Documentation/admin-guide/cgroup-v2.rst (cpu.max) and scheduler/sched-bwc.rst (cpu.cfs_quota_us).
    """
    try:
        lines = mine.read_text().splitlines()
    except OSError:  # there are no such groups here
        return None
    quotas = [quota for line in lines if (quota := _least(line, mounted)) is not None]
    return max(1, ceil(min(quotas))) if quotas else None


def _least(line: str, mounted: Path) -> float | None:
    """The least quota along the path of one line, in cores."""
    _, controllers, path = line.split(":", maxsplit=2)
    if not controllers:
        found = [_of_version_2(folder / "cpu.max") for folder in _upwards(mounted, path)]
        found += [_of_version_2(folder / "cpu.max") for folder in _upwards(mounted / "unified", path)]
    elif "cpu" in controllers.split(","):
        places = [mounted / "cpu", mounted / controllers]
        found = [_of_version_1(folder) for place in places for folder in _upwards(place, path)]
    else:
        return None
    return min((quota for quota in found if quota is not None), default=None)


def _upwards(mounted: Path, path: str) -> Iterator[Path]:
    """The group's folder and those above it; in a container some of these are out of sight, and pass for empty."""
    within = PurePosixPath(path.lstrip("/"))
    return (mounted / folder for folder in (within, *within.parents))


def _of_version_2(file: Path) -> float | None:
    """`cpu.max` holds microseconds of CPU and the period in which they may be used, or "max" for no bound."""
    numbers = _words(file)
    return int(numbers[0]) / int(numbers[1]) if len(numbers) == 2 and numbers[0] != "max" else None


def _of_version_1(folder: Path) -> float | None:
    """The same in two files, -1 for no bound."""
    quota, period = _words(folder / "cpu.cfs_quota_us"), _words(folder / "cpu.cfs_period_us")
    return int(quota[0]) / int(period[0]) if quota and period and int(quota[0]) > 0 else None


def _words(file: Path) -> list[str]:
    try:
        return file.read_text().split()
    except OSError:  # out of sight
        return []
