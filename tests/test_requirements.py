"""Everything is pinned, says by which command, and names no place of the machine that pinned it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
LOCKS = {"requirements.in": "requirements.txt", "requirements-dev.in": "requirements-dev.txt"}
PIN = re.compile(r"(?P<name>[a-z0-9-]+)==(?P<version>[0-9][^ ;]*)( ; .+)?")


def pins(lock: str) -> dict[str, set[str]]:
    """Versions of each package in a lock file."""
    found: dict[str, set[str]] = {}
    for line in (REPOSITORY / lock).read_text().splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            match = PIN.fullmatch(line)
            assert match, f"{lock} does not pin: {line}"
            found.setdefault(match["name"], set()).add(match["version"])
    return found


@pytest.mark.parametrize(("source", "lock"), LOCKS.items())
def test_a_lock_pins_every_package_its_source_names_and_says_its_command(source: str, lock: str) -> None:
    text = (REPOSITORY / lock).read_text()
    assert (
        f"uv pip compile --universal --python-version 3.11 --fork-strategy fewest --output-file {lock}"
        in text
    )
    named = re.findall(r"^[a-z][a-z0-9-]*", (REPOSITORY / source).read_text(), re.MULTILINE)
    assert named and set(named) <= set(pins(lock))


@pytest.mark.parametrize("lock", LOCKS.values())
def test_a_lock_names_no_index_and_no_folder(lock: str) -> None:
    assert not re.search(r"://|file:|--(extra-)?index|--find-links|@ ", (REPOSITORY / lock).read_text())


def test_tests_run_on_the_versions_that_the_app_runs_on() -> None:
    app, development = (pins(lock) for lock in LOCKS.values())
    assert not {name for name in app.keys() & development.keys() if app[name] != development[name]}


def test_the_app_needs_no_development_package() -> None:
    assert not {"pytest", "ruff", "mypy", "playwright", "hypothesis"} & pins("requirements.txt").keys()
