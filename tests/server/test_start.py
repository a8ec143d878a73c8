"""What a person who starts the app sees first: their own browser, at the app, and in the log what is misspelled."""

from __future__ import annotations

from pathlib import Path

from tests.running_server import StartServer
from tests.server.starting import Started, started_by_a_person


def assert_opened(started: Started) -> None:
    assert started.opened == started.server.url.replace("127.0.0.1", "localhost")


def test_the_app_opens_in_the_persons_browser(set_otherwise: Started) -> None:
    assert_opened(set_otherwise)


def test_below_a_base_path_it_does_so_there(start_server: StartServer, tmp_path: Path) -> None:
    started = started_by_a_person(start_server, tmp_path, base_path="course/gmm")
    started.server.stop()
    assert started.server.url.endswith("/course/gmm")
    assert_opened(started)


def test_a_misspelled_variable_is_named(set_otherwise: Started) -> None:
    told = set_otherwise.server.log
    assert "GMM_EXPLORER_UPLOAD_MEGABYTE is no setting of the app" in told
    assert "perhaps GMM_EXPLORER_UPLOAD_MEGABYTES is meant" in told
