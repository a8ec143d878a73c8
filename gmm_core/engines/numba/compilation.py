"""The settings of Numba, and the folder in which compiled code is kept from one process to the next."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import numba
from numba.core import caching
from numba.core.codegen import get_host_cpu_features

from gmm_core.engines.machine_code import ready

UNSPLIT = "-prefer-256-bit"
"""The feature that makes LLVM use whole registers of 512 bits."""
WIDE = "+avx512vbmi2"
"""Processors with this feature (Intel's since Ice Lake, AMD's since Zen 4) use 512 bits without slowing down."""

_being_made: list[Path] = []
_dispatcher: Any = import_module("numba.core.dispatcher")  # where Numba takes its cache of functions from
_usual_cache: Callable[[Any], Any] = _dispatcher.FunctionCache


def prepare_compilation() -> None:
    """Set Numba's cache and vector width; must be called before a function is decorated with `njit`.

    Functions of this package are loaded from the folder of `gmm_core.engines.machine_code`; if there is none, they are
    compiled for this process alone. The cache of other packages' functions is not changed. The vector width is set for
    the whole process, unless the user has set NUMBA_CPU_NAME or NUMBA_CPU_FEATURES: for processors with 512 bits LLVM
    prefers 256, which is right only for the first of them.
    """
    _dispatcher.FunctionCache = _cache_of
    config: Any = numba.config  # its settings are made at import, out of sight of a type checker
    if config.CPU_NAME is None and config.CPU_FEATURES is None:
        features = get_host_cpu_features()
        if WIDE in features.split(","):
            config.CPU_FEATURES = f"{features},{UNSPLIT}"


def has_wide_registers() -> bool:
    """True if compiled code uses vectors of 512 bits; valid after `prepare_compilation`."""
    config: Any = numba.config
    return UNSPLIT in (config.CPU_FEATURES or "").split(",")


def keep_in(folder: Path) -> None:
    """Store what this process compiles in a folder; for the process that makes machine code."""
    _being_made.append(folder)


@cache
def _loaded_from() -> Path | None:
    return ready()


class _Locator(caching.UserProvidedCacheLocator):
    """The place of the code of a function of this package, in Numba's terms."""

    def __init__(self, py_func: Any, py_file: str) -> None:
        self._py_file = py_file
        self._lineno = py_func.__code__.co_firstlineno
        folder = _being_made[-1] if _being_made else _loaded_from()
        self._cache_path = str(folder)

    @classmethod
    def from_function(cls, py_func: Any, py_file: str) -> _Locator:
        """The locator for any function."""
        return cls(py_func, py_file)


class _Code(caching.CompileResultCacheImpl):
    _locator_classes = [_Locator]  # noqa: RUF012


class _KeptCode(caching.FunctionCache):
    """A cache that is only read, except in the process that makes machine code."""

    _impl_class = _Code

    def save_overload(self, sig: Any, data: Any) -> None:
        """Store a compiled function, if this process makes machine code."""
        if _being_made:
            super().save_overload(sig, data)


def _cache_of(function: Any) -> Any:
    """The cache for a function."""
    if not function.__module__.startswith("gmm_core.engines.numba."):
        return _usual_cache(function)
    return _KeptCode(function) if _being_made or _loaded_from() else caching.NullCache()
