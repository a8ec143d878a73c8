"""A container's health check: `python -m serving.health` exits with 0 if the running app reports that it is healthy."""

from __future__ import annotations

import os
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping

SECONDS = 4.0
"""Seconds within which the app has to answer."""


def health_address(environment: Mapping[str, str]) -> str:
    """The address of the app's health endpoint, from the variables that set Streamlit's port and base path."""
    port = environment.get("STREAMLIT_SERVER_PORT", "8501")
    base_path = environment.get("STREAMLIT_SERVER_BASE_URL_PATH", "").strip("/")
    return "/".join(filter(None, [f"http://127.0.0.1:{port}", base_path, "_stcore/health"]))


def is_healthy(address: str) -> bool:
    """True if `address` answers with status 200 within `SECONDS`."""
    try:
        with urllib.request.urlopen(address, timeout=SECONDS) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


if __name__ == "__main__":
    sys.exit(0 if is_healthy(health_address(os.environ)) else 1)
