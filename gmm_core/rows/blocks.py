"""Many rows block after block: memory is bounded by a block, and blocks are put together in their order."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import reduce
from typing import TypeVar

from gmm_core.engines.threads import cores

Part = TypeVar("Part")

BLOCKS_TO_SHARE = 8
"""From so many blocks on, threads share them where they may."""


def over_blocks(
    n_rows: int,
    size: int,
    of_block: Callable[[slice], Part],
    together: Callable[[Part, Part], Part],
    *,
    shared: bool = False,
) -> Part:
    """What `of_block` gives for every `size` rows in turn, put together by `together`, two and two from the first on.

    Where blocks are `shared` among threads, they are put together in their order all the same.
    """
    if n_rows <= size:
        return of_block(slice(0, n_rows))
    blocks = [slice(first, first + size) for first in range(0, n_rows, size)]
    if shared and len(blocks) >= BLOCKS_TO_SHARE:
        with ThreadPoolExecutor(cores(), thread_name_prefix="blocks") as threads:
            return reduce(together, threads.map(of_block, blocks))
    return reduce(together, map(of_block, blocks))
