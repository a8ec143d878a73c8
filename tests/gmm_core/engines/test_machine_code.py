"""Machine code is loaded for this very program and processor, and from where nobody else can write."""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from gmm_core.engines import machine_code
from gmm_core.engines.machine_code import KEPT, LIST, Place, complete, key, places, sources
from gmm_core.engines.numba import engine
from gmm_core.engines.numba import starts as starting

pytestmark = pytest.mark.skipif(not hasattr(os, "geteuid"), reason="files have no owners here")
ME = frozenset({os.geteuid()}) if hasattr(os, "geteuid") else frozenset()


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """One with complete code in it, or what passes for it."""
    found = Place(tmp_path / "home" / "cache", ME, private=True)
    (tmp_path / "home").mkdir()
    assert found.make()
    fill(found.folder / key())
    return found


def fill(folder: Path) -> None:
    folder.mkdir()
    for name in ("one.nbi", "one.1.nbc"):
        (folder / name).write_bytes(b"code")
        (folder / name).chmod(0o644)
    complete(folder)
    (folder / LIST).chmod(0o644)
    folder.chmod(0o755)


def linked(folder: Path) -> None:
    (folder / "one.nbi").rename(folder.parent / "elsewhere")
    (folder / "one.nbi").symlink_to(folder.parent / "elsewhere")


def test_complete_code_in_a_folder_of_ones_own_is_ready(place: Place) -> None:
    assert place.ready() == place.folder / key()
    assert place.folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    "spoil",
    [
        lambda folder: folder.chmod(0o777),
        lambda folder: folder.parent.chmod(0o770),
        lambda folder: (folder / "one.nbi").chmod(0o646),
        lambda folder: (folder / "one.1.nbc").chmod(0o664),
        lambda folder: (folder / LIST).chmod(0o666),
        linked,
        lambda folder: (folder / LIST).unlink(),
        lambda folder: (folder / "one.1.nbc").unlink(),
        lambda folder: (folder / "one.1.nbc").write_bytes(b"cod"),
        lambda folder: (folder / "two.nbi").write_bytes(b"more"),
        lambda folder: folder.rename(folder.with_name("0" * 24)),
    ],
)
def test_what_others_can_write_or_what_is_not_whole_is_not_ready(
    spoil: Callable[[Path], object], place: Place
) -> None:
    spoil(place.folder / key())
    assert place.ready() is None


def test_what_belongs_to_somebody_else_is_not_ready(place: Place) -> None:
    others = frozenset({os.geteuid() + 1})
    assert Place(place.folder, others, private=True).ready() is None
    assert Place(place.folder, others, private=False).ready() is None


def test_no_place_is_made_at_the_root_or_in_a_home_of_somebody_else(tmp_path: Path) -> None:
    assert not Place(Path("/no-such-home/.cache/app"), ME, private=True).make()
    (tmp_path / "file").write_text("")
    assert not Place(tmp_path / "file" / "cache", ME, private=True).make()
    (tmp_path / "home").mkdir()
    owners = frozenset({os.geteuid() + 1})
    if os.geteuid() == 0:  # who may make it anywhere, and must not
        os.chown(tmp_path / "home", 12345, 12345)
        owners = ME
    assert not Place(tmp_path / "home" / "cache", owners, private=True).make()
    assert not (tmp_path / "home" / "cache").exists()


def test_a_place_that_others_can_write_to_is_not_used(tmp_path: Path) -> None:
    tmp_path.joinpath("open").mkdir()
    tmp_path.joinpath("open").chmod(0o777)
    assert not Place(tmp_path / "open", ME, private=True).make()
    assert Place(tmp_path / "open", ME, private=False).make()


def test_what_was_never_completed_goes_and_so_do_all_versions_but_the_last(place: Place) -> None:
    for age in range(KEPT + 2):
        fill(place.folder / f"{age:024d}")
        os.utime(place.folder / f"{age:024d}", (1e9 - age, 1e9 - age))
    (place.folder / "part-1").mkdir()
    (place.folder / "lock").write_text("")
    place.clear()
    expected = {f"{age:024d}" for age in range(KEPT - 1)}
    assert {path.name for path in place.folder.iterdir()} == expected | {"lock"}


def test_the_package_comes_first_and_the_users_cache_second(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    first, second = places()
    assert first.folder.is_relative_to(machine_code.PACKAGE)
    if sys.platform == "linux":
        assert second.folder == tmp_path / "gmm-explorer"
    assert second.private and second.owners == ME


def test_a_folder_that_was_chosen_is_the_only_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    assert [place.folder for place in places()] == [tmp_path / "gmm-explorer"]


def test_without_a_home_there_is_none_for_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("HOME", "")
    assert len(places()) == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda patch: patch.setattr(machine_code, "version", lambda name: f"{name} 0"),
        lambda patch: patch.setattr(machine_code, "_processor", lambda: ("another",)),
        lambda patch: patch.setattr(sys, "version", "3.99"),
        lambda patch: patch.setenv("NUMBA_OPT", "1"),
        lambda patch: patch.setattr(machine_code, "sources", lambda: sources()[1:]),
        lambda patch: patch.setattr(Path, "read_bytes", lambda path: b"numba"),
    ],
    ids=["versions", "processor", "Python", "settings", "files", "their text"],
)
def test_code_for_anything_else_has_another_name(
    change: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    unchanged = key.__wrapped__()
    assert unchanged == key.__wrapped__() == key()
    change(monkeypatch)
    assert key.__wrapped__() != unchanged


def test_what_changes_no_code_changes_no_name(monkeypatch: pytest.MonkeyPatch) -> None:
    unchanged = key.__wrapped__()
    monkeypatch.setenv("NUMBA_NUM_THREADS", "1")
    monkeypatch.setenv("NUMBA_CACHE_DIR", "/anywhere")
    assert key.__wrapped__() == unchanged


def test_every_number_that_becomes_machine_code_stands_in_a_file_that_the_name_depends_on() -> None:
    """A name that compiled functions read is given its value in one of `sources`, or is no number of ours."""
    compiled = [sys.modules[name] for name in sys.modules if name.startswith("gmm_core.engines.numba.")]
    assert {engine, starting} <= set(compiled)
    statements = [each for file in sources() for each in ast.parse(file.read_text(encoding="utf-8")).body]
    assigned = {
        node.id
        for statement in statements
        if isinstance(statement, ast.Assign | ast.AnnAssign)
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    read = {name for module in compiled for name in numbers_read(module)}
    assert "NARROWEST" in read and read <= assigned


def numbers_read(module: ModuleType) -> set[str]:
    functions = [value.py_func for value in vars(module).values() if hasattr(value, "py_func")]
    return {
        name
        for function in functions
        for name in function.__code__.co_names
        if isinstance(function.__globals__.get(name), int | float)
    }
