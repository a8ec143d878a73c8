"""The threads of this process: those that share our own work, and one per numerical library while a fit runs.

More in a library would take sums in another order from machine to machine.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from multiprocessing import parent_process
from threading import Lock
from typing import Any

from threadpoolctl import ThreadpoolController

from gmm_core.engines.cpu_quota import quota_of_cores

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
    """How many threads the caller may keep busy: one where it is one of several workers, else one for each core."""
    return 1 if is_one_of_several() else cores_of_process()


def cores_of_process() -> int:
    """How many cores this process may use, by its affinity and by the quota of its control group."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quota = _quota()
    return allowed if quota is None else min(allowed, quota)


@cache
def _quota() -> int | None:
    return quota_of_cores()


def is_one_of_several() -> bool:
    """Whether the caller is a worker: a task of joblib, in a process or a thread, or a child of `multiprocessing`.

    Who makes workers makes one for each core, and threads within them would stand in each other's way. joblib says in
    each task how deep it is nested; it is asked only where somebody has imported it.
    """
    if parent_process() is not None:
        return True
    active: Any = getattr(sys.modules.get("joblib.parallel"), "get_active_backend", None)
    return active is not None and (active()[0].nesting_level or 0) > 0


@cache
def workers() -> ThreadPoolExecutor:
    """Threads for restarts, one for each core, that are kept: to start one takes as long as a hundred iterations.

    All fits share them, and the restarts of others may keep them busy for long: who hands them one must be ready to
    take it back (`Future.cancel`) and do it, and must not leave with it what it refers to, for it stays in the queue.
    """
    return ThreadPoolExecutor(cores_of_process(), thread_name_prefix="restart")


if hasattr(os, "register_at_fork"):  # a child has no threads but the one that forked
    os.register_at_fork(after_in_child=workers.cache_clear)


def one_openmp_thread() -> AbstractContextManager[Any]:
    """Hold OpenMP to one thread within a block; this limit belongs to the calling thread alone."""
    limited: AbstractContextManager[Any] = _libraries("openmp").limit(limits=1)
    return limited
