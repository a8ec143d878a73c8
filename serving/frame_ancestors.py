"""The sites that may embed the app: a list of sources as in CSP's `frame-ancestors`, checked when the server starts."""

from __future__ import annotations

import re

from ui.compute.limits import PREFIX, SettingError, quoted

VARIABLE = f"{PREFIX}FRAME_ANCESTORS"
"""The environment variable with the list of sources."""
DEFAULT = "'self' https: http://localhost:* http://127.0.0.1:*"
"""The list of sources if the variable is not set."""
_SCHEME = r"[A-Za-z][A-Za-z0-9+.-]*"
"""A scheme of a source."""
_HOST = r"(\*|(\*\.)?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*)"
"""A host of a source, which may contain asterisks."""
_SOURCE = re.compile(
    rf"'self'|{_SCHEME}:|({_SCHEME}://)?{_HOST}(:(?P<port>[0-9]{{1,5}}|\*))?(/[A-Za-z0-9._~%/-]*)?"
)
"""One source of the list."""
_LOST_THEIR_QUOTES = {"self", "none"}
"""Keywords of CSP that would be names of hosts without their quotation marks."""
_MAX_PORT = 65_535
"""Largest port number."""
_LONGEST = 2_000
"""Most characters of the list: it is sent with every answer, and proxies limit all headers to some 4,000."""


def frame_ancestors(text: str) -> str:
    """The list of sources, separated by spaces; raises `SettingError` if browsers would interpret it differently.

    Source: W3C, Content Security Policy Level 3, 2.3.1 and 6.4.2.1.
    """
    sources = text.strip(" ").split(" ")
    valid_sources = [source for source in sources if source]
    if len(text) <= _LONGEST and (
        valid_sources == ["'none'"] or (valid_sources and all(map(_is_source, valid_sources)))
    ):
        return " ".join(valid_sources)
    raise SettingError(
        f"{VARIABLE} takes sources of CSP with blanks between, in at most {_LONGEST:,} characters, as in "
        f"\"'self' https://course.example.org\", or 'none' alone, not {quoted(text)}."
    )


def _is_source(text: str) -> bool:
    match = _SOURCE.fullmatch(text)
    if not match or text.lower() in _LOST_THEIR_QUOTES:
        return False
    port = match["port"]
    return port in (None, "*") or 0 < int(port) <= _MAX_PORT
