"""What is committed is replaced when that is asked for, and not before."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path

import pytest

from benchmarks import compare, restart_score, results_folder
from benchmarks.results_folder import COMMITTED, MEASURED, add_results_option
from gmm_core.engines import code_maker as making
from tests.running_server import REPOSITORY

WRITERS = ("compare", "load", "memory_sessions", "optima", "restart_score")


def results_option(*arguments: str) -> Path:
    parser = ArgumentParser()
    add_results_option(parser)
    found: Path = parser.parse_args(arguments).results
    return found


def test_results_go_into_a_folder_of_their_own_unless_another_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MEASURED != COMMITTED and COMMITTED not in MEASURED.parents
    assert results_option("--results", str(tmp_path / "made/for it")).is_dir()
    assert results_option("--results", str(COMMITTED)) == COMMITTED
    monkeypatch.setattr(results_folder, "MEASURED", tmp_path / "measured")
    assert results_option() == tmp_path / "measured"


def test_one_that_is_run_as_it_is_leaves_what_is_committed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {file: file.read_bytes() for file in COMMITTED.iterdir()}
    monkeypatch.setattr(results_folder, "MEASURED", tmp_path)
    monkeypatch.setattr(restart_score, "problems", lambda: iter(()))
    monkeypatch.setattr(restart_score, "report", lambda _tried: "none was tried")
    monkeypatch.setattr(sys, "argv", ["restart_score"])
    restart_score.main()
    monkeypatch.setattr(sys, "argv", ["compare", "--rows"])
    monkeypatch.setattr(making, "wait", lambda: None)
    monkeypatch.setattr(compare, "written_out", lambda _book, folder: (folder / "speed.md").touch())
    compare.main()
    assert {file.name for file in tmp_path.iterdir()} == {"restart_score.md", "speed.md"}
    assert {file: file.read_bytes() for file in COMMITTED.iterdir()} == before


@pytest.mark.parametrize("name", WRITERS)
def test_the_folder_of_what_is_committed_is_named_in_one_place(name: str) -> None:
    text = (REPOSITORY / "benchmarks" / f"{name}.py").read_text(encoding="utf-8")
    assert "add_results_option(parser)" in text
    assert '"results"' not in text
