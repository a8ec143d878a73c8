"""The book of measurements, a JSON file that rows are written into as they are taken, and the machine they are of."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numba
import numpy

from benchmarks.peers import PEERS
from benchmarks.problems import Problem
from benchmarks.timing import Times


class Book:
    """What was measured on one machine with one set of versions, by kind and problem.

    Rows of another machine or other versions do not stand beside these: opened on such, the book is empty.
    """

    def __init__(self, path: Path, machine: dict[str, str]) -> None:
        self._path = path
        self.machine = machine
        self._kinds: dict[str, dict[str, Any]] = {}
        if path.exists():
            kept = json.loads(path.read_text(encoding="utf-8"))
            if kept["machine"] == machine:
                self._kinds = kept["measurements"]

    @classmethod
    def written(cls, path: Path) -> Book:
        """The book as it was written, wherever that was."""
        return cls(path, json.loads(path.read_text(encoding="utf-8"))["machine"])

    def write(self, kind: str, problem: Problem, peers: dict[str, Any]) -> None:
        """Write one row down, in place of an earlier one, and save the book."""
        row = {"problem": asdict(problem), "peers": peers}
        self._kinds.setdefault(kind, {})[_key(problem)] = row
        text = json.dumps({"machine": self.machine, "measurements": self._kinds}, indent=1, sort_keys=True)
        self._path.write_text(text + "\n", encoding="utf-8")

    def times(self, kind: str, problem: Problem) -> dict[str, Times]:
        """The times of every peer on a problem; empty where none were taken."""
        return {
            name: Times(tuple(row["seconds"]), tuple(row["log_likelihoods"]))
            for name, row in self._peers(kind, problem).items()
        }

    def peak_bytes(self, problem: Problem) -> dict[str, int]:
        """The peak memory of every peer on a problem; empty where it was not measured."""
        return self._peers("memory", problem)

    def _peers(self, kind: str, problem: Problem) -> dict[str, Any]:
        row: dict[str, Any] = self._kinds.get(kind, {}).get(_key(problem), {"peers": {}})
        return dict(row["peers"])


def _key(problem: Problem) -> str:
    return f"{problem.title}, separation {problem.separation:g}"


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
