"""Where machine code lies on disk, for which code and processor it is, and whether it may be loaded.

Loading it runs it, and its index is a pickle of Numba's: so a folder counts only where nobody but those who may change
this very program can have written to it.
"""

from __future__ import annotations

import os
import platform
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from shutil import rmtree

APPLICATION = "gmm-explorer"
PACKAGE = Path(__file__).parents[1]
COMPILED = PACKAGE / "engines" / "numba"
CONSTANTS = (PACKAGE / "model" / "covariance" / "floor.py",)
"""Files beside those that name Numba, whose numbers become part of the machine code."""
LIST = "complete"
"""The file, written last, that lists the others with their digests; without it the code is none."""
KEPT = 4
"""How many folders of code are kept in one place: those used last."""
DIGITS = 24
"""How many hexadecimal digits of its digest name a folder."""
OF_THE_PROCESSOR = ("vendor_id", "cpu family", "model", "model name", "stepping", "flags")
OF_THE_PROCESSOR_ARM = ("CPU implementer", "CPU architecture", "CPU variant", "CPU part", "Features")
HARMLESS = {"NUMBA_CACHE_DIR", "NUMBA_NUM_THREADS", "NUMBA_THREADING_LAYER"}
"""Settings of Numba's that change no code."""


@dataclass(frozen=True)
class Place:
    """A folder that may hold machine code, each version of it in a folder of its own.

    Parameters
    ----------
    folder : Path
        It need not exist.
    owners : frozenset of int
        The users whose files may be loaded from there.
    private : bool
        Whether the place itself must be out of reach of others, and not the versions alone.
    """

    folder: Path
    owners: frozenset[int]
    private: bool

    def ready(self) -> Path | None:
        """The folder with the code for this program and processor, if it is complete and may be trusted."""
        folder = self.folder / key()
        if not os.path.isfile(folder / LIST) or (self.private and not self._holds(self.folder)):
            return None
        try:
            if not all(map(self._holds, (folder, *folder.rglob("*")))):
                return None
            listed = (folder / LIST).read_text(encoding="utf-8").splitlines()
            return folder if [*_digests(folder)] == listed else None
        except OSError:  # somebody removes it at this moment, or it cannot be read
            return None

    def make(self) -> bool:
        """Make the place where it is missing; False where that cannot be done, or others can write to it."""
        if not os.path.isdir(self.folder):
            above = next(folder for folder in self.folder.parents if os.path.exists(folder))
            if above == Path(above.anchor) or above.stat().st_uid not in {*self.owners, 0}:
                return False  # nobody's home, or that of somebody else
            try:
                self.folder.mkdir(mode=0o700 if self.private else 0o755, parents=True)
            except FileExistsError:  # another process has just made it
                pass
            except OSError:
                return False
        return os.access(self.folder, os.W_OK) and (not self.private or self._holds(self.folder))

    def clear(self) -> None:
        """Remove what was never completed and all versions but those used last; for who holds the lock."""
        folders = [folder for folder in self.folder.iterdir() if folder.is_dir()]
        complete = [folder for folder in folders if (folder / LIST).is_file() and folder.name != key()]
        newest = sorted(complete, key=lambda folder: folder.stat().st_mtime, reverse=True)[: KEPT - 1]
        for folder in folders:
            if folder not in newest:
                rmtree(folder)

    def _holds(self, path: Path) -> bool:
        """Whether a file or folder belongs to one of the owners and nobody else can write to it."""
        found = path.lstat()
        usual = stat.S_ISDIR(found.st_mode) or stat.S_ISREG(found.st_mode)
        return usual and found.st_uid in self.owners and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def places() -> tuple[Place, ...]:
    """Where code may lie, the first choice first: the package's own folder, then the user's folder for caches.

    Where `NUMBA_CACHE_DIR` is set it is the only one. There is none where files have no owners, as on Windows.
    """
    if not hasattr(os, "geteuid"):
        return ()
    mine = frozenset({os.geteuid()})
    if chosen := os.environ.get("NUMBA_CACHE_DIR"):
        return (Place(Path(chosen).absolute() / APPLICATION, mine, private=True),)
    source = COMPILED / "__init__.py"
    of_package = Place(
        COMPILED / "__pycache__" / "machine-code", mine | {0, source.stat().st_uid}, private=False
    )
    cache_of_user = _cache_of_user()
    return (of_package,) if cache_of_user is None else (of_package, Place(cache_of_user, mine, private=True))


def ready() -> Path | None:
    """The folder with the code for this program and processor in the first place that has it."""
    return next((folder for place in places() if (folder := place.ready()) is not None), None)


@cache
def key() -> str:
    """A digest of all that machine code depends on: a folder with this name holds code for nothing else.

    Sources, versions, Numba's settings, and the processor. Numba itself asks no more than whether the one file has
    changed that a function stands in, and not those with the functions that it calls.
    """
    found = sha256()
    for file in sources():
        found.update(file.name.encode() + b"\0" + file.read_bytes())
    numbers = [version(name) for name in ("numba", "llvmlite", "numpy")]
    settings = sorted(
        item for item in os.environ.items() if item[0].startswith("NUMBA_") and item[0] not in HARMLESS
    )
    told = (sys.version, sys.platform, sys.implementation.cache_tag, numbers, settings, *_processor())
    found.update(repr(told).encode())
    return found.hexdigest()[:DIGITS]


def sources() -> list[Path]:
    """The files that machine code is made of."""
    return [file for file in sorted(COMPILED.glob("*.py")) if b"numba" in file.read_bytes()] + [*CONSTANTS]


def complete(folder: Path) -> None:
    """Write the list that makes a folder of code count."""
    (folder / LIST).write_text("".join(f"{line}\n" for line in _digests(folder)), encoding="utf-8")


def _digests(folder: Path) -> Iterator[str]:
    """A line for every file but the list."""
    for file in sorted(folder.rglob("*")):
        if file.is_file() and file.name != LIST:
            yield f"{sha256(file.read_bytes()).hexdigest()}  {file.relative_to(folder)}"


def _processor() -> tuple[str, ...]:
    """What is known of the processor without the compiler: on Linux what it can do."""
    names = (*OF_THE_PROCESSOR, *OF_THE_PROCESSOR_ARM)
    try:
        first = Path("/proc/cpuinfo").read_text(encoding="utf-8").split("\n\n")[0]
    except OSError:  # there is no such file but on Linux
        first = ""
    told = [line for line in first.splitlines() if line.split(":")[0].strip() in names]
    return (platform.machine(), platform.processor(), *told)


def _cache_of_user() -> Path | None:
    """The user's folder for caches; None where the user has no home."""
    from platformdirs import user_cache_path  # few processes ever ask for it

    if os.environ.get("HOME") == "":
        return None
    path = user_cache_path(APPLICATION, appauthor=False)
    return path.resolve() if path.is_absolute() else None
