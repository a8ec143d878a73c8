"""What all tests share: hypothesis without a clock, one browser at a time, and servers of the app."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import scipy.linalg  # noqa: F401  # its BLAS is another than NumPy's, and both must be there to be bounded
from hypothesis import settings
from threadpoolctl import threadpool_limits
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from gmm_core.engines import choice
from gmm_core.engines import code_maker as making
from tests.running_server import REPOSITORY, RunningServer, StartServer
from tests.server_template import ServerTemplate

settings.register_profile("house", deadline=None, print_blob=True, derandomize="CI" in os.environ)
settings.load_profile("house")


def pytest_configure() -> None:
    """Machine code is made before the tests that import it are collected: once, and not by each worker."""
    making.wait()


TOGETHER = ("tests/browser/", "tests/server/")
"""Folders whose tests share servers, and a Chromium, that are started once where one worker has them all."""
FIRST = (*TOGETHER, "tests/test_docker.py")
"""What takes longest is begun first, so that no worker is left alone with it at the end."""


class FilesTogether(LoadScopeScheduling):
    """A worker gets whole files, or folders of `TOGETHER`: what their tests share is made once.

    Two cores carry one server and one Chromium at a time.
    """

    def _split_scope(self, nodeid: str) -> str:
        return next((folder for folder in TOGETHER if nodeid.startswith(folder)), nodeid.split("::")[0])


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> FilesTogether:
    """Which worker runs which test; xdist's own `--dist loadgroup` groups nothing with pytest 9.2."""
    config.option.loadscopereorder = False  # the order is that of the collection, not of the number of tests
    return FilesTogether(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests of `FIRST` before all others."""
    items.sort(key=lambda item: next((n for n, path in enumerate(FIRST) if item.nodeid.startswith(path)), 9))


@pytest.fixture(scope="session", autouse=True)
def one_thread_of_blas() -> Iterator[None]:
    """Threads of BLAS wait for one another at full speed: most of what scikit-learn's EM computes on a few rows."""
    with threadpool_limits(1, user_api="blas"):
        yield


@pytest.fixture(scope="session", autouse=True)
def compiled_engine_from_the_start() -> None:
    """Load it before the first fit: or the engine of a fit would hang on how much was fitted before in this process."""
    choice.warm_up()


@pytest.fixture(scope="session")
def server_template() -> Iterator[ServerTemplate]:
    """What forks servers, for it has imported their libraries."""
    with ServerTemplate() as template:
        yield template


@pytest.fixture(scope="session")
def start_server(
    tmp_path_factory: pytest.TempPathFactory, server_template: ServerTemplate
) -> Iterator[StartServer]:
    """A function that starts one more server; all are stopped when the session ends."""
    servers: list[RunningServer] = []

    def start(
        *,
        script: str = "server.py",
        source: Path = REPOSITORY,
        base_path: str = "",
        environment: dict[str, str] | None = None,
    ) -> RunningServer:
        folder = tmp_path_factory.mktemp("server")
        servers.append(
            RunningServer.start(
                folder,
                script=script,
                source=source,
                base_path=base_path,
                environment=environment,
                template=server_template,
            )
        )
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


@pytest.fixture(scope="session")
def server(start_server: StartServer) -> RunningServer:
    """`streamlit run server.py` on a free port, shared by all tests of this worker."""
    return start_server()


@pytest.fixture(scope="session")
def server_below_a_path(start_server: StartServer) -> RunningServer:
    """The app at /course/gmm, as behind a proxy that serves other things too."""
    return start_server(base_path="course/gmm")


@pytest.fixture
def fresh_server(start_server: StartServer) -> Iterator[RunningServer]:
    """A server that has answered nobody yet (but its own health check): for tests of a first request."""
    server = start_server()
    yield server
    server.stop()
