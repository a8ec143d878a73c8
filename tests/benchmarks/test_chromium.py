"""Measurements find the browser that `make test` installs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from benchmarks.chromium import NAMES, NoChromium, chromium_path
from tests.running_server import REPOSITORY


def test_the_variable_goes_before_the_path_and_the_first_of_the_names_before_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoChromium, match="install one of chromium-headless-shell"):
        chromium_path()
    for name in reversed(NAMES):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o700)
        assert chromium_path() == str(tmp_path / name)
    monkeypatch.setenv("CHROMIUM", "/opt/another")
    assert chromium_path() == "/opt/another"


def test_what_the_makefile_looks_for_and_installs_is_what_is_found() -> None:
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    looked_for = re.search(r"^BROWSERS := (.*)$", makefile, re.M)
    assert looked_for and tuple(looked_for[1].split()) == NAMES
    assert set(re.findall(r"PACKAGE=(chromium\S*)", makefile)) <= set(NAMES)


@pytest.mark.parametrize("name", ["paint", "film"])
def test_each_that_drives_a_browser_drives_this_one(name: str) -> None:
    text = (REPOSITORY / "benchmarks" / f"{name}.py").read_text(encoding="utf-8")
    assert "executable_path=chromium_path()" in text
