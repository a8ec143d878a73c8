"""What a session held is let go of soon after it is over, though nobody comes or goes any more."""

from __future__ import annotations

import asyncio
import gc
import weakref
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.runtime.memory_session_storage import MemorySessionStorage
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner.script_cache import ScriptCache
from streamlit.runtime.websocket_session_manager import WebsocketSessionManager

from tests.coroutines import awaited
from ui import memory


class Session:
    """As much of a session as its storage asks for; a circle of objects, as the real ones are."""

    def __init__(self) -> None:
        self.session: Any = self
        self.id = "one"


def test_a_session_that_did_not_come_back_is_forgotten_and_collected(monkeypatch: pytest.MonkeyPatch) -> None:
    storage = MemorySessionStorage(ttl_seconds=0)
    manager = WebsocketSessionManager(storage, MemoryUploadedFileManager("/upload"), ScriptCache(), None)
    monkeypatch.setattr(memory.runtime, "get_instance", lambda: SimpleNamespace(_session_mgr=manager))
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


def test_what_the_system_cannot_do_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory.sys, "platform", "darwin")
    memory.use_few_arenas()
    memory.give_back_free()
