"""What a session held is let go of soon after it is over, though nobody comes or goes any more."""

from __future__ import annotations

import asyncio
import gc
import weakref
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit import runtime
from streamlit.runtime.fragment import MemoryFragmentStorage
from streamlit.runtime.memory_session_storage import MemorySessionStorage
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner.script_cache import ScriptCache
from streamlit.runtime.state import SessionState
from streamlit.runtime.websocket_session_manager import WebsocketSessionManager

from serving import memory
from serving.held_sessions import HeldSessions
from tests.coroutines import awaited


class Session:
    """As much of a session as its storage asks for; a circle of objects, as the real ones are."""

    def __init__(self) -> None:
        self.session: Any = self
        self.id = "one"
        self.over = False
        self._session_state = SessionState()
        self._fragment_storage = MemoryFragmentStorage()

    def shutdown(self) -> None:
        """Where uploaded files are let go of."""
        self.over = True


def _serve(monkeypatch: pytest.MonkeyPatch, storage: MemorySessionStorage) -> WebsocketSessionManager:
    """Have the runtime's sessions in this storage."""
    manager = WebsocketSessionManager(storage, MemoryUploadedFileManager("/upload"), ScriptCache(), None)
    monkeypatch.setattr(runtime, "get_instance", lambda: SimpleNamespace(_session_mgr=manager))
    return manager


def test_a_session_that_did_not_come_back_is_forgotten_and_collected(monkeypatch: pytest.MonkeyPatch) -> None:
    storage = MemorySessionStorage(ttl_seconds=0)
    manager = _serve(monkeypatch, storage)
    monkeypatch.setattr(memory, "SECONDS_BETWEEN_LOOKS", 0.0)
    session = Session()
    gone = weakref.ref(session)
    monkeypatch.setattr(manager, "_connect_count", 1)
    storage.save(session)
    del session
    given_back = asyncio.Event()
    monkeypatch.setattr(memory, "give_back_free", given_back.set)
    gc.disable()  # nobody else shall collect it

    async def look() -> None:
        looking = asyncio.create_task(memory.give_back_forever())
        while not given_back.is_set():
            await asyncio.sleep(0)
        looking.cancel()

    try:
        awaited(asyncio.wait_for(look(), 30))
        assert gone() is None
    finally:
        gc.enable()


def test_a_session_is_empty_once_it_is_over_whoever_still_holds_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the loop of Streamlit's runtime holds the session that it served last, until the next one comes."""
    storage, session = MemorySessionStorage(ttl_seconds=0), Session()
    _serve(monkeypatch, storage)
    session._session_state["rows"] = rows = type("Rows", (), {})()
    session._fragment_storage.register("one", partial(repr, rows), parent_fragment_id=None)
    gone = weakref.ref(rows)
    del rows
    storage.save(session)
    HeldSessions().forget_expired()
    gc.collect()
    assert session.over
    assert gone() is None


def test_a_session_that_may_come_back_keeps_all(monkeypatch: pytest.MonkeyPatch) -> None:
    storage, session = MemorySessionStorage(), Session()
    _serve(monkeypatch, storage)
    session._session_state["rows"] = 1
    storage.save(session)
    HeldSessions().forget_expired()
    assert not session.over
    assert session._session_state["rows"] == 1


def test_the_allocator_is_told_what_it_may_keep(monkeypatch: pytest.MonkeyPatch) -> None:
    told: dict[int, int] = {}
    monkeypatch.setattr(
        memory, "_glibc", lambda: SimpleNamespace(mallopt=lambda what, value: told.update({what: value}))
    )
    memory.keep_little_free()
    m_trim_threshold, m_mmap_threshold, m_arena_max = -1, -3, -8  # as malloc.h has them
    assert told == {m_arena_max: 2, m_mmap_threshold: 4 << 20, m_trim_threshold: 2 << 20}


def test_what_the_system_cannot_do_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory.sys, "platform", "darwin")
    memory.keep_little_free()
    memory.give_back_free()
