"""The book of measurements: a JSON file that rows are written into as they are taken."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

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
