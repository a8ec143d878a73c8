"""The CPU quota of a Linux control group: how many cores its processes may use at a time, on average."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil
from pathlib import Path, PurePosixPath

MOUNTED = Path("/sys/fs/cgroup")
"""Where Linux mounts the control groups."""
MINE = Path("/proc/self/cgroup")
"""The control groups of this process: one line `number:controllers:path` per hierarchy; version 2 names none."""


def quota_of_cores(mine: Path = MINE, mounted: Path = MOUNTED) -> int | None:
    """The smallest quota of this process's group and its ancestors, rounded up to whole cores; None if there is none.

    Source: Linux, Documentation/admin-guide/cgroup-v2.rst (cpu.max) and scheduler/sched-bwc.rst (cpu.cfs_quota_us).
    """
    try:
        lines = mine.read_text().splitlines()
    except OSError:  # the system has no control groups
        return None
    quotas = [quota for line in lines if (quota := _least(line, mounted)) is not None]
    return max(1, ceil(min(quotas))) if quotas else None


def _least(line: str, mounted: Path) -> float | None:
    """The smallest quota along the path of one line of `/proc/self/cgroup`, in cores; None if there is none."""
    _, controllers, path = line.split(":", maxsplit=2)
    if not controllers:
        quotas = [_of_version_2(folder / "cpu.max") for folder in _upwards(mounted, path)]
        quotas += [_of_version_2(folder / "cpu.max") for folder in _upwards(mounted / "unified", path)]
    elif "cpu" in controllers.split(","):
        places = [mounted / "cpu", mounted / controllers]
        quotas = [_of_version_1(folder) for place in places for folder in _upwards(place, path)]
    else:
        return None
    return min((quota for quota in quotas if quota is not None), default=None)


def _upwards(mounted: Path, path: str) -> Iterator[Path]:
    """The folder of a group and those of its ancestors; in a container some do not exist and are read as empty."""
    within = PurePosixPath(path.lstrip("/"))
    return (mounted / folder for folder in (within, *within.parents))


def _of_version_2(file: Path) -> float | None:
    """The quota in cores from a file `cpu.max`: microseconds of CPU time (or "max" for no limit) and the period."""
    numbers = _words(file)
    return int(numbers[0]) / int(numbers[1]) if len(numbers) == 2 and numbers[0] != "max" else None


def _of_version_1(folder: Path) -> float | None:
    """The quota in cores from the two files of version 1, for CPU time (-1 for no limit) and period."""
    quota, period = _words(folder / "cpu.cfs_quota_us"), _words(folder / "cpu.cfs_period_us")
    return int(quota[0]) / int(period[0]) if quota and period and int(quota[0]) > 0 else None


def _words(file: Path) -> list[str]:
    try:
        return file.read_text().split()
    except OSError:  # not visible in this container
        return []
