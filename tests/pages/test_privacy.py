"""Nothing of a visitor's file, and nothing made from it, is kept where other visitors' sessions could find it."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any
from weakref import CallableProxyType, ProxyType

import numpy as np
from streamlit.runtime.caching import cache_data_api, cache_resource_api
from streamlit.testing.v1 import AppTest

REPOSITORY = Path(__file__).parents[2]
PAGES = sorted(str(page.relative_to(REPOSITORY)) for page in (REPOSITORY / "pages").glob("*/*.py"))
NUMBER = 7331.4142
COLUMN, FATE, FILE = "salaryqx7", "redundantqx7", "confidentialqx7"
"""Words of no language: the compiled code of other packages is full of ordinary ones."""
SESSION = "test session id"
"""What AppTest calls its session."""
CODE = (ModuleType, FunctionType, BuiltinFunctionType, MethodType, type)
WEAK = (ProxyType, CallableProxyType)
"""What keeps nothing, and what it stands for may be gone."""


def everything_in(roots: Iterable[Any]) -> Iterator[Any]:
    """All values that hang together with the roots, code apart."""
    seen: set[int] = set()
    waiting = list(roots)
    while waiting:
        value = waiting.pop()
        if id(value) in seen or type(value) in WEAK or isinstance(value, CODE):
            continue
        seen.add(id(value))
        yield value
        waiting += gc.get_referents(value)


def marks_in(roots: Iterable[Any], marks: set[str]) -> set[str]:
    """Which of the marks stand in texts, bytes or arrays of numbers among the values."""
    found = set()
    for value in everything_in(roots):
        if isinstance(value, str):
            found |= {mark for mark in marks if mark in value}
        elif isinstance(value, bytes):
            found |= {mark for mark in marks if mark.encode() in value}
        elif isinstance(value, np.ndarray) and value.dtype.kind == "f" and (value == NUMBER).any():
            found.add("number")
    return found


def caches(session: str | None) -> list[Any]:
    """Streamlit's caches of one session, or those of all."""
    return [
        manager._function_caches.get(session, {})
        for manager in (cache_resource_api._resource_caches, cache_data_api._data_caches)
    ]


def test_of_an_upload_nothing_is_left_in_what_sessions_share() -> None:
    rows = [f"{31 * n % 97},{17 * n % 89},{FATE if n % 2 else 'other'}" for n in range(60)]
    content = "\n".join([f"{COLUMN},age,fate", *rows, f"{NUMBER},40,other"]).encode()
    app = AppTest.from_file(REPOSITORY / "app.py", default_timeout=120)
    app.query_params.update({"data": "Upload a file", "n_init": "1", "k_max": "2"})
    app.run()
    app.file_uploader[0].upload(f"{FILE}.csv", content, "text/csv").run()
    for page in PAGES:
        app.switch_page(page).run()
        assert not app.exception, page
    analysis = app.session_state["analysis"]
    assert analysis.private
    digests = {analysis.dataset.digest, analysis.prepared.digest}
    marks = {COLUMN, FATE, FILE, *digests}

    ours = [module for name, module in sys.modules.items() if name.split(".")[0] in ("ui", "gmm_core")]
    globals_ = [value for module in ours for name, value in vars(module).items() if name != "__builtins__"]
    assert marks_in([*caches(None), *globals_], marks) == set()
    assert marks_in(caches(SESSION), marks) >= {analysis.prepared.digest, COLUMN, "number"}, (
        "they would have been found"
    )
