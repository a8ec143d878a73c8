"""The sessions that Streamlit holds: of open pages, and for a while of those that lost their connection."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from streamlit import runtime
from streamlit.runtime.fragment import MemoryFragmentStorage
from streamlit.runtime.state import SessionState


class HeldSessions:
    """Streamlit's sessions; no public name leads to them."""

    def __init__(self) -> None:
        self._manager: Any = runtime.get_instance()._session_mgr

    def forget_expired(self) -> None:
        """Let go of those that did not come back in time."""
        stored = self._manager._session_storage._cache
        sessions = [info.session for info in stored._data.values()]
        stored.expire()
        _end(session for session in sessions if session.id not in stored)

    def forget(self, session_id: str) -> None:
        """Let go of one that has no connection."""
        storage = self._manager._session_storage
        sessions = [info.session for info in storage.list() if info.session.id == session_id]
        storage.delete(session_id)
        _end(sessions)

    @property
    def waiting(self) -> list[str]:
        """The identities of those that have no connection and may come back; first who has waited longest."""
        return [info.session.id for info in self._manager._session_storage.list()]

    @property
    def over(self) -> int:
        """How many have ended so far, for good: all that ever connected less those that are held."""
        return int(self._manager._connect_count) - len(self._manager.list_sessions())


def _end(sessions: Iterable[Any]) -> None:
    """Shut sessions down, and empty each: the server's loop holds on to the last one."""
    for session in sessions:
        session.shutdown()
        session._session_state = SessionState()
        session._fragment_storage = MemoryFragmentStorage()
