"""Which engine takes the E-steps, in one place, by what was measured."""

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
WORTH_LOADING = 0.6
"""From so many seconds with NumPy on, of all fits of a process together, compiled code is loaded: about half of what it
takes to load it, since who has fitted so much will as a rule fit more."""
LOOK_SECONDS = 0.25
"""How often a fit that waits for compiled code looks whether it is there."""

_loaded = Event()
_loading = Lock()
_spending = Lock()
_spent = 0.0
_next_look = 0.0


def blocked(X: FloatArray, sample_weight: FloatArray | None = None) -> Engine:
    """The NumPy engine."""
    return BlockedEngine(X, sample_weight)


def compiled(X: FloatArray, sample_weight: FloatArray | None = None) -> Engine:
    """The Numba engine; the first call in a process loads it, and waits for its code where that is yet to be made."""
    warm_up()
    return _compiled_engine(X, sample_weight)


def changing(X: FloatArray, sample_weight: FloatArray | None = None) -> Engine:
    """The NumPy engine until the Numba engine is there; nobody waits for it."""
    return ChangingEngine(
        BlockedEngine(X, sample_weight), lambda: _compiled_engine(X, sample_weight) if has_come() else None
    )


def compiled_starting() -> Starting:
    """What the Numba engine computes for random starts."""
    warm_up()
    return _compiled_starting()


def changing_starting() -> Starting:
    """What NumPy computes for random starts, until the Numba engine is there."""
    return ChangingStarting(NumPyStarting(), lambda: _compiled_starting() if has_come() else None)


ENGINES = {"blocked": blocked, "compiled": compiled}
STARTINGS: dict[str, Callable[[], Starting]] = {"blocked": NumPyStarting, "compiled": compiled_starting}
"""What each of the engines computes for random starts."""


def engine_name(n_rows: int, n_features: int, n_components: int, n_restarts: int, max_iterations: int) -> str:
    """The engine for restarts over N rows of D features with K components: the compiled one where it is worth loading.

    Nanoseconds for a row and a component of one E-step, on two cores with AVX-512; K = 5, in the last column 3:

    =================  =======  ========  =========  ==========  ==========  ===========
    N × D              200k×2   200k×10   99k×24     23k×50      6k×100      1k×2
    =================  =======  ========  =========  ==========  ==========  ===========
    full, NumPy        16       77        195        922         2751        43
    full, compiled     1.9      5.9       19         82          279         15
    diagonal, NumPy    17       77        164        425         830         43
    diagonal, compiled 1.7      4.0       7.6        18          43          14
    =================  =======  ========  =========  ==========  ==========  ===========

    Seconds until the compiled engine is there, in a process that has NumPy and scikit-learn already (AMD EPYC):

    =======================================  ====  ================================
    what                                     CPU   for whom
    =======================================  ====  ================================
    loading Numba                            0.4   the fit that is worth it
    loading the code, where it lies on disk  0.9   the same
    making the code, where it does not       55    a process of its own; nobody waits
    =======================================  ====  ================================

    Source: `benchmarks/engine_costs.py`. The compiled engine was never the slower one, up to 400 features, so all
    that speaks for NumPy is the time it takes to load the other. A process that has spent, or is about to spend,
    `WORTH_LOADING` seconds with NumPy loads it. Where there is no code yet, it is asked for, and the fit begins with
    NumPy and changes in its middle (`CHANGING`).
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
    """Count what a fit with NumPy took, about: many small ones are worth as much as a large one."""
    global _spent
    with _spending:
        _spent += seconds


def engine_named(name: str, X: FloatArray, sample_weight: FloatArray | None = None) -> Engine:
    """The engine of that name over the rows, or `ParameterError` with the names there are."""
    if name == CHANGING:
        return changing(X, sample_weight)
    require_engine(name)
    return ENGINES[name](X, sample_weight)


def starting_named(name: str) -> Starting:
    """What the engine of that name computes for random starts, or `ParameterError` with the names there are."""
    if name == CHANGING:
        return changing_starting()
    require_engine(name)
    return STARTINGS[name]()


def require_engine(name: str) -> None:
    """Raise `ParameterError` where no engine has that name."""
    if name not in ENGINES:
        raise ParameterError(
            f"There is no engine named {name!r}: choose one of {', '.join([AUTOMATIC, *ENGINES])}."
        )


def has_come() -> bool:
    """Whether compiled code serves, for a fit that goes on without it: what was made meanwhile is loaded now."""
    global _next_look
    if _loaded.is_set() or monotonic() < _next_look:
        return _loaded.is_set()
    _next_look = monotonic() + LOOK_SECONDS
    if not _load_if_ready():
        making.request()  # again, since whoever made it may have been killed
    return _loaded.is_set()


def warm_up() -> None:
    """Load the compiled engine, have it made first where it is missing, and let all fits use it from then on.

    That takes half a minute the first time on a machine. Where code can be kept nowhere, it is compiled for this
    process alone.
    """
    if not _loaded.is_set():
        making.wait()
        with _loading:
            _load()


@cache
def warm_up_in_background() -> Thread:
    """The same beside whatever else goes on; the NumPy engine serves until then."""
    thread = Thread(target=warm_up, name="compiling", daemon=True)
    thread.start()
    return thread


def _load_if_ready() -> bool:
    """Load the code if it lies on disk; says whether it is loaded. A thread that loads it makes no other wait."""
    if not _loaded.is_set() and _loading.acquire(blocking=False):
        try:
            if machine_code.ready() is not None:
                _load()
        finally:
            _loading.release()
    return _loaded.is_set()


def _load() -> None:
    """For who holds `_loading`."""
    for module in making.MODULES:
        import_module(module)
    _loaded.set()


def _compiled_engine(X: FloatArray, sample_weight: FloatArray | None) -> Engine:
    engine: Engine = import_module("gmm_core.engines.numba.engine").CompiledEngine(X, sample_weight)
    return engine


def _compiled_starting() -> Starting:
    starting: Starting = import_module("gmm_core.engines.numba.starts").CompiledStarting()
    return starting
