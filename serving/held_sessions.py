"""The sessions that Streamlit holds: of open pages, and for a while of those that lost their connection.

No public name leads to them. The versions of Streamlit whose private ones are known stand in `KNOWN_STREAMLIT`; with
another, no session is seen here and none is touched, and Streamlit lets go of them in its own time.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import streamlit
from streamlit import runtime
from streamlit.runtime.fragment import MemoryFragmentStorage
from streamlit.runtime.state import SessionState

KNOWN_STREAMLIT = ("1.67",)
"""The versions whose private names are known: `tests/serving/test_held_sessions.py` lists these names."""


def is_known() -> bool:
    """Whether the installed Streamlit is one of `KNOWN_STREAMLIT`, whatever its patch."""
    return ".".join(streamlit.__version__.split(".")[:2]) in KNOWN_STREAMLIT


def unknown_streamlit() -> list[str]:
    """A sentence where the installed Streamlit is not known."""
    if is_known():
        return []
    return [
        f"Streamlit {streamlit.__version__} is not known to the app, which knows {', '.join(KNOWN_STREAMLIT)}: "
        "sessions that lost their connection are not counted, and their memory comes back later."
    ]


class HeldSessions:
    """Streamlit's sessions; none with a Streamlit that is not known."""

    def __init__(self) -> None:
        self._manager: Any = runtime.get_instance()._session_mgr if is_known() else None

    def forget_expired(self) -> None:
        """Let go of those that did not come back in time."""
        if self._manager is None:
            return
        stored = self._manager._session_storage._cache
        sessions = [info.session for info in stored._data.values()]
        stored.expire()
        _end(session for session in sessions if session.id not in stored)

    def forget(self, session_id: str) -> None:
        """Let go of one that has no connection."""
        if self._manager is None:
            return
        storage = self._manager._session_storage
        sessions = [info.session for info in storage.list() if info.session.id == session_id]
        storage.delete(session_id)
        _end(sessions)

    @property
    def waiting(self) -> list[str]:
        """The identities of those that have no connection and may come back; first who has waited longest."""
        if self._manager is None:
            return []
        return [info.session.id for info in self._manager._session_storage.list()]

    @property
    def over(self) -> int:
        """How many have ended so far, for good: all that ever connected less those that are held."""
        if self._manager is None:
            return 0
        return int(self._manager._connect_count) - len(self._manager.list_sessions())


def _end(sessions: Iterable[Any]) -> None:
    """Shut sessions down, and empty each: the server's loop holds on to the last one."""
    for session in sessions:
        session.shutdown()
        session._session_state = SessionState()
        session._fragment_storage = MemoryFragmentStorage()
