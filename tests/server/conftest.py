"""A server that is set otherwise than by default, for all tests of what a setting does to a server."""

from __future__ import annotations

import pytest

from tests.running_server import StartServer
from tests.server.starting import Started, started_by_a_person

EMBEDDED_IN = "https://course.example.org"
SETTINGS = {"GMM_EXPLORER_FRAME_ANCESTORS": EMBEDDED_IN, "GMM_EXPLORER_UPLOAD_MEGABYTE": "7"}
"""The second is misspelled."""


@pytest.fixture(scope="session")
def set_otherwise(start_server: StartServer, tmp_path_factory: pytest.TempPathFactory) -> Started:
    return started_by_a_person(start_server, tmp_path_factory.mktemp("browser"), environment=SETTINGS)
