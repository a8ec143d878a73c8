"""The threads that all fits share."""

import subprocess
import sys

import pytest

SCRIPT = """
import os
from gmm_core.threads import workers

assert workers() is workers()
assert workers().submit(lambda: 1).result(timeout=60) == 1
child = os.fork()
if not child:
    os._exit(workers().submit(lambda: 7).result(timeout=120))
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork on Windows")
def test_a_forked_process_has_workers_of_its_own() -> None:
    finished = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SCRIPT], capture_output=True, text=True, check=True
    )
    assert finished.stdout.strip() == "7"
