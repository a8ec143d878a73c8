"""Fixtures of the browser tests: a running server, a Chromium, and a page that notices what a visitor would.

    def test_the_page_has_a_picture(open_page: OpenPage) -> None:
        page = open_page("/data")
        expect(page.get_by_role("heading", name="Data")).to_be_visible()

`open_page` is all that most tests need. Wait by what is on the screen (`expect(...)`, or `finished(page)` for
the end of a rerun), never by the clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Literal, Protocol
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Playwright,
    ViewportSize,
    expect,
    sync_playwright,
)

from benchmarks.chromium import FLAGS, NoChromium, chromium_path
from tests.running_server import RunningServer

CHROMIUM_FLAGS = (*FLAGS, "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")
VIEWPORT: ViewportSize = {"width": 1440, "height": 900}
MILLISECONDS = 120_000
"""How long is waited for what comes at last: beside much else on two cores, a first page took more than 30 s."""
Motion = Literal["reduce", "no-preference"]


class OpenPage(Protocol):
    """The type of the fixture `open_page`."""

    def __call__(self, path: str = "/", *, on: RunningServer | None = None) -> Page:
        """Open `path` on the session's server (or on another one) and wait for the end of its first run."""


def finished(page: Page) -> None:
    """Wait until the page is connected and no script run is under way or asked for.

    A click asks for its run at once, but a slider or a text field only after a moment, or on Enter: there,
    expect the change on the screen instead.
    """
    page.wait_for_selector(
        "[data-testid=stApp][data-test-script-state=notRunning][data-test-connection-state=CONNECTED]",
        state="attached",
    )


def go_to(page: Page, section: str, title: str) -> None:
    """Open a page of the app by its navigation, and wait for the end of its first run."""
    page.get_by_test_id("stTopNavSection").filter(has_text=section).click()
    page.get_by_test_id("stTopNavDropdownLink").filter(has_text=title).click()
    expect(page).to_have_title(f"{title} · GMM Explorer")
    finished(page)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright's driver; `expect` waits as long as everything else, for machines with much to do."""
    expect.set_options(timeout=MILLISECONDS)
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """The system's Chromium ($CHROMIUM, or the first found on the path), cut off from every other host."""
    try:
        found = chromium_path()
    except NoChromium as error:
        pytest.fail(str(error))
    browser = playwright.chromium.launch(executable_path=found, args=list(CHROMIUM_FLAGS))
    yield browser
    browser.close()


def new_profile(chromium: Browser, motion: Motion = "reduce", **more: Any) -> BrowserContext:
    """A profile in which nothing was opened yet, of somebody who wants no `motion`, or does not care."""
    profile = chromium.new_context(**{"viewport": VIEWPORT, "reduced_motion": motion, **more})
    profile.set_default_timeout(MILLISECONDS)
    return profile


@pytest.fixture(scope="module")
def motion() -> Motion:
    """Without motion: to draw what Streamlit moves while a run goes on takes as much computing as all the rest.

    Where motion is ours and tested, a module says otherwise.
    """
    return "reduce"


@pytest.fixture(scope="session")
def opener(chromium: Browser) -> Iterator[Page]:
    """A tab that stays empty: Chromium keeps what it opens in one process, with the app's JavaScript compiled.

    To compile it is more than half of what a page costs in a process, or a profile, of its own.
    """
    profile = new_profile(chromium)
    yield profile.new_page()
    profile.close()


@pytest.fixture
def own_profile() -> None:
    """Asked for by the tests of a first visit, in whose `page` nothing is cached and nothing compiled."""


@pytest.fixture
def page(chromium: Browser, motion: Motion, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A new tab of 1440 × 900 in an empty profile, which has the app's files cached unless `own_profile` is asked for.

    The test fails at its end if the page threw an uncaught error, or asked another host for anything.
    """
    with ExitStack() as tabs:
        if "own_profile" in request.fixturenames:
            page = tabs.enter_context(new_profile(chromium, motion)).new_page()
        else:
            page = tabs.enter_context(new_tab(request.getfixturevalue("opener"), motion))
        problems = noted_problems(page)
        yield page
    assert not problems, "\n".join(problems)


@contextmanager
def new_tab(opener: Page, motion: Motion) -> Iterator[Page]:
    """A tab that finds nothing of the tabs before it but what is cached, and leaves nothing else."""
    with opener.expect_popup() as popup:
        opener.evaluate("void window.open()")
    page = popup.value
    page.emulate_media(reduced_motion=motion)
    yield page
    profile = page.context
    for tab in profile.pages:
        if tab is not opener:
            tab.close()
    devtools = profile.new_cdp_session(opener)
    devtools.send("Storage.clearDataForOrigin", {"origin": "*", "storageTypes": "all"})
    devtools.detach()
    profile.clear_cookies()
    profile.clear_permissions()


def noted_problems(page: Page) -> list[str]:
    """What the page does from now on that no test allows."""
    problems: list[str] = []

    def note_foreign(url: str) -> None:
        address = urlsplit(url)
        if address.scheme in ("http", "https", "ws", "wss") and address.hostname != "127.0.0.1":
            problems.append(f"asked another host: {url}")

    page.on("pageerror", lambda error: problems.append(f"uncaught error: {error}"))
    page.on("request", lambda request: note_foreign(request.url))
    page.on("websocket", lambda websocket: note_foreign(websocket.url))
    return problems


@pytest.fixture
def open_page(page: Page, request: pytest.FixtureRequest) -> Iterator[OpenPage]:
    """A function that opens a path of the app in `page` and returns the page when its first run has ended.

    The test fails at its end if a server that it opened printed a traceback meanwhile.
    """
    used: list[RunningServer] = []

    def open_path(path: str = "/", *, on: RunningServer | None = None) -> Page:
        server: RunningServer = request.getfixturevalue("server") if on is None else on
        if server not in used:
            server.new_log()
            used.append(server)
        page.goto(server.url + path)
        finished(page)
        return page

    yield open_path
    for server in used:
        log = server.new_log()
        assert "Traceback" not in log, log
