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
    """Threads for restarts, one for each core, that are kept: to start one takes as long as a hundred iterations.

    All fits share them, and the restarts of others may keep them busy for long: who hands them one must be ready to
    take it back (`Future.cancel`) and do it, and must not leave with it what it refers to, for it stays in the queue.
    """
    return ThreadPoolExecutor(cores(), thread_name_prefix="restart")


if hasattr(os, "register_at_fork"):  # a child has no threads but the one that forked
    os.register_at_fork(after_in_child=workers.cache_clear)


def one_openmp_thread() -> AbstractContextManager[Any]:
    """Hold OpenMP to one thread within a block; this limit belongs to the calling thread alone."""
    limited: AbstractContextManager[Any] = _libraries("openmp").limit(limits=1)
    return limited
