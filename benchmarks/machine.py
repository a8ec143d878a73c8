"""What the times were taken on: the processor, not the host."""

from __future__ import annotations

import os
import platform
from pathlib import Path

import numba
import numpy

from benchmarks.peers import PEERS


def machine() -> dict[str, str]:
    """The processor, its cores, and the versions of what was timed, in words."""
    return {
        "processor": _processor(),
        "cores": str(len(os.sched_getaffinity(0))),
        "system": platform.system(),
        "Python": platform.python_version(),
        "NumPy": numpy.__version__,
        "Numba": numba.__version__,
        **{
            peer.name: peer.version
            for peer in PEERS.values()
            if peer.is_installed and not peer.name.startswith("ours")
        },
    }


def in_words(machine: dict[str, str]) -> str:
    """One line that says it."""
    cores = f"{machine['cores']} core{'s' if machine['cores'] != '1' else ''}"
    rest = [
        f"{name} {value}"
        for name, value in sorted(machine.items())
        if name not in ("processor", "cores", "system")
    ]
    return f"{machine['processor']}, {cores}, {machine['system']}; {', '.join(rest)}"


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()
