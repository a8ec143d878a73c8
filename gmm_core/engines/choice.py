"""The choice of the engine that computes the E-steps, by an estimate of the time that a fit takes with NumPy."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from threading import Event, Lock, Thread
from time import monotonic

from gmm_core.arrays import FloatArray
from gmm_core.engines import code_maker as making
from gmm_core.engines import machine_code
from gmm_core.engines.blocked_numpy import BlockedEngine
from gmm_core.engines.expectation_cost import USUAL_ITERATIONS, seconds_by_numpy
from gmm_core.engines.handover import CHANGING, ChangingEngine, ChangingStarting
from gmm_core.engines.numpy_starts import NumPyStarting
from gmm_core.engines.protocol import Engine, Starting
from gmm_core.errors import ParameterError

AUTOMATIC = "automatic"
"""The name by which a caller leaves the choice to `engine_name`."""
WORTH_LOADING = 0.6
"""Compiled code is loaded once all fits of a process together take this many seconds with NumPy: about half the time of
loading, because a process that has fitted this much usually fits more."""
LOOK_SECONDS = 0.25
"""The fewest seconds between two checks whether compiled code has become available, during a fit with NumPy."""

_loaded = Event()
"""Set once compiled code is loaded in this process."""
_loading = Lock()
"""Held while a thread loads compiled code."""
_spending = Lock()
"""Held while `_spent` is changed."""
_spent = 0.0
"""The approximate seconds that all fits of this process have taken with NumPy."""
_next_look = 0.0
"""The time (`monotonic`) before which `load_if_compiled` does not look at the disk again."""


def blocked(X: FloatArray, sample_weight: FloatArray | None = None) -> Engine:
    """The NumPy engine."""
    return BlockedEngine(X, sample_weight)


def compiled(X: FloatArray, sample_weight: FloatArray | None = None) -> Engine:
    """The Numba engine; the first call in a process loads its code, and waits while missing code is compiled."""
    warm_up()
    return _compiled_engine(X, sample_weight)


def changing(X: FloatArray, sample_weight: FloatArray | None = None) -> Engine:
    """The NumPy engine, replaced by the Numba engine as soon as that is available; it never waits."""
    return ChangingEngine(
        BlockedEngine(X, sample_weight),
        lambda: _compiled_engine(X, sample_weight) if load_if_compiled() else None,
    )


def compiled_starting() -> Starting:
    """The Numba engine's computations for random starts; loads its code as `compiled` does."""
    warm_up()
    return _compiled_starting()


def changing_starting() -> Starting:
    """NumPy's computations for random starts, replaced by the Numba engine's as soon as these are available."""
    return ChangingStarting(NumPyStarting(), lambda: _compiled_starting() if load_if_compiled() else None)


ENGINES = {"blocked": blocked, "compiled": compiled}
"""The engines by name: (rows X (N, D), their weights (N,) or None) -> engine."""
STARTINGS: dict[str, Callable[[], Starting]] = {"blocked": NumPyStarting, "compiled": compiled_starting}
"""The computations for random starts, by the name of the engine."""


def engine_name(n_rows: int, n_features: int, n_components: int, n_restarts: int, max_iterations: int) -> str:
    """The name of the engine for a fit: the compiled one if it is loaded already or worth loading, else NumPy.

    Compiled E-steps were never the slower ones, up to 400 features (measured by `benchmarks/engine_costs.py`), so the
    only reason for NumPy is the time that loading takes. Compiled code is worth loading once the process has spent, or
    is about to spend, `WORTH_LOADING` seconds with NumPy. If it is not on disk yet, another process is asked to compile
    it, and the fit begins with NumPy and changes over while it runs (`CHANGING`).

    Parameters
    ----------
    n_rows, n_features, n_components : int
        N, D and K.
    n_restarts, max_iterations : int
        The number of restarts, and the largest number of M-steps in each.
    """
    if _loaded.is_set():
        return "compiled"
    iterations = n_restarts * min(max_iterations, USUAL_ITERATIONS)
    expected = seconds_by_numpy((n_rows, n_features), n_components, n_restarts, iterations)
    if _spent + expected < WORTH_LOADING:
        return "blocked"
    if _load_if_ready():
        return "compiled"
    return CHANGING if making.request() else "blocked"


def spend(seconds: float) -> None:
    """Add the approximate seconds of a fit with NumPy to the total of this process, which `engine_name` looks at."""
    global _spent
    with _spending:
        _spent += seconds


def engine_named(name: str, X: FloatArray, sample_weight: FloatArray | None = None) -> Engine:
    """The engine of that name over rows X (N, D); raises `ParameterError` for an unknown name."""
    if name == CHANGING:
        return changing(X, sample_weight)
    require_engine(name)
    return ENGINES[name](X, sample_weight)


def starting_named(name: str) -> Starting:
    """The computations for random starts of the engine of that name; raises `ParameterError` for an unknown name."""
    if name == CHANGING:
        return changing_starting()
    require_engine(name)
    return STARTINGS[name]()


def require_engine(name: str) -> None:
    """Raise `ParameterError`, which lists the names, if no engine has that name."""
    if name not in ENGINES:
        raise ParameterError(
            f"There is no engine named {name!r}: choose one of {', '.join([AUTOMATIC, *ENGINES])}."
        )


def compiled_is_loaded() -> bool:
    """True once the compiled engine is loaded in this process; a fit that began before may have waited for it."""
    return _loaded.is_set()


def load_if_compiled() -> bool:
    """Return whether compiled code is loaded; load it first if it has been compiled in the meantime.

    Called by fits that run with NumPy until then; looks at the disk every `LOOK_SECONDS` at most.
    """
    global _next_look
    if _loaded.is_set() or monotonic() < _next_look:
        return _loaded.is_set()
    _next_look = monotonic() + LOOK_SECONDS
    if not _load_if_ready():
        making.request()  # again, because the process that compiled it may have been killed
    return _loaded.is_set()


def warm_up() -> None:
    """Load the compiled engine for all later fits of this process; compile it first if it is not on disk.

    Waits until it is loaded; compiling takes long, but once on a machine only. If there is no folder where the code
    can be kept, it is compiled for this process alone.
    """
    if not _loaded.is_set():
        making.wait()
        with _loading:
            _load()


@cache
def warm_up_in_background() -> Thread:
    """Run `warm_up` in a background thread, started once; fits use the NumPy engine until it has finished."""
    thread = Thread(target=warm_up, name="compiling", daemon=True)
    thread.start()
    return thread


def _load_if_ready() -> bool:
    """Load compiled code if it is on disk, and return whether it is loaded; does not wait for another thread's load."""
    if not _loaded.is_set() and _loading.acquire(blocking=False):
        try:
            if machine_code.ready() is not None:
                _load()
        finally:
            _loading.release()
    return _loaded.is_set()


def _load() -> None:
    """Import the compiled modules; the caller must hold `_loading`."""
    for module in making.MODULES:
        import_module(module)
    _loaded.set()


def _compiled_engine(X: FloatArray, sample_weight: FloatArray | None) -> Engine:
    engine: Engine = import_module("gmm_core.engines.numba.engine").CompiledEngine(X, sample_weight)
    return engine


def _compiled_starting() -> Starting:
    starting: Starting = import_module("gmm_core.engines.numba.starts").CompiledStarting()
    return starting
