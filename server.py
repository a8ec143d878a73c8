"""The app as a server: `streamlit run server.py` serves the same as `streamlit run app.py`, with additions.

In addition, it

- compresses Streamlit's and Plotly's JavaScript once (of 6 MB at a first visit, 3 are sent),
- sends the headers that a public site should have,
- answers only under its own host names,
- limits the number of sessions, and refuses further ones with a page that says so,
- makes a download only for the session that requests it,
- limits its log, however often the same error occurs,
- accepts from browsers only messages that the app's own pages send,
- imports all layers and runs one fit before the first visitor comes, because the first time is slow,
- returns memory to the system when visitors have left,
- answers a deep link as its very first request without a flash of "Page not found".
"""

from __future__ import annotations

import asyncio
import gc
import importlib
import logging
import os
import pkgutil
import webbrowser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import numpy as np
import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config
from streamlit.runtime.pages_manager import PagesManager
from streamlit.web.server.server_util import get_display_address, get_url

import gmm_core
import serving
import ui
from gmm_core.engines import numba as compiled
from gmm_core.engines.choice import warm_up_in_background
from gmm_core.fitting.fit import fit
from gmm_core.fitting.specification import FitSpecification
from serving import descriptors, hosts
from serving import frame_ancestors as ancestors
from serving.accepting import accept_one_at_a_time
from serving.downloads import keep_downloads_apart
from serving.health import is_healthy
from serving.held_sessions import unknown_streamlit
from serving.hosts import Hosts, hosts_from
from serving.log_bound import bound_log, tell_left_out_forever
from serving.memory import give_back_forever, keep_little_free
from serving.message_filter import MessageFilter
from serving.reading.client import READER
from serving.sessions import Sessions
from serving.static_files import ImmutableFiles
from serving.variables import unknown_variables
from ui.chart.plotly_javascript import ensure_plotly_javascript
from ui.compute.limits import LIMITS, SettingError

# Streamlit takes any folder `pages` beside the script for pages of its older kind until `st.navigation` has
# run once in the process; so the first visitor's deep link is looked up among none, and reported missing.
PagesManager.uses_pages_directory = False

keep_little_free()
accept_one_at_a_time()
bound_log()
keep_downloads_apart()

# One variable says how large a file may be: what the page offers, and what is taken of a request.
config.set_option("server.maxUploadSize", LIMITS.upload_megabytes)

BASE_PATH = "/".join(["", *filter(None, st.get_option("server.baseUrlPath").split("/"))])

try:
    FRAME_ANCESTORS = ancestors.frame_ancestors(os.environ.get(ancestors.VARIABLE, ancestors.DEFAULT))
    HOSTS = hosts_from(os.environ.get(hosts.VARIABLE, ""))
    DESCRIPTORS = descriptors.available(descriptors.needed(LIMITS.sessions))
    SESSIONS = descriptors.sessions_within(LIMITS.sessions, DESCRIPTORS)
except SettingError as error:
    raise SystemExit(str(error)) from None  # the start ends here, with the sentence alone
# Where a page may load from: its own server. Streamlit's page has a script within, and components come as such; Plotly
# compiles its shaders' programs from text.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        f"frame-ancestors {FRAME_ANCESTORS}",
    )
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
}
PLOTLY_ADDRESS = f"{BASE_PATH}/app/static/{ensure_plotly_javascript()}"

SECONDS_BETWEEN_CHECKS = 0.1
A_SHORT_FIT = FitSpecification(n_components=2, n_init=1, max_iterations=5)
"""The fit at the start, which loads what fits need; its length does not matter."""
LAYERS_IMPORTED_AT_START = (gmm_core, ui, serving)


class PageHeaders:
    """ASGI middleware that adds `HEADERS` to every response, and to a page a preload hint for Plotly's JavaScript.

    Without the hint, a browser requests that file only when it draws the first chart.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message["headers"])
                headers.update(HEADERS)
                if message["status"] == 200 and headers.get("content-type", "").startswith("text/html"):
                    headers["link"] = f"<{PLOTLY_ADDRESS}>; rel=preload; as=script; fetchpriority=low"
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)


async def to_landing_page(request: Request) -> RedirectResponse:
    """/clusters is the landing page, which Streamlit knows as / only."""
    return RedirectResponse(f"{BASE_PATH}/?{request.url.query}".rstrip("?"))


async def open_browser() -> None:
    """Show the app to the person who started it, as plain `streamlit run` does, once it answers."""
    here = get_url(get_display_address(st.get_option("server.address")))
    while not await asyncio.to_thread(is_healthy, f"{here}/_stcore/health"):
        await asyncio.sleep(SECONDS_BETWEEN_CHECKS)
    await asyncio.to_thread(webbrowser.open, get_url(st.get_option("browser.serverAddress")))


def import_layers() -> None:
    """Import everything that the pages need, except compiled code, which is loaded in the background."""
    for layer in LAYERS_IMPORTED_AT_START:
        for module in pkgutil.walk_packages(layer.__path__, f"{layer.__name__}."):
            if not module.name.startswith(f"{compiled.__name__}."):
                importlib.import_module(module.name)


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Pay before the first visitor comes what that visitor would wait for."""
    for sentence in (
        *unknown_variables(os.environ),
        *descriptors.shortage(LIMITS.sessions, DESCRIPTORS),
        *unknown_streamlit(),
    ):
        logging.getLogger(__name__).warning(sentence)
    READER.start()
    import_layers()
    fit(np.random.default_rng(0).normal(size=(60, 2)), A_SHORT_FIT)
    warm_up_in_background()
    gc.collect()
    gc.freeze()
    tasks = [asyncio.create_task(give_back_forever()), asyncio.create_task(tell_left_out_forever())]
    if not st.get_option("server.headless"):
        tasks.append(asyncio.create_task(open_browser()))
    yield
    READER.close()
    for task in tasks:
        task.cancel()


def show_error_sentence(error: Exception) -> bool:
    """Show one sentence instead of Streamlit's notice with links to other sites; the log has the details."""
    logging.getLogger(__name__).error("A page failed", exc_info=error)
    st.error(
        "Something unexpected went wrong, and nothing of yours is lost: change a control or reload the page.",
        icon=":material/error:",
    )
    return True


app = st.App(
    "app.py",
    on_script_error=show_error_sentence,
    lifespan=lifespan,
    routes=[Route(f"{BASE_PATH}/clusters", to_landing_page)],
    middleware=[
        Middleware(PageHeaders),
        Middleware(Hosts, names=HOSTS | {st.get_option("browser.serverAddress").lower()}),
        Middleware(Sessions, most=SESSIONS, base_path=BASE_PATH),
        Middleware(MessageFilter, base_path=BASE_PATH),
        Middleware(ImmutableFiles, base_path=BASE_PATH),
    ],
)
