"""Everything is pinned with its hashes, says by which command, and names no place of the machine that pinned it."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

REPOSITORY = Path(__file__).parents[1]
LOCKS = {"requirements.in": "requirements.txt", "requirements-dev.in": "requirements-dev.txt"}
PIN = re.compile(
    r"(?P<name>[a-z0-9-]+)==(?P<version>[0-9][^ ;]*)( ; [^\\]+)?(?P<hashes>( --hash=sha256:[0-9a-f]{64})+)"
)


def pins(lock: str) -> dict[str, set[str]]:
    """Versions of each package in a lock file."""
    found: dict[str, set[str]] = {}
    # A pin goes on over lines that end in a backslash, one hash on each.
    for line in re.sub(r" \\\n +", " ", (REPOSITORY / lock).read_text()).splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            match = PIN.fullmatch(line)
            assert match, f"{lock} does not pin with a hash: {line}"
            found.setdefault(match["name"], set()).add(match["version"])
    return found


@pytest.mark.parametrize(("source", "lock"), LOCKS.items())
def test_a_lock_pins_every_package_its_source_names_and_says_its_command(source: str, lock: str) -> None:
    text = (REPOSITORY / lock).read_text()
    assert (
        "uv pip compile --generate-hashes --universal --python-version 3.11 --fork-strategy fewest "
        f"--output-file {lock}" in text
    )
    named = re.findall(r"^[a-z][a-z0-9-]*", (REPOSITORY / source).read_text(), re.MULTILINE)
    assert named and set(named) <= set(pins(lock))


@pytest.mark.parametrize("lock", LOCKS.values())
def test_a_lock_names_no_index_and_no_folder(lock: str) -> None:
    assert not re.search(r"://|file:|--(extra-)?index|--find-links|@ ", (REPOSITORY / lock).read_text())


def test_tests_run_on_the_versions_that_the_app_runs_on() -> None:
    app, development = (pins(lock) for lock in LOCKS.values())
    assert not {name for name in app.keys() & development.keys() if app[name] != development[name]}


def test_wherever_a_lock_is_installed_its_hashes_are_required() -> None:
    for file, count in (("Makefile", 2), ("Dockerfile", 1)):
        text = (REPOSITORY / file).read_text().replace("\\\n", " ")
        installs = [line for line in text.splitlines() if "pip install" in line]
        assert len(installs) == count
        assert all(re.search(r"--require-hashes +--requirement requirements", line) for line in installs)


def test_a_package_with_another_hash_is_not_installed(tmp_path: Path) -> None:
    package = tmp_path / "other-1.0-py3-none-any.whl"
    with ZipFile(package, "w") as wheel:
        wheel.writestr("other-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: other\nVersion: 1.0\n")
        wheel.writestr(
            "other-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr("other-1.0.dist-info/RECORD", "")
    pip = [sys.executable, "-m", "pip", "--isolated", "install", "--dry-run", "--no-deps", "--no-index"]
    requirements = tmp_path / "requirements.txt"
    digest = hashlib.sha256(package.read_bytes()).hexdigest()
    for said, installed in ((digest, True), ("0" * 64, False)):
        requirements.write_text(f"other==1.0 --hash=sha256:{said}\n")
        arguments = ["--find-links", str(tmp_path), "--require-hashes", "--requirement", str(requirements)]
        ended = subprocess.run([*pip, *arguments], capture_output=True, text=True)
        assert (ended.returncode == 0) is installed, ended.stderr


def test_the_app_needs_no_development_package() -> None:
    assert not {"pytest", "ruff", "mypy", "playwright", "hypothesis"} & pins("requirements.txt").keys()
