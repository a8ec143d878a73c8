"""The folders of machine code on disk: where they lie, for which sources and processor, and whether they are trusted.

Loading machine code runs it, and Numba's index of it is a pickle. So a folder is trusted only if nobody can have
written to it but users who may change this program itself.
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
"""The name of this program's folder within a folder for caches."""
PACKAGE = Path(__file__).parents[1]
"""The folder of `gmm_core`."""
COMPILED = PACKAGE / "engines" / "numba"
"""The folder with the sources that Numba compiles."""
CONSTANTS = (PACKAGE / "model" / "covariance" / "floor.py",)
"""Further source files whose constants become part of the machine code, although they do not use Numba."""
LIST = "complete"
"""The file, written last, that lists all others with their digests; a folder without it is incomplete."""
KEPT = 4
"""The number of folders of code kept in one place: the newest ones."""
DIGITS = 24
"""The number of hexadecimal digits of the digest in a folder's name."""
OF_THE_PROCESSOR = ("vendor_id", "cpu family", "model", "model name", "stepping", "flags")
"""The fields of /proc/cpuinfo that identify an x86 processor."""
OF_THE_PROCESSOR_ARM = ("CPU implementer", "CPU architecture", "CPU variant", "CPU part", "Features")
"""The fields of /proc/cpuinfo that identify an ARM processor."""
HARMLESS = {"NUMBA_CACHE_DIR", "NUMBA_NUM_THREADS", "NUMBA_THREADING_LAYER"}
"""Environment variables of Numba that do not change the machine code."""


@dataclass(frozen=True)
class Place:
    """A folder for machine code; each version of the code has a subfolder named by its `key`.

    Parameters
    ----------
    folder : Path
        The folder, which need not exist.
    owners : frozenset of int
        The ids of the users whose files may be loaded from there.
    private : bool
        If True, other users must not be able to write to the folder itself, and not only to its subfolders.
    """

    folder: Path
    owners: frozenset[int]
    private: bool

    def ready(self) -> Path | None:
        """The subfolder with the code for this program and processor; None unless it is complete and trusted."""
        folder = self.folder / key()
        if not os.path.isfile(folder / LIST) or (self.private and not self._holds(self.folder)):
            return None
        try:
            if not all(map(self._holds, (folder, *folder.rglob("*")))):
                return None
            listed = (folder / LIST).read_text(encoding="utf-8").splitlines()
            return folder if [*_digests(folder)] == listed else None
        except OSError:  # it is being removed at this moment, or cannot be read
            return None

    def make(self) -> bool:
        """Create the folder if it is missing; return False if that is impossible or other users can write to it."""
        if not os.path.isdir(self.folder):
            above = next(folder for folder in self.folder.parents if os.path.exists(folder))
            if above == Path(above.anchor) or above.stat().st_uid not in {*self.owners, 0}:
                return False  # nothing above it exists but the root, or only another user's folder
            try:
                self.folder.mkdir(mode=0o700 if self.private else 0o755, parents=True)
            except FileExistsError:  # another process has just made it
                pass
            except OSError:
                return False
        return os.access(self.folder, os.W_OK) and (not self.private or self._holds(self.folder))

    def clear(self) -> None:
        """Remove incomplete versions and all but the `KEPT - 1` newest others; the caller must hold the lock."""
        folders = [folder for folder in self.folder.iterdir() if folder.is_dir()]
        complete = [folder for folder in folders if (folder / LIST).is_file() and folder.name != key()]
        newest = sorted(complete, key=lambda folder: folder.stat().st_mtime, reverse=True)[: KEPT - 1]
        for folder in folders:
            if folder not in newest:
                rmtree(folder)

    def _holds(self, path: Path) -> bool:
        """Return whether a path is a file or folder of one of the owners that no other user can write to."""
        status = path.lstat()
        usual = stat.S_ISDIR(status.st_mode) or stat.S_ISREG(status.st_mode)
        return usual and status.st_uid in self.owners and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def places() -> tuple[Place, ...]:
    """The places for machine code in order of preference: the package's own folder, then the user's cache folder.

    If `NUMBA_CACHE_DIR` is set, it is the only place. There is none on systems without owners of files, as Windows.
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
    """The folder with the code for this program and processor, in the first place that has it; None if none has."""
    return next((folder for place in places() if (folder := place.ready()) is not None), None)


@cache
def key() -> str:
    """A digest of all that the machine code depends on: sources, versions, Numba's settings and the processor.

    Numba's own cache is not enough: it checks only the file of a function, not those of the functions that it calls.
    """
    digest = sha256()
    for file in sources():
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    numbers = [version(name) for name in ("numba", "llvmlite", "numpy")]
    settings = sorted(
        item for item in os.environ.items() if item[0].startswith("NUMBA_") and item[0] not in HARMLESS
    )
    facts = (sys.version, sys.platform, sys.implementation.cache_tag, numbers, settings, *_processor())
    digest.update(repr(facts).encode())
    return digest.hexdigest()[:DIGITS]


def sources() -> list[Path]:
    """The source files that determine the machine code."""
    return [file for file in sorted(COMPILED.glob("*.py")) if b"numba" in file.read_bytes()] + [*CONSTANTS]


def complete(folder: Path) -> None:
    """Write the list of all files with their digests, which marks a folder of code as complete."""
    (folder / LIST).write_text("".join(f"{line}\n" for line in _digests(folder)), encoding="utf-8")


def _digests(folder: Path) -> Iterator[str]:
    """A line "digest  path" for every file except the list, in the order of the paths."""
    for file in sorted(folder.rglob("*")):
        if file.is_file() and file.name != LIST:
            yield f"{sha256(file.read_bytes()).hexdigest()}  {file.relative_to(folder)}"


def _processor() -> tuple[str, ...]:
    """What Python and, on Linux, /proc/cpuinfo tell of the processor, without loading the compiler."""
    names = (*OF_THE_PROCESSOR, *OF_THE_PROCESSOR_ARM)
    try:
        first = Path("/proc/cpuinfo").read_text(encoding="utf-8").split("\n\n")[0]
    except OSError:  # the file exists on Linux only
        first = ""
    lines = [line for line in first.splitlines() if line.split(":")[0].strip() in names]
    return (platform.machine(), platform.processor(), *lines)


def _cache_of_user() -> Path | None:
    """The folder of this program in the user's cache folder; None if the user has no home folder."""
    from platformdirs import user_cache_path  # imported here because few processes need it

    if os.environ.get("HOME") == "":
        return None
    path = user_cache_path(APPLICATION, appauthor=False)
    return path.resolve() if path.is_absolute() else None
