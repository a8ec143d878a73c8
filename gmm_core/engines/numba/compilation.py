"""How code is compiled, and where it is kept from one process to the next."""

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
"""What has LLVM use registers of 512 bits whole."""
WIDE = "+avx512vbmi2"
"""Processors with this (Intel's since Ice Lake, AMD's since Zen 4) work with 512 bits at once without slowing down."""

_being_made: list[Path] = []
_dispatcher: Any = import_module("numba.core.dispatcher")  # where Numba takes its cache of functions from
_usual_cache: Callable[[Any], Any] = _dispatcher.FunctionCache


def prepare_compilation() -> None:
    """Have Numba use whole vectors, and keep what it compiles; call it before a function is marked for compilation.

    Functions of this package are loaded from the folder of `gmm_core.engines.machine_code`, and where there is none
    they are compiled for this process alone; where others keep theirs is left as it is. Vectors are set for the whole
    process, and only where the user of Numba has not set anything (NUMBA_CPU_NAME, NUMBA_CPU_FEATURES): for processors
    with 512 bits LLVM prefers 256, which was right for the first of them.
    """
    _dispatcher.FunctionCache = _cache_of
    config: Any = numba.config  # its settings are made at import, out of sight of a type checker
    if config.CPU_NAME is None and config.CPU_FEATURES is None:
        features = get_host_cpu_features()
        if WIDE in features.split(","):
            config.CPU_FEATURES = f"{features},{UNSPLIT}"


def has_wide_registers() -> bool:
    """Whether compiled code uses vectors of 512 bits, once `prepare_compilation` was called."""
    config: Any = numba.config
    return UNSPLIT in (config.CPU_FEATURES or "").split(",")


def keep_in(folder: Path) -> None:
    """Have this process, which makes machine code, put into a folder what it compiles."""
    _being_made.append(folder)


@cache
def _loaded_from() -> Path | None:
    return ready()


class _Locator(caching.UserProvidedCacheLocator):
    """Where Numba looks for the code of a function of this package."""

    def __init__(self, py_func: Any, py_file: str) -> None:
        self._py_file = py_file
        self._lineno = py_func.__code__.co_firstlineno
        folder = _being_made[-1] if _being_made else _loaded_from()
        self._cache_path = str(folder)

    @classmethod
    def from_function(cls, py_func: Any, py_file: str) -> _Locator:
        """One for whatever function."""
        return cls(py_func, py_file)


class _Code(caching.CompileResultCacheImpl):
    _locator_classes = [_Locator]  # noqa: RUF012


class _KeptCode(caching.FunctionCache):
    """Code that is complete is loaded and never added to."""

    _impl_class = _Code

    def save_overload(self, sig: Any, data: Any) -> None:
        """Where code is being made, into its folder."""
        if _being_made:
            super().save_overload(sig, data)


def _cache_of(function: Any) -> Any:
    """What keeps the code of a function."""
    if not function.__module__.startswith("gmm_core.engines.numba."):
        return _usual_cache(function)
    return _KeptCode(function) if _being_made or _loaded_from() else caching.NullCache()
