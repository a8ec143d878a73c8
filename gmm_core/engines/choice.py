"""Which engine takes the E-steps, in one place, by what was measured."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from threading import Event, Lock, Thread

import numpy as np

from gmm_core.arrays import FloatArray
from gmm_core.engines.blocked import BlockedEngine
from gmm_core.engines.protocol import Engine
from gmm_core.errors import ParameterError
from gmm_core.mixture import Mixture

AUTOMATIC = "automatic"
MOST_COMPILED_FEATURES = 24
"""From about this many features on the E-step is matrix multiplication, which BLAS does faster than the kernel."""

_compiled = Event()
_compiling = Lock()


def blocked(X: FloatArray, sample_weight: FloatArray | None = None) -> Engine:
    """The NumPy engine."""
    return BlockedEngine(X, sample_weight)


def compiled(X: FloatArray, sample_weight: FloatArray | None = None) -> Engine:
    """The Numba engine; the first call in a process compiles it, or loads what an earlier process compiled."""
    warm_up()
    engine: Engine = import_module("gmm_core.engines.compiled").CompiledEngine(X, sample_weight)
    return engine


ENGINES = {"blocked": blocked, "compiled": compiled}


def engine_name(n_features: int) -> str:
    """The engine for rows of so many features: compiled up to a width, once it is warm; NumPy else."""
    return "compiled" if _compiled.is_set() and n_features <= MOST_COMPILED_FEATURES else "blocked"


def engine_named(name: str, X: FloatArray, sample_weight: FloatArray | None = None) -> Engine:
    """The engine of that name over the rows, or `ParameterError` with the names there are."""
    if name not in ENGINES:
        raise ParameterError(
            f"There is no engine named {name!r}: choose one of {', '.join([AUTOMATIC, *ENGINES])}."
        )
    return ENGINES[name](X, sample_weight)


def warm_up() -> None:
    """Compile the kernel, some seconds the first time on a machine, and let `engine_name` choose it from then on."""
    with _compiling:
        if _compiled.is_set():
            return
        compiled_engine = import_module("gmm_core.engines.compiled").CompiledEngine
        compiled_engine(np.zeros((1, 2))).expectation(Mixture(np.ones(1), np.zeros((1, 2)), np.eye(2)[None]))
        import_module("gmm_core.compiled_loop")
        _compiled.set()


@cache
def warm_up_in_background() -> Thread:
    """The same beside whatever else goes on; the NumPy engine serves until then."""
    thread = Thread(target=warm_up, name="compiling", daemon=True)
    thread.start()
    return thread
