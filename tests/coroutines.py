"""Coroutines in tests: run to their end in a thread of their own, since Playwright's own loop stays with its thread."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

Value = TypeVar("Value")


def awaited(coroutine: Coroutine[Any, Any, Value]) -> Value:
    """What the coroutine returns, or raises."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()
