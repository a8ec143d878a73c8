"""A worker: a process that reads one file and then ends."""

from __future__ import annotations

import os
import socket
import traceback
from collections.abc import Callable
from typing import NoReturn

from gmm_core.errors import ExplorerError
from gmm_core.export.model_file.model_file import load_model, model_file
from gmm_core.tables.files.options import MEGABYTE
from gmm_core.tables.files.reader import read_file
from serving.reading.answer import Failure, send_failure, send_model, send_table
from serving.reading.confinement import confine, end_with
from serving.reading.frames import receive_frame
from serving.reading.request import FileKind, Request

LONGEST_HEADER = 1 << 24
"""Most bytes of the JSON that describes a request."""
OUT_OF_MEMORY = 3
"""Exit code of a worker that ran out of memory and could not even send an answer."""


def work(channel: int, parent: int, is_watched: bool) -> NoReturn:
    """Read the file that arrives on the channel and answer there; the process always ends here."""
    code = 1
    try:
        end_with(parent)
        code = _answered(channel, is_watched)
    finally:
        os._exit(code)


def in_confinement(
    channel: int,
    request: Request,
    answer: Callable[[socket.socket, Request], None],
    is_watched: bool = False,
) -> int:
    """Confine this process, let it answer the request, and return its exit code."""
    connection = socket.socket(fileno=confine(channel, request.bounds, is_watched))
    try:
        answer(connection, request)
    except MemoryError:
        return OUT_OF_MEMORY
    except ExplorerError as refusal:
        if _is_about_memory(refusal):
            return OUT_OF_MEMORY
        send_failure(connection, Failure(str(refusal), is_refusal=True))
    except Exception as problem:
        if _is_about_memory(problem):
            return OUT_OF_MEMORY
        place = traceback.extract_tb(problem.__traceback__)[-1]
        # Not its message, which may hold what stands in the file.
        message = f"{type(problem).__name__} in {os.path.basename(place.filename)}, line {place.lineno}"
        send_failure(connection, Failure(message, is_refusal=False))
    return 0


def answer_by_reading(connection: socket.socket, request: Request) -> None:
    """Read the file as its kind requires, and send the content."""
    if request.kind is FileKind.MODEL:
        if len(request.content) > request.limits.bytes:
            most = request.limits.bytes / MEGABYTE
            raise ExplorerError(
                f"The file has more than the {most:,.3g} MB that are read at most: it is no model."
            )
        send_model(connection, model_file(load_model(request.content)))
    else:
        opened = read_file(
            request.content, request.name, request.options, request.limits, to_fit=request.to_fit
        )
        send_table(connection, opened)


def _answered(channel: int, is_watched: bool) -> int:
    with socket.socket(fileno=os.dup(channel)) as connection:
        header = receive_frame(connection, LONGEST_HEADER)
        most = Request.of(header, b"").limits.bytes + 1
        content = bytes(receive_frame(connection, most))
    return in_confinement(channel, Request.of(header, content), answer_by_reading, is_watched)


def _is_about_memory(problem: BaseException | None) -> bool:
    """True if the problem was caused by a lack of memory, even if a library reported it as a damaged file."""
    seen: set[int] = set()
    while problem is not None and id(problem) not in seen:
        # pandas tells it in words alone
        if isinstance(problem, MemoryError) or "out of memory" in str(problem).lower():
            return True
        seen.add(id(problem))
        problem = problem.__cause__ or problem.__context__
    return False
