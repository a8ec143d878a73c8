"""The threads of this process: those that share our own work, and one per numerical library while a fit runs.

More in a library would take sums in another order from machine to machine.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from threading import Lock
from typing import Any

from threadpoolctl import ThreadpoolController

_lock = Lock()
_blas_limit: Any = None
_inside = 0


@cache
def _libraries(user_api: str) -> ThreadpoolController:
    return ThreadpoolController().select(user_api=user_api)


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Hold BLAS to one thread until the last of all callers has left.

    The limit belongs to the process, so callers are counted: the first sets it, the last restores what was there.
    """
    global _blas_limit, _inside
    with _lock:
        if _inside == 0:
            _blas_limit = _libraries("blas").limit(limits=1)
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


@cache
def workers() -> ThreadPoolExecutor:
    """Threads that are kept, one for each core: to start one takes as long as some hundred iterations on few rows.

    All fits share them, so a task may wait for those of others; one that waits for other tasks must not be among them.
    """
    return ThreadPoolExecutor(cores(), thread_name_prefix="worker")


if hasattr(os, "register_at_fork"):  # a child has no threads but the one that forked
    os.register_at_fork(after_in_child=workers.cache_clear)


def one_openmp_thread() -> AbstractContextManager[Any]:
    """Hold OpenMP to one thread within a block; this limit belongs to the calling thread alone."""
    limited: AbstractContextManager[Any] = _libraries("openmp").limit(limits=1)
    return limited
