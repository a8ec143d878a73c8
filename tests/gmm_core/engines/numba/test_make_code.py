"""Machine code is made once, by a process that nobody waits for, however many ask and whatever ends them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from select import select

import pytest

from gmm_core.engines.machine_code import key
from tests import fit_worth_loading
from tests.rights import without_rights

pytestmark = pytest.mark.skipif(not hasattr(os, "posix_spawn"), reason="there is no such process here")
REPOSITORY = Path(__file__).parents[4]
PROGRAM = (
    "from gmm_core.engines import code_maker as making\n"
    "making.MODULES = ('tests.gmm_core.made_when_told',)\n"
    "print(making.{what}())"
)
REQUEST, WAIT = PROGRAM.format(what="request"), PROGRAM.format(what="wait")


class Scripts:
    """Processes that share one folder for machine code, empty at first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "cache" / "gmm-explorer"
        self._makers = folder / "makers"
        for name in ("begun", "go"):
            os.mkfifo(folder / name)
        # Open for both, a pipe keeps what is written until it is read, and nobody waits to open it.
        self._begun, self._go = (os.open(folder / name, os.O_RDWR) for name in ("begun", "go"))
        (folder / "cache").mkdir()
        self._environment = {**os.environ, "MADE_WHEN_TOLD": str(folder)}
        self._environment["NUMBA_CACHE_DIR"] = str(folder / "cache")

    def start(self, program: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", program],
            cwd=REPOSITORY,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, program: str) -> str:
        with self.start(program) as process:
            try:
                said, _ = process.communicate(timeout=120)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
        assert process.returncode == 0, said
        return said.strip()

    def let_it_be_made(self) -> None:
        """Tell the process that is at it, or will be."""
        os.write(self._go, b"x")

    def until_it_is_begun(self) -> int:
        """The process that is at it."""
        assert select([self._begun], [], [], 120)[0], "nobody is at it"
        os.read(self._begun, 1)
        return self.makers[-1]

    @property
    def makers(self) -> list[int]:
        """The processes that were at it, in their order."""
        return [int(line) for line in self._makers.read_text().split()] if self._makers.exists() else []

    def end(self) -> None:
        """Of a test that failed no process is left."""
        for maker in self.makers:
            with suppress(ProcessLookupError):
                os.kill(maker, signal.SIGKILL)
        os.close(self._begun)
        os.close(self._go)


@pytest.fixture
def scripts(tmp_path: Path) -> Iterator[Scripts]:
    found = Scripts(tmp_path)
    yield found
    found.end()


def test_four_that_ask_at_once_have_it_made_once_and_wait_for_nothing(scripts: Scripts) -> None:
    asking = [scripts.start(REQUEST) for _ in range(4)]
    assert [process.communicate(timeout=120)[0].strip() for process in asking] == ["True"] * 4
    scripts.let_it_be_made()  # all that asked are gone by now
    assert scripts.run(WAIT) == str(scripts.folder / key())
    assert len(scripts.makers) == 1
    assert {path.name for path in scripts.folder.iterdir()} == {key(), "lock", "log"}
    assert (scripts.folder / "log").read_bytes() == b""


def test_one_that_is_killed_leaves_no_code_and_no_lock_behind(scripts: Scripts) -> None:
    assert scripts.run(REQUEST) == "True"
    maker = scripts.until_it_is_begun()
    assert os.getpriority(os.PRIO_PROCESS, maker) == 19
    assert os.getsid(maker) != os.getsid(0)
    assert not (scripts.folder / key()).exists()
    os.kill(maker, signal.SIGKILL)
    fcntl = pytest.importorskip("fcntl")
    with (scripts.folder / "lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # which is free once it is gone
    scripts.let_it_be_made()
    assert scripts.run(WAIT) == str(scripts.folder / key())
    assert len(scripts.makers) == 2
    assert {path.name for path in scripts.folder.iterdir()} == {key(), "lock", "log"}


def test_what_cannot_be_made_is_begun_a_few_times_and_not_for_ever(scripts: Scripts) -> None:
    failing = REQUEST.replace("tests.gmm_core.made_when_told", "no_such_module")
    waiting = failing.replace("request", "wait")
    assert scripts.run(waiting) == "None"  # it tries twice
    for _ in range(2):
        assert scripts.run(f"{failing}\n{HELD_UNTIL_OVER}").split() == ["True"]
    assert (scripts.folder / "lock").read_text() == f"{key()} 4\n"
    assert "no_such_module" in (scripts.folder / "log").read_text()
    (scripts.folder / "lock").write_text(f"{key()} 5\n")
    assert scripts.run(failing) == "True"
    assert (scripts.folder / "lock").read_text() == f"{key()} 5\n"


HELD_UNTIL_OVER = "with making._locked(making._place(), wait=True): pass"


@pytest.mark.parametrize("home", ["", "/no-such-home", "read-only"])
def test_where_nothing_can_be_kept_a_fit_is_as_before(home: str, tmp_path: Path) -> None:
    """The package is read-only and the home is too, or there is none: nothing is made, nothing said, nothing left."""
    tmp_path.chmod(0o755)
    program = (
        "from gmm_core.engines import machine_code\n"
        "from pathlib import Path\n"
        f"machine_code.COMPILED = Path({str(tmp_path / 'package')!r})\n" + fit_worth_loading.SCRIPT
    )
    for name in ("package", "read-only"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").touch()
        (tmp_path / name).chmod(0o555)
    unset = {"NUMBA_CACHE_DIR", "XDG_CACHE_HOME"}
    environment = {name: value for name, value in os.environ.items() if name not in unset}
    environment["HOME"] = str(tmp_path / home) if home == "read-only" else home
    done = subprocess.run(
        [*without_rights(), sys.executable, "-c", program],
        cwd=REPOSITORY,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert (done.stdout, done.stderr, done.returncode) == ("blocked\n", "", 0)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["__init__.py"] * 2 + ["package", "read-only"]


def test_where_the_package_is_read_only_the_users_cache_keeps_it(scripts: Scripts, tmp_path: Path) -> None:
    package, home = tmp_path / "package", tmp_path / "home"
    for folder in (package, home):
        folder.mkdir()
    (package / "__init__.py").touch()
    package.chmod(0o555)
    if os.geteuid() == 0:  # who may write to it all the same, but not to what is somebody else's
        os.chown(package, 12345, 12345)
    program = (
        "import os\n"
        "from pathlib import Path\n"
        "from gmm_core.engines import machine_code\n"
        f"machine_code.COMPILED = Path({str(package)!r})\n"
        f"os.environ['HOME'] = os.environ['XDG_CACHE_HOME'] = {str(home)!r}\n"
        "del os.environ['NUMBA_CACHE_DIR']\n" + WAIT
    )
    scripts.let_it_be_made()
    found = Path(scripts.run(program))
    assert found.parent == home / "gmm-explorer"
    assert found.parent.stat().st_mode & 0o777 == 0o700
    assert [path.name for path in package.iterdir()] == ["__init__.py"]
    package.chmod(0o755)
