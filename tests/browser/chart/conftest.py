"""A server of charts alone, `scripts/chart_script.py`."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.chart.drawn import wait_for_drawing
from tests.browser.conftest import OpenPage
from tests.running_server import REPOSITORY, RunningServer, StartServer
from ui.chart.plotly_javascript import ensure_plotly_javascript

SCRIPT = REPOSITORY / "tests/browser/scripts/chart_script.py"


@pytest.fixture(scope="session")
def chart_app(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the script, the app's settings and Plotly's JavaScript."""
    folder = tmp_path_factory.mktemp("chart")
    shutil.copy(SCRIPT, folder)
    shutil.copytree(REPOSITORY / ".streamlit", folder / ".streamlit")
    ensure_plotly_javascript(folder / "static")
    return folder


@pytest.fixture(scope="session")
def chart_server(start_server: StartServer, chart_app: Path) -> RunningServer:
    return start_server(script=SCRIPT.name, source=chart_app, environment={"PYTHONPATH": str(REPOSITORY)})


@pytest.fixture
def open_chart(open_page: OpenPage, chart_server: RunningServer) -> Callable[[str], Page]:
    """A function that opens one of the script's pages and returns it when its first chart is drawn."""

    def open_drawn(path: str) -> Page:
        page = open_page(path, on=chart_server)
        wait_for_drawing(page, 1)
        return page

    return open_drawn
