"""Processes many rows in blocks, so that memory is bounded, and combines the results in the order of the blocks."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import reduce
from typing import TypeVar

from gmm_core.engines.threads import cores

Part = TypeVar("Part")
"""The result of one block, and of several combined."""

BLOCKS_TO_SHARE = 8
"""The number of blocks from which on threads share them, if `shared`."""


def over_blocks(
    n_rows: int,
    size: int,
    of_block: Callable[[slice], Part],
    together: Callable[[Part, Part], Part],
    *,
    shared: bool = False,
) -> Part:
    """Apply a function to blocks of rows, and combine the results from the first block to the last.

    Parameters
    ----------
    n_rows : int
        N, the number of rows.
    size : int
        The rows per block; the last block may have fewer.
    of_block : (slice) -> Part
        The function of the rows in the slice.
    together : (Part, Part) -> Part
        Combines the result so far with that of the next block.
    shared : bool
        True to let threads share the blocks; the order of combination stays the same.
    """
    if n_rows <= size:
        return of_block(slice(0, n_rows))
    blocks = [slice(first, first + size) for first in range(0, n_rows, size)]
    if shared and len(blocks) >= BLOCKS_TO_SHARE:
        with ThreadPoolExecutor(cores(), thread_name_prefix="blocks") as threads:
            return reduce(together, threads.map(of_block, blocks))
    return reduce(together, map(of_block, blocks))
