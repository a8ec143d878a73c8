"""Which engine takes the E-steps, in one place, by what was measured."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from threading import Event, Lock, Thread

import numpy as np

from gmm_core.arrays import FloatArray
from gmm_core.engines.blocked import BlockedEngine
from gmm_core.engines.numpy_starting import NumPyStarting
from gmm_core.engines.protocol import Engine, Starting
from gmm_core.errors import ParameterError
from gmm_core.scores import Scores

AUTOMATIC = "automatic"
WORTH_COMPILING = 100_000_000
"""From about this many multiplications in one E-step on, a fit on NumPy takes longer than compiling and fitting."""

_compiled = Event()
_compiling = Lock()


def blocked(X: FloatArray, sample_weight: FloatArray | None = None) -> Engine:
    """The NumPy engine."""
    return BlockedEngine(X, sample_weight)


def compiled(X: FloatArray, sample_weight: FloatArray | None = None) -> Engine:
    """The Numba engine; the first call in a process compiles it, or loads what an earlier process compiled."""
    warm_up()
    engine: Engine = import_module("gmm_core.compiled.engine").CompiledEngine(X, sample_weight)
    return engine


def compiled_starting() -> Starting:
    """What the Numba engine computes for random starts."""
    warm_up()
    starting: Starting = import_module("gmm_core.compiled.starting").CompiledStarting()
    return starting


ENGINES = {"blocked": blocked, "compiled": compiled}
STARTINGS: dict[str, Callable[[], Starting]] = {"blocked": NumPyStarting, "compiled": compiled_starting}
"""What each of the engines computes for random starts."""


def engine_name(n_rows: int, n_features: int, n_components: int) -> str:
    """The engine for N rows of D features and K components: the compiled one, unless compiling it costs more.

    Nanoseconds for a row and a component of one E-step, on two cores with AVX-512; K = 5, in the last column 3:

    =================  =======  ========  =========  ==========  ==========  ===========
    N × D              200k×2   200k×10   99k×24     23k×50      6k×100      1k×2
    =================  =======  ========  =========  ==========  ==========  ===========
    full, NumPy        16       77        195        922         2751        43
    full, compiled     1.9      5.9       19         82          279         15
    diagonal, NumPy    17       77        164        425         830         43
    diagonal, compiled 1.7      4.0       7.6        18          43          14
    =================  =======  ========  =========  ==========  ==========  ===========

    Source: `benchmarks/engine_costs.py`. The compiled engine was never the slower one, up to 400 features, so all
    that speaks for NumPy is the time until the other is ready in this process: below one second where an earlier
    process left its machine code, half a minute where none did. Until then a fit of fewer than `WORTH_COMPILING`
    multiplications an E-step takes NumPy.
    """
    worth_it = n_rows * n_components * (n_features**2 + 30) >= WORTH_COMPILING
    return "compiled" if _compiled.is_set() or worth_it else "blocked"


def engine_named(name: str, X: FloatArray, sample_weight: FloatArray | None = None) -> Engine:
    """The engine of that name over the rows, or `ParameterError` with the names there are."""
    require_engine(name)
    return ENGINES[name](X, sample_weight)


def starting_named(name: str) -> Starting:
    """What the engine of that name computes for random starts, or `ParameterError` with the names there are."""
    require_engine(name)
    return STARTINGS[name]()


def require_engine(name: str) -> None:
    """Raise `ParameterError` where no engine has that name."""
    if name not in ENGINES:
        raise ParameterError(
            f"There is no engine named {name!r}: choose one of {', '.join([AUTOMATIC, *ENGINES])}."
        )


def warm_up() -> None:
    """Compile the kernel, half a minute the first time on a machine, and let `engine_name` choose it from then on."""
    with _compiling:
        if _compiled.is_set():
            return
        compiled_engine = import_module("gmm_core.compiled.engine").CompiledEngine
        compiled_engine(np.zeros((1, 2))).expectation(Scores(np.zeros((1, 2)), np.eye(2)[None], np.zeros(1)))
        import_module("gmm_core.compiled.starting")
        _compiled.set()


@cache
def warm_up_in_background() -> Thread:
    """The same beside whatever else goes on; the NumPy engine serves until then."""
    thread = Thread(target=warm_up, name="compiling", daemon=True)
    thread.start()
    return thread
