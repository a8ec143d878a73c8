"""Where compiled code is kept from one process to the next."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import numba


def keep_machine_code() -> None:
    """Have Numba keep what it compiles beside the code, or, where that is read-only, in a folder of this process.

    Numba reads such a folder back as code, so it must be one that nobody else can write to. Call it before the
    first function is marked for compilation: Numba looks for its place then.
    """
    config: Any = numba.config  # its settings are made at import, out of sight of a type checker
    if not config.CACHE_DIR and not os.access(Path(__file__).parent, os.W_OK):
        config.CACHE_DIR = tempfile.mkdtemp(prefix="gmm-explorer-")
