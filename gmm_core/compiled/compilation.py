"""How code is compiled, and where it is kept from one process to the next."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import numba
from numba.core.codegen import get_host_cpu_features

UNSPLIT = "-prefer-256-bit"
"""What has LLVM use registers of 512 bits whole."""
WIDE = "+avx512vbmi2"
"""Processors with this (Intel's since Ice Lake, AMD's since Zen 4) work with 512 bits at once without slowing down."""


def prepare_compilation() -> None:
    """Have Numba use whole vectors, and keep what it compiles; call it before a function is marked for compilation.

    It keeps code beside its source, or, where that is read-only, in a folder of this process: Numba reads such a
    folder back as code, so it must be one that nobody else can write to. Vectors are set for the whole process, and
    only where the user of Numba has not set anything (NUMBA_CPU_NAME, NUMBA_CPU_FEATURES): for processors with 512 bits
    LLVM prefers 256, which was right for the first of them.
    """
    config: Any = numba.config  # its settings are made at import, out of sight of a type checker
    if not config.CACHE_DIR and not os.access(Path(__file__).parent, os.W_OK):
        config.CACHE_DIR = tempfile.mkdtemp(prefix="gmm-explorer-")
    if config.CPU_NAME is None and config.CPU_FEATURES is None:
        features = get_host_cpu_features()
        if WIDE in features.split(","):
            config.CPU_FEATURES = f"{features},{UNSPLIT}"


def has_wide_registers() -> bool:
    """Whether compiled code uses vectors of 512 bits, once `prepare_compilation` was called."""
    config: Any = numba.config
    return UNSPLIT in (config.CPU_FEATURES or "").split(",")
