"""Commands that run without the rights of root, as a container's user would."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

CONTAINER_USER = 10001


def without_rights() -> list[str]:
    """A command that runs its arguments as the container's user, or as a root who may not even write as root.

    The second is for where that user cannot reach the interpreter, in root's home for instance.
    """
    if os.getuid() != 0 or not shutil.which("setpriv"):
        return []
    stranger = f"setpriv --reuid {CONTAINER_USER} --regid {CONTAINER_USER} --clear-groups".split()
    reached = subprocess.run([*stranger, "test", "-x", sys.executable])
    return stranger if reached.returncode == 0 else ["setpriv", "--bounding-set=-all", "--inh-caps=-all"]
