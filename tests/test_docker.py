"""The Dockerfile keeps its promises: without an engine, what it would run is run here, as it would run it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

import pytest

from gmm_core.engines.handover import CHANGING
from gmm_core.engines.machine_code import key
from serving.memory import ENVIRONMENT
from tests import fit_worth_loading
from tests.rights import CONTAINER_USER, without_rights
from tests.running_server import RunningServer
from tests.visitor import Visitor

REPOSITORY = Path(__file__).parents[1]
NO_PART_OF_THE_PRODUCT = {
    *(".ci", ".dockerignore", ".gitattributes", ".gitignore", "Dockerfile", "Makefile", "pyproject.toml"),
    *("README.md", "CHANGELOG.md", "SECURITY.md", "docs"),
    *("requirements.in", "requirements-dev.in", "requirements-dev.txt", "tests", "benchmarks"),
}


@dataclass(frozen=True)
class Instruction:
    """One line of the Dockerfile, continued lines joined, in the stage that it belongs to."""

    stage: int
    word: str
    arguments: str


def read_dockerfile() -> list[Instruction]:
    """All instructions in their order; those before the first FROM are of stage 0."""
    text = re.sub(r"\\\n", " ", (REPOSITORY / "Dockerfile").read_text())
    stage, found = 0, []
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            word, _, arguments = line.strip().partition(" ")
            stage += word == "FROM"
            found.append(Instruction(stage, word, arguments.strip()))
    return found


INSTRUCTIONS = read_dockerfile()
LAST_STAGE = max(instruction.stage for instruction in INSTRUCTIONS)


def arguments_of(word: str, stage: int = LAST_STAGE) -> list[str]:
    """The arguments of every `word` of a stage."""
    return [i.arguments for i in INSTRUCTIONS if i.word == word and i.stage == stage]


def command_of(arguments: str) -> list[str]:
    """The words of a CMD in its JSON form."""
    command: list[str] = json.loads(arguments[arguments.index("[") :])
    return command


def environment_of_the_image() -> dict[str, str]:
    """The variables that the last stage sets, PATH apart."""
    pairs = dict(re.findall(r"(\w+)=(\S+)", " ".join(arguments_of("ENV"))))
    return {name: value for name, value in pairs.items() if name != "PATH"}


def test_both_stages_stand_on_one_slim_python_pinned_to_its_patch_version() -> None:
    [image] = [a.partition("=")[2] for a in arguments_of("ARG", stage=0)]
    assert re.fullmatch(r"python:3\.13\.\d+-slim(-\w+)?(@sha256:[0-9a-f]{64})?", image)
    assert LAST_STAGE == 2
    for stage in (1, 2):
        [base] = arguments_of("FROM", stage)
        assert base.split()[0] == "${PYTHON_IMAGE}"


def test_it_installs_the_pinned_requirements_and_nothing_else() -> None:
    installs = [a for stage in (1, 2) for a in arguments_of("RUN", stage) if "install" in a]
    assert len(installs) == 1
    assert re.search(r"--require-hashes +--requirement requirements\.txt$", installs[0])


def test_it_runs_as_a_user_by_number_who_is_not_root() -> None:
    [user] = arguments_of("USER")
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", user)
    assert int(user.split(":")[0]) == CONTAINER_USER


def test_what_it_copies_is_there_and_not_ignored() -> None:
    ignored = (REPOSITORY / ".dockerignore").read_text().splitlines()
    sources = [s for a in arguments_of("COPY", stage=1) for s in a.split()[:-1]]
    assert "*" in ignored
    for source in sources:
        assert (REPOSITORY / source).exists(), source
        assert f"!{source.removeprefix('./')}" in ignored, source


def test_it_holds_every_part_of_the_product() -> None:
    sources = {s for a in arguments_of("COPY", stage=1) for s in a.split()[:-1]}
    ignored = (REPOSITORY / ".gitignore").read_text().splitlines()
    parts = {
        path.name
        for path in REPOSITORY.iterdir()
        if not any(fnmatch(path.name, pattern.strip("/")) for pattern in [".git", *ignored])
    }
    assert parts - NO_PART_OF_THE_PRODUCT == sources


def test_it_starts_what_make_run_starts() -> None:
    plan = ["make", "--no-print-directory", "--dry-run", "--always-make", "run"]
    planned = subprocess.run(
        plan, cwd=REPOSITORY, env={"PATH": os.environ["PATH"]}, capture_output=True, text=True
    )
    last = planned.stdout.strip().splitlines()[-1].split()
    [command] = map(command_of, arguments_of("CMD"))
    variables = [word for word in last if "=" in word]
    assert variables == [f"{name}={value}" for name, value in ENVIRONMENT.items()]
    assert ENVIRONMENT.items() <= environment_of_the_image().items()
    interpreter, *rest = last[len(variables) :]
    assert interpreter.endswith("bin/python") and command[0] == "python"
    assert rest == command[1:] == ["-m", "streamlit", "run", "server.py"]


@dataclass(frozen=True)
class Image:
    """What the Dockerfile copies and its build step makes; and what plain scripts said before there was any code."""

    folder: Path
    said: list[str]


def plain_script(folder: Path, through: list[str]) -> subprocess.Popen[str]:
    """A fit by somebody who has no home; what it prints, on both streams, is in its output."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("NUMBA", "XDG"))}
    return subprocess.Popen(
        [*through, sys.executable, "-c", fit_worth_loading.SCRIPT],
        cwd=folder,
        env={**environment, "HOME": ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def code_in(folder: Path) -> list[str]:
    """The names of what is there beside lock and log of those who make machine code."""
    found = (folder / "gmm_core/engines/numba/__pycache__/machine-code").iterdir()
    return [path.name for path in found if path.name not in ("lock", "log")]


@pytest.fixture(scope="module")
def image() -> Iterator[Image]:
    """It is owned by another and writable by nobody; while it was, four scripts began to fit in it."""
    root = Path(tempfile.mkdtemp(prefix="image-"))  # pytest's own folders are closed to other users
    root.chmod(0o755)
    app = root / "app"
    for arguments in arguments_of("COPY", stage=1):
        for source in arguments.split()[:-1]:
            at = app / source
            at.parent.mkdir(parents=True, exist_ok=True)
            if (REPOSITORY / source).is_dir():
                ignore = shutil.ignore_patterns("__pycache__", "plotly*.js", "secrets.toml")
                shutil.copytree(REPOSITORY / source, at, ignore=ignore)
            else:
                shutil.copy(REPOSITORY / source, at)
    scripts = [plain_script(app, []) for _ in range(4)]
    said = [script.communicate()[0] for script in scripts]
    for step in arguments_of("RUN", stage=1)[-1].split("&&"):
        command = step.split()
        assert command[0] == "/opt/venv/bin/python"
        subprocess.run([sys.executable, *command[1:]], cwd=app, check=True)
    for path in (app, *app.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    yield Image(app, said)
    for folder in (app, *filter(Path.is_dir, app.rglob("*"))):
        folder.chmod(0o755)
    shutil.rmtree(root)


def test_scripts_without_machine_code_have_it_made_once_and_say_nothing(image: Image) -> None:
    assert len(image.said) == 4
    assert {said.strip() for said in image.said} <= {"blocked", CHANGING}
    assert code_in(image.folder) == [key()]


def test_a_script_in_a_read_only_image_loads_the_code_that_it_brings(image: Image) -> None:
    with plain_script(image.folder, without_rights()) as script:
        assert script.communicate()[0] == "compiled\n"
    assert code_in(image.folder) == [key()]


@contextmanager
def container(copy: Path, folder: Path, base_path: str) -> Iterator[RunningServer]:
    """The server with the image's variables and no rights; its health check knows whether it answers."""
    through = without_rights()
    image = environment_of_the_image()
    [health_check] = map(command_of, arguments_of("HEALTHCHECK"))
    server = RunningServer.start(
        folder,
        source=copy,
        base_path=base_path,
        environment={
            name: value for name, value in image.items() if name == "HOME" or name.startswith("PYTHON")
        },
        through=through,
    )

    def check(port: str) -> int:
        variables = {"STREAMLIT_SERVER_PORT": port, "STREAMLIT_SERVER_BASE_URL_PATH": base_path}
        command = [*through, sys.executable, *health_check[1:]]
        return subprocess.run(command, cwd=copy, env=os.environ | image | variables).returncode

    port = server.url.split(":")[2].split("/")[0]
    try:
        assert check(port) == 0
        yield server
    finally:
        server.stop()
    assert check(port) == 1
    assert "Traceback" not in server.log


def test_it_runs_without_rights_on_a_read_only_copy(image: Image, tmp_path: Path) -> None:
    writing = [*without_rights(), sys.executable, "-c", "open('written', 'w')"]
    assert subprocess.run(writing, cwd=image.folder, stderr=subprocess.DEVNULL).returncode != 0
    with container(image.folder, tmp_path, base_path="") as server, Visitor(server.url) as visitor:
        visitor.give("mine.csv", b"a,b\n" + b"".join(b"%d,%d\n" % (n, n * n % 31) for n in range(60)))
        assert len(visitor.pages) >= 10
        for page in visitor.pages:
            visitor.run(page, query="data=Upload+a+file&n_init=1&k_max=2")
            assert visitor.elements and not visitor.problems, (page, visitor.problems)


def test_its_health_check_follows_the_base_path(image: Image, tmp_path: Path) -> None:
    with (
        container(image.folder, tmp_path, base_path="course/gmm") as server,
        Visitor(server.url) as visitor,
    ):
        visitor.run()
        assert visitor.elements and not visitor.problems, visitor.problems
