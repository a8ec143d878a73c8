"""Small requests to the read server, and how long is waited for what comes of one."""

from __future__ import annotations

from gmm_core.tables.files.options import ReadOptions
from serving.reading.request import Bounds, FileKind, Request

SMALL = b"a,b\n1,2.5\n3,4\n"
DEADLINE = 180
PATIENT = Bounds(seconds=600)
"""By the clock, which depends on what else the machine does; computing and memory as they are."""


def table_request(content: bytes, name: str = "file.csv", options: ReadOptions | None = None) -> Request:
    return Request(FileKind.TABLE, content, name, options or ReadOptions(), bounds=PATIENT)
