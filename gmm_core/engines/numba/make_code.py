"""What the process that makes machine code does: it imports the modules, which compiles them, and names the folder."""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from tempfile import mkdtemp

from gmm_core.engines.machine_code import Place, complete
from gmm_core.engines.numba.compilation import keep_in


def make(folder: str, key: str, modules: Sequence[str], niceness: int) -> None:
    """Compile the functions of the modules into the subfolder `key` of a folder; the process must hold its lock."""
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
