"""Which private names of Streamlit the app uses, of which versions, and that it lets others alone."""

from __future__ import annotations

from types import CodeType
from typing import Any

import pytest
import streamlit
from streamlit import runtime
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.memory_session_storage import MemorySessionStorage
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.runtime import Runtime
from streamlit.runtime.scriptrunner.script_cache import ScriptCache
from streamlit.runtime.websocket_session_manager import WebsocketSessionManager

from serving.held_sessions import KNOWN_STREAMLIT, HeldSessions, is_known, unknown_streamlit


def names_set_by(constructor: object) -> tuple[str, ...]:
    """The attributes that a constructor uses."""
    code = getattr(constructor, "__code__", None)
    assert isinstance(code, CodeType)
    return code.co_names


def test_the_installed_streamlit_is_known_by_these_private_names() -> None:
    """Of another version, look at each and at `serving.held_sessions`; then it may be called known."""
    assert is_known(), (streamlit.__version__, KNOWN_STREAMLIT)
    assert unknown_streamlit() == []
    assert "_session_mgr" in names_set_by(Runtime.__init__)
    assert {"_session_state", "_fragment_storage"} <= set(names_set_by(AppSession.__init__))
    storage = MemorySessionStorage()
    manager = WebsocketSessionManager(storage, MemoryUploadedFileManager("/upload"), ScriptCache(), None)
    assert manager._session_storage is storage
    assert manager._connect_count == len(manager.list_sessions()) == 0
    cache: Any = storage._cache
    cache["one"] = None
    cache.expire()  # which drops those whose time is over, and this one is not
    assert list(cache._data) == ["one"]
    assert "one" in cache


@pytest.mark.parametrize(("version", "known"), [("1.67.9", True), ("1.68.0", False), ("1.6.7", False)])
def test_a_version_is_known_whatever_its_patch(
    version: str, known: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streamlit, "__version__", version)
    assert is_known() is known


def test_of_another_streamlit_nothing_is_touched_and_the_log_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def walked() -> None:
        raise AssertionError("another version's sessions")

    monkeypatch.setattr(streamlit, "__version__", "2.0.1")
    monkeypatch.setattr(runtime, "get_instance", walked)
    sessions = HeldSessions()
    sessions.forget_expired()
    sessions.forget("one")
    assert (sessions.waiting, sessions.over) == ([], 0)
    [sentence] = unknown_streamlit()
    assert "Streamlit 2.0.1 is not known" in sentence
    assert ", ".join(KNOWN_STREAMLIT) in sentence
