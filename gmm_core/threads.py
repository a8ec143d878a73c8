"""One thread per numerical library while a fit runs, so that sums are taken in one order on every machine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from threading import Lock
from typing import Any

from threadpoolctl import ThreadpoolController

_lock = Lock()
_blas_limit: Any = None
_inside = 0


@cache
def _libraries() -> ThreadpoolController:
    return ThreadpoolController()


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Hold BLAS to one thread until the last of all callers has left.

    The limit belongs to the process, so callers are counted: the first sets it, the last restores what was there.
    """
    global _blas_limit, _inside
    with _lock:
        if _inside == 0:
            _blas_limit = _libraries().select(user_api="blas").limit(limits=1)
        _inside += 1
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if _inside == 0:
                _blas_limit.restore_original_limits()
                _blas_limit = None


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def one_openmp_thread() -> AbstractContextManager[Any]:
    """Hold OpenMP to one thread within a block; this limit belongs to the calling thread alone."""
    limited: AbstractContextManager[Any] = _libraries().select(user_api="openmp").limit(limits=1)
    return limited
