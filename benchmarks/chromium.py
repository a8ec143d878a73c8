"""The Chromium that is driven: the system's own, for measurements as for tests."""

from __future__ import annotations

import os
import shutil

VARIABLE = "CHROMIUM"
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The first, Chromium without a window, opens a page with a third less work than the others."""
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--enable-unsafe-swiftshader",
    "--use-angle=swiftshader",
)


class NoChromium(Exception):
    """None is there; the message says what to install or set."""


def chromium_path() -> str:
    """$CHROMIUM, or the first of `NAMES` that is on the path."""
    found = os.environ.get(VARIABLE) or next(filter(None, map(shutil.which, NAMES)), None)
    if not found:
        raise NoChromium(f"No browser: install one of {', '.join(NAMES)}, or set {VARIABLE} to its path.")
    return found
