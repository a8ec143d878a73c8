"""The threads of this process: a pool for restarts, and limits that hold numerical libraries to one thread.

With more threads a library would add numbers in an order that depends on the machine.
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
from typing import TYPE_CHECKING, Any

from gmm_core.engines.cpu_quota import quota_of_cores

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController

_lock = Lock()
"""Held while the next two are changed."""
_blas_limit: Any = None
"""The limit of BLAS that is set; None if there is none."""
_inside = 0
"""The number of callers within `one_blas_thread`."""


@cache
def _libraries(user_api: str) -> ThreadpoolController:
    # What is loaded later would not be limited: SciPy's BLAS is another than NumPy's, scikit-learn brings OpenMP.
    import scipy.linalg  # noqa: F401
    import sklearn.cluster  # noqa: F401
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController().select(user_api=user_api)


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Limit BLAS to one thread until the last of several concurrent callers leaves its block.

    The limit applies to the whole process, so callers are counted: the first sets it, the last restores the old one.
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
    """The number of threads that the caller may use: 1 in a parallel worker, otherwise one for each core."""
    return 1 if is_one_of_several() else cores_of_process()


def cores_of_process() -> int:
    """The number of cores that this process may use, by its CPU affinity and the quota of its control group."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quota = _quota()
    return allowed if quota is None else min(allowed, quota)


@cache
def _quota() -> int | None:
    return quota_of_cores()


def is_one_of_several() -> bool:
    """True if the caller is a parallel worker: a task of joblib, or a child process of `multiprocessing`.

    There is usually one worker for each core, so further threads in each would only compete. joblib tells in each task
    how deeply it is nested; a process that has not imported joblib has no such tasks.
    """
    if parent_process() is not None:
        return True
    active: Any = getattr(sys.modules.get("joblib.parallel"), "get_active_backend", None)
    return active is not None and (active()[0].nesting_level or 0) > 0


@cache
def workers() -> ThreadPoolExecutor:
    """The pool of threads for restarts, one for each core; it is kept because starting a thread is slow.

    All fits share it, and restarts of other fits may occupy it for long: callers must be able to cancel a queued
    restart (`Future.cancel`) and run it themselves. A cancelled one stays in the queue with all that it refers to, so
    it must not refer to large objects.
    """
    return ThreadPoolExecutor(cores_of_process(), thread_name_prefix="restart")


if hasattr(os, "register_at_fork"):  # of all threads a child process has only the one that forked
    os.register_at_fork(after_in_child=workers.cache_clear)


def one_openmp_thread() -> AbstractContextManager[Any]:
    """Limit OpenMP to one thread within a block; the limit applies to the calling thread only."""
    limited: AbstractContextManager[Any] = _libraries("openmp").limit(limits=1)
    return limited
