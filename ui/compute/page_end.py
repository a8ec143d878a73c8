"""The end of a page's run before its last line, for a page that has nothing more to show."""

from __future__ import annotations

from typing import NoReturn

from streamlit.runtime.scriptrunner import StopException


def end_page() -> NoReturn:
    """End the run of the page; what the app draws after every page, such as the bars of K, is still drawn.

    `st.stop` would end that too: after it, the next element that is drawn anywhere ends the run again.
    """
    raise StopException
