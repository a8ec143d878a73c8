"""The process that makes machine code: it imports what compiles, and gives it its name when all is there."""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from tempfile import mkdtemp

from gmm_core.engines.machine_code import Place, complete
from gmm_core.engines.numba.compilation import keep_in


def make(folder: str, key: str, modules: Sequence[str], niceness: int) -> None:
    """Compile what those modules hold into the folder of that key; for the process that holds the lock."""
    os.nice(niceness)
    os.umask(0o022)
    place = Place(Path(folder), frozenset({os.geteuid()}), private=False)
    place.clear()
    part = Path(mkdtemp(prefix="part-", dir=folder))
    keep_in(part)
    for module in modules:
        import_module(module)
    complete(part)
    part.chmod(0o755)
    part.rename(place.folder / key)
