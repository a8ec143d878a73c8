"""Bounded: programs that a test runs apart, each in a process whose computing and memory the system bounds.

One process imports what reading takes and forks for each program, so that a limit is for the program alone and an
import is paid for once.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
_FORKS = """
import json, os, resource, sys, tempfile, traceback
import numpy, pandas, pyarrow.compute, pyarrow.parquet, python_calamine
import gmm_core.tables.files.reader, gmm_core.export.model_file.model_file

def held():
    return int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGESIZE")

for line in sys.stdin:
    job = json.loads(line)
    with tempfile.TemporaryFile() as told:
        before = held()
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                os.dup2(told.fileno(), 1)
                os.dup2(told.fileno(), 2)
                resource.setrlimit(resource.RLIMIT_CPU, (job["seconds"], job["seconds"]))
                resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
                exec(job["program"], {"ARGUMENTS": job["arguments"]})
                code = 0
            except BaseException:
                traceback.print_exc()
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(code)
        _, status, used = os.wait4(pid, 0)
        told.seek(0)
        print(json.dumps({
            "code": os.waitstatus_to_exitcode(status),
            "told": told.read().decode(errors="replace"),
            "seconds": used.ru_utime + used.ru_stime,
            "memory": max(0, used.ru_maxrss * 1024 - before),
        }), flush=True)
"""


@dataclass(frozen=True)
class Ended:
    """How a program ended: its exit code (minus the signal that ended it), what it told, and what it took.

    memory: how many bytes it held at most, beside what was imported.
    """

    code: int
    told: str
    seconds: float
    memory: int


class BoundedPrograms:
    """Runs one program after the other."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def run(self, program: str, *arguments: object, seconds: int) -> Ended:
        """How a program ended, which finds its ARGUMENTS under this name; a signal ends it after `seconds` of CPU."""
        assert self._process.stdin is not None and self._process.stdout is not None
        job = {"program": program, "arguments": arguments, "seconds": seconds}
        self._process.stdin.write(json.dumps(job) + "\n")
        self._process.stdin.flush()
        return Ended(**json.loads(self._process.stdout.readline()))


@contextmanager
def bounded_programs() -> Iterator[BoundedPrograms]:
    """A process that forks for each program."""
    command = [sys.executable, "-c", _FORKS]
    with subprocess.Popen(
        command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield BoundedPrograms(process)
        assert process.stdin is not None
        process.stdin.close()
