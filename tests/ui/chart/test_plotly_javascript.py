"""Plotly's JavaScript is put where it is served from, whole, once, or refused in one sentence."""

from __future__ import annotations

from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import pytest

from gmm_core.errors import ExplorerError
from ui.chart.plotly_javascript import ensure_plotly_javascript


@pytest.fixture(autouse=True)
def forget() -> None:
    """Start without the memory of an earlier call."""
    ensure_plotly_javascript.cache_clear()


def test_the_copy_is_the_installed_packages_own_and_is_named_by_its_version(tmp_path: Path) -> None:
    folder = tmp_path / "static"
    name = ensure_plotly_javascript(folder)
    assert name == f"plotly-{version('plotly')}.min.js"
    installed = files("plotly") / "package_data" / "plotly.min.js"
    assert (folder / name).read_bytes() == installed.read_bytes()
    assert [file.name for file in folder.iterdir()] == [name]
    assert (folder / name).stat().st_mode & 0o777 == 0o644


def test_a_file_that_is_there_is_left_alone(tmp_path: Path) -> None:
    there = tmp_path / f"plotly-{version('plotly')}.min.js"
    there.write_text("mine")
    assert ensure_plotly_javascript(tmp_path) == there.name
    assert there.read_text() == "mine"


def test_a_folder_that_cannot_be_written_is_one_clear_sentence(tmp_path: Path) -> None:
    blocked = tmp_path / "static"
    blocked.write_text("a file where the folder should be")
    with pytest.raises(ExplorerError, match=r"^Plotly's JavaScript is missing and .*: run .* once .*\.$"):
        ensure_plotly_javascript(blocked)
